"""Live figures of chapter 08: the race, step sizes by coordinate, bias correction, basins, and the family on digits."""

from .budget import budget, expected, spread
from .end_state import end_state, late
from .maps import basins
from .on_digits import RATES, SEEDS, best_rate, digits_plane, family, family_ends, n_params
from .racing import race
from .rare_words import learned, rare_words
from .steps import bias_correction, step_sizes
from .turned_valley import needed, turned_valley

__all__ = [
    "budget",
    "end_state",
    "expected",
    "late",
    "learned",
    "needed",
    "rare_words",
    "spread",
    "turned_valley",
    "RATES", "SEEDS", "basins", "best_rate", "bias_correction", "digits_plane", "family", "family_ends", "n_params",
    "race", "step_sizes",
]  # fmt: skip
