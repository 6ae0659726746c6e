"""Live figures of chapter 05: histograms by layer, the gallery of curves, dying units, and a run's health."""

from .dashboard import dashboard, health_of
from .dying import dead_share, dying
from .gallery import gallery
from .grid import grid

__all__ = ["dashboard", "dead_share", "dying", "gallery", "grid", "health_of"]
