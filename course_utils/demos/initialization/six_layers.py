"""The six-layer experiment of the lecture notes: five starts, measured and predicted, in one picture."""

import numpy as np

from ...activations import relu
from ...live import live
from ...plots import DASHED
from ...signal_propagation import propagate
from ...theory import forward_signal

N, DEPTH, BATCH = 4096, 6, 16
STARTS = {
    "tanh, 0.01": (np.tanh, 0.01, "#333333", "-"), "tanh, 0.05": (np.tanh, 0.05, "#8E44AD", DASHED),
    "tanh, 1/√n": (np.tanh, N**-0.5, "#0072B2", "-"), "ReLU, 1/√n": (relu, N**-0.5, "#D55E00", DASHED),
    "ReLU, √(2/n)": (relu, (2 / N) ** 0.5, "#117733", "-"),
}  # fmt: skip


@live(
    size=(9.6, 4.0),
    alt="Standard deviation by layer for five starts, dots on the lines of theory: two are level, two fall, one bends",
)
def six_layers(fig):
    """Six layers of 4,096 units, five ways to draw the weights. Dots are a run, lines the theory."""
    ax = fig.subplots()
    ax.set(xlim=(0.7, 7.6), yscale="log", ylim=(0.03, 1.5), xlabel="layer", ylabel="std of the activations")
    ax.set_xticks(range(1, DEPTH + 1))
    ax.set_title("Lines: theory. Dots: one run of 16 samples")
    layers = np.arange(1, DEPTH + 1)
    dots = {}
    for name, (_, _, color, ls) in STARTS.items():
        line = predicted(name)
        ax.plot(layers, line, color=color, ls=ls)
        ax.text(DEPTH + 0.15, line[-1], name, color=color, va="top" if name == "ReLU, √(2/n)" else "bottom", fontsize=9)
        (dots[name],) = ax.plot([], [], "o", color=color, ms=6, mec="white")

    def update(draw: (0, 20) = 0):
        off = 0.0
        for name, dot in dots.items():
            found = measured(name, draw)
            dot.set_data(layers, found)
            off = max(off, abs(found / predicted(name) - 1).max())
        return list(dots.values()), f"Draw {draw}: the dot that is farthest off its line is off by {off:.1%}."

    return update


def predicted(name):
    """(DEPTH,) std by layer, in theory."""
    f, std, _, _ = STARTS[name]
    return forward_signal(f, np.full(DEPTH, N * std**2)).std


def measured(name, draw=0):
    """(DEPTH,) std by layer of a run."""
    f, std, _, _ = STARTS[name]
    rng = np.random.default_rng(draw)
    x = rng.normal(size=(BATCH, N))
    return np.array([h.std() for _, h in propagate(x, f, [N] * DEPTH, [std] * DEPTH, rng)])
