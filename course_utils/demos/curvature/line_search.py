"""A line search at work: what it tries, what it asks, and which rates it would take."""

import numpy as np

from ...live import Changed, Menu, Point, live
from ...plots import COLORS, THEORY
from ...second_order import Armijo, DampedNewton, Wolfe
from ...surfaces import SURFACES
from .model import change_ground

SHOWN = {SURFACES[key].name: key for key in ("styblinski_tang", "himmelblau", "beale", "rosenbrock", "ravine")}
LENGTHS = np.linspace(0, 8, 401)
DIRECTIONS = ("down the gradient", "damped Newton")


@live(
    size=(9.6, 4.4),
    alt="A surface with a line across it, and the loss along the line with the trials of a line search",
    presets={"surface": lambda values: {"start": SURFACES[values["surface"]].start}},
)
def line_search(fig):
    """A line search from the ring. Which rates would it take, and how many does it try before it has one?"""
    left, right = fig.subplots(ncols=2, width_ratios=[1, 1.2])
    left.set(xlabel="x", ylabel="y")
    left.grid(False)
    right.set(xlim=(0, 8.4), ylim=(-1.6, 1.6), xlabel="distance along the direction",
              ylabel="change of the loss / steepness at the start", title="Along the line")  # fmt: skip
    (line,) = left.plot([], [], color="#333333", lw=1, ls=(0, (4, 2)))
    (tried,) = left.plot([], [], "o", color=COLORS["Adam"], ms=6, mec="white", zorder=4)
    (taken,) = left.plot([], [], "*", color=THEORY, ms=14, mec="white", zorder=5)
    (ring,) = left.plot([], [], "o", ms=11, mfc="white", mec="#333333", mew=2, zorder=5)
    (fine,) = right.plot([], [], color="#7FC8A9", lw=9, alpha=0.6, solid_capstyle="butt", label="would be taken")
    (curve,) = right.plot([], [], color=COLORS["SGD"], label="the loss")
    (bound,) = right.plot([], [], color=THEORY, lw=1.2, ls=(0, (4, 2)), label="Armijo: below this line")
    (trials,) = right.plot([], [], "o", color=COLORS["Adam"], ms=6, mec="white", label="tried", zorder=4)
    (end,) = right.plot([], [], "*", color=THEORY, ms=14, mec="white", label="taken", zorder=5)
    numbers = [right.text(0, 0, "", fontsize=8, ha="center", va="bottom", clip_on=True) for _ in range(6)]
    right.legend(loc="upper left", ncols=2)
    ground, changed = [], Changed()

    @np.errstate(all="ignore")
    def update(
        surface: SHOWN = "styblinski_tang",
        direction: list(DIRECTIONS) = "down the gradient",
        search: Menu(["Armijo", "Wolfe"]) = "Armijo",
        first: (0.1, 8.0, 0.1) = 8.0,
        c1: (1e-4, 0.9) = 0.3,
        c2: (0.05, 0.99, 0.01) = 0.9,
        shrink: (0.1, 0.9, 0.05) = 0.5,
        start: Point() = SURFACES["styblinski_tang"].start,
    ):
        s, p = SURFACES[surface], np.array(start)
        if changed(surface):
            change_ground(left, s, ground)
        method = Armijo(c1, shrink) if search == "Armijo" else Wolfe(min(c1, 0.99 * c2), c2)
        d = _unit(s, p, direction)
        seen, answer = _watch(method, s, p, d, first)
        change, slope = _scaled(s, p, d)
        line.set_data(*(p + LENGTHS[[0, -1], None] * d).T)
        curve.set_data(LENGTHS, change(LENGTHS))
        fine.set_data(LENGTHS, np.where(_acceptable(method, s, p, d), change(LENGTHS), np.nan))
        bound.set_data(LENGTHS, -method.c1 * LENGTHS * (slope < 0))
        for dots, rates in ((tried, seen), (taken, answer)):
            dots.set_data(*(p + np.reshape(rates, (-1, 1)) * d).T)
        for dots, rates in ((trials, seen), (end, answer)):
            dots.set_data(rates, change(np.array(rates)))
        for i, text in enumerate(numbers):
            text.set_text(str(i + 1) if i < len(seen) else "")
            text.set_position((seen[i], min(change(np.array(seen[i])), 1.4) + 0.07) if i < len(seen) else (0, 0))
        ring.set_data(*np.transpose([p]))
        return [line, tried, taken, ring, fine, curve, bound, trials, end, *numbers], _tell(method, s, p, seen, answer)

    return update


def _unit(s, p, direction):
    """The direction, of length 1; zeros where the gradient vanishes."""
    g = s.grad(p)
    d = -g if direction == DIRECTIONS[0] else DampedNewton().direction(g, (), lambda: s.hess(p))
    return d / max(np.linalg.norm(d), 1e-300)


def _watch(method, s, p, d, first):
    """(all rates that the search tries, the one that it takes, in a list that is empty if it finds none)."""
    seen = []

    def f(theta):
        seen.append(float(np.linalg.norm(theta - p)))
        return float(s.f(theta)), s.grad(theta)

    if not s.grad(p) @ d < 0:
        return [], []
    answer = method(f, p, float(s.f(p)), s.grad(p), d, first)
    return seen, [answer.rate] if answer else []


def _scaled(s, p, d):
    """(the change of the loss at a distance, in units of the steepness at the start; the slope there)."""
    slope = float(s.grad(p) @ d)
    return lambda a: np.clip((s.f(p + np.multiply.outer(a, d)) - s.f(p)) / max(-slope, 1e-12), -50, 50), slope


def _acceptable(method, s, p, d):
    """Which of LENGTHS fulfil the conditions of the search."""
    change, slope = _scaled(s, p, d)
    ok = (change(LENGTHS) <= -method.c1 * LENGTHS) & (LENGTHS > 0) & (slope < 0)
    if isinstance(method, Wolfe):
        ok &= abs(s.grad(p + LENGTHS[:, None] * d) @ d) <= -method.c2 * slope
    return ok


def _tell(method, s, p, seen, answer):
    if not seen:
        return "The gradient is 0 here: no direction leads down."
    if not answer:
        return f"{method} found no lower point in {len(seen)} trials."
    one = "1 trial" if len(seen) == 1 else f"{len(seen)} trials"
    return f"{method}: {one}; it takes the rate {answer[0]:.3g}."
