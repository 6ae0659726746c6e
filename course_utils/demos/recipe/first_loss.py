"""Step 1 of the recipe: the loss before the first step."""

from functools import lru_cache

import numpy as np

from ...live import Stops, live
from ...losses import softmax, softmax_cross_entropy
from ...plots import DASHED, THEORY, TRAIN, VAL
from ...regularizers import L2
from .shared import GUESS, digits_net, split

SCALES = np.geomspace(0.1, 10, 61)
DECAYS = (0.0, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
BINS = np.linspace(0, 1, 41)


@live(
    size=(9.6, 4.0),
    alt="The first loss against the size of the first weights, and a histogram of the right class's probability",
)
def first_loss(fig):
    """The loss of a net that has not learned anything, against the size of its weights, with a penalty and without.

    Right: the probability that it gives to the right class, for each of the 1,257 digits.
    """
    left, right = fig.subplots(ncols=2, width_ratios=[1.2, 1])
    left.set(xscale="log", yscale="log", xlim=(SCALES[0], SCALES[-1]), ylim=(1, 300), ylabel="first loss")
    left.set(xlabel="size of the first weights; He's is 1", yticks=[1, 10, 100], yticklabels=["1", "10", "100"])
    left.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    left.axhline(GUESS, color=THEORY, ls=":", label="ln 10, a blind guess")
    left.plot(SCALES, [losses_at(scale)[0] for scale in SCALES], color=TRAIN, label="data loss")
    (total,) = left.plot([], [], color=VAL, ls=DASHED, label="with the penalty")
    (dots,) = left.plot([], [], "o", color="#333333", mec="white", ms=8, clip_on=False, zorder=5)
    left.legend(loc="upper left")
    right.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="probability of the right class", ylabel="share of the digits")
    right.axvline(0.1, color=THEORY, ls=":", label="1 in 10")
    heap = right.stairs(np.zeros(len(BINS) - 1), BINS, fill=True, color=TRAIN, alpha=0.75)
    right.legend(loc="upper right")

    def update(scale: (0.1, 10.0) = 1.0, lam: Stops(list(DECAYS)) = 0.0):
        data, penalty, p = _start(scale)
        total.set_data(SCALES, [sum(losses_at(at, lam)) if lam else np.nan for at in SCALES])
        dots.set_data([scale, scale], [data, data + lam * penalty])
        heap.set_data(np.histogram(p, BINS)[0] / len(p))
        words = f"Data loss {data:.3f}, ln 10 is {GUESS:.3f}: {_say_start(data, scale)}"
        return [total, dots, heap], words + (f" The penalty adds {lam * penalty:.3g}." if lam else "")

    return update


def _say_start(data, scale):
    if data > 1.15 * GUESS:
        return "<b>too high</b>, the net is sure of itself before it has learned anything. Smaller weights."
    if scale < 0.2:
        return "a blind guess. Whether the signal gets through such weights is another question."
    return "as it should be."


def losses_at(scale, lam=0.0):
    """(data loss, penalty) before the first step, for weights of `scale` times He's."""
    data, penalty, _ = _start(float(scale))
    return data, lam * penalty


@lru_cache(maxsize=512)
def _start(scale):
    """Data loss, penalty for lam = 1, and the right class's probability for each digit."""
    net, (x, y) = digits_net(scale=scale), split().train
    scores = net.forward(x)
    penalty = sum(L2(1.0).penalty(W) for W, _ in net.weights)
    return softmax_cross_entropy(scores, y)[0], penalty, softmax(scores)[np.arange(len(y)), y]
