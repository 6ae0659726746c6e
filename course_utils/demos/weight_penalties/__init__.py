"""Live figures of chapter 12: borders under a penalty, contours, paths of solutions, decay, and early stopping."""

from .border import accuracies, border, losses, share_near_0
from .contours import contours, solution
from .decay import decay, weights
from .early_stopping import early_stopping, fresh_loss, halves, stopped
from .paths import data, lowest, path, paths
from .templates import run as digits_run
from .templates import sweep, templates

__all__ = [
    "accuracies",
    "border",
    "contours",
    "data",
    "decay",
    "digits_run",
    "early_stopping",
    "fresh_loss",
    "halves",
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
