"""The practice exercise on a map: whatever function of (theta, g, lr) the reader wrote takes thirty steps."""

import numpy as np

from ...live import Point, live
from ...plots import COLORS, terrain
from ...surfaces import bowl

STEPS, SURFACE = 30, bowl(kappa=3.0)


def uphill(theta, g, lr=0.1):
    """A step along the gradient: up."""
    return theta + lr * g


@live(
    size=(9.6, 3.7),
    alt="A map of an oval bowl with the path that the given step function takes from a ring, and the loss by step",
)
def walk(fig, step=uphill):
    """Thirty steps of your function `step(theta, g, lr)` on a bowl. Drag the ring to start elsewhere."""
    left, right = fig.subplots(ncols=2, width_ratios=[1.1, 1])
    terrain(left, SURFACE)
    left.set(xlabel="first weight", ylabel="second weight", title="The map: the darker, the lower")
    right.set(xlim=(0, STEPS), ylim=(0, 12), xlabel="step", ylabel="loss", title="The loss")
    (path,) = left.plot([], [], ".-", color=COLORS["SGD"], lw=1.5, ms=6, label="your steps")
    (ring,) = left.plot([], [], "o", ms=11, mfc="none", mec="#333333", mew=2, label="start")
    (curve,) = right.plot([], [], ".-", color=COLORS["SGD"])
    left.legend(loc="upper right")

    def update(start: Point() = (1.5, 1.0), lr: (1e-3, 1.0) = 0.1):
        points = _path(step, start, lr)
        losses = SURFACE.f(points)
        path.set_data(*points.T)
        ring.set_data([start[0]], [start[1]])
        curve.set_data(range(len(losses)), losses)
        return [path, ring, curve], _tell(losses)

    return update


def _path(step, start, lr):
    """The start and where each step leads; it ends where a step returns no point, or one far away."""
    points = [np.array(start, dtype=float)]
    for _ in range(STEPS):
        new = step(points[-1].copy(), SURFACE.grad(points[-1]), lr)
        if new is None or np.shape(new) != (2,) or not np.abs(new).max() < 1e3:
            break
        points.append(np.asarray(new, dtype=float))
    return np.array(points)


def _tell(losses):
    if len(losses) == 1:
        return "This function returns no point of two coordinates: want a new theta, shaped like the old one."
    went = "up" if losses[1] > losses[0] else "down" if losses[1] < losses[0] else "nowhere"
    return f"The first step goes {went}: the loss is {losses[0]:.3g}, then {losses[1]:.3g}, and {losses[-1]:.3g} at the end."
