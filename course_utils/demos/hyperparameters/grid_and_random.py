"""A grid, random trials and even ones over the same response, of which one hyperparameter may matter little."""

from functools import lru_cache
from itertools import product

import numpy as np

from ...live import Stops, live
from ...plots import TEST, THEORY, TRAIN, VAL

WIDTH, PLACES, PEAK_Y = 0.12, 20, 0.6
X = np.linspace(0, 1, 201)
LOOKS = {"grid": (TRAIN, "s"), "random": (VAL, "o"), "halton": (TEST, "D")}
TITLES = {"grid": "Grid", "random": "Random", "halton": "Halton: random, but even"}


@live(
    size=(9.9, 4.4),
    alt="Trials on a grid, at random and of a Halton sequence over a response, and above them their scores",
)
def grid_and_random(fig):
    """As many trials on a grid, at random and of a Halton sequence, and what they find; above, their scores by x.

    `y_matters`: how much the other axis matters, from not at all to as much as x. `peak`: where the best x is. The
    dashed curve is the best score that is possible at each x.
    """
    axes = fig.subplots(2, len(LOOKS), sharey="row", height_ratios=[1, 2.2])
    for upper, lower in axes.T:
        upper.sharex(lower)
        upper.tick_params(labelbottom=False)
    axes[0, 0].set(xlim=(0, 1), ylim=(-0.03, 1.1), ylabel="score", yticks=[0, 1])
    axes[1, 0].set(ylim=(0, 1), ylabel="y")
    moving = {}
    for i, (name, (color, marker)) in enumerate(LOOKS.items()):
        axes[0, i].set_title(TITLES[name])
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
            image, axes[0, i].plot([], [], color=THEORY, lw=1.4, ls="--")[0], axes[0, i].vlines([], [], [], color=color, lw=1),
            axes[0, i].plot([], [], ms=6, **look)[0], axes[1, i].plot([], [], ms=7, **look)[0],
            axes[1, i].plot([], [], "o", ms=15, mfc="none", mec=THEORY, mew=1.8, clip_on=False)[0],
        ]  # fmt: skip

    def update(
        trials: Stops({str(k * k): k for k in range(2, 8)}) = 3,
        y_matters: (0.0, 1.0, 0.1) = 0.0,
        peak: (0.0, 1.0, 0.01) = 0.3,
        seed: (0, 50) = 0,
    ):
        shade = response(X, X[:, None], peak, y_matters)
        for name, (image, curve, stems, shadows, dots, best) in moving.items():
            x, y = layout(name, trials, seed)
            score = response(x, y, peak, y_matters)
            image.set_data(shade)
            curve.set_data(X, response(X, PEAK_Y, peak, y_matters))
            stems.set_segments([[(a, 0), (a, b)] for a, b in zip(x, score, strict=True)])
            shadows.set_data(x, score)
            dots.set_data(x, y)
            best.set_data([x[score.argmax()]], [y[score.argmax()]])
        return [artist for artists in moving.values() for artist in artists], _tell(trials, y_matters, peak, seed)

    return update


def response(x, y, peak, y_matters, peak_y=PEAK_Y):
    """A score from 0 to 1: a bump in x, and, as far as it matters, one in y."""
    in_x = np.exp(-0.5 * ((x - peak) / WIDTH) ** 2)
    in_y = np.exp(-0.5 * ((y - peak_y) / WIDTH) ** 2)
    return in_x * (1 - y_matters + y_matters * in_y)


def layout(name, k, seed=0):
    """(x, y) of k² trials: on a grid, each in the middle of its cell; anywhere; or of a Halton sequence, shifted."""
    if name == "grid":
        middles = (np.arange(k) + 0.5) / k
        return np.tile(middles, k), np.repeat(middles, k)
    rng = np.random.default_rng(seed)
    if name == "random":
        return rng.random((2, k * k))
    from scipy.stats import qmc

    # Shifted around the unit square by one draw, all points alike: then each of them may lie anywhere.
    return (qmc.Halton(2, scramble=False).random(k * k).T + rng.random((2, 1))) % 1


@lru_cache(maxsize=128)
def mean_best(name, k, y_matters=0.0):
    """The best score among k² trials, averaged over 400 places of the peak, each with a draw of its own."""
    middles = (np.arange(PLACES) + 0.5) / PLACES
    peaks = enumerate(product(middles, middles))
    return float(np.mean([response(*layout(name, k, i), x, y_matters, y).max() for i, (x, y) in peaks]))


def _tell(k, y_matters, peak, seed):
    words = []
    for name in LOOKS:
        x, y = layout(name, k, seed)
        best = response(x, y, peak, y_matters).max()
        words.append(
            f"<b>{name}</b>: {len(set(x))} values of x, best score {best:.2f}, on average "
            f"{mean_best(name, k, y_matters):.2f}"
        )
    return "; ".join(words) + ". The averages are over 400 places of the peak."
