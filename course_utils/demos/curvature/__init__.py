"""Live figures of chapter 09: the quadratic model, line searches, four methods on surfaces, and L-BFGS under noise."""

from .batches import batches, before_explosion, digits_problem, final_losses, spectrum, under_noise
from .line_search import line_search
from .model import model
from .race import race, spent

__all__ = [
    "batches", "before_explosion", "digits_problem", "final_losses", "line_search", "model", "race", "spectrum", "spent",
    "under_noise",
]  # fmt: skip
