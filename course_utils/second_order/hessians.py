"""Hessians by differences of gradients: the whole matrix where it is small, and its product with a vector anywhere.

A product costs two gradients and no matrix: a network of a million parameters has a Hessian of 10¹² entries.
"""

import numpy as np

from .._support.validation import array, fail, number

SMALL_STEP = np.finfo(float).eps ** (1 / 3)  # where the error of the difference and that of rounding balance


def hessian_vector_product(grad, theta, v, h=None):
    """H · v, the change of the gradient along v, by a centered difference.

    H · v ≈ (grad(theta + h v) - grad(theta - h v)) / 2h

    Parameters
    ----------
    grad : function theta (n,) -> gradient (n,)
    theta, v : (n,)
    h : number > 0, optional. By default the point moves by about 6e-6 of its own size, or of 1.

    Returns
    -------
    (n,), exact up to rounding where the loss is quadratic or cubic; elsewhere the error is of order h².

    Source: Pearlmutter, "Fast Exact Multiplication by the Hessian" (1994), gives this difference, and the exact way.

    >>> hessian_vector_product(lambda p: p**2, np.array([1.0, 2.0]), np.array([1.0, 1.0])).round(6)
    array([2., 4.])
    """
    theta = array("theta", theta, shape=(None,))
    v = array("v", v, shape=theta.shape)
    length = np.linalg.norm(v)
    if length == 0:
        return np.zeros_like(v)
    h = SMALL_STEP * max(1.0, np.linalg.norm(theta)) / length if h is None else number("h", h, above=0)
    ahead, behind = (np.array(grad(theta + sign * h * v), dtype=float) for sign in (1, -1))
    if ahead.shape != theta.shape:
        fail("grad", f"a gradient of shape {ahead.shape}", f"one of shape {theta.shape}, as theta has")
    with np.errstate(all="ignore"):
        return (ahead - behind) / (2 * h)


def hessian(grad, theta):
    """The Hessian (n, n), a column from every product with a unit vector; made symmetric. 2 n gradients.

    >>> hessian(lambda p: np.array([p[0] + 3 * p[1], 3 * p[0]]), np.zeros(2)).round(6)
    array([[1., 3.],
           [3., 0.]])
    """
    theta = array("theta", theta, shape=(None,))
    h = np.array([hessian_vector_product(grad, theta, unit) for unit in np.eye(len(theta))])
    return (h + h.T) / 2


def largest_curvature(grad, theta, n_products=30, rng=0):
    """The eigenvalue of H largest in size, and its unit eigenvector (n,), by power iteration: products, no matrix.

    Converges by |l₂ / l₁| a product. Descent with a rate above 2 / l₁ is unstable there.

    >>> value, vector = largest_curvature(lambda p: np.array([20.0, 1.0]) * p, np.zeros(2))
    >>> round(value, 6)
    20.0
    """
    theta = array("theta", theta, shape=(None,))
    v = np.random.default_rng(rng).standard_normal(len(theta))
    value = 0.0
    for _ in range(n_products):
        v /= max(np.linalg.norm(v), np.finfo(float).tiny)
        product = hessian_vector_product(grad, theta, v)
        value, v = float(v @ product), product
    return value, v / max(np.linalg.norm(v), np.finfo(float).tiny)
