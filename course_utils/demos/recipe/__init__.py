"""Live figures of chapter 18: the first loss, a small sample, rates, the grid, a reading of curves, and the clinic."""

from .clinic import clinic
from .first_loss import first_loss, losses_at
from .grid import accuracies, grid
from .hundred_steps import hundred_steps, settled
from .reading import reading, trained
from .small_sample import memorized, small_sample

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
