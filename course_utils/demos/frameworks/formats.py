"""Numbers with fewer digits: the same run with its weights kept in float32, float16 or bfloat16."""

from functools import lru_cache

import numpy as np

from ..._support.threads import few_threads
from ...data import digits
from ...layers import Dense, ReLU
from ...live import live
from ...losses import softmax_cross_entropy, unchecked
from ...network import Network
from ...optimizers import SGD
from ...plots import DASHED, DOTTED
from ...training import minibatches

FORMATS = ("float32", "float16", "bfloat16")
COLORS = {"float32": "#0072B2", "float16": "#D55E00", "bfloat16": "#117733"}
EPOCHS, BATCH, PER_EPOCH = 12, 64, 19
N_STEPS = EPOCHS * PER_EPOCH
TOP = 1e6


@live(
    size=(9.6, 4.0),
    alt="Loss over the steps with weights in three number formats, and the share of their updates that is lost",
)
def formats(fig):
    """Training loss in each format over the steps, and the share of the weights that a step left as they were."""
    left, right = fig.subplots(ncols=2)
    left.set(xlabel="step", ylabel="loss of the mini-batch, mean of 5", xlim=(0, N_STEPS), ylim=(0, 3))
    right.set(xlabel="step", ylabel="updates lost in rounding", xlim=(0, N_STEPS), ylim=(0, 1))
    left.set_title("Loss")
    right.set_title("Updates that change nothing")
    dashes = dict(zip(FORMATS, ("-", DASHED, DOTTED), strict=True))
    lines = {f: [ax.plot([], [], color=COLORS[f], ls=dashes[f], label=f)[0] for ax in (left, right)] for f in FORMATS}
    left.legend(loc="lower right", bbox_to_anchor=(1.01, 0.98), ncols=3, borderpad=0, columnspacing=1.2)

    def update(lr: (1e-3, 1.0) = 0.01, master: bool = False):
        for f, (loss, lost) in lines.items():
            losses, shares = trained(f, lr, master)
            steps = np.arange(len(losses) - 4)
            mean = np.convolve(losses, np.ones(5) / 5, "valid")
            loss.set_data(steps + 2, np.minimum(mean, TOP))
            lost.set_data(steps + 2, np.convolve(shares, np.ones(5) / 5, "valid"))
        return [line for pair in lines.values() for line in pair], _tell(lr, master)

    return update


def rounded(x, name):
    """x as the nearest numbers that the format holds, in an array of float32. bfloat16 is float32 less 16 bits."""
    if name != "bfloat16":
        with np.errstate(over="ignore"):
            return np.asarray(x, name).astype(np.float32)
    bits = np.asarray(x, np.float32).view(np.uint32)
    kept = bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))  # round to nearest, ties to even
    return (kept & np.uint32(0xFFFF0000)).view(np.float32)


@lru_cache(maxsize=256)
def trained(name, lr, master=False):
    """(losses, shares of the updates that changed no weight) of every step, with the weights kept in a format.

    master: the sum is kept in float32, and only the copy that computes is rounded.
    """
    net = Network([Dense(64, 50, rng=0), ReLU(), Dense(50, 10, rng=1)], np.float32)
    cross_entropy = unchecked(softmax_cross_entropy)  # scores may overflow here
    opt, kept = SGD(lr=lr), net.theta.copy()
    losses, lost = [], []
    with few_threads(net), np.errstate(all="ignore"):
        for x, y in _batches():
            net.theta = rounded(kept, name)
            loss, dscores = cross_entropy(net.forward(x, check=False), y)
            net.backward(dscores)
            step, _ = opt.update(net.grad, (), 0)
            new = kept + step if master else rounded(net.theta + step, name)
            moving = step != 0
            lost.append(np.mean((new == kept)[moving]) if moving.any() else 0.0)
            losses.append(loss if np.isfinite(loss) else TOP)
            kept = new
    return np.array(losses), np.array(lost)


@lru_cache(maxsize=1)
def _batches():
    x, y = digits().train
    rng, x = np.random.default_rng(0), x.astype(np.float32)
    order = [i for _ in range(EPOCHS) for i in minibatches(len(x), BATCH, rng) if len(i) == BATCH]
    return [(x[i], y[i]) for i in order[:N_STEPS]]


def _tell(lr, master):
    found = {f: trained(f, lr, master) for f in FORMATS}
    words = [
        f"{f}: loss <b>{losses[-10:].mean():.3f}</b>, {lost[-10:].mean():.0%} lost"
        for f, (losses, lost) in found.items()
    ]
    return f"Mean of the last ten steps. {'; '.join(words)}."
