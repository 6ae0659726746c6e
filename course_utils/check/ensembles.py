"""Checkers of the chapter on ensembles: the common answer, a step of a moving average, and when to take snapshots."""

import numpy as np

from ._protocol import edits, exercise

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
MEAN = "(e / e.sum(axis=-1, keepdims=True)).mean(axis=0)"
VOTES = "(scores.argmax(axis=-1)[..., None] == np.arange(scores.shape[-1])).mean(axis=0)"


@exercise(
    cases=[
        {"scores": SURE},
        {"scores": SURER},
        {"scores": draws.normal(0, 2, (5, 6, 4))},
        {"scores": draws.normal(0, 2, (1, 3, 2))},
        {"scores": np.array([[[1000.0, 999.0]], [[-1000.0, -998.0]]])},
    ],
    outputs=("p", "y"),
    slips=edits(
        {
            "The scores are averaged, and then turned into probabilities; here each member's probabilities come first.": (
                "e = np.exp(",
                "scores = scores.mean(axis=0)[None]\n    e = np.exp(",
            ),
            "These are votes: the share of the members for each class. Want the mean of their probabilities.": (
                MEAN,
                VOTES,
            ),
            "p is right, but y are the votes: want the class with the largest p.": (
                "p.argmax(axis=-1)",
                f"{VOTES}.argmax(axis=-1)",
            ),
            "The probabilities are added: divide by the number of members.": (").mean(axis=0)", ").sum(axis=0)"),
            "This is the first member alone.": (").mean(axis=0)", ")[0]"),
            "For every class the most certain member speaks: want the mean, not the maximum.": (
                ").mean(axis=0)",
                ").max(axis=0)",
            ),
            "The median is taken; want the mean: medians need not sum to 1.": (
                MEAN,
                "np.median(e / e.sum(axis=-1, keepdims=True), axis=0)",
            ),
            "The probabilities are multiplied; want their mean.": (").mean(axis=0)", ").prod(axis=0)"),
            "The geometric mean is taken, the exponential of the mean logarithm: want the mean of the probabilities.": (
                MEAN,
                "np.exp(np.log(e / e.sum(axis=-1, keepdims=True)).mean(axis=0))",
            ),
            "The softmax runs over the members, axis 0; want the classes, the last axis.": [
                ("scores.max(axis=-1, keepdims=True)", "scores.max(axis=0, keepdims=True)"),
                ("e.sum(axis=-1, keepdims=True)", "e.sum(axis=0, keepdims=True)"),
            ],
            "The softmax runs over the samples, axis 1; want the classes, the last axis.": [
                ("scores.max(axis=-1, keepdims=True)", "scores.max(axis=1, keepdims=True)"),
                ("e.sum(axis=-1, keepdims=True)", "e.sum(axis=1, keepdims=True)"),
            ],
            "The softmax runs over all numbers together: each row of classes sums to 1 by itself.": [
                ("scores.max(axis=-1, keepdims=True)", "scores.max()"),
                ("e.sum(axis=-1, keepdims=True)", "e.sum()"),
            ],
            "There is no softmax: these are mean scores.": (MEAN, "scores.mean(axis=0)"),
            "The mean runs over the samples, axis 1; the members are axis 0.": (").mean(axis=0)", ").mean(axis=1)"),
            "Large scores overflow: take off the largest of each row before the exponential.": (
                "scores - scores.max(axis=-1, keepdims=True)",
                "scores",
            ),
            "y is the least likely class.": ("p.argmax", "p.argmin"),
            "y is the largest probability; want its place, the class.": ("p.argmax", "p.max"),
            "y runs over the samples: the largest is sought in each row, over the classes, the last axis.": (
                "p.argmax(axis=-1)",
                "p.argmax(axis=0)",
            ),
        }
    ),
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
    slips=edits(
        {
            "decay and 1 - decay are swapped: decay is the share of the old average.": (
                "decay * average + (1 - decay) * theta",
                "(1 - decay) * average + decay * theta",
            ),
            "The new comes in whole: its share is 1 - decay.": ("(1 - decay) * theta", "theta"),
            "The old stays whole: its share is decay.": ("decay * average", "average"),
            "Both have the share decay: the shares of old and new sum to 1.": ("(1 - decay)", "decay"),
            "Old and new have equal shares: decay is not used.": (
                "decay * average + (1 - decay) * theta",
                "(average + theta) / 2",
            ),
            "This is the change, without the average it belongs to.": (
                "decay * average + (1 - decay) * theta",
                "(1 - decay) * (theta - average)",
            ),
            "It moves away from theta: the sign of theta - average is wrong.": (
                "decay * average + (1 - decay) * theta",
                "average - (1 - decay) * (theta - average)",
            ),
            "theta is squared, as Adam's v would have it; here the weights themselves are averaged.": (
                "(1 - decay) * theta",
                "(1 - decay) * theta**2",
            ),
            "Adam's correction divides by 1 - decay; this average starts at a theta and needs none.": (
                "decay * average + (1 - decay) * theta",
                "(decay * average + (1 - decay) * theta) / (1 - decay)",
            ),
        }
    ),
)
def ema_update(average, theta, decay):
    """The exponential moving average of weights after one more theta; decay is the share of the old that stays."""
    return decay * average + (1 - decay) * theta


