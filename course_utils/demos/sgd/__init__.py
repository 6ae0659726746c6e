"""Live figures of chapter 06: mini-batches, slopes and valleys, one step's forecast, the edge of stability, saddles."""

from .batch_noise import batch_noise
from .digits import at_equal, digits
from .edge_of_stability import edge_of_stability, late_curvature
from .escape import escape, share_away
from .expected_decrease import expected_decrease, forecast, mean_change
from .linear_fit import linear_fit
from .slope import slope
from .time_to_leave import leaving, time_to_leave
from .valley import valley

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
