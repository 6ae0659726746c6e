"""Checkers of the chapter on initialization: two initializers, judged by what they draw, and two predictions."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..activations import relu, sigmoid, tanh
from ..signal_propagation import propagate
from ._diagnosis import diagnosed
from ._outcomes import Outcome, outcomes
from ._protocol import checker, edits, exercise, searched, unfit
from ._symptoms import failure
from ._verdict import correct, named, undone, unnamed

SHAPES = ((900, 100), (100, 900), (400, 400))
SEEDS = (0, 0, 1)
CLOSE = 0.02  # relative: right, or the same as a slip's; chance makes some 0.3 %
FORMULA = [{"n_in": n_in, "n_out": n_out, "rng": None} for n_in, n_out in SHAPES]


class Draws(NamedTuple):
    """What an initializer does at one shape."""

    shape: tuple
    std: float
    mean: float
    repeats: bool
    goes_on: bool

    @property
    def numbers(self):
        """Shape, spread and mean as a search compares them; a mean that chance can make is 0."""
        return np.array([*self.shape, self.std, self.mean if abs(self.mean) > CLOSE * self.std else 0.0])


@dataclass(frozen=True)
class _Spread:
    """Shape, spread and mean of what would be drawn, exactly, also after it is scaled and shifted by numbers."""

    shape: tuple
    std: float
    mean: float
    __array_ufunc__ = None  # so that a number of NumPy leaves the arithmetic to this class

    def __mul__(self, c):
        return _Spread(self.shape, self.std * abs(float(c)), self.mean * float(c))

    def __truediv__(self, c):
        return self * (1 / float(c))

    def __add__(self, c):
        return _Spread(self.shape, self.std, self.mean + float(c))

    def __sub__(self, c):
        return self + -float(c)

    __rmul__, __radd__ = __mul__, __add__


class _Formula:
    """In place of a generator: it gives the spread of what would be drawn."""

    def normal(self, loc=0.0, scale=1.0, size=()):
        return _Spread(tuple(size), scale, loc)

    def standard_normal(self, size=()):
        return self.normal(size=size)

    def uniform(self, low=0.0, high=1.0, size=()):
        return _Spread(tuple(size), (high - low) / 12**0.5, (low + high) / 2)

    def random(self, size=()):
        return self.uniform(size=size)


def initializer(slips):
    """Make a reference initializer the checker of its name: any distribution with its mean and variance is right."""

    def register(reference):
        def check(f):
            return _judge(f, reference, slips)

        check.__name__ = check.__qualname__ = reference.__name__
        check.__module__ = reference.__module__
        check.__doc__ = f"Check your `{reference.__name__}(n_in, n_out, rng)`.\n\n{reference.__doc__}"
        return checker(reference, slips)(check)

    return register


def _judge(f, reference, slips):
    name = reference.__name__
    if wrong := unfit(f, reference, FORMULA):
        return named(wrong)
    got = _run(f)
    if all(o.returned is None or o.returned is ... for o in got if not o.error) and not got[0].error:
        return undone(f"`{name}` returns nothing yet. (Already written? Then its `return` is missing.)")
    if isinstance(got[0].error, NotImplementedError):
        return undone(f"`{name}` is still blank.")
    if broken := next((line for o in got if (line := _broken(o, f))), ""):
        return unnamed(broken)
    if any(_repeats(o.returned) for o in got):
        return named("Whole columns or rows of W are equal: such units are twins, and stay twins. Draw every weight.")
    mine, want = _draws(got), _draws(_run(reference))
    if faults := list(filter(None, map(_fault, mine, want, SHAPES))):
        known = [words for words, slip in slips.items() if _alike(mine, _draws(_run(slip)))]
        return _told(known[:1] or _searched(f, reference, mine, want), faults[0])
    return correct(f"`{name}` has the mean and the variance that are wanted at all {len(SHAPES)} shapes.")


def _told(mistakes, fault):
    return named(*mistakes, details=(fault,)) if mistakes else named(fault)


def _searched(f, reference, mine, want):
    """The change of the reference's formula, or of the learner's source, that explains the spread."""
    if not all(d.repeats and d.goes_on for d in mine):
        return []
    got, right = ([Outcome(d.numbers) for d in draws] for draws in (mine, want))
    return searched(f, reference, FORMULA, got, right, run=_numbers, rtol=CLOSE)


def _numbers(f, arguments):
    """What an initializer draws, by its formula if that tells, else by drawing."""
    try:
        w = f(**arguments | {"rng": _Formula()})
    except (AttributeError, TypeError):
        w = None
    if not isinstance(w, _Spread):
        w = f(**arguments | {"rng": np.random.default_rng(0)})
        return Draws(w.shape, w.std(), w.mean(), True, True).numbers
    return Draws(w.shape, w.std, w.mean, True, True).numbers


def _run(f):
    return outcomes(
        f,
        [
            {"n_in": n_in, "n_out": n_out, "rng": np.random.default_rng(seed)}
            for n_in, n_out in SHAPES
            for seed in SEEDS
        ],
    )


def _broken(outcome, f):
    """Why an outcome is no array of numbers; empty if it is one."""
    if outcome.error:
        return failure(outcome.error, f)
    w = outcome.returned
    if not isinstance(w, np.ndarray) or w.dtype.kind != "f":
        return f"It returns a {type(w).__name__}; want an array of floats of shape `(n_in, n_out)`."
    return "" if np.isfinite(w).all() else "Some of its weights are not finite."


def _repeats(w):
    """Whether all columns are equal, or all rows, but not all weights."""
    return w.ndim == 2 and np.ptp(w) > 0 and any((w == w.take([0], axis)).all() for axis in (0, 1))


def _draws(got):
    found = []
    for i in range(0, len(got), len(SEEDS)):
        a, b, c = (o.returned for o in got[i : i + len(SEEDS)])
        found.append(Draws(a.shape, a.std(), a.mean(), np.array_equal(a, b), not np.array_equal(a, c)))
    return found


def _fault(mine, want, shape):
    where = f"At n_in = {shape[0]}, n_out = {shape[1]}"
    if mine.shape != shape:
        return f"{where} its shape is {mine.shape}, want `(n_in, n_out)`."
    if abs(mine.mean) > CLOSE * max(want.std, mine.std):
        return f"{where} the mean of the weights is {mine.mean:.3g}, want 0."
    if abs(mine.std / want.std - 1) > CLOSE:
        return f"{where} the std of the weights is {mine.std:.4g}, want {want.std:.4g}."
    if not mine.repeats:
        return "The same seed gives other weights the second time: draw from the `rng` handed in."
    return "" if mine.goes_on else "Two seeds give the same weights: draw from the `rng` handed in."


def _alike(some, others):
    return all(
        a.shape == b.shape
        and a.repeats == b.repeats
        and a.goes_on == b.goes_on
        and abs(a.std - b.std) <= CLOSE * b.std
        and abs(a.mean - b.mean) <= CLOSE * b.std
        for a, b in zip(some, others, strict=True)
    )


def _normal(std):
    return lambda n_in, n_out, rng: rng.normal(0, std(n_in, n_out), (n_in, n_out))


def _common(std):
    """What is got wrong in every initializer of this std."""
    return {
        "The root is missing: rng.normal takes the standard deviation, and this is the variance.": _normal(
            lambda n_in, n_out: std(n_in, n_out) ** 2
        ),
        "The weights have std 0.01 whatever the layer's size.": _normal(lambda n_in, n_out: 0.01),
        "The weights are drawn from N(0, 1) and not scaled.": _normal(lambda n_in, n_out: 1.0),
        "They are divided by what they should be multiplied with.": _normal(lambda n_in, n_out: 1 / std(n_in, n_out)),
        "W is transposed: a layer is x @ W, so W has a row for each input.": lambda n_in, n_out, rng: rng.normal(
            0, std(n_in, n_out), (n_out, n_in)
        ),
        "A uniform draw from -s to s has std s / √3: make it wider by √3.": lambda n_in, n_out, rng: (
            rng.uniform(-1, 1, (n_in, n_out)) * std(n_in, n_out)
        ),
        "A uniform draw from 0 has a mean above 0: draw from -√3 std to √3 std.": lambda n_in, n_out, rng: rng.uniform(
            0, 3**0.5 * std(n_in, n_out), (n_in, n_out)
        ),
        "A draw from -½ to ½ has std 1/√12, not 1: it is to be wider by √12.": lambda n_in, n_out, rng: (
            (rng.random((n_in, n_out)) - 0.5) * std(n_in, n_out)
        ),
        "The deviation stands where the mean belongs: rng.normal wants the mean, 0, first, then the deviation.": (
            lambda n_in, n_out, rng: rng.normal(std(n_in, n_out), 1, (n_in, n_out))
        ),
        "All weights are 0: the units of a layer are twins, and no signal gets through.": _normal(
            lambda n_in, n_out: 0.0
        ),
        "This is uniform to 1/√n_in, PyTorch's default for a layer: its variance is 1 / (3 n_in).": _normal(
            lambda n_in, n_out: (3 * n_in) ** -0.5
        ),
        "All weights are positive: rng.random draws from 0 to 1, a mean of ½.": lambda n_in, n_out, rng: (
            rng.random((n_in, n_out)) * std(n_in, n_out)
        ),
        "All weights are equal: the units of a layer are twins, and stay twins. Draw them.": lambda n_in, n_out, rng: (
            np.full((n_in, n_out), std(n_in, n_out))
        ),
        "rng is not used: the same weights come out of every seed.": lambda n_in, n_out, rng: np.random.default_rng(
            0
        ).normal(0, std(n_in, n_out), (n_in, n_out)),
        "rng is not used: the same seed gives other weights each time.": lambda n_in, n_out, rng: (
            np.random.default_rng().normal(0, std(n_in, n_out), (n_in, n_out))
        ),
    }


@initializer(
    slips=_common(lambda n_in, n_out: (2 / n_in) ** 0.5)
    | {
        "This is LeCun's 1 / n_in: ReLU sets half of the signal to 0, and the 2 makes up for it.": _normal(
            lambda n_in, n_out: n_in**-0.5
        ),
        "The 6 belongs to a uniform draw, from -√(6 / n_in) to √(6 / n_in): a normal one takes 2.": _normal(
            lambda n_in, n_out: (6 / n_in) ** 0.5
        ),
        "This is Glorot's variance, 2 / (n_in + n_out): He counts the inputs only.": _normal(
            lambda n_in, n_out: (2 / (n_in + n_out)) ** 0.5
        ),
        "The outputs are counted: a unit sums over its inputs.": _normal(lambda n_in, n_out: (2 / n_out) ** 0.5),
        "The 2 stands beside the root: √2 / √n_in is wanted, not 2 / √n_in.": _normal(
            lambda n_in, n_out: 2 / n_in**0.5
        ),
        "The 2 divides: the variance is 2 / n_in, not 1 / (2 n_in).": _normal(lambda n_in, n_out: (2 * n_in) ** -0.5),
    }
)
def he_init(n_in, n_out, rng):
    """Weights (n_in, n_out) with mean 0 and the variance that keeps the mean square of ReLU layers, 2 / n_in.

    Any distribution with this mean and variance is right. Source: He, Zhang, Ren and Sun (2015).
    """
    return rng.normal(0, (2 / n_in) ** 0.5, (n_in, n_out))


@initializer(
    slips=_common(lambda n_in, n_out: (2 / (n_in + n_out)) ** 0.5)
    | {
        "This is 1 / n_in, LeCun's variance, which many texts call Xavier: Glorot's also counts the outputs.": _normal(
            lambda n_in, n_out: n_in**-0.5
        ),
        "This is He's variance, 2 / n_in: Glorot's also counts the outputs.": _normal(
            lambda n_in, n_out: (2 / n_in) ** 0.5
        ),
        "This is 1 / n_out, which keeps the gradient only.": _normal(lambda n_in, n_out: n_out**-0.5),
        "The 2 is missing, or a uniform draw ends at √(3 / (n_in + n_out)): the variance wanted is 2 / (n_in + n_out), "
        "which a uniform draw has that ends at √(6 / (n_in + n_out)).": _normal(
            lambda n_in, n_out: (n_in + n_out) ** -0.5
        ),
        "The 6 belongs to a uniform draw, from -√(6 / (n_in + n_out)) up: a normal one takes 2.": _normal(
            lambda n_in, n_out: (6 / (n_in + n_out)) ** 0.5
        ),
        "1 / n_in and 1 / n_out are added: Glorot takes 1 over the mean of n_in and n_out.": _normal(
            lambda n_in, n_out: (1 / n_in + 1 / n_out) ** 0.5
        ),
        "The mean of the two deviations is taken: Glorot takes 1 over the mean of n_in and n_out, and then the root.": _normal(
            lambda n_in, n_out: (n_in**-0.5 + n_out**-0.5) / 2
        ),
        "This is 1 over the geometric mean, √(n_in n_out): Glorot takes the plain one, (n_in + n_out) / 2.": _normal(
            lambda n_in, n_out: (n_in * n_out) ** -0.25
        ),
        "The larger of the two counts alone: Glorot takes the mean of n_in and n_out.": _normal(
            lambda n_in, n_out: max(n_in, n_out) ** -0.5
        ),
        "The mean of 1 / n_in and 1 / n_out is taken: Glorot takes 1 over the mean of n_in and n_out.": _normal(
            lambda n_in, n_out: ((1 / n_in + 1 / n_out) / 2) ** 0.5
        ),
    }
)
def xavier_init(n_in, n_out, rng):
    """Weights (n_in, n_out) with mean 0 and variance 2 / (n_in + n_out), between forward and backward.

    Any distribution with this mean and variance is right. Source: Glorot and Bengio (2010).
    """
    return rng.normal(0, (2 / (n_in + n_out)) ** 0.5, (n_in, n_out))


Q = "q = (n * std**2 / 2) ** layer"


@exercise(
    cases=[
        {"n": 4096, "std": 1 / 64, "layer": 1},
        {"n": 4096, "std": 1 / 64, "layer": 10},
        {"n": 512, "std": 1 / 16, "layer": 10},
        {"n": 1000, "std": 0.05, "layer": 3},
    ],
    slips=edits(
        {
            "This is the root mean square, √q: ReLU's mean is not 0, and std² = q - mean².": (" * (1 - 1 / np.pi)", ""),
            "This is the mean of the layer, √(q / π).": ("(1 - 1 / np.pi)", "(1 / np.pi)"),
            "This is the variance: its root is missing.": (" ** 0.5", ""),
            "This is the mean square q: std² = q - mean², and a root.": ("(q * (1 - 1 / np.pi)) ** 0.5", "q"),
            "This is the std one layer earlier: the first layer has a factor already.": ("** layer", "** (layer - 1)"),
            "ReLU's half is missing: q' = n · std² · q / 2.": ("std**2 / 2", "std**2"),
            "ReLU's half is taken once: every layer takes one.": (Q, "q = (n * std**2) ** layer / 2"),
            "The variance of the weights is std², not std.": ("std**2", "std"),
            "n is forgotten: a unit sums n products.": ("n * std", "std"),
            "n and std² are multiplied once: every layer multiplies by them.": (Q, "q = n * std**2 / 2**layer"),
            "The factors are added up, layer times: they multiply, to the power layer.": ("** layer", "* layer"),
            "This is the std of the pre-activations: after them comes ReLU.": ("q * (1 - 1 / np.pi)", "2 * q"),
            "The mean is squared once more: √(q / π) is the mean, so mean² is q / π.": (
                "q * (1 - 1 / np.pi)",
                "q - (q / np.pi) ** 2",
            ),
            "The deviations are subtracted: it is their squares, q - mean², and the root of all that.": (
                "(q * (1 - 1 / np.pi)) ** 0.5",
                "q**0.5 * (1 - np.pi**-0.5)",
            ),
            "The variance is handed on: the next layer's sums grow with the mean square q, mean and all, and mean² is taken "
            "off once, in the end.": [
                (Q, "q = (n * std**2 / 2 * (1 - 1 / np.pi)) ** layer"),
                ("(q * (1 - 1 / np.pi)) ** 0.5", "q**0.5"),
            ],
            "std is left out of the power: every layer has its own factor, n · std² / 2.": (
                "(q * (1 - 1 / np.pi)) ** 0.5",
                "std * (n / 2) ** (layer / 2)",
            ),
            "This is a net without ReLU: it halves the mean square of every layer, and leaves a mean.": [
                ("std**2 / 2", "std**2"),
                ("(q * (1 - 1 / np.pi)) ** 0.5", "q**0.5"),
            ],
            "The root is taken of q alone: std is the root of all of q · (1 - 1/π).": (
                "(q * (1 - 1 / np.pi)) ** 0.5",
                "q**0.5 * (1 - 1 / np.pi)",
            ),
        }
    ),
)
def predict_std(n, std, layer):
    """The std of a layer's activations in a wide ReLU net, without a run.

    Every layer has n inputs and N(0, std²) weights. The net's inputs have mean square 1; layers count from 1.
    Its mean square is q, and std² = q · (1 - 1/π).
    """
    q = (n * std**2 / 2) ** layer
    return (q * (1 - 1 / np.pi)) ** 0.5


Z = np.random.default_rng(0).normal(size=1000)


@exercise(
    cases=[
        {"f": tanh, "z": np.array([-1.0, 0.5, 2.0])},
        {"f": relu, "z": Z},
        {"f": sigmoid, "z": Z},
        {"f": np.abs, "z": 2 * Z[:5]},
    ],
    slips=edits(
        {
            "The root is missing: this gain would be right for the variance of the weights.": ("np.sqrt(", "("),
            "This is what the activation leaves: the gain is 1 over it.": ("1 / np", "1 * np"),
            "This is the mean square that the activation leaves: the gain is 1 over its root.": [
                ("1 / np", "1 * np"),
                ("sqrt(", "abs("),
            ],
            "The mean is subtracted: the next layer's sums grow with E[f²], mean and all.": (
                "np.mean(f(z) ** 2)",
                "np.var(f(z))",
            ),
            "The mean is subtracted, and the root is missing: the gain is 1/√(mean of f(z)²).": [
                ("np.sqrt(", "("),
                ("np.mean(f(z) ** 2)", "np.var(f(z))"),
            ],
            "The deviations are compared: sums grow with the mean of f(z)², mean and all, and z needs no division.": [
                ("1 / np", "np.std(z) / np"),
                ("np.mean(f(z) ** 2)", "np.var(f(z))"),
            ],
            "The mean is taken last, of 1/|f(z)|: it is taken of f(z)² first.": (
                "1 / np.sqrt(np.mean(f(z) ** 2))",
                "np.mean(1 / np.abs(f(z)))",
            ),
            "The mean of |f| is taken: sums grow with the mean of f².": (
                "np.sqrt(np.mean(f(z) ** 2))",
                "np.mean(np.abs(f(z)))",
            ),
            "z is squared before f: it is f(z)².": ("f(z) ** 2", "f(z**2)"),
            "The squares are summed: their mean is wanted.": ("np.mean", "np.sum"),
            "f is squared after its mean: it is the mean of f².": ("f(z) ** 2)", "f(z)) ** 2"),
            "f is not used: without it the gain is about 1.": ("f(z)", "z"),
            "The gain is divided by z's own size: z is N(0, 1) as it is.": ("1 / np", "np.sqrt(np.mean(z**2)) / np"),
            "There is a 2 too many: it belongs to He's formula, where it stands for what this mean finds.": (
                "1 / np",
                "2**0.5 / np",
            ),
        }
    ),
)
def gain_for(f, z):
    """The gain with which pre-activations of variance 1 give pre-activations of variance 1, from draws z of N(0, 1).

    gain = 1 / √(mean of f(z)²)
    """
    return 1 / np.sqrt(np.mean(f(z) ** 2))


N_LAYERS, N_UNITS, N_DRAWS = 50, 4096, 3


@checker(
    reference=1.6**0.5,
    slips={
        "The checker wants a number, got str.": "1.26",
        "The gain is a number above 0, got -1.26.": -1.26,
        "This is the gain of ReLU: here the negative half is folded up, not cut off, so more of the signal is left.": 2
        ** 0.5,
        "With a gain of 1 nothing is made up for": 1.0,
        "This is gain², 1 / E[f(z)²]: the gain is its root.": 1.6,
        "This is E[f(z)²] itself: the gain is one over its root.": 0.625,
        "The mean was subtracted: sums grow with the mean square of f(z), not with its variance.": (
            0.625 - 9 / (8 * np.pi)
        )
        ** -0.5,
        "The slope ½ is not squared: f(z)² is z² / 4 on the negative side.": 0.75**-0.5,
        "Both sides are counted whole: each of them is half of the draws.": 1.25**-0.5,
        "This is √E[f(z)²]: the gain is one over it.": 0.625**0.5,
        "This is 1 / E|f(z)|: sums grow with the mean square.": 4 / 3 * (np.pi / 2) ** 0.5,
        "There is a 2 too many: it belongs to ReLU, where it stands for what E[f(z)²] finds.": 3.2**0.5,
        "The signal dies": 1.2,
        "The signal explodes": 1.3,
    },
)
def fifty_layers(gain):
    """Check your gain for f(s) = max(s, -s / 2).

    With weights from N(0, gain² / n) the mean square of the last of fifty layers of n = 4,096 units must lie between
    0.5 and 2 for each of three draws.
    """
    if gain is None or gain is ...:
        return undone("`gain` is still blank.")
    if not isinstance(gain, (int, float, np.number)) or isinstance(gain, bool):
        return named(f"The checker wants a number, got {type(gain).__name__}.")
    if not 0 < gain < np.inf:
        return named(f"The gain is a number above 0, got {gain:g}.")
    squares = [_last_square(float(gain), draw) for draw in range(N_DRAWS)]
    ends = ", ".join(f"{square:.3g}" for square in squares)
    if all(0.5 < square < 2 for square in squares):
        return correct(f"After fifty layers the mean squares are {ends}.")
    for value, words in _KNOWN_GAINS.items():
        if abs(gain / value - 1) < 2e-3:
            return named(f"{words} The mean squares of three draws are {ends}, want each between 0.5 and 2.")
    fate = "dies" if squares[0] < 1 else "explodes"
    return named(f"The signal {fate}: the mean squares of three draws are {ends}, want each between 0.5 and 2.")


_KNOWN_GAINS = {
    2
    ** 0.5: "This is the gain of ReLU: here the negative half is folded up, not cut off, so more of the signal is left.",
    1.0: "With a gain of 1 nothing is made up for: f takes away more than a third of the mean square in each layer.",
    1.6: "This is gain², 1 / E[f(z)²]: the gain is its root.",
    0.625: "This is E[f(z)²] itself: the gain is one over its root.",
    0.75**-0.5: "The slope ½ is not squared: f(z)² is z² / 4 on the negative side.",
    1.25**-0.5: "Both sides are counted whole: each of them is half of the draws.",
    0.625**0.5: "This is √E[f(z)²]: the gain is one over it.",
    4 / 3 * (np.pi / 2) ** 0.5: "This is 1 / E|f(z)|: sums grow with the mean square.",
    3.2**0.5: "There is a 2 too many: it belongs to ReLU, where it stands for what E[f(z)²] finds.",
    (0.625 - 9 / (8 * np.pi)) ** -0.5: (
        "The mean was subtracted: sums grow with the mean square of f(z), not with its variance."
    ),
}


def _last_square(gain, draw):
    rng = np.random.default_rng(draw)
    x = rng.normal(size=(4, N_UNITS))
    stds = [gain / N_UNITS**0.5] * N_LAYERS
    with np.errstate(all="ignore"):
        return float(
            np.mean(propagate(x, lambda s: np.maximum(s, -s / 2), [N_UNITS] * N_LAYERS, stds, rng)[-1][1] ** 2)
        )


STRANGERS = {"A": "1/n_out", "B": "LeCun", "C": "He", "D": "Glorot"}
SIGNS = {
    "LeCun": "n_in Var(W) = 1, and a ReLU halves the mean square: by what is the signal multiplied?",
    "He": "it is made so that a ReLU's signal stays level.",
    "Glorot": "with n_out = n_in / 3 its variance is 1.5 / n_in: between the others, both ways.",
    "1/n_out": "with n_out = n_in / 3 its variance is 3 / n_in: the largest of the four.",
}


@checker(
    reference=STRANGERS,
    slips={
        "The checker wants a dict such as {'A': 'LeCun', ...}, got str.": "LeCun",
        "B: got 'lecun', want one of 'LeCun', 'He', 'Glorot', '1/n_out'": STRANGERS | {"B": "lecun"},
        "A and C are exchanged.": STRANGERS | {"A": "He", "C": "1/n_out"},
        "3 of 4 are right. B: n_in Var(W) = 1": STRANGERS | {"B": "Glorot"},
    },
)
def strangers(answer):
    """Check your diagnosis: a dict from "A", "B", "C", "D" to the initialization of the net."""
    done = "All four are named, by the signal alone; the gradient confirms it."
    return diagnosed(answer, "strangers", STRANGERS, SIGNS, done)
