"""Checkers of chapter 06: the number of steps, mini-batches, a step of SGD, and the largest stable rate."""

import inspect

import numpy as np

from .base import CORRECT, NOT_DONE, NOT_YET, Verdict, checker
from .compare import Outcome, differences, exercise

# The number of steps


@exercise(
    cases=[
        {"n_samples": 100, "batch_size": 25, "epochs": 1},
        {"n_samples": 1257, "batch_size": 32, "epochs": 10},
        {"n_samples": 10, "batch_size": 4, "epochs": 3},
        {"n_samples": 10, "batch_size": 64, "epochs": 2},
        {"n_samples": 7, "batch_size": 1, "epochs": 5},
        {"n_samples": 11, "batch_size": 4, "epochs": 3},
    ],
    slips={
        "The last, short batch is lost: N/B is to be rounded up.": lambda n_samples, batch_size, epochs: (
            epochs * (n_samples // batch_size)
        ),
        "N/B is not rounded: there are no parts of steps.": lambda n_samples, batch_size, epochs: (
            epochs * n_samples / batch_size
        ),
        "Every epoch has a short last batch of its own: round up first, then multiply by the epochs.": lambda n_samples, batch_size, epochs: (
            -(-epochs * n_samples // batch_size)
        ),
        "One step too many whenever B divides N: this is N // B + 1.": lambda n_samples, batch_size, epochs: (
            epochs * (n_samples // batch_size + 1)
        ),
        "N/B is rounded to the nearest whole number: it is to be rounded up.": lambda n_samples, batch_size, epochs: (
            epochs * round(n_samples / batch_size)
        ),
        "The epochs are forgotten: this is the number of steps of one.": lambda n_samples, batch_size, epochs: (
            -(-n_samples // batch_size)
        ),
        "This counts samples, not steps.": lambda n_samples, batch_size, epochs: epochs * n_samples,
    },
)
def n_steps(n_samples, batch_size, epochs):
    """How many steps so many epochs take: epochs · ceil(N / B)."""
    return epochs * -(-n_samples // batch_size)


# Mini-batches: many answers are right, so they are judged by what has to hold of all of them.

SIZES = [(10, 5), (10, 4), (7, 1), (3, 8), (60, 16)]  # n_samples, batch_size


def _cut(order, size):
    return [order[start : start + size] for start in range(0, len(order), size)]


def _batches(n_samples, batch_size, rng):
    return _cut(rng.permutation(n_samples), batch_size)


def _shuffled_blocks(n_samples, batch_size, rng):
    blocks = _cut(np.arange(n_samples), batch_size)
    return [blocks[i] for i in rng.permutation(len(blocks))]


def _shuffled_within(n_samples, batch_size, rng):
    return [rng.permutation(block) for block in _cut(np.arange(n_samples), batch_size)]


def _filled_up(n_samples, batch_size, rng):
    order = rng.permutation(n_samples)
    return _cut(np.resize(order, -(-n_samples // batch_size) * batch_size), batch_size)


@checker(
    reference=_batches,
    slips={
        "The last, short batch is lost: 2 of 10 samples are never seen.": lambda n_samples, batch_size, rng: [
            batch for batch in _batches(n_samples, batch_size, rng) if len(batch) == batch_size
        ],
        "The last batch is filled up: some samples are seen twice.": _filled_up,
        "An empty batch comes last where the batch size divides the samples: its mean would be 0/0.": lambda n_samples, batch_size, rng: [
            *_batches(n_samples, batch_size, rng),
            np.arange(0),
        ],
        "Nothing is shuffled: every epoch has the same batches in the same order.": lambda n_samples, batch_size, rng: (
            _cut(np.arange(n_samples), batch_size)
        ),
        "The batches are shuffled, not the samples: the same samples always stand together.": _shuffled_blocks,
        "Samples are shuffled within their batch only: the same samples always stand together.": _shuffled_within,
        "The samples are drawn with replacement: some come twice in an epoch, some never.": lambda n_samples, batch_size, rng: (
            _cut(rng.integers(n_samples, size=n_samples), batch_size)
        ),
        "Every epoch has the same order: draw it from the rng handed in, not from a new generator.": lambda n_samples, batch_size, rng: (
            _cut(np.random.default_rng(0).permutation(n_samples), batch_size)
        ),
        "The same seed gives another order: all randomness is to come from rng.": lambda n_samples, batch_size, rng: (
            _cut(np.random.default_rng().permutation(n_samples), batch_size)
        ),
        "The indices count from 1: in Python the first sample is 0.": lambda n_samples, batch_size, rng: [
            batch + 1 for batch in _batches(n_samples, batch_size, rng)
        ],
        "Batch size and number of batches are mixed up: 10 samples are cut into 5 batches, want batches of 5.": lambda n_samples, batch_size, rng: (
            np.array_split(rng.permutation(n_samples), batch_size)
        ),
        "The batches differ in size by one: all but the last have batch_size samples.": lambda n_samples, batch_size, rng: (
            np.array_split(rng.permutation(n_samples), -(-n_samples // batch_size))
        ),
        "It returns the shuffled samples in one piece: cut them into batches.": lambda n_samples, batch_size, rng: (
            rng.permutation(n_samples)
        ),
        "Only the first batch comes back: return ends the loop. Collect the batches, or yield each.": lambda n_samples, batch_size, rng: (
            _batches(n_samples, batch_size, rng)[:1]
        ),
        "It takes (n, size), and is called as minibatches(n_samples, batch_size, rng).": lambda n, size: [],
        "The checker wants the function itself, check.minibatches(minibatches).": [np.arange(3)],
    },
)
def minibatches(f):
    """Check your `minibatches(n_samples, batch_size, rng)`.

    It returns (or yields) the batches of one epoch, each an array of indices: every sample once, in an order drawn from
    `rng`, afresh at each call; all batches have `batch_size` samples but the last, which keeps what is left.
    """
    if not callable(f):
        return Verdict(NOT_YET, ("The checker wants the function itself, `check.minibatches(minibatches)`.",))
    try:
        inspect.signature(f).bind(n_samples=10, batch_size=5, rng=None)
    except (TypeError, ValueError):
        call = "minibatches(n_samples, batch_size, rng)"
        return Verdict(NOT_YET, (f"It takes `{inspect.signature(f)}`, and is called as `{call}`.",))
    try:
        with np.errstate(all="ignore"):
            return _judge(f)
    except NotImplementedError:
        return Verdict(NOT_DONE, ("`minibatches` is still blank.",))
    except Exception as e:  # the learner's function may do anything
        return Verdict(NOT_YET, tuple(differences(Outcome(error=e), Outcome(), ("batches",), f)))


def _judge(f):
    """The first fault of the batches for all sizes, then of their order."""
    for n, size in SIZES:
        batches = _collect(f(n_samples=n, batch_size=size, rng=np.random.default_rng(n)))
        if batches is None:
            return Verdict(NOT_DONE, ("`minibatches` returns nothing yet. (Written? Then its `return` is missing.)",))
        if fault := _fault(batches, n, size):
            got = [len(batch) for batch in batches] if isinstance(batches, list) else len(batches)
            return Verdict(NOT_YET, (fault, f"Input: `n_samples = {n}, batch_size = {size}`", f"Got sizes: `{got}`"))
    if fault := _order_fault(f):
        return Verdict(NOT_YET, (fault,))
    return Verdict(CORRECT, ("`minibatches` shuffles afresh each epoch, and every sample comes once.",))


def _collect(returned):
    """The batches as a list of integer arrays; the array itself if it is in one piece; None if there is nothing."""
    if returned is None or returned is ...:
        return None
    if isinstance(returned, np.ndarray) and returned.ndim == 1 and returned.dtype != object:
        return returned
    return [np.asarray(batch) for batch in returned]


def _fault(batches, n, size):
    """What is wrong with the batches of an epoch, whatever their order."""
    if isinstance(batches, np.ndarray):
        return "It returns the shuffled samples in one piece: cut them into batches."
    if any(batch.ndim != 1 or (batch.size and batch.dtype.kind not in "iu") for batch in batches):
        return "Every batch is to be an array of indices, one whole number a sample."
    sizes, seen = [len(batch) for batch in batches], np.concatenate([np.arange(0), *batches]).astype(int)
    if 0 in sizes:
        return "An empty batch comes last where the batch size divides the samples: its mean would be 0/0."
    if seen.size and seen.min() > 0 and seen.max() == n:
        return "The indices count from 1: in Python the first sample is 0."
    return _missing(sizes, seen, n, size) or _misfit(sizes, n, size)


def _missing(sizes, seen, n, size):
    """Samples that never come, or come twice."""
    lost = n - len(np.unique(seen))
    if len(seen) > n:
        return "The last batch is filled up: some samples are seen twice."
    if len(seen) == n and lost:
        return "The samples are drawn with replacement: some come twice in an epoch, some never."
    if len(sizes) == 1 and n > size:
        return "Only the first batch comes back: `return` ends the loop. Collect the batches, or `yield` each."
    words = "The last, short batch is lost: " if lost == n % size else ""
    return f"{words}{lost} of {n} samples are never seen." if lost else ""


def _misfit(sizes, n, size):
    """Batches of wrong sizes."""
    wanted = [size] * (n // size) + [n % size] * (n % size > 0)
    if sizes == wanted:
        return ""
    if sorted(sizes) == sorted(wanted):
        return "The batches are shuffled, not the samples: the same samples always stand together."
    if len(sizes) == -(-n // size):
        return "The batches differ in size by one: all but the last have `batch_size` samples."
    return (
        f"Batch size and number of batches are mixed up: {n} samples are cut into {len(sizes)} batches, "
        f"want batches of {size}."
    )


def _order_fault(f):
    """What is wrong with the order of the samples."""
    n, size = SIZES[-1]
    blocks, rng = _cut(np.arange(n), size), np.random.default_rng(5)
    generators = rng, rng, np.random.default_rng(5)
    first, second, again = (_collect(f(n_samples=n, batch_size=size, rng=each)) for each in generators)
    if np.array_equal(np.concatenate(first), np.arange(n)):
        return "Nothing is shuffled: every epoch has the same batches in the same order."
    if all((np.diff(batch) == 1).all() for batch in first):
        return "The batches are shuffled, not the samples: the same samples always stand together."
    if all(map(np.array_equal, map(np.sort, first), blocks)):
        return "Samples are shuffled within their batch only: the same samples always stand together."
    if not np.array_equal(np.concatenate(first), np.concatenate(again)):
        return "The same seed gives another order: all randomness is to come from `rng`."
    if np.array_equal(np.concatenate(first), np.concatenate(second)):
        return "Every epoch has the same order: draw it from the `rng` handed in, not from a new generator."
    return ""


# A step of SGD on a mini-batch of a linear fit

rng = np.random.default_rng(5)
X, Y, THETA = rng.normal(size=(6, 3)), rng.normal(size=6), rng.normal(size=3)


def _sgd(mean=lambda x, error: x.T @ error / len(error), back=lambda theta, g, lr: theta - lr * g):
    """sgd_step with one of its lines written otherwise."""

    def slip(theta, x, y, lr=0.1):
        return back(theta, mean(x, x @ theta - y), lr)

    return slip


def _with_loss(theta, x, y, lr=0.1):
    error = x @ theta - y
    return theta - lr * (error @ error / (2 * len(y))) * (x.T @ error / len(y))


@exercise(
    outputs=("theta",),
    cases=[
        {"theta": np.array([1.0, 1.0]), "x": np.array([[1.0, 2.0]]), "y": np.array([1.0])},
        {"theta": THETA, "x": X, "y": Y},
        {"theta": THETA, "x": X[:4], "y": Y[:4], "lr": 0.5},
        {"theta": np.zeros(3), "x": X, "y": Y, "lr": 0.02},
    ],
    slips={
        "The gradient is added: this walks up the slope.": _sgd(back=lambda theta, g, lr: theta + lr * g),
        "The gradients of the batch are summed: their mean does not grow with the batch.": _sgd(
            lambda x, error: x.T @ error
        ),
        "The gradient is multiplied by the loss: the step is along the gradient of the loss, no more.": _with_loss,
        "The gradient is twice as large: the ½ in the loss cancels the 2.": _sgd(
            lambda x, error: 2 * x.T @ error / len(error)
        ),
        "The gradient is half as large: the 2 of the square cancels the ½ in the loss.": _sgd(
            lambda x, error: x.T @ error / len(error) / 2
        ),
        "The mean is over the parameters, x.shape[1]: it is over the samples, x.shape[0].": _sgd(
            lambda x, error: x.T @ error / x.shape[1]
        ),
        "The gradient lacks x: the error's mean moves all parameters alike.": _sgd(
            lambda x, error: np.full(x.shape[1], error.mean())
        ),
        "Only the first sample of the batch is used.": _sgd(lambda x, error: x[0] * error[0]),
        "lr is not used: the rate is 0.1 whatever is asked for.": _sgd(back=lambda theta, g, lr: theta - 0.1 * g),
        "lr is forgotten: the step is the whole gradient.": _sgd(back=lambda theta, g, lr: theta - g),
        "The gradient is divided by its length: every step would be lr long.": _sgd(
            back=lambda theta, g, lr: theta - lr * g / np.linalg.norm(g)
        ),
        "The gradient is returned in place of the new theta.": _sgd(back=lambda theta, g, lr: g),
        "The step is returned in place of the new theta.": _sgd(back=lambda theta, g, lr: -lr * g),
    },
)
def sgd_step(theta, x, y, lr=0.1):
    """One step of SGD on a mini-batch: theta - lr · g, where g is the gradient of mean((x · theta - y)²) / 2.

    x: (B, n_features), y: (B,), theta: (n_features,). g = xᵀ · (x · theta - y) / B.
    """
    return theta - lr * x.T @ (x @ theta - y) / len(y)


# The largest stable rate


def _eigenvalues(rule):
    return lambda hessian: rule(np.linalg.eigvalsh(hessian))


def _random_hessian(n):
    a = rng.normal(size=(n, n))
    return a @ a.T + 0.1 * np.eye(n)


@exercise(
    cases=[
        {"hessian": np.diag([1.0, 20.0])},
        {"hessian": np.array([[2.0, 1.0], [1.0, 2.0]])},
        {"hessian": np.diag([5.0, 0.1, 0.5])},
        {"hessian": _random_hessian(4)},
        {"hessian": np.array([[4.0]])},
        {"hessian": np.array([[0.3, -0.2], [-0.2, 0.6]])},
    ],
    slips={
        "This is the best rate, 2 / (l₁ + lₙ): a larger one is still stable.": _eigenvalues(
            lambda values: 2 / (values[0] + values[-1])
        ),
        "The flattest direction decides nothing: it is the steepest that diverges first.": _eigenvalues(
            lambda values: 2 / values[0]
        ),
        "1 / lₙ lands on the floor of the steepest direction: up to twice that is stable.": _eigenvalues(
            lambda values: 1 / values[-1]
        ),
        "The trace is the sum of all curvatures: only the largest counts.": lambda hessian: 2 / np.trace(hessian),
        "The determinant is the product of all curvatures: only the largest counts.": lambda hessian: (
            2 / np.linalg.det(hessian)
        ),
        "The largest entry of the diagonal is the largest curvature only if the matrix is diagonal: take eigenvalues.": lambda hessian: (
            2 / np.diag(hessian).max()
        ),
        "The last eigenvalue is the largest only if they are sorted: eig does not sort, eigvalsh does.": lambda hessian: (
            2 / np.linalg.eig(hessian)[0].real[-1]
        ),
        "The first eigenvalue is the largest only by chance: eig does not sort; take the maximum.": lambda hessian: (
            2 / np.linalg.eig(hessian)[0].real[0]
        ),
        "This is the Frobenius norm, the root of all squared entries: it is larger than the largest curvature.": lambda hessian: (
            2 / np.linalg.norm(hessian)
        ),
        "The condition number says how far apart the curvatures are, not how large they are.": _eigenvalues(
            lambda values: 2 * values[0] / values[-1]
        ),
        "This is the largest curvature itself: the rate is 2 over it.": _eigenvalues(lambda values: values[-1]),
    },
)
def largest_stable_lr(hessian):
    """The rate below which descent on a quadratic with this Hessian converges: 2 / lₙ, lₙ its largest eigenvalue.

    hessian: (n, n), symmetric, all eigenvalues > 0.
    """
    return 2 / np.linalg.eigvalsh(hessian)[-1]
