"""Reading a pair of curves: what the accuracies in training and in validation ask for next.

read(history.train_accuracy, history.val_accuracy)      # "train longer", "overfitting", "underfitting" or "fine"
"""

from .._support.validation import array, fail, number

LOOK_BACK = 5
READINGS = {
    "train longer": "Both curves still rise. Nothing else can be read before they have come to rest.",
    "overfitting": "Training is far ahead of validation. Regularize, or get more data.",
    "underfitting": "Training itself is low, and that is the larger lack. Train a larger net, with less "
    "regularization, or another rate.",
    "fine": "Both are high and close together.",
}


def read(train, val, goal=0.95, gap=0.05, rise=0.01):
    """Name what two curves of accuracy show. Asked in this order: each question makes sense after the one before.

    train longer : both rose by more than `rise` over the last five evaluations
    overfitting :  train - val > gap at the end, and more than training lacks, goal - train: the larger lack comes first
    underfitting : train < goal at the end. A small gap alone is none: of two high scores it is what is wanted.
    fine :         otherwise

    Parameters
    ----------
    train, val : (n,) accuracies, an evaluation each, n >= 6 and equal for both
    goal : the accuracy that is wanted in training; gap, rise : >= 0

    Returns
    -------
    str, a key of READINGS, which says what to do

    Raises
    ------
    ValueError
        Curves that are too short, of different lengths, or not finite: a run that has diverged needs no reading.

    Source: Ng, "Machine Learning Yearning" (2018), which weighs avoidable bias, goal - train, against variance,
    train - val; with the question whether the run has ended put first. The thresholds are conventions.

    >>> read([0.1, 0.7, 0.8, 0.9, 0.97, 0.99, 0.99], [0.1, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8])
    'overfitting'
    """
    train, val = array("train", train, shape=(None,)), array("val", val, shape=(None,))
    goal, gap, rise = number("goal", goal, low=0, high=1), number("gap", gap, low=0), number("rise", rise, low=0)
    if not len(train) == len(val) > LOOK_BACK:
        fail("train", f"{len(train)} values, and {len(val)} of val", f"as many of both, {LOOK_BACK + 1} at least")
    if all(curve[-1] - curve[-1 - LOOK_BACK] > rise for curve in (train, val)):
        return "train longer"
    if train[-1] - val[-1] > max(gap, goal - train[-1]):
        return "overfitting"
    return "underfitting" if train[-1] < goal else "fine"
