"""Checkers of the chapter on preprocessing: standardize by the training data, whiten by PCA, whiten by ZCA.

Covariances are means over the samples here, as in the text: divided by N, not by N - 1.
"""

import numpy as np

from ..data import wine
from ..losses import softmax_cross_entropy
from ._diagnosis import diagnosed
from ._outcomes import outcomes
from ._protocol import checker, edits, exercise
from ._symptoms import failure
from ._verdict import correct, named, undone, unnamed

rng = np.random.default_rng(2)
TILTED = rng.normal(size=(40, 3)) @ [[3.0, 0.0, 0.0], [1.0, 1.0, 0.0], [-0.5, 0.3, 0.2]] + [5.0, -2.0, 1.0]
CONSTANT = np.column_stack([TILTED, np.full(len(TILTED), 7.0)])
VARIES = "np.where(np.ptp(train, axis=0) > 0, deviation, 1.0)"
NAN_TO_NUM = "return tuple(np.nan_to_num(x) for x in ((train - mean) / deviation, (test - mean) / deviation))"
DIVISORS = {  # in place of the one that is asked for
    "where a feature is constant, 0/0 is NaN.": "{x}.std(axis=0)",
    "the deviation of three 0.1s is 1e-17, not 0.": "np.where({x}.std(axis=0) > 0, {x}.std(axis=0), 1.0)",
    "adding a little to a deviation blows up data that leave a constant feature.": "({x}.std(axis=0) + 1e-8)",
}
SMALLEST = (1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5)  # what is added to a divisor so that it is not 0
SMALL = np.array([[2.0, 1.0], [4.0, 2.0], [6.0, 6.0]])


