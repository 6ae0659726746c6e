"""Three wrong dropouts: the scores in training mode, averaged over masks, against those in test mode."""

from functools import lru_cache

import numpy as np

from ...bug_lab import AlwaysOn, Program, RandnMask, Unscaled
from ...dropout import Dropout
from ...live import live
from ...plots import CLASSES, DASHED, DOTTED, TEST, THEORY

LAYERS = {
    "right": Dropout,
    "randn for the mask": RandnMask,
    "no scaling at test time": Unscaled,
    "dropout on at test time": AlwaysOn,
}


def _randn_slope(keep):
    from scipy.special import ndtr

    return ndtr(keep) / keep


SLOPES = {
    "right": np.ones_like,
    "randn for the mask": _randn_slope,
    "no scaling at test time": lambda keep: keep,
}
DASHES = "-", DASHED, DOTTED
EPOCHS, PASSES, SAMPLES, LIMIT = 3, 50, 60, 6


@live(
    size=(9.6, 4.1),
    alt="Scores in training mode over scores in test mode for a net with dropout, and the slope of the cloud over "
    "the probability to keep a unit",
)
def modes(fig):
    """Scores of a trained net with dropout: in training mode, the mean of 50 passes, over those in one test pass.

    On the diagonal the two modes agree. Right: the slope of the cloud over keep, with what theory says of it.
    """
    left, right = fig.subplots(ncols=2)
    left.set(
        xlabel="score in test mode",
        ylabel=f"score in training mode, mean of {PASSES}",
        xlim=(-LIMIT, LIMIT),
        ylim=(-LIMIT, LIMIT),
    )
    left.plot([-LIMIT, LIMIT], [-LIMIT, LIMIT], color=THEORY, ls=":", label="the modes agree")
    left.legend(loc="upper left")
    (cloud,) = left.plot([], [], ".", ms=3, alpha=0.6)
    keeps = np.linspace(0.2, 1, 81)
    right.set(xlabel="keep", ylabel="training mode over test mode", xlim=(0.15, 1.05), ylim=(0, 3.2))
    for i, (name, theory) in enumerate(SLOPES.items()):
        right.plot(keeps, theory(keeps), color=_color(name), ls=DASHES[i], label=name)
    random = "dropout on at test time"
    right.plot([], [], "o", ms=9, mec="white", color=_color(random), label=random)
    right.legend(loc="upper right")
    (dot,) = right.plot([], [], "o", ms=9, mec="white", zorder=5)

    def update(dropout: list(LAYERS) = "no scaling at test time", keep: (0.2, 1.0, 0.05) = 0.5):
        test, train, again = scores(dropout, keep)
        cloud.set_data(test.ravel(), train.ravel())
        found = _slope(test, train)
        dot.set_data([keep], [found])
        for artist in (cloud, dot):
            artist.set_color(_color(dropout))
        return [cloud, dot], _tell(found, abs(test - again).max())

    return update


def _color(name):
    return TEST if name == "right" else CLASSES[list(LAYERS).index(name) - 1]


@lru_cache(maxsize=128)
def scores(dropout, keep):
    """(scores in test mode, their means in training mode, scores in a second test pass) of some training samples."""
    program = Program(dropout=lambda rng: LAYERS[dropout](keep=keep, rng=rng))
    net, _ = program.run(epochs=EPOCHS, evaluate_every=0)
    x = program.split().train.x[:SAMPLES]
    test, again = net.forward(x), net.forward(x)
    return test, sum(net.forward(x, training=True) for _ in range(PASSES)) / PASSES, again


def _slope(test, train):
    return float(np.sum(test * train) / np.sum(test * test))


def slope(dropout, keep=0.5):
    """How many times the scores in test mode those in training mode are, on average over the masks."""
    return _slope(*scores(dropout, keep)[:2])


def _tell(slope, difference):
    if difference:
        return f"Two passes in test mode differ by up to {difference:.2g}: <b>test mode is random</b>."
    verdict = "the modes agree" if abs(slope - 1) < 0.1 else "<b>the modes are two different nets</b>"
    return f"Scores in training mode are {slope:.2f} times those in test mode: {verdict}."
