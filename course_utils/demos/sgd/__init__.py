"""Live figures of chapter 06: mini-batches, slopes and valleys, one step's forecast, the edge of stability, saddles."""

from .edge_of_stability import edge_of_stability, late_curvature
from .escapes import escape, share_away
from .expected_decrease import expected_decrease, forecast, mean_change
from .fits import linear_fit
from .noise import batch_noise
from .on_digits import at_equal, digits
from .slopes import slope
from .time_to_leave import leaving, time_to_leave
from .valleys import valley

__all__ = [
    "at_equal",
    "batch_noise",
    "digits",
    "edge_of_stability",
    "escape",
    "expected_decrease",
    "forecast",
    "late_curvature",
    "leaving",
    "linear_fit",
    "mean_change",
    "share_away",
    "slope",
    "time_to_leave",
    "valley",
]
