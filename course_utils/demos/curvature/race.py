"""Newton, damped Newton, BFGS and L-BFGS from one start, and the quadratic model that one of them believes in."""

from functools import lru_cache

import numpy as np

from ...live import Changed, Menu, Play, Point, live
from ...plots import COLORS, DOTTED, STYLES
from ...second_order import METHODS, Armijo, FullStep, Newton, Wolfe, minimize
from ...surfaces import SURFACES
from .model import SHOWN, change_ground, draw_levels

N_STEPS, GRADIENTS, HESSIAN = 60, 120, 4  # a Hessian of two parameters by differences: four gradients
SEARCHES = {"Wolfe": Wolfe(), "Armijo": Armijo(), "none: full steps": FullStep()}
REACH = 0.12  # of the width of the picture, from the point to the far end of an ellipse
LABELS = {"Newton": "Newton", "DampedNewton": "damped Newton", "BFGS": "BFGS", "LBFGS": "L-BFGS"}
MARKERS = {"Newton": "s", "DampedNewton": "D", "BFGS": "o", "LBFGS": "^"}


@live(
    size=(9.6, 4.4),
    alt="Paths of four second-order methods on a loss surface, and their losses against the gradients taken",
    presets={"surface": lambda values: {"start": SURFACES[values["surface"]].start}},
)
def race(fig):
    """Four methods from one start. Drag the ring, play the steps, and look at the model that a method has by then."""
    left, right = fig.subplots(ncols=2, width_ratios=[1.25, 1])
    left.set(xlabel="x", ylabel="y")
    left.grid(False)
    right.set(xlim=(0, GRADIENTS), ylim=(1e-16, 1e4), yscale="log", ylabel="loss above the lowest",
              xlabel="gradients, a Hessian counted as 4", title="What it costs")  # fmt: skip
    look = {name: dict(color=COLORS[name], ls=STYLES[name], marker=MARKERS[name], ms=3) for name in METHODS}
    paths = {name: left.plot([], [], **look[name])[0] for name in METHODS}
    losses = {name: right.plot([], [], **look[name], label=LABELS[name])[0] for name in METHODS}
    big = {name: look[name] | dict(ms=9, mec="white", zorder=5) for name in METHODS}
    heads = {name: left.plot([], [], **big[name])[0] for name in METHODS}
    marks = {name: right.plot([], [], **big[name])[0] for name in METHODS}
    shapes = [
        left.plot([], [], lw=2, color="#333333", zorder=4, label="the model it believes in")[0],
        left.plot([], [], lw=1.4, color="#333333", ls=DOTTED, zorder=4, label="the true model there")[0],
    ]
    left.legend(handles=shapes, loc="lower left", fontsize=8)
    (ring,) = left.plot([], [], "o", ms=11, mfc="none", mec="#333333", mew=2, zorder=4)
    right.legend(loc="upper right")
    ground, changed = [], Changed()

    @np.errstate(all="ignore")
    def update(
        surface: SHOWN = "rosenbrock",
        search: list(SEARCHES) = "Wolfe",
        m: (1, 10) = 10,
        model: Menu({label: name for name, label in LABELS.items()} | {"none": "none"}) = "BFGS",
        start: Point() = (-1.2, 1.0),
        step: Play(N_STEPS, interval=250) = 12,
    ):
        s = SURFACES[surface]
        if changed(surface):
            change_ground(left, s, ground)
        runs = {name: _run(name, surface, tuple(start), search, m) for name in METHODS}
        for name, run in runs.items():
            points = run.points[: step + 1]
            paths[name].set_data(*points.T)
            heads[name].set_data(*points[-1:].T)
            heights = np.maximum(run.losses - _lowest(s), 1e-300)
            spent = costs(name, run)
            losses[name].set_data(spent, heights)
            marks[name].set_data(spent[: step + 1][-1:], heights[: step + 1][-1:])
        _draw_shapes(shapes, model, s, runs, min(step, N_STEPS - 1), (surface, tuple(start), search, m))
        ring.set_data([start[0]], [start[1]])
        lines = [*paths.values(), *losses.values(), *heads.values(), *marks.values()]
        return [*shapes, *lines, ring], _tell(runs, step, s)

    return update


def costs(name, run):
    """(n_steps + 1,) gradients taken by each point of a run; Newton's kind pays for a Hessian before every step."""
    return run.evaluations + HESSIAN * np.arange(run.n_steps + 1) * (name in ("Newton", "DampedNewton"))


def _method(name, search, m):
    if name in ("Newton", "DampedNewton"):
        return METHODS[name]()
    return METHODS[name](search=SEARCHES[search], **({"m": m} if name == "LBFGS" else {}))


@lru_cache(maxsize=128)
def _run(name, surface, start, search, m, n_steps=N_STEPS):
    return minimize(_method(name, search, m), surface, start=start, n_steps=n_steps)


def _draw_shapes(shapes, name, s, runs, step, setting):
    """Around the point, a level of the model that a method believes in and one of the true model, equally long."""
    believed, p = None, np.zeros(2)
    if name in runs:
        before = _run(name, *setting, n_steps=min(step, runs[name].n_steps))
        believed, p = _believed(_method(name, *setting[2:]), s, before), before.points[-1]
    for line, hess in zip(shapes, (believed, s.hess(p)), strict=True):
        shown = believed is not None
        height = abs(np.linalg.eigvalsh(hess)).min() * (REACH * np.ptp(s.xlim)) ** 2 / 2 if shown else 0.0
        draw_levels([line], p if shown else None, hess, [height])
    shapes[0].set_color(COLORS.get(name, "#333333"))


def _believed(method, s, run):
    """The Hessian (2, 2) that a method takes for the true one at the end of a run; None if it has no model there."""
    here = s.hess(run.points[-1])
    unit = [-method.direction(e, run.state, lambda: here) for e in np.eye(2)] if not _singular(method, here) else None
    return None if unit is None or abs(np.linalg.det(unit)) < 1e-12 else np.linalg.inv(unit)


def _singular(method, hess):
    return type(method) is Newton and np.linalg.cond(hess) > 1e15


def _lowest(s):
    return s.floor if s.floor is not None else s.f(np.array([s.xlim[0], s.ylim[1]])) - 10


def _tell(runs, step, s):
    """How far each has come, and what it says of why it stopped."""
    words = []
    for name, run in runs.items():
        if run.n_steps > step:
            spent = costs(name, run)[step]
            words.append(f"<b>{LABELS[name]}</b>: loss {run.losses[step]:.3g}, gradients {spent}.")
        else:
            stop = "there" if run.converged else run.stopped
            skipped = f", {len(run.skipped)} updates skipped" if run.skipped else ""
            words.append(f"<b>{LABELS[name]}</b>: gradients {costs(name, run)[-1]}{skipped}; {stop}.")
    return " ".join(words)


def spent(name, surface, search="Wolfe", m=10):
    """Gradients that a method takes on a surface from its usual start until it stops, a Hessian counted as 4."""
    run = _run(name, surface, tuple(SURFACES[surface].start), search, m)
    return int(costs(name, run)[-1])
