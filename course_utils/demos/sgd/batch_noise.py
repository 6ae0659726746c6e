"""How far the gradient of a mini-batch lies from the gradient of all samples, by the size of the batch."""

from functools import lru_cache

import numpy as np

from ...live import live
from ...plots import THEORY
from ...theory import batch_noise as predicted
from .shared import FULL, MINI, bell

N, DRAWS = 100, 4000
EDGES = np.linspace(-6, 6, 97)


@live(
    size=(9.6, 3.9),
    alt="Histogram of the gradients of many mini-batches, and their standard deviation against the batch size",
)
def batch_noise(fig):
    """4,000 mini-batches of one size: their gradients, and how much those scatter, with the theory laid over both."""
    left, right = fig.subplots(ncols=2)
    bars = left.stairs(np.zeros(96), EDGES, fill=True, color=MINI, alpha=0.55, label="mini-batches")
    (curve,) = left.plot([], [], color=THEORY, label="normal curve, width of theory")
    left.axvline(_gradients().mean(), color=FULL, lw=1.5, ls=(0, (4, 2)), label="all 100 samples")
    left.set(xlim=(-6, 6), ylim=(0, 1.6), xlabel="gradient of the mini-batch", ylabel="density")
    left.set_title("Right on average, whatever the size")
    left.legend(loc="upper right")
    (measured,) = right.plot([], [], "o", color=MINI, ms=4, label=f"{DRAWS:,} mini-batches")
    (line,) = right.plot([], [], color=THEORY, label="theory")
    (chosen,) = right.plot([], [], "o", ms=11, mfc="none", mec="#333333", mew=2)
    right.set(xscale="log", yscale="log", xlim=(0.9, 115), ylim=(0.02, 4), xlabel="batch size B")
    right.set(ylabel="standard deviation", title="The noise by batch size")
    right.legend(loc="lower left")
    sizes, shown = np.arange(1, N + 1), np.unique(np.geomspace(1, N, 30).round().astype(int))

    def update(batch_size: (1, N) = 10, replacement: bool = False):
        means = _means(replacement)
        n, std = None if replacement else N, _gradients().std()
        bars.set_data(np.histogram(means[batch_size - 1], EDGES, density=True)[0])
        spread = np.array([predicted(std, b, n) for b in sizes])
        measured.set_data(shown, means[shown - 1].std(axis=1))
        line.set_data(sizes[spread > 0], spread[spread > 0])
        curve.set_data(*bell(_gradients().mean(), spread[batch_size - 1]))
        found = means[batch_size - 1].std()
        chosen.set_data([batch_size], [max(found, 1e-9)])
        return [bars, curve, measured, line, chosen], _tell(batch_size, found, spread[batch_size - 1])

    return update


def _tell(size, found, theory):
    if theory == 0:
        return "The batch is all samples: its gradient is the gradient."
    return f"Batches of {size}: standard deviation {found:.3f}, theory {theory:.3f}."


@lru_cache(maxsize=1)
def _gradients():
    """(N,) slopes ∂/∂w of (w x - y)² / 2 at w = 1, one a sample, for data around y = 2 x."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=N)
    y = 2 * x + rng.normal(size=N)
    return x * (x - y)


@lru_cache(maxsize=2)
def _means(replacement):
    """(N, DRAWS): row B - 1 holds the mean gradients of DRAWS mini-batches of B samples."""
    rng = np.random.default_rng(1)
    drawn = rng.integers(N, size=(DRAWS, N))
    if not replacement:
        drawn = rng.permuted(np.tile(np.arange(N), (DRAWS, 1)), axis=1)
    return (_gradients()[drawn].cumsum(axis=1) / np.arange(1, N + 1)).T.copy()
