"""Losses: one number for how wrong the scores of a batch are, and the way in which to change them.

    loss, dscores = softmax_cross_entropy(scores, y)

A loss is any function (scores, y) -> (loss, dscores). scores is (n_samples, n_classes), the output of
a network's last layer; y holds what is right; the loss is a mean over the samples, and
dscores = ∂loss/∂scores has the shape of scores. Chapter 01.
"""

from collections.abc import Callable
from math import nan

import numpy as np

from ._support.validation import array, fail, labels

Loss = Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities from scores: positive, and every row sums to 1.

    pⱼ = e^(sⱼ - max s) / Σₖ e^(sₖ - max s)

    Subtracting the row's maximum changes nothing but the size of the numbers: e^1000 would overflow.
    scores : (..., n_classes).

    >>> softmax(np.array([1000.0, 1000.0, 0.0]))
    array([0.5, 0.5, 0. ])
    """
    scores = _scores(scores, shape=(..., None))
    p = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    return p


def softmax_cross_entropy(scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean of -log(probability of the right class), and its gradient.

    loss = mean(log Σₖ e^sₖ - s_y)
    dscores = (softmax(scores) - onehot(y)) / n_samples

    Of probabilities q, as mixed or smoothed labels give: loss = mean(-Σₖ qₖ · log pₖ), dscores = (p - q) / n_samples.
    Computed from the scores, not from the probabilities: exact for scores of any size. Equal scores give ln(n_classes).

    Parameters
    ----------
    scores : (n_samples, n_classes)
    y : (n_samples,) integers from 0 to n_classes - 1, or (n_samples, n_classes) probabilities, each row summing to 1

    Returns
    -------
    loss : float, in nats
    dscores : (n_samples, n_classes)

    Raises
    ------
    ValueError
        Wrong shapes, no samples, scores that are not finite, labels out of range, rows that are no probabilities.

    >>> loss, dscores = softmax_cross_entropy(np.zeros((1, 4)), np.array([2]))
    >>> round(loss, 4), dscores
    (1.3863, array([[ 0.25,  0.25, -0.75,  0.25]]))
    """
    scores = _scores(scores)
    return _cross_entropy(scores, labels_or_probabilities("y", y, scores.shape))


def _cross_entropy(scores, y):
    # np.add.reduce and its like are what sum() and max() call, without the way there.
    n = len(scores)
    s = scores - np.maximum.reduce(scores, axis=1, keepdims=True)
    p = np.exp(s)
    total = np.add.reduce(p, axis=1)
    if y.ndim == 2:
        p /= total[:, None]
        return float((np.log(total) - (y * s).sum(axis=1)).sum() / n), (p - y.astype(p.dtype, copy=False)) / n
    rows = np.arange(n)
    loss = np.add.reduce(np.log(total) - s[rows, y]) / n
    p /= n * total[:, None]
    p[rows, y] -= 1 / n
    return float(loss), p


