"""A notebook that is interrupted, cell by cell, and then run again from the top recovers, in the same kernel."""

import os

import pytest

from tools import notebooks

# What Ctrl-C and the stop button raise, by a clock: a signal from outside may come when the cell has just ended.
READY = """
import signal

def _stop(*_):
    raise KeyboardInterrupt

_ = signal.signal(signal.SIGALRM, _stop)
"""
INTERRUPTED = """
try:
    signal.setitimer(signal.ITIMER_REAL, 0.03)
    exec({!r}, globals())
finally:
    signal.setitimer(signal.ITIMER_REAL, 0)
"""


@pytest.mark.notebook
@pytest.mark.skipif(os.name == "nt", reason="that clock does not exist there")
@pytest.mark.parametrize("name", ["06_sgd.ipynb"])
def test_run_again_after_interrupts(name):
    sources = [cell.source for _, cell in notebooks.code(notebooks.read(notebooks.FOLDER / name))]
    with notebooks.kernel(notebooks.FOLDER) as kernel:
        kernel.run(sources[0])
        kernel.run("import course_utils.demos.sgd, course_utils.check.sgd")  # an import that is cut off stays broken
        kernel.run(READY)
        hit = [notebooks.error(kernel.run(INTERRUPTED.format(source))) for source in sources[1:]]
        errors = [notebooks.error(kernel.run(source)) for source in sources]
    assert any(error.startswith("KeyboardInterrupt") for error in hit), hit
    assert not any(errors), errors
