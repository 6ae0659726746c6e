"""A net whose weights are not the axes: the space of its parameters turned at random before the descent."""

from functools import lru_cache

import numpy as np

from ...data import digits
from ...initializers import orthogonal
from ...layers import Dense, Tanh
from ...losses import softmax_cross_entropy
from ...network import Network
from ...optimizers import OPTIMIZERS
from ...records import recorded
from .._at_best_rates import at_best_rate

STEPS, BATCH, SEEDS = 300, 64, 6
TURNED_RATES = {
    "Momentum": (0.02, 0.05, 0.1, 0.2, 0.4), "AdaGrad": (0.05, 0.1, 0.2, 0.4), "Adam": (0.01, 0.02, 0.05, 0.1, 0.2)
}  # fmt: skip


@recorded(
    (name, turned, i, seed)
    for name, rates in TURNED_RATES.items()
    for turned in (False, True)
    for i in range(len(rates))
    for seed in range(SEEDS)
)
def turned_run(name, turned, i, seed):
    """Training loss of a net of 610 weights on digits after STEPS, descending in turned coordinates or in its own."""
    rng, (x, y) = np.random.default_rng(seed), digits().train
    net = Network([Dense(64, 8, rng=rng), Tanh(), Dense(8, 10, rng=rng)])
    axes = _axes(net.n_params) if turned else None
    opt = OPTIMIZERS[name](lr=TURNED_RATES[name][i])
    z = net.theta @ axes if turned else net.theta.copy()
    state = opt.init(z)
    for t in range(STEPS):
        batch = rng.choice(len(y), BATCH, replace=False)
        net.theta = axes @ z if turned else z
        net.backward(softmax_cross_entropy(net.forward(x[batch], training=True), y[batch])[1])
        step, state = opt.update(net.grad @ axes if turned else net.grad, state, t, z)
        z = z + step
    net.theta = axes @ z if turned else z
    return np.array(softmax_cross_entropy(net.forward(x), y)[0])


@lru_cache(maxsize=1)
def _axes(n):
    """An orthogonal matrix, its columns the axes along which the optimizer sees the parameters."""
    return orthogonal(n, n, rng=0)


def turned_losses(name, turned):
    """(seed,) training losses at the best rate."""
    rates = range(len(TURNED_RATES[name]))
    return at_best_rate(lambda i, seed: turned_run(name, turned, i, seed), rates, SEEDS)
