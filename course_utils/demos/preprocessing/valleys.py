"""What preprocessing does to the loss of a linear classifier: its valley, descents in it, a nudge of the weights."""

from functools import lru_cache

import numpy as np
from scipy.ndimage import zoom

from ...descent import descend
from ...live import Menu, Point, live
from ...optimizers import SGD
from ...plots import CLASSES, TERRAIN
from ...preprocessing import PCA, Standardizer
from ...surfaces import Surface
from .clouds import CENTER, STYLES, points

STEPS, LIMIT, BANDS, SIDE = 60, 5.0, 14, 181
ANGLE, STRETCH, START = 35, 3.0, (-3.0, -2.0)
TURN = np.deg2rad(np.arange(0, 361, 5))
RATES = np.geomspace(1e-3, 100, 61)
PREPARE = {
    "zero-centered": [Standardizer(with_std=False)], "normalized": [Standardizer()],
    "whitened": [Standardizer(), PCA(whiten=True)],
}  # fmt: skip


def classifier(x, y):
    """The loss of a linear classifier of two features without a bias, a Surface over its two weights.

    Cross-entropy of the scores (0, w · x): mean(log(1 + e⁻ᵗ)) with t = w · x for class 1, -w · x for class 0.
    """
    signed = x * np.where(y == 1, 1, -1)[:, None]

    def margins(a, b):
        return np.stack([a, b], axis=-1) @ signed.T

    def weights(a, b):  # -dloss/dmargin of each sample
        return 1 / (1 + np.exp(margins(a, b))) / len(x)

    def curvatures(a, b):
        p = weights(a, b) * len(x)
        s = p * (1 - p) / len(x)
        return s @ x[:, 0] ** 2, s @ (x[:, 0] * x[:, 1]), s @ x[:, 1] ** 2

    return Surface(
        "linear classifier", "", lambda a, b: np.logaddexp(0, -margins(a, b)).mean(axis=-1),
        lambda a, b: tuple(np.moveaxis(-weights(a, b) @ signed, -1, 0)), curvatures,
        start=(0.0, 0.0), xlim=(-LIMIT, LIMIT), ylim=(-LIMIT, LIMIT),
    )  # fmt: skip


def lowest(surface):
    """The weights of least loss, by Newton's method with steps that are halved until they go down."""
    w = np.zeros(2)
    for _ in range(20):
        step = np.linalg.solve(surface.hess(w) + 1e-9 * np.eye(2), surface.grad(w))
        while surface.f(w - step) > surface.f(w) and np.abs(step).max() > 1e-12:
            step = step / 2
        w = w - step
    return w


@lru_cache(maxsize=64)
def scene(angle, stretch, prepared, center=tuple(CENTER)):
    """(x, y, loss surface, the weights of least loss, the condition number there)."""
    x, y = points(angle, stretch, center)
    for step in PREPARE.get(prepared, []):
        x = step.fit_transform(x)
    surface = classifier(x, y)
    best = lowest(surface)
    return x, y, surface, best, np.linalg.cond(surface.hess(best))


@lru_cache(maxsize=64)
def _map(angle, stretch, prepared):
    """A picture of the loss surface over its window, in bands of color with a line between them."""
    _, _, surface, best, _ = scene(angle, stretch, prepared)
    side = np.linspace(-LIMIT, LIMIT, 31)
    heights = zoom(surface.f(np.stack(np.meshgrid(side, side), axis=-1)), SIDE / 31, order=3)
    bands = np.floor(BANDS * np.sqrt(np.clip((heights - surface.f(best)) / np.ptp(heights), 0, 1)))
    picture = TERRAIN(bands / BANDS, bytes=True)
    edge = (np.diff(bands, axis=0, append=bands[-1:]) != 0) | (np.diff(bands, axis=1, append=bands[:, -1:]) != 0)
    picture[edge] = (159, 179, 206, 255)
    return picture


