"""Checkers of the chapter on activations: saturation, dead units, the update-to-weight ratio, and a net to repair."""

import itertools

import numpy as np

from ..data import digits
from ..health import layer_health
from ..initializers import normal
from ..layers import Dense, Sigmoid, Tanh
from ..losses import softmax_cross_entropy
from ..network import Network
from ..optimizers import SGD
from ..training import fit
from ._diagnosis import diagnosed
from ._outcomes import outcomes
from ._protocol import checker, edits, exercise, unfit
from ._symptoms import failure
from ._verdict import correct, named, undone, unnamed

draws = np.random.default_rng(4)
ENDS = np.array([-1.0, -0.995, 0.2, 0.99])
WIDE = np.tanh(draws.normal(0, 3, (5, 4)))
RECTIFIED = np.maximum(draws.normal(0, 1, (4, 6)) - np.array([9.0, 0, 9, 1, -1, 0]), 0)


@exercise(
    cases=[
        {"h": ENDS},
        {"h": WIDE},
        {"h": WIDE, "limit": 0.5},
        {"h": np.ones((2, 3))},
        {"h": np.tanh(draws.normal(0, 3, (3, 7, 11)))},
        {"h": np.array(-1.0)},
    ],
    slips=edits(
        {
            "Only the upper end is counted: tanh saturates at -1 too.": ("abs(h)", "h"),
            "Nothing is above one end and below the other at once: want | (or) between the two, or abs(h).": (
                "abs(h) > limit",
                "(h > limit) & (h < -limit)",
            ),
            "A value that is exactly at the limit counts here; |h| is to be above it.": ("> limit", ">= limit"),
            "This is how many are saturated; the share is wanted.": ("np.mean", "np.sum"),
            "This is the share that is not saturated.": ("> limit", "<= limit"),
            "This is the share that is not saturated, without those that are exactly at the limit.": (
                "> limit",
                "< limit",
            ),
            "This is a percentage; a share goes from 0 to 1.": ("np.mean", "100 * np.mean"),
            "limit is not used: it is 0.99 whatever is asked for.": ("> limit", "> 0.99"),
            "The mean is taken before the comparison: this asks whether the mean output is saturated.": (
                "np.mean(abs(h) > limit)",
                "np.mean(abs(np.mean(h)) > limit)",
            ),
            "The mean size is taken before the comparison: the two ends no longer count one by one.": (
                "np.mean(abs(h) > limit)",
                "np.mean(np.mean(abs(h)) > limit)",
            ),
            "This is a share for each unit; one number for the whole layer is wanted.": (
                "np.mean(abs(h) > limit)",
                "np.mean(abs(h) > limit, axis=0)",
            ),
            "Only outputs of exactly 1 and -1 are counted: nearly flat is flat enough.": ("> limit", "== 1"),
            "h is squared before the comparison: that asks for |h| above the root of the limit.": ("abs(h)", "h**2"),
            "It is divided by the number of rows: divide by the number of entries, h.size.": (
                "np.mean(abs(h) > limit)",
                "np.sum(abs(h) > limit) / np.atleast_1d(h).shape[0]",
            ),
        }
    ),
)
def saturation_fraction(h, limit=0.99):
    """The share of a tanh layer's outputs h, of any shape, with |h| > limit."""
    return np.mean(abs(h) > limit)


