"""Live figures of chapter 15: the variance of a mean, where members disagree, five ways, snapshots, weight averages."""

from .disagreement import disagreement, moon_members, moon_points, shares
from .shared import build, noisy_digits
from .snapshots import compared, snapshots
from .variance import variance
from .ways import found, ways
from .window import accuracies, averages, barriers, window

__all__ = [
    "accuracies", "averages", "barriers", "build", "compared", "disagreement", "found", "moon_members", "moon_points",
    "noisy_digits", "shares", "snapshots", "variance", "ways", "window",
]  # fmt: skip
