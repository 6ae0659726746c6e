"""Checkers of the chapter on networks: a layer's way back, a whole net's, a small net to win with, four suspects."""

from collections.abc import Mapping

import numpy as np

from ..bug_lab import SUSPECTS, VERDICTS
from ..data import spirals
from ..layers import Dense, ReLU, Tanh
from ..losses import softmax_cross_entropy
from ..network import Network
from ..optimizers import SGD
from ..training import evaluate, fit
from ._protocol import checker, edits, exercise
from ._verdict import correct, named

rng = np.random.default_rng(1)


def _case(n, n_in, n_out):
    shapes = {"dout": (n, n_out), "x": (n, n_in), "W": (n_in, n_out), "b": n_out}
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
    slips=edits(
        {
            "ReLU's derivative is taken from dout > 0: want its own input, x @ W + b > 0.": (
                "(x @ W + b > 0)",
                "(dout > 0)",
            ),
            "ReLU's derivative is missing: where x @ W + b is negative, nothing passes.": ("* (x @ W + b > 0)", "* 1"),
            "ReLU's input is x @ W + b: the bias is left out.": ("(x @ W + b > 0)", "(x @ W > 0)"),
            "ReLU's derivative is turned round: it passes where its input is positive.": (
                "(x @ W + b > 0)",
                "(x @ W + b < 0)",
            ),
            "ReLU's values stand where its derivative belongs: want 1 where its input is positive, else 0.": (
                "(x @ W + b > 0)",
                "np.maximum(x @ W + b, 0)",
            ),
            "dW has a factor 2 too much.": ("x.T @ da", "2 * x.T @ da"),
            "db has 4/m: want the plain sum over the samples.": ("da.sum(axis=0)", "4 / len(da) * da.sum(axis=0)"),
            "db is a mean: want the sum over the samples, since dout already carries the 1/m of the loss.": (
                "da.sum(axis=0)",
                "da.mean(axis=0)",
            ),
            "dW and db are divided by m: dout already carries the 1/m of the loss.": (
                "x.T @ da, da.sum(axis=0)",
                "x.T @ da / len(x), da.mean(axis=0)",
            ),
            "dW is divided by m: dout already carries the 1/m of the loss.": ("x.T @ da", "x.T @ da / len(x)"),
            "db is not summed over the samples.": ("da.sum(axis=0)", "da"),
            "db is one number: sum over the samples only, axis=0.": ("da.sum(axis=0)", "da.sum()"),
            "db is summed over the units: sum over the samples, axis=0.": ("da.sum(axis=0)", "da.sum(axis=1)"),
            "dx is taken from dout itself: ReLU comes first on the way back.": ("da @ W.T", "dout @ W.T"),
            "The mask belongs to the sum, before the product with W.T.": (
                "da @ W.T",
                "(dout @ W.T) * (x > 0)",
            ),
            "dW is taken from dout itself: ReLU comes first on the way back.": ("x.T @ da", "x.T @ dout"),
            "db is taken from dout itself: ReLU comes first on the way back.": ("da.sum(axis=0)", "dout.sum(axis=0)"),
            "dW is transposed: want the shape of W, x.T @ da.": ("x.T @ da", "da.T @ x"),
            "W is not transposed in dx: shapes (m, n_out) @ (n_out, n_in) fit, da @ W.T.": ("da @ W.T", "da @ W"),
            "The order is dx, dW, db.": ("da @ W.T, x.T @ da, da.sum(axis=0)", "x.T @ da, da.sum(axis=0), da @ W.T"),
        }
    ),
)
def layer_backward(dout, x, W, b):
    """Backward pass of out = max(0, x @ W + b): from dout, (m, n_out), its slopes with respect to x, W, b.

    da = dout · (x @ W + b > 0), then dx = da · Wᵀ, dW = xᵀ · da, db = Σ da over the samples. Returns (dx, dW, db).
    """
    da = dout * (x @ W + b > 0)
    return da @ W.T, x.T @ da, da.sum(axis=0)


def _net_case(n, n_in, n_hidden, n_out):
    shapes = {"W1": (n_in, n_hidden), "b1": n_hidden, "W2": (n_hidden, n_out), "b2": n_out}
    weights = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return {"x": rng.normal(size=(n, n_in)), "y": rng.integers(0, n_out, n), **weights}


