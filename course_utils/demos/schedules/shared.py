"""What the figures of this chapter share: every schedule fitted to a run, two colors, digits and a small network."""

from functools import lru_cache

import numpy as np

from ...data import digits as load_digits
from ...initializers import he
from ...layers import Dense, ReLU
from ...network import Network
from ...schedules import (
    Constant,
    Cosine,
    CosineRestarts,
    Exponential,
    InverseSqrt,
    InverseTime,
    Linear,
    OneCycle,
    Polynomial,
    Step,
)

CHOSEN, PLAIN = "#0072B2", "#333333"
# A rate and the number of steps -> a schedule for such a run; the decays without an end leave 1%, 5% and about 20%.
KINDS = {
    "constant": lambda lr, n: Constant(lr),
    "step": lambda lr, n: Step(lr, every=-(-n // 3)),
    "exponential": lambda lr, n: Exponential(lr, k=np.log(100) / n),
    "1/t": lambda lr, n: InverseTime(lr, k=19 / n),
    "inverse square root": lambda lr, n: InverseSqrt(lr, n_hold=-(-n // 25)),
    "linear": Linear,
    "polynomial, power 2": Polynomial,
    "cosine": Cosine,
    "cosine with restarts": lambda lr, n: CosineRestarts(lr, period=-(-n // 4)),
    "one-cycle": OneCycle,
}


@lru_cache(maxsize=1)
def data():
    """The digits, loaded once."""
    return load_digits()


def net(hidden=1, seed=0):
    """A ReLU network for digits with so many hidden layers of 32 units."""
    rng, sizes = np.random.default_rng(seed), [64] + [32] * hidden
    body = [layer for pair in zip(sizes, sizes[1:], strict=False) for layer in (Dense(*pair, init=he, rng=rng), ReLU())]
    return Network([*body, Dense(32, 10, init=he, rng=rng)])


def smooth(losses, width=20):
    """(steps, mean of the `width` losses up to each): what the eye makes of a jagged curve."""
    sums = np.cumsum(np.insert(losses, 0, 0.0))
    width = min(width, max(len(losses), 1))
    return np.arange(width, len(sums)), (sums[width:] - sums[:-width]) / width
