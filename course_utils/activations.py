"""Activations: the curves that bend what a dense layer has computed. Without one, many layers are no more than one.

Each is a function of an array of any shape, with its derivative under the name <name>_derivative; both are functions of
the pre-activation x. Numbers of any size are safe. The layers of the same name (ReLU, Tanh, ...) are in layers.py.

    f, derivative = ACTIVATIONS["tanh"]

Three counters say how a layer fares: saturation_fraction and dead_units of its outputs, flat_fraction of its slopes.
Chapter 05.
"""

from typing import NamedTuple

import numpy as np

from ._support.validation import array, fail, integer, number

# The slope of tanh where |tanh| is 0.99.
FLAT = 1 - 0.99**2


class Activation(NamedTuple):
    """A curve and its derivative, both functions of the pre-activation x."""

    f: object
    derivative: object


def sigmoid(x):
    """σ(x) = 1 / (1 + e⁻ˣ): from 0 to 1, never negative, flat on both sides.

    Exact to rounding in both tails: e⁻ˣ is never computed where it overflows.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    from scipy.special import expit

    return expit(x)


def sigmoid_derivative(x):
    """σ'(x) = σ(x) · σ(-x): 0.25 at most, so every sigmoid layer weakens the gradient at least fourfold.

    >>> sigmoid_derivative(np.array([-1000.0, 0.0, 1000.0]))
    array([0.  , 0.25, 0.  ])
    """
    from scipy.special import expit

    # σ(-x) is 1 - σ(x) without the cancellation at large x.
    return expit(x) * expit(np.negative(x))


def tanh(x):
    """tanh(x) = (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ) = 2σ(2x) - 1: from -1 to 1, zero-centered, flat on both sides.

    >>> tanh(np.array([-1000.0, 0.0, 1000.0]))
    array([-1.,  0.,  1.])
    """
    return np.tanh(x)


def tanh_derivative(x):
    """tanh'(x) = 1 - tanh²(x): 1 at the origin, about 4e⁻²ˣ far from it.

    >>> tanh_derivative(np.array([0.0, 1000.0]))
    array([1., 0.])
    """
    return 1 - np.tanh(x) ** 2


def relu(x):
    """relu(x) = max(0, x): passes what is positive, stops what is not.

    Source: Nair and Hinton, "Rectified Linear Units Improve Restricted Boltzmann Machines" (2010).

    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    return np.maximum(x, 0)


def relu_derivative(x):
    """relu'(x) = 1 where x > 0, else 0. At the kink, x = 0, any slope from 0 to 1 would do; 0 is taken, as everywhere.

    >>> relu_derivative(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 1.])
    """
    x = np.asarray(x)
    return (x > 0).astype(np.result_type(x, np.float32))


def leaky_relu(x, slope=0.01):
    """leaky_relu(x) = x where x > 0, else slope · x: a ReLU that never shuts off entirely.

    Source: Maas, Hannun and Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models" (2013).

    >>> leaky_relu(np.array([-2.0, 0.0, 3.0]))
    array([-0.02,  0.  ,  3.  ])
    """
    x = np.asarray(x)
    return np.where(x > 0, x, slope * x)


def leaky_relu_derivative(x, slope=0.01):
    """1 where x > 0, else slope; slope also at the kink.

    >>> leaky_relu_derivative(np.array([-2.0, 0.0, 3.0]))
    array([0.01, 0.01, 1.  ])
    """
    return _either(x, 1, slope)


def elu(x, alpha=1.0):
    """elu(x) = x where x > 0, else alpha · (eˣ - 1): bends smoothly to a floor of -alpha, so its mean can be near 0.

    Source: Clevert, Unterthiner and Hochreiter, "Fast and Accurate Deep Network Learning by Exponential Linear Units"
    (2015).

    >>> elu(np.array([-1000.0, 0.0, 3.0]))
    array([-1.,  0.,  3.])
    """
    x = np.asarray(x)
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def elu_derivative(x, alpha=1.0):
    """1 where x > 0, else alpha · eˣ: without a jump at 0 when alpha is 1.

    >>> elu_derivative(np.array([-1000.0, 0.0, 3.0]))
    array([0., 1., 1.])
    """
    return _either(x, 1, alpha * np.exp(np.minimum(x, 0)))


def gelu(x):
    """gelu(x) = x · Φ(x), with Φ(x) = (1 + erf(x / √2)) / 2, the share of a standard normal below x: a smooth ReLU.

    Lowest, -0.170, at x = -0.752. Source: Hendrycks and Gimpel, "Gaussian Error Linear Units" (2016). Sources disagree:
    the paper and many networks compute x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))) instead, which is off by 0.0005
    at most; this is the exact form.

    >>> gelu(np.array([-1000.0, 0.0, 1.0])).round(4) + 0
    array([0.    , 0.    , 0.8413])
    """
    from scipy.special import ndtr

    # ndtr is Φ, and keeps its digits in the left tail, where 1 + erf loses them.
    return x * ndtr(x)


def gelu_derivative(x):
    """gelu'(x) = Φ(x) + x · φ(x), φ the standard normal density: from -0.129 to 1.129.

    >>> gelu_derivative(np.array([-1.0, 0.0, 1.0])).round(3)
    array([-0.083,  0.5  ,  1.083])
    """
    from scipy.special import ndtr

    # Beyond 37 the density is next to the smallest float; larger numbers, squared, would leave the range.
    near = np.clip(x, -37.0, 37.0)
    return ndtr(x) + near * np.exp(-near * near / 2) * (2 * np.pi) ** -0.5


