"""Steps 1 and 2: the loss before the first step, and a sample so small that the net has to learn it by heart."""

from functools import lru_cache

import numpy as np

from ...live import Stops, live
from ...losses import softmax, softmax_cross_entropy
from ...optimizers import Momentum
from ...plots import DASHED, THEORY, TRAIN, VAL
from ...regularizers import L2
from ...training import fit
from .looks import GUESS, STYLES, digits_net, percent, some, split

SCALES = np.geomspace(0.1, 10, 61)
DECAYS = (0.0, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
BINS = np.linspace(0, 1, 41)
STEPS = 200
LOSSES = 1e-5, 1e2


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


@live(
    size=(9.6, 4.0),
    alt="Loss and accuracy over 200 steps of a net on a handful of digits, with a line at a blind guess",
)
def small_sample(fig):
    """A net and a handful of digits, all of them in every step: can it learn them by heart within 200 steps?"""
    left, right = fig.subplots(ncols=2)
    left.set(yscale="log", xlim=(0, STEPS), ylim=LOSSES, xlabel="step", ylabel="loss on the sample")
    left.axhline(GUESS, color=THEORY, ls=":", label="ln 10")
    left.legend(loc="upper right")
    right.set(xlim=(0, STEPS), ylim=(0, 1.04), xlabel="step", ylabel="accuracy on the sample")
    percent(right)
    (loss,) = left.plot([], [], color=STYLES["training"]["color"])
    (share,) = right.plot([], [], color=STYLES["training"]["color"])
    reached = right.plot([], [], "*", color=VAL, mec="white", ms=16, zorder=5)[0]

    def update(
        n: Stops([10, 20, 50, 100]) = 20,
        lr: (1e-4, 10.0) = 0.05,
        width: Stops([1, 2, 5, 20, 50]) = 50,
        scale: Stops([0.01, 0.1, 0.3, 1.0, 3.0, 10.0]) = 1.0,
    ):
        history = memorized(n, lr, width, scale)
        ok = np.isfinite(history.train_loss)
        loss.set_data(history.eval_steps[ok], np.clip(history.train_loss[ok], *LOSSES))
        share.set_data(history.eval_steps[ok], history.train_accuracy[ok])
        first = history.eval_steps[ok][history.train_accuracy[ok] == 1][:1]
        reached.set_data(first, np.ones(len(first)))
        return [loss, share, reached], _say_memorized(history, first)

    return update


@lru_cache(maxsize=256)
def memorized(n=20, lr=0.05, width=50, scale=1.0):
    """The History of 200 full-batch steps with momentum on n digits."""
    return fit(digits_net(width, scale), some(n, val=False), Momentum(lr=lr), STEPS, n, rng=0, progress=False)


def _say_memorized(history, first):
    losses = history.train_loss
    if history.train_accuracy[-1] == 1:
        return f"100% after {first[0]} steps. The loss at the end is {losses[-1]:.2g}."
    if history.diverged_at >= 0 or losses.max() > 2 * losses[0]:
        return f"<b>Exploding</b>, up to a loss of {np.nanmax(losses):.3g}: lower the rate."
    end = f"{history.train_accuracy[-1]:.0%} at the end, loss {losses[-1]:.2g}."
    if losses[-1] > 0.9 * losses[0]:
        return f"{end} <b>Flat</b>: raise the rate. If that does not help, look at the first weights and at the width."
    return f"{end} On its way, or too small a net: try a larger rate first, then a wider net."
