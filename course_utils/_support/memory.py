"""Memory: what a loop over large arrays asks of the allocator."""

from functools import cache

import numpy as np


@cache
def keep_freed_memory() -> None:
    """Let the process keep the memory of large arrays that it frees, for the next ones.

    glibc, on Linux, hands large blocks back to the system, and each step of an optimizer fetches them
    again, page by page, until one block of almost 32 MB has been freed: from then on it keeps blocks
    up to that size. Without this an update of 200,000 parameters takes twice as long. No memory is
    touched, and elsewhere nothing happens.
    """
    np.empty(2**25 - 2**16, np.uint8)
