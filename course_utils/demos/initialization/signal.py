"""The six-layer experiment at any depth and width: std and mean of every layer, and the theory's line over them."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ...activations import ACTIVATIONS, Activation
from ...initializers import INITIALIZERS, constant
from ...live import live
from ...plots import THEORY
from ...signal_propagation import propagate, trace
from ...theory import forward_signal

BATCH, REAL_WIDTH = 16, 128
WIDTHS, DEPTHS = (16, 64, 256, 1024, 4096), (2, 4, 6, 10, 20)
CURVES = {name: ACTIVATIONS[name] for name in ("tanh", "relu", "sigmoid")}
CURVES["none"] = Activation(lambda x: x, np.ones_like)
ENDS = {"tanh": (-1, 1), "sigmoid": (0, 1)}
SHOWN = {"tanh": "tanh", "ReLU": "relu", "sigmoid": "sigmoid", "none": "none"}
NORMAL = {  # std of W for n_in = n_out = n; None: as the slider says
    "normal": None, "lecun": lambda n: n**-0.5, "tanh_gain": lambda n: 5 / 3 * n**-0.5, "he": lambda n: (2 / n) ** 0.5,
}  # fmt: skip
REAL = {name: INITIALIZERS[name] for name in ("glorot_uniform", "orthogonal", "zeros")} | {"constant": constant(0.01)}
STARTS = {
    "N(0, std²)": "normal", "LeCun, 1/√n": "lecun", "with gain 5/3": "tanh_gain", "He, √(2/n)": "he",
    "Glorot, uniform": "glorot_uniform", "orthogonal": "orthogonal", "all 0": "zeros", "all 0.01": "constant",
}  # fmt: skip


class Layers(NamedTuple):
    """What a simulated net shows, by layer; `weight_std` and `width` are those it had.

    saturated : share of activations within 0.01 of an end of the curve
    between : std between the rows of the batch, unit by unit; the rest of `std` is the same for every row
    """

    std: np.ndarray
    mean: np.ndarray
    saturated: np.ndarray
    between: np.ndarray
    weight_std: float
    width: int


@live(
    size=(9.6, 3.9),
    alt="Standard deviation and mean of the activations by layer of a deep net, with the theory's line over them",
)
def signal(fig):
    """A batch of 16 through a deep net with fresh weights: std and mean of each layer, with the theory over them.

    `std` belongs to the first choice of init; the others know their own. `draw` draws other weights.
    """
    left, right = fig.subplots(ncols=2, width_ratios=[1.25, 1])
    left.set(yscale="log", ylim=(1e-4, 1e3), ylabel="std of the activations", title="Standard deviation")
    right.set(ylim=(-0.25, 1.25), ylabel="mean of the activations", title="Mean")
    lines = [ax.plot([], [], color=THEORY, label="theory, width → ∞")[0] for ax in (left, right)]
    dots = [ax.plot([], [], "o", color="#333333", ms=6, label="simulated")[0] for ax in (left, right)]
    numbers = [left.text(0, 1, "", ha="center", va="bottom", fontsize=8.5) for _ in range(10)]
    right.legend(loc="upper right")

    def update(
        activation: SHOWN = "tanh",
        init: STARTS = "normal",
        std: (1e-3, 1.0) = 0.01,
        depth: list(DEPTHS) = 6,
        width: list(WIDTHS) = 4096,
        draw: (0, 20) = 0,
    ):
        if left.get_xlim()[1] != depth + 0.5:
            for ax in (left, right):
                ax.set(xlabel="layer", xlim=(0.5, depth + 0.5), xticks=range(1, depth + 1, 1 + depth // 11))
        seen = simulate(activation, init, std, depth, width, draw)
        theory = theory_of(activation, init, seen, depth)
        layers = np.arange(1, depth + 1)
        for line, dot, expected, found in zip(lines, dots, theory, (seen.std, seen.mean), strict=True):
            line.set_data(layers, drawable(expected))
            dot.set_data(layers, drawable(found))
        _write(numbers, seen.std)
        return [*lines, *dots, *numbers], _tell(activation, init, seen)

    return update


@lru_cache(maxsize=64)
def simulate(activation="tanh", init="normal", std=0.01, depth=6, width=4096, draw=0):
    """The layers of a deep net at its start; normal weights at any width without making them, others at width 128."""
    rng, curve = np.random.default_rng(draw), CURVES[activation]
    real = init in REAL
    width = min(width, REAL_WIDTH) if real else width
    x = rng.normal(size=(BATCH, width))
    if real:
        weights = [REAL[init](width, width, rng) for _ in range(depth)]
        std, out = float(weights[0].std()), trace(weights, curve, x, np.zeros((BATCH, width))).out
    else:
        std = NORMAL[init](width) if NORMAL[init] else std
        out = [h for _, h in propagate(x, curve.f, [width] * depth, [std] * depth, rng)]
    with np.errstate(all="ignore"):
        table = [(h.std(), h.mean(), _saturated(activation, h), h.var(axis=0).mean() ** 0.5) for h in out]
    return Layers(*np.array(table).T, std, width)


def _saturated(activation, h):
    low, high = ENDS.get(activation, (-np.inf, np.inf))
    return ((h < low + 0.01) | (h > high - 0.01)).mean()


def theory_of(activation, init, seen, depth):
    """(std, mean) by layer; nothing for equal weights: theory is of weights with mean 0, independent of each other."""
    if init == "constant":
        return (np.full(depth, np.nan),) * 2
    theory = forward_signal(CURVES[activation].f, np.full(depth, seen.width * seen.weight_std**2))
    return theory.std, theory.mean


def drawable(values):
    """The values with a gap wherever a picture cannot follow."""
    return np.where(abs(values) < 1e100, values, np.nan)


def _write(numbers, std):
    """The first six numbers or so over their points, where there is room for them."""
    for text in numbers:
        text.set_text("")
    if len(std) <= len(numbers):
        for i, (text, value) in enumerate(zip(numbers, std, strict=False)):
            if 2e-4 < value < 300:
                text.set_text(f"{value:.2g}")
                text.set_position((i + 1, value * 1.35))


def _tell(activation, init, seen):
    made = f"real products at width {seen.width}" if init in REAL else "drawn without making them"
    how = f"Weights of std {seen.weight_std:.3g}, {made}."
    first, last = seen.std[0], seen.std[-1]
    numbers = f"std {first:.2g} at layer 1, {last:.2g} at layer {len(seen.std)}." if np.isfinite(last) else ""
    return f"<b>{_verdict(activation, init, seen)}</b> {numbers} {how}"


def _verdict(activation, init, seen):
    first, last = seen.std[0], seen.std[-1]
    if init == "constant":
        return "Every unit of a layer computes the same: only one of them counts."
    if not last:
        return "Dead: the output does not depend on the input."
    if not np.isfinite(last) or last > 3 * first:
        return "The signal explodes."
    if seen.between[-1] < 0.05 * last:
        return "The rows grow alike: nearly all of the last layer's std is the same for every input."
    if seen.saturated[-1] > 0.1:
        low, high = ENDS[activation]
        return f"Saturated: {seen.saturated[-1]:.0%} of the last layer lies within 0.01 of {low} or {high}."
    if last < 0.5 * first:
        return "The signal fades." if last > 0.1 * first else "The signal vanishes."
    return "The signal stays alive."
