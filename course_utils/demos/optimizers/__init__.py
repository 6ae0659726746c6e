"""Live figures of chapter 08: the race, step sizes by coordinate, bias correction, basins, and the family on digits."""

from .maps import basins
from .on_digits import RATES, SEEDS, best_rate, digits_plane, family, family_ends, n_params
from .racing import race
from .steps import bias_correction, step_sizes

__all__ = [
    "RATES", "SEEDS", "basins", "best_rate", "bias_correction", "digits_plane", "family", "family_ends", "n_params",
    "race", "step_sizes",
]  # fmt: skip
