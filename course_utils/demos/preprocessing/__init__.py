"""Live figures of chapter 03: a cloud made round, its loss surface, nudged weights, digits by PCA and ZCA, training."""

from .cloud import cloud
from .nudge import nudge, nudged
from .reconstruction import reconstruction
from .training import PREPARATIONS, RATES, SEEDS, ends, training
from .valley import condition_number, left_to_go, valley
from .whitening import whitening

__all__ = [
    "PREPARATIONS", "RATES", "SEEDS", "cloud", "condition_number", "ends", "left_to_go", "nudge", "nudged",
    "reconstruction", "training", "valley", "whitening",
]  # fmt: skip
