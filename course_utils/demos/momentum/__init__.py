"""Live figures of chapter 07: the ball, three conventions, the look-ahead, the rate-momentum plane, and digits."""

from .ball import ball
from .conventions import conventions
from .look_ahead import look_ahead
from .on_digits import digits, ends, n_trained
from .plane import plane

__all__ = ["ball", "conventions", "digits", "ends", "look_ahead", "n_trained", "plane"]
