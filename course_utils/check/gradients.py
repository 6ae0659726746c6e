"""Checkers of the chapter on gradients: three losses with theirs, the numerical gradient, twenty rates to win with."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..data import digits
from ..losses import softmax_cross_entropy as cross_entropy
from ._protocol import checker, edits, exercise
from ._verdict import correct, named

rng = np.random.default_rng(1)
SCORES = rng.normal(size=(5, 3))
LABELS = np.array([0, 2, 1, 1, 0])
SMALL = (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7)  # what is put beside a logarithm so that it is finite
FEW = {"scores": np.array([[2.0, 1.0, 0.5]]), "y": np.array([1])}
BATCH = {"scores": SCORES, "y": LABELS}
FAR_APART = {"scores": np.array([[1000.0, 0.0], [-1000.0, -1001.0]]), "y": np.array([1, 0])}


@exercise(
    outputs=("loss", "dscores"),
    cases=[FEW, BATCH, FAR_APART],
    slips=edits(
        {
            "The row's maximum is not subtracted: e^1000 overflows.": (
                "s = scores - scores.max(axis=1, keepdims=True)",
                "s = scores - 0",
            ),
            "The maximum of the whole batch is subtracted: a row far below it underflows. Each row has its own.": (
                "scores.max(axis=1, keepdims=True)",
                "scores.max()",
            ),
            "The softmax is stable, but its logarithm is not: where p is rounded to 0, log(p) is -inf. "
            "Take the loss from the scores: log Σₖ e^sₖ - s_y.": (
                "(np.log(total[:, 0]) - s[rows, y])",
                "(-np.log((np.exp(s) / total)[rows, y]))",
            ),
            "The exponentials are summed down the columns, axis=0, so that samples share a sum: each row has its own, "
            "over the classes, axis=1.": [
                ("np.exp(s).sum(axis=1, keepdims=True)", "np.exp(s).sum(axis=0, keepdims=True)"),
                ("(np.log(total[:, 0]) - s[rows, y])", "(-np.log((np.exp(s) / total)[rows, y]))"),
            ],
            "The sum in the softmax and in its logarithm runs down the columns, axis=0, so that samples share it: each row "
            "has its own, over the classes, axis=1.": [
                ("np.exp(s).sum(axis=1, keepdims=True)", "np.exp(s).sum(axis=0, keepdims=True)"),
                ("np.log(total[:, 0]) - s[rows, y]", "(np.log(total) - s)[rows, y]"),
            ],
            "The exponentials are summed down the columns, axis=0, but each row has its own sum, axis=1; and without the "
            "row's maximum subtracted e^1000 overflows.": [
                ("s = scores - scores.max(axis=1, keepdims=True)", "s = scores - 0"),
                ("np.exp(s).sum(axis=1, keepdims=True)", "np.exp(s).sum(axis=0, keepdims=True)"),
                ("(np.log(total[:, 0]) - s[rows, y])", "(-np.log((np.exp(s) / total)[rows, y]))"),
            ],
            "The exponentials of the whole batch are summed: each row has its own sum, over the classes, axis=1.": [
                ("np.exp(s).sum(axis=1, keepdims=True)", "np.exp(s).sum()"),
                ("(np.log(total[:, 0]) - s[rows, y])", "(-np.log((np.exp(s) / total)[rows, y]))"),
            ],
            **{
                f"p is clipped at {c:g}, or that much is added to it, before the logarithm, which hides how wrong a prediction "
                "is: take the loss from the scores.": (
                    "(np.log(total[:, 0]) - s[rows, y])",
                    f"(-np.log(np.maximum((np.exp(s) / total)[rows, y], {c})))",
                )
                for c in SMALL
            },
            "1e-07 is added before the logarithm, which hides how wrong a prediction is: take the loss from the scores.": (
                "(np.log(total[:, 0]) - s[rows, y])",
                "(-np.log((np.exp(s) / total)[rows, y] + 1e-7))",
            ),
            "The right score is not shifted by the row's maximum, as the others are: subtract it from the whole row.": (
                "- s[rows, y]",
                "- scores[rows, y]",
            ),
            "The softmax runs down the columns: it is to run along each row, over the classes.": [
                ("scores.max(axis=1, keepdims=True)", "scores.max(axis=0, keepdims=True)"),
                ("np.exp(s).sum(axis=1, keepdims=True)", "np.exp(s).sum(axis=0, keepdims=True)"),
                ("np.log(total[:, 0])", "np.log(total[0])[y * 0]"),
            ],
            "The loss is the sum over the samples: want the mean.": ("y]).mean()", "y]).sum()"),
            "The loss is one number: take the mean over the samples.": ("y]).mean()", "y])"),
            "The 1/m of the mean is missing in the gradient.": ("dscores / len(y)", "dscores"),
            "The loss is the sum over the samples, and the gradient is of that sum: want the mean.": [
                ("y]).mean()", "y]).sum()"),
                ("dscores / len(y)", "dscores"),
            ],
            "Loss and gradient are also divided by the number of classes: the mean is over the samples.": [
                ("y]).mean()", "y]).mean() / scores.shape[1]"),
                ("dscores / len(y)", "dscores / dscores.size"),
            ],
            "The gradient is divided by the number of classes too: the mean is over the samples.": (
                "dscores / len(y)",
                "dscores / dscores.size",
            ),
            "The 1/m of the mean is taken twice in the gradient.": ("dscores / len(y)", "dscores / len(y) ** 2"),
            "The gradient lacks the - 1 at the right class: it is softmax(scores) - onehot(y).": (
                "dscores[rows, y] -= 1",
                "pass",
            ),
            "1 is subtracted in the columns y of every row: want one entry a row, dscores[np.arange(len(y)), y].": (
                "dscores[rows, y] -= 1",
                "dscores[:, y] -= 1",
            ),
            "The gradient has the wrong sign: it is softmax(scores) - onehot(y).": ("dscores / len", "-dscores / len"),
            "The probabilities are returned in place of the gradient.": [
                ("dscores[rows, y] -= 1", "pass"),
                ("dscores / len(y)", "dscores"),
            ],
            "The loss has the wrong sign: it is -log p.": ("return loss", "return -loss"),
            "The logarithm is of base 2: the natural one, np.log, fits the exponentials.": ("np.log(", "np.log2("),
            "The gradient is returned first: want loss, dscores.": (
                "return loss, dscores / len(y)",
                "return dscores / len(y), loss",
            ),
        }
    ),
)
def softmax_cross_entropy(scores, y):
    """Mean of -log(probability of the right class) for scores (m, n_classes) and labels y (m,), and its gradient.

    loss = mean(log Σₖ e^sₖ - s_y), dscores = (softmax(scores) - onehot(y)) / m. Returns (loss, dscores).
    """
    rows = np.arange(len(y))
    s = scores - scores.max(axis=1, keepdims=True)
    total = np.exp(s).sum(axis=1, keepdims=True)
    loss = (np.log(total[:, 0]) - s[rows, y]).mean()
    dscores = np.exp(s) / total
    dscores[rows, y] -= 1
    return loss, dscores / len(y)


def _at_the_kink(scores, y):
    """The hinge with the other subgradient where a margin is exactly met."""
    rows = np.arange(len(y))
    margins = scores - scores[rows, y][:, None] + 1
    margins[rows, y] = -1
    dscores = (margins >= 0).astype(float)
    dscores[rows, y] = -dscores.sum(axis=1)
    return np.maximum(margins, 0).sum() / len(y), dscores / len(y)


@exercise(
    outputs=("loss", "dscores"),
    cases=[
        FEW,
        {"scores": np.array([[3.0, 2.5, -1.0, 2.2]]), "y": np.array([0])},
        BATCH,
        {"scores": np.array([[5.0, 1.0, 2.0], [0.0, 1.0, 9.0]]), "y": np.array([0, 2])},
        FAR_APART,
    ],
    also=[_at_the_kink],
    slips=edits(
        {
            "The right class is in the sum: its own margin, 1, is not to count.": (
                "margins[rows, y] = 0",
                "margins[rows, y] = 1",
            ),
            "The margin is forgotten: a wrong class costs from s_y - 1 on, not from s_y.": (
                "[:, None] + 1",
                "[:, None]",
            ),
            "The margin has the wrong sign: a wrong class costs from s_y - 1 on, not from s_y + 1.": (
                "[:, None] + 1",
                "[:, None] - 1",
            ),
            "The scores have changed places: a class costs if it is close below the right one, or above it.": (
                "scores - scores[rows, y][:, None]",
                "scores[rows, y][:, None] - scores",
            ),
            "Only the worst of the wrong classes counts here: want their sum.": (
                "margins[rows, y] = 0",
                "margins[rows, y] = 0; margins = np.where(margins == margins.max(axis=1, keepdims=True), margins, 0)",
            ),
            "The loss is the sum over the samples: want the mean.": ("margins.sum() / len(y)", "margins.sum()"),
            "The loss is one number: take the mean over the samples.": (
                "margins.sum() / len(y)",
                "margins.sum(axis=1)",
            ),
            "The margin has its sign reversed: want 1 + s_j - s_y.": (
                "scores - scores[rows, y][:, None] + 1",
                "scores[rows, y][:, None] - scores - 1",
            ),
            "The loss is the mean over all entries: want the mean over the samples, of each one's sum.": (
                "margins.sum() / len(y)",
                "margins.mean()",
            ),
            "The 1/m of the mean is missing in the gradient.": ("dscores / len(y)", "dscores"),
            "The loss is the sum over the samples, and the gradient is of that sum: want the mean.": [
                ("margins.sum() / len(y)", "margins.sum()"),
                ("dscores / len(y)", "dscores"),
            ],
            "At the right class the gradient is -1 however many classes are within the margin: want minus their number.": (
                "-dscores.sum(axis=1)",
                "-1",
            ),
            "At the right class the gradient is missing: want minus the number of classes within the margin.": (
                "-dscores.sum(axis=1)",
                "0",
            ),
            "At the right class the gradient has the wrong sign: raising that score lowers the loss.": (
                "-dscores.sum(axis=1)",
                "dscores.sum(axis=1)",
            ),
            "The margins stand where their slope belongs: each class within its margin pulls with 1, however far.": (
                "(margins > 0).astype(float)",
                "margins.copy()",
            ),
            "This is the squared hinge: the margin itself is what it costs.": [
                ("(margins > 0).astype(float)", "2 * margins"),
                ("return margins.sum()", "return (margins**2).sum()"),
            ],
            "The gradient has the wrong sign.": (", dscores / len(y)", ", -dscores / len(y)"),
            "The gradient is returned first: want loss, dscores.": (
                "margins.sum() / len(y), dscores / len(y)",
                "dscores / len(y), margins.sum() / len(y)",
            ),
        }
    ),
)
def hinge(scores, y):
    """Mean over the samples of Σ_{j ≠ y} max(0, 1 + sⱼ - s_y), and its gradient. Returns (loss, dscores).

    Source: Weston and Watkins (1999).
    """
    rows = np.arange(len(y))
    margins = np.maximum(scores - scores[rows, y][:, None] + 1, 0)
    margins[rows, y] = 0
    dscores = (margins > 0).astype(float)
    dscores[rows, y] = -dscores.sum(axis=1)
    return margins.sum() / len(y), dscores / len(y)


@dataclass(frozen=True)
class Formula:
    """A function that shows as its formula."""

    text: str
    f: Callable

    def __call__(self, x):
        return self.f(x)

    def __repr__(self):
        return self.text


CUBES = Formula("lambda x: np.sum(x**3)", lambda x: float(np.sum(x**3)))
WAVES = Formula("lambda x: np.sin(x[0]) * np.exp(x[1])", lambda x: float(np.sin(x[0]) * np.exp(x[1])))


@exercise(
    cases=[
        {"f": CUBES, "x": np.array([2.0]), "h": 0.1},
        {"f": WAVES, "x": np.array([1.0, 0.5]), "h": 0.1},
        {"f": CUBES, "x": np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 4.0]]), "h": 0.01},
        {"f": CUBES, "x": np.array([1.0, -2.0])},
        {"f": CUBES, "x": np.array([[[0.5, -1.0]], [[2.0, 1.5]]]), "h": 0.1},
        {"f": CUBES, "x": np.array(1.5), "h": 0.1},
        {"f": CUBES, "x": np.array([2, -1]), "h": 0.1},
    ],
    slips=edits(
        {
            "This is the forward difference, with an error of order h: want the centered one.": (
                "f(x - step)) / (2 * h)",
                "f(x)) / h",
            ),
            "This is the backward difference, with an error of order h: want the centered one.": (
                "(f(x + step) - f(x - step)) / (2 * h)",
                "(f(x) - f(x - step)) / h",
            ),
            "The centered difference spans 2h: divide by 2h, not by h.": ("/ (2 * h)", "/ h"),
            "It is not divided by 2h.": (" / (2 * h)", ""),
            "This spans h, half a step to each side: want a whole step.": [
                ("step[i] = h", "step[i] = h / 2"),
                ("/ (2 * h)", "/ h"),
            ],
            "The sign is wrong: f(x + h) comes first.": (
                "(f(x + step) - f(x - step))",
                "(f(x - step) - f(x + step))",
            ),
            "The two values are added: a slope is their difference over 2h.": ("- f(x - step)", "+ f(x - step)"),
            "This is the second difference, the curvature: the slope is the difference of two values over 2h.": (
                "(f(x + step) - f(x - step)) / (2 * h)",
                "(f(x + step) - 2 * f(x) + f(x - step)) / h**2",
            ),
            "The brackets around 2h are missing: / 2 * h divides by 2 and multiplies by h.": ("/ (2 * h)", "/ 2 * h"),
            "h is not used: the step is 1e-5 whatever is asked for.": [
                ("step[i] = h", "step[i] = 1e-5"),
                ("/ (2 * h)", "/ 2e-5"),
            ],
            "All coordinates move at once: each wants a slope of its own, with the others held still.": (
                "np.zeros(x.shape)",
                "np.full(x.shape, h)",
            ),
            "The gradient is flat: it is to have the shape of x.": ("return grad", "return grad.ravel()"),
            "x holds integers, so np.zeros_like(x) does too, and cuts the slopes off: use np.zeros(x.shape).": (
                "grad = np.empty(x.shape)",
                "grad = np.zeros_like(x)",
            ),
            "x holds integers, so np.zeros_like(x) does too, and h becomes 0 in it: use np.zeros(x.shape).": (
                "step = np.zeros(x.shape)",
                "step = np.zeros_like(x)",
            ),
        }
    )
    | {
        "All coordinates are moved at once, and one number comes back: move one at a time.": lambda f, x, h=1e-5: (
            (f(x + h) - f(x - h)) / (2 * h)
        ),
        "A whole row of x moves at once: np.ndindex(x.shape) counts through the coordinates of any shape.": lambda f, x, h=1e-5: (
            _by_rows(f, x, h)
        ),
        "x is not put back after a coordinate: the next slopes are measured elsewhere.": lambda f, x, h=1e-5: (
            _not_put_back(f, x.copy(), h)
        ),
    },
)
def numerical_gradient(f, x, h=1e-5):
    """The slope of f along every coordinate of x by centered differences: an array of x's shape.

    (f(x + h·eᵢ) - f(x - h·eᵢ)) / 2h
    """
    grad = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        grad[i] = (f(x + step) - f(x - step)) / (2 * h)
    return grad


def _not_put_back(f, x, h):
    g = np.empty_like(x)
    for i in np.ndindex(x.shape):
        x[i] += h
        high = f(x)
        x[i] -= 2 * h
        g[i] = (high - f(x)) / (2 * h)
    return g


def _by_rows(f, x, h):
    g = np.empty_like(x)
    for i in range(len(x)):
        e = np.zeros_like(x)
        e[i] = h
        g[i] = (f(x + e) - f(x - e)) / (2 * h)
    return g


@exercise(
    outputs=("loss", "ds"),
    cases=[
        {"s": np.array([0.5, -2.0, 1.0, 3.0]), "y": np.array([1, 0, 0, 1])},
        {"s": np.array([0.0, 0.0, -1.0]), "y": np.array([1, 0, 1])},
        {"s": np.array([1000.0, -1000.0, 1000.0, -1000.0, 2.0]), "y": np.array([1, 0, 0, 1, 1])},
    ],
    slips=edits(
        {
            "The slope is p - y: the factor p (1 - p) belongs to the squared error, or to a chain rule applied once more.": (
                "(p - y)",
                "(p - y) * p * (1 - p)",
            ),
            "e^1000 overflows, and the loss of a score of 1000 is not finite: np.logaddexp(0, s) is log(1 + e^s) for any s.": (
                "np.logaddexp(0, s)",
                "np.log(1 + np.exp(s))",
            ),
            "Both of the colleague's mistakes are still there: e^1000 overflows, and the slope has a factor too many.": [
                ("np.logaddexp(0, s)", "np.log(1 + np.exp(s))"),
                ("(p - y)", "(p - y) * p * (1 - p)"),
            ],
            "e^1000 overflows in the loss: np.logaddexp(0, s) computes this logarithm without it.": [
                ("np.logaddexp(0, s)", "np.log(1 + np.exp(s))"),
                ("p = np.exp(s - log_sum)", "p = 1 / (1 + np.exp(-s))"),
            ],
            "e^1000 overflows, in p too: np.logaddexp(0, s) is the logarithm, and p is e^(s - that).": [
                ("np.logaddexp(0, s)", "np.log(1 + np.exp(s))"),
                ("p = np.exp(s - log_sum)", "p = np.exp(s) / (1 + np.exp(s))"),
            ],
            "The loss is right, but p is inf/inf for a score of 1000: want np.exp(s - np.logaddexp(0, s)).": (
                "p = np.exp(s - log_sum)",
                "p = np.exp(s) / (1 + np.exp(s))",
            ),
            "The slope is right, but p is 0 for a score of -1000, and so is 1 - p for 1000, and log(0) is not finite: "
            "take the loss from the score.": [
                ("p = np.exp(s - log_sum)", "loss = np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))"),
                ("loss = np.mean(log_sum - y * s)", "p = np.exp(s - log_sum)"),
            ],
            **{
                f"p is clipped at {c:g}, or that much is added to it, which hides how wrong a score of -1000 is: take the loss "
                "from the score.": (
                    "loss = np.mean(log_sum - y * s)",
                    f"q = np.clip(1 / (1 + np.exp(-s)), {c}, 1 - {c}); "
                    "loss = np.mean(-y * np.log(q) - (1 - y) * np.log(1 - q))",
                )
                for c in SMALL
            },
            **{
                f"p is clipped at {c:g}, which hides how wrong a score of -1000 is, and the slope is taken from the clipped "
                "p too: take the loss from the score, and no p needs a clip.": [
                    ("loss = np.mean(log_sum - y * s)", f"q = np.clip(1 / (1 + np.exp(-s)), {c}, 1 - {c})"),
                    ("p = np.exp(s - log_sum)", "loss = np.mean(-y * np.log(q) - (1 - y) * np.log(1 - q)); p = q"),
                ]
                for c in SMALL
                if c > 1e-11  # below, the slope is right up to rounding
            },
            **{
                f"{c:g} in the logarithm hides how wrong a score of -1000 is: take the loss from the score.": (
                    "loss = np.mean(log_sum - y * s)",
                    f"loss = np.mean(-y * np.log(np.exp(s - log_sum) + {c}) - (1 - y) * np.log(np.exp(-log_sum) + {c}))",
                )
                for c in (1e-15, 1e-12, 1e-7)  # of the others a clip does the same
            },
            **{
                f"The scores are clipped at {bound}, so that nothing overflows: but then 1000 costs no more than {bound}. "
                "np.logaddexp(0, s) is log(1 + e^s) for any s.": (
                    "loss = np.mean(log_sum - y * s)",
                    f"t = np.clip(s, -{bound}, {bound}); loss = np.mean(np.logaddexp(0, t) - y * t)",
                )
                for bound in (700, 500, 100, 50)
            },
            "This is the loss for labels -1 and 1: here y is 0 or 1.": (
                "np.mean(log_sum - y * s)",
                "np.mean(np.logaddexp(0, -y * s))",
            ),
        }
    ),
)
def logistic_loss(s, y):
    """The logistic loss of scores s (N,) for labels y (N,) of 0 and 1, as a mean, and its slope: (loss, ds)."""
    log_sum = np.logaddexp(0, s)
    loss = np.mean(log_sum - y * s)
    p = np.exp(s - log_sum)
    return loss, (p - y) / len(s)


STEPS, GOAL = 20, 0.30


@checker(
    reference=[20.0] + [2.5] * 19,
    slips={
        "The loss ends at 0.71; want below 0.30. All rates are the same: the first step can be far longer.": [1.0] * 20,
        "The loss ends at 0.37; want below 0.30.": [10.0] + [2.5] * 19,
        "After step 4 the loss is 3.74, above the 2.30 at which it started: rates of 5 are too large there.": [5.0]
        * 20,
        "The checker wants a list of 20 rates, got 19.": [1.0] * 19,
        "The rate of step 3 is -1.0: want a number above 0.": [1.0, 1.0, -1.0, *[1.0] * 17],
        "The checker wants a list of 20 rates, got float.": 2.5,
    },
)
def twenty_rates(rates):
    """Check your rates for twenty steps of softmax regression on all training digits, from zeros."""
    if not isinstance(rates, list | tuple | np.ndarray):
        return named(f"The checker wants a list of {STEPS} rates, got {type(rates).__name__}.")
    if len(rates) != STEPS:
        return named(f"The checker wants a list of {STEPS} rates, got {len(rates)}.")
    for i, lr in enumerate(rates, 1):
        if not (isinstance(lr, int | float | np.number) and 0 < lr < np.inf):
            return named(f"The rate of step {i} is {lr}: want a number above 0.")
    losses = _losses_along(rates)
    above = np.flatnonzero(~(losses[1:] <= losses[0] + 1e-9))
    if len(above):
        i = above[0]
        return named(
            f"After step {i + 1} the loss is {losses[i + 1]:.2f}, above the {losses[0]:.2f} at which it started: "
            f"rates of {rates[i]:g} are too large there."
        )
    if losses[-1] < GOAL:
        return correct(f"The loss ends at {losses[-1]:.3f} and is never above {losses[1:].max():.2f} after the start.")
    same = " All rates are the same: the first step can be far longer." if len(set(rates)) == 1 else ""
    return named(f"The loss ends at {losses[-1]:.2f}; want below {GOAL:.2f}.{same}")


def _losses_along(rates):
    """The loss before the first step and after each."""
    x, y = digits().train
    W, b, losses = np.zeros((64, 10)), np.zeros(10), []
    for lr in (*rates, 0.0):
        loss, ds = cross_entropy(x @ W + b, y)
        losses.append(loss)
        W, b = W - lr * (x.T @ ds), b - lr * ds.sum(axis=0)
    return np.array(losses)
