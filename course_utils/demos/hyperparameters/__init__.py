"""Live figures of chapter 16: scales, grid and random, coarse to fine, halving, and the panda's cockpit."""

from .funnel import funnel, stages, train
from .grid_and_random import grid_and_random, mean_best
from .halving import cost, halving, rounds, runs
from .panda import caviar, panda, run
from .sampling import draws, sampling, top_share

__all__ = [
    "caviar", "cost", "draws", "funnel", "grid_and_random", "halving", "mean_best", "panda", "rounds", "run", "runs",
    "sampling", "stages", "top_share", "train",
]  # fmt: skip
