"""Live figures of chapter 18: the first loss, a small sample, rates, the grid, a reading of curves, and the clinic."""

from .curves import reading, trained
from .rates import hundred_steps, settled
from .starts import first_loss, losses_at, memorized, small_sample
from .trials import accuracies, grid
from .ward import clinic

__all__ = [
    "accuracies",
    "clinic",
    "first_loss",
    "grid",
    "hundred_steps",
    "losses_at",
    "memorized",
    "reading",
    "settled",
    "small_sample",
    "trained",
]
