"""What the figures of this chapter have in common: the net of the recipe, its data, and marks for two curves."""

from functools import lru_cache, partial

import numpy as np

from ...data import Split, digits
from ...initializers import he
from ...layers import Dense, ReLU
from ...network import Network
from ...plots import DASHED, TRAIN, VAL

GUESS = float(np.log(10))
STYLES = {
    "training": dict(color=TRAIN, ls="-", marker="o", ms=4),
    "validation": dict(color=VAL, ls=DASHED, marker="s", ms=4),
}
GOOD = "#117733"
FAINT = "#b5b5b5"


def digits_net(width=50, scale=1.0, seed=0):
    """One hidden layer of ReLUs; weights from He's distribution times `scale`."""
    rng, init = np.random.default_rng(seed), partial(he, gain=scale * 2**0.5)
    return Network([Dense(64, width, init, rng), ReLU(), Dense(width, 10, init, rng)])


@lru_cache(maxsize=1)
def split():
    """The digits of the whole chapter."""
    return digits()


def some(n, val=True):
    """The digits with only the first n of the training samples; without validation if val is False."""
    whole = split()
    return Split(whole.train[:n], whole.val if val else None)


def percent(ax, which="y"):
    """Ticks of an axis of accuracies from 0 to 1."""
    ticks = [0, 0.25, 0.5, 0.75, 1]
    ax.set(**{f"{which}ticks": ticks, f"{which}ticklabels": [f"{tick:.0%}" for tick in ticks]})
