"""Live figures of chapter 05: histograms by layer, the gallery of curves, dying units, and a run's health."""

from .gallery import gallery
from .grid import grid
from .runs import dashboard, dead_share, dying, health_of

__all__ = ["dashboard", "dead_share", "dying", "gallery", "grid", "health_of"]
