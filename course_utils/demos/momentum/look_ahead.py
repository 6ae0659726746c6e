"""Where the gradient is taken: momentum, Nesterov, and Nesterov with a slip, arrow by arrow and in the long run."""

from functools import lru_cache

import numpy as np

from ..._support.settings import settings
from ...descent import descend
from ...live import Play, Point, live
from ...optimizers import Momentum, Nesterov
from ...plots import COLORS, DOTTED, STYLES, THEORY, show_entries, terrain
from ...surfaces import bowl
from ...theory import momentum_factor
from .shared import geometric, length

STEPS, KAPPA = 80, 5.0
VALLEY = bowl(KAPPA)
SLIP = "#A0522D"


@settings
class UpdatedVelocity(Nesterov):
    """The slip: Nesterov written out, Δ = -lr · (rho² · v + (1 + rho) · g), with the new velocity for the old v."""

    def update(self, grad, state, t, theta=None):
        """One step; the first is 1 + rho + rho² times lr · g in place of 1 + rho."""
        v = self.rho * state + grad
        return (self.rho**2 * v + (1 + self.rho) * grad) * -self.rate(t, grad), v


METHODS = {"Momentum": Momentum, "Nesterov": Nesterov, "slip": UpdatedVelocity}
LABELS = {"Momentum": "Momentum", "Nesterov": "Nesterov", "slip": "slip: updated velocity"}


@live(
    size=(9.6, 4.4),
    alt="Two paths down a valley, with the arrows of one step of momentum and of Nesterov, and distances by step",
)
def look_ahead(fig):
    """One step of momentum and of Nesterov taken apart, on a valley; and how far each still is, with the theory."""
    left, right = fig.subplots(ncols=2, width_ratios=[1.3, 1])
    terrain(left, VALLEY)
    left.set(xlabel="x", ylabel="y", title="Carried along, then corrected")
    right.set(xlim=(0, STEPS), ylim=(1e-6, 1e3), yscale="log", xlabel="step", ylabel="distance from the minimum")
    style = {
        "Momentum": (COLORS["Momentum"], "-"),
        "Nesterov": (COLORS["Nesterov"], STYLES["Nesterov"]),
        "slip": (SLIP, DOTTED),
    }
    paths = {n: left.plot([], [], color=c, ls=ls, lw=1.1, zorder=3)[0] for n, (c, ls) in style.items()}
    heads = {n: left.plot([], [], "o", color=c, ms=8, mec="white", zorder=6)[0] for n, (c, _) in style.items()}
    ahead = left.plot([], [], "o", mfc="white", mec=COLORS["Nesterov"], ms=7, zorder=6)[0]
    carried, pushed = (
        left.quiver(
            *np.zeros((4, 2)), color=c, width=0.006, angles="xy", scale_units="xy", scale=1, minlength=0, zorder=5
        )
        for c in (COLORS["Momentum"], COLORS["SGD"])
    )
    (ring,) = left.plot([], [], "o", ms=11, mfc="none", mec="#333333", mew=2, zorder=4)
    far = {n: right.plot([], [], color=c, ls=ls, label=LABELS[n])[0] for n, (c, ls) in style.items()}
    theory = [right.plot([], [], color=THEORY, lw=1.4, ls=(0, (1, 3)), label=w)[0] for w in ("theory's rate", "_")]
    legend = right.legend(loc="upper right")

    def update(
        start: Point() = (-4.0, 2.0),
        lr: (0.01, 0.8, 0.01) = 0.1,
        rho: (0.0, 0.99, 0.01) = 0.9,
        show_slip: bool = False,
        step: Play(STEPS, interval=120) = 2,
    ):
        runs = runs_of(tuple(start), lr, rho)
        for name, (balls, _, _, distance) in runs.items():
            n = step + 1 if name != "slip" or show_slip else 0
            paths[name].set_data(*balls[:n].T)
            heads[name].set_data(*balls[max(n - 1, 0) : n].T)
            far[name].set_data(range(STEPS + 1 if n else 0), distance if n else [])
        _show_step(runs, step, lr, carried, pushed, ahead)
        ring.set_data([start[0]], [start[1]])
        for line, factor in zip(theory, _factors(lr, rho), strict=True):
            line.set_data(range(STEPS + 1), geometric(np.hypot(*start), factor, STEPS))
        show_entries(legend, [LABELS[name] for name in METHODS if name != "slip" or show_slip] + ["theory's rate"])
        moving = [*paths.values(), carried, pushed, ring, *heads.values(), ahead, *far.values(), *theory]
        return moving, _tell(runs, lr, rho, step, show_slip)

    return update


@lru_cache(maxsize=32)
def runs_of(start, lr, rho):
    """{method: (balls, points where the gradient is taken, when it diverged, distances)}."""
    found = {}
    for name, method in METHODS.items():
        run = descend(method(lr=lr, rho=rho), VALLEY, STEPS, start)
        points = np.nan_to_num(run.points)
        v = np.zeros((STEPS + 1, 2))
        for t, g in enumerate(VALLEY.grad(points[:-1])):
            v[t + 1] = rho * v[t] + g
        balls = run.points if name == "Momentum" else run.points + lr * rho * np.clip(v, -1e9, 1e9)
        found[name] = balls, run.points, run.diverged_at, length(run.points)
    return found


def _factors(lr, rho):
    return [momentum_factor(lr, rho, [1, KAPPA], nesterov) for nesterov in (False, True)]


def _show_step(runs, step, lr, carried, pushed, ahead):
    """The next step of both: what the velocity carries, and the gradient's part, taken where each of them takes it."""
    step = min(step, STEPS - 1)
    balls, nesterov = (np.nan_to_num(runs[name][0]) for name in ("Momentum", "Nesterov"))
    looks = np.nan_to_num(runs["Nesterov"][1])
    slopes = -lr * VALLEY.grad(np.array([balls[step], looks[step]]))
    ends = np.array([balls[step + 1], nesterov[step + 1]])
    starts = np.array([balls[step], nesterov[step]])
    middle = ends - slopes
    for arrows, where, vectors in ((carried, starts, middle - starts), (pushed, middle, slopes)):
        arrows.set_offsets(np.clip(where, -1e3, 1e3))
        arrows.set_UVC(*np.clip(vectors, -1e3, 1e3).T)
    ahead.set_data(*looks[step : step + 1].T)


def _tell(runs, lr, rho, step, show_slip):
    shown = [name for name in runs if name != "slip" or show_slip]
    if gone := [f"{LABELS[n]} at step {runs[n][2]}" for n in shown if runs[n][2] >= 0]:
        return f"lr · steepest curvature = {lr * KAPPA:.3g}. <b>Diverged</b>: {', '.join(gone)}."
    factors = _factors(lr, rho)
    far = ", ".join(f"{LABELS[n]} {runs[n][3][step]:.2g}" for n in shown)
    return (
        f"Distance after {step} steps: {far}. In the long run theory says that a step leaves {factors[0]:.4f} "
        f"with momentum and {factors[1]:.4f} with Nesterov."
    )
