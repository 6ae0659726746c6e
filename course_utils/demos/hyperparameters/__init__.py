"""Live figures of chapter 16: scales, grid and random, coarse to fine, halving, and the panda's cockpit."""

from .cockpit import caviar, panda, run
from .halves import cost, halving, rounds, runs
from .layouts import grid_and_random, mean_best
from .on_digits import funnel, stages, train
from .scales import draws, sampling, top_share

__all__ = [
    "caviar", "cost", "draws", "funnel", "grid_and_random", "halving", "mean_best", "panda", "rounds", "run", "runs",
    "sampling", "stages", "top_share", "train",
]  # fmt: skip
