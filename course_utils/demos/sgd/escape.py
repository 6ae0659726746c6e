"""Where plain descent stalls: a saddle, a shallow minimum, a plateau; and whether noise or momentum gets away."""

from functools import lru_cache

import numpy as np

from ...descent import descend
from ...live import Changed, Play, Point, live
from ...optimizers import SGD, Momentum
from ...plots import COLORS, DASHED, terrain
from ...surfaces import SURFACES, Surface
from .shared import MINI

STEPS, RUNS = 300, 200
PLACES = {
    "a saddle": Surface(
        "Saddle between two minima", "(x² - y²) / 2 + y⁴ / 4", lambda x, y: (x * x - y * y) / 2 + y**4 / 4,
        lambda x, y: (x, y * (y * y - 1)), None, (-1.8, 0.0), (-2, 2), (-1.6, 1.6), ((0.0, -1.0), (0.0, 1.0)), -0.25),
    "a shallow minimum": Surface(
        "Shallow minimum beside a deep one", "x⁴ / 4 - 0.695 x² - 0.39 x + y² / 2",
        lambda x, y: x**4 / 4 - 0.695 * x * x - 0.39 * x + y * y / 2, lambda x, y: (x**3 - 1.39 * x - 0.39, y),
        None, (-1.7, 0.8), (-2, 2), (-1.6, 1.6), ((-1.0, 0.0), (1.3, 0.0)), -0.967525),
    "a plateau": SURFACES["plateau"],
}  # fmt: skip
TITLES = {surface.name: key for key, surface in PLACES.items()}
LABELS = ("Plain SGD", "SGD with noise", "Momentum")


def _for_place(values):
    """What choosing a place sets: a start that leads into the trap, and noise that has a chance there."""
    return {"start": PLACES[values["place"]].start, "noise": 0.5 if values["place"] == "a saddle" else 1.0}


@live(
    size=(9.6, 4.2),
    alt="Paths of plain descent, of descent with noise and of momentum near a saddle, and their losses by step",
    presets={"place": _for_place},
)
def escape(fig):
    """Plain descent, descent with the noise of mini-batches, and momentum, from one start. Who gets away?"""
    left, right = fig.subplots(ncols=2, width_ratios=[1.2, 1])
    left.set(xlabel="x", ylabel="y")
    right.set(xlim=(0, STEPS), xlabel="step", ylabel="loss above the lowest")
    (cloud,) = left.plot([], [], ".", color=MINI, ms=3, alpha=0.45)
    looks = [(COLORS["SGD"], "-", 2.4), (MINI, "-", 1.0), (COLORS["Momentum"], DASHED, 1.8)]
    paths = [left.plot([], [], color=c, ls=ls, lw=lw, zorder=3)[0] for c, ls, lw in looks]
    heads = [left.plot([], [], "o", color=c, ms=8, mec="white", zorder=5)[0] for c, _, _ in looks]
    losses = [
        right.plot([], [], color=c, ls=ls, lw=lw, label=label)[0]
        for (c, ls, lw), label in zip(looks, LABELS, strict=True)
    ]
    (ring,) = left.plot([], [], "o", ms=11, mfc="none", mec="#333333", mew=2, zorder=4)
    right.legend(loc="upper right")
    ground, changed = [], Changed()

    def update(
        place: TITLES = "a saddle",
        start: Point() = PLACES["a saddle"].start,
        lr: (0.01, 1.0) = 0.1,
        noise: (0.0, 3.0) = 0.5,
        rho: (0.0, 0.99) = 0.9,
        step: Play(STEPS, interval=30, stride=2) = STEPS,
    ):
        s = PLACES[place]
        if changed(place):
            for artist in ground:
                artist.remove()
            ground[:] = terrain(left, s)
            left.set_title(s.name)
            right.set_ylim(-0.05 * _top(place), _top(place))
        runs = _runs(place, tuple(start), lr, noise, rho)
        for (points, loss, _), path, head, line in zip(runs, paths, heads, losses, strict=True):
            path.set_data(*points[: step + 1, 0].T)
            head.set_data(*points[step : step + 1, 0].T)
            line.set_data(range(step + 1), loss[: step + 1, 0] - s.floor)
        cloud.set_data(*runs[1][0][step].T)
        ring.set_data([start[0]], [start[1]])
        return [cloud, *paths, *heads, *losses, ring], _tell(place, runs, step)

    return update


def _top(place):
    s = PLACES[place]
    return 1.4 * float(s.f(s.start) - s.floor)


@lru_cache(maxsize=32)
def _runs(place, start, lr, noise, rho):
    """(points, losses, diverged_at) of plain SGD, of RUNS runs with noise, and of Momentum."""
    s = PLACES[place]
    many = np.broadcast_to(start, (RUNS, 2))
    runs = [
        descend(SGD(lr=lr), s, STEPS, many[:1]), descend(SGD(lr=lr), s, STEPS, many, noise=noise, rng=0),
        descend(Momentum(lr=lr, rho=rho), s, STEPS, many[:1]),
    ]  # fmt: skip
    return [(run.points, run.losses, run.diverged_at) for run in runs]


def share_away(place, lr=0.1, noise=0.5, rho=0.9, start=None):
    """Shares of the runs of plain SGD, of SGD with noise, and of Momentum that are down after STEPS steps."""
    start = tuple(PLACES[place].start if start is None else start)
    return [float(_low(place, loss[-1]).mean()) for _, loss, _ in _runs(place, start, lr, noise, rho)]


def _low(place, loss):
    """Whether a loss is less than half as high as the place where plain descent stalls."""
    return loss - PLACES[place].floor < HEIGHTS[place] / 2


# Above the lowest point: the saddle itself, the shallow minimum, the rim of the plateau.
HEIGHTS = {"a saddle": 0.25, "a shallow minimum": 0.9125, "a plateau": 1.0}


def _tell(place, runs, step):
    words = []
    for (_, loss, gone), label in zip(runs, LABELS, strict=True):
        there = int(_low(place, loss[step]).sum())
        lost = int(((gone >= 0) & (gone <= step)).sum())
        if len(gone) > 1:
            words.append(f"{label}: {there} of {len(gone)} runs are down" + (f", {lost} diverged" if lost else ""))
        else:
            words.append(f"{label}: " + ("<b>diverged</b>" if lost else "down" if there else "not down"))
    return f"Step {step}. " + "; ".join(words) + "."
