"""Live figures of chapter 10: schedules on a ravine and on digits, warm-up, batch size and rate, the range test."""

from .batch_size import batch_size, ends, limits
from .digits import digits, trained
from .range_test import loss_at, lowest, range_test
from .ravine import mean_loss, ravine
from .warm_up import warm_up, warm_up_ends, warmed_up

__all__ = [
    "batch_size", "digits", "ends", "limits", "loss_at", "lowest", "mean_loss", "range_test", "ravine", "trained",
    "warm_up", "warm_up_ends", "warmed_up",
]  # fmt: skip
