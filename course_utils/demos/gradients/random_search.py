"""Random search for weights against following the slope: one linear classifier of digits, three ways to find it.

The 650 numbers are one array theta (65, 10): 64 rows of weights, and the biases in the last row.
"""

from functools import lru_cache

import numpy as np

from ...data import digits
from ...live import Play, live
from ...losses import softmax_cross_entropy
from ...plots import COLORS, DASHED, THEORY

EVALUATIONS, SAMPLES, SPREAD, STEP, LR = 300, 300, 0.1, 0.0501, 1.0
WAYS = ("guess anew", "random steps", "follow the slope")
LOOKS = {
    "guess anew": dict(color="#7A7A00", ls="-"),
    "random steps": dict(color="#A0522D", ls="-."),
    "follow the slope": dict(color=COLORS["SGD"], ls="-"),
}


@live(
    size=(9.6, 4.2),
    alt="The lowest loss so far against the number of evaluations: guesses stay near 2.3, random steps come down "
    "slowly, descent along the gradient fast; beside it, the weights that each has found, as ten small images",
)
def random_search(fig):
    """650 weights for handwritten digits: guessed, improved by random steps, or found by following the slope.

    `spread` is the standard deviation of a guess, `step` that of a random step, which is kept if the loss is lower.
    """
    left, *rows = fig.subplot_mosaic([["loss", way] for way in WAYS], width_ratios=[1.1, 1]).values()
    left.set(xlim=(0, EVALUATIONS), ylim=(0, 3.2), title="Loss of the weights found so far")
    left.set(xlabel="evaluations of the loss", ylabel=f"loss on {SAMPLES} digits")
    left.axhline(np.log(10), color=THEORY, ls=DASHED, lw=1.2, label="all weights 0")
    curves = [left.plot([], [], label=way, **LOOKS[way])[0] for way in WAYS]
    now = left.axvline(0, color="#999999", lw=1)
    left.legend(loc="upper right", ncols=2)
    images = [_templates(ax, way) for ax, way in zip(rows, WAYS, strict=True)]
    rows[-1].set_xticks(9 * np.arange(10) + 3.5, range(10))
    rows[-1].set_xlabel("weights of the score for this digit")

    def update(
        spread: (1e-3, 1.0) = SPREAD,
        step: (1e-3, 1.0) = STEP,
        lr: (1e-2, 10.0) = LR,
        evaluations: Play(EVALUATIONS, interval=60, stride=2) = EVALUATIONS,
    ):
        runs = [guesses(spread), steps_of(step), descent_run(lr)]
        told = []
        for way, curve, image, (losses, weights) in zip(WAYS, curves, images, runs, strict=True):
            curve.set_data(range(evaluations + 1), losses[: evaluations + 1])
            W = weights[evaluations]
            image.set_data(montage(W))
            told.append(f"{way} has loss {losses[evaluations]:.3g} and reads {_right(W):.0%} of new digits")
        now.set_xdata([evaluations] * 2)
        return [*curves, *images, now], f"After {evaluations} evaluations: {'; '.join(told)}."

    return update


def _templates(ax, way):
    ax.set_title(way, color=LOOKS[way]["color"], fontsize=10)
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    ax.spines[:].set_visible(False)
    return ax.imshow(np.zeros((8, 89)), cmap="PuOr_r", vmin=-1, vmax=1, interpolation="nearest", aspect="equal")


def montage(W):
    """The weights into each of the ten scores as 8 x 8 pictures side by side, over the largest weight."""
    pictures = W[:64].T.reshape(10, 8, 8) / max(np.abs(W[:64]).max(), 1e-12)
    return np.pad(pictures, ((0, 0), (0, 0), (0, 1))).transpose(1, 0, 2).reshape(8, 90)[:, :-1]


@lru_cache(maxsize=1)
def _digits():
    """(some of the training digits, all validation digits), each with a column of ones for the biases."""
    split = digits()
    (x, y), (x_new, y_new) = split.train, split.val
    return (_with_ones(x[:SAMPLES]), y[:SAMPLES]), (_with_ones(x_new), y_new)


def _with_ones(x):
    return np.column_stack([x, np.ones(len(x))])


def loss_of(W):
    """(loss, slopes of the scores) on the digits of the figure."""
    x, y = _digits()[0]
    return softmax_cross_entropy(x @ W, y)


def _right(W):
    x, y = _digits()[1]
    return np.mean((x @ W).argmax(axis=1) == y)


@lru_cache(maxsize=64)
def guesses(spread, seed=0):
    """(losses, weights) of the best guess after 0, 1, 2, ... evaluations; the 0th is all weights 0."""
    rng = np.random.default_rng(seed)
    return _keep_better(lambda W: rng.normal(0, spread, W.shape))


@lru_cache(maxsize=64)
def steps_of(step, seed=0):
    """The search by random steps of this size, of which those that help are kept."""
    rng = np.random.default_rng(seed)
    return _keep_better(lambda W: W + rng.normal(0, step, W.shape))


def _keep_better(propose):
    best = np.zeros((65, 10))
    loss = loss_of(best)[0]
    losses, weights = [loss], [best]
    for _ in range(EVALUATIONS):
        W = propose(best)
        if (new := loss_of(W)[0]) < loss:
            best, loss = W, new
        losses.append(loss)
        weights.append(best)
    return losses, weights


@lru_cache(maxsize=64)
def descent_run(lr):
    """The same for descent; a step costs two evaluations, since the gradient takes about as long as the loss."""
    x, _ = _digits()[0]
    W, losses, weights = np.zeros((65, 10)), [], []
    for _ in range(EVALUATIONS // 2 + 1):
        loss, dscores = loss_of(W)
        losses += [loss, loss]
        weights += [W, W]
        W = W - lr * (x.T @ dscores)
    return losses, weights


def found(way, evaluations=EVALUATIONS):
    """(loss, share of new digits that are right) of one of the figure's three ways, at the figure's defaults."""
    search, setting = dict(zip(WAYS, ((guesses, SPREAD), (steps_of, STEP), (descent_run, LR)), strict=True))[way]
    losses, weights = search(setting)
    return losses[evaluations], float(_right(weights[evaluations]))


def found_by_chance(way, seeds=10):
    """(losses, shares of new digits that are right) at the end of one of the two blind ways, from as many seeds."""
    search, setting = {"guess anew": (guesses, SPREAD), "random steps": (steps_of, STEP)}[way]
    ends = [(losses[-1], _right(weights[-1])) for losses, weights in (search(setting, seed) for seed in range(seeds))]
    return np.array(ends).T
