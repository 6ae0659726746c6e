"""One optimizer step, on the parameters of the two networks of `training`. ratio: to SGD's."""

from functools import partial

import numpy as np

from course_utils.optimizers import OPTIMIZERS

from .report import Row
from .timing import ratio, rounds

SIZES = {7_510: 300, 235_146: 20}  # parameters: steps a round


def rows(sizes=SIZES, n_rounds=7):
    """Yield a row for each optimizer at each size."""
    for n_params, n_steps in sizes.items():
        times = rounds({name: partial(step, name, n_params, n_steps) for name in OPTIMIZERS}, n_rounds)
        for name, seconds in times.items():
            what = f"{name}, {n_params:,} parameters"
            yield Row(what, 1e6 * seconds / n_steps, "µs", ratio(times, name, "SGD"))


def step(name, n_params, n_steps):
    """Prepare a run of updates from one gradient."""
    rng, opt = np.random.default_rng(0), OPTIMIZERS[name]()
    theta, grad = rng.standard_normal((2, n_params))

    def run():
        state = opt.init(theta)
        for t in range(n_steps):
            _, state = opt.update(grad, state, t, theta)

    return run
