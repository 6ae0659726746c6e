"""Live figures of chapter 12: borders under a penalty, contours, paths of solutions, decay, and early stopping."""

from .borders import accuracies, border, losses, share_near_0
from .few_digits import run as digits_run
from .few_digits import sweep, templates
from .in_time import early_stopping, fresh_loss, stopped
from .shrinking import decay, weights
from .ten_features import data, lowest, path, paths
from .touching import contours, solution

__all__ = [
    "accuracies",
    "border",
    "contours",
    "data",
    "decay",
    "digits_run",
    "early_stopping",
    "fresh_loss",
    "losses",
    "lowest",
    "path",
    "paths",
    "share_near_0",
    "solution",
    "stopped",
    "sweep",
    "templates",
    "weights",
]
