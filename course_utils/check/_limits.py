"""A limit on what a learner's function may take, so that a loop that never ends comes back as words.

Lines are counted by `sys.settrace`, which works in any thread and in the browser. Where there are signals, on the main
thread, a timer ends what a count of lines cannot see: a sleep, one long call. Neither is left behind.
"""

import contextlib
import signal
import sys
import sysconfig
import threading
from collections.abc import Iterator

LINES, SECONDS, CHARACTERS = 200_000, 10.0, 2_000
LIBRARIES = (
    *(sysconfig.get_paths()[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")),
    "<frozen ",  # what Python itself runs for an import: half a million lines for scikit-learn
)


class Endless(BaseException):
    """A limit was passed. No `except Exception` of the learner's catches it."""


class Late(Endless):
    """It was the clock that passed it."""


@contextlib.contextmanager
def limited(lines: int | None = -1, seconds: float = 0) -> Iterator[None]:
    """Raise `Endless` in the block after so many lines of code that is no library's, or so many seconds.

    Without arguments these are LINES and SECONDS. `lines=None` does not count, for work that is long and honest. A
    debugger's own tracing is left alone.
    """
    lines = LINES if lines == -1 else lines
    with contextlib.ExitStack() as stack:
        if signals():
            stack.enter_context(_timer(seconds or SECONDS))
        if lines is not None and sys.gettrace() is None:
            stack.enter_context(_counted(lines))
        stack.enter_context(contextlib.redirect_stdout(_Few(sys.stdout)))
        yield


def signals() -> bool:
    """Whether a timer can interrupt this thread, and nobody else is using it."""
    return (
        hasattr(signal, "setitimer")
        and sys.platform != "emscripten"
        and threading.current_thread() is threading.main_thread()
        and signal.getitimer(signal.ITIMER_REAL)[0] == 0
    )


@contextlib.contextmanager
def _timer(seconds):
    def ring(*_):
        raise Late(f"it was stopped after {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)  # again, should something have caught the first
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _counted(lines):
    left = lines

    def line(frame, event, arg):
        nonlocal left
        if event == "line":
            left -= 1
            if left < 0:
                raise Endless(f"it was stopped after {lines:,} lines")
        return line

    def call(frame, event, arg):
        return None if frame.f_code.co_filename.startswith(LIBRARIES) else line(frame, "line", None)

    sys.settrace(call)
    try:
        yield
    finally:
        sys.settrace(None)


class _Few:
    """A stream that passes on the first characters and keeps the rest to itself."""

    def __init__(self, stream):
        self._stream = stream
        self._left = CHARACTERS

    def write(self, text):
        if self._left > 0:
            self._stream.write(text[: self._left])
            self._left -= len(text)
        return len(text)

    def __getattr__(self, name):
        return getattr(self._stream, name)
