"""Live figures: a function that draws, and controls that move it. The one place that knows ipywidgets."""

from .controls import Dials, Play, Point, Stops
from .figure import Live, live

__all__ = [
    "Dials",
    "Live",
    "Play",
    "Point",
    "Stops",
    "live",
]
