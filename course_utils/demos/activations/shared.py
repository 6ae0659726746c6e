"""What the figures of runs on digits share."""

from functools import lru_cache

from ...data import digits

STEPS = -(-1257 // 32)  # an epoch, with batches of 32


@lru_cache(maxsize=1)
def split():
    """The digits of these runs."""
    return digits()
