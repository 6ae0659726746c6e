"""Live figures of chapter 09: the quadratic model, line searches, four methods on surfaces, and L-BFGS under noise."""

from .models import model
from .on_digits import batches, digits_problem, final_losses
from .racing import race
from .searches import line_search

__all__ = ["batches", "digits_problem", "final_losses", "line_search", "model", "race"]
