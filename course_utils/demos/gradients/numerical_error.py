"""The numerical gradient: a chord in place of a tangent, and how its error depends on the step h."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ...gradients import EPS, numerical_gradient
from ...live import Changed, live
from ...plots import THEORY

STEPS = np.logspace(-16, 0, 97)
COLORS = {"forward": "#D55E00", "centered": "#0072B2"}
MARKERS = {"forward": "^", "centered": "o"}


class Curve(NamedTuple):
    """A function with its first three derivatives, and the window on its values."""

    f: object
    d1: object
    d2: object
    d3: object
    ylim: tuple


def _zero(x):
    return 0 * x


CURVES = {
    "sin x": Curve(np.sin, np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x), (-2, 2)),
    "exp x": Curve(np.exp, np.exp, np.exp, np.exp, (-3, 12)),
    "x³": Curve(lambda x: x**3, lambda x: 3 * x**2, lambda x: 6 * x, lambda x: 6 + 0 * x, (-12, 12)),
    "sin 10x": Curve(lambda x: np.sin(10 * x), lambda x: 10 * np.cos(10 * x), lambda x: -100 * np.sin(10 * x),
                     lambda x: -1000 * np.cos(10 * x), (-2, 2)),
    "|x|": Curve(np.abs, np.sign, _zero, _zero, (-1, 3)),
}  # fmt: skip


@live(
    size=(9.6, 4.0),
    alt="A curve with its tangent and two chords; beside it, on log axes, the errors of forward and centered "
    "differences against the step h: two Vs, that of centered differences deeper and farther right",
)
def numerical_error(fig):
    """The slope of a curve by forward and by centered differences, and their errors for 97 steps h at once."""
    left, right = fig.subplots(ncols=2, width_ratios=[1, 1.25])
    left.set(xlim=(-3, 3), xlabel="x", ylabel="f(x)")
    right.set(xscale="log", yscale="log", xlim=(1e-16, 2), ylim=(1e-16, 1e4), xlabel="step h", title="How far off")
    right.set(ylabel="error of the slope", yticks=10.0 ** np.arange(-16, 5, 4))
    (graph,) = left.plot([], [], color="#333333", label="f")
    (tangent,) = left.plot([], [], color=THEORY, ls=(0, (4, 2)), lw=1.4, label="tangent")
    chords = {m: left.plot([], [], MARKERS[m] + "-", color=c, ms=6, mec="white", label=m)[0] for m, c in COLORS.items()}
    dots = {m: right.plot([], [], MARKERS[m], color=c, ms=4, ls="none", label=m)[0] for m, c in COLORS.items()}
    lines = [right.plot([], [], color=THEORY, ls=(0, (4, 2)), lw=1.2)[0] for _ in range(3)]
    lines[0].set_label("theory: |f″| h/2, |f‴| h²/6, rounding/h")
    now = right.axvline(1, color="#999999", lw=1)
    kink = right.text(1e-8, 1e-6, "At a kink there is no slope,\nso there is no error to draw.", ha="center")
    for ax in (left, right):
        ax.legend(loc="upper left", ncols=2)
    changed = Changed()

    def update(function: list(CURVES) = "sin x", x: (-2.0, 2.0, 0.01) = 1.0, h: (1e-16, 1.0) = 0.631):
        curve = CURVES[function]
        if changed(function):
            left.set(ylim=curve.ylim, title=f"f(x) = {function}")
        _draw_chords(graph, tangent, chords, curve, x, h)
        smooth = not _at_kink(function, x)
        for method, line in dots.items():
            line.set_data(STEPS if smooth else [], np.maximum(errors(function, x, method), 1e-17) if smooth else [])
        for line, error in zip(lines, theory_of(curve, x), strict=True):
            line.set_data(STEPS, np.where((error > 0) & smooth, error, np.nan))
        kink.set_visible(not smooth)
        now.set_xdata([h, h])
        return [graph, tangent, *chords.values(), *lines, *dots.values(), kink, now], _tell(function, x, h)

    return update


def _draw_chords(graph, tangent, chords, curve, x, h):
    xs = np.linspace(-3, 3, 301)
    graph.set_data(xs, curve.f(xs))
    if curve.f is np.abs and x == 0:  # the two one-sided slopes, a gap between them
        tangent.set_data([-3, 3, np.nan, -3, 3], [3, -3, np.nan, -3, 3])
    else:
        tangent.set_data(xs, curve.f(x) + curve.d1(x) * (xs - x))
    for method, back in (("forward", 0), ("centered", h)):
        ends = np.array([x - back, x + h])
        chords[method].set_data(ends, curve.f(ends))


@lru_cache(maxsize=512)
def errors(function, x, method):
    """|numerical slope - true slope| of one of CURVES at x, for every step of STEPS."""
    curve, x = CURVES[function], np.array(x)
    return np.array([abs(numerical_gradient(curve.f, x, h, method) - curve.d1(x)) for h in STEPS])


def _at_kink(function, x):
    return function == "|x|" and x == 0


def theory_of(curve, x):
    """Truncation by the first term that is cut off, forward and centered; and rounding of f and of x over the step."""
    size = abs(curve.f(x)) + abs(x * curve.d1(x))
    return abs(curve.d2(x)) * STEPS / 2, abs(curve.d3(x)) * STEPS**2 / 6, EPS * size / (2 * STEPS)


def _tell(function, x, h):
    curve, x0 = CURVES[function], np.array(float(x))
    if _at_kink(function, x):
        forward, centered = (float(numerical_gradient(curve.f, x0, h, method)) for method in COLORS)
        return (
            f"A kink: the slope is -1 to the left and 1 to the right, and there is none at 0. Forward differences say "
            f"{forward:g}, centered ones {centered:g}, at every h: each answers a question that has no answer."
        )
    true, now, best = float(curve.d1(x)), [], []
    for method in COLORS:
        slope, error = float(numerical_gradient(curve.f, x0, h, method)), errors(function, x, method)
        now.append(f"{method} {slope:.10g}, off by {abs(slope - true):.0e}")
        best.append(f"{method} {STEPS[error.argmin()]:.0e}, off by {error.min():.0e}")
    words = f"True slope {true:.10g}. With h = {h:g}: {'; '.join(now)}. Best step shown: {'; '.join(best)}."
    if function == "|x|" and abs(x) < h:
        words += " The chord reaches across the kink: its slope is that of neither side."
    return words
