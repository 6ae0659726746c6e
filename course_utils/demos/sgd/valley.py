"""Descent in a valley: one rate for a steep and a flat direction, and what the theory says of both."""

import numpy as np

from ... import surfaces
from ...descent import descend
from ...live import Play, Point, live
from ...optimizers import SGD
from ...plots import COLORS, DASHED, THEORY
from ...theory import best_rate, convergence_factor, stationary_variance
from .slope import SIZES

STEPS = 150
FLAT, STEEP = "#0072B2", "#D55E00"
CIRCLE = np.exp(1j * np.linspace(0, 2 * np.pi, 121))


@live(
    size=(9.6, 4.0),
    alt="A descent in an elongated valley, and its distance from the minimum along and across, with theory",
)
def valley(fig):
    """Descent in a valley that is kappa times steeper across than along. Where do jitter and crawl come from?"""
    left, right = fig.subplots(ncols=2, width_ratios=[1.15, 1])
    left.set(xlim=(-5, 5), ylim=(-3.2, 3.2), xlabel="x, the flat direction", ylabel="y, the steep direction")
    left.set_title("The path")
    left.plot(0, 0, "*", ms=13, mfc="white", mec="#333333")
    right.set(xlim=(0, STEPS), ylim=(1e-6, 20), yscale="log", xlabel="step", ylabel="distance from the minimum")
    right.set_title("Crawl along, jitter across")
    rings = [left.plot([], [], color="#b9cbe3", lw=1)[0] for _ in range(5)]
    (path,) = left.plot([], [], ".-", color=COLORS["SGD"], lw=1.2, ms=4)
    (head,) = left.plot([], [], "o", color=COLORS["SGD"], ms=8, mec="white", zorder=5)
    (ring,) = left.plot([], [], "o", ms=11, mfc="none", mec="#333333", mew=2)
    looks = [(FLAT, "-", "along x, flat"), (STEEP, DASHED, "along y, steep")]
    sizes = [right.plot([], [], color=c, ls=ls, lw=3, alpha=0.75, label=label)[0] for c, ls, label in looks]
    theory = [right.plot([], [], color=THEORY, lw=1.6, ls=(0, (1, 3)), label=w)[0] for w in ("theory", "_")]
    right.legend(loc="lower left")

    def update(
        kappa: (1.0, 100.0) = 20.0,
        lr: (0.02, 2.1, 0.001) = 1.9,
        start: Point() = (-4.0, 2.0),
        noise: (0.0, 2.0) = 0.0,
        batch_size: SIZES = 1,
        step: Play(STEPS, interval=60) = STEPS,
    ):
        curvatures, sigma = np.array([1 / kappa, 1.0]), noise / batch_size**0.5
        run = descend(SGD(lr=lr), surfaces.valley(curvatures), STEPS, start, noise=sigma, rng=0)
        for height, line in zip((0.02, 0.15, 0.6, 1.6, 3.2), rings, strict=True):
            radii = np.sqrt(2 * height / curvatures)
            line.set_data(radii[0] * CIRCLE.real, radii[1] * CIRCLE.imag)
        points = run.points[: step + 1]
        path.set_data(*points.T)
        head.set_data(*points[-1:].T)
        ring.set_data([start[0]], [start[1]])
        for i in range(2):
            sizes[i].set_data(range(step + 1), np.maximum(abs(points[:, i]), 1e-12))
            theory[i].set_data(range(STEPS + 1), _predicted(lr, curvatures[i], start[i], sigma))
        return [*rings, path, head, ring, *sizes, *theory], _tell(kappa, lr, run.diverged_at, step)

    return update


def _predicted(lr, curvature, start, sigma):
    """Root mean square distance along one direction after 0, 1, ... STEPS steps."""
    shrunk = (1 - lr * curvature) ** (2 * np.arange(STEPS + 1))
    square = shrunk * start**2
    if sigma:
        jitter = stationary_variance(lr, curvature, sigma)
        square += (1 - shrunk) * jitter if jitter < np.inf else 0
    return np.clip(np.sqrt(square), 1e-12, 1e6)


def _tell(kappa, lr, gone, step):
    best, least = best_rate([1 / kappa, 1])
    if 0 <= gone <= step:
        return f"lr = {lr:g}: diverged at step {gone}. The steep direction bears no rate above 2."
    along, across = abs(1 - lr / kappa), abs(1 - lr)
    return (
        f"A step at lr = {lr:g} leaves {along:.3f} of the distance along x and {across:.3f} along y, so "
        f"{convergence_factor(lr, [1 / kappa, 1]):.4f} in the end; the best rate, {best:.4g}, leaves {least:.4f}."
    )
