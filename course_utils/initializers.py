"""Initializers: where the weights start. Each is a function (n_in, n_out, rng) -> W of shape (n_in, n_out).

A unit sums n_in products, so its variance is n_in · Var(W) times the mean square of its inputs. The initializers differ
in the Var(W) with which they keep a signal alive through many layers; they draw from a normal distribution.

    INITIALIZERS["he"](64, 100, rng)
"""
import numpy as np

from .validation import generator, integer, number


def zeros(n_in, n_out, rng=None):
    """All weights 0: every hidden unit computes the same, and with ReLU or tanh none ever learns.

    >>> zeros(2, 3)
    array([[0., 0., 0.],
           [0., 0., 0.]])
    """
    return np.zeros((integer("n_in", n_in, low=1), integer("n_out", n_out, low=1)))


def normal(std):
    """The initializer that draws from N(0, std²), whatever the layer's size; std >= 0.

    >>> small = normal(0.01)
    >>> small.__name__, small(2, 3, rng=0).shape
    ('normal(0.01)', (2, 3))
    """
    number("std", std, low=0)

    def init(n_in, n_out, rng):
        shape = integer("n_in", n_in, low=1), integer("n_out", n_out, low=1)
        return generator("rng", rng).normal(0, std, shape)

    init.__name__ = init.__qualname__ = f"normal({std:g})"
    return init


def lecun(n_in, n_out, rng):
    """Var(W) = 1 / n_in: keeps the variance of a layer without an activation, and of tanh near 0.

    Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp" (1998).

    >>> float(lecun(400, 300, rng=0).std().round(2))
    0.05
    """
    return normal(integer("n_in", n_in, low=1) ** -0.5)(n_in, n_out, rng)


def glorot(n_in, n_out, rng):
    """Var(W) = 2 / (n_in + n_out): a compromise between the signal forward and the gradient backward. Also "Xavier".

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010), there
    with a uniform distribution of this variance. Sources disagree: many texts call 1 / n_in "Xavier"; the two are equal
    when n_in = n_out.

    >>> float(glorot(500, 300, rng=0).std().round(2))
    0.05
    """
    return normal((2 / (integer("n_in", n_in, low=1) + integer("n_out", n_out, low=1))) ** 0.5)(n_in, n_out, rng)


def he(n_in, n_out, rng):
    """Var(W) = 2 / n_in: the 2 makes up for the half of the signal that ReLU sets to 0. Also "Kaiming" or "MSRA".

    Source: He, Zhang, Ren and Sun, "Delving Deep into Rectifiers" (2015).

    >>> float(he(800, 300, rng=0).std().round(2))
    0.05
    """
    return normal((2 / integer("n_in", n_in, low=1)) ** 0.5)(n_in, n_out, rng)


INITIALIZERS = {"zeros": zeros, "normal": normal(0.01), "lecun": lecun, "glorot": glorot, "he": he}
