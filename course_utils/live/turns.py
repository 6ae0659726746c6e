"""Whose turn it is: a picture is drawn on the kernel's main thread, and only the newest values are drawn.

Callbacks of widgets may come on another thread (JupyterLab >= 4.4 with ipykernel >= 7 sends them to a subshell), while
a cell runs too. matplotlib is not thread-safe, so the work hops to the main thread, and waits there while it is busy.
Requests are never queued: however many came meanwhile, the work is done once.
"""

import asyncio
import contextvars
import threading

PATIENCE = 0.5  # seconds until it is said that the main thread is busy


class Turns:
    """Does `work` on the main thread, soon after it was asked to.

    Parameters
    ----------
    work : what to do, however often it was asked for
    waiting : called, on a thread of its own, where that takes long
    """

    def __init__(self, work, waiting):
        self._work = work
        self._waiting = waiting
        self._due = None  # the request that waits, if one does
        self._saying = threading.Lock()
        try:
            self._loop = asyncio.get_running_loop()  # the kernel's main loop
        except RuntimeError:
            self._loop = None

    def ask(self):
        """Do it now on the main thread, else once soon."""
        if self._loop is None or threading.current_thread() is threading.main_thread():
            self._do()
        elif not self._due:
            request = self._due = object()  # a later one has waited less than this one's timer
            self._loop.call_soon_threadsafe(self._do)
            threading.Timer(PATIENCE, contextvars.copy_context().run, [self._say_waiting, request]).start()

    def _do(self):
        with self._saying:
            self._due = None
        self._work()

    def _say_waiting(self, request):
        with self._saying:  # or it might be said just after the answer
            if self._due is request:
                self._waiting()
