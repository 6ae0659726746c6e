"""A ball with velocity on a surface: where it runs past, climbs, escapes; and plain descent from the same start."""

from functools import lru_cache

import numpy as np
from matplotlib.lines import Line2D

from ...descent import descend, nearest_minimum
from ...live import Changed, Play, Point, live
from ...optimizers import SGD, Momentum
from ...plots import COLORS, STYLES, terrain
from ...surfaces import SURFACES
from ..sgd.escape import PLACES

STEPS, EVERY, RECENT = 120, 3, 12
CLIMB = "#D55E00"
GROUNDS = {
    "bowl": SURFACES["bowl"], "shallow": PLACES["a shallow minimum"], "saddle": PLACES["a saddle"],
    "himmelblau": SURFACES["himmelblau"], "rosenbrock": SURFACES["rosenbrock"],
}  # fmt: skip
OWN = {  # a start and a rate from which there is something to see
    "bowl": ((-4.0, 2.0), 0.02), "shallow": ((-1.7, 0.8), 0.05), "saddle": ((-1.8, 0.001), 0.1),
    "himmelblau": ((0.0, -1.0), 0.003), "rosenbrock": ((-1.2, 1.0), 0.0005),
}  # fmt: skip


def _own(values):
    start, lr = OWN[values["surface"]]
    return {"start": start, "lr": lr}


@live(
    size=(9.6, 4.3),
    alt="The path of a ball with momentum on a loss surface, with velocity arrows, and its loss beside plain SGD's",
    presets={"surface": _own},
)
def ball(fig, surface="bowl"):
    """A ball that keeps part of its velocity, beside plain descent. Drag the ring, change rho, play the run.

    Orange: steps on which the ball climbs. The diamond: where it is farthest beyond the minimum in which it ends.
    """
    left, right = fig.subplots(ncols=2, width_ratios=[1.25, 1])
    left.set(xlabel="x", ylabel="y")
    right.set(xlim=(0, STEPS), yscale="log", xlabel="step", ylabel="loss above the lowest")
    plain, path, head = _paths(left)
    (climbs,) = left.plot([], [], "o", color=CLIMB, ms=3.5, zorder=4)
    (beyond,) = left.plot([], [], "D", color=CLIMB, ms=8, mec="white", zorder=6)
    (ring,) = left.plot([], [], "o", ms=11, mfc="none", mec="#333333", mew=2, zorder=4)
    trail = _arrows(left, RECENT, COLORS["Momentum"], 0.0035, alpha=0.7)
    kept, push = _arrows(left, 1, COLORS["Momentum"], 0.007), _arrows(left, 1, COLORS["SGD"], 0.007)
    losses = [right.plot([], [], color=COLORS[n], ls=STYLES[n], label=n)[0] for n in ("SGD", "Momentum")]
    (uphill,) = right.plot([], [], "o", color=CLIMB, ms=3.5, zorder=4, label="the ball climbs")
    right.legend(loc="lower left")
    arrows = [
        Line2D([], [], color=COLORS[n], marker=">", ms=5, lw=lw)
        for n, lw in (("Momentum", 3), ("SGD", 3), ("Momentum", 1))
    ]
    left.legend(arrows, ["what it keeps of its step", "what the slope adds", "earlier steps"], loc="lower right")
    ground, changed = [], Changed()

    def update(
        surface: {s.name: key for key, s in GROUNDS.items()} = surface,
        start: Point() = OWN[surface][0],
        lr: (1e-4, 1.0) = OWN[surface][1],
        rho: (0.0, 1.0, 0.01) = 0.9,
        step: Play(STEPS) = 30,
    ):
        s = GROUNDS[surface]
        if changed(surface):
            _change_ground(left, right, s, ground)
        slow, run = runs_of(surface, tuple(start), lr, rho)
        points, heights = run.points[: step + 1], run.losses[: step + 1] - s.floor
        path.set_data(*points.T)
        head.set_data(*points[-1:].T)
        plain.set_data(*slow.points[: step + 1].T)
        ring.set_data([start[0]], [start[1]])
        _show_arrows(trail, kept, push, run.points, step, rho, lr * _slope(s, run.points[step]))
        up = 1 + np.flatnonzero(np.diff(heights) > 1e-9)
        climbs.set_data(*points[up].T)
        uphill.set_data(up, _shown(heights[up]))
        losses[0].set_data(range(step + 1), _shown(slow.losses[: step + 1] - s.floor))
        losses[1].set_data(range(step + 1), _shown(heights))
        past = overshoot(s, run, step)
        beyond.set_data(*(np.reshape(run.points[past[1]], (2, 1)) if past else ([], [])))
        moving = [plain, path, climbs, trail, kept, push, beyond, head, ring, *losses, uphill]
        return moving, _tell(s, slow, run, step, past, len(up))

    return update


