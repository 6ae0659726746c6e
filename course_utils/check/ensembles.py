"""Checkers of chapter 15: the common answer of an ensemble, a step of a moving average, and when to take snapshots."""

import numpy as np

from .compare import exercise

draws = np.random.default_rng(14)
# One is sure of class 0, two lean towards class 1: means of probabilities, means of scores and votes all differ.
SURE = np.array([[[4.0, 0.0]], [[0.0, 0.5]], [[0.0, 0.5]]])
SURER = np.array(
    [
        [[0.0, 3.0, 1.0], [1.0, 1.0, 0.0]],
        [[1.0, 0.0, 0.8], [0.0, 2.0, 2.5]],
        [[1.5, 0.0, 1.4], [0.0, 0.0, 9.0]],
        [[1.2, 0.0, 1.1], [2.0, 0.0, 0.0]],
    ]
)


def _softmax(s, axis=-1):
    e = np.exp(s - s.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _predict(together=lambda p: p.mean(axis=0), to_p=_softmax, choose=None):
    """An ensemble_predict that makes a mistake."""

    def f(scores):
        p = together(to_p(scores))
        return p, p.argmax(axis=-1) if choose is None else choose(scores, p)

    return f


def _votes(p):
    return (p.argmax(axis=-1)[..., None] == np.arange(p.shape[-1])).mean(axis=0)


def _vote_only(scores, p):
    return _votes(scores).argmax(axis=-1)


def _unstable(s):
    e = np.exp(s)
    return e / e.sum(axis=-1, keepdims=True)


@exercise(
    cases=[
        {"scores": SURE},
        {"scores": SURER},
        {"scores": draws.normal(0, 2, (5, 6, 4))},
        {"scores": draws.normal(0, 2, (1, 3, 2))},
        {"scores": np.array([[[1000.0, 999.0]], [[-1000.0, -998.0]]])},
    ],
    outputs=("p", "y"),
    slips={
        "The scores are averaged, and then turned into probabilities; here each member's probabilities come first.": lambda scores: (
            _predict()(scores.mean(axis=0)[None])
        ),
        "These are votes: the share of the members for each class. Want the mean of their probabilities.": _predict(
            together=_votes
        ),
        "p is right, but y are the votes: want the class with the largest p.": _predict(choose=_vote_only),
        "The probabilities are added: divide by the number of members.": _predict(together=lambda p: p.sum(axis=0)),
        "This is the first member alone.": _predict(together=lambda p: p[0]),
        "For every class the most certain member speaks: want the mean, not the maximum.": _predict(
            together=lambda p: p.max(axis=0)
        ),
        "The median is taken; want the mean: medians need not sum to 1.": _predict(
            together=lambda p: np.median(p, axis=0)
        ),
        "The probabilities are multiplied; want their mean.": _predict(together=lambda p: p.prod(axis=0)),
        "The softmax runs over the members, axis 0; want the classes, the last axis.": _predict(
            to_p=lambda s: _softmax(s, axis=0)
        ),
        "The softmax runs over the samples, axis 1; want the classes, the last axis.": _predict(
            to_p=lambda s: _softmax(s, axis=1)
        ),
        "There is no softmax: these are mean scores.": _predict(to_p=lambda s: s),
        "The mean runs over the samples, axis 1; the members are axis 0.": _predict(together=lambda p: p.mean(axis=1)),
        "Large scores overflow: take off the largest of each row before the exponential.": _predict(to_p=_unstable),
        "y is the least likely class.": _predict(choose=lambda scores, p: p.argmin(axis=-1)),
        "y is the largest probability; want its place, the class.": _predict(choose=lambda scores, p: p.max(axis=-1)),
    },
)
def ensemble_predict(scores):
    """The common answer of an ensemble: p, the mean of its members' probabilities, and y, the class it chooses.

    scores : (n_members, n_samples, n_classes); a member's probabilities are the softmax of its scores.
    p : (n_samples, n_classes); y : (n_samples,) the class with the largest p
    """
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p = (e / e.sum(axis=-1, keepdims=True)).mean(axis=0)
    return p, p.argmax(axis=-1)


@exercise(
    cases=[
        {"average": np.array([1.0, 2.0]), "theta": np.array([3.0, 2.0]), "decay": 0.75},
        {"average": np.array([0.5, -1.0, 4.0]), "theta": np.array([0.0, 1.0, 2.0]), "decay": 0.9},
        {"average": draws.normal(size=10), "theta": draws.normal(size=10), "decay": 0.999},
        {"average": np.array([5.0]), "theta": np.array([2.0]), "decay": 0.0},
    ],
    slips={
        "decay and 1 - decay are swapped: decay is the share of the old average.": lambda average, theta, decay: (
            (1 - decay) * average + decay * theta
        ),
        "The new comes in whole: its share is 1 - decay.": lambda average, theta, decay: decay * average + theta,
        "The old stays whole: its share is decay.": lambda average, theta, decay: average + (1 - decay) * theta,
        "Old and new have equal shares: decay is not used.": lambda average, theta, decay: (average + theta) / 2,
        "This is the change, without the average it belongs to.": lambda average, theta, decay: (
            (1 - decay) * (theta - average)
        ),
        "It moves away from theta: the sign of theta - average is wrong.": lambda average, theta, decay: (
            average - (1 - decay) * (theta - average)
        ),
        "theta is squared, as Adam's v would have it; here the weights themselves are averaged.": lambda average, theta, decay: (
            decay * average + (1 - decay) * theta**2
        ),
        "Adam's correction divides by 1 - decay; this average starts at a theta and needs none.": lambda average, theta, decay: (
            (decay * average + (1 - decay) * theta) / (1 - decay)
        ),
    },
)
def ema_update(average, theta, decay):
    """The exponential moving average of weights after one more theta; decay is the share of the old that stays."""
    return decay * average + (1 - decay) * theta


def _steps(period=lambda n, m: -(-n // m), first=1, cut=True, shift=0):
    """A snapshot_steps that makes a mistake."""

    def f(n_steps, n_cycles):
        steps = (np.arange(n_cycles) + first) * period(n_steps, n_cycles) + shift
        return np.minimum(steps, n_steps + shift) if cut else steps

    return f


@exercise(
    cases=[
        {"n_steps": 100, "n_cycles": 4},
        {"n_steps": 100, "n_cycles": 3},
        {"n_steps": 400, "n_cycles": 6},
        {"n_steps": 10, "n_cycles": 4},
        {"n_steps": 7, "n_cycles": 7},
        {"n_steps": 9, "n_cycles": 1},
    ],
    slips={
        "The cycles are too short: their length is n_steps / n_cycles rounded up, so the last is the short one.": _steps(
            period=lambda n, m: n // m
        ),
        "Rounded to the nearest: the length of a cycle is n_steps / n_cycles rounded up.": _steps(
            period=lambda n, m: round(n / m)
        ),
        "Every cycle is rounded by itself; they all have the same length, rounded up, but for the last.": lambda n_steps, n_cycles: (
            np.ceil(np.arange(1, n_cycles + 1) * n_steps / n_cycles).astype(int)
        ),
        "The last snapshot lies beyond the end of the run: cut it to n_steps.": _steps(cut=False),
        "The snapshots are at the starts of the cycles, where the rate is highest: want their ends.": _steps(first=0),
        "These are the t of the last steps, counted from 0; want the number of steps taken, one more.": _steps(
            shift=-1
        ),
        "These are the t of the first steps after each cycle's end, one too many taken: there the rate is up again.": _steps(
            shift=1
        ),
        "The last snapshot, at the end of the run, is missing.": lambda n_steps, n_cycles: _steps()(n_steps, n_cycles)[
            :-1
        ],
        "The start of the run, 0, is no snapshot.": lambda n_steps, n_cycles: np.append(0, _steps()(n_steps, n_cycles)),
        "n_steps and n_cycles are swapped.": lambda n_steps, n_cycles: _steps()(n_cycles, n_steps),
        "There is a snapshot at every step of the last cycle: want one at the end of each.": lambda n_steps, n_cycles: (
            n_steps - np.arange(n_cycles)[::-1]
        ),
    },
)
def snapshot_steps(n_steps, n_cycles):
    """How many steps have been taken at the end of each cycle of a run: an array of n_cycles whole numbers.

    A cycle has n_steps / n_cycles steps, rounded up; the last ends with the run. Source: Huang et al. (2017).
    """
    period = -(-n_steps // n_cycles)
    return np.minimum(np.arange(1, n_cycles + 1) * period, n_steps)
