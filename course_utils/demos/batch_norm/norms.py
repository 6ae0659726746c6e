"""Who shares a mean and a variance: batch, layer, group and instance norm on one small block of activations."""

import numpy as np
from matplotlib.colors import ListedColormap

from ...live import live
from ...plots import TRAIN, VAL

SAMPLES, CHANNELS, POSITIONS = 4, 8, 3
KINDS = ("batch norm", "layer norm", "group norm", "instance norm")
SHADES = ListedColormap(["#e4e4e4", TRAIN, VAL])  # neither, the set of the first cell, one other set


@live(
    size=(9.6, 4.2),
    alt="Four grids of samples by channels and positions, two of the sets that share a mean and a variance in color",
)
def norms(fig):
    """One block of activations, four ways to share statistics. Each color is one set with one mean and one variance.

    The white dots mark the set of the first cell; a second set is colored beside it. All others are in further sets.
    """
    axes = fig.subplots(2, 2).ravel()
    images, lines, counts, dots = [], [], [], []
    for ax, kind in zip(axes, KINDS, strict=True):
        ax.set_title(kind)
        grid = np.zeros((SAMPLES, CHANNELS * POSITIONS))
        images.append(ax.imshow(grid, cmap=SHADES, vmin=-0.5, vmax=2.5, aspect="auto", alpha=0.75))
        ax.set_xticks(np.arange(CHANNELS) * POSITIONS + 1, range(1, CHANNELS + 1))
        ax.set_yticks(range(SAMPLES), range(1, SAMPLES + 1))
        ax.set(xlabel="channel, three positions each", ylabel="sample")
        ax.grid(False)
        lines += [
            ax.hlines(np.arange(SAMPLES - 1) + 0.5, -0.5, CHANNELS * POSITIONS - 0.5, color="white", lw=2),
            ax.vlines(np.arange(1, CHANNELS) * POSITIONS - 0.5, -0.5, SAMPLES - 0.5, color="white", lw=2),
        ]
        dots += ax.plot([], [], "o", mfc="white", mec="#333333", ms=6)
        counts.append(ax.text(1, 1.03, "", transform=ax.transAxes, ha="right", size=9))

    def update(groups: [1, 2, 4, 8] = 2):
        for image, dot, count, kind in zip(images, dots, counts, KINDS, strict=True):
            sets = _sets(kind, groups)
            image.set_data(1.0 * (sets == sets[0, 0]) + 2.0 * (sets == sets[-1, -1]))
            dot.set_data(*np.nonzero(sets == sets[0, 0])[::-1])
            n = int(sets.max()) + 1
            count.set_text(f"{n} sets of {sets.size // n} cells")
        return [*images, *lines, *dots, *counts], _tell(groups)

    return update


def _sets(kind, groups):
    """(SAMPLES, CHANNELS * POSITIONS) number of the set that each cell belongs to."""
    sample, channel, position = np.indices((SAMPLES, CHANNELS, POSITIONS))
    sets = {
        "batch norm": channel, "layer norm": sample * POSITIONS + position,
        "group norm": sample * groups + channel // (CHANNELS // groups), "instance norm": sample * CHANNELS + channel,
    }[kind]  # fmt: skip
    return sets.reshape(SAMPLES, -1)


def _tell(groups):
    same = {1: "One group: each sample as a whole.", CHANNELS: "One channel a group: this is instance norm."}
    words = f"{groups} groups of {CHANNELS // groups} channels each."
    return f"{same.get(groups, words)} Only in batch norm does a set reach over several samples."
