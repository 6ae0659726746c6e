"""What the figures of this chapter share: digits, and their principal components."""

from functools import lru_cache

from ...data import digits
from ...preprocessing import PCA


@lru_cache(maxsize=1)
def split():
    return digits()


@lru_cache(maxsize=1)
def pca():
    return PCA().fit(split().train.x)
