"""Live figures of chapter 03: a cloud made round, its eigenvalues and valley, nudges, a leak, digits, training."""

from .cloud import cloud
from .eigenvalues import curvatures, eigenvalues
from .leak import leak, promised
from .mystery import mystery
from .nudge import nudge, nudged
from .reconstruction import reconstruction
from .training import PREPARATIONS, RATES, SEEDS, end_of_patience, ends, told_apart, training
from .valley import condition_number, left_to_go, valley
from .whitening import whitening

__all__ = [
    "PREPARATIONS",
    "RATES",
    "SEEDS",
    "cloud",
    "condition_number",
    "curvatures",
    "eigenvalues",
    "end_of_patience",
    "ends",
    "leak",
    "left_to_go",
    "mystery",
    "nudge",
    "nudged",
    "promised",
    "reconstruction",
    "told_apart",
    "training",
    "valley",
    "whitening",
]
