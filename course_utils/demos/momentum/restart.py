"""A ball that gives up its speed when it climbs: momentum with restarts, beside the best setting and plain descent."""

import numpy as np

from ...descent import arrival, descend
from ...live import Point, live
from ...optimizers import SGD, Momentum
from ...plots import COLORS, DASHED
from ...surfaces import valley
from ...theory import best_momentum, best_rate

STEPS = 300
RESTART = "#117733"
CIRCLE = np.exp(1j * np.linspace(0, 2 * np.pi, 121))


@live(
    size=(9.6, 4.2),
    alt="Paths in a valley with and without restarts, and their losses beside the best momentum and plain descent",
)
def restart(fig):
    """Momentum that forgets its velocity whenever that leads uphill, where nobody knows kappa. What is it worth?"""
    left, right = fig.subplots(ncols=2, width_ratios=[1, 1.15])
    left.set(xlim=(-5, 5), ylim=(-3.2, 3.2), xlabel="x, the flat direction", ylabel="y, the steep direction")
    left.set_title("The paths")
    rings = [left.plot([], [], color="#b9cbe3", lw=1)[0] for _ in range(5)]
    looks = {
        "plain SGD, best rate": dict(color=COLORS["SGD"]),
        "momentum, best setting": dict(color=COLORS["Momentum"], ls=DASHED),
        "momentum at rho": dict(color=COLORS["Momentum"], lw=1.2, alpha=0.7),
        "at rho, with restarts": dict(color=RESTART),
    }
    paths = [left.plot([], [], **looks[name])[0] for name in list(looks)[2:]]
    (ring,) = left.plot([], [], "o", ms=11, mfc="none", mec="#333333", mew=2)
    right.set(xlim=(0, STEPS), yscale="log", ylim=(1e-10, 1e6), xlabel="step", ylabel="loss", title="The losses")
    losses = [right.plot([], [], label=name, **look)[0] for name, look in looks.items()]
    (again,) = right.plot([], [], "v", color=RESTART, ms=7, mec="white", label="a restart")
    right.legend(loc="upper right", fontsize=8, ncols=2)
    star = left.plot(0, 0, "*", ms=13, mfc="white", mec="#333333")[0]

    @np.errstate(under="ignore")  # at the minimum
    def update(
        kappa: (2.0, 1000.0) = 100.0, rho: (0.8, 0.999) = 0.99, rate: (0.1, 1.0) = 0.5, start: Point() = (-4.0, 2.0)
    ):
        runs, stops = _runs(kappa, rho, rate, tuple(start))
        for height, line in zip((0.02, 0.15, 0.6, 1.6, 3.2), rings, strict=True):
            line.set_data(np.sqrt(2 * height * kappa) * CIRCLE.real, np.sqrt(2 * height) * CIRCLE.imag)
        for path, points in zip(paths, runs[2:], strict=True):
            path.set_data(*points.T)
        ring.set_data([start[0]], [start[1]])
        for line, points in zip(losses, runs, strict=True):
            line.set_data(range(STEPS + 1), np.maximum(_loss(points, kappa), 1e-14))
        again.set_data(stops, np.maximum(_loss(runs[3], kappa)[stops], 1e-14))
        return [*rings, *paths, ring, *losses, again, star], _tell(kappa, rho, runs, stops)

    return update


def _loss(points, kappa):
    return (points[:, 0] ** 2 / kappa + points[:, 1] ** 2) / 2


def _runs(kappa, rho, rate, start):
    """([points of plain SGD, of the best momentum, of momentum, of momentum with restarts], steps of the restarts)."""
    curvatures = np.array([1 / kappa, 1.0])
    lr, best_rho, _ = best_momentum(curvatures)
    opts = SGD(lr=best_rate(curvatures)[0]), Momentum(lr=lr, rho=best_rho), Momentum(lr=rate, rho=rho)
    p, v, points, stops = np.array(start, dtype=float), np.zeros(2), [start], []
    for t in range(STEPS):
        g = curvatures * p
        if g @ v < 0:  # the ball moves by -v: it climbs
            v = np.zeros(2)
            stops.append(t)
        v = rho * v + g
        p = p - rate * v
        points.append(p)
    return [*(descend(opt, valley(curvatures), STEPS, start).points for opt in opts), np.array(points)], stops


def needed(kappa=100.0, rho=0.99, rate=0.5, start=(-4.0, 2.0), below=1e-6):
    """{run: steps until its loss is below and stays there}; inf if not within STEPS."""
    names = "plain", "best", "momentum", "restarts"
    runs, _ = _runs(kappa, rho, rate, start)
    return {name: arrival(_loss(points, kappa), below) for name, points in zip(names, runs, strict=True)}


def needed_in_many(kappa, n_curvatures, seeds=5, below=1e-6, n_steps=1500):
    """{run: median steps to a loss below} with so many curvatures, evenly spaced on a log scale, from random starts.

    Momentum at its best setting, at one setting for all valleys (lr = 3.5, rho = 0.875), and with restarts (lr = 0.5,
    rho = 0.99).
    """
    curvatures = np.geomspace(1 / kappa, 1.0, n_curvatures)
    lr, rho, _ = best_momentum(curvatures)
    settings = {"best": (lr, rho, False), "fixed": (3.5, 0.875, False), "restarts": (0.5, 0.99, True)}
    found = {}
    for name, (lr, rho, restarts) in settings.items():
        ends = []
        for seed in range(seeds):
            p, v, losses = np.random.default_rng(seed).normal(0, 3, n_curvatures), 0.0, []
            for _ in range(n_steps):
                g = curvatures * p
                losses.append(g @ p / 2)
                v = rho * (0.0 if restarts and np.sum(g * v) < 0 else v) + g
                p = p - lr * v
            ends.append(arrival(losses, below))
        found[name] = float(np.median(ends))
    return found


def _tell(kappa, rho, runs, stops):
    ends = [arrival(_loss(points, kappa), 1e-6) for points in runs]
    said = [f"{end}" if end < np.inf else "not yet" for end in ends]
    return (
        f"Steps to a loss of 1e-6 for good: plain {said[0]}, best momentum {said[1]}, rho = {rho:.3g} {said[2]}, "
        f"with {len(stops)} restarts {said[3]}."
    )
