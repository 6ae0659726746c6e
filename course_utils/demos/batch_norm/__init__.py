"""Live figures of chapter 10: histograms, training runs, batch sizes, shifted inputs, and who shares statistics."""
from .histograms import histograms
from .norms import norms
from .shift import accuracies, shift
from .sizes import batch_size, noise, sizes
from .training import final_losses, training

__all__ = ["accuracies", "batch_size", "final_losses", "histograms", "noise", "norms", "shift", "sizes", "training"]
