"""What two figures train on: few moons of which every eighth has the wrong label, and fresh ones to judge by."""

from functools import lru_cache
from itertools import pairwise

import numpy as np
from matplotlib.colors import to_rgb

from ...data import Split, moons
from ...layers import Dense, ReLU
from ...network import Network
from ...plots import CLASSES

SAMPLES, FRESH, NOISE, FLIP = 160, 1200, 0.2, 0.12
SIZES, WINDOW, SHAPE = (2, 32, 32, 2), ((-1.7, 2.7), (-1.35, 1.85)), (90, 124)
INK = np.array([to_rgb(color) for color in CLASSES[:2]])


@lru_cache(maxsize=1)
def split():
    """The few moons to train on; in place of validation data many fresh ones, with as many wrong labels."""
    few, many = moons(SAMPLES, NOISE, FLIP, rng=1), moons(FRESH, NOISE, FLIP, rng=2)
    return Split(few.train, many.train + many.val + many.test, few.test)


def fresh_net():
    """The net of these figures before training, with two hidden layers of 32 ReLUs."""
    rng, layers = np.random.default_rng(0), []
    for n_in, n_out in pairwise(SIZES):
        layers += [Dense(n_in, n_out, rng=rng), ReLU()]
    return Network(layers[:-1])


def draw_map(ax, title):
    """[the image of the regions, the points above it]: what moves takes along what lies on it."""
    ax.set(title=title, xlabel="$x_1$", ylabel="$x_2$", xlim=WINDOW[0], ylim=WINDOW[1])
    ax.grid(False)
    image = ax.imshow(np.ones((2, 2, 3)), extent=np.ravel(WINDOW), origin="lower", aspect="auto", zorder=0)
    x, y = split().train
    points = [
        ax.plot(*x[y == k].T, marker, ms=4.5, ls="none", color=color, mec="white", mew=0.5)[0]
        for k, (marker, color) in enumerate(zip("o^", CLASSES, strict=False))
    ]
    return [image, *points]


def regions(net):
    """The image of what a net says: the color of its class, the paler the less sure it is."""
    scores = net.forward(_grid())
    margin = scores[:, 1] - scores[:, 0]
    sure = np.tanh(abs(margin) / 4)
    strength = (0.14 + 0.3 * sure)[:, None]
    return (1 - strength * (1 - INK[(margin > 0).astype(int)])).reshape(*SHAPE, 3)


@lru_cache(maxsize=1)
def _grid():
    """The centers of the pixels of the map, row by row."""
    x, y = (np.linspace(*ends, 2 * n + 1)[1::2] for ends, n in zip(WINDOW, SHAPE[::-1], strict=True))
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
