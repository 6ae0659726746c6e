"""Checkers of chapter 03: standardize by the training data, whiten by PCA, whiten by ZCA.

Covariances are means over the samples here, as in the text: divided by N, not by N - 1.
"""

from functools import wraps

import numpy as np

from .base import checker
from .compare import compare, exercise

rng = np.random.default_rng(2)
TILTED = rng.normal(size=(40, 3)) @ [[3.0, 0.0, 0.0], [1.0, 1.0, 0.0], [-0.5, 0.3, 0.2]] + [5.0, -2.0, 1.0]
CONSTANT = np.column_stack([TILTED, np.full(len(TILTED), 7.0)])
SMALL = np.array([[2.0, 1.0], [4.0, 2.0], [6.0, 6.0]])


def _scores(
    center=lambda train, test: (train.mean(axis=0), train.mean(axis=0)),
    scale=lambda train, test: (train.std(axis=0),) * 2,
    guard=lambda s: np.where(s > 0, s, 1.0),
    back=lambda train, test: (train, test),
):
    """`standardize` with one of its lines written otherwise."""

    def slip(train, test):
        both = [
            (x - mean) / guard(s)
            for x, mean, s in zip((train, test), center(train, test), scale(train, test), strict=True)
        ]
        return back(*both)

    return slip


def _each(f):
    return lambda train, test: (f(train), f(test))


def _all(f):
    return lambda train, test: (f(np.concatenate([train, test])),) * 2


def _train(f):
    return lambda train, test: (f(train),) * 2


@exercise(
    outputs=("train", "test"),
    cases=[
        {"train": SMALL, "test": np.array([[4.0, 0.0], [5.0, 3.0]])},
        {"train": np.array([[1.0, 5.0], [3.0, 5.0]]), "test": np.array([[2.0, 5.0], [2.0, 6.0]])},
        {"train": CONSTANT[:30], "test": CONSTANT[30:] + 0.5},
    ],
    slips={
        "The test data are standardized by their own mean and deviation: both must come from the training data.": _scores(
            _each(lambda x: x.mean(axis=0)), _each(lambda x: x.std(axis=0))
        ),
        "Mean and deviation are of training and test data together: this is leakage.": _scores(
            _all(lambda x: x.mean(axis=0)), _all(lambda x: x.std(axis=0))
        ),
        "The test data are left as they are.": lambda train, test: (_scores()(train, test)[0], test),
        "The mean is not subtracted.": _scores(center=lambda train, test: (0, 0)),
        "The deviation is not divided by: this is only zero-centered.": _scores(scale=lambda train, test: (1.0, 1.0)),
        "It is divided by the variance, not by its root.": _scores(scale=_train(lambda x: x.var(axis=0))),
        "The deviation is over N - 1; here, as in Standardizer, it is over N: np.std without ddof.": _scores(
            scale=_train(lambda x: x.std(axis=0, ddof=1))
        ),
        "Mean and deviation are of all numbers together: each feature has its own, axis=0.": _scores(
            _train(np.mean), _train(np.std)
        ),
        "A constant feature has deviation 0, and 0/0 is NaN: divide by 1 there.": _scores(guard=lambda s: s),
        "Adding a little to the deviation avoids NaN, but blows up test data that leave a constant feature: divide by "
        "1 there.": _scores(guard=lambda s: s + 1e-8),
        "A constant feature is set to 0 in the test data as well, even where they differ from it.": _scores(
            guard=lambda s: np.where(s > 0, s, np.inf)
        ),
        "This is min-max scaling: it maps the training data to 0 to 1.": _scores(
            _train(lambda x: x.min(axis=0)), _train(lambda x: np.ptp(x, axis=0))
        ),
        "train and test are returned in the wrong order.": _scores(back=lambda train, test: (test, train)),
    },
)
def standardize(train, test):
    """Zero mean and unit deviation for every feature of the training data, and the same map for the test data.

    (x - mean) / deviation, both of the training data and over N; where the deviation is 0, divide by 1.
    Returns (train, test).
    """
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    deviation = np.where(deviation > 0, deviation, 1.0)
    return (train - mean) / deviation, (test - mean) / deviation


def _white(turn, center=lambda x: x - x.mean(axis=0), divide=lambda n: n, scale=lambda v, eps: np.sqrt(v + eps)):
    """A whitening with one of its lines written otherwise; `turn` gets the centered data, U and the scale."""

    def slip(x, eps=1e-5):
        centered = center(x)
        values, u = np.linalg.eigh(centered.T @ centered / divide(len(x)))
        return turn(centered, u, scale(np.maximum(values, 0), eps))

    return slip


