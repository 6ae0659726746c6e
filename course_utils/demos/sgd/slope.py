"""Descent along one parameter: too slow, right, too fast, from a bad start, with the noise of a mini-batch."""

from functools import lru_cache

import numpy as np

from ...descent import descend
from ...live import Changed, Play, Point, live
from ...optimizers import SGD
from ...plots import COLORS, THEORY
from ...surfaces import Surface
from ...theory import stationary_variance
from .shared import bell

STEPS, RUNS = 100, 1000
X = np.linspace(-5, 5, 401)
EDGES = np.linspace(-5, 5, 101)
SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256]


def _for_shape(values):
    """What choosing a shape sets: the start on the left, and noise on the parabola, for which there is a theory."""
    f = SHAPES[values["shape"]]
    return {"start": (-4.0, round(f(-4.0), 2)), "noise": float(values["shape"] == "parabola")}


@live(
    size=(9.6, 3.9),
    alt="A curve with the steps of a descent on it, the parameter by step, and where 1,000 runs end",
    presets={"shape": _for_shape},
)
def slope(fig):
    """Descent along one parameter. Drag the ring, change the rate, add noise; 1,000 runs show where it settles."""
    curve, track, ends = fig.subplots(ncols=3, width_ratios=[1.3, 1.3, 0.6])
    curve.set(xlim=(-5, 5), xlabel="parameter x", ylabel="loss")
    track.set(xlim=(0, STEPS), ylim=(-5, 5), xlabel="step", ylabel="parameter x", title="One run")
    ends.set(xlim=(0, 3), ylim=(-5, 5), xlabel="density", ylabel="parameter x", title=f"{RUNS:,} runs")
    (ground,) = curve.plot([], [], color="#8fa6c4", lw=2)
    (path,) = curve.plot([], [], ".-", color=COLORS["SGD"], lw=0.9, ms=5)
    (head,) = curve.plot([], [], "o", color=COLORS["SGD"], ms=8, mec="white", zorder=5)
    (ring,) = curve.plot([], [], "o", ms=11, mfc="none", mec="#333333", mew=2, zorder=4)
    (line,) = track.plot([], [], ".-", color=COLORS["SGD"], lw=1, ms=4)
    bounds = [track.plot([], [], color=THEORY, ls=(0, (4, 2)), lw=1.4)[0] for _ in range(2)]
    bars = ends.stairs(np.zeros(100), EDGES, orientation="horizontal", fill=True, color="#9a9a9a")
    (theory,) = ends.plot([], [], color=THEORY, lw=1.6)
    changed, noisy = Changed(), Changed()

    def update(
        shape: list(SHAPES) = "parabola",
        start: Point() = (-4.0, 8.0),
        lr: (0.01, 10.0) = 0.1,
        noise: (0.0, 5.0) = 1.0,
        batch_size: SIZES = 1,
        step: Play(STEPS, interval=80) = STEPS,
    ):
        f, sigma = SHAPES[shape], noise / batch_size**0.5
        if changed(shape):
            ground.set_data(X, f(X))
            curve.set(ylim=LIMITS[shape], title=shape.capitalize())
        if noisy(sigma > 0):
            ends.set_visible(sigma > 0)
        points, gone = _runs(shape, lr, start[0], sigma)
        x = points[: step + 1, 0]
        path.set_data(x, f(x))
        head.set_data(x[-1:], f(x[-1:]))
        ring.set_data([start[0]], [f(start[0])])
        line.set_data(range(step + 1), x)
        std = _theory(shape, lr, sigma)
        for bound, sign in zip(bounds, (-2, 2), strict=True):
            bound.set_data(*(([0, STEPS], [sign * std] * 2) if std < 2.5 else ([], [])))
        last = points[step]
        bars.set_data(_density(last) if sigma else np.zeros(100))
        theory.set_data(*(bell(0, std)[::-1] if sigma else ([], [])))
        moving = [ground, path, head, ring, line, *bounds, bars, theory]
        return moving, _tell(shape, lr, sigma, last[np.isfinite(last)], std, gone, step)

    return update


def _valleys(x):
    return (x * x - 6.25) ** 2 / 20 - 0.5 * x


SHAPES = {"parabola": lambda x: x * x / 2, "two valleys": _valleys, "plateau": lambda x: 4 * x * x / (1 + x * x)}
LIMITS = {"parabola": (-1, 13), "two valleys": (-2.5, 9), "plateau": (-0.4, 5)}
GRADIENTS = {
    "parabola": lambda x: x, "two valleys": lambda x: x * (x * x - 6.25) / 5 - 0.5,
    "plateau": lambda x: 8 * x / (1 + x * x) ** 2,
}  # fmt: skip


@lru_cache(maxsize=32)
def _runs(shape, lr, x0, sigma):
    """(x of (STEPS + 1, runs), when the first run diverged): RUNS runs with noise, one without."""
    f, g = SHAPES[shape], GRADIENTS[shape]
    line = Surface(shape, "", lambda x, y: f(x), lambda x, y: (g(x), 0 * y), None, (x0, 0.0), (-5, 5), (0, 0))
    start = np.broadcast_to([x0, 0.0], (RUNS if sigma else 1, 2))
    run = descend(SGD(lr=lr), line, STEPS, start, noise=sigma, rng=0)
    return run.points[..., 0], int(run.diverged_at[0])


def _theory(shape, lr, sigma):
    """Standard deviation at which the runs on the parabola settle; inf where they do not."""
    if shape != "parabola" or not sigma:
        return np.inf
    return stationary_variance(lr, 1.0, sigma) ** 0.5


def _density(x):
    return np.histogram(x[np.isfinite(x)], EDGES)[0] / (0.1 * len(x))


def _tell(shape, lr, sigma, last, std, gone, step):
    if 0 <= gone <= step:
        return f"lr = {lr:g}: diverged at step {gone}, x beyond a million."
    if len(last) > 1 and std < np.inf:
        return f"Step {step}: the runs have a standard deviation of {last.std():.3f}; theory in the long run {std:.3f}."
    if shape == "parabola" and lr > 2:
        return f"Step {step}: each step multiplies x by {1 - lr:.3g}, so x grows for ever."
    where = f"x = {last[0]:.3g}" if len(last) == 1 else f"{(last > 0).mean():.0%} of the runs are right of x = 0"
    factor = f", each step multiplies x by {1 - lr:.3g}" if shape == "parabola" else ""
    return f"Step {step}: {where}{factor}."
