"""Live figures of chapter 08: the race, step sizes by coordinate, bias correction, basins, and the family on digits."""

from .basins import basins
from .bias_correction import bias_correction
from .budget import budget, expected, spread, tuned
from .digits_plane import digits_plane
from .end_state import end_state, jitter, late
from .family import family, family_ends
from .family_tree import family_tree
from .race import race
from .rare_words import learned, rare_losses, rare_rate, rare_words
from .shared import RATES, SEEDS, best_rate, n_params
from .step_sizes import step_sizes
from .turned_net import turned_losses, turned_sizes
from .turned_valley import needed, turned_valley

__all__ = [
    "budget",
    "end_state",
    "expected",
    "jitter",
    "late",
    "learned",
    "needed",
    "rare_losses",
    "rare_rate",
    "rare_words",
    "spread",
    "tuned",
    "turned_losses",
    "turned_sizes",
    "turned_valley",
    "RATES", "SEEDS", "basins", "best_rate", "bias_correction", "digits_plane", "family", "family_ends",
    "family_tree", "n_params",
    "race", "step_sizes",
]  # fmt: skip