def _slips(turn):
    """What is got wrong in both ways to whiten."""
    return {
        "It is divided by the eigenvalue: the root is missing, √(λ + eps).": _white(turn, scale=lambda v, eps: v + eps),
        "It is multiplied by the root of the eigenvalue: divide.": _white(
            turn, scale=lambda v, eps: 1 / np.sqrt(v + eps)
        ),
        "eps stands outside the root; here it is added to the eigenvalue, √(λ + eps).": _white(
            turn, scale=lambda v, eps: np.sqrt(v) + eps
        ),
        "eps is forgotten: where λ is 0, this divides rounding by rounding.": _white(
            turn, scale=lambda v, eps: np.sqrt(v)
        ),
        "eps is not used: it is 1e-5 whatever is asked for.": _white(turn, scale=lambda v, eps: np.sqrt(v + 1e-5)),
        "The data are not centered.": _white(turn, center=lambda x: x),
        "One mean of all numbers is subtracted: each feature has its own, axis=0.": _white(
            turn, center=lambda x: x - x.mean()
        ),
        "The covariance is over N - 1, as in np.cov; here it is a mean over the N samples.": _white(
            turn, divide=lambda n: n - 1
        ),
        "The covariance is a sum, not a mean: divide centered.T @ centered by N.": _white(turn, divide=lambda n: 1),
        "The data are turned, but not scaled: this is decorrelated, not white.": _white(
            turn, scale=lambda v, eps: np.ones_like(v)
        ),
    }


def _turned(c, u, s):
    return c @ u / s


def _turned_back(c, u, s):
    return c @ u / s @ u.T


def _tidy(f):
    """f with the columns of its result in an order, and with signs, that do not depend on how they were found."""
    if not callable(f):
        return f

    @wraps(f)
    def tidy(*args, **kwargs):
        z = f(*args, **kwargs)
        if not (isinstance(z, np.ndarray) and z.ndim == 2 and z.size and z.dtype.kind == "f"):
            return z
        z = z[:, np.argsort(-(z**4).sum(axis=0), kind="stable")]
        return z * np.where(np.take_along_axis(z, abs(z).argmax(axis=0)[None], axis=0) < 0, -1, 1)

    return tidy


def _pca_whiten(x, eps=1e-5):
    """Zero-center, turn to the eigenvectors of the covariance over N, and divide by √(λ + eps)."""
    return _white(_turned)(x, eps)


_pca_whiten.__name__ = "pca_whiten"
WHITEN_CASES = [{"x": SMALL}, {"x": TILTED}, {"x": TILTED, "eps": 0.5}, {"x": CONSTANT}]
PCA_SLIPS = {
    words: _tidy(slip)
    for words, slip in (
        _slips(_turned)
        | {
            "The result is turned back to the old axes: this is ZCA.": _white(_turned_back),
            "It is turned by Uᵀ: np.linalg.eigh returns the eigenvectors as columns, so it is centered @ U.": _white(
                lambda c, u, s: c @ u.T / s
            ),
            "The features are scaled, but not turned: this is standardizing.": lambda x, eps=1e-5: (
                (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
            ),
            "The mean is subtracted for the covariance, but not from the data that are turned.": lambda x, eps=1e-5: (
                _white(lambda c, u, s: x @ u / s)(x, eps)
            ),
        }
    ).items()
}


@checker(reference=_tidy(_pca_whiten), slips=PCA_SLIPS, cases=WHITEN_CASES)
def pca_whiten(f):
    """Check your `pca_whiten(x, eps=1e-05)`: zero-centered, turned to the eigenvectors, divided by √(λ + eps).

    The covariance is over N. The order and the signs of the columns are free.
    """
    return compare(_tidy(f), _tidy(_pca_whiten), WHITEN_CASES, PCA_SLIPS)


@exercise(
    cases=WHITEN_CASES,
    slips=_slips(_turned_back)
    | {
        "The result is not turned back: this is PCA whitening; ZCA ends with @ U.T.": _white(_turned),
        "U and Uᵀ have changed places: it is centered @ U, and in the end @ U.T.": _white(
            lambda c, u, s: c @ u.T / s @ u
        ),
        "It is turned by U twice: the second turn goes back, by U.T.": _white(lambda c, u, s: c @ u / s @ u),
        "The mean is added again in the end: white data are zero-centered.": lambda x, eps=1e-5: (
            _white(_turned_back)(x, eps) + x.mean(axis=0)
        ),
    },
)
def zca(x, eps=1e-5):
    """Whiten and turn back: centered · U · diag(1 / √(λ + eps)) · Uᵀ, with λ and U of the covariance over N."""
    return _white(_turned_back)(x, eps)
