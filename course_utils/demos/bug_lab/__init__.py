"""Live figures of chapter 17: a wrong factor, two modes, labels out of step, and the lab of bugs and checks."""

from .factor import factor, final_loss, gradient_error
from .lab import dead_units, ends, lab, loss_of
from .labels import accuracies, chance, labels
from .modes import modes, slope

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
