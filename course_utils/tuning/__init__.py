"""Search for hyperparameters: spaces, searches, and trials that are kept in a file. Chapter 16."""

from .searches import coarse_to_fine, grid_search, search, successive_halving
from .spaces import (
    SPACES,
    Choice,
    LogUniform,
    OneMinus,
    Uniform,
    borders,
    grid,
    refine,
    sample,
)

__all__ = [
    "Choice",
    "LogUniform",
    "OneMinus",
    "SPACES",
    "Uniform",
    "borders",
    "coarse_to_fine",
    "grid",
    "grid_search",
    "refine",
    "sample",
    "search",
    "successive_halving",
]