@exercise(
    cases=[
        {"h": np.array([[0.0, 0.0, 1.0], [0.0, 2.0, 0.0]])},
        {"h": RECTIFIED},
        {"h": np.array([[0.0, -1.0, -0.02], [0.0, 1.0, -0.03]])},
        # Units that are stuck at a value, below zero, or at 0 in all but one sample.
        {"h": np.array([[0.7, 0.0, -0.1, 0.0, -0.1], [0.7, 0.0, 0.0, 0.0, -0.2], [0.7, 3.0, 0.0, 0.0, -0.3]])},
        {"h": np.array([[0.0, -2.0, 1.5]])},
        *({"h": draws.choice([0.0, 0.0, 0.0, 0.0, -1.0, 1.0], size=(2 + i % 3, 6))} for i in range(8)),
    ],
    slips=edits(
        {
            "The axes are swapped: this asks which samples turn every unit off.": ("axis=0", "axis=1"),
            "This marks units that are 0 for some sample; a dead one is 0 for every sample.": ("np.all", "np.any"),
            "This marks the units that are alive.": ("np.all", "~np.all"),
            "This is how many are dead; True or False for each unit is wanted.": (
                "np.all(h == 0, axis=0)",
                "np.all(h == 0, axis=0).sum()",
            ),
            "This is the share of dead units; True or False for each unit is wanted.": (
                "np.all(h == 0, axis=0)",
                "np.all(h == 0, axis=0).mean()",
            ),
            "These are the numbers of the dead units; True or False for each unit is wanted.": (
                "np.all(h == 0, axis=0)",
                "np.flatnonzero(np.all(h == 0, axis=0))",
            ),
            "This is the share of samples for which a unit is 0; a dead one has a share of 1.": ("np.all", "np.mean"),
            "This is the share of all values that are 0.": ("np.all(h == 0, axis=0)", "np.mean(h == 0)"),
            "The mean over the samples is compared with 0: outputs of both signs can cancel.": (
                "np.all(h == 0, axis=0)",
                "h.mean(axis=0) == 0",
            ),
            "The largest output is compared with 0: those of a leaky ReLU may all be below.": (
                "np.all(h == 0, axis=0)",
                "h.max(axis=0) == 0",
            ),
            "The smallest output is compared with 0: the others may be larger.": (
                "np.all(h == 0, axis=0)",
                "h.min(axis=0) == 0",
            ),
            "The spread is compared with 0: a unit that is stuck at another value has none either.": (
                "np.all(h == 0, axis=0)",
                "np.ptp(h, axis=0) == 0",
            ),
            "Negative outputs count as dead here: those of a leaky ReLU still pass a gradient.": ("h == 0", "h <= 0"),
        }
    ),
)
def dead_units(h):
    """True for each unit, a column of h (n_samples, n_units), that is 0 for every sample."""
    return np.all(h == 0, axis=0)


@exercise(
    cases=[
        {"step": np.array([0.003, -0.004]), "w": np.array([3.0, 4.0])},
        {"step": 0.01 * draws.normal(size=(3, 4)) + 0.02, "w": draws.normal(size=(3, 4))},
        {"step": np.array([1e-3, 0.0, -1e-3]), "w": np.array([0.0, 2.0, -1.0])},
    ],
    slips=edits(
        {
            "The quotient is upside down: the weights are divided by the step.": (
                "np.sqrt(np.sum(step**2)) / np.sqrt(np.sum(w**2))",
                "np.sqrt(np.sum(w**2)) / np.sqrt(np.sum(step**2))",
            ),
            "The roots are forgotten: this is the square of the ratio.": (
                "np.sqrt(np.sum(step**2)) / np.sqrt(np.sum(w**2))",
                "np.sum(step**2) / np.sum(w**2)",
            ),
            "These are means with their signs: they cancel.": (
                "np.sqrt(np.sum(step**2)) / np.sqrt(np.sum(w**2))",
                "np.mean(step) / np.mean(w)",
            ),
            "The sizes of the means are compared: positive and negative weights cancel in them.": (
                "np.sqrt(np.sum(step**2)) / np.sqrt(np.sum(w**2))",
                "abs(np.mean(step) / np.mean(w))",
            ),
            "These are standard deviations, as in some texts. Here it is the norms.": (
                "np.sqrt(np.sum(step**2)) / np.sqrt(np.sum(w**2))",
                "np.std(step) / np.std(w)",
            ),
            "These are mean sizes, or sums of them; want the norms, the roots of the sums of squares.": (
                "np.sqrt(np.sum(step**2)) / np.sqrt(np.sum(w**2))",
                "np.mean(abs(step)) / np.mean(abs(w))",
            ),
            "The largest entries are compared; want the norms.": (
                "np.sqrt(np.sum(step**2)) / np.sqrt(np.sum(w**2))",
                "np.max(abs(step)) / np.max(abs(w))",
            ),
            "The ratio is taken weight by weight: where a weight is 0 that is infinite.": (
                "np.sqrt(np.sum(step**2)) / np.sqrt(np.sum(w**2))",
                "np.mean(abs(step / w))",
            ),
            "This is a ratio for each weight; one number for the whole array is wanted.": (
                "np.sqrt(np.sum(step**2)) / np.sqrt(np.sum(w**2))",
                "abs(step / w)",
            ),
            "The weights after the step are in the denominator; want those before it.": (
                "np.sum(w**2)",
                "np.sum((w + step)**2)",
            ),
            "This is the spectral norm, the longest stretch of a vector: of a matrix, want the root of the sum of squares.": (
                "np.sqrt(np.sum(step**2)) / np.sqrt(np.sum(w**2))",
                "np.linalg.norm(step, 2) / np.linalg.norm(w, 2)",
            ),
        }
    ),
)
def update_ratio(step, w):
    """‖step‖ / ‖w‖: how much a step changes an array of weights; norms are roots of sums of squares."""
    return np.sqrt(np.sum(step**2)) / np.sqrt(np.sum(w**2))


