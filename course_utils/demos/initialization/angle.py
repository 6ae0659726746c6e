"""Two inputs on their way through a deep net: how large their signals are, and whether they can still be told apart."""

from functools import lru_cache

import numpy as np

from ...activations import ACTIVATIONS
from ...live import live
from ...plots import THEORY
from ...signal_propagation import propagate
from ...theory import forward_signal, stable_gain

WIDTH, DEPTH = 4096, 50
CURVES = {"ReLU": "relu", "tanh": "tanh", "leaky ReLU": "leaky_relu", "none": "none"}
NODES = np.linspace(-6, 6, 161)  # even, as curves have kinks
WEIGHTS = np.exp(-(NODES**2) / 2) / np.exp(-(NODES**2) / 2).sum()


@live(
    size=(9.6, 3.9),
    alt="The root mean square of the activations by layer, level, and beside it the cosine between two inputs, which climbs to one",
)
def angle(fig):
    """Two inputs through fifty layers: their size says if there is a signal, the cosine if it says anything."""
    left, right = fig.subplots(ncols=2)
    left.set(xlim=(0.5, DEPTH + 0.5), yscale="log", ylim=(1e-4, 1e4), xlabel="layer", ylabel="root mean square")
    left.set_title("Is there a signal?")
    right.set(xlim=(-0.5, DEPTH + 0.5), ylim=(-0.25, 1.05), xlabel="layer", ylabel="cosine between the two")
    right.set_title("Can they be told apart?")
    right.axhline(1, color="#999999", lw=0.9, ls=(0, (4, 2)))
    lines = [ax.plot([], [], color=THEORY, label="theory, width → ∞")[0] for ax in (left, right)]
    dots = [ax.plot([], [], "o", color="#333333", ms=4, label=f"width {WIDTH:,}")[0] for ax in (left, right)]
    left.legend(loc="upper left")

    def update(
        activation: CURVES = "relu", gain: (0.5, 3.0, 0.01) = 1.41, cosine: (-0.2, 0.99, 0.01) = 0.0, draw: (0, 20) = 0
    ):
        for line, dot, expected, found in zip(
            lines, dots, _theory(activation, gain, cosine), _measured(activation, gain, cosine, draw), strict=True
        ):
            line.set_data(np.arange(DEPTH + 1), np.clip(expected, -1e300, 1e300))
            dot.set_data(np.arange(DEPTH + 1), found)
        return [*lines, *dots], _tell(activation, gain, cosine)

    return update


def _function(activation):
    return (lambda x: x) if activation == "none" else ACTIVATIONS[activation].f


@lru_cache(maxsize=32)
def _theory(activation, gain, cosine):
    """(root mean square, cosine) by layer, the input first, for weights of variance gain² / n."""
    f, c, cosines = _function(activation), cosine, [cosine]
    q = np.sqrt([1.0, *_mean_squares(f, gain)])
    z, weight = NODES, WEIGHTS
    for scale in gain * q[:-1]:
        u = scale * z
        v = scale * (c * z[:, None] + np.sqrt(max(1 - c * c, 0)) * z)  # (first, rest)
        fu, fv = f(u), f(v)
        both = weight @ (fu * (fv @ weight))
        square = weight @ fu**2
        c = float(np.clip(both / square, -1, 1)) if square > 1e-300 else 1.0
        cosines.append(c)
    return q, np.array(cosines)


def _mean_squares(f, gain):
    found = forward_signal(f, np.full(DEPTH, gain**2))
    return found.std**2 + found.mean**2


@lru_cache(maxsize=32)
def _measured(activation, gain, cosine, draw):
    rng = np.random.default_rng(draw)
    z = rng.normal(size=(2, WIDTH))
    z[1] -= z[0] * (z[0] @ z[1]) / (z[0] @ z[0])
    z *= np.sqrt(WIDTH) / np.linalg.norm(z, axis=1, keepdims=True)
    x = np.stack([z[0], cosine * z[0] + np.sqrt(1 - cosine**2) * z[1]])
    layers = [
        x,
        *(h for _, h in propagate(x, _function(activation), [WIDTH] * DEPTH, [gain / WIDTH**0.5] * DEPTH, rng)),
    ]
    with np.errstate(all="ignore"):
        lengths = np.array([np.linalg.norm(h, axis=1) for h in layers])
        cosines = np.array([h[0] @ h[1] for h in layers]) / lengths.prod(axis=1)
    return lengths[:, 0] / WIDTH**0.5, cosines


def told_apart(activation="relu", gain=2**0.5, cosine=0.0, layer=DEPTH):
    """The cosine between two inputs after so many layers, by theory."""
    return float(_theory(activation, gain, cosine)[1][layer])


def _tell(activation, gain, cosine):
    q, c = _theory(activation, gain, cosine)
    level = stable_gain(_function(activation))
    return (
        f"After {DEPTH} layers the signal is {q[-1]:.2g} and the cosine {c[-1]:.3f}, from {cosine:g}. "
        f"The gain that keeps sums of variance 1 is {level:.3f}."
    )
