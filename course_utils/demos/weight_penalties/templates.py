"""A hundred digits and no hidden layer: ten pictures of weights, and how a penalty smooths or empties them."""

from functools import lru_cache

import numpy as np

from ...data import Data, Split, digits
from ...initializers import he
from ...layers import Dense
from ...live import live
from ...network import Network
from ...optimizers import SGD
from ...plots import DASHED, TRAIN, VAL
from ...records import recorded
from ...regularizers import L2, ProximalL1
from ...training import fit

KINDS = {"L2": L2, "L1, proximal steps": ProximalL1}
STYLES = dict(zip(KINDS, (DASHED, "-"), strict=True))
# Plain SGD: a velocity would carry the weights further than the lr of the proximal step.
SAMPLES, STEPS, RATE, GAP = 100, 800, 1.0, 2
SWEEP, TOP, WRONG = np.geomspace(1e-4, 0.3, 11), 3.0, (0, 20)


@live(
    size=(9.6, 3.5),
    alt="Ten small pictures of weights, one for each digit; beside them the loss on training digits and on other "
    "digits against the strength of L2 and of L1",
)
def templates(fig, recompute=False):
    """Left: the weights of a softmax classifier on 100 digits, a picture for each class; white is 0, orange is for it.

    Right: the loss on those 100 and on 1,697 others, for every lam. wrong_labels of the 100 have another digit's label.
    The net is trained anew at each change.

    `recompute=True` makes all its runs anew.
    """
    left, right = fig.subplots(ncols=2, width_ratios=[1.45, 1])
    left.set_title("Weights: orange for the digit, violet against it", pad=18)
    left.axis("off")
    for k in range(10):
        left.text(k % 5 * (8 + GAP) - 0.3, k // 5 * (8 + GAP) - 0.6, k, size=9, va="bottom", color="#444444")
    image = left.imshow(_mosaic(np.zeros((64, 10))), cmap="PuOr_r", vmin=-1, vmax=1)
    right.set(xscale="log", xlabel="lam", ylabel="cross-entropy", xlim=SWEEP[[0, -1]], ylim=(0, TOP), title="Loss")
    curves = {
        kind: [
            right.plot([], [], color=color, ls=STYLES[kind], label=f"{kind[:2]}, {name}")[0]
            for color, name in ((TRAIN, "the 100"), (VAL, "others"))
        ]
        for kind in KINDS
    }
    right.legend(loc="upper left", ncols=2)
    tables = sweep.table(recompute)
    (dots,) = right.plot([], [], "o", ms=7, color="#333333")

    def update(kind: list(KINDS) = "L2", lam: (1e-4, 0.3) = 0.0025, wrong_labels: list(WRONG) = 20):
        W, ends = run(kind, lam, wrong_labels)
        for name, lines in curves.items():
            for line, losses in zip(lines, tables[name, wrong_labels], strict=False):
                line.set_data(SWEEP, losses)
        image.set_data(_mosaic(W / max(abs(W).max(), 1e-12)))
        dots.set_data([lam, lam], np.minimum(ends[:2], TOP))
        return [image, *sum(curves.values(), []), dots], _tell(W, ends)

    return update


def _mosaic(W):
    """The ten pictures in two rows of five, with gaps."""
    out = np.full((2 * (8 + GAP) - GAP, 5 * (8 + GAP) - GAP), np.nan)
    for k in range(10):
        row, column = divmod(k, 5)
        top, start = row * (8 + GAP), column * (8 + GAP)
        out[top : top + 8, start : start + 8] = W[:, k].reshape(8, 8)
    return np.ma.masked_invalid(out)


@lru_cache(maxsize=2)
def split(wrong):
    """A hundred digits to train on, so many of them with the next digit's label, and all others."""
    parts = digits()
    x, y = parts.train[:SAMPLES]
    few = Data(x, (y + (np.arange(SAMPLES) < wrong)) % 10)
    return Split(few, parts.train[SAMPLES:] + parts.val + parts.test)


@lru_cache(maxsize=64)
def run(kind, lam, wrong=20):
    """(weights, (losses of the 100 and of the others, and both shares right)) after 800 steps."""
    net = Network([Dense(64, 10, init=he, rng=0)])
    h = fit(
        net,
        split(wrong),
        SGD(lr=RATE),
        STEPS,
        SAMPLES,
        rng=0,
        regularizer=KINDS[kind](lam),
        evaluate_every=STEPS,
        progress=False,
    )
    return net.layers[0].W, (h.train_loss[-1], h.val_loss[-1], h.final_train_accuracy, h.final_val_accuracy)


@recorded((kind, wrong) for kind in KINDS for wrong in WRONG)
def sweep(kind, wrong=20):
    """For the strengths of the figure's curves: losses of the 100 and of the others, share of others right, zeros."""
    ends = []
    for lam in SWEEP:
        W, (train, other, _, right) = run(kind, lam, wrong)
        ends.append((train, other, right, np.mean(W == 0)))
    return np.array(ends).T


def _tell(W, ends):
    train, other, _, right = ends
    return (
        f"Loss {train:.2f} on the 100 digits and <b>{other:.2f} on others</b>, of which {right:.1%} are right. "
        f"<b>{np.mean(W == 0):.0%} of the 640 weights are exactly 0</b>; the largest is {abs(W).max():.2g}."
    )
