"""Live figures of chapter 17: a wrong factor, two modes, labels out of step, and the lab of bugs and checks."""

from .bench import dead_units, ends, lab, loss_of
from .factors import factor, final_loss, gradient_error
from .mixed_labels import accuracies, chance, labels
from .two_modes import modes, slope

__all__ = [
    "accuracies",
    "chance",
    "dead_units",
    "ends",
    "factor",
    "final_loss",
    "gradient_error",
    "lab",
    "labels",
    "loss_of",
    "modes",
    "slope",
]
