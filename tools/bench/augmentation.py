"""Augmentation of 10,000 digits of 8 x 8 pixels, and what it adds to the training of a small net.

ratio: to training without it.
"""

from functools import partial

import numpy as np

from course_utils.augmentation import Pipeline, cutout, mixup, random_affine
from course_utils.data import digits
from course_utils.layers import Dense, ReLU
from course_utils.network import Network
from course_utils.optimizers import Adam
from course_utils.training import fit

from .report import Row
from .timing import ratio, rounds

N, BUDGET = 10_000, 1000
SHAPE = 8, 8
MOVED = partial(random_affine, degrees=15, shift=1)
CONTENDERS = {
    "shift and rotation": Pipeline(MOVED, shape=SHAPE), "cutout": Pipeline(partial(cutout, side=3), shape=SHAPE),
    "mixup": Pipeline(mix=partial(mixup, n_classes=10), shape=SHAPE),
}  # fmt: skip


def rows(n=N, n_rounds=7, epochs=10):
    """Yield a row for each way to change the digits, then those of training without and with shift and rotation."""
    times = rounds({name: partial(change, augment, n) for name, augment in CONTENDERS.items()}, n_rounds)
    for name, seconds in times.items():
        yield Row(f"{n:,} digits, {name}", 1e3 * seconds, at_most=(BUDGET,))
    runs = {"without": None, "with shift and rotation": CONTENDERS["shift and rotation"]}
    times = rounds({name: partial(train, augment, epochs) for name, augment in runs.items()}, n_rounds)
    for name, seconds in times.items():
        yield Row(f"digits 64-100-10, {epochs} epochs, {name}", 1e3 * seconds, ratio=ratio(times, name, "without"))


def change(augment, n):
    """Prepare the change of n digits."""
    data, pick = digits().train, np.arange(n) % len(digits().train.y)
    x, y = data.x[pick], data.y[pick]
    return lambda: augment(x, y, np.random.default_rng(0))


def train(augment, epochs):
    """Prepare a run of `fit`."""
    net = Network([Dense(64, 100, rng=0), ReLU(), Dense(100, 10, rng=1)])
    return partial(fit, net, digits(), Adam(), epochs, rng=0, augment=augment, evaluate_every=0, progress=False)