def silu(x):
    """silu(x) = x · σ(x): x times its own gate, a smooth ReLU. Also "Swish".

    Lowest, -0.278, at x = -1.278. Source: Elfwing, Uchibe and Doya, "Sigmoid-Weighted Linear Units" (2017);
    Ramachandran, Zoph and Le, "Searching for Activation Functions" (2017), there x · σ(βx), under the name Swish.

    >>> silu(np.array([-1000.0, 0.0, 1000.0])) + 0
    array([   0.,    0., 1000.])
    """
    from scipy.special import expit

    return x * expit(x)


def silu_derivative(x):
    """silu'(x) = σ(x) · (1 + x · σ(-x)): from -0.100 to 1.100.

    >>> silu_derivative(np.array([-1000.0, 0.0, 1000.0])) + 0
    array([0. , 0.5, 1. ])
    """
    from scipy.special import expit

    return expit(x) * (1 + x * expit(np.negative(x)))


def maxout(x, pieces=2):
    """The largest of each `pieces` neighbors: from pre-activations (..., n · pieces) to outputs (..., n).

    A unit is the upper hull of its pieces, each an affine function of the layer's input: it can learn any convex curve,
    |x| and ReLU among them. It is a function of several numbers, so it is not in ACTIVATIONS.

    Source: Goodfellow et al., "Maxout Networks" (2013).

    >>> maxout(np.array([1.0, 5.0, -3.0, -2.0]))
    array([ 5., -2.])
    """
    return _grouped(x, pieces).max(axis=-1)


def maxout_derivative(x, pieces=2):
    """1 for the winner of each group, else 0, shaped like x; of equal ones the first wins.

    >>> maxout_derivative(np.array([1.0, 5.0, -3.0, -2.0]))
    array([0., 1., 0., 1.])
    """
    groups = _grouped(x, pieces)
    winners = np.arange(pieces) == groups.argmax(axis=-1)[..., None]
    return winners.reshape(np.shape(x)).astype(np.result_type(groups, np.float32))


def saturation_fraction(h, limit=0.99):
    """Share of a layer's outputs that sit at an end of tanh: |h| > limit.

    There the slope is below 1 - limit². For a sigmoid's outputs ask of 2h - 1, since σ(x) = (1 + tanh(x/2)) / 2.

    h : array of any shape; limit : number from 0 to 1

    >>> saturation_fraction(np.array([-1.0, 0.2, 0.985, 0.995]))
    0.5
    """
    number("limit", limit, low=0, high=1)
    return float(np.mean(abs(_some("h", h)) > limit))


def flat_fraction(x, derivative, limit=FLAT):
    """Share of pre-activations at which the curve is flat, |derivative(x)| < limit: where the gradient is stopped.

    The limit is the slope of tanh where |tanh| = 0.99, so for tanh this equals saturation_fraction; unlike that, it can
    be asked of any activation.

    x : array of any shape; derivative : function of x; limit : number >= 0

    >>> flat_fraction(np.array([-3.0, -1.0, 2.0, 5.0]), relu_derivative)
    0.5
    """
    number("limit", limit, low=0)
    if not callable(derivative):
        fail("derivative", repr(derivative), "a function of x, such as tanh_derivative")
    return float(np.mean(abs(derivative(_some("x", x))) < limit))


def dead_units(h):
    """Which units of a layer are 0 for every sample: True for each such column of h (n_samples, n_units).

    Such a unit of a ReLU layer gets no gradient from these samples, neither its weights nor its bias. It is dead for
    good only if that holds for all the data: ask with all of it, or with as many samples as you can.

    >>> dead_units(np.array([[0.0, 0.0, 1.0], [0.0, 2.0, 0.0]]))
    array([ True, False, False])
    """
    h = _some("h", h, shape=(None, None))
    return ~h.any(axis=0)


def _either(x, above, below):
    """Slopes above and below the kink at 0, in x's own precision."""
    x = np.asarray(x)
    return np.where(x > 0, above, below).astype(np.result_type(x, np.float32))


def _grouped(x, pieces):
    x = np.asarray(x)
    if x.ndim < 1 or x.shape[-1] % integer("pieces", pieces, low=1):
        fail("x", f"an array of shape {x.shape}", f"a last axis that {pieces} pieces divide")
    return x.reshape(*x.shape[:-1], -1, pieces)


def _some(name, value, shape=None):
    a = array(name, value, shape=shape)
    if not a.size:
        fail(name, f"an array of shape {a.shape}", "at least one number")
    return a


ACTIVATIONS = {
    "sigmoid": Activation(sigmoid, sigmoid_derivative),
    "tanh": Activation(tanh, tanh_derivative),
    "relu": Activation(relu, relu_derivative),
    "leaky_relu": Activation(leaky_relu, leaky_relu_derivative),
    "elu": Activation(elu, elu_derivative),
    "gelu": Activation(gelu, gelu_derivative),
    "silu": Activation(silu, silu_derivative),
}
# As prose writes their names; Maxout is no function of one number.
TITLES = {
    "sigmoid": "sigmoid", "tanh": "tanh", "ReLU": "relu", "leaky ReLU": "leaky_relu", "ELU": "elu", "GELU": "gelu",
    "SiLU": "silu", "Maxout": "maxout",
}  # fmt: skip