@exercise(
    outputs=("loss", "dW1", "db1", "dW2", "db2"),
    cases=[_net_case(1, 2, 3, 2), _net_case(5, 3, 4, 3), _net_case(4, 3, 3, 3)],
    slips=edits(
        {
            "tanh's slope is 1 - tanh(a)^2, which is 1 - h**2: here it is missing.": (" * (1 - h**2)", ""),
            "tanh's slope is taken from its input a: want its output, 1 - h**2.": (
                "(1 - h**2)",
                "(1 - (x @ W1 + b1) ** 2)",
            ),
            "tanh is taken twice: h is tanh(a) already, so that tanh's slope is 1 - h**2.": (
                "(1 - h**2)",
                "(1 - np.tanh(h) ** 2)",
            ),
            "This net has tanh: its slope is 1 - h**2, not h > 0.": ("(1 - h**2)", "(h > 0)"),
            "The slope is not handed down through W2: dh = ds @ W2.T comes before tanh.": [
                ("ds @ W2.T", "(0 * h + ds.sum(axis=1, keepdims=True))"),
            ],
            "dW2's input is h, what tanh made of the sums, not the sums themselves.": (
                "h.T @ ds",
                "(x @ W1 + b1).T @ ds",
            ),
            "The slopes are divided by the number of samples once more: ds already carries the 1/N of the mean.": [
                (
                    "loss, ds = softmax_cross_entropy(h @ W2 + b2, y)",
                    "loss, ds = softmax_cross_entropy(h @ W2 + b2, y)\n    ds = ds / len(y)",
                ),
            ],
            "The biases' slopes are means over the samples: want sums, since ds already carries the 1/N.": [
                ("ds.sum(axis=0)", "ds.mean(axis=0)"),
                ("da.sum(axis=0)", "da.mean(axis=0)"),
            ],
        }
    ),
)
def backprop(x, y, W1, b1, W2, b2):
    """Loss and slopes of the net x -> dense -> tanh -> dense -> softmax cross-entropy, for a batch.

    x (N, n_in), y (N,) labels; returns (loss, dW1, db1, dW2, db2), each slope shaped like what it is the slope of.
    """
    h = np.tanh(x @ W1 + b1)
    loss, ds = softmax_cross_entropy(h @ W2 + b2, y)
    dW2, db2 = h.T @ ds, ds.sum(axis=0)
    da = ds @ W2.T * (1 - h**2)
    return loss, x.T @ da, da.sum(axis=0), dW2, db2


KEYS = {"hidden", "activation", "lr", "batch_size", "epochs"}
ACTIVATIONS = {"ReLU": ReLU, "tanh": Tanh}
LIMIT, GOAL, STARTS, NEW = 60, 0.92, 5, 2000


@checker(
    dict(hidden=[9], activation="tanh", lr=0.5, batch_size=32, epochs=200),
    {
        "This net has 99 numbers: want at most 60.": dict(
            hidden=[16], activation="ReLU", lr=1.0, batch_size=420, epochs=300
        ),
        "The plan lacks batch_size.": dict(hidden=[9], activation="tanh", lr=0.5, epochs=200),
        "activation is 'relu': want 'ReLU' or 'tanh'.": dict(
            hidden=[9], activation="relu", lr=0.5, batch_size=32, epochs=200
        ),
        "The starts differ by": dict(hidden=[9], activation="ReLU", lr=1.0, batch_size=420, epochs=300),
        "No start comes near: this is too few steps, or too small a rate.": dict(
            hidden=[9], activation="tanh", lr=0.01, batch_size=420, epochs=50
        ),
    },
)
def sixty(plan):
    """Check your plan of a net with at most 60 numbers, trained on spirals from five starts."""
    if wrong := _plan_fault(plan):
        return named(wrong)
    shares = [_share_right(plan, seed) for seed in range(STARTS)]
    listed = ", ".join(f"{share:.1%}" for share in shares)
    if min(shares) >= GOAL:
        return correct(f"From all five starts at least {GOAL:.0%} of new points are right: {listed}.")
    details = (f"New points right, from each start: {listed}; want {GOAL:.0%} or more of each.",)
    if max(shares) < 0.8:
        return named("No start comes near: this is too few steps, or too small a rate.", details=details)
    return named(
        f"The starts differ by {max(shares) - min(shares):.0%}: it is the worst of them that counts.", details=details
    )