def _paths(ax):
    looks = [("SGD", 1.6), ("Momentum", 1.2)]
    lines = [ax.plot([], [], ".-", color=COLORS[name], lw=lw, ms=4, zorder=3)[0] for name, lw in looks]
    return *lines, ax.plot([], [], "o", color=COLORS["Momentum"], ms=9, mec="white", zorder=5)[0]


def _arrows(ax, n, color, width, alpha=1.0):
    return ax.quiver(
        *np.zeros((4, n)), color=color, width=width, alpha=alpha, zorder=4.5, angles="xy", scale_units="xy", scale=1,
        minlength=0,
    )  # fmt: skip


def _change_ground(left, right, s, ground):
    for artist in ground:
        artist.remove()
    ground[:] = terrain(left, s)
    left.set_title(s.name)
    top = float(s.f(s.start) - s.floor)
    right.set_ylim(top * 1e-6, top * 10)


@lru_cache(maxsize=64)
def runs_of(surface, start, lr, rho):
    """The descents of plain SGD and of the ball."""
    s = GROUNDS[surface]
    return [descend(opt, s, STEPS, start) for opt in (SGD(lr=lr), Momentum(lr=lr, rho=rho))]


def _slope(s, point):
    return s.grad(np.nan_to_num(point))


def _show_arrows(trail, kept, push, points, step, rho, descent):
    """Velocities along the path, and at the ball what stays of its velocity and what the slope adds, in true length."""
    points = np.nan_to_num(points)
    moves = np.diff(points, axis=0, prepend=points[:1])
    at = np.maximum(step - EVERY * np.arange(RECENT), 0)
    for arrows, where, vectors in [
        (trail, points[at], moves[at]),
        (kept, points[step][None], rho * moves[step][None]),
        (push, points[step][None], -descent[None]),
    ]:
        arrows.set_offsets(where)
        arrows.set_UVC(*np.clip(vectors, -1e3, 1e3).T)


def _shown(heights):
    return np.maximum(heights, 1e-12)


def overshoot(s, run, step):
    """(step at which the ball passes the minimum where it ends, step at which it is farthest beyond), or None."""
    index = int(nearest_minimum(run.points[-1], s, tol=1.0)) if run.diverged_at < 0 else -1
    if index < 0:
        return None
    minimum = np.array(s.minima[index])
    along = (run.points[: step + 1] - minimum) @ (minimum - run.points[0])
    return (int((along > 0).argmax()), int(along.argmax())) if (along > 1e-9).any() else None


def _tell(s, slow, run, step, past, n_up):
    gone = [
        f"{name} <b>diverged</b> at step {r.diverged_at}: the rate is too large."
        for name, r in (("SGD", slow), ("Momentum", run))
        if 0 <= r.diverged_at <= step
    ]
    if gone:
        return " ".join(gone)
    words = f"Step {step}: loss above the lowest {_short(run.losses[step] - s.floor)}, plain SGD's "
    words += f"{_short(slow.losses[step] - s.floor)}."
    if past:
        away = np.linalg.norm(run.points[past[1]] - s.minima[int(nearest_minimum(run.points[-1], s, tol=1.0))])
        words += f" The ball passes its minimum at step {past[0]} and comes {away:.2g} beyond it (diamond)."
    return words + f" It has climbed on {n_up} of {step} steps."


def _short(height):
    return f"{max(height, 0):.2g}"
