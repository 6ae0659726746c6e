"""Live figures of chapter 04: one unit, twins, the signal through deep nets, forward against backward, and training."""

from .by_layer import signal, simulate
from .on_digits import RATES, SEEDS, STARTS, training, training_ends
from .one_unit import unit
from .symmetry import twins, twins_accuracy
from .there_and_back import both_ways

__all__ = [
    "RATES", "SEEDS", "STARTS", "both_ways", "signal", "simulate", "training", "training_ends", "twins",
    "twins_accuracy", "unit",
]  # fmt: skip
