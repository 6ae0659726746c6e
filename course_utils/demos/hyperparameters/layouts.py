"""A grid and random trials over the same response, of which one hyperparameter may matter little."""

from functools import lru_cache

import numpy as np

from ...live import Stops, live
from ...plots import THEORY, TRAIN, VAL

WIDTH, MANY = 0.12, 400
X = np.linspace(0, 1, 201)
LOOKS = {"grid": (TRAIN, "s"), "random": (VAL, "o")}


def grid_and_random():
    """As many trials on a grid as at random, and what they find; above, their shadows on the axis that matters.

    `y_matters`: how much the other axis matters, from not at all to as much as x. `peak`: where the best x is.
    """
    return live(
        _grid_and_random, size=(9.6, 4.8), trials=Stops({str(k * k): k for k in range(2, 8)}),
        y_matters=(0.0, 1.0, 0.1), peak=(0.0, 1.0, 0.01), seed=(0, 50),
        alt="Trials on a grid and at random over a response, and their shadows on the axis that matters",
    )  # fmt: skip


def _grid_and_random(fig):
    axes = fig.subplots(2, 2, sharey="row", height_ratios=[1, 2.2])
    for upper, lower in axes.T:
        upper.sharex(lower)
        upper.tick_params(labelbottom=False)
    axes[0, 0].set(xlim=(0, 1), ylim=(-0.03, 1.1), ylabel="score at this x", yticks=[0, 1])
    axes[1, 0].set(ylim=(0, 1), ylabel="y")
    moving = {}
    for i, (name, (color, marker)) in enumerate(LOOKS.items()):
        axes[0, i].set_title(f"{name.capitalize()}")
        axes[1, i].set_xlabel("x")
        axes[1, i].grid(False)
        image = axes[1, i].imshow(
            np.zeros((201, 201)),
            extent=(0, 1, 0, 1),
            origin="lower",
            cmap="Greys",
            vmin=-0.15,
            vmax=2.2,
            aspect="auto",
            zorder=0,
        )
        look = dict(color=color, mec="white", ls="", marker=marker, clip_on=False)
        moving[name] = [
            image, axes[0, i].plot([], [], color=THEORY, lw=1.4)[0], axes[0, i].vlines([], [], [], color=color, lw=1),
            axes[0, i].plot([], [], ms=6, **look)[0], axes[1, i].plot([], [], ms=7, **look)[0],
            axes[1, i].plot([], [], "o", ms=15, mfc="none", mec=THEORY, mew=1.8, clip_on=False)[0],
        ]  # fmt: skip

    def update(trials=3, y_matters=0.0, peak=0.3, seed=0):
        shade = response(X, X[:, None], peak, y_matters)
        for name, (image, curve, stems, shadows, dots, best) in moving.items():
            x, y = layout(name, trials, seed)
            score = response(x, y, peak, y_matters)
            image.set_data(shade)
            curve.set_data(X, response(X, None, peak, 0.0))
            shadow = response(x, None, peak, 0.0)
            stems.set_segments([[(a, 0), (a, b)] for a, b in zip(x, shadow, strict=True)])
            shadows.set_data(x, shadow)
            dots.set_data(x, y)
            best.set_data([x[score.argmax()]], [y[score.argmax()]])
        return [artist for artists in moving.values() for artist in artists], _tell(trials, y_matters, peak, seed)

    return update


def response(x, y, peak, y_matters):
    """A score from 0 to 1: a bump in x, and, as far as it matters, one in y (its peak at 0.6)."""
    score = np.exp(-0.5 * ((x - peak) / WIDTH) ** 2)
    if not y_matters:
        return score + (0 if y is None else 0 * y)
    return score * (1 - y_matters + y_matters * np.exp(-0.5 * ((y - 0.6) / WIDTH) ** 2))


def layout(name, k, seed=0):
    """(x, y) of k² trials: on a grid, each in the middle of its cell, or anywhere."""
    if name == "grid":
        middles = (np.arange(k) + 0.5) / k
        return np.tile(middles, k), np.repeat(middles, k)
    return np.random.default_rng(seed).random((2, k * k))


@lru_cache(maxsize=128)
def mean_best(name, k, y_matters=0.0):
    """The best score among k² trials, averaged over many places of the peak (and, at random, as many draws)."""
    peaks = (np.arange(MANY) + 0.5) / MANY
    return float(np.mean([response(*layout(name, k, i), peak, y_matters).max() for i, peak in enumerate(peaks)]))


def _tell(k, y_matters, peak, seed):
    words = []
    for name in LOOKS:
        x, y = layout(name, k, seed)
        best = response(x, y, peak, y_matters).max()
        words.append(
            f"<b>{name}</b>: {len(set(x))} values of x, best score {best:.2f}, "
            f"{mean_best(name, k, y_matters):.2f} on average over all places of the peak"
        )
    return "; ".join(words) + "."
