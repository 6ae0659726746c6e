"""Threads of matrix products: how many the BLAS library under NumPy may use.

A second thread helps where matrices are large, and costs where they are small: the threads wait for
each other after every product, and for every other program that wants the second core. On two threads
the last digits may differ from those on one, too. Where NumPy has no such library, as in the browser,
both functions do nothing.
"""

from contextlib import AbstractContextManager, nullcontext
from functools import cache

from threadpoolctl import ThreadpoolController

SMALL = 100_000  # parameters: below, a second thread gains little and may lose much


def one_thread() -> AbstractContextManager:
    """A context in which every matrix product runs on one thread."""
    return _blas().limit(limits=1, user_api="blas")


def few_threads(net) -> AbstractContextManager:
    """A context in which a small network's matrix products run on one thread, and a large one's on all."""
    return one_thread() if net.n_params < SMALL else nullcontext()


@cache
def _blas():
    # To look for the libraries takes 10 ms; once is enough.
    return ThreadpoolController()
