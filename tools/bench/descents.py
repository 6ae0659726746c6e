"""Descents on surfaces, 200 steps each. ratio: to the row above."""

from functools import partial

import numpy as np

from course_utils.descent import descend, race
from course_utils.optimizers import OPTIMIZERS, Adam

from .report import Row
from .timing import ratio, rounds

N_STEPS, SIDE = 200, 200


def rows(side=SIDE, n_rounds=3):
    """Yield thousands of starts at once, with and without their way, and the race, as one and one by one."""
    starts = np.stack(np.meshgrid(*2 * [np.linspace(-5, 5, side)]), axis=-1)
    himmelblau = partial(descend, Adam(lr=0.1), "himmelblau", N_STEPS, starts)
    yield from _rows(n_rounds, at_most=(2000,), contenders={
        f"Adam, {side * side:,} starts on Himmelblau": lambda: himmelblau,
        "the same, only where they end": lambda: partial(himmelblau, every=N_STEPS),
    })  # fmt: skip
    nine = [optimizer(lr=0.01) for optimizer in OPTIMIZERS.values()]
    yield from _rows(5 * n_rounds, contenders={
        "the race of nine": lambda: partial(race, nine, "ravine", N_STEPS),
        "the nine one by one": lambda: lambda: [descend(opt, "ravine", N_STEPS) for opt in nine],
    })  # fmt: skip


def _rows(n_rounds, contenders, at_most=()):
    times, first = rounds(contenders, n_rounds), next(iter(contenders))
    for name, seconds in times.items():
        yield Row(name, 1e3 * seconds, ratio=None if name == first else ratio(times, name, first), at_most=at_most)
