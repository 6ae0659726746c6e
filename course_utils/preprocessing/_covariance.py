"""The covariance of data: how features vary together, the axes along which they do not, and how to make it round."""

import numpy as np

from .._support.validation import fail

ROWS = 2048  # samples centered at a time: a copy of all of them would be as large as the data


def principal_axes(x):
    """(mean, variances, axes) of floats x (n_samples, n_features): eigenvalues λ and eigenvectors of the covariance.

    The variances are over n_samples - 1, largest first, and exactly 0 where they are no more than rounding; axes is
    (min(n_samples, n_features), n_features), a row each, its largest entry positive.

    >>> mean, variances, axes = principal_axes(np.array([[-3.0, -4.0], [0.0, 0.0], [3.0, 4.0]]))
    >>> variances.round(9), axes[0]
    (array([25.,  0.]), array([0.6, 0.8]))
    """
    n, d = x.shape
    if n < 2:
        fail("x", f"{n} sample", "at least two: one has no covariance")
    mean, eps = x.mean(axis=0, dtype=float), np.finfo(x.dtype).eps
    if n >= 10 * d:  # eigenvectors of the small covariance are much quicker then, and nearly as exact
        variances, axes = np.linalg.eigh(bounded(_scatter(x, mean) / (n - 1)))
        variances, axes, rounding = variances[::-1], axes.T[::-1], 10 * eps
    else:
        centered = x - mean.astype(x.dtype)
        bounded(np.einsum("ij,ij->j", centered, centered))
        _, singular, axes = np.linalg.svd(centered, full_matrices=False)
        variances, rounding = singular.astype(float) ** 2 / (n - 1), (max(n, d) * eps) ** 2
    largest = np.take_along_axis(axes, abs(axes).argmax(axis=1, keepdims=True), axis=1)
    return mean, np.where(variances > rounding * variances[0], variances, 0), axes * np.sign(largest)


def centered_product(x, mean, a):
    """(x - mean) · a, in the dtype of x.

    >>> centered_product(np.array([[3.0, 4.0]]), np.array([1.0, 1.0]), np.array([[1.0], [2.0]]))
    array([[8.]])
    """
    out = np.empty((len(x), a.shape[1]), x.dtype)
    mean, a = mean.astype(x.dtype), a.astype(x.dtype)
    for start in range(0, len(x), ROWS):
        rows = slice(start, start + ROWS)
        np.matmul(x[rows] - mean, a, out=out[rows])
    return out


def _scatter(x, mean):
    """(x - mean)ᵀ · (x - mean), summed in float64."""
    total, mean = np.zeros((len(mean), len(mean))), mean.astype(x.dtype)
    for start in range(0, len(x), ROWS):
        centered = x[start : start + ROWS] - mean
        total += centered.T @ centered
    return total


def whitening_scales(variances, eps):
    """(gains, stretches) of whitening along each axis, 1 / √(variance + eps) and what undoes it.

    An axis without variance gets the gain 0: nothing is known about its scale.

    >>> whitening_scales(np.array([4.0, 0.0]), eps=0)
    (array([0.5, 0. ]), array([2., 0.]))
    """
    stretch = np.sqrt(variances + eps)
    return np.divide(1, stretch, out=np.zeros_like(stretch), where=variances > 0), stretch


def bounded(a):
    """a, a sum over the samples of x; ValueError if it overflowed."""
    if not np.isfinite(a).all():
        fail("x", "numbers so large that they overflow on the way", "smaller ones, in other units")
    return a
