"""Live figures of chapter 10: schedules on a ravine and on digits, warm-up, batch size and rate, the range test."""

from .batches import batch_size, ends, limits
from .on_digits import digits
from .on_ravine import ravine
from .ranges import range_test
from .warm_ups import warm_up

__all__ = ["batch_size", "digits", "ends", "limits", "range_test", "ravine", "warm_up"]
