"""The signal forward and the gradient backward through nets whose layers narrow, widen, or stay as they are."""

from functools import lru_cache

import numpy as np

from ...initializers import INITIALIZERS
from ...live import Menu, live
from ...plots import THEORY
from ...signal_propagation import trace
from ...theory import backward_signal, forward_signal
from .signal import CURVES, drawable

DRAWS, BATCH = 4, 64
SHAPES = {
    "narrowing, 384 to 6": (384, 192, 96, 48, 24, 12, 6),
    "widening, 6 to 384": (6, 12, 24, 48, 96, 192, 384),
    "constant, 96": (96,) * 7,
}
STARTS = {
    "1 / n_in (LeCun)": "lecun", "1 / n_out": "backward", "2 / (n_in + n_out) (Glorot)": "glorot",
    "2 / n_in (He)": "he", "orthogonal": "orthogonal",
}  # fmt: skip
INITS = INITIALIZERS | {"backward": lambda n_in, n_out, rng: INITIALIZERS["lecun"](n_out, n_in, rng).T}
VARIANCE = {
    "lecun": lambda n_in, n_out: 1 / n_in, "backward": lambda n_in, n_out: 1 / n_out,
    "glorot": lambda n_in, n_out: 2 / (n_in + n_out), "he": lambda n_in, n_out: 2 / n_in,
    "orthogonal": lambda n_in, n_out: 1 / np.maximum(n_in, n_out),
}  # fmt: skip


@live(
    size=(9.6, 3.9),
    alt="Root mean square of the activations by layer, and of the gradient by layer, with the theory's lines",
)
def both_ways(fig):
    """Six layers: what arrives of a signal sent forward, and of a gradient sent back. `gain` scales all weights."""
    axes = fig.subplots(ncols=2, sharey=True)
    axes[0].set(yscale="log", ylim=(1e-2, 1e2), ylabel="root mean square", title="Forward: activations →")
    axes[1].set(title="Backward: ← gradient of the loss")
    for ax in axes:
        ax.set(xlim=(0.5, 6.5), xticks=range(1, 7), xlabel="layer")
        ax.axhline(1, color="#999999", lw=1, ls=(0, (4, 2)))
    lines = [ax.plot([], [], color=THEORY, label="theory")[0] for ax in axes]
    dots = [ax.plot([], [], "o", color="#333333", ms=6, label=f"simulated, {DRAWS} nets")[0] for ax in axes]
    axes[1].legend(loc="upper right")
    layers = np.arange(1, 7)

    def update(
        shape: SHAPES = SHAPES["narrowing, 384 to 6"],
        activation: Menu({"none": "none", "ReLU": "relu", "tanh": "tanh"}) = "none",
        init: STARTS = "lecun",
        gain: (0.5, 2.0) = 1.0,
    ):
        found = simulate(shape, activation, init, gain)
        expected = expect(shape, activation, init, gain)
        for line, dot, theory, seen in zip(lines, dots, expected, found, strict=True):
            line.set_data(layers, drawable(theory))
            dot.set_data(layers, drawable(seen))
        return [*lines, *dots], _tell(*found)

    return update


@lru_cache(maxsize=32)
def _weights(shape, init):
    rng = np.random.default_rng(0)
    pairs = list(zip(shape[:-1], shape[1:], strict=True))
    return [[INITS[init](n_in, n_out, rng) for n_in, n_out in pairs] for _ in range(DRAWS)]


def simulate(shape, activation, init, gain):
    """(forward, backward): root mean squares by layer over all nets; a gradient of size 1 enters at the last layer."""
    rng = np.random.default_rng(1)
    squares = []
    for weights in _weights(shape, init):
        x, dout = rng.normal(size=(BATCH, shape[0])), rng.normal(size=(BATCH, shape[-1]))
        t = trace([gain * w for w in weights], CURVES[activation], x, dout)
        squares.append([[(a * a).mean() for a in arrays] for arrays in (t.out, t.grad)])
    return np.sqrt(np.mean(squares, axis=0))


def expect(shape, activation, init, gain):
    """What theory says: (root mean square of the activations, of the gradients) by layer."""
    n_in, n_out = np.array(shape[:-1]), np.array(shape[1:])
    variance = gain**2 * VARIANCE[init](n_in, n_out)
    f, derivative = CURVES[activation]
    forward = forward_signal(f, n_in * variance)
    return np.sqrt(forward.mean_square), backward_signal(derivative, forward.pre_std, n_out * variance)


def _tell(forward, backward):
    there, back = forward[-1] / forward[0], backward[0] / backward[-1]
    return (
        f"From layer 1 to layer 6 the signal is multiplied by {there:.2g}: {_word(there)}. "
        f"From layer 6 back to layer 1 the gradient is multiplied by {back:.2g}: {_word(back)}."
    )


def _word(factor):
    return "it fades" if factor < 0.77 else "it grows" if factor > 1.3 else "it stays level"
