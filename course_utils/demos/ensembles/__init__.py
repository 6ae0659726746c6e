"""Live figures of chapter 15: the variance of a mean, where members disagree, six ways, snapshots, weight averages."""

from .correlated import variance
from .cycles import compared, snapshots
from .looks import build, noisy_digits
from .maps import disagreement, shares
from .members import found, ways
from .windows import accuracies, averages, barriers, window

TRAINING = {"snapshots"}
__all__ = [
    "accuracies", "averages", "barriers", "build", "compared", "disagreement", "found", "noisy_digits", "shares",
    "snapshots", "variance", "ways", "window",
]  # fmt: skip
