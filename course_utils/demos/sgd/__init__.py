"""Live figures of chapter 06: the noise of a mini-batch, a linear fit, a slope, a valley, escapes, and digits."""

from .escapes import escape, share_away
from .fits import linear_fit
from .noise import batch_noise
from .on_digits import at_equal, digits
from .slopes import slope
from .valleys import valley

__all__ = ["at_equal", "batch_noise", "digits", "escape", "linear_fit", "share_away", "slope", "valley"]
