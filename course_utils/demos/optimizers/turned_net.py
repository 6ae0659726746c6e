"""A net whose weights are not the axes: the space of its parameters turned at random before the descent."""

from functools import cache

import numpy as np

from ...data import digits
from ...initializers import orthogonal
from ...layers import Dense, Tanh
from ...losses import softmax_cross_entropy
from ...network import Network
from ...optimizers import OPTIMIZERS, Adam
from ...records import recorded
from .._at_best_rates import at_best_rate

TURNED_STEPS, BATCH, SEEDS = (300, 600), 64, 20
TURNED_RATES = {
    "Momentum": (0.05, 0.1, 0.2, 0.3, 0.5),
    "AdaGrad": (0.05, 0.1, 0.15, 0.2, 0.3, 0.5),
    "Adam": (0.01, 0.02, 0.035, 0.05, 0.08),
}


@recorded(
    (name, turned, i, seed)
    for name, rates in TURNED_RATES.items()
    for turned in (False, True)
    for i in range(len(rates))
    for seed in range(SEEDS)
)
def turned_run(name, turned, i, seed):
    """Training losses of a net of 610 weights on digits after TURNED_STEPS, in turned coordinates or in its own.

    Each seed has its own net, batches and turn.
    """
    opt = OPTIMIZERS[name](lr=TURNED_RATES[name][i])
    return np.array([loss for loss, _ in _descent(opt, turned, seed)])


def _descent(opt, turned, seed):
    """Yield the training loss and the optimizer's state at each of TURNED_STEPS."""
    rng, (x, y) = np.random.default_rng(seed), digits().train
    net = Network([Dense(64, 8, rng=rng), Tanh(), Dense(8, 10, rng=rng)])
    axes = orthogonal(net.n_params, net.n_params, rng=seed) if turned else None
    z = net.theta @ axes if turned else net.theta.copy()
    state = opt.init(z)
    for t in range(TURNED_STEPS[-1]):
        batch = rng.choice(len(y), BATCH, replace=False)
        net.backward(softmax_cross_entropy(net.forward(x[batch], training=True), y[batch])[1])
        step, state = opt.update(net.grad @ axes if turned else net.grad, state, t, z)
        z = z + step
        net.theta = axes @ z if turned else z
        if t + 1 in TURNED_STEPS:
            yield softmax_cross_entropy(net.forward(x), y)[0], state


@cache
def turned_sizes(turned, seed=0):
    """By what factor Adam's root of v differs from axis to axis after 300 steps, from the 5th to the 95th percentile.

    Axes whose gradient was always 0 are left out: the weights of pixels that are never inked.
    """
    _, (_, v) = next(_descent(Adam(lr=0.035), turned, seed))
    low, high = np.percentile(np.sqrt(v[v > 0]), [5, 95])
    return float(high / low)


def turned_losses(name, turned, steps=TURNED_STEPS[0]):
    """(seed,) training losses after so many steps, one of TURNED_STEPS, at the best rate."""
    k, rates = TURNED_STEPS.index(steps), range(len(TURNED_RATES[name]))
    return at_best_rate(lambda i, seed: turned_run(name, turned, i, seed)[k], rates, SEEDS)
