"""Propagation: what a deep net makes of a batch before any training, layer by layer, forward and backward.

    layers = propagate(x, np.tanh, widths=[4096] * 6, stds=[0.01] * 6, rng=0)     # any width: no weights are made
    [h.std() for _, h in layers]
    trace(weights, ACTIVATIONS["tanh"], x, dout)                                  # real weights, and the way back

A deep net of width 4096 has 16.8 million weights a layer. Of normal weights none is needed: a batch of 16 samples sees
of them only 16 products a unit, and these are drawn directly. Chapter 04.
"""

from typing import NamedTuple

import numpy as np

from ._support.validation import array, fail, generator, integer, number


class Trace(NamedTuple):
    """By layer, first to last: pre-activations, activations, and ∂loss/∂(pre-activation); each (n_samples, width)."""

    pre: list
    out: list
    grad: list


def normal_layer(x, n_out, std, rng):
    """x @ W for W of shape (n_in, n_out) with independent entries from N(0, std²), exactly in distribution, without W.

    Given x, the columns of x @ W are independent N(0, std² · x xᵀ). So with F Fᵀ = x xᵀ, F of shape
    (n_samples, n_samples), and Z ~ N(0, 1) of shape (n_samples, n_out):  x @ W  ~  std · F @ Z.

    F is the symmetric root from an eigendecomposition, since x xᵀ may be singular (equal rows, more samples than
    features), where a Cholesky factor does not exist. Equal rows of x give equal rows, as with a real W.

    Parameters
    ----------
    x : (n_samples, n_in)
    n_out : int >= 1
    std : float >= 0
    rng : numpy.random.Generator or int

    >>> x = np.ones((2, 1000))
    >>> normal_layer(x, 3, std=1.0, rng=0).shape
    (2, 3)
    """
    x, n_out, std = array("x", x, shape=(None, None)), integer("n_out", n_out, low=1), number("std", std, low=0)
    rng = generator("rng", rng)
    if not x.size:
        fail("x", f"an array of shape {x.shape}", "at least one sample and one feature")
    # Divided by its size: the squares in x xᵀ must neither overflow nor vanish.
    size = abs(x).max() or 1.0
    values, vectors = np.linalg.eigh((x / size) @ (x / size).T)
    factor = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    return std * size * factor @ rng.normal(size=(len(x), n_out))


def propagate(x, f, widths, stds, rng):
    """Pre-activations and activations of each layer of a deep net with normal weights: [(s, f(s)), ...].

    s = x @ W + 0,  W ~ N(0, std²) of shape (n_in, width), each layer's by `normal_layer`

    Parameters
    ----------
    x : (n_samples, n_in)
    f : activation, a function of an array
    widths, stds : one a layer
    rng : numpy.random.Generator or int

    Numbers that grow past the largest float become NaN, without a warning.

    >>> layers = propagate(np.ones((4, 100)), np.tanh, widths=[50, 20], stds=[0.1, 0.1], rng=0)
    >>> [h.shape for _, h in layers]
    [(4, 50), (4, 20)]
    """
    x, rng = array("x", x, shape=(None, None)), generator("rng", rng)
    stds = array("stds", stds, shape=(len(widths),))
    layers = []
    with np.errstate(over="ignore", invalid="ignore"):
        for width, std in zip(widths, stds, strict=True):
            pre = normal_layer(x, width, std, rng) if np.isfinite(x).all() else np.full((len(x), width), np.nan)
            x = f(pre)
            layers.append((pre, x))
    return layers


def trace(weights, activation, x, dout):
    """Forward and backward through real weights: pre-activations, activations, and the gradient at each layer.

    s = x @ W,  h = f(s);  ∂/∂s = ∂/∂h · f'(s),  ∂/∂x = ∂/∂s @ Wᵀ

    Parameters
    ----------
    weights : list of (n_in, n_out) arrays, each taking what the one before gives
    activation : activations.Activation, or any pair (f, derivative) of functions of the pre-activation
    x : (n_samples, n_in)
    dout : (n_samples, n_out of the last) ∂loss/∂(last activation)

    >>> from course_utils.activations import ACTIVATIONS
    >>> t = trace([np.eye(2), 2 * np.eye(2)], ACTIVATIONS["relu"], np.array([[1.0, -1.0]]), np.ones((1, 2)))
    >>> t.out[-1], t.grad[0]
    (array([[2., 0.]]), array([[2., 0.]]))
    """
    f, derivative = activation
    x = array("x", x, shape=(None, None))
    pre, out = [], []
    with np.errstate(over="ignore", invalid="ignore"):
        for i, w in enumerate(weights):
            pre.append(x @ array(f"weights[{i}]", w, shape=(x.shape[1], None)))
            x = f(pre[-1])
            out.append(x)
        grad = [array("dout", dout, shape=x.shape) * derivative(pre[-1])]
        for w, s in zip(weights[:0:-1], pre[-2::-1], strict=True):
            grad.append(grad[-1] @ w.T * derivative(s))
    return Trace(pre, out, grad[::-1])
