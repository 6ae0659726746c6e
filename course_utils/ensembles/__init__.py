"""Many models, one answer: members, how they are combined, and averages of weights. Chapter 15."""

from .combining import (
    COMBINATIONS,
    accuracy_by_size,
    combine,
    common_variance,
    disagreement,
    diversity,
    random_orders,
    score,
    variance_of_mean,
)
from .matching import renumbered
from .members import Ensemble, Snapshots, bootstrap, snapshot_steps, train_members
from .weight_averages import EMA, SWA, WeightAverage, ema_update, reestimate

__all__ = [
    "COMBINATIONS",
    "EMA",
    "Ensemble",
    "SWA",
    "Snapshots",
    "WeightAverage",
    "accuracy_by_size",
    "bootstrap",
    "combine",
    "common_variance",
    "disagreement",
    "diversity",
    "ema_update",
    "random_orders",
    "reestimate",
    "renumbered",
    "score",
    "snapshot_steps",
    "train_members",
    "variance_of_mean",
]
