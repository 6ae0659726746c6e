"""Rendering in a real kernel: what is stored is proved, passes nbval, and is the same the next time."""

import copy
import os
import subprocess
import sys
from pathlib import Path

import pytest
from planted import GOOD, code, new_notebook, none, only

from tools import notebooks, proof, render

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The good notebook with a live and a still figure, rendered."""
    nb = copy.deepcopy(GOOD)
    wave = """@live(alt="A sine wave with its frequency on a slider")
def wave(fig):
    line, = fig.subplots().plot([], [])
    x = np.linspace(0, 6)
    def update(k: (0.5, 2.0) = 1.0):
        line.set_data(x, np.sin(k * x))
        return [line]
    return update

wave()"""
    nb.cells[1:1] = [
        code("import numpy as np\nfrom course_utils import plots\nfrom course_utils.live import live"),
        code(wave),
        code("fig, ax = plots.new_figure((2, 1))\nplots.show(fig, alt='A line that rises from one to two')"),
    ]
    path = tmp_path_factory.mktemp("notebooks") / "tiny.ipynb"
    path.write_text(notebooks.dumps(nb), encoding="utf-8")
    none(render.render(path))
    return path


def nbval(path):
    config = Path(__file__).parents[1] / "nbval_sanitize.cfg"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "--nbval-current-env",
        f"--nbval-sanitize-with={config}",
        "-p",
        "no:cacheprovider",
        "-q",
        "--color=no",
        str(path),
    ]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COURSE_"))}
    return subprocess.run(command, cwd=path.parent, env=env, capture_output=True, text=True, encoding="utf-8")


def test_rendered_notebook_is_stored_and_proved(page):
    none(render.check(page))
    nb = notebooks.read(page)
    with notebooks.kernel(page.parent) as kernel:
        none(proof.faults(nb, kernel))
    live, still = nb.cells[2].outputs[0].data, nb.cells[3].outputs[0].data
    assert live.keys() == still.keys() == {"text/html", "text/plain"}
    assert 'alt="A sine wave' in live["text/html"]
    assert nb.cells[8].outputs[0].data["text/plain"].startswith("Not done yet.")


def test_rendering_twice_gives_the_same_file(page):
    before = page.read_bytes()
    assert b"\r" not in before
    assert render.main([str(page)]) == 0
    assert page.read_bytes() == before


def test_what_is_stored_passes_nbval_and_nothing_else_does(page, tmp_path):
    run = nbval(page)
    assert run.returncode == 0, run.stdout
    nb = notebooks.read(page)
    nb.cells[2].outputs[0].data["text/html"] = nb.cells[2].outputs[0].data["text/html"].replace("A sine", "A cosine")
    nb.cells[-1].outputs[0].text = "done 2.0\n"
    (tmp_path / "changed.ipynb").write_text(notebooks.dumps(nb), encoding="utf-8")
    run = nbval(tmp_path / "changed.ipynb")
    assert "2 failed" in run.stdout, run.stdout


def test_fault_leaves_the_file_as_it_was_and_is_told(tmp_path, capsys):
    path = tmp_path / "bad.ipynb"
    nb = new_notebook(cells=[code("1 / 0")])
    path.write_text(notebooks.dumps(nb), encoding="utf-8")
    assert "cell 0: ZeroDivisionError: division by zero" in render.render(path)[0]
    nb.cells[0].source = "import warnings\nwarnings.warn('oh')"
    path.write_text(notebooks.dumps(nb), encoding="utf-8")
    changed = path.read_bytes()
    assert "cell 0: stderr in its outputs" in render.render(path)[0]
    assert path.read_bytes() == changed
    assert render.main(["--check", str(path)]) == 1
    assert "bad.ipynb:\n    never rendered\n1 notebooks, 1 with something wrong" in capsys.readouterr().out
    assert path.read_bytes() == changed


def test_unknown_notebook_is_told(capsys):
    with pytest.raises(SystemExit):
        render.main(["--check", "99_nowhere"])
    assert "no notebook 99_nowhere" in capsys.readouterr().err


def test_a_kernel_dies_in_words(tmp_path):
    path = tmp_path / "dead.ipynb"
    path.write_text(notebooks.dumps(new_notebook(cells=[code("import os\nos._exit(1)")])), encoding="utf-8")
    only(render.render(path), "Kernel died")
