"""Live figures of chapter 15: the variance of a mean, where members disagree, five ways, snapshots, weight averages."""

from .correlated import variance
from .cycles import compared, snapshots
from .looks import build, noisy_digits
from .maps import disagreement, moon_members, moon_points, shares
from .members import found, ways
from .windows import accuracies, averages, barriers, window

__all__ = [
    "accuracies", "averages", "barriers", "build", "compared", "disagreement", "found", "moon_members", "moon_points",
    "noisy_digits", "shares", "snapshots", "variance", "ways", "window",
]  # fmt: skip