@lru_cache(maxsize=64)
def best_rate(angle, stretch, prepared, start):
    """The rate after whose descent from this start the loss is lowest."""
    surface = scene(angle, stretch, prepared)[2]
    runs = descend(SGD(lr=RATES[:, None]), surface, STEPS, start=start, every=STEPS)
    return float(RATES[np.nanargmin(runs.losses[-1])])


def condition_number(prepared):
    """Of the loss at its lowest point, for the cloud with which `valley` begins."""
    return scene(ANGLE, STRETCH, prepared)[4]


def left_to_go(prepared, rate=None):
    """How far above its lowest the loss still is after `valley`'s descent; at the best rate if none is given."""
    _, _, surface, best, _ = scene(ANGLE, STRETCH, prepared)
    rate = rate or best_rate(ANGLE, STRETCH, prepared, START)
    return float(descend(SGD(lr=rate), surface, STEPS, start=START).losses[-1] - surface.f(best))


@live(
    size=(9.6, 5.4),
    alt="Raw and prepared data, the loss of a linear classifier over its two weights with a descent for both, "
    "and the losses by step",
)
def valley(fig):
    """A linear classifier on raw and on prepared data: the data, the loss over its two weights, the descents."""
    grid = fig.add_gridspec(2, 3, width_ratios=[1, 1.3, 1.3])
    rows = [_Row(fig, grid, i, name) for i, name in enumerate(("raw", "prepared"))]
    curves = fig.add_subplot(grid[:, 2])
    curves.set(xlim=(0, STEPS), ylim=(1e-6, 100), yscale="log", xlabel="step", ylabel="loss above the lowest")
    lines = [curves.plot([], [], label=name)[0] for name in ("raw", "prepared")]
    samples = curves.legend(loc="upper right").get_lines()

    def update(
        prepared: list(PREPARE) = "whitened",
        rates: Menu(["the same for both", "each its own best"]) = "the same for both",
        lr: (1e-2, 10.0) = 1.0,
        angle: (0, 180, 5) = ANGLE,
        stretch: (1.0, 4.0, 0.1) = STRETCH,
        start: Point(axes=1) = START,
    ):
        words, hows = [], ("raw", prepared)
        if samples[1].get_color() != STYLES[prepared][0]:
            for line, how in zip((*lines, *samples), hows * 2, strict=True):
                line.set(color=STYLES[how][0], ls=STYLES[how][1])
        for row, line, how in zip(rows, lines, hows, strict=True):
            rate = lr if rates == "the same for both" else best_rate(angle, stretch, how, start)
            _, _, surface, best, kappa = shown = scene(angle, stretch, how)
            run = descend(SGD(lr=rate), surface, STEPS, start=start)
            row.show(*shown[:2], best, run, start)
            row.map.set_data(_map(angle, stretch, how))
            row.path.set_color(STYLES[how][0])
            above = np.maximum(run.losses - surface.f(best), 1e-12)
            line.set_data(range(STEPS + 1), above)
            words.append(_tell(how, kappa, rate, above[-1]))
        return [*rows[0].artists, *rows[1].artists, *lines], " ".join(words)

    return update


def _tell(how, kappa, rate, left):
    above = "less than 1e-6" if left < 1e-6 else f"{left:.2g}"
    name = f"<b>{how.capitalize()}</b>"
    return f"{name}: condition number {kappa:.3g}, rate {rate:.3g}; after {STEPS} steps {above} to go."