@exercise(
    outputs=("train", "test"),
    cases=[
        {"train": SMALL, "test": np.array([[4.0, 0.0], [5.0, 3.0]])},
        {"train": np.array([[1.0, 5.0], [3.0, 5.0]]), "test": np.array([[2.0, 5.0], [2.0, 6.0]])},
        {"train": CONSTANT[:30], "test": CONSTANT[30:] + 0.5},
        {"train": np.full((3, 2), [0.1, 1.0]) * [[1, 1], [1, 2], [1, 4]], "test": np.array([[0.1, 1.0], [1.1, 3.0]])},
    ],
    slips=edits(
        {
            "The test data are standardized by their own mean and deviation: both must come from the training data.": (
                "(test - mean) / deviation",
                "(test - test.mean(axis=0)) / np.where(np.ptp(test, axis=0) > 0, test.std(axis=0), 1.0)",
            ),
            **{
                f"The test data are standardized by their own mean and deviation: both must come from the training data; and {words}": [
                    (VARIES, divisor.format(x="train")),
                    ("(test - mean) / deviation", f"(test - test.mean(axis=0)) / {divisor.format(x='test')}"),
                ]
                for words, divisor in DIVISORS.items()
            },
            "The test data are divided by their own deviation: it must come from the training data.": (
                "(test - mean) / deviation",
                "(test - mean) / np.where(np.ptp(test, axis=0) > 0, test.std(axis=0), 1.0)",
            ),
            "The test data are centered by their own mean: both numbers must come from the training data.": (
                "(test - mean)",
                "(test - test.mean(axis=0))",
            ),
            "Mean and deviation are of training and test data together: this is leakage.": [
                ("train.mean(axis=0)", "np.concatenate([train, test]).mean(axis=0)"),
                ("train.std(axis=0)", "np.concatenate([train, test]).std(axis=0)"),
                ("np.ptp(train, axis=0)", "np.ptp(np.concatenate([train, test]), axis=0)"),
            ],
            "The test data come back as they were. (Are mean and deviation taken of train once more, after it has been "
            "standardized? Keep the first ones.)": (
                "(test - mean) / deviation",
                "test",
            ),
            "The mean is not subtracted.": [("(train - mean)", "train"), ("(test - mean)", "test")],
            "The mean is added: subtract it.": [
                ("(train - mean)", "(train + mean)"),
                ("(test - mean)", "(test + mean)"),
            ],
            "The deviation is not divided by: this is only zero-centered.": [
                ("(train - mean) / deviation", "(train - mean)"),
                ("(test - mean) / deviation", "(test - mean)"),
            ],
            "The brackets are missing: only the mean is divided by the deviation.": [
                ("(train - mean)", "train - mean"),
                ("(test - mean)", "test - mean"),
            ],
            "It is divided by the variance, not by its root.": ("train.std(axis=0)", "train.var(axis=0)"),
            "The deviation is over N - 1; here, as in Standardizer, it is over N: np.std without ddof.": (
                "train.std(axis=0)",
                "train.std(axis=0, ddof=1)",
            ),
            "Mean and deviation are of all numbers together: each feature has its own, axis=0.": [
                ("train.mean(axis=0)", "train.mean()"),
                ("train.std(axis=0)", "train.std()"),
                (VARIES, "deviation"),
            ],
            "The statistics run over the features of each sample: each feature has its own, over the samples, axis=0.": [
                ("train.mean(axis=0)", "train.mean(axis=1, keepdims=True)"),
                ("train.std(axis=0)", "train.std(axis=1, keepdims=True)"),
                (VARIES, "deviation"),
                (
                    "(test - mean) / deviation",
                    "(test - test.mean(axis=1, keepdims=True)) / test.std(axis=1, keepdims=True)",
                ),
            ],
            "A constant feature has deviation 0, and 0/0 is NaN: divide by 1 there.": (
                VARIES,
                "deviation",
            ),
            "The deviation of three 0.1s is 1e-17, not 0: ask whether the feature varies, np.ptp(train, axis=0) > 0.": (
                "np.ptp(train, axis=0) > 0",
                "deviation > 0",
            ),
            **{
                f"Adding {c:g} to the deviation avoids NaN, but blows up test data that leave a constant feature: divide by 1 "
                "there.": (VARIES, f"deviation + {c}")
                for c in SMALLEST
            },
            **{
                f"Adding {c:g} to the variance avoids NaN, but blows up test data that leave a constant feature: divide by 1 "
                "there.": (VARIES, f"np.sqrt(deviation**2 + {c})")
                for c in SMALLEST
            },
            "A constant feature is set to 0 in the test data as well, even where they differ from it.": (
                "deviation, 1.0)",
                "deviation, np.inf)",
            ),
            "This is min-max scaling: it maps the training data to 0 to 1.": [
                ("train.mean(axis=0)", "train.min(axis=0)"),
                ("train.std(axis=0)", "np.ptp(train, axis=0)"),
            ],
            "This is min-max scaling, which maps the training data to 0 to 1; and a constant feature becomes 0/0.": [
                ("train.mean(axis=0)", "train.min(axis=0)"),
                ("train.std(axis=0)", "np.ptp(train, axis=0)"),
                (VARIES, "deviation"),
            ],
            "This is scaling by the largest absolute value: subtract the mean, and divide by the deviation.": [
                ("train.mean(axis=0)", "0"),
                ("train.std(axis=0)", "abs(train).max(axis=0)"),
                (VARIES, "deviation"),
            ],
            "np.nan_to_num hides the 0/0 of a constant feature, but makes 1e308 of test data that differ from it: divide by "
            "1 there.": [
                (VARIES, "deviation"),
                ("return (train - mean) / deviation, (test - mean) / deviation", NAN_TO_NUM),
            ],
            "A constant feature is left as it is: subtract its mean, as that of any other, and divide by 1.": [
                ("mean, deviation =", "varies = np.ptp(train, axis=0) > 0; mean, deviation ="),
                ("(train - mean) / deviation,", "np.where(varies, (train - mean) / deviation, train),"),
                ("(test - mean) / deviation", "np.where(varies, (test - mean) / deviation, test)"),
            ],
            "Constant features are dropped: they stay, divided by 1, so that new data fit.": (
                "mean, deviation =",
                "varies = np.ptp(train, axis=0) > 0; train, test = train[:, varies], test[:, varies]; mean, deviation =",
            ),
            "Where the deviation is 0 the result is set to 0, also of test data that differ from the constant: divide by 1 "
            "there. And the deviation of three 0.1s is 1e-17, not 0.": [
                ("np.ptp(train, axis=0)", "deviation"),
                ("1.0)", "np.inf)"),
            ],
            "train and test are returned in the wrong order.": (
                "(train - mean) / deviation, (test - mean) / deviation",
                "(test - mean) / deviation, (train - mean) / deviation",
            ),
        }
    ),
)
def standardize(train, test):
    """Zero mean and unit deviation for every feature of the training data, and the same map for the test data.

    (x - mean) / deviation, both of the training data and over N; where a feature is constant, divide by 1.
    Returns (train, test).
    """
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    deviation = np.where(np.ptp(train, axis=0) > 0, deviation, 1.0)
    return (train - mean) / deviation, (test - mean) / deviation


