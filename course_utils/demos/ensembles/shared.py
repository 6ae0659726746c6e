"""What the figures of this chapter share: digits with some wrong labels, a network that learns them, colors."""

from functools import lru_cache

import numpy as np

from ...data import Data, Split, digits
from ...ensembles import Snapshots
from ...layers import Dense, ReLU
from ...network import Network
from ...plots import CLASSES, TEST
from ...training import fit

N_TRAIN, N_REDRAWN, BATCH = 300, 45, 32
MEMBER, TOGETHER, WEIGHTS = "#8a8a8a", CLASSES[0], CLASSES[1]
REFERENCE = TEST


@lru_cache(maxsize=1)
def noisy_digits():
    """300 digits to train on, 45 of whose labels are drawn anew; 270 for validation, 1227 fresh ones as test data."""
    whole = digits()
    x, y = whole.train.x, whole.train.y.copy()
    rng = np.random.default_rng(0)
    redrawn = rng.permutation(N_TRAIN)[:N_REDRAWN]
    y[redrawn] = rng.integers(0, 10, N_REDRAWN)
    train = Data(x, y)
    return Split(train[:N_TRAIN], whole.val, whole.test + train[N_TRAIN:])


def build(rng):
    """A network for digits with two hidden layers of 32 units, its weights drawn from rng."""
    rng = np.random.default_rng(rng)
    return Network([Dense(64, 32, rng=rng), ReLU(), Dense(32, 32, rng=rng), ReLU(), Dense(32, 10, rng=rng)])


def accuracy(P, y):
    """Share right of probabilities (..., n_samples, n_classes)."""
    return (np.argmax(P, axis=-1) == y).mean(axis=-1)


def snapshots_of_a_run(optimizer, taken_at, n_epochs, seed=0):
    """(Ensemble of the networks after the steps taken_at, history) of one run on the noisy digits."""
    taken, data = Snapshots(taken_at), noisy_digits()
    callbacks = {"step_callbacks": [taken], "evaluate_every": 0, "progress": False}
    history = fit(build(seed), data, optimizer, n_epochs, BATCH, rng=seed, **callbacks)
    return taken.ensemble, history
