"""Live figures of chapter 05: histograms by layer, a sweep of sizes, eight curves, dying units, a blind dashboard."""

from .curves import curves, trained
from .dashboard import dashboard, health_of
from .dying import dead_share, dying
from .gallery import gallery
from .grid import grid
from .sweep import at_start, best_rate, learned, sweep

__all__ = [
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
    "sweep",
    "trained",
]
