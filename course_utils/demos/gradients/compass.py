"""The compass: how steep a surface is in the direction the reader points at, beside what the gradient says."""

import numpy as np
from matplotlib.patches import FancyArrowPatch

from ...gradients import numerical_gradient
from ...live import Changed, Point, live
from ...plots import THEORY, terrain
from ...surfaces import SURFACES

SHOWN = ("himmelblau", "saddle", "styblinski_tang", "rosenbrock", "plateau")
STARTS = {
    "himmelblau": ((-1.0, 1.0), (0.8, 3.6)),
    "saddle": ((-1.0, 0.7), (0.0, 1.3)),
    "styblinski_tang": ((0.5, 1.5), (2.5, 3.0)),
    "rosenbrock": ((-1.0, 0.3), (-0.2, 1.2)),
    "plateau": ((-2.0, 2.0), (0.0, 3.0)),
}
DIRECTION, DOWN = "#0072B2", "#333333"
ANGLES = np.linspace(-180, 180, 145)
MEASURED = np.arange(-165, 181, 15)


def _for_surface(values):
    here, toward = STARTS[values["surface"]]
    return {"here": here, "toward": toward}


@live(
    size=(9.6, 4.4),
    alt="A map of a loss surface with a place, a chosen direction and the direction of steepest descent; beside it "
    "the loss along the chosen direction with its tangent, and the slope in every direction, which is a cosine",
    presets={"surface": _for_surface},
)
def compass(fig):
    """Drag the ring to a place, and the arrow's head to a direction: how fast does the loss change that way?"""
    left, along, around = fig.subplot_mosaic([["map", "along"], ["map", "around"]], width_ratios=[1.05, 1]).values()
    left.set(xlabel="x", ylabel="y", aspect="equal")
    along.set(xlabel="way along the arrow", ylabel="change / |g|", title="Along the arrow")
    around.set(xlim=(-180, 180), ylim=(-1.3, 2.1), xticks=range(-180, 181, 90), title="In every direction")
    around.set(xlabel="direction on the map (degrees)", ylabel="slope / |g|")
    (ring,) = left.plot([], [], "o", ms=11, mfc="none", mec="#333333", mew=2, zorder=5)
    (tip,) = left.plot([], [], "o", ms=9, color=DIRECTION, mec="white", zorder=5)
    needle, steepest = (_arrow(left, color) for color in (DIRECTION, DOWN))
    (curve,) = along.plot([], [], color=DIRECTION, label="the loss")
    (tangent,) = along.plot([], [], color=THEORY, ls=(0, (4, 2)), label="line of slope u · g")
    (cosine,) = around.plot([], [], color=THEORY, ls=(0, (4, 2)), label="u · g")
    (dots,) = around.plot([], [], "o", ms=4, color="#777777", label="measured")
    (chosen,) = around.plot([], [], "o", ms=9, color=DIRECTION, mec="white", label="arrow")
    (down,) = around.plot([], [], "v", ms=9, color=DOWN, mec="white", label="-g")
    along.legend(loc="upper left", ncols=2)
    around.legend(loc="upper left", ncols=4, columnspacing=1, handletextpad=0.4)
    ground, changed = [], Changed()

    def update(
        surface: {SURFACES[key].name: key for key in SHOWN} = "himmelblau",
        here: Point() = STARTS["himmelblau"][0],
        toward: Point() = STARTS["himmelblau"][1],
    ):
        s, here, toward = SURFACES[surface], np.array(here), np.array(toward)
        if changed(surface):
            _change_ground(left, along, s, ground)
        g, u = s.grad(here), _unit(toward - here)
        size = max(np.linalg.norm(g), 1e-12)
        _point(left, needle, here, toward)
        _point(left, steepest, here, here - 0.22 * np.ptp(s.xlim) * g / size)
        ring.set_data(*here[:, None])
        tip.set_data(*toward[:, None])
        _draw_along(curve, tangent, s, here, u, g, size)
        cosine.set_data(ANGLES, toward_at(ANGLES) @ g / size)
        dots.set_data(MEASURED, [measured_slopes(s, here, v) / size for v in toward_at(MEASURED)])
        chosen.set_data([np.rad2deg(np.arctan2(u[1], u[0]))], [u @ g / size])
        down.set_data([np.rad2deg(np.arctan2(-g[1], -g[0]))], [-np.linalg.norm(g) / size])
        return [needle, steepest, ring, tip, curve, tangent, cosine, dots, chosen, down], _tell(s, here, u, g)

    return update


def _arrow(ax, color):
    arrow = FancyArrowPatch((0, 0), (1, 1), arrowstyle="-|>", mutation_scale=14, lw=2.2, color=color, zorder=4)
    return ax.add_patch(arrow)


def _point(ax, arrow, start, end):
    """An arrow from start to end; one without length is not drawn."""
    arrow.set_visible(bool(np.linalg.norm(end - start) > 1e-3 * np.ptp(ax.get_xlim())))
    arrow.set_positions(start, end)


def _change_ground(left, along, s, ground):
    for artist in ground:
        artist.remove()
    ground[:] = terrain(left, s, n=100)
    left.set_title(s.name)
    reach = np.ptp(s.xlim) / 6
    along.set(xlim=(-reach, reach), ylim=(-1.3 * reach, 2.1 * reach))


def _draw_along(curve, tangent, s, here, u, g, size):
    """The loss on a way of a third of the window, as a change from here; over |g|, so that it fits any surface."""
    way = np.linspace(-1, 1, 101) * np.ptp(s.xlim) / 6
    change = s.f(here + np.outer(way, u)) - s.f(here)
    curve.set_data(way, np.clip(change / size, -1e6, 1e6))
    tangent.set_data(way, way * (u @ g) / size)


def measured_slopes(s, here, u):
    """The slope along u by a centered difference: a derivative by the length of the way."""
    return float(numerical_gradient(lambda way: float(s.f(here + way * u)), np.array(0.0)))


def toward_at(degrees):
    """Unit vectors in these directions (..., 2)."""
    angle = np.deg2rad(degrees)
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def _unit(v):
    length = np.linalg.norm(v)
    return v / length if length > 0 else np.array([1.0, 0.0])


def _tell(s, here, u, g):
    steepness = np.linalg.norm(g)
    if steepness < 1e-9:
        return "The gradient is 0: no direction goes down to first order. Is it a minimum?"
    angle = np.rad2deg(np.arccos(np.clip(-(u @ g) / steepness, -1, 1)))
    return (
        f"g = ({g[0]:.3g}, {g[1]:.3g}), u = ({u[0]:.3f}, {u[1]:.3f}). Slope along the arrow: u · g = {u @ g:.4g}, "
        f"measured {measured_slopes(s, here, u):.4g}. The arrow is {angle:.0f}° off -g, the steepest way down, of slope "
        f"-|g| = {-steepness:.4g}."
    )
