"""Live figures of chapter 04: one unit, twins, the signal through deep nets, forward against backward, and training."""

from .both_ways import both_ways
from .signal import signal, simulate
from .training import RATES, SEEDS, STARTS, training, training_ends
from .twins import twins, twins_accuracy
from .unit import unit

__all__ = [
    "RATES", "SEEDS", "STARTS", "both_ways", "signal", "simulate", "training", "training_ends", "twins",
    "twins_accuracy", "unit",
]  # fmt: skip
