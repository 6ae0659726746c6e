"""Labels out of step with their samples, a share of them: training goes on as ever, and what a permutation says."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from ...bug_lab import Program
from ...data import Data
from ...live import live
from ...plots import DASHED, TRAIN, VAL
from ...records import recorded

PROGRAM = Program()
EPOCHS, PERMUTATIONS = 10, 10
SHARES = tuple(np.round(np.linspace(0, 1, 11), 1).tolist())


@live(
    size=(9.6, 4.1),
    alt="Accuracy in training and validation over epochs with a share of the labels out of step, and at the end "
    "over that share, with the band of permuted labels",
)
def labels(fig, recompute=False):
    """A net on digits with a share of the training labels out of step with their samples.

    The band on the right: where nets end that were trained with all labels permuted, ten of them.

    `recompute=True` makes all its runs anew.
    """
    shares_right.table(recompute)
    left, right = fig.subplots(ncols=2, sharey=True)
    left.set(xlabel="epoch", ylabel="share right", xlim=(0, EPOCHS), ylim=(0, 1.02), title="One run")
    right.set(xlabel="share of the labels out of step", xlim=(-0.02, 1.02), title=f"After {EPOCHS} epochs")
    style = {"training, by its labels": (0, TRAIN, "-"), "validation": (1, VAL, DASHED)}
    ends = np.array([accuracies(share) for share in SHARES])
    lines, dots = [], []
    for name, (i, color, dash) in style.items():
        lines += left.plot([], [], color=color, ls=dash, label=name)
        right.plot(SHARES, ends[:, i], color=color, ls=dash)
        dots += right.plot([], [], "o", ms=8, color=color, mec="white", zorder=5)
    right.axhspan(*chance(), color="#999999", alpha=0.35, lw=0, label="validation, labels permuted")
    left.legend(loc="center right")
    right.legend(loc="upper right")

    def update(share: (0.0, 1.0, 0.05) = 0.3):
        run = _trained(share)
        for line, curve in zip(lines, (run.train_accuracy, run.val_accuracy), strict=True):
            line.set_data(run.epochs, curve)
        for dot, end in zip(dots, accuracies(share), strict=True):
            dot.set_data([share], [end])
        return [*lines, *dots], _tell(share)

    return update


def _mixed(share, seed):
    """The program's data with a share of the training labels permuted among each other."""
    split = PROGRAM.split()
    rng, y = np.random.default_rng(seed), split.train.y.copy()
    some = rng.permutation(len(y))[: round(share * len(y))]
    y[some] = rng.permutation(y[some])
    return replace(split, train=Data(split.train.x, y))


@lru_cache(maxsize=64)
def _trained(share, seed=0):
    return PROGRAM.run(_mixed(share, seed), epochs=EPOCHS)[1]


@recorded([*((share, 0) for share in SHARES), *((1.0, seed) for seed in range(1, 1 + PERMUTATIONS))])
def shares_right(share, seed):
    """(in training, by the labels as given; in validation) at the end."""
    return np.array([_trained(share, seed).final_train_accuracy, _trained(share, seed).final_val_accuracy])


def accuracies(share):
    """(in training, by the labels as given; in validation): shares right at the end."""
    return tuple(map(float, shares_right(share, 0)))


def chance():
    """(lowest, highest) accuracy in validation of ten nets trained with permuted labels."""
    ends = [float(shares_right(1.0, seed)[1]) for seed in range(1, 1 + PERMUTATIONS)]
    return min(ends), max(ends)


def _tell(share):
    train, val = accuracies(share)
    words = f"{share:.0%} of the labels out of step: {train:.0%} right in training, {val:.0%} in validation."
    if val <= chance()[1]:
        words += " <b>No better than with permuted labels.</b>"
    return words
