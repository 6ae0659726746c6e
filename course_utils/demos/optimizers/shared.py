"""The optimizers on a real network: every rate, several seeds, and each one's best rate."""

from functools import lru_cache

import numpy as np

from ...data import digits
from ...initializers import he
from ...layers import Dense, ReLU
from ...network import Network
from ...optimizers import OPTIMIZERS
from ...records import recorded
from ...training import fit
from .._at_best_rates import best

EPOCHS, SEEDS = 5, 3
RATES = 10.0 ** np.arange(-3, 1.1, 0.5)
MEASURES = {"training loss": (1e-3, 3), "validation loss": (0.05, 3), "validation error": (0.01, 1)}
WORST = 10 * np.log(10)


def net(seed=0):
    """One hidden layer of 32 ReLUs."""
    rng = np.random.default_rng(seed)
    return Network([Dense(64, 32, init=he, rng=rng), ReLU(), Dense(32, 10, init=he, rng=rng)])


@lru_cache(maxsize=1)
def split():
    """The digits of these runs."""
    return digits()


@recorded((name, i, seed) for name in OPTIMIZERS for i in range(len(RATES)) for seed in range(SEEDS))
def run(name, i, seed):
    """(measure, epoch) of a run at rate i of RATES; one that diverged counts as the worst there is."""
    history = fit(net(seed), split(), OPTIMIZERS[name](lr=RATES[i]), EPOCHS, rng=seed, progress=False)
    if history.diverged_at >= 0:
        return np.repeat([[WORST], [WORST], [1.0]], EPOCHS + 1, axis=1)
    return np.minimum([history.train_loss, history.val_loss, 1 - history.val_accuracy], WORST)


def results(name, measure):
    """(rate, seed, epoch) of an optimizer."""
    k = list(MEASURES).index(measure)
    return np.array([[run(name, i, seed)[k] for seed in range(SEEDS)] for i in range(len(RATES))])


def best_rate(name):
    """Index into RATES of the lowest mean validation loss at the end."""
    return best(results(name, "validation loss"))


def n_params():
    """How many parameters the network of these figures has."""
    return net().n_params
