"""Checkers of the chapter on SGD: mini-batches, steps and their worth, an epoch to repair, a plan to win with."""

import numpy as np

from ..data import digits
from ..layers import Dense, ReLU
from ..network import Network
from ..optimizers import SGD
from ..training import fit
from ._outcomes import Outcome, outcomes
from ._protocol import checker, edits, exercise, searched, unfit
from ._symptoms import failure, symptoms
from ._verdict import Verdict, correct, named, undone


@exercise(
    cases=[
        {"n_samples": 100, "batch_size": 25, "epochs": 1},
        {"n_samples": 1257, "batch_size": 32, "epochs": 10},
        {"n_samples": 10, "batch_size": 4, "epochs": 3},
        {"n_samples": 10, "batch_size": 64, "epochs": 2},
        {"n_samples": 7, "batch_size": 1, "epochs": 5},
        {"n_samples": 11, "batch_size": 4, "epochs": 3},
        {"n_samples": 4, "batch_size": 11, "epochs": 7},
        {"n_samples": 129, "batch_size": 8, "epochs": 2},
    ],
    slips=edits(
        {
            "The last, short batch is lost: N/B is to be rounded up.": (
                "-(-n_samples // batch_size)",
                "(n_samples // batch_size)",
            ),
            "N/B is not rounded: there are no parts of steps.": (
                "-(-n_samples // batch_size)",
                "n_samples / batch_size",
            ),
            "Every epoch has a short last batch of its own: round up first, then multiply by the epochs.": (
                "epochs * -(-n_samples // batch_size)",
                "-(-epochs * n_samples // batch_size)",
            ),
            "One step too many whenever B divides N: this is N // B + 1.": (
                "-(-n_samples // batch_size)",
                "(n_samples // batch_size + 1)",
            ),
            "N/B is rounded to the nearest whole number: it is to be rounded up.": (
                "-(-n_samples // batch_size)",
                "round(n_samples / batch_size)",
            ),
            "The epochs are forgotten: this is the number of steps of one.": ("epochs * ", ""),
            "The epochs are added: each of them takes as many steps, so multiply.": ("epochs * ", "epochs + "),
            "This counts samples, not steps.": ("-(-n_samples // batch_size)", "n_samples"),
            "The quotient is upside down: an epoch has N / B steps.": (
                "-(-n_samples // batch_size)",
                "-(-batch_size // n_samples)",
            ),
        }
    ),
)
def n_steps(n_samples, batch_size, epochs):
    """How many steps so many epochs take: epochs · ceil(N / B)."""
    return epochs * -(-n_samples // batch_size)


# Mini-batches: many answers are right, so they are judged by what has to hold of all of them.

SIZES = [(10, 5), (10, 4), (7, 1), (3, 8), (60, 16)]  # n_samples, batch_size
CASES = [{"n_samples": n, "batch_size": size, "rng": np.random.default_rng(n)} for n, size in SIZES]


def _cut(order, size):
    return [order[start : start + size] for start in range(0, len(order), size)]


def batches(n_samples, batch_size, rng):
    """The batches of an epoch."""
    order = rng.permutation(n_samples)
    return [order[start : start + batch_size] for start in range(0, n_samples, batch_size)]


batches.__name__ = "minibatches"


def _shuffled_blocks(n_samples, batch_size, rng):
    blocks = _cut(np.arange(n_samples), batch_size)
    return [blocks[i] for i in rng.permutation(len(blocks))]


def _shuffled_within(n_samples, batch_size, rng):
    return [rng.permutation(block) for block in _cut(np.arange(n_samples), batch_size)]


def _filled_up(n_samples, batch_size, rng):
    order = rng.permutation(n_samples)
    return _cut(np.resize(order, -(-n_samples // batch_size) * batch_size), batch_size)


def _rolled(n_samples, batch_size, rng):
    return _cut(np.roll(np.arange(n_samples), rng.integers(n_samples)), batch_size)


@checker(
    reference=batches,
    slips={
        "The last, short batch is lost: 2 of 10 samples are never seen.": lambda n_samples, batch_size, rng: [
            batch for batch in batches(n_samples, batch_size, rng) if len(batch) == batch_size
        ],
        "The last batch is filled up: some samples are seen twice.": _filled_up,
        "An empty batch comes last where the batch size divides the samples: its mean would be 0/0.": lambda n_samples, batch_size, rng: [
            *batches(n_samples, batch_size, rng),
            np.arange(0),
        ],
        "Nothing is shuffled: every epoch has the same batches in the same order.": lambda n_samples, batch_size, rng: (
            _cut(np.arange(n_samples), batch_size)
        ),
        "The samples come in a fixed order, the same in every epoch: shuffle them, with rng.permutation.": lambda n_samples, batch_size, rng: (
            _cut(np.arange(n_samples)[::-1], batch_size)
        ),
        "The order is only rotated: neighbors stay neighbors. Shuffle, with rng.permutation.": _rolled,
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
            batch + 1 for batch in batches(n_samples, batch_size, rng)
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
            batches(n_samples, batch_size, rng)[:1]
        ),
        "The last batch is lost even where it is a whole one: the loop over the starts goes up to n_samples.": lambda n_samples, batch_size, rng: [
            rng.permutation(n_samples)[i : i + batch_size] for i in range(0, n_samples - batch_size, batch_size)
        ],
        "A slice ends at batch_size, so that all but the first batch are empty: it ends batch_size after its start.": lambda n_samples, batch_size, rng: [
            np.arange(n_samples)[i:batch_size] for i in range(0, n_samples, batch_size)
        ],
        "A batch begins at every sample: the starts are batch_size apart, the third number of range.": lambda n_samples, batch_size, rng: [
            np.arange(n_samples)[i : i + batch_size] for i in range(n_samples)
        ],
        "It takes (n, size), and is called": lambda n, size: [],
        "The checker wants the function itself, check.minibatches(minibatches), and was given a list of 1.": [
            np.arange(3)
        ],
    },
)
def minibatches(f):
    """Check your `minibatches(n_samples, batch_size, rng)`.

    It returns (or yields) the batches of one epoch, each an array of indices: every sample once, in an order drawn from
    `rng`, afresh at each call; all batches have `batch_size` samples but the last, which keeps what is left.
    """
    if wrong := unfit(f, batches, CASES):
        return named(wrong)
    got = outcomes(f, CASES)
    for outcome in got:
        if isinstance(outcome.error, NotImplementedError) or outcome.returned is None and not outcome.error:
            return undone("`minibatches` returns nothing yet. (Written? Then its `return` is missing.)")
        if outcome.error:
            told = symptoms(outcomes(f, CASES), got, outcomes(batches, CASES), CASES, ("batches",))
            return Verdict("Not yet.", (*told, failure(outcome.error, f)), tuple(told))
    every = [_collect(outcome.returned) for outcome in got]
    if all(isinstance(found, list) and len(found) == 1 and found[0].size for found in every):
        return named("Only the first batch comes back: `return` ends the loop. Collect the batches, or `yield` each.")
    for found, (n, size) in zip(every, SIZES, strict=True):
        if fault := _fault(found, n, size):
            sizes = [len(batch) for batch in found] if isinstance(found, list) else len(found)
            details = (f"Input: `n_samples = {n}, batch_size = {size}`", f"Got sizes: `{sizes}`")
            return named(fault, details=(*_searched(f, fault), *details))
    if fault := _order_fault(f):
        return named(fault)
    return correct("`minibatches` shuffles afresh each epoch, and every sample comes once.")


def _searched(f, fault):
    """What the search says, where the fault itself says only what is missing."""
    if not fault[0].isdigit():
        return ()
    got, want = ([Outcome(_counted(g, dict(case))) for case in CASES] for g in (f, batches))
    return tuple(searched(f, batches, CASES, got, want, run=_counted))


def _counted(f, arguments):
    """The batches' sizes and the samples in them, in order: what has to hold of all right answers."""
    found = [np.sort(np.asarray(batch)) for batch in f(**arguments)]
    return np.concatenate([[len(found)], [len(batch) for batch in found], np.sort(np.concatenate(found))])


def _collect(returned):
    """The batches as a list of arrays; the array itself if it is in one piece."""
    if isinstance(returned, np.ndarray) and returned.ndim == 1 and returned.dtype != object:
        return returned
    try:
        return [np.asarray(batch) for batch in returned]
    except Exception:  # it cannot be gone through, or holds what is no array
        return [np.asarray(0)]


def _fault(found, n, size):
    """What is wrong with the batches of an epoch, whatever their order."""
    if isinstance(found, np.ndarray):
        return "It returns the shuffled samples in one piece: cut them into batches."
    if any(batch.ndim != 1 or (batch.size and batch.dtype.kind not in "iu") for batch in found):
        return "Every batch is to be an array of indices, one whole number a sample."
    sizes, seen = [len(batch) for batch in found], np.concatenate([np.arange(0), *found]).astype(int)
    if 0 in sizes[:-1] or sizes == [0]:
        return (
            "A slice ends at batch_size, so that all but the first batch are empty: it ends batch_size after its start."
        )
    if 0 in sizes:
        if n == len(seen):
            return "An empty batch comes last where the batch size divides the samples: its mean would be 0/0."
        return (
            "A slice ends at batch_size, so that all but the first batch are empty: it ends batch_size after its start."
        )
    if seen.size and seen.min() > 0 and seen.max() == n:
        return "The indices count from 1: in Python the first sample is 0."
    return _missing(sizes, seen, n, size) or _misfit(sizes, n, size)


def _missing(sizes, seen, n, size):
    """Samples that never come, or come twice."""
    lost = n - len(np.unique(seen))
    if len(sizes) == n and n > 1 and size > 1 and sizes[0] == size:
        return "A batch begins at every sample: the starts are `batch_size` apart, the third number of `range`."
    if len(seen) > n:
        return "The last batch is filled up: some samples are seen twice."
    if len(seen) == n and lost:
        return "The samples are drawn with replacement: some come twice in an epoch, some never."
    if lost == size and n % size == 0 and len(sizes) == n // size - 1:
        return "The last batch is lost even where it is a whole one: the loop over the starts goes up to `n_samples`."
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
    generators = rng, rng, np.random.default_rng(5), np.random.default_rng(6)
    first, second, again, other = (
        _collect(outcomes(f, [{"n_samples": n, "batch_size": size, "rng": each}])[0].returned) for each in generators
    )
    order, later, repeated, differs = map(np.concatenate, (first, second, again, other))
    if np.array_equal(order, np.arange(n)):
        return "Nothing is shuffled: every epoch has the same batches in the same order."
    if ((np.diff(order) - 1) % n == 0).all():
        return "The order is only rotated: neighbors stay neighbors. Shuffle, with `rng.permutation`."
    if (abs(np.diff(order)) == 1).mean() > 0.5 and np.array_equal(order, later) and np.array_equal(order, differs):
        return "The samples come in a fixed order, the same in every epoch: shuffle them, with `rng.permutation`."
    if all((np.diff(batch) == 1).all() for batch in first):
        return "The batches are shuffled, not the samples: the same samples always stand together."
    if all(map(np.array_equal, map(np.sort, first), blocks)):
        return "Samples are shuffled within their batch only: the same samples always stand together."
    if not np.array_equal(order, repeated):
        return "The same seed gives another order: all randomness is to come from `rng`."
    if np.array_equal(order, differs):
        return "Every epoch has the same order: draw it from the `rng` handed in, not from a new generator."
    return ""


# A step of SGD on a mini-batch of a linear fit

rng = np.random.default_rng(5)
X, Y, THETA = rng.normal(size=(6, 3)), rng.normal(size=6), rng.normal(size=3)
GRADIENT = "x.T @ (x @ theta - y) / len(y)"


@exercise(
    outputs=("theta",),
    cases=[
        {"theta": np.array([1.0, 1.0]), "x": np.array([[1.0, 2.0]]), "y": np.array([1.0])},
        {"theta": THETA, "x": X, "y": Y},
        {"theta": THETA, "x": X[:4], "y": Y[:4], "lr": 0.5},
        {"theta": np.zeros(3), "x": X, "y": Y, "lr": 0.02},
    ],
    slips=edits(
        {
            "The gradient is added: this walks up the slope.": ("theta - lr", "theta + lr"),
            "The gradients of the batch are summed: their mean does not grow with the batch.": (" / len(y)", ""),
            "The gradient is multiplied by the loss: the step is along the gradient of the loss, no more.": (
                "lr * x.T",
                "lr * ((x @ theta - y) @ (x @ theta - y) / (2 * len(y))) * x.T",
            ),
            "The gradient is twice as large: the ½ in the loss cancels the 2.": ("lr * x.T", "2 * lr * x.T"),
            "The gradient is half as large: the 2 of the square cancels the ½ in the loss.": (
                "lr * x.T",
                "lr / 2 * x.T",
            ),
            "The mean is over the parameters, x.shape[1]: it is over the samples, x.shape[0].": (
                "len(y)",
                "x.shape[1]",
            ),
            "The gradient lacks x: the error's mean moves all parameters alike.": (GRADIENT, "np.mean(x @ theta - y)"),
            "Only the first sample of the batch is used.": (GRADIENT, "(x[0] * (x[0] @ theta - y[0]))"),
            "The error is squared: that is the loss; its slope has the error itself.": (
                "(x @ theta - y)",
                "(x @ theta - y) ** 2",
            ),
            "y is forgotten: the error is x @ theta - y.": ("(x @ theta - y)", "(x @ theta)"),
            "lr is not used: the rate is 0.1 whatever is asked for.": ("lr * x", "0.1 * x"),
            "lr is forgotten: the step is the whole gradient.": ("lr * x", "x"),
            "The gradient is divided by its length: every step would be lr long.": (
                GRADIENT,
                f"{GRADIENT} / np.linalg.norm({GRADIENT})",
            ),
            "The gradient is returned in place of the new theta.": ("theta - lr * x", "x"),
            "The step is returned in place of the new theta.": ("theta - lr", "-lr"),
        }
    ),
)
def sgd_step(theta, x, y, lr=0.1):
    """One step of SGD on a mini-batch: theta - lr · g, where g is the gradient of mean((x · theta - y)²) / 2.

    x: (B, n_features), y: (B,), theta: (n_features,). g = xᵀ · (x · theta - y) / B.
    """
    return theta - lr * x.T @ (x @ theta - y) / len(y)


# An epoch, to be repaired

LINE = "x[batch].T @ (x[batch] @ theta - y[batch]) / len(batch)"
Y_UNSHUFFLED = ("y[batch]", "y[start : start + batch_size]")
FIXED_DIVISOR = ("len(batch)", "batch_size")


@exercise(
    outputs=("theta",),
    cases=[
        {"theta": THETA, "x": X, "y": Y, "batch_size": 4, "lr": 0.1, "rng": np.random.default_rng(0)},
        {"theta": THETA, "x": X, "y": Y, "batch_size": 3, "lr": 0.2, "rng": np.random.default_rng(1)},
        {"theta": np.zeros(3), "x": X, "y": Y, "batch_size": 1, "lr": 0.05, "rng": np.random.default_rng(2)},
        {"theta": THETA, "x": X[:5], "y": Y[:5], "batch_size": 8, "lr": 0.5, "rng": np.random.default_rng(3)},
        {"theta": np.zeros(1), "x": X[:, :1], "y": Y, "batch_size": 5, "lr": 0.3, "rng": np.random.default_rng(4)},
    ],
    slips=edits(
        {
            "x is shuffled, y is not: every sample meets another one's y. Mend that, and look again.": [
                Y_UNSHUFFLED,
                FIXED_DIVISOR,
            ],
            "x is shuffled and y is not: every sample meets another one's y.": Y_UNSHUFFLED,
            "The last batch is short, and is divided by batch_size all the same: its samples count for less.": (
                FIXED_DIVISOR
            ),
            "x and y are shuffled each by a draw of its own: their rows no longer belong together.": [
                ("order = rng.permutation(len(x))", "order, other = rng.permutation(len(x)), rng.permutation(len(x))"),
                ("y[batch]", "y[other[start : start + batch_size]]"),
            ],
            "Nothing is shuffled any more: the batches are the same in every epoch.": (
                "rng.permutation(len(x))",
                "np.arange(len(x))",
            ),
            "The last, short batch is lost.": (
                "range(0, len(x), batch_size)",
                "range(0, len(x) - len(x) % batch_size, batch_size)",
            ),
            "The batch is divided by the number of all samples: the step is that of a sum that is too small.": (
                "/ len(batch)",
                "/ len(x)",
            ),
            "The gradients of a batch are summed: their mean does not grow with the batch.": (" / len(batch)", ""),
            "Only the first batch is used: return ends the loop.": (
                "theta = theta - lr * " + LINE,
                "return theta - lr * " + LINE,
            ),
            "All slopes are taken at the old theta: each step starts where the last one ended.": [
                ("order = rng", "old = theta; order = rng"),
                ("x[batch] @ theta", "x[batch] @ old"),
            ],
        }
    ),
)
def sgd_epoch(theta, x, y, batch_size, lr, rng):
    """One epoch of SGD on a linear fit: theta after a step on each batch of a shuffled order, the short last one too.

    x: (n, n_features), y: (n,), theta: (n_features,). The loss of a batch is mean((x · theta - y)²) / 2.
    """
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        batch = order[start : start + batch_size]
        theta = theta - lr * x[batch].T @ (x[batch] @ theta - y[batch]) / len(batch)
    return theta


# The largest stable rate


def _random_hessian(n):
    a = rng.normal(size=(n, n))
    return a @ a.T + 0.1 * np.eye(n)


LARGEST = "np.linalg.eigvalsh(hessian)[-1]"


@exercise(
    cases=[
        {"hessian": np.diag([1.0, 20.0])},
        {"hessian": np.array([[2.0, 1.0], [1.0, 2.0]])},
        {"hessian": np.diag([5.0, 0.1, 0.5])},
        {"hessian": _random_hessian(4)},
        {"hessian": np.array([[4.0]])},
        {"hessian": np.array([[0.3, -0.2], [-0.2, 0.6]])},
    ],
    slips=edits(
        {
            "This is the best rate, 2 / (l₁ + lₙ): a larger one is still stable.": (
                LARGEST,
                f"({LARGEST} + np.linalg.eigvalsh(hessian)[0])",
            ),
            "The flattest direction decides nothing: it is the steepest that diverges first.": ("[-1]", "[0]"),
            "1 / lₙ lands on the floor of the steepest direction: up to twice that is stable.": ("2 / np", "1 / np"),
            "The trace is the sum of all curvatures: only the largest counts.": (LARGEST, "np.trace(hessian)"),
            "The mean of the curvatures is taken: only the largest counts.": ("[-1]", ".mean()"),
            "The determinant is the product of all curvatures: only the largest counts.": (
                LARGEST,
                "np.linalg.det(hessian)",
            ),
            "The largest entry is the largest curvature only if the matrix is diagonal: take eigenvalues.": (
                LARGEST,
                "np.max(hessian)",
            ),
            "The last eigenvalue is the largest only if they are sorted: eig does not sort, eigvalsh does.": (
                LARGEST,
                "np.linalg.eig(hessian)[0].real[-1]",
            ),
            "The first eigenvalue is the largest only by chance: eig does not sort; take the maximum.": (
                LARGEST,
                "np.linalg.eig(hessian)[0].real[0]",
            ),
            "This is the Frobenius norm, the root of all squared entries: it is larger than the largest curvature.": (
                LARGEST,
                "np.linalg.norm(hessian)",
            ),
            "The condition number says how far apart the curvatures are, not how large they are.": (
                f"2 / {LARGEST}",
                f"2 * np.linalg.eigvalsh(hessian)[0] / {LARGEST}",
            ),
            "This is the largest curvature itself: the rate is 2 over it.": ("2 / np", "1 * np"),
            "It is multiplied by the largest curvature: a steeper direction wants a smaller rate, 2 over it.": (
                "2 / np",
                "2 * np",
            ),
            "These are eigenvectors: np.linalg.eigh returns the eigenvalues first.": (
                LARGEST,
                "np.linalg.eigh(hessian)[1][-1]",
            ),
        }
    ),
)
def largest_stable_lr(hessian):
    """The rate below which descent on a quadratic with this Hessian converges: 2 / lₙ, lₙ its largest eigenvalue.

    hessian: (n, n), symmetric, all eigenvalues > 0.
    """
    return 2 / np.linalg.eigvalsh(hessian)[-1]


STEP_CASES = [
    {"slope": 1.0, "curvature": 2.0, "noise": 32.0, "batch_size": 16},
    {"slope": 0.07, "curvature": 0.1, "noise": 10.0, "batch_size": 1},
    {"slope": 0.65, "curvature": 0.73, "noise": 39.0, "batch_size": 256},
    {"slope": 3.0, "curvature": 1.5, "noise": 0.0, "batch_size": 7},
]


@exercise(
    outputs=("lr", "change"),
    cases=STEP_CASES,
    slips=edits(
        {
            "This is the best rate for all samples: with a batch, its noise is a part of the curvature.": (
                "curvature + noise / batch_size",
                "curvature",
            ),
            "The noise of one sample stands there whole: a batch of B has a B-th of it.": (
                "noise / batch_size",
                "noise",
            ),
            "The noise is divided by the root of B: that is its standard deviation, here a variance is wanted.": (
                "noise / batch_size",
                "noise / batch_size**0.5",
            ),
            "This is the change to first order: the curvature takes half of it back.": (
                "-lr * slope + lr**2 / 2 * c",
                "-lr * slope",
            ),
            "The half in front of the curvature is missing: at the best rate the two terms would cancel.": (
                "lr**2 / 2",
                "lr**2",
            ),
            "This is twice the best rate: there the expected change is zero again.": ("slope / c", "2 * slope / c"),
            "It is the gain: the change of the loss has the other sign.": (
                "-lr * slope + lr**2 / 2 * c",
                "lr * slope - lr**2 / 2 * c",
            ),
            "The quotient is upside down: a large curvature asks for a small rate.": ("slope / c", "c / slope"),
        }
    ),
)
def best_step(slope, curvature, noise, batch_size):
    """(rate, expected change of the loss) of the best step; see theory.step_forecast."""
    c = curvature + noise / batch_size
    lr = slope / c
    return lr, -lr * slope + lr**2 / 2 * c


GOAL, EPOCHS, SEEDS = 0.06, 5, 3


@checker(
    reference=[(4, 0.2), (4, 0.2), (4, 0.1), (4, 0.05), (4, 0.02)],
    slips={
        "Your plan has 4 epochs, want 5": [(4, 0.2)] * 4,
        "Every epoch is to be a pair (batch size, rate), such as (32, 0.2).": [4, 0.2, 4, 0.1, 4],
        "Epoch 2: the batch size is a whole number from 1 to 1257, got 0.": [
            (4, 0.2),
            (0, 0.2),
            (4, 0.1),
            (4, 0.1),
            (4, 0.1),
        ],
        "Epoch 1: the rate is a number above 0, got -0.1.": [(4, -0.1), (4, 0.2), (4, 0.1), (4, 0.1), (4, 0.1)],
        "The run with seed 0 diverges in epoch": [(4, 1e200)] * 5,
        "The steps are too few: your plan takes 200 of them. Smaller batches give more.": [(32, 0.2)] * 5,
        "The last epoch still has the rate of the first: with B = 8 its noise keeps the loss up.": [(8, 0.3)] * 5,
        "The rate falls too early: the first epochs have to cover the way.": [(4, 0.01)] * 4 + [(4, 0.005)],
    },
)
def five_epochs(plan):
    """Check your plan, a list of five pairs (batch size, rate), one for each epoch of plain SGD on digits.

    The training loss must end below 0.06 for each of three seeds.
    """
    if plan is None or plan is ...:
        return undone("`plan` is still blank: a list of five pairs (batch size, rate), one for each epoch.")
    if fault := _plan_fault(plan):
        return named(fault)
    plan = [(int(size), float(lr)) for size, lr in plan]
    losses = []
    for seed in range(SEEDS):
        loss, epoch = _loss_after(plan, seed)
        if not np.isfinite(loss):
            return named(f"The run with seed {seed} diverges in epoch {epoch}: its rate is too large for its batch.")
        losses.append(loss)
    ends = ", ".join(f"{loss:.3f}" for loss in losses)
    if max(losses) < GOAL:
        return correct(f"The training losses of three seeds are {ends}, all below {GOAL:g}.")
    return named(f"{_plan_lesson(plan)} The training losses of three seeds are {ends}, want each below {GOAL:g}.")


def _plan_fault(plan):
    """What is no plan about it."""
    if not isinstance(plan, (list, tuple)):
        return f"The checker wants a list of five pairs (batch size, rate), got {type(plan).__name__}."
    if len(plan) != EPOCHS:
        return f"Your plan has {len(plan)} epochs, want {EPOCHS}: one pair (batch size, rate) for each."
    for epoch, pair in enumerate(plan, 1):
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            return "Every epoch is to be a pair (batch size, rate), such as (32, 0.2)."
        size, lr = pair
        if not isinstance(size, (int, np.integer)) or isinstance(size, bool) or not 1 <= size <= 1257:
            return f"Epoch {epoch}: the batch size is a whole number from 1 to 1257, got {size!r}."
        if not isinstance(lr, (int, float, np.number)) or isinstance(lr, bool) or not 0 < lr < np.inf:
            return f"Epoch {epoch}: the rate is a number above 0, got {lr!r}."
    return ""


def _loss_after(plan, seed):
    """(training loss at the end, the epoch in which the run diverged if it did)."""
    rng, split = np.random.default_rng(seed), digits()
    net = Network([Dense(64, 32, rng=rng), ReLU(), Dense(32, 10, rng=rng)])
    for epoch, (size, lr) in enumerate(plan, 1):
        history = fit(net, split, SGD(lr=lr), 1, size, rng=rng, progress=False)
        if history.diverged_at >= 0:
            return np.inf, epoch
    return float(history.train_loss[-1]), EPOCHS


def _plan_lesson(plan):
    """What the plan's shape says about why it fails."""
    (first_size, first), (last_size, last) = plan[0], plan[-1]
    n_steps = sum(-(-1257 // size) for size, _ in plan)
    if n_steps < 600:
        return f"The steps are too few: your plan takes {n_steps} of them. Smaller batches give more."
    if first / first_size < 0.01:
        return "The rate falls too early: the first epochs have to cover the way."
    if last / last_size > 0.5 * first / first_size:
        return f"The last epoch still has the rate of the first: with B = {last_size} its noise keeps the loss up."
    return "You are on the way: more steps first, less noise (a lower rate or a larger batch) last."
