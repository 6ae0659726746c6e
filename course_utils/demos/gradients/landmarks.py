"""Where the slope is 0: minima, saddles and a hilltop on one map, and a descent that slows down beside a saddle."""

import itertools

import numpy as np

from ...live import Play, Point, live
from ...plots import COLORS, DASHED, THEORY, terrain
from ...surfaces import SURFACES

SURFACE, LR, STEPS = SURFACES["styblinski_tang"], 0.01, 80
START = (0.165, 4.4)
KINDS = {
    "global minimum": dict(marker="*", ms=17, color="#117733"),
    "local minimum": dict(marker="o", ms=9, color="#0072B2"),
    "saddle": dict(marker="X", ms=10, color="#D55E00"),
    "maximum": dict(marker="^", ms=10, color="#8E44AD"),
}


@live(
    size=(9.6, 4.3),
    alt="A map with one global minimum, three local minima, four saddles and a maximum marked, and the path of a "
    "descent; beside it the loss and the length of the gradient along that path, which dips near a saddle",
)
def landmarks(fig):
    """All nine places where the slope is 0, named; and the loss and slope along a descent from the ring."""
    grid = fig.subplot_mosaic([["map", "loss"], ["map", "slope"]], width_ratios=[1.2, 1])
    left, loss_ax, slope_ax = grid["map"], grid["loss"], grid["slope"]
    terrain(left, SURFACE)[-1].set_visible(False)  # its stars do not tell the minima apart
    left.set(xlabel="first weight", ylabel="second weight", xlim=(-5, 5), ylim=(-5, 5))
    for kind, places in stationary().items():
        look = KINDS[kind]
        left.plot(*np.array(places).T, ls="none", mec="white", label=kind, zorder=4, **look)
        for place in places:
            _height(left, place, look["color"])
    fig.legend(loc="outside upper left", ncols=4, handles=left.get_legend_handles_labels()[0])
    (path,) = left.plot([], [], ".-", color=COLORS["SGD"], lw=1.4, ms=5, zorder=3)
    (ring,) = left.plot([], [], "o", ms=12, mfc="none", mec="#333333", mew=2, zorder=5)
    (head,) = left.plot([], [], "o", ms=8, color=COLORS["SGD"], mec="white", zorder=5)
    loss_ax.set(xlim=(0, STEPS), ylim=(-85, 60), xlabel="step", ylabel="loss", title="Along the path")
    loss_ax.axhline(SURFACE.floor, color=THEORY, ls=DASHED, lw=1.2, label="at the global minimum")
    loss_ax.legend(loc="upper right")
    slope_ax.set(xlim=(0, STEPS), yscale="log", ylim=(1e-2, 1e3), xlabel="step", ylabel="length of g")
    curves = [ax.plot([], [], color=COLORS["SGD"])[0] for ax in (loss_ax, slope_ax)]
    heads = [ax.plot([], [], "o", ms=7, color=COLORS["SGD"], mec="white")[0] for ax in (loss_ax, slope_ax)]

    def update(start: Point() = START, step: Play(STEPS, interval=80) = STEPS):
        points, losses, slopes = descent(start)
        path.set_data(*points[: step + 1].T)
        ring.set_data([start[0]], [start[1]])
        head.set_data(*points[step : step + 1].T)
        for curve, dot, values in zip(curves, heads, (losses, slopes), strict=True):
            curve.set_data(range(step + 1), values[: step + 1])
            dot.set_data([step], [values[step]])
        return [path, ring, head, *curves, *heads], _tell(points[step], losses[step], slopes[step])

    return update


def _height(ax, place, color):
    """Write the loss of a place below it."""
    x, y = place
    ax.text(x, y - 0.42, f"{SURFACE.f(place):.0f}", color=color, ha="center", va="top", fontsize=9, zorder=4)


def stationary():
    """{kind: [(x, y), ...]}: where both slopes are 0. The surface is a sum over its coordinates, and so are they."""
    roots = np.sort(np.roots([4, 0, -32, 5]).real)
    found = {kind: [] for kind in KINDS}
    for place in itertools.product(roots, repeat=2):
        curved = np.linalg.eigvalsh(SURFACE.hess(place))
        kind = "maximum" if (curved < 0).all() else "saddle" if (curved < 0).any() else "local minimum"
        found[kind].append(place)
    lowest = min(found["local minimum"], key=lambda place: float(SURFACE.f(place)))
    found["local minimum"].remove(lowest)
    return found | {"global minimum": [lowest]}


def descent(start):
    """(points, losses, lengths of the gradient) of plain descent, which does not leave the map."""
    points = [np.array(start, dtype=float)]
    for _ in range(STEPS):
        points.append(np.clip(points[-1] - LR * SURFACE.grad(points[-1]), -5, 5))
    points = np.array(points)
    return points, SURFACE.f(points), np.maximum(np.linalg.norm(SURFACE.grad(points), axis=1), 1e-300)


def _tell(here, loss, slope):
    places = [(place, kind) for kind, group in stationary().items() for place in group]
    (x, y), kind = min(places, key=lambda entry: np.hypot(*np.subtract(entry[0], here)))
    near = np.hypot(x - here[0], y - here[1])
    where = f"at the {kind} ({x:.2f}, {y:.2f})" if near < 0.05 else f"{near:.2f} away from a {kind}"
    return f"Loss {loss:.2f}, gradient of length {slope:.2g}: {where}."
