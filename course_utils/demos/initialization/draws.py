"""Narrow nets: what theory says of the mean of many draws, and what happens in a typical one."""

import numpy as np

from ...activations import relu
from ...live import Changed, live
from ...plots import THEORY
from ...records import recorded
from ...signal_propagation import propagate

DRAWS, WIDTHS, DEPTHS = 400, (16, 64, 256, 1024), (5, 10, 20)
EDGES = np.geomspace(1e-4, 100, 61)
TYPICAL = "#0072B2"


@live(
    size=(9.6, 3.8),
    alt="Histogram of the last layer's mean square over 400 draws of a narrow deep net: the median lies far below the mean",
)
def draws(fig, recompute=False):
    """Four hundred nets with He's weights. The mean of the signal is as theory says. What does a typical net have?"""
    squares.table(recompute)
    ax = fig.subplots()
    ax.set(xscale="log", xlim=(EDGES[0], EDGES[-1]), ylim=(0, 0.1), xlabel="mean square of the last layer")
    ax.set(ylabel="share of the draws", title=f"{DRAWS} nets with He's weights")
    bars = ax.stairs(np.zeros(60), EDGES, fill=True, color="#9a9a9a")
    ax.axvline(1, color=THEORY, lw=1.6, label="theory, mean of all draws")
    mean = ax.axvline(1, color="#333333", lw=1.6, ls=(0, (4, 2)), label="their mean")
    median = ax.axvline(1, color=TYPICAL, lw=2, label="their median")
    ax.legend(loc="upper left")
    changed = Changed()

    def update(width: list(WIDTHS) = 16, depth: list(DEPTHS) = 20):
        found = squares(width, depth)
        heights = np.histogram(found, EDGES)[0] / DRAWS
        bars.set_data(heights)
        if changed(width, depth):
            ax.set_ylim(0, 1.5 * heights.max())  # room for the legend
        mean.set_xdata([found.mean()] * 2)
        median.set_xdata([np.median(found)] * 2)
        below = np.mean(found < 1)
        return [bars, mean, median], (
            f"Width {width}, depth {depth}: mean {found.mean():.2g}, median {np.median(found):.2g}; "
            f"{below:.0%} of the nets have less than theory says."
        )

    return update


def typical(width=16, depth=20):
    """(mean, median, share below 1) of the last layer's mean square over the draws; theory says 1."""
    found = squares(width, depth)
    return float(found.mean()), float(np.median(found)), float(np.mean(found < 1))


@recorded((width, depth) for width in WIDTHS for depth in DEPTHS)
def squares(width, depth):
    """(draw,) mean square of the last layer's activations, for an input of mean square 1 and He's weights."""
    rng, found = np.random.default_rng(width + depth), []
    for _ in range(DRAWS):
        x = rng.normal(size=(1, width))
        x *= np.sqrt(width) / np.linalg.norm(x)
        found.append(np.mean(propagate(x, relu, [width] * depth, [(2 / width) ** 0.5] * depth, rng)[-1][1] ** 2))
    return np.array(found)
