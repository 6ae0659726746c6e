"""Live figures of chapter 07: the ball, conventions, the look-ahead, roots, the plane, restarts, jitter, digits."""

from .ball import ball
from .conventions import conventions
from .digits import at_reach, difference, digits, ends, n_trained
from .jitter import jitter, widths
from .look_ahead import look_ahead
from .plane import plane
from .restart import needed, needed_in_many, restart
from .roots import roots

__all__ = [
    "at_reach",
    "ball",
    "conventions",
    "difference",
    "digits",
    "ends",
    "jitter",
    "look_ahead",
    "n_trained",
    "needed",
    "needed_in_many",
    "plane",
    "restart",
    "roots",
    "widths",
]