class _Row:
    """A cloud and the loss surface of a classifier on it, side by side."""

    def __init__(self, fig, grid, i, name):
        data, surface = fig.add_subplot(grid[i, 0]), fig.add_subplot(grid[i, 1])
        data.set(xlim=(-7, 10), ylim=(-6, 8), xlabel="feature 1", ylabel="feature 2", title=f"{name.capitalize()} data")
        surface.set(xlabel="weight 1", ylabel="weight 2", title=f"Loss, {name} data")
        self.dots, (self.border,) = _dots(data), data.plot([], [], color="#333333", lw=1.2)
        box = (-LIMIT, LIMIT, -LIMIT, LIMIT)
        self.map = surface.imshow(np.zeros((2, 2, 4)), extent=box, origin="lower", aspect="auto", zorder=0)
        (self.path,) = surface.plot([], [], ".-", lw=1.2, ms=4)
        (self.ring,) = surface.plot([], [], "o", ms=10, mfc="none", mec="#333333", mew=2)
        (self.star,) = surface.plot([], [], "*", ms=12, mfc="white", mec="#333333", ls="none")
        surface.set(xlim=(-LIMIT, LIMIT), ylim=(-LIMIT, LIMIT))
        surface.grid(False)
        self.artists = [*self.dots, self.border, self.map, self.path, self.ring, self.star]

    def show(self, x, y, best, run, start):
        for k, line in enumerate(self.dots):
            line.set_data(*x[y == k].T)
        self.border.set_data(*_lines(best[None]))
        self.path.set_data(*run.points.T)
        self.ring.set_data([start[0]], [start[1]])
        self.star.set_data([best[0]], [best[1]])


def _dots(ax):
    """Empty markers for the two classes."""
    return [ax.plot([], [], m, color=c, ms=3.5, mew=0)[0] for m, c in zip("os", CLASSES, strict=False)]


def nudged(how, nudge=10, distance=5.0, angle=ANGLE, stretch=2.0):
    """(x, y, weights, losses) of the best classifier nudged by so many percent, in TURN's directions."""
    x, y, surface, best, _ = scene(angle, stretch, how, tuple(distance * CENTER / np.hypot(*CENTER)))
    moved = best + nudge / 100 * np.hypot(*best) * np.stack([np.cos(TURN), np.sin(TURN)], axis=1)
    return x, y, moved, surface.f(moved)


@live(
    size=(9.6, 4.0),
    alt="Decision lines of a classifier with nudged weights, on raw and normalized data, and the loss after it",
)
def nudge(fig):
    """The best weights, nudged by a few percent in every direction: what happens to the border and to the loss."""
    axes, names = fig.subplots(ncols=3, width_ratios=[1, 1, 1.25]), ("raw", "normalized")
    for ax, name in zip(axes, names, strict=False):
        ax.set(xlim=(-8, 14), ylim=(-8, 14), xlabel="feature 1", ylabel="feature 2", title=f"{name.capitalize()} data")
    axes[2].set(xlim=(0, 360), ylim=(0, 2), xlabel="direction of the nudge (degrees)", ylabel="loss after the nudge")
    axes[2].set_xticks(range(0, 361, 90))
    dots = [_dots(ax) for ax in axes[:2]]
    fans = [ax.plot([], [], color=STYLES[name][0], lw=0.8)[0] for ax, name in zip(axes, names, strict=False)]
    style = [dict(color=STYLES[name][0], ls=STYLES[name][1], label=name) for name in names]
    curves = [axes[2].plot([], [], **kw)[0] for kw in style]
    axes[2].legend(loc="lower right")

    def update(
        distance: (0.0, 8.0, 0.1) = 5.0,
        nudge: (0, 50, 1) = 10,
        angle: (0, 180, 5) = ANGLE,
        stretch: (1.0, 4.0, 0.1) = 2.0,
    ):
        words = []
        for how, both, fan, curve in zip(names, dots, fans, curves, strict=True):
            x, y, moved, losses = nudged(how, nudge, distance, angle, stretch)
            for k, line in enumerate(both):
                line.set_data(*x[y == k].T)
            fan.set_data(*_lines(moved[::3]))
            curve.set_data(np.rad2deg(TURN), losses)
            words.append(f"<b>{how.capitalize()}</b>: loss from {losses.min():.3f} to {losses.max():.3f}.")
        return [*fans, *dots[0], *dots[1], *curves], " ".join(words)

    return update


def _lines(weights):
    """The lines w · x = 0 of several weights, as one broken line."""
    along = np.stack([-weights[:, 1], weights[:, 0]], axis=1) / np.maximum(np.hypot(*weights.T), 1e-9)[:, None]
    ends = along[:, None] * np.array([-30, 30, np.nan])[:, None]
    return ends.reshape(-1, 2).T
