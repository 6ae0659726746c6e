"""Checkers of chapter 05: saturation, dead units, the update-to-weight ratio, and an initializer that repairs a net."""

import itertools

import numpy as np

from ..data import digits
from ..health import layer_health
from ..initializers import normal
from ..layers import Dense, Tanh
from ..network import Network
from ..optimizers import SGD
from ..training import fit
from .base import CORRECT, NOT_DONE, NOT_YET, Verdict, checker
from .compare import exercise

draws = np.random.default_rng(4)
ENDS = np.array([-1.0, -0.995, 0.2, 0.99])
WIDE = np.tanh(draws.normal(0, 3, (5, 4)))
RECTIFIED = np.maximum(draws.normal(0, 1, (4, 6)) - np.array([9.0, 0, 9, 1, -1, 0]), 0)


@exercise(
    cases=[{"h": ENDS}, {"h": WIDE}, {"h": WIDE, "limit": 0.5}, {"h": np.ones((2, 3))}],
    slips={
        "Only the upper end is counted: tanh saturates at -1 too.": lambda h, limit=0.99: np.mean(h > limit),
        "A value that is exactly at the limit counts here; |h| is to be above it.": lambda h, limit=0.99: np.mean(
            abs(h) >= limit
        ),
        "This is how many are saturated; the share is wanted.": lambda h, limit=0.99: np.sum(abs(h) > limit),
        "This is the share that is not saturated.": lambda h, limit=0.99: np.mean(abs(h) <= limit),
        "This is a percentage; a share goes from 0 to 1.": lambda h, limit=0.99: 100 * np.mean(abs(h) > limit),
        "limit is not used: it is 0.99 whatever is asked for.": lambda h, limit=0.99: np.mean(abs(h) > 0.99),
        "The mean is taken before the comparison: this asks whether the mean output is saturated.": lambda h, limit=0.99: (
            np.mean(abs(np.mean(h)) > limit)
        ),
        "The mean size is taken before the comparison: the two ends no longer count one by one.": lambda h, limit=0.99: (
            np.mean(np.mean(abs(h)) > limit)
        ),
        "This is a share for each unit; one number for the whole layer is wanted.": lambda h, limit=0.99: np.mean(
            abs(h) > limit, axis=0
        ),
        "Only outputs of exactly 1 and -1 are counted: nearly flat is flat enough.": lambda h, limit=0.99: np.mean(
            abs(h) == 1
        ),
        "h is squared before the comparison: that asks for |h| above the root of the limit.": lambda h, limit=0.99: (
            np.mean(h**2 > limit)
        ),
    },
)
def saturation_fraction(h, limit=0.99):
    """The share of a tanh layer's outputs h, of any shape, with |h| > limit."""
    return np.mean(abs(h) > limit)


@exercise(
    cases=[
        {"h": np.array([[0.0, 0.0, 1.0], [0.0, 2.0, 0.0]])},
        {"h": RECTIFIED},
        {"h": np.array([[0.0, -1.0, -0.02], [0.0, 1.0, -0.03]])},
    ],
    slips={
        "The axes are swapped: this asks which samples turn every unit off.": lambda h: ~np.any(h, axis=1),
        "This marks units that are 0 for some sample; a dead one is 0 for every sample.": lambda h: np.any(
            h == 0, axis=0
        ),
        "This marks the units that are alive.": lambda h: np.any(h != 0, axis=0),
        "This is how many are dead; True or False for each unit is wanted.": lambda h: np.sum(~np.any(h, axis=0)),
        "This is the share of dead units; True or False for each unit is wanted.": lambda h: np.mean(
            ~np.any(h, axis=0)
        ),
        "These are the numbers of the dead units; True or False for each unit is wanted.": lambda h: np.flatnonzero(
            ~np.any(h, axis=0)
        ),
        "This is the share of samples for which a unit is 0; a dead one has a share of 1.": lambda h: np.mean(
            h == 0, axis=0
        ),
        "This is the share of all values that are 0.": lambda h: np.mean(h == 0),
        "The mean over the samples is compared with 0: outputs of both signs can cancel.": lambda h: (
            np.mean(h, axis=0) == 0
        ),
        "Negative outputs count as dead here: those of a leaky ReLU still pass a gradient.": lambda h: np.all(
            h <= 0, axis=0
        ),
    },
)
def dead_units(h):
    """True for each unit, a column of h (n_samples, n_units), that is 0 for every sample."""
    return np.all(h == 0, axis=0)


def _norm(a):
    return np.sqrt(np.sum(a**2))


