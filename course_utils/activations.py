"""Activations: the curves that bend what a dense layer has computed. Without one, many layers are no more than one.

Each is a function of an array of any shape, with its derivative under the name <name>_derivative; both are functions of
the pre-activation x. Numbers of any size are safe. The layers of the same name (ReLU, Tanh, ...) are in layers.py.

    f, derivative = ACTIVATIONS["tanh"]
"""
from typing import NamedTuple

import numpy as np
from scipy.special import expit


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
    return expit(x)


def sigmoid_derivative(x):
    """σ'(x) = σ(x) · σ(-x): 0.25 at most, so every sigmoid layer weakens the gradient at least fourfold.

    >>> sigmoid_derivative(np.array([-1000.0, 0.0, 1000.0]))
    array([0.  , 0.25, 0.  ])
    """
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


ACTIVATIONS = {
    "sigmoid": Activation(sigmoid, sigmoid_derivative),
    "tanh": Activation(tanh, tanh_derivative),
    "relu": Activation(relu, relu_derivative),
}
