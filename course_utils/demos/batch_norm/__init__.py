"""Live figures of chapter 11: histograms, training runs, batch sizes, shifted inputs, and who shares statistics."""

from .batch_size import at_best, batch_size, noise, sizes
from .histograms import histograms, last_layer
from .norms import norms
from .shift import accuracies, shift
from .training import RATES, SCALES, end_of_scaled, final_losses, training

__all__ = [
    "RATES", "SCALES", "accuracies", "at_best", "batch_size", "end_of_scaled", "final_losses", "histograms", "last_layer", "noise", "norms",
    "shift", "sizes", "training",
]  # fmt: skip
