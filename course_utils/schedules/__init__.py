"""Learning rates that change during a run: rules of the step, one of the loss, and the range test. Chapter 10."""

from .plateau import Plateau
from .rate_range import RangeTest, range_test
from .rules import (
    SCHEDULES,
    Constant,
    Cosine,
    CosineRestarts,
    Exponential,
    InverseSqrt,
    InverseTime,
    Linear,
    OneCycle,
    Polynomial,
    Schedule,
    Step,
    Warmup,
)

__all__ = [
    "Constant",
    "Cosine",
    "CosineRestarts",
    "Exponential",
    "InverseSqrt",
    "InverseTime",
    "Linear",
    "OneCycle",
    "Plateau",
    "Polynomial",
    "RangeTest",
    "SCHEDULES",
    "Schedule",
    "Step",
    "Warmup",
    "range_test",
]