@exercise(
    cases=[
        {"step": np.array([0.003, -0.004]), "w": np.array([3.0, 4.0])},
        {"step": 0.01 * draws.normal(size=(3, 4)) + 0.02, "w": draws.normal(size=(3, 4))},
        {"step": np.array([1e-3, 0.0, -1e-3]), "w": np.array([0.0, 2.0, -1.0])},
    ],
    slips={
        "The quotient is upside down: the weights are divided by the step.": lambda step, w: _norm(w) / _norm(step),
        "The roots are forgotten: this is the square of the ratio.": lambda step, w: np.sum(step**2) / np.sum(w**2),
        "These are means with their signs: they cancel.": lambda step, w: np.mean(step) / np.mean(w),
        "The sizes of the means are compared: positive and negative weights cancel in them.": lambda step, w: abs(
            np.mean(step) / np.mean(w)
        ),
        "These are standard deviations, as in some texts. Here it is the norms.": lambda step, w: (
            np.std(step) / np.std(w)
        ),
        "These are mean sizes; want the norms, the roots of the sums of squares.": lambda step, w: (
            np.mean(abs(step)) / np.mean(abs(w))
        ),
        "The largest entries are compared; want the norms.": lambda step, w: np.max(abs(step)) / np.max(abs(w)),
        "The ratio is taken weight by weight: where a weight is 0 that is infinite.": lambda step, w: np.mean(
            abs(step / w)
        ),
        "This is a ratio for each weight; one number for the whole array is wanted.": lambda step, w: abs(step / w),
        "The weights after the step are in the denominator; want those before it.": lambda step, w: (
            _norm(step) / _norm(w + step)
        ),
    },
)
def update_ratio(step, w):
    """‖step‖ / ‖w‖: how much a step changes an array of weights; norms are roots of sums of squares."""
    return _norm(step) / _norm(w)


WIDTH, DEPTH, EPOCHS, RATE, SEED = 50, 8, 8, 0.1, 0
MOST_FLAT, LEAST_STD, LEAST_ACCURACY = 0.1, 0.1, 0.8


@checker(
    reference=lambda n_in, n_out, rng: rng.normal(0, n_in**-0.5, (n_in, n_out)),
    slips={
        "71% of layer 3 is flat at the start; want at most 10%.": normal(1.0),
        "12% of layer 4 is flat at the start; want at most 10%.": normal(0.3),
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
        "It stops with TypeError": lambda n_in, n_out, rng: rng.normal(0, 1, n_in, n_out),
        "The checker wants the function itself, `check.repair_init(repair_init)`.".replace("`", ""): np.zeros((64, 50)),
    },
)
def repair_init(init):
    """Check your `repair_init(n_in, n_out, rng)`, an initializer for eight tanh layers of 50 units on digits.

    At the start at most 10% of any layer may be flat, and the outputs of layer 8 must have a standard deviation of at
    least 0.1; after 8 epochs at lr = 0.1 at least 80% of the validation digits must be right.
    """
    if not callable(init):
        return Verdict(NOT_YET, ("The checker wants the function itself, `check.repair_init(repair_init)`.",))
    try:
        w = init(64, WIDTH, np.random.default_rng(SEED))
        if w is None or w is ...:
            return Verdict(NOT_DONE, ("`repair_init` returns nothing yet.",))
        if words := _unfit(np.asarray(w, dtype=float)):
            return Verdict(NOT_YET, (words,))
        return _try(init)
    except Exception as e:  # the learner may hand in anything
        return Verdict(NOT_YET, (f"It stops with `{type(e).__name__}: {e}`".replace("`", ""),))


def _unfit(w):
    """What is wrong with a matrix of weights, if that can be seen without a net."""
    if w.shape != (64, WIDTH):
        return f"W has shape {w.shape}, want (64, {WIDTH}): n_in rows, n_out columns."
    if not np.isfinite(w).all():
        return "W holds numbers that are not finite."
    if not np.ptp(w, axis=1).any():
        return "All units of layer 1 have equal weights: they are twins, and stay twins."
    if 0.8 < w.std() * 64 < 1.2:
        return "The variance and the standard deviation are mixed up: std is 1 / n_in, want its root."
    return ""


def _try(init):
    """The verdict on an initializer from the net's health at the start and its accuracy after training."""
    split, net = digits(), _net(init)
    layers = layer_health(net, split.train.x)
    worst = max(range(DEPTH), key=lambda i: layers[i].flat)
    if layers[worst].flat > MOST_FLAT:
        return Verdict(
            NOT_YET,
            (f"{layers[worst].flat:.0%} of layer {worst + 1} is flat at the start; want at most {MOST_FLAT:.0%}.",),
        )
    if layers[-1].std < LEAST_STD:
        return Verdict(
            NOT_YET,
            (
                f"The signal dies: the outputs of layer {DEPTH} have std {layers[-1].std:.2g}, "
                f"want at least {LEAST_STD}.",
            ),
        )
    accuracy = fit(net, split, SGD(lr=RATE), EPOCHS, rng=SEED, progress=False).final_val_accuracy
    state = CORRECT if accuracy >= LEAST_ACCURACY else NOT_YET
    return Verdict(
        state,
        (
            f"After {EPOCHS} epochs {accuracy:.0%} of the validation digits are right"
            f"{'.' if state == CORRECT else f'; want at least {LEAST_ACCURACY:.0%}.'}",
            f"At the start at most {layers[worst].flat:.1%} of a layer was flat; "
            f"layer {DEPTH} had std {layers[-1].std:.2g}.",
        ),
    )


def _net(init):
    generator, sizes = np.random.default_rng(SEED), [64] + [WIDTH] * DEPTH
    layers = [layer for pair in itertools.pairwise(sizes) for layer in (Dense(*pair, init=init, rng=generator), Tanh())]
    return Network([*layers, Dense(WIDTH, 10, init=init, rng=generator)])
