"""How long an optimizer's steps are along each coordinate of a valley."""

import numpy as np

from ...descent import descend
from ...live import Play, Point, live
from ...optimizers import OPTIMIZERS
from ...plots import COLORS
from ...surfaces import valley

STEPS = 120


@live(
    size=(9.6, 4.0),
    alt="A path on a quadratic valley; beside it the sizes of the gradient and of the step along x and y, by step",
)
def step_sizes(fig):
    """One optimizer on a valley: how long its steps are along each coordinate, beside the gradient's own size."""
    left, right = fig.subplots(ncols=2, width_ratios=[1.1, 1])
    left.set(xlim=(-5, 5), ylim=(-3.4, 3.4), xlabel="x", ylabel="y", aspect="equal", anchor="N", title="Path")
    right.set(xlim=(0, STEPS), ylim=(1e-10, 1e6), yscale="log", xlabel="step", ylabel="size")
    grid = np.stack(np.meshgrid(np.linspace(-5, 5, 101), np.linspace(-3.4, 3.4, 69)), axis=-1)
    rings = [left.plot([], [], color="#b9cbe3", lw=1)[0] for _ in range(6)]
    (path,) = left.plot([], [], ".-", color=COLORS["SGD"], ms=4)
    (ring,) = left.plot([], [], "o", ms=11, mfc="none", mec="#333333", mew=2)
    sizes = {
        (what, axis): right.plot([], [], color=color, ls=ls, lw=1.8 if what == "step" else 1.1)[0]
        for what, ls in (("step", "-"), ("gradient", (0, (3, 2))))
        for axis, color in (("x", "#0072B2"), ("y", "#D55E00"))
    }
    right.legend(sizes.values(), [f"{what} along {axis}" for what, axis in sizes], ncols=2, loc="upper right")
    circle = np.exp(1j * np.linspace(0, 2 * np.pi, 121))

    def update(
        optimizer: list(OPTIMIZERS) = "RMSProp",
        lr: (1e-3, 2.0) = 0.1,
        kappa: (1.0, 1000.0) = 20.0,
        angle: (0, 90, 5) = 0,
        start: Point() = (-4.0, 2.0),
        step: Play(STEPS) = STEPS,
    ):
        s = valley((1, kappa), angle)
        opt = OPTIMIZERS[optimizer](lr=lr)
        run = descend(opt, s, STEPS, start=start)
        _draw_rings(rings, s, circle, grid)
        path.set_data(*run.points[: step + 1].T)
        path.set(color=COLORS[optimizer])
        ring.set_data([start[0]], [start[1]])
        moves, slopes = abs(np.diff(run.points, axis=0)), abs(s.grad(np.nan_to_num(run.points[:-1])))
        for i, axis in enumerate("xy"):
            sizes["step", axis].set_data(range(1, step + 1), moves[:step, i])
            sizes["gradient", axis].set_data(range(1, step + 1), slopes[:step, i])
        return [*rings, path, ring, *sizes.values()], _tell_sizes(opt, run, moves, slopes)

    return update


def _draw_rings(rings, s, circle, grid):
    """Contours of a quadratic are ellipses: six of them, from the square root of its Hessian."""
    values, vectors = np.linalg.eigh(s.hess(np.zeros(2)))
    for height, ring in zip(s.f(grid).max() * np.array([0.0004, 0.004, 0.02, 0.08, 0.25, 0.6]), rings, strict=True):
        x, y = vectors @ (np.sqrt(2 * height / values)[:, None] * [circle.real, circle.imag])
        ring.set_data(x, y)


def _tell_sizes(opt, run, moves, slopes):
    if run.diverged_at >= 0:
        return f"{opt} diverged at step {run.diverged_at}: the steep direction does not bear this rate."
    first = moves[0] / np.maximum(slopes[0], 1e-300)
    return (
        f"First step of {opt}: {moves[0, 0]:.3g} along x, where the gradient is {slopes[0, 0]:.3g}, "
        f"and {moves[0, 1]:.3g} along y, where it is {slopes[0, 1]:.3g}. "
        f"Step over gradient: {first[0]:.3g} and {first[1]:.3g}."
    )
