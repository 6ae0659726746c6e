"""Live figures of chapter 09: the quadratic model, line searches, four methods on surfaces, and L-BFGS under noise."""

from .models import model
from .on_digits import batches, before_explosion, digits_problem, final_losses, spectrum, under_noise
from .racing import race, spent
from .searches import line_search

__all__ = [
    "batches", "before_explosion", "digits_problem", "final_losses", "line_search", "model", "race", "spectrum", "spent",
    "under_noise",
]  # fmt: skip
