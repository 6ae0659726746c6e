"""Batch size and batch norm, at equal steps: what small batches cost, and how much a sample depends on its batch."""

from functools import lru_cache

import numpy as np

from ...live import Stops, live
from ...losses import softmax_cross_entropy
from ...optimizers import Momentum
from ...plots import DOTTED, TRAIN, VAL
from ...records import recorded
from ...training import evaluate, fit
from .shared import NAMES, digits_net, small_split

SIZES = (2, 4, 8, 16, 32, 64, 128, 256)
STEPS, RATES, SEEDS = 512, (0.005, 0.02, 0.08), 3
EPOCHS, RATE, BATCHES, SAMPLE, UNIT = 5, 0.02, 2000, 0, 3
BINS = np.linspace(-3, 3, 61)
CURVES = ("training data, training mode", "training data, test mode", "validation data, test mode")
STYLES = dict(color=TRAIN, ls="-", marker="o"), dict(color=TRAIN, ls="--", marker="s"), dict(color=VAL, marker="^")
WITHOUT = dict(color="#777777", ls=DOTTED, marker="x", ms=5, label="validation data, without batch norm")


@live(
    size=(9.6, 4.0),
    alt="Loss of nets with and without batch norm against the batch size, and how one unit's value scatters over batches",
)
def batch_size(fig, recompute=False):
    """Left: nets with batch norm after 512 steps on 512 digits, with batches of different sizes, and one without.

    Each at the best of three rates; means of three seeds, the bands of validation from the lowest to the highest.
    Right: one unit's normalized value for one digit, in 2,000 batches that differ in the other digits.
    """
    losses.table(recompute)
    left, right = fig.subplots(ncols=2, width_ratios=[1.2, 1])
    left.set(xscale="log", yscale="log", xlabel="batch size", ylabel=f"loss after {STEPS} steps", ylim=(0.003, 12))
    left.set_xticks(SIZES, SIZES)
    left.minorticks_off()
    for name, style in zip(CURVES, STYLES, strict=True):
        left.plot(SIZES, [sizes()[size][name] for size in SIZES], ms=5, label=name, **style)
    left.plot(SIZES, [at_best(size, False)[:, 2].mean() for size in SIZES], **WITHOUT)
    for on, color in ((True, VAL), (False, WITHOUT["color"])):
        spread = np.array([at_best(size, on)[:, 2] for size in SIZES])
        left.fill_between(SIZES, spread.min(axis=1), spread.max(axis=1), color=color, alpha=0.2, lw=0)
    left.legend(loc="upper right", fontsize=8)
    marker = left.axvline(SIZES[0], color="#999999", lw=6, alpha=0.35, zorder=0)
    right.set(xlabel="normalized value of one unit for one digit", ylabel="share of the batches", xlim=(-3, 3))
    right.set(ylim=(0, 0.85), yticks=[0, 0.25, 0.5, 0.75])
    heap = right.stairs(np.zeros(len(BINS) - 1), BINS, fill=True, color=TRAIN, alpha=0.7, label="training mode")
    right.axvline(_test_value(), color=VAL, ls="--", label="test mode")
    right.legend(loc="upper right")

    def update(batch_size: Stops(list(SIZES)) = 8):
        marker.set_xdata([batch_size, batch_size])
        counts = np.histogram(np.clip(values(batch_size), -2.999, 2.999), BINS)[0]
        heap.set_data(counts / BATCHES)
        return [marker, heap], _tell(batch_size)

    return update


@recorded((size, on, rate, seed) for size in SIZES for on in NAMES for rate in RATES for seed in range(SEEDS))
def losses(size, with_norm, rate, seed):
    """(curve,) losses after STEPS steps with batches of that size."""
    split, net = small_split(), digits_net(with_norm, seed=seed)
    epochs = STEPS * size // len(split.train)
    fit(net, split, Momentum(lr=rate), epochs, size, rng=seed, evaluate_every=0, progress=False)
    tested = evaluate(net, split.train)[0], evaluate(net, split.val)[0]
    return np.array([_training_loss(net.copy(), split.train, size), *tested])


def at_best(size, with_norm=True):
    """(seeds, curve) losses at the rate whose mean loss in validation is lowest."""
    tried = [np.array([losses(size, with_norm, rate, seed) for seed in range(SEEDS)]) for rate in RATES]
    return min(tried, key=lambda found: found[:, 2].mean())


def sizes():
    """{batch size: {curve: mean loss at the best rate}} of nets with batch norm."""
    return {size: dict(zip(CURVES, at_best(size).mean(axis=0), strict=True)) for size in SIZES}


def _training_loss(net, data, size):
    """Mean loss of batches of that size, each with its own statistics."""
    order = np.random.default_rng(1).permutation(len(data.y)).reshape(-1, size)
    found = [softmax_cross_entropy(net.forward(data.x[batch], training=True), data.y[batch])[0] for batch in order]
    return float(np.mean(found))


@lru_cache(maxsize=1)
def _unit():
    """What reaches one unit of the first batch norm of a trained net, for all training samples; and the layer."""
    split, net = small_split(), digits_net(True)
    fit(net, split, Momentum(lr=RATE), EPOCHS, 64, rng=0, evaluate_every=0, progress=False)
    dense, norm = net.layers[:2]
    return dense.forward(split.train.x)[:, UNIT], norm


def _test_value():
    s, norm = _unit()
    return (s[SAMPLE] - norm.running_mean[UNIT]) / np.sqrt(norm.running_var[UNIT] + norm.eps)


@lru_cache(maxsize=len(SIZES))
def values(batch_size):
    """(BATCHES,) normalized values of one unit for one digit, each in a batch with other digits, drawn at random."""
    s, norm = _unit()
    others = np.random.default_rng(batch_size).integers(1, len(s), (BATCHES, batch_size - 1))
    batches = np.column_stack([np.full(BATCHES, s[SAMPLE]), s[others]])
    return (s[SAMPLE] - batches.mean(axis=1)) / np.sqrt(batches.var(axis=1) + norm.eps)


def noise(batch_size):
    """How much that value scatters from batch to batch: its standard deviation."""
    return float(values(batch_size).std())


def _tell(batch_size):
    words = "; ".join(f"{loss:.2g} on {name}" for name, loss in sizes()[batch_size].items())
    return f"Batches of {batch_size}: loss {words}. The unit scatters by {noise(batch_size):.2g}."
