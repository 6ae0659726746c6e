"""Initializers: where the weights start. Each is a function (n_in, n_out, rng) -> W of shape (n_in, n_out).

A unit sums n_in products, so its variance is n_in · Var(W) times the mean square of its inputs. The initializers differ
in the Var(W) with which they keep a signal alive through many layers, and little else.

    INITIALIZERS["he"](64, 100, rng)
    glorot(64, 100, rng, gain=GAINS["tanh"])     # the gain makes up for what the activation takes away

Chapter 04.
"""

import numpy as np

from ._support.validation import generator, integer, number

# std(W) · √n_in that each activation wants. Sources agree on ReLU; tanh's 5/3 is a rule of thumb (PyTorch), and
# theory.stable_gain(np.tanh) computes 1.59.
GAINS = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": 2**0.5}


def zeros(n_in, n_out, rng=None):
    """All weights 0: every hidden unit computes the same, and with ReLU or tanh none ever learns.

    >>> zeros(2, 3)
    array([[0., 0., 0.],
           [0., 0., 0.]])
    """
    return np.zeros(_shape(n_in, n_out))


def constant(value):
    """The initializer that gives every weight the same value: all units of a layer are twins, and stay twins.

    >>> constant(0.5)(2, 3)
    array([[0.5, 0.5, 0.5],
           [0.5, 0.5, 0.5]])
    """
    number("value", value)

    def init(n_in, n_out, rng=None):
        return np.full(_shape(n_in, n_out), float(value))

    return _named(init, f"constant({value:g})")


def normal(std):
    """The initializer that draws from N(0, std²), whatever the layer's size; std >= 0.

    >>> small = normal(0.01)
    >>> small.__name__, small(2, 3, rng=0).shape
    ('normal(0.01)', (2, 3))
    """
    number("std", std, low=0)

    def init(n_in, n_out, rng):
        return generator("rng", rng).normal(0, std, _shape(n_in, n_out))

    return _named(init, f"normal({std:g})")


def lecun(n_in, n_out, rng, gain=1.0):
    """Var(W) = gain² / n_in: keeps the variance of a layer without an activation, and nearly that of tanh close to 0.

    Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp" (1998).

    >>> float(lecun(400, 300, rng=0).std().round(2))
    0.05
    """
    return _drawn(n_in, n_out, rng, gain, lambda n_in, n_out: 1 / n_in)


def glorot(n_in, n_out, rng, gain=1.0):
    """Var(W) = gain² · 2 / (n_in + n_out): between 1 / n_in for the signal and 1 / n_out for the gradient. Or "Xavier".

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010), there
    with a uniform distribution of this variance. Sources disagree: many texts call 1 / n_in "Xavier"; the two are equal
    when n_in = n_out.

    >>> float(glorot(500, 300, rng=0).std().round(2))
    0.05
    """
    return _drawn(n_in, n_out, rng, gain, lambda n_in, n_out: 2 / (n_in + n_out))


def glorot_uniform(n_in, n_out, rng, gain=1.0):
    """Glorot's variance from a uniform distribution: W ~ U(-a, a), a = gain · √(6 / (n_in + n_out)).

    Var(U(-a, a)) = a² / 3, which makes the 6. Source: Glorot and Bengio (2010), equation 16.

    >>> w = glorot_uniform(500, 300, rng=0)
    >>> float(w.std().round(2)), float(abs(w).max().round(3))
    (0.05, 0.087)
    """
    shape, gain = _shape(n_in, n_out), number("gain", gain, low=0)
    a = gain * (6 / sum(shape)) ** 0.5
    return generator("rng", rng).uniform(-a, a, shape)


def he(n_in, n_out, rng, gain=2**0.5):
    """Var(W) = gain² / n_in = 2 / n_in: the 2 makes up for the half that ReLU sets to 0. Also "Kaiming" or "MSRA".

    Source: He, Zhang, Ren and Sun, "Delving Deep into Rectifiers" (2015).

    >>> float(he(800, 300, rng=0).std().round(2))
    0.05
    """
    return lecun(n_in, n_out, rng, gain)


def orthogonal(n_in, n_out, rng, gain=1.0):
    """A random rotation: no direction is stretched. Its smaller side is orthonormal: WᵀW = gain² · I if n_in >= n_out.

    Var(W) = gain² / max(n_in, n_out). A square W keeps the length of every x exactly, not only on average; with
    n_in > n_out it also projects. Drawn evenly from all rotations: QR of a normal matrix, signs from R's diagonal.

    Source: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
    networks" (2014); for the signs, Mezzadri, "How to generate random matrices from the classical compact
    groups" (2007).

    >>> w = orthogonal(3, 2, rng=0)
    >>> bool(np.allclose(w.T @ w, np.eye(2)))
    True
    """
    shape, gain = _shape(n_in, n_out), number("gain", gain, low=0)
    q, r = np.linalg.qr(generator("rng", rng).normal(size=sorted(shape, reverse=True)))
    q *= gain * np.copysign(1, np.diag(r))
    return q if n_in >= n_out else np.ascontiguousarray(q.T)


def _drawn(n_in, n_out, rng, gain, variance):
    shape, gain = _shape(n_in, n_out), number("gain", gain, low=0)
    return generator("rng", rng).normal(0, gain * variance(*shape) ** 0.5, shape)


def _shape(n_in, n_out):
    return integer("n_in", n_in, low=1), integer("n_out", n_out, low=1)


def _named(init, name):
    init.__name__ = init.__qualname__ = name
    return init


INITIALIZERS = {
    "zeros": zeros,
    "constant": constant(0.1),
    "normal": normal(0.01),
    "lecun": lecun,
    "glorot": glorot,
    "glorot_uniform": glorot_uniform,
    "he": he,
    "orthogonal": orthogonal,
}
