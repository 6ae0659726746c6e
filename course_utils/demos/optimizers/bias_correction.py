"""Adam's steps under a constant gradient, with and without bias correction."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from ...live import live
from ...optimizers import OPTIMIZERS
from ...plots import COLORS, DASHED, DOTTED


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