def _tidy(z):
    """The columns in an order, and with signs, that do not depend on how they were found."""
    if not (isinstance(z, np.ndarray) and z.ndim == 2 and z.size and z.dtype.kind == "f"):
        return z
    z = z[:, np.argsort(-(z**4).sum(axis=0), kind="stable")]
    return z * np.where(np.take_along_axis(z, abs(z).argmax(axis=0)[None], axis=0) < 0, -1, 1)


COVARIANCE, SCALE = "centered.T @ centered / len(x)", "np.sqrt(np.maximum(lam, 0) + eps)"
WHITEN_CASES = [{"x": SMALL}, {"x": TILTED}, {"x": TILTED, "eps": 0.5}, {"x": CONSTANT}]
WHITENED = {
    "It is divided by the eigenvalue: the root is missing, √(λ + eps).": (SCALE, "(np.maximum(lam, 0) + eps)"),
    "It is multiplied by the root of the eigenvalue: divide.": ("@ U / np.sqrt", "@ U * np.sqrt"),
    "eps stands outside the root; here it is added to the eigenvalue, √(λ + eps).": (
        SCALE,
        "(np.sqrt(np.maximum(lam, 0)) + eps)",
    ),
    "eps is forgotten: where λ is 0, this divides rounding by rounding.": (" + eps", ""),
    "eps is not used: it is 1e-5 whatever is asked for.": (" + eps", " + 1e-5"),
    "The data are not centered.": ("x - x.mean(axis=0)", "x"),
    "One mean of all numbers is subtracted: each feature has its own, axis=0.": ("x.mean(axis=0)", "x.mean()"),
    "The covariance is over N - 1, as in np.cov; here it is a mean over the N samples.": ("/ len(x)", "/ (len(x) - 1)"),
    "The covariance is a sum, not a mean: divide centered.T @ centered by N.": (" / len(x)", ""),
    "The covariance is divided by the number of features: it is a mean over the samples, N = len(x).": (
        "/ len(x)",
        "/ x.shape[1]",
    ),
    "The covariance is of the data as they came, not centered.": (COVARIANCE, "x.T @ x / len(x)"),
    "eps is the least that an eigenvalue may be, max(λ, eps): here it is added, √(λ + eps).": (
        SCALE,
        "np.sqrt(np.maximum(lam, eps))",
    ),
    "The axes are those of the correlations: turn to the eigenvectors of the covariance, centered.T @ centered / N.": (
        COVARIANCE,
        "np.corrcoef(centered, rowvar=False)",
    ),
    "The data are turned, but not scaled: this is decorrelated, not white.": (f" / {SCALE}", ""),
    "The mean is subtracted for the covariance, but not from the data that are turned.": ("centered @ U", "x @ U"),
    "The mean is subtracted for the covariance, but not from the data; and the covariance is over N - 1.": [
        ("centered @ U", "x @ U"),
        ("/ len(x)", "/ (len(x) - 1)"),
    ],
    "The features are scaled before they are turned, and not after: each column of the turned data is divided by its "
    "own √(λ + eps).": [("x - x.mean(axis=0)", "(x - x.mean(axis=0)) / (x.std(axis=0) + eps)"), (f" / {SCALE}", "")],
}  # what is got wrong in both ways to whiten


def _polar(x):
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return u @ vt


@exercise(
    cases=WHITEN_CASES,
    view=_tidy,
    slips=edits(
        WHITENED
        | {
            "The result is turned back to the old axes: this is ZCA.": (SCALE, f"{SCALE} @ U.T"),
            "It is turned by Uᵀ: np.linalg.eigh returns the eigenvectors as columns, so it is centered @ U.": (
                "centered @ U",
                "centered @ U.T",
            ),
            "The turned data are divided by their own deviation, without eps: where λ is 0, this is 0/0.": (
                SCALE,
                "(centered @ U).std(axis=0)",
            ),
            "The features are scaled, but not turned: this is standardizing.": (
                f"centered @ U / {SCALE}",
                "centered / np.sqrt(x.var(axis=0) + eps)",
            ),
        }
    )
    | {
        "eps is missing: √N times U of the SVD is divided by √λ also where λ is 0.": lambda x, eps=1e-5: (
            np.sqrt(len(x)) * np.linalg.svd(x - x.mean(axis=0), full_matrices=False)[0]
        ),
    },
)
def pca_whiten(x, eps=1e-5):
    """Zero-centered, turned to the eigenvectors of the covariance over N, and divided by √(λ + eps).

    The order and the signs of the columns are free.
    """
    centered = x - x.mean(axis=0)
    lam, U = np.linalg.eigh(centered.T @ centered / len(x))
    return centered @ U / np.sqrt(np.maximum(lam, 0) + eps)