WIDTH, DEPTH, EPOCHS, RATE, SEED = 50, 8, 8, 0.1, 0
MOST_FLAT, LEAST_STD, LEAST_ACCURACY = 0.3, 0.1, 0.8


def repaired(n_in, n_out, rng):
    """An initializer that keeps the signal: variance 1 / n_in."""
    return rng.normal(0, n_in**-0.5, (n_in, n_out))


@checker(
    reference=repaired,
    slips={
        "71% of layer 3 is flat at the start; want at most 30%.": normal(1.0),
        "36% of layer 3 is flat at the start; want at most 30%.": normal(0.45),
        "The signal dies: the outputs of layer 8 have std 0.00012, want at least 0.1.": normal(0.05),
        "All units of layer 1 have equal weights: they are twins, and stay twins.": lambda n_in, n_out, rng: np.full(
            (n_in, n_out), 1 / n_in
        ),
        "The variance and the standard deviation are mixed up: std is 1 / n_in, want its root.": lambda n_in, n_out, rng: (
            rng.normal(0, 1 / n_in, (n_in, n_out))
        ),
        "W has shape (50, 64), want (64, 50): n_in rows, n_out columns.": lambda n_in, n_out, rng: rng.normal(
            0, n_in**-0.5, (n_out, n_in)
        ),
        "rng is not used: every layer gets the same weights, whatever the seed.": lambda n_in, n_out, rng: repaired(
            n_in, n_out, np.random.default_rng(3)
        ),
        "The same seed gives other weights the second time: draw from the `rng` handed in.".replace("`", ""): (
            lambda n_in, n_out, rng: repaired(n_in, n_out, np.random.default_rng())
        ),
        "It stops with TypeError": lambda n_in, n_out, rng: rng.normal(0, 1, n_in, n_out),
        "The checker wants the function itself, check.repair_init(repair_init), and was given an array": np.zeros(
            (64, 50)
        ),
    },
)
def repair_init(init):
    """Check your `repair_init(n_in, n_out, rng)`, an initializer for eight tanh layers of 50 units on digits.

    At the start at most 30% of any layer may be flat, and the outputs of layer 8 must have a standard deviation of at
    least 0.1; after 8 epochs at lr = 0.1 at least 80% of the validation digits must be right.
    """
    cases = [{"n_in": 64, "n_out": WIDTH, "rng": np.random.default_rng(seed)} for seed in (SEED, SEED, SEED + 1)]
    if wrong := unfit(init, _named, cases):
        return named(wrong)
    got = outcomes(init, cases)
    if error := got[0].error:
        if isinstance(error, NotImplementedError):
            return undone("`repair_init` is still blank.")
        return unnamed(failure(error, init))
    if got[0].returned is None or got[0].returned is ...:
        return undone("`repair_init` returns nothing yet.")
    try:
        if words := _unfit(*(np.asarray(o.returned, dtype=float) for o in got)):
            return named(words)
    except Exception:  # whatever the learner's object raises when it is asked for numbers
        return named(f"It returns a {type(got[0].returned).__name__}, want an array of numbers.")
    try:
        return _try(init)
    except Exception as error:  # at the shapes of other layers the learner's function may do anything
        return unnamed(failure(error, init))


def _named(n_in, n_out, rng):
    """The signature that is asked for."""


_named.__name__ = "repair_init"


def _unfit(w, again, other):
    """What is wrong with matrices of weights, if that can be seen without a net."""
    if w.shape != (64, WIDTH):
        return f"W has shape {w.shape}, want (64, {WIDTH}): n_in rows, n_out columns."
    if not np.isfinite(w).all():
        return "W holds numbers that are not finite."
    if not np.ptp(w, axis=1).any():
        return "All units of layer 1 have equal weights: they are twins, and stay twins."
    if not np.array_equal(w, again):
        return "The same seed gives other weights the second time: draw from the `rng` handed in."
    if np.array_equal(w, other):
        return "`rng` is not used: every layer gets the same weights, whatever the seed. Draw from the rng handed in."
    if 0.8 < w.std() * 64 < 1.2:
        return "The variance and the standard deviation are mixed up: std is 1 / n_in, want its root."
    return ""


