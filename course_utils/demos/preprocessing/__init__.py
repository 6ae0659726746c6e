"""Live figures of chapter 03: a cloud made round, its loss surface, nudged weights, digits by PCA and ZCA, training."""

from .clouds import cloud
from .images import reconstruction, whitening
from .on_data import PREPARATIONS, RATES, SEEDS, ends, training
from .valleys import condition_number, left_to_go, nudge, nudged, valley

__all__ = [
    "PREPARATIONS", "RATES", "SEEDS", "cloud", "condition_number", "ends", "left_to_go", "nudge", "nudged",
    "reconstruction", "training", "valley", "whitening",
]  # fmt: skip
