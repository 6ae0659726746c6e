"""The quadratic model of a surface at a point that the reader drags, and where Newton's step on it leads."""

import numpy as np

from ...live import Changed, Point, live
from ...plots import COLORS, DASHED, THEORY, terrain
from ...second_order import DampedNewton, Failed, Newton
from ...surfaces import SURFACES

SHOWN = {SURFACES[key].name: key for key in ("himmelblau", "rosenbrock", "beale", "styblinski_tang", "bowl", "ravine",
                                             "saddle", "monkey_saddle", "plateau", "cliff")}  # fmt: skip
SHARES = (0.3, 1, 2, -0.3, -1, -2)  # of the height between the point and the model's stationary point
STEPS = {"Newton": Newton(), "damped Newton": DampedNewton()}
RATES = np.linspace(-0.5, 1.5, 121)


@live(
    size=(9.6, 4.4),
    alt="A loss surface with the level curves of its quadratic model at a point, and both losses along the step",
    presets={"surface": lambda values: {"start": SURFACES[values["surface"]].start}},
)
def model(fig):
    """The quadratic model at the ring. Drag it: where is the model a bowl, and where does Newton's step lead?"""
    left, right = fig.subplots(ncols=2, width_ratios=[1.25, 1])
    left.set(xlabel="x", ylabel="y")
    left.grid(False)
    right.set(xlim=(-0.5, 1.5), ylim=(-2.2, 2.2), xlabel="share of the step taken", ylabel="change / promised fall")
    right.set_title("Along the step")
    levels = [left.plot([], [], color=THEORY, lw=1.8 if share == 1 else 0.8)[0] for share in SHARES]
    (arrow,) = left.plot([], [], "-", color="#333333", lw=2.2, zorder=4)
    (target,) = left.plot([], [], "X", color="#333333", ms=9, mec="white", zorder=5)
    (ring,) = left.plot([], [], "o", ms=11, mfc="white", mec="#333333", mew=2, zorder=5)
    (real,) = right.plot([], [], color=COLORS["SGD"], label="the loss")
    (promised,) = right.plot([], [], color=THEORY, ls=DASHED, label="its quadratic model")
    (ends,) = right.plot([], [], "X", color="#333333", ms=8, mec="white", zorder=4)
    right.legend(loc="upper right")
    ground, changed = [], Changed()

    @np.errstate(all="ignore")
    def update(surface: SHOWN = "himmelblau", step: list(STEPS) = "Newton", start: Point() = (4.6, 3.4)):
        s, p = SURFACES[surface], np.array(start)
        if changed(surface):
            change_ground(left, s, ground)
        direction = _direction(STEPS[step], s, p)
        center, height = _stationary(s, p)
        draw_levels(levels, center, s.hess(p), [share * height for share in SHARES])
        arrow.set_data(*np.transpose([p, p + direction]))
        target.set_data(*np.transpose([p + direction]))
        ring.set_data(*np.transpose([p]))
        loss, quadratic = _along(s, p, direction)
        real.set_data(RATES, loss)
        promised.set_data(RATES, quadratic)
        ends.set_data([1, 1], np.interp([1], RATES, loss).tolist() + np.interp([1], RATES, quadratic).tolist())
        return [*levels, arrow, target, ring, real, promised, ends], _tell(s, p, direction)

    return update


def change_ground(ax, surface, ground):
    """Draw another surface in the place of the one that is there."""
    for artist in ground:
        artist.remove()
    ground[:] = terrain(ax, surface)
    ax.set_title(surface.name)


def draw_levels(lines, center, hess, heights):
    """Level curves of the quadratic with this Hessian and stationary point: ellipses or hyperbolas."""
    for line, height in zip(lines, heights, strict=True):
        line.set_data(*(_conic(center, hess, height) if center is not None else ([], [])))


def _conic(center, hess, height):
    """Where (z - center)ᵀ · hess · (z - center) / 2 = height: (x, y), a gap between two branches."""
    values, vectors = np.linalg.eigh(hess)
    radii = np.sqrt(2 * abs(height) / np.maximum(abs(values), 1e-12))
    outward = height * values > 0
    if not outward.any():
        return [], []
    if outward.all():
        t = np.linspace(0, 2 * np.pi, 181)
        own = radii[:, None] * [np.cos(t), np.sin(t)]
    else:
        t = np.append(np.linspace(-6, 6, 161), np.nan)
        branch = np.where(outward[:, None], np.cosh(t), np.sinh(t)) * radii[:, None]
        own = np.hstack([branch, -branch])
    return np.asarray(center)[:, None] + vectors @ own


def _stationary(s, p):
    """(the model's stationary point, the model's height at p above it); (None, 0) where there is no such point."""
    try:
        d = Newton().direction(s.grad(p), (), lambda: s.hess(p))
    except Failed:
        return None, 0.0
    return p + d, -float(s.grad(p) @ d) / 2


def _direction(method, s, p):
    try:
        return method.direction(s.grad(p), (), lambda: s.hess(p))
    except Failed:
        return np.zeros(2)


def _along(s, p, d):
    """The change of the loss and of its model along the step, in units of what the model promises for all of it."""
    slope, bend = s.grad(p) @ d, d @ s.hess(p) @ d
    unit = max(abs(slope + bend / 2), 1e-12)
    loss = s.f(p + RATES[:, None] * d) - s.f(p)
    return np.clip(loss / unit, -50, 50), np.clip((slope * RATES + bend * RATES**2 / 2) / unit, -50, 50)


def _tell(s, p, d):
    low, high = np.linalg.eigvalsh(s.hess(p))
    kind = "a bowl" if low > 0 else "a hill" if high < 0 else "flat in one direction" if low * high == 0 else "a saddle"
    words = f"Curvatures here: {low:.3g} and {high:.3g}. The model is {kind}."
    if not d.any():
        still = "The gradient is 0 here." if not s.grad(p).any() else "The Hessian is singular: Newton has no step."
        return f"{words} {still}"
    promised = s.grad(p) @ d + d @ s.hess(p) @ d / 2
    return f"{words} The step promises a change of the loss by {promised:.3g}; it makes {s.f(p + d) - s.f(p):.3g}."