SNAPSHOTS = "np.minimum(np.arange(1, n_cycles + 1) * period, n_steps)"


@exercise(
    cases=[
        {"n_steps": 100, "n_cycles": 4},
        {"n_steps": 100, "n_cycles": 3},
        {"n_steps": 400, "n_cycles": 6},
        {"n_steps": 10, "n_cycles": 4},
        {"n_steps": 7, "n_cycles": 7},
        {"n_steps": 9, "n_cycles": 1},
        {"n_steps": 11, "n_cycles": 5},
        {"n_steps": 250, "n_cycles": 9},
    ],
    slips=edits(
        {
            "The cycles are too short: their length is n_steps / n_cycles rounded up, so the last is the short one.": (
                "-(-n_steps // n_cycles)",
                "n_steps // n_cycles",
            ),
            "The cycles are too short, and the last one is the long one: their length is n_steps / n_cycles rounded up.": [
                ("-(-n_steps // n_cycles)", "n_steps // n_cycles"),
                (SNAPSHOTS, "np.append(np.arange(1, n_cycles) * period, n_steps)"),
            ],
            "Rounded to the nearest: the length of a cycle is n_steps / n_cycles rounded up.": (
                "-(-n_steps // n_cycles)",
                "round(n_steps / n_cycles)",
            ),
            "Every cycle is rounded by itself; they all have the same length, rounded up, but for the last.": (
                SNAPSHOTS,
                "np.ceil(np.arange(1, n_cycles + 1) * n_steps / n_cycles).astype(int)",
            ),
            "Every cycle is rounded down by itself; they all have the same length, rounded up, but for the last.": (
                SNAPSHOTS,
                "np.floor(np.arange(1, n_cycles + 1) * n_steps / n_cycles).astype(int)",
            ),
            "The last snapshot lies beyond the end of the run: cut it to n_steps.": (
                SNAPSHOTS,
                "np.arange(1, n_cycles + 1) * period",
            ),
            "The snapshots are at the starts of the cycles, where the rate is highest: want their ends.": (
                SNAPSHOTS,
                "np.arange(n_cycles) * period",
            ),
            "These are the t of the last steps, counted from 0; want the number of steps taken, one more.": (
                SNAPSHOTS,
                f"{SNAPSHOTS} - 1",
            ),
            "These are the t of the first steps after each cycle's end, one too many taken: there the rate is up again.": (
                SNAPSHOTS,
                f"{SNAPSHOTS} + 1",
            ),
            "The last snapshot, at the end of the run, is missing.": (SNAPSHOTS, f"{SNAPSHOTS}[:-1]"),
            "The start of the run, 0, is no snapshot.": (SNAPSHOTS, f"np.append(0, {SNAPSHOTS})"),
            "n_steps and n_cycles are swapped.": (
                "period = -(",
                "n_steps, n_cycles = n_cycles, n_steps\n    period = -(",
            ),
            "There is a snapshot at every step of the last cycle: want one at the end of each.": (
                SNAPSHOTS,
                "n_steps - np.arange(n_cycles)[::-1]",
            ),
        }
    ),
)
def snapshot_steps(n_steps, n_cycles):
    """How many steps have been taken at the end of each cycle of a run: an array of n_cycles whole numbers.

    A cycle has n_steps / n_cycles steps, rounded up; the last ends with the run. Source: Huang et al. (2017).
    """
    period = -(-n_steps // n_cycles)
    return np.minimum(np.arange(1, n_cycles + 1) * period, n_steps)
