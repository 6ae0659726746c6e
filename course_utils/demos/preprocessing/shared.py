"""What the figures of this chapter share: digits, and their principal components."""

from functools import lru_cache

from ...data import digits
from ...preprocessing import PCA


@lru_cache(maxsize=1)
def split():
    """The digits of these figures."""
    return digits()


@lru_cache(maxsize=1)
def pca():
    """The principal components of the training digits."""
    return PCA().fit(split().train.x)