def _try(init):
    """The verdict on an initializer from the net's health at the start and its accuracy after training."""
    split, net = digits(), _net(init)
    layers = layer_health(net, split.train.x)
    worst = max(range(DEPTH), key=lambda i: layers[i].flat)
    flat, std = layers[worst].flat, layers[-1].std
    if flat > MOST_FLAT:
        return named(f"{flat:.0%} of layer {worst + 1} is flat at the start; want at most {MOST_FLAT:.0%}.")
    if std < LEAST_STD:
        return named(f"The signal dies: the outputs of layer {DEPTH} have std {std:.2g}, want at least {LEAST_STD}.")
    accuracy = fit(net, split, SGD(lr=RATE), EPOCHS, rng=SEED, progress=False).final_val_accuracy
    told = f"After {EPOCHS} epochs {accuracy:.0%} of the validation digits are right"
    health = f"At the start at most {flat:.1%} of a layer was flat; layer {DEPTH} had std {std:.2g}."
    if accuracy >= LEAST_ACCURACY:
        return correct(f"{told}.", health)
    return named(f"{told}; want at least {LEAST_ACCURACY:.0%}.", details=(health,))


def _net(init):
    generator, sizes = np.random.default_rng(SEED), [64] + [WIDTH] * DEPTH
    layers = [layer for pair in itertools.pairwise(sizes) for layer in (Dense(*pair, init=init, rng=generator), Tanh())]
    return Network([*layers, Dense(WIDTH, 10, init=init, rng=generator)])


RUNS = {
    "A": "weights too small",
    "B": "rate too small",
    "C": "sigmoid",
    "D": "healthy",
    "E": "weights too large",
    "F": "rate too large",
}  # which run is which on the dashboard
SIGNS = {
    "weights too small": "look at the activations at step 0, from layer 1 to layer 4.",
    "rate too small": "activations, slopes, units and gradients are as in a healthy run. What is left?",
    "sigmoid": "compare the gradient of layer 1 with that of the output layer.",
    "healthy": "its loss falls. Do the other panels give cause for alarm?",
    "weights too large": "look at the flat slopes, from the first step on.",
    "rate too large": "look at the dead units, and at when they die.",
}


@checker(
    reference=RUNS,
    slips={
        "The checker wants a dict such as {'A': 'healthy', ...}, got str.": "healthy",
        "A: got 'ill', want one of": RUNS | {"A": "ill"},
        "A and E are exchanged.": RUNS | {"A": "weights too large", "E": "weights too small"},
        "B and D are exchanged.": RUNS | {"B": "healthy", "D": "rate too small"},
        "5 of 6 are right. C: compare the gradient of layer 1": RUNS | {"C": "weights too small"},
        "5 of 6 are right. F: look at the dead units": RUNS | {"F": "weights too large"},
    },
)
def six_runs(answer):
    """Check your diagnosis of the dashboard: a dict from "A" ... "F" to what is the matter with each run."""
    done = "All six are right. The rate too small is the hardest: only the ratio gives it away."
    return diagnosed(answer, "six_runs", RUNS, dict(sorted(SIGNS.items())), done)


# Eight layers of sigmoids to win with

LAYERS_DEEP, WIN, SEEDS_DEEP = 8, 0.78, (0, 1, 2)


def _centered(n_in, n_out, rng, first):
    W = rng.normal(0, 6 / np.sqrt(n_in), (n_in, n_out))
    return W, np.zeros(n_out) if first else -W.sum(axis=0) / 2


def _uncentered(gain):
    return lambda n_in, n_out, rng, first: (rng.normal(0, gain / np.sqrt(n_in), (n_in, n_out)), np.zeros(n_out))


def _small_and_centered(n_in, n_out, rng, first):
    W, b = _centered(n_in, n_out, rng, first)
    return W / 3, b / 3


