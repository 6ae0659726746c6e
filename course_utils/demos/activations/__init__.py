"""Live figures of chapter 05: histograms by layer, a sweep of sizes, eight curves, dying units, a blind dashboard."""

from .curves import CONTROL, curves, sigmoids_with_adam, trained
from .dashboard import accuracy_of, dashboard, health_of
from .dying import dead_share, dying
from .gallery import gallery
from .grid import grid
from .sweep import at_start, best_rate, learned, learned_by_adam, learned_by_seed, patient, sweep

__all__ = [
    "CONTROL",
    "accuracy_of",
    "at_start",
    "best_rate",
    "curves",
    "dashboard",
    "dead_share",
    "dying",
    "gallery",
    "grid",
    "health_of",
    "learned",
    "learned_by_adam",
    "learned_by_seed",
    "patient",
    "sigmoids_with_adam",
    "sweep",
    "trained",
]
