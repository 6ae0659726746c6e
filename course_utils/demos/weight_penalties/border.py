"""A wiggly border between noisy moons, beside the one under a penalty: their weights and their losses."""

from functools import lru_cache

import numpy as np

from ...live import live
from ...optimizers import Adam
from ...plots import DASHED, TRAIN, VAL
from ...regularizers import L1, L2, ElasticNet, MaxNorm
from ...training import fit
from .shared import SAMPLES, draw_map, fresh_net, regions, split

KINDS = {
    "none": lambda lam: None, "L2": L2, "L1": L1, "elastic net, half of each": lambda lam: ElasticNet(lam / 2, lam / 2),
    "max-norm, c = 0.01/lam": lambda lam: MaxNorm(0.01 / lam),
}  # fmt: skip
STEPS, EVERY, RATE = 600, 20, 0.02
EDGES, TINY, TOP = np.linspace(-1.5, 1.5, 61), 0.01, 1.6


@live(
    size=(9.6, 5.6),
    alt="Maps of two classes of points with the regions of a net trained without and with a penalty, the weights of "
    "both, and their losses on training and on fresh points by training step",
)
def border(fig):
    """A net with two hidden layers learns 112 moons, 12% of them mislabeled. Choose a penalty and its strength.

    It is trained anew at each change; gray is the net without a penalty. Below: all weights, with what lies beyond the
    ends in the last bars; the loss of the training points, and of 1,200 fresh points that no net trains on.
    """
    (first, left), (middle, right) = fig.subplots(2, 2, height_ratios=[1.25, 1])
    bare, before, large = run("none", 0.01)
    draw_map(first, "Without a penalty")[0].set_data(regions(bare))
    image, *points = draw_map(left, "With the penalty")
    middle.set(
        title="The weights; outlined, those without a penalty",
        xlabel="weight",
        ylabel="how many",
        xlim=(EDGES[0], EDGES[-1]),
        yscale="log",
    )
    middle.set(ylim=(0.7, 1500))
    bars = middle.stairs(np.ones(len(EDGES) - 1), EDGES, fill=True, color=TRAIN, alpha=0.8, baseline=0.1)
    free = np.histogram(np.clip(large, *EDGES[[0, -1]]), EDGES)[0]
    middle.stairs(np.maximum(free, 0.1), EDGES, color="#555555", baseline=0.1)
    right.set(title="Loss of the data", xlabel="step", ylabel="cross-entropy", xlim=(0, STEPS), ylim=(0, TOP))
    for losses, dash, name in ((before.train_loss, "-", "training"), (before.val_loss, DASHED, "fresh")):
        steps = np.arange(len(losses)) * EVERY
        right.plot(steps, np.minimum(losses, 2 * TOP), color="#999999", ls=dash, lw=1.2, label=f"{name}, no penalty")
    (train,) = right.plot([], [], color=TRAIN, label="training points")
    (fresh,) = right.plot([], [], color=VAL, ls=DASHED, label="fresh points")
    fig.legend(*right.get_legend_handles_labels(), loc="outside lower right", ncols=4)

    def update(kind: list(KINDS) = "L2", lam: (1e-4, 1.0) = 0.01):
        net, history, weights = run(kind, lam)
        image.set_data(regions(net))
        bars.set_data(np.maximum(np.histogram(np.clip(weights, *EDGES[[0, -1]]), EDGES)[0], 0.1))
        steps = np.arange(len(history.train_loss)) * EVERY
        train.set_data(steps, np.minimum(history.train_loss, 2 * TOP))
        fresh.set_data(steps, np.minimum(history.val_loss, 2 * TOP))
        return [image, *points, bars, train, fresh], _tell(history, weights)

    return update


@lru_cache(maxsize=64)
def run(kind, lam):
    """(net, History, all weights) of the figure's net under a penalty."""
    net = fresh_net()
    history = fit(
        net,
        split(),
        Adam(lr=RATE),
        STEPS,
        SAMPLES,
        rng=0,
        regularizer=KINDS[kind](lam),
        evaluate_every=EVERY,
        progress=False,
    )
    return net, history, np.concatenate([W.ravel() for W, _ in net.weights])


def losses(kind, lam=0.01):
    """The figure's losses at the end: of the training points, and of fresh ones."""
    _, history, _ = run(kind, lam)
    return history.train_loss[-1], history.val_loss[-1]


def accuracies(kind, lam=0.01):
    """The shares that the figure's net has right at the end: of the training points, and of fresh ones."""
    _, history, _ = run(kind, lam)
    return history.final_train_accuracy, history.final_val_accuracy


def share_near_0(kind, lam=0.01, within=TINY):
    """The share of the figure's weights that are so close to 0 at the end."""
    return float(np.mean(abs(run(kind, lam)[2]) <= within))


def _tell(history, weights):
    near = np.mean(abs(weights) < TINY)
    words = (
        f"Loss {history.train_loss[-1]:.2f} in training, <b>{history.val_loss[-1]:.2f} on fresh points</b>; "
        f"right: {history.final_train_accuracy:.0%} and {history.final_val_accuracy:.0%}. "
        f"Σ W² = {weights @ weights:.3g}; {near:.0%} of the weights are within {TINY:g} of 0."
    )
    flat = " The penalty has <b>flattened</b> the net: it says the same everywhere."
    return words + flat if abs(history.val_loss[-1] - np.log(2)) < 0.005 else words
