"""How long a descent stays at a saddle, by how near to the ridge it starts: plain, with momentum, with noise."""

from functools import lru_cache

import numpy as np

from ...descent import descend
from ...live import live
from ...optimizers import SGD, Momentum
from ...plots import COLORS, DASHED, THEORY
from ...theory import momentum_factor
from .escape import PLACES
from .shared import MINI

STEPS, RUNS, AWAY = 320, 100, 0.5
OFFSETS = 10.0 ** np.arange(-12, 0)


@live(
    size=(9.6, 3.9),
    alt="Distance from the ridge of a saddle by step, and the steps needed to leave it by the distance at the start",
)
def time_to_leave(fig):
    """A saddle, and starts ever nearer to its ridge. How many steps does each factor of ten cost?"""
    left, right = fig.subplots(ncols=2)
    left.set(yscale="log", xlim=(0, STEPS), ylim=(1e-13, 3), xlabel="step", ylabel="distance from the ridge")
    left.set_title("One start")
    right.set(xscale="log", xlim=(5e-13, 0.2), ylim=(0, STEPS), xlabel="distance from the ridge at the start")
    right.set(ylabel="steps until it is away", title="All starts")
    looks = {
        "plain SGD": dict(color=COLORS["SGD"]), "momentum": dict(color=COLORS["Momentum"], ls=DASHED),
        "SGD with noise": dict(color=MINI, lw=1.2),
    }  # fmt: skip
    tracks = [left.plot([], [], label=name, **look)[0] for name, look in looks.items()]
    left.axhline(AWAY, color="#999999", lw=0.9, ls=(0, (4, 2)))
    theory = [right.plot([], [], color=THEORY, lw=1.4, label=label)[0] for label in ("theory", "_")]
    marks = ("o", "D", "s")
    dots = [
        right.plot([], [], m, ms=5, color=look["color"], label=name)[0]
        for (name, look), m in zip(looks.items(), marks, strict=True)
    ]
    left.legend(loc="lower right")
    right.legend(loc="upper right")

    def update(offset: (1e-12, 0.1) = 1e-6, lr: (0.1, 0.5) = 0.1, noise: (0.0, 0.5) = 0.1, rho: (0.0, 0.95) = 0.9):
        growths = 1 + lr, momentum_factor(lr, rho, [-1.0])
        for track, y in zip(tracks, _runs((float(offset),), lr, noise, rho), strict=True):
            track.set_data(range(STEPS + 1), np.maximum(np.median(y[:, 0], axis=1), 1e-14))
        for line, growth in zip(theory, growths, strict=True):
            line.set_data(OFFSETS, np.log(AWAY / OFFSETS) / np.log(growth))
        for dot, y in zip(dots, _runs(tuple(OFFSETS), lr, noise, rho), strict=True):
            dot.set_data(OFFSETS, _away(y))
        return [*tracks, *theory, *dots], _tell(offset, lr, noise, rho)

    return update


def _tell(offset, lr, noise, rho):
    times = leaving(offset, lr, noise, rho)
    words = ", ".join(f"{name} after {t:.0f}" if np.isfinite(t) else f"{name} not yet" for name, t in times.items())
    return f"From {offset:.0e} beside the ridge, steps until it is away: {words}. Plain SGD grows by {1 + lr:g} a step."


def leaving(offset=1e-6, lr=0.1, noise=0.1, rho=0.9):
    """{descent: steps until it is AWAY from the ridge, in the median of the noisy runs}; nan if not within STEPS."""
    names = "plain SGD", "momentum", "SGD with noise"
    return {name: float(_away(y)[0]) for name, y in zip(names, _runs((offset,), lr, noise, rho), strict=True)}


@lru_cache(maxsize=32)
def _runs(offsets, lr, noise, rho):
    """Three arrays (STEPS + 1, start, run) of |y|: plain descent, momentum, and RUNS runs with noise."""
    s = PLACES["a saddle"]
    starts = np.array([(-1.0, offset) for offset in offsets])[:, None]
    many = np.repeat(starts, RUNS if noise else 1, axis=1)
    found = [
        descend(SGD(lr=lr), s, STEPS, starts),
        descend(Momentum(lr=lr, rho=rho), s, STEPS, starts),
        descend(SGD(lr=lr), s, STEPS, many, noise=noise, rng=0),
    ]
    return [abs(run.points[..., 1]) for run in found]


def _away(y):
    """(start,) the first step at which the median run is away; nan if there is none."""
    far = np.median(y, axis=2) > AWAY
    return np.where(far.any(axis=0), far.argmax(axis=0), np.nan)
