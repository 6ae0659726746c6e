"""Basins: the minimum in which each of thousands of starts ends, all descended at once."""

from functools import lru_cache

import numpy as np
from matplotlib.colors import to_rgb

from ...descent import basins as find_basins
from ...descent import descend
from ...live import Changed, Point, live
from ...optimizers import OPTIMIZERS
from ...plots import CLASSES
from ...surfaces import SURFACES

SIDE, STEPS = 64, 100
SHOWN = ("himmelblau", "styblinski_tang", "rastrigin")
PALE = 1 - 0.45 * (1 - np.array([to_rgb(color) for color in CLASSES]))
NOWHERE = (0.93, 0.93, 0.93)


@live(
    size=(9.6, 4.6),
    alt="A map of starting points colored by the minimum in which a descent from there ends, with one path drawn",
    presets={"surface": lambda v: {"start": SURFACES[v["surface"]].start}},
)
def basins(fig):
    """4096 starts at once: the color of a start is the minimum it ends in. Drag the ring to see one of the paths."""
    ax, side = fig.subplots(ncols=2, width_ratios=[1.3, 1])
    ax.grid(False)
    ax.set(xlabel="x of the start", ylabel="y of the start")
    side.set(xlim=(0, 100), xlabel="starts that end there (%)", title="The minima, lowest first", yticks=[])
    image = ax.imshow(np.ones((SIDE, SIDE, 3)), origin="lower", aspect="auto", interpolation="nearest")
    (path,) = ax.plot([], [], ".-", color="#222222", lw=1, ms=4)
    (ring,) = ax.plot([], [], "o", ms=11, mfc="none", mec="#222222", mew=2)
    (stars,) = ax.plot([], [], "*", ms=12, mfc="white", mec="#222222", ls="none", zorder=4)
    bars = side.barh(range(5), np.zeros(5), height=0.7)
    labels = [side.text(2, i, "", va="center", fontsize=9) for i in range(5)]
    side.invert_yaxis()
    changed = Changed()

    def update(
        surface: {SURFACES[key].name: key for key in SHOWN} = "himmelblau",
        optimizer: list(OPTIMIZERS) = "Momentum",
        lr: (1e-3, 2.0) = 0.01,
        start: Point() = SURFACES["himmelblau"].start,
    ):
        s, opt = SURFACES[surface], OPTIMIZERS[optimizer](lr=lr)
        if changed(surface):
            _frame(ax, image, stars, s)
        ends = _ends(opt, surface)
        image.set_data(np.vstack([PALE[np.arange(len(s.minima)) % len(PALE)], NOWHERE])[ends])
        path.set_data(*descend(opt, s, STEPS, start=start).points.T)
        ring.set_data([start[0]], [start[1]])
        _fill_bars(bars, labels, s, ends)
        return [image, stars, path, ring, *bars, *labels], _tell(opt, ends)

    return update


@lru_cache(maxsize=32)
def _ends(opt, surface):
    return find_basins(opt, surface, STEPS, n=SIDE)


def _frame(ax, image, stars, s):
    ax.set(xlim=s.xlim, ylim=s.ylim, title=s.name)
    image.set_extent((*s.xlim, *s.ylim))
    stars.set_data(*np.array(s.minima).T)


def _fill_bars(bars, labels, s, ends):
    """The five lowest minima, those of equal height by how many starts end there, and their shares of the starts."""
    share = 100 * np.bincount(ends[ends >= 0], minlength=len(s.minima)) / ends.size
    order = np.lexsort((-share, np.round(s.f(np.array(s.minima)), 6)))[:5]
    for bar, label, i in zip(bars, labels, order, strict=False):
        bar.set(width=share[i], color=PALE[i % len(PALE)])
        x, y = s.minima[i]
        label.set_text(f"({x:.2f}, {y:.2f})  loss {s.f(s.minima[i]).round(9):.3g}:  {share[i]:.0f}%")
    for bar, label in list(zip(bars, labels, strict=True))[len(order) :]:
        bar.set_width(0)
        label.set_text("")


def _tell(opt, ends):
    lost = (ends < 0).mean()
    more = f" {lost:.0%} are not at any minimum (gray): still on the way, wandering, or gone." if lost else ""
    return f"{opt}, {ends.size} starts, {STEPS} steps each.{more}"