@exercise(
    cases=WHITEN_CASES,
    slips=edits(
        WHITENED
        | {
            "The result is not turned back: this is PCA whitening; ZCA ends with @ U.T.": (" @ U.T", ""),
            "U and Uᵀ have changed places: it is centered @ U, and in the end @ U.T.": [
                ("centered @ U", "centered @ U.T"),
                ("+ eps) @ U.T", "+ eps) @ U"),
            ],
            "The features are scaled, but not turned: this is standardizing.": (
                "centered @ U / np.sqrt(np.maximum(lam, 0) + eps) @ U.T",
                "centered / np.sqrt(x.var(axis=0) + eps)",
            ),
            "np.sqrt takes the root of each entry of the covariance: the root of the matrix has the roots of its λ.": (
                "centered @ U / np.sqrt(np.maximum(lam, 0) + eps) @ U.T",
                f"centered @ np.linalg.inv(np.sqrt(abs({COVARIANCE} + eps * np.eye(len(lam)))))",
            ),
            "It is turned by U twice: the second turn goes back, by U.T.": ("@ U.T", "@ U"),
            "It is scaled after it was turned back: the λ belong to the turned columns, not to the old ones.": (
                "centered @ U / np.sqrt(np.maximum(lam, 0) + eps) @ U.T",
                "centered @ U @ U.T / np.sqrt(np.maximum(lam, 0) + eps)",
            ),
            "The mean is added again in the end: white data are zero-centered.": ("@ U.T", "@ U.T + x.mean(axis=0)"),
        }
    )
    | {
        "eps is missing: √N · U · Vᵀ of the SVD is divided by √λ also where λ is 0.": lambda x, eps=1e-5: (
            np.sqrt(len(x)) * _polar(x - x.mean(axis=0))
        ),
    },
)
def zca(x, eps=1e-5):
    """Whiten and turn back: centered · U · diag(1 / √(λ + eps)) · Uᵀ, with λ and U of the covariance over N."""
    centered = x - x.mean(axis=0)
    lam, U = np.linalg.eigh(centered.T @ centered / len(x))
    return centered @ U / np.sqrt(np.maximum(lam, 0) + eps) @ U.T


MISSING = {"A": "scaling", "B": "nothing", "C": "centering", "D": "decorrelation"}
SIGNS = {
    "centering": "four of its eigenvalues are 1 and one is large. Which step removes a single large one, C + mu muᵀ?",
    "scaling": "its five eigenvalues differ, and their sum is not 5: what is the sum of the variances of scaled data?",
    "decorrelation": "its eigenvalues differ, but their sum is 5: every feature has variance 1. What do they still share?",
    "nothing": "all five eigenvalues are 1: what could still be missing?",
}


@checker(
    reference=MISSING,
    slips={
        "The checker wants a dict such as {'A': 'centering', ...}, got list.": ["scaling"],
        "D: got 'whitening', want one of": MISSING | {"D": "whitening"},
        "A and C are exchanged.": MISSING | {"A": "centering", "C": "scaling"},
        "A: its five eigenvalues differ, and their sum is not 5": MISSING | {"A": "decorrelation"},
        "B: all five eigenvalues are 1": MISSING | {"B": "scaling"},
        "C: four of its eigenvalues are 1 and one is large": MISSING | {"C": "decorrelation"},
        "D: its eigenvalues differ, but their sum is 5": MISSING | {"D": "scaling"},
    },
)
def missing_step(answer):
    """Check your diagnosis: a dict from "A", "B", "C", "D" to the step of preprocessing that the data set lacks."""
    done = "All four are named: one large eigenvalue, unequal variances, or shared ones."
    return diagnosed(answer, "missing_step", MISSING, SIGNS, done)


# Ten steps to win with: prepare the wines, and choose a rate

SPLITS, WINE_STEPS, GOAL = range(6), 10, 0.02


def _whitened(train, other):
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    z, z_other = (train - mean) / deviation, (other - mean) / deviation
    lam, U = np.linalg.eigh(z.T @ z / len(z))
    return z @ U / np.sqrt(lam + 0.01), z_other @ U / np.sqrt(lam + 0.01), 20.0


def _standardized(rate):
    def prepare(train, other):
        mean, deviation = train.mean(axis=0), train.std(axis=0)
        return (train - mean) / deviation, (other - mean) / deviation, rate

    return prepare


def _by_its_own(train, other):
    return _whitened(train, train)[0], _whitened(other, other)[0], 20.0


