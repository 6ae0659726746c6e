"""The length of a step: by coordinate on a valley, and by time with and without Adam's bias correction."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from ...descent import descend
from ...live import Play, Point, live
from ...optimizers import OPTIMIZERS
from ...plots import COLORS, DASHED, DOTTED
from ...surfaces import Surface


@live(
    size=(9.6, 4.0),
    alt="A path on a quadratic valley; beside it the sizes of the gradient and of the step along x and y, by step",
)
def step_sizes(fig):
    """One optimizer on a valley: how long its steps are along each coordinate, beside the gradient's own size."""
    left, right = fig.subplots(ncols=2, width_ratios=[1.1, 1])
    left.set(xlim=(-5, 5), ylim=(-3.4, 3.4), xlabel="x", ylabel="y", aspect="equal", anchor="N", title="Path")
    right.set(xlim=(0, 100), ylim=(1e-6, 1e4), yscale="log", xlabel="step", ylabel="size")
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
        step: Play(100) = 100,
    ):
        s = _valley(kappa, np.deg2rad(angle))
        opt = OPTIMIZERS[optimizer](lr=lr)
        run = descend(opt, s, 100, start=start)
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


@lru_cache(maxsize=8)
def _valley(kappa, angle):
    """A quadratic valley with condition number kappa, its axes turned by angle (radians)."""
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    (a, b), (_, c) = turn @ np.diag([1, kappa]) @ turn.T
    return Surface(
        "Valley", "", lambda x, y: (a * x * x + 2 * b * x * y + c * y * y) / 2,
        lambda x, y: (a * x + b * y, b * x + c * y), lambda x, y: (a, b, c),
        start=(-4.0, 2.0), xlim=(-5, 5), ylim=(-3, 3),
    )  # fmt: skip


@live(
    size=(9.6, 3.8),
    alt="Adam's step over its rate, by step on a log axis: 1 throughout with bias correction, up to 6.57 without",
)
def bias_correction(fig):
    """Adam under a constant gradient: the length of its steps with and without bias correction, and with a slip."""
    ax = fig.subplots()
    ax.set(xscale="log", xlim=(1, 1000), ylim=(0, 12), xlabel="step t", ylabel="step / lr")
    ax.set_title("Adam when every gradient is the same")
    lines = [
        ax.plot([], [], color=color, ls=ls, label=label)[0]
        for label, color, ls in (
            ("bias correction", COLORS["Adam"], "-"),
            ("no bias correction", "#333333", DASHED),
            ("slip: beta1 in the second moment", "#0072B2", DOTTED),
        )
    ]
    ax.legend(loc="upper left")

    def update(
        gradient: (1e-10, 1e3) = 1.0,
        beta1: (0.0, 0.99, 0.01) = 0.9,
        beta2: [0.9, 0.99, 0.999, 0.9999] = 0.999,
        steps: (10, 1000, 10) = 1000,
    ):
        adam = OPTIMIZERS["Adam"](lr=1.0, beta1=beta1, beta2=beta2)
        curves = [_steps_of(opt, gradient, steps) for opt in (adam, replace(adam, bias_correction=False))]
        curves.append(_slip(gradient, steps, beta1, beta2))
        for line, curve in zip(lines, curves, strict=True):
            line.set_data(np.arange(1, steps + 1), curve)
        with_it, without = curves[:2]
        peak = int(without.argmax())
        return lines, (
            f"First step: {with_it[0]:.3g} lr with bias correction, {without[0]:.4g} lr without; "
            f"without it the longest is {without[peak]:.3g} lr at t = {peak + 1}."
        )

    return update


@lru_cache(maxsize=32)
def _steps_of(opt, gradient, n):
    """The lengths of an optimizer's first n steps when every gradient is the same."""
    grad, state, steps = np.array([gradient]), opt.init(np.zeros(1)), np.empty(n)
    for t in range(n):
        step, state = opt.update(grad, state, t)
        steps[t] = -step[0]
    return steps


def _slip(gradient, n, beta1, beta2):
    """v = beta1 v + (1 - beta2) g², corrected by 1 - beta2ᵗ: found in print. In closed form for a constant g."""
    t = np.arange(1, n + 1)
    v = (1 - beta2) * gradient**2 * (1 - beta1**t) / (1 - beta1)
    return gradient / (np.sqrt(v / (1 - beta2**t)) + 1e-8)