def multiclass_hinge(scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean of what the wrong classes have within a margin of 1 of the right class, and its gradient.

    loss = mean(Σ_{j ≠ y} max(0, 1 + sⱼ - s_y))
    dscores = (1 where a wrong class is within the margin, minus their number at the right one) / n_samples

    Content once every wrong score is 1 below the right one, where cross-entropy always asks for more. Equal scores give
    n_classes - 1. Piecewise linear: at a kink, where a margin is just met, the gradient of the flat side is taken.

    Parameters
    ----------
    scores : (n_samples, n_classes)
    y : (n_samples,) integers from 0 to n_classes - 1

    Returns
    -------
    loss : float, in the units of the scores
    dscores : (n_samples, n_classes)

    Raises
    ------
    ValueError
        Wrong shapes, no samples, scores that are not finite, labels out of range.

    Source: Weston and Watkins, "Support Vector Machines for Multi-Class Pattern Recognition" (1999). Sources disagree:
    PyTorch's MultiMarginLoss also divides by n_classes; Crammer and Singer (2001), and scikit-learn's hinge_loss, take
    the largest of the wrong classes in place of their sum.

    >>> multiclass_hinge(np.array([[3.0, 2.5, -1.0]]), np.array([0]))
    (0.5, array([[-1.,  1.,  0.]]))
    """
    scores = _scores(scores)
    return _hinge(scores, labels("y", y, *scores.shape))


def _hinge(scores, y):
    n = len(scores)
    margins = _margins(scores, y)
    dscores = (margins > 0).astype(scores.dtype)
    dscores[np.arange(n), y] = -dscores.sum(axis=1)
    dscores /= n
    return float(margins.sum() / n), dscores


def _margins(scores, y):
    rows = np.arange(len(scores))
    margins = np.maximum(scores - scores[rows, y][:, None] + 1, 0)
    margins[rows, y] = 0
    return margins


def mean_squared_error(scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean of (score - target)² over the samples and the outputs, and its gradient.

    loss = mean((scores - targets)²)
    dscores = 2 · (scores - targets) / (n_samples · n_outputs)

    y : (n_samples, n_outputs) targets, or (n_samples,) class labels, whose targets are one-hot rows.
    Sources disagree: PyTorch and scikit-learn's metric take this mean; many texts put ½ before it, or sum over outputs.

    >>> mean_squared_error(np.array([[1.0, 3.0]]), np.array([[0.0, 1.0]]))
    (2.5, array([[1., 2.]]))
    """
    scores = _scores(scores)
    y = labels("y", y, *scores.shape) if np.ndim(y) == 1 else array("y", y, shape=scores.shape)
    return _squared_error(scores, y)


def _squared_error(scores, y):
    targets = np.eye(scores.shape[1])[y] if y.ndim == 1 else y
    d = scores - targets.astype(scores.dtype, copy=False)
    return float((d * d).sum() / d.size), d * (2 / d.size)


def unchecked(loss: Loss) -> Loss:
    """The same loss for a loop that has looked at its data: ours without their look at the arguments.

    Scores that are not finite have a loss that is not finite either, so that a run which diverges
    ends as one, whatever the loss makes of such scores.
    """
    for checked, bare in _UNCHECKED:
        if loss is checked:
            return bare

    def guarded(scores, y):
        return loss(scores, y) if np.isfinite(scores).all() else (nan, np.full_like(scores, nan))

    return guarded


def pattern(loss: Loss, scores: np.ndarray, y: np.ndarray) -> np.ndarray | None:
    """Which piece of a piecewise loss every score is on; None if the loss has no kinks, or is not ours.

    A gradient check must not step over a kink. A loss of your own tells by a function
    `loss.pattern(scores, y)`.
    """
    if loss is multiclass_hinge:
        return _margins(scores, y) > 0
    return loss.pattern(scores, y) if hasattr(loss, "pattern") else None


def labels_or_probabilities(name, y, shape):
    """Class labels (n_samples,), or probabilities of the given shape (n_samples, n_classes), each row summing to 1."""
    if np.ndim(y) == 1:
        return labels(name, y, *shape)
    y = array(name, y, shape=shape)
    wrong = (y < 0).any(axis=1) | (abs(y.sum(axis=1) - 1) > 1e-6)
    if wrong.any():
        fail(name, f"the row {y[wrong.argmax()]}", "probabilities: none below 0, each row summing to 1")
    return y


def _scores(scores, shape=(None, None)):
    dtype = getattr(scores, "dtype", None)
    scores = array("scores", scores, shape, dtype if dtype == np.float32 else float)
    if scores.size == 0:
        fail("scores", f"an array of shape {scores.shape}", "at least one sample and one class")
    return scores


LOSSES = {
    "softmax_cross_entropy": softmax_cross_entropy,
    "multiclass_hinge": multiclass_hinge,
    "mean_squared_error": mean_squared_error,
}

# What is left of a loss once its arguments have been looked at.
_UNCHECKED = (
    (softmax_cross_entropy, _cross_entropy),
    (multiclass_hinge, _hinge),
    (mean_squared_error, _squared_error),
)
