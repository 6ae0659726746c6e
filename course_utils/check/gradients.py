"""Checkers of chapter 01: two losses with their gradients, the numerical gradient, and one layer's backward pass."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .compare import exercise

rng = np.random.default_rng(1)
SCORES = rng.normal(size=(5, 3))
LABELS = np.array([0, 2, 1, 1, 0])
FEW = {"scores": np.array([[2.0, 1.0, 0.5]]), "y": np.array([1])}
BATCH = {"scores": SCORES, "y": LABELS}
FAR_APART = {"scores": np.array([[1000.0, 0.0], [-1000.0, -1001.0]]), "y": np.array([1, 0])}


def _cross_entropy(
    shift=lambda s: s.max(axis=1, keepdims=True),
    axis=1,
    log=None,
    share=np.mean,
    right=1.0,
    scale=lambda d, scores: d / len(scores),
    back=lambda loss, d, p: (loss, d),
):
    """Softmax cross-entropy with one of its lines written otherwise."""

    def slip(scores, y):
        rows = np.arange(len(y))
        s = scores - shift(scores)
        p = np.exp(s) / np.exp(s).sum(axis=axis, keepdims=True)
        losses = log(p[rows, y]) if log else np.log(np.exp(s).sum(axis=axis))[rows if axis else y] - s[rows, y]
        d = p.copy()
        d[rows, y] -= right
        return back(share(losses), scale(d, scores), p)

    return slip


@exercise(
    outputs=("loss", "dscores"),
    cases=[FEW, BATCH, FAR_APART],
    slips={
        "The row's maximum is not subtracted: e^1000 overflows.": _cross_entropy(shift=lambda s: 0),
        "The maximum of the whole batch is subtracted: a row far below it underflows. Each row has its own.": _cross_entropy(
            shift=lambda s: s.max()
        ),
        "The softmax is stable, but its logarithm is not: where p is rounded to 0, log(p) is -inf. "
        "Take the loss from the scores: log Σₖ e^sₖ - s_y.": _cross_entropy(log=lambda p: -np.log(p)),
        "A small number in the logarithm hides how wrong a prediction is: take the loss from the scores.": _cross_entropy(
            log=lambda p: -np.log(p + 1e-8)
        ),
        "p is clipped before its logarithm, which hides how wrong a prediction is: take the loss from the scores.": _cross_entropy(
            log=lambda p: -np.log(np.maximum(p, 1e-15))
        ),
        "The softmax runs down the columns: it is to run along each row, over the classes.": _cross_entropy(
            shift=lambda s: s.max(axis=0), axis=0
        ),
        "The loss is the sum over the samples: want the mean.": _cross_entropy(share=np.sum),
        "The 1/m of the mean is missing in the gradient.": _cross_entropy(scale=lambda d, scores: d),
        "The loss is the sum over the samples, and the gradient is of that sum: want the mean.": _cross_entropy(
            share=np.sum, scale=lambda d, scores: d
        ),
        "Loss and gradient are also divided by the number of classes: the mean is over the samples.": _cross_entropy(
            share=lambda losses: losses.mean() / 3, scale=lambda d, scores: d / d.size
        ),
        "The gradient is divided by the number of classes too: the mean is over the samples.": _cross_entropy(
            scale=lambda d, scores: d / d.size
        ),
        "The gradient lacks the - 1 at the right class: it is softmax(scores) - onehot(y).": _cross_entropy(right=0.0),
        "The gradient has the wrong sign: it is softmax(scores) - onehot(y).": _cross_entropy(
            scale=lambda d, scores: -d / len(scores)
        ),
        "The probabilities are returned in place of the gradient.": _cross_entropy(back=lambda loss, d, p: (loss, p)),
        "The loss has the wrong sign: it is -log p.": _cross_entropy(back=lambda loss, d, p: (-loss, d)),
        "The gradient is returned first: want loss, dscores.": _cross_entropy(back=lambda loss, d, p: (d, loss)),
    },
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


def _hinge(
    margin=1.0,
    own=0.0,
    pick=lambda m: m,
    share=np.mean,
    at_right=lambda d: -d.sum(axis=1),
    scale=lambda d: d / len(d),
    back=lambda loss, d: (loss, d),
):
    """The hinge with one of its lines written otherwise."""

    def slip(scores, y):
        rows = np.arange(len(y))
        m = np.maximum(scores - scores[rows, y][:, None] + margin, 0)
        m[rows, y] = own
        m = pick(m)
        d = (m > 0).astype(float)
        d[rows, y] = 0
        d[rows, y] = at_right(d)
        return back(share(m.sum(axis=1)), scale(d))

    return slip


def _largest(m):
    return np.where(m == m.max(axis=1, keepdims=True), m, 0)


@exercise(
    outputs=("loss", "dscores"),
    cases=[
        FEW,
        {"scores": np.array([[3.0, 2.5, -1.0, 2.2]]), "y": np.array([0])},
        BATCH,
        {"scores": np.array([[5.0, 1.0, 2.0], [0.0, 1.0, 9.0]]), "y": np.array([0, 2])},
        FAR_APART,
    ],
    slips={
        "The right class is in the sum: its own margin, 1, is not to count.": _hinge(own=1.0),
        "The margin is forgotten: a wrong class costs from s_y - 1 on, not from s_y.": _hinge(margin=0.0),
        "Only the worst of the wrong classes counts here: want their sum.": _hinge(pick=_largest),
        "The loss is the sum over the samples: want the mean.": _hinge(share=np.sum),
        "The 1/m of the mean is missing in the gradient.": _hinge(scale=lambda d: d),
        "The loss is the sum over the samples, and the gradient is of that sum: want the mean.": _hinge(
            share=np.sum, scale=lambda d: d
        ),
        "At the right class the gradient is -1 however many classes are within the margin: want minus their number.": _hinge(
            at_right=lambda d: -1.0
        ),
        "At the right class the gradient is missing: want minus the number of classes within the margin.": _hinge(
            at_right=lambda d: 0.0
        ),
        "The gradient has the wrong sign.": _hinge(scale=lambda d: -d / len(d)),
        "The gradient is returned first: want loss, dscores.": _hinge(back=lambda loss, d: (d, loss)),
    },
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


def _difference(slope=lambda f, x, e, h: (f(x + h * e) - f(x - h * e)) / (2 * h), shape=lambda g: g):
    """The numerical gradient with one of its lines written otherwise; e is 1 at one coordinate and 0 elsewhere."""

    def slip(f, x, h=1e-5):
        units = np.eye(x.size).reshape(x.size, *x.shape)
        return shape(np.array([slope(f, x, e, h) for e in units]).reshape(x.shape))

    return slip


def _not_put_back(f, x, h=1e-5):
    g = np.empty_like(x)
    for i in np.ndindex(x.shape):
        x[i] += h
        high = f(x)
        x[i] -= 2 * h
        g[i] = (high - f(x)) / (2 * h)
    return g


def _by_rows(f, x, h=1e-5):
    g = np.empty_like(x)
    for i in range(len(x)):
        e = np.zeros_like(x)
        e[i] = h
        g[i] = (f(x + e) - f(x - e)) / (2 * h)
    return g


CUBES = Formula("lambda x: np.sum(x**3)", lambda x: float(np.sum(x**3)))
WAVES = Formula("lambda x: np.sin(x[0]) * np.exp(x[1])", lambda x: float(np.sin(x[0]) * np.exp(x[1])))


@exercise(
    cases=[
        {"f": CUBES, "x": np.array([2.0]), "h": 0.1},
        {"f": WAVES, "x": np.array([1.0, 0.5]), "h": 0.1},
        {"f": CUBES, "x": np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 4.0]]), "h": 0.01},
        {"f": CUBES, "x": np.array([1.0, -2.0])},
    ],
    slips={
        "This is the forward difference, with an error of order h: want the centered one.": _difference(
            lambda f, x, e, h: (f(x + h * e) - f(x)) / h
        ),
        "This is the backward difference, with an error of order h: want the centered one.": _difference(
            lambda f, x, e, h: (f(x) - f(x - h * e)) / h
        ),
        "The centered difference spans 2h: divide by 2h, not by h.": _difference(
            lambda f, x, e, h: (f(x + h * e) - f(x - h * e)) / h
        ),
        "It is not divided by 2h.": _difference(lambda f, x, e, h: f(x + h * e) - f(x - h * e)),
        "This spans h, half a step to each side: want a whole step.": _difference(
            lambda f, x, e, h: (f(x + h / 2 * e) - f(x - h / 2 * e)) / h
        ),
        "The sign is wrong: f(x + h) comes first.": _difference(
            lambda f, x, e, h: (f(x - h * e) - f(x + h * e)) / (2 * h)
        ),
        "h is not used: the step is 1e-5 whatever is asked for.": _difference(
            lambda f, x, e, h: (f(x + 1e-5 * e) - f(x - 1e-5 * e)) / 2e-5
        ),
        "All coordinates move at once: each wants a slope of its own, with the others held still.": _difference(
            lambda f, x, e, h: (f(x + h) - f(x - h)) / (2 * h)
        ),
        "A whole row of x moves at once: np.ndindex(x.shape) counts through the coordinates of any shape.": _by_rows,
        "x is not put back after a coordinate: the next slopes are measured elsewhere.": _not_put_back,
        "The gradient is flat: it is to have the shape of x.": _difference(shape=np.ravel),
    },
)
def numerical_gradient(f, x, h=1e-5):
    """The slope of f along every coordinate of x by centered differences: an array of x's shape.

    (f(x + h·eᵢ) - f(x - h·eᵢ)) / 2h
    """
    grad = np.empty_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        grad[i] = (f(x + step) - f(x - step)) / (2 * h)
    return grad


def _layer(
    mask=lambda dout, x, W, b: x @ W + b > 0,
    dx=lambda da, dout, W: da @ W.T,
    dW=lambda da, dout, x: x.T @ da,
    db=lambda da, dout: da.sum(axis=0),
    back=lambda dx, dW, db: (dx, dW, db),
):
    """The backward pass of dense and ReLU with one of its lines written otherwise."""

    def slip(dout, x, W, b):
        da = dout * mask(dout, x, W, b)
        return back(dx(da, dout, W), dW(da, dout, x), db(da, dout))

    return slip


def _case(m, n_in, n_out):
    shapes = {"dout": (m, n_out), "x": (m, n_in), "W": (n_in, n_out), "b": n_out}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


@exercise(
    outputs=("dx", "dW", "db"),
    cases=[
        {
            "dout": np.array([[1.0, -2.0]]),
            "x": np.array([[1.0, 2.0, -1.0]]),
            "b": np.array([0.5, 0.0]),
            "W": np.array([[1.0, 0.5], [-1.0, 2.0], [-2.0, 1.0]]),
        },
        _case(6, 3, 4),
        _case(3, 4, 2),
    ],
    slips={
        "ReLU's derivative is taken from dout > 0: want its own input, x @ W + b > 0.": _layer(
            mask=lambda dout, x, W, b: dout > 0
        ),
        "ReLU's derivative is missing: where x @ W + b is negative, nothing passes.": _layer(
            mask=lambda dout, x, W, b: 1.0
        ),
        "ReLU's input is x @ W + b: the bias is left out.": _layer(mask=lambda dout, x, W, b: x @ W > 0),
        "ReLU's values stand where its derivative belongs: want 1 where its input is positive, else 0.": _layer(
            mask=lambda dout, x, W, b: np.maximum(x @ W + b, 0)
        ),
        "dW has a factor 2 too much.": _layer(dW=lambda da, dout, x: 2 * x.T @ da),
        "db has 4/m: want the plain sum over the samples.": _layer(db=lambda da, dout: 4 / len(da) * da.sum(axis=0)),
        "db is a mean: want the sum over the samples, since dout already carries the 1/m of the loss.": _layer(
            db=lambda da, dout: da.mean(axis=0)
        ),
        "dW and db are divided by m: dout already carries the 1/m of the loss.": _layer(
            dW=lambda da, dout, x: x.T @ da / len(da), db=lambda da, dout: da.mean(axis=0)
        ),
        "dW is divided by m: dout already carries the 1/m of the loss.": _layer(
            dW=lambda da, dout, x: x.T @ da / len(da)
        ),
        "db is not summed over the samples.": _layer(db=lambda da, dout: da),
        "db is one number: sum over the samples only, axis=0.": _layer(db=lambda da, dout: da.sum()),
        "dx is taken from dout itself: ReLU comes first on the way back.": _layer(dx=lambda da, dout, W: dout @ W.T),
        "dW is taken from dout itself: ReLU comes first on the way back.": _layer(dW=lambda da, dout, x: x.T @ dout),
        "db is taken from dout itself: ReLU comes first on the way back.": _layer(db=lambda da, dout: dout.sum(axis=0)),
        "dW is transposed: want the shape of W, x.T @ da.": _layer(dW=lambda da, dout, x: da.T @ x),
        "The order is dx, dW, db.": _layer(back=lambda dx, dW, db: (dW, db, dx)),
    },
)
def layer_backward(dout, x, W, b):
    """Backward pass of out = max(0, x @ W + b): from dout, (m, n_out), the slopes of the loss in x, W and b.

    da = dout · (x @ W + b > 0), then dx = da · Wᵀ, dW = xᵀ · da, db = Σ da over the samples. Returns (dx, dW, db).
    """
    da = dout * (x @ W + b > 0)
    return da @ W.T, x.T @ da, da.sum(axis=0)