@checker(
    reference=_centered,
    slips={
        "in the first steps nothing comes back through eight slopes of at most a quarter": _uncentered(1.0),
        "the sums of layer 2 have a mean of their own": _uncentered(8.0),
        "The mean is taken care of. Try other sizes of W.": _small_and_centered,
        "All units of a layer are alike: they are twins, and stay twins.": lambda n_in, n_out, rng, first: (
            np.full((n_in, n_out), 1 / n_in),
            np.zeros(n_out),
        ),
        "It is to return two things, W and b": lambda n_in, n_out, rng, first: rng.normal(0, 1, (n_in, n_out)),
        "want W (64, 50) and b (50,)": lambda n_in, n_out, rng, first: (np.zeros((n_out, n_in)), np.zeros(n_out)),
        "The checker wants the function itself": 5.0,
    },
)
def sigmoid_start(start):
    """Check your `sigmoid_start(n_in, n_out, rng, first)`, which returns the first W and b of a layer of sigmoids.

    Eight such layers of 50 units, trained on digits for eight epochs by plain SGD at a rate of 1, must read 78% of the
    validation digits in the mean of three seeds. `first` says whether the layer's inputs are the pixels.
    """
    if start is None or start is ...:
        return undone("`sigmoid_start` is still blank.")
    if not callable(start):
        kind = type(start).__name__
        return named(f"The checker wants the function itself, `check.sigmoid_start(sigmoid_start)`, got {kind}.")
    case = {"n_in": 64, "n_out": WIDTH, "rng": np.random.default_rng(0), "first": True}
    (got,) = outcomes(start, [case])
    if isinstance(got.error, NotImplementedError) or (not got.error and (got.returned is None or got.returned is ...)):
        return undone("`sigmoid_start` returns nothing yet.")
    if got.error:
        return unnamed(failure(got.error, start))
    if not isinstance(got.returned, tuple | list) or len(got.returned) != 2:
        return named("It is to return two things, W and b.")
    try:
        shapes = tuple(np.shape(part) for part in got.returned)
    except Exception:  # whatever the learner's objects raise when they are asked for numbers
        return named("It returns two things that are no arrays of numbers.")
    if shapes != ((64, WIDTH), (WIDTH,)):
        return named(
            f"For 64 inputs and {WIDTH} units got W {shapes[0]} and b {shapes[1]}, want W (64, {WIDTH}) and b ({WIDTH},)."
        )
    try:
        found = [_read_by_sigmoids(start, seed) for seed in SEEDS_DEEP]
    except Exception as error:  # at the shapes of other layers the learner's function may do anything
        return unnamed(failure(error, start))
    read, ratio, center, apart = np.array(found).T
    words = f"From three seeds the net reads {', '.join(f'{share:.0%}' for share in read)} of the validation digits"
    if read.mean() >= WIN:
        return correct(f"{words}, {read.mean():.0%} in the mean: eight layers of sigmoids, by plain descent.")
    if not apart.any():
        return named("All units of a layer are alike: they are twins, and stay twins.")
    if center.mean() > 1.8:  # with b as it should be chance leaves 1.2 to 1.5, without it the mean is 2 to 7
        why = "the sums of layer 2 have a mean of their own, since its inputs lie about a half. What can b do about it?"
        if ratio.max() < 1e-3:
            why = (
                "in the first steps nothing comes back through eight slopes of at most a quarter: how large must W be?"
            )
    else:
        why = "The mean is taken care of. Try other sizes of W."
    return named(f"{words}, {read.mean():.0%} in the mean; want {WIN:.0%}. Think of this: {why}")


def _read_by_sigmoids(start, seed):
    """What a net of such layers reads of the validation digits, and three numbers of its start.

    The spread of the gradient of layer 1 over that of layer 8; the mean of the sums of layer 2, in their standard
    deviations; how far the units of layer 1 differ.
    """
    rng, layers, split = np.random.default_rng(seed), [], digits()
    for i in range(LAYERS_DEEP):
        n_in = WIDTH if i else 64
        dense = Dense(n_in, WIDTH, rng=rng)
        dense.W, dense.b = (np.asarray(part, dtype=float) for part in start(n_in, WIDTH, rng, i == 0))
        layers += [dense, Sigmoid()]
    net = Network([*layers, Dense(WIDTH, 10, rng=rng)])
    x, y = split.train
    net.backward(softmax_cross_entropy(net.forward(x, training=True), y)[1])
    ratio = net.layers[0].dW.std() / max(net.layers[-3].dW.std(), 1e-300)
    sums = net.layers[2].forward(net.layers[1].forward(net.layers[0].forward(x)))
    center = np.mean(abs(sums.mean(axis=0))) / max(sums.std(axis=0).mean(), 1e-300)
    apart = np.ptp(net.layers[0].W, axis=1).max()
    history = fit(net, split, SGD(lr=1.0), 8, rng=seed, evaluate_every=8, progress=False)
    return (history.val_accuracy[-1] if history.diverged_at < 0 else 0.1), ratio, center, apart
