"""What the figures of this chapter have in common: a net with and one without, each in its color."""

from functools import lru_cache
from itertools import pairwise

import numpy as np

from ...data import digits
from ...initializers import normal
from ...layers import Dense, ReLU
from ...network import Network
from ...normalization import BatchNorm
from ...optimizers import Momentum
from ...plots import DASHED, TEST, TRAIN
from ...training import fit

NAMES = {False: "without", True: "with batch norm"}
COLORS = {False: TEST, True: TRAIN}
DASHES = {False: DASHED, True: "-"}
SIZES = 64, 50, 50, 50


def he_std(n_in):
    """He's standard deviation for weights before a ReLU."""
    return (2 / n_in) ** 0.5


def digits_net(with_norm, scale=1.0, seed=0, momentum=0.9):
    """Three hidden layers of ReLUs, weights from He's distribution times `scale`; batch norm before every ReLU."""
    rng, layers = np.random.default_rng(seed), []
    for n_in, n_out in pairwise(SIZES):
        layers += [Dense(n_in, n_out, normal(scale * he_std(n_in)), rng)]
        layers += [BatchNorm(n_out, momentum)] * with_norm + [ReLU()]
    return Network([*layers, Dense(SIZES[-1], 10, normal(scale * he_std(SIZES[-1])), rng)])


def small_split(n=512):
    """Digits with only n training samples."""
    return digits().first(n)


@lru_cache(maxsize=4)
def trained_net(with_norm=True, trained=True):
    """A net on digits after five epochs, or as it was before them; make a copy before you change it."""
    net = digits_net(with_norm)
    if trained:
        fit(net, digits(), Momentum(lr=0.05), 5, 64, rng=0, evaluate_every=0, progress=False)
    return net
