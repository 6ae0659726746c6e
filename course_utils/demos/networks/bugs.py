"""Four mistakes in the backward pass that training forgives: the loss comes down, the gradient check does not."""

from functools import lru_cache

import numpy as np

from ...bug_lab import FourDb, ReLUByDelta, TwiceDW, without_mean
from ...data import Data, Split, digits
from ...gradients import BANDS, check_gradients
from ...layers import Dense, ReLU
from ...live import live
from ...losses import softmax_cross_entropy
from ...network import Network
from ...optimizers import SGD
from ...plots import DASHED, TRAIN
from ...training import fit

EPOCHS, HIDDEN, LR = 8, 64, 0.0501
ARRAYS = {"0.W": "hidden W", "0.b": "hidden b", "2.W": "last W", "2.b": "last b"}
SHADES = {"right": "#cfe8d8", "with kinks": "#fdf3d0", "suspicious": "#fbdcc0", "wrong": "#f5c2c2"}
LOWEST = 1e-12


BUGS = {
    "none": (Dense, ReLU, softmax_cross_entropy),
    "factor 2 in dW": (TwiceDW, ReLU, softmax_cross_entropy),
    "factor 4 in db": (FourDb, ReLU, softmax_cross_entropy),
    "missing 1/N": (Dense, ReLU, without_mean),
    "ReLU by slope > 0": (Dense, ReLUByDelta, softmax_cross_entropy),
}


@live(
    size=(9.6, 3.9),
    alt="Training loss of a net with a mistake in its backward pass and of the right one, both falling; beside it "
    "the relative error of each gradient array on a log axis with the bands right, suspicious and wrong",
)
def bugs(fig):
    """A digits net trained with one of four mistakes in its backward pass, beside the right one; and what a check says.

    `samples` is how many the gradient check looks at: one mistake hides from a check of one.
    """
    left, right = fig.subplots(ncols=2, width_ratios=[1, 1.15])
    left.set(xlim=(0, EPOCHS), ylim=(0, 3), xlabel="epoch", ylabel="training loss", title="The curve")
    (good,) = left.plot([], [], color="#777777", ls=DASHED, label="without a mistake")
    (curve,) = left.plot([], [], "o-", ms=5, color=TRAIN, mec="white", label="with the mistake chosen")
    left.legend(loc="upper right")
    _bands(right)
    (dots,) = right.plot([], [], "o", ms=9, color=TRAIN, mec="white")

    def update(bug: list(BUGS) = "ReLU by slope > 0", lr: (1e-3, 1.0) = LR, samples: (1, 16) = 4, seed: (0, 9) = 0):
        runs = trained("none", lr, seed), trained(bug, lr, seed)
        for line, run in zip((good, curve), runs, strict=True):
            line.set_data(run.epochs, np.where(run.train_loss < 1e3, run.train_loss, np.nan))
        found = _checked(bug, samples, seed)
        dots.set_data([max(found.errors.get(array, 0), 2 * LOWEST) for array in ARRAYS], range(4))
        return [good, curve, dots], _tell(runs, found)

    return update


def _bands(ax):
    """A row for each array, and what a relative error means."""
    ax.set(xscale="log", xlim=(LOWEST, 10), ylim=(3.6, -0.9), title="The check")
    ax.set(xlabel="relative error", ylabel="gradient of")
    ax.set_yticks(range(len(ARRAYS)), ARRAYS.values())
    ax.grid(False)
    low = LOWEST
    for (bound, _), (label, shade) in zip(BANDS, SHADES.items(), strict=True):
        high = min(bound, 10)
        ax.axvspan(low, high, color=shade, lw=0, zorder=0)
        ax.text(np.sqrt(low * high), -0.5, label, ha="center", fontsize=9, color="#333333")
        low = high


def _tell(runs, found):
    ends = []
    for what, run in zip(("Without a mistake", "with the one chosen"), runs, strict=True):
        gone = f"diverged at step {run.diverged_at}"
        ends.append(f"{what}: " + (gone if run.diverged_at >= 0 else f"loss {run.train_loss[-1]:.3g}, "
                    f"{run.final_val_accuracy:.1%} of new digits right"))  # fmt: skip
    return f"{'; '.join(ends)}. Gradient check: <b>{found.verdict}</b>, largest error {found.error:.0e}."


@lru_cache(maxsize=1)
def _split():
    """Digits with every pixel shifted and scaled to about mean 0 and size 1 (what for is chapter 03's subject)."""
    split = digits()
    mean, size = split.train.x.mean(axis=0), split.train.x.std(axis=0) + 0.1
    return Split(*(Data((part.x - mean) / size, part.y) for part in (split.train, split.val, split.test)))


def _net(bug, seed):
    """(net, loss) with the mistake of that name."""
    dense, relu, loss = BUGS[bug]
    rng = np.random.default_rng(seed)
    return Network([dense(64, HIDDEN, rng=rng), relu(), dense(HIDDEN, 10, rng=rng)]), loss


@lru_cache(maxsize=64)
def trained(bug, lr, seed):
    """The History of a run with a mistake."""
    net, loss = _net(bug, seed)
    return fit(net, _split(), SGD(lr=lr), EPOCHS, batch_size=32, rng=seed, loss=loss, progress=False)


@lru_cache(maxsize=64)
def _checked(bug, samples, seed):
    net, loss = _net(bug, seed)
    x, y = _split().train
    return check_gradients(net, x[:samples], y[:samples], loss=loss, rng=seed, n_per_array=20)


def bug_found(bug, samples=4, lr=LR):
    """(validation accuracy, GradientCheck) of the figure's net with a mistake."""
    return trained(bug, lr, 0).final_val_accuracy, _checked(bug, samples, 0)
