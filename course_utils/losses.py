"""Losses: one number for how wrong the scores of a batch are, and the way in which to change them.

    loss, dscores = LOSSES["softmax_cross_entropy"](scores, y)

scores is (n_samples, n_classes), the output of a network's last layer; y holds what is right; the loss is a mean over
the samples, and dscores = ∂loss/∂scores has the shape of scores. check=False skips the look at the arguments: `fit`
checks them once, not at every step.
"""

import numpy as np

from ._support.validation import array, fail, labels


def softmax(scores):
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


def softmax_cross_entropy(scores, y, check=True):
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
    if check:
        scores = _scores(scores)
        y = labels("y", y, *scores.shape) if np.ndim(y) == 1 else _probabilities(y, scores.shape)
    n = len(scores)
    s = scores - scores.max(axis=1, keepdims=True)
    p = np.exp(s)
    total = p.sum(axis=1)
    if y.ndim == 2:
        p /= total[:, None]
        return float((np.log(total) - (y * s).sum(axis=1)).sum() / n), (p - y.astype(p.dtype, copy=False)) / n
    rows = np.arange(n)
    loss = (np.log(total) - s[rows, y]).sum() / n
    p /= n * total[:, None]
    p[rows, y] -= 1 / n
    return float(loss), p


def multiclass_hinge(scores, y, check=True):
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
    if check:
        scores = _scores(scores)
        y = labels("y", y, *scores.shape)
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


# Which piece of the loss every score is on: a gradient check must not step over a kink.
multiclass_hinge.pattern = lambda scores, y: _margins(scores, y) > 0


def mean_squared_error(scores, y, check=True):
    """Mean of (score - target)² over the samples and the outputs, and its gradient.

    loss = mean((scores - targets)²)
    dscores = 2 · (scores - targets) / (n_samples · n_outputs)

    y : (n_samples, n_outputs) targets, or (n_samples,) class labels, whose targets are one-hot rows.
    Sources disagree: PyTorch and scikit-learn's metric take this mean; many texts put ½ before it, or sum over outputs.

    >>> mean_squared_error(np.array([[1.0, 3.0]]), np.array([[0.0, 1.0]]))
    (2.5, array([[1., 2.]]))
    """
    if check:
        scores = _scores(scores)
        y = labels("y", y, *scores.shape) if np.ndim(y) == 1 else array("y", y, shape=scores.shape)
    targets = np.eye(scores.shape[1])[y] if y.ndim == 1 else y
    d = scores - targets.astype(scores.dtype, copy=False)
    return float((d * d).sum() / d.size), d * (2 / d.size)


def _probabilities(y, shape):
    y = array("y", y, shape=shape)
    wrong = (y < 0).any(axis=1) | (abs(y.sum(axis=1) - 1) > 1e-6)
    if wrong.any():
        fail("y", f"the row {y[wrong.argmax()]}", "probabilities: none below 0, each row summing to 1")
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