def _plan_fault(plan):
    """What is wrong with a plan before anything is trained; an empty text if nothing."""
    if not isinstance(plan, Mapping):
        return f"The checker wants a dict of {', '.join(sorted(KEYS))}, got {type(plan).__name__}."
    if missing := KEYS - plan.keys():
        return f"The plan lacks {', '.join(sorted(missing))}."
    if plan["activation"] not in ACTIVATIONS:
        return f"activation is {plan['activation']!r}: want 'ReLU' or 'tanh'."
    hidden = plan["hidden"]
    if not (isinstance(hidden, list | tuple) and 1 <= len(hidden) <= 3 and all(_is_count(n, 1, 1000) for n in hidden)):
        return f"hidden is {hidden!r}: want a list of one to three widths."
    for name, low, high in (("batch_size", 8, 10_000), ("epochs", 1, 300)):
        if not _is_count(plan[name], low, high):
            return f"{name} is {plan[name]!r}: want a whole number from {low} to {high}."
    if not (np.isscalar(plan["lr"]) and not isinstance(plan["lr"], str) and 0 < plan["lr"] < np.inf):
        return f"lr is {plan['lr']!r}: want a number above 0."
    numbers = _net(plan, 0).n_params
    return f"This net has {numbers} numbers: want at most {LIMIT}." if numbers > LIMIT else ""


def _is_count(n, low, high):
    return isinstance(n, int | np.integer) and not isinstance(n, bool) and low <= n <= high


def _net(plan, seed):
    rng = np.random.default_rng(seed)
    widths, layers = [2, *plan["hidden"], 3], []
    for n_in, n_out in zip(widths, widths[1:], strict=False):
        layers += [Dense(n_in, n_out, rng=rng), ACTIVATIONS[plan["activation"]]()]
    return Network(layers[:-1])


def _share_right(plan, seed):
    """The share of new points that the plan's net has right after training from a start."""
    net, lr = _net(plan, seed), float(plan["lr"])
    how = dict(epochs=plan["epochs"], batch_size=plan["batch_size"], rng=seed, evaluate_every=0, progress=False)
    fit(net, spirals(600, rng=100 + seed), SGD(lr=lr), **how)
    share = evaluate(net, spirals(3000, rng=500 + seed).train[:NEW])[1]
    return share if np.isfinite(share) else 0.0


@checker(
    SUSPECTS,
    {
        "The mistake of A is on the way back through the hidden layer, and not this one: shrink the first weights to a "
        "thousandth, where tanh(a) is nearly a, and check again.": SUSPECTS | {"A": SUSPECTS["D"], "D": SUSPECTS["A"]},
        "B's slopes are right in every array: it is healthy.": SUSPECTS | {"B": "W not transposed"},
        "D's slopes are not those of differences: it is not healthy.": SUSPECTS | {"D": "healthy"},
        "The mistake of C shows in its last layer, before anything is handed down: look at 2.W and 2.b.": SUSPECTS
        | {"C": "W not transposed"},
        "The checker wants a verdict for each of A, B, C, D.": {"A": "healthy"},
        "'sick' is none of the verdicts: healthy, tanh's slope from its input, W not transposed, bias of the last sample.": SUSPECTS
        | {"A": "sick"},
    },
)
def diagnosis(answer):
    """Check your verdicts on the four suspects: {"A": "healthy", ...}."""
    if not isinstance(answer, Mapping) or answer.keys() != SUSPECTS.keys():
        return named("The checker wants a verdict for each of A, B, C, D.")
    for verdict in answer.values():
        if verdict not in VERDICTS:
            return named(f"{verdict!r} is none of the verdicts: {', '.join(VERDICTS)}.")
    right = [letter for letter in SUSPECTS if answer[letter] == SUSPECTS[letter]]
    if len(right) == len(SUSPECTS):
        return correct("All four are right.")
    return named(*_doubts(answer), details=(f"{len(right)} of {len(SUSPECTS)} are right.",))


def _doubts(answer):
    """What the gradient check says against an answer, without the answer itself."""
    for letter, verdict in answer.items():
        truth = SUSPECTS[letter]
        if truth == "healthy" != verdict:
            yield f"{letter}'s slopes are right in every array: it is healthy."
        elif verdict == "healthy" != truth:
            yield f"{letter}'s slopes are not those of differences: it is not healthy."
        elif truth == "bias of the last sample" != verdict:
            yield f"The mistake of {letter} shows in its last layer, before anything is handed down: look at 2.W and 2.b."
        elif verdict != truth:
            yield (
                f"The mistake of {letter} is on the way back through the hidden layer, and not this one: shrink the first "
                "weights to a thousandth, where tanh(a) is nearly a, and check again."
            )
