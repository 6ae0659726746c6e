"""The valley of a linear classifier's loss on raw and on prepared data, and descents in it."""

from functools import lru_cache

import numpy as np

from ...descent import descend
from ...live import Menu, Point, live
from ...optimizers import SGD
from ...plots import TERRAIN
from .cloud import STYLES
from .linear_classifier import ANGLE, LIMIT, PREPARE, STRETCH, class_dots, decision_lines, scene

STEPS, BANDS, SIDE = 60, 14, 181
START = (-3.0, -2.0)
RATES = np.geomspace(1e-3, 100, 61)


@lru_cache(maxsize=64)
def _map(angle, stretch, prepared):
    """A picture of the loss surface over its window, in bands of color with a line between them."""
    from scipy.ndimage import zoom

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
        self.dots, (self.border,) = class_dots(data), data.plot([], [], color="#333333", lw=1.2)
        if i == 0:
            data.legend(loc="upper left", ncols=2, columnspacing=0.8, handletextpad=0.1)
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
        self.border.set_data(*decision_lines(best[None]))
        self.path.set_data(*run.points.T)
        self.ring.set_data([start[0]], [start[1]])
        self.star.set_data([best[0]], [best[1]])