@checker(
    reference=_whitened,
    slips={
        "The other wines are prepared by numbers of their own": _by_its_own,
        "want below 0.02. Is there a direction left that is flatter than the others?": _standardized(3.0),
        "It diverges: the rate is too large for the steepest direction.": lambda train, other: (train, other, 1.0),
        "It learns the training wines and not the others": _standardized(40.0),
        "All directions are alike now. What about the rate?": lambda train, other: (*_whitened(train, other)[:2], 3.0),
        "The rate is nan, want a number above 0.": lambda train, other: (train, other, None),
        "It is to return three things": lambda train, other: (train, other),
        "The prepared arrays have the shapes": lambda train, other: (train[:, :5], other, 1.0),
        "The checker wants the function itself": 3.0,
    },
)
def ten_steps(prepare):
    """Check your `ten_steps(train, other)`, which returns (train prepared, other prepared, rate).

    Softmax regression makes ten steps of that rate on the prepared training wines, from zeros. The loss of the other
    wines must then be below 0.02, in the mean of six splits.
    """
    if prepare is None or prepare is ...:
        return undone("`ten_steps` is still blank.")
    if not callable(prepare):
        return named(f"The checker wants the function itself, `check.ten_steps(ten_steps)`, got {_type(prepare)}.")
    found = []
    for seed in SPLITS:
        split = wine(rng=seed)
        got, alone = outcomes(prepare, [{"train": split.train.x, "other": x} for x in (split.val.x, split.val.x[:5])])
        if isinstance(got.error, NotImplementedError) or (
            not got.error and (got.returned is None or got.returned is ...)
        ):
            return undone("`ten_steps` returns nothing yet.")
        if error := got.error or alone.error:
            return unnamed(failure(error, prepare))
        if words := _no_preparation(got.returned, split):
            return named(words)
        try:
            x, other, rate = (np.asarray(part, dtype=float) for part in got.returned)
            same = np.allclose(np.asarray(alone.returned[1], dtype=float), other[:5], rtol=1e-6, atol=1e-8)
        except Exception as error:  # whatever the learner's objects raise when they are asked for numbers
            return unnamed(failure(error, prepare))
        if not (np.isfinite(rate) and rate > 0):
            return named(f"The rate is {rate}, want a number above 0.")
        if not same:
            return named(
                "The other wines are prepared by numbers of their own, so that what becomes of a wine depends on who "
                "is beside it: fit to `train` alone."
            )
        found.append(_after_ten_steps(x, split.train.y, other, split.val.y, rate))
    learned, judged = np.mean(found, axis=0)
    if not np.isfinite(learned):
        return named("It diverges: the rate is too large for the steepest direction.")
    words = f"After ten steps the loss of the other wines is {judged:.3f}, in the mean of six splits"
    if judged < GOAL:
        return correct(f"{words}: below {GOAL}.")
    if learned < judged / 10:
        return named(f"It learns the training wines and not the others, {learned:.1g} and {judged:.2g}. {words}.")
    lesson = "Is there a direction left that is flatter than the others?"
    if np.linalg.cond(x.T @ x / len(x)) < 3:
        lesson = "All directions are alike now. What about the rate?"
    return named(f"{words}, want below {GOAL}. {lesson}")


def _type(value):
    return f"{type(value).__name__}"


def _no_preparation(returned, split):
    """Why what was returned is no preparation; empty if it is one."""
    if not isinstance(returned, tuple | list) or len(returned) != 3:
        return "It is to return three things, the training wines, the other wines, and the rate."
    try:
        shapes = tuple(np.shape(part) for part in returned)
    except Exception:  # whatever the learner's objects raise when they are asked for numbers
        return "It returns things that are no arrays of numbers."
    n, m = len(split.train), len(split.val)
    if shapes[2] != () or len(shapes[0]) != 2 or shapes[:2] != ((n, shapes[0][1]), (m, shapes[0][1])):
        return (
            f"The prepared arrays have the shapes {shapes[0]} and {shapes[1]}, want ({n}, k) and ({m}, k), and a rate."
        )
    return ""


@np.errstate(all="ignore")
def _after_ten_steps(x, y, other, other_y, rate):
    """(training loss, loss of the others) after ten steps of softmax regression; inf if it diverged."""
    W, b = np.zeros((x.shape[1], 3)), np.zeros(3)
    for _ in range(WINE_STEPS):
        dscores = softmax_cross_entropy(x @ W + b, y)[1]
        W, b = W - rate * x.T @ dscores, b - rate * dscores.sum(axis=0)
    losses = [softmax_cross_entropy(each @ W + b, labels)[0] for each, labels in ((x, y), (other, other_y))]
    return losses if np.isfinite(losses).all() and losses[0] < 10 else (np.inf, np.inf)
