"""Live figures of chapter 04: twins, one unit, the signal by layer, two inputs and their angle, draws, training."""

from .angle import angle, told_apart
from .both_ways import both_ways
from .draws import draws, typical
from .signal import signal, simulate
from .six_layers import measured, predicted, six_layers
from .strangers import stranger
from .training import RATES, SEEDS, STARTS, by_seed, patient_ends, resized_ends, training, training_ends
from .twins import twins, twins_accuracy
from .unit import unit

__all__ = [
    "RATES",
    "SEEDS",
    "STARTS",
    "angle",
    "both_ways",
    "by_seed",
    "draws",
    "measured",
    "patient_ends",
    "resized_ends",
    "predicted",
    "signal",
    "simulate",
    "six_layers",
    "stranger",
    "told_apart",
    "training",
    "training_ends",
    "twins",
    "twins_accuracy",
    "typical",
    "unit",
]
