"""Checkers of the chapter on weight penalties: L2, the elastic net, soft thresholds, early stopping."""

import numpy as np

from ._protocol import edits, exercise

draws = np.random.default_rng(11)
W, B = draws.normal(size=(4, 3)), draws.normal(size=3)
SMALL = np.array([[1.0, -2.0], [0.0, 3.0]])
SUM = "np.sum(W**2)"


@exercise(
    cases=[
        {"W": SMALL, "b": np.array([1.0, 2.0]), "lam": 0.1},
        {"W": W, "b": B, "lam": 2.0},
        {"W": np.zeros((2, 2)), "b": np.ones(2), "lam": 0.5},
        {"W": W, "b": B, "lam": 0.0},
        {"W": np.array([[1.5]]), "b": np.array([0.5]), "lam": 3.0},
    ],
    outputs=("penalty", "dW", "db"),
    slips=edits(
        {
            "The biases are penalized too: want 0 for db, and no b in the penalty.": [
                (SUM, f"({SUM} + np.sum(b**2))"),
                ("np.zeros_like(b)", "lam * b"),
            ],
            "The penalty leaves the biases alone, but db does not: want zeros.": ("np.zeros_like(b)", "lam * b"),
            "This is lam · Σ W² with its gradient 2 lam · W; here the penalty is lam/2 · Σ W².": [
                ("lam / 2", "lam"),
                ("lam * W", "2 * lam * W"),
            ],
            "The gradient does not fit the penalty: that of lam/2 · W² is lam · W.": ("lam * W", "2 * lam * W"),
            "The gradient does not fit the penalty: it has a ½ too many.": ("lam * W", "lam / 2 * W"),
            "The penalty lacks its ½, and the gradient does not fit it.": ("lam / 2", "lam"),
            "The penalty takes the norm, the root of Σ W²; want Σ W² itself.": (SUM, f"np.sqrt({SUM})"),
            "The weights are summed, then squared: want the sum of the squares, in which signs do not cancel.": (
                SUM,
                "np.sum(W) ** 2",
            ),
            "This is L1, the lasso: want squares.": [
                ("lam / 2 * np.sum(W**2)", "lam * np.sum(abs(W))"),
                ("lam * W", "lam * np.sign(W)"),
            ],
            "The penalty is a mean over the weights; want their sum.": (SUM, "np.mean(W**2)"),
            "Penalty and gradient are means over the weights; want sums.": [
                (SUM, "np.mean(W**2)"),
                ("lam * W", "lam * W / W.size"),
            ],
            "lam is missing in the gradient.": ("lam * W", "W + 0"),
            "lam is not used.": [("lam / 2", "1 / 2"), ("lam * W", "W + 0")],
            "The sign of the gradient is turned: it is what is added to the data's gradient, not to the step.": (
                "lam * W",
                "-lam * W",
            ),
            "db is the number 0: want a zero for each bias, np.zeros_like(b).": ("np.zeros_like(b)", "0"),
        }
    ),
)
def l2_penalty(W, b, lam):
    """The L2 penalty lam/2 · Σ W² of a dense layer, and its gradients dW and db: the bias is not penalized."""
    return lam / 2 * np.sum(W**2), lam * W, np.zeros_like(b)


@exercise(
    cases=[
        {"W": SMALL, "l1": 0.1, "l2": 0.0},
        {"W": SMALL, "l1": 0.0, "l2": 0.1},
        {"W": W, "l1": 0.3, "l2": 2.0},
        {"W": np.array([0.0, -1.0, 1e-3]), "l1": 1.0, "l2": 0.5},
    ],
    outputs=("penalty", "dW"),
    slips=edits(
        {
            "The two are swapped: l1 is the strength of Σ |W|, the lasso, and l2 that of Σ W², ridge.": [
                ("l1 * np.sum(abs(W)) + l2 / 2", "l2 * np.sum(abs(W)) + l1 / 2"),
                ("l1 * np.sign(W) + l2 * W", "l2 * np.sign(W) + l1 * W"),
            ],
            "The part of L1 is missing.": [("l1 * np.sum(abs(W)) +", "0 +"), ("l1 * np.sign(W) +", "0 +")],
            "The part of L2 is missing.": [("+ l2 / 2 * np.sum(W**2)", ""), ("+ l2 * W", "")],
            "The bars are missing: Σ W lets positive and negative weights cancel; want Σ |W|.": [
                ("abs(W)", "W"),
                ("np.sign(W)", "np.ones_like(W)"),
            ],
            "The gradient of |W| is the sign of W; this is 1 for negative weights, too.": (
                "np.sign(W)",
                "np.ones_like(W)",
            ),
            "The gradient of |W| is the sign of W, the same force for every size; this is |W|.": (
                "np.sign(W)",
                "abs(W)",
            ),
            "The gradient of |W| is the sign of W, the same force for every size; this is W.": ("np.sign(W)", "W"),
            "W / |W| is 0/0 at a weight of 0; np.sign gives 0 there.": ("np.sign(W)", "W / abs(W)"),
            "At a weight of 0 the part of L1 has no direction: want 0 there, as np.sign gives.": (
                "np.sign(W)",
                "np.where(W >= 0, 1, -1)",
            ),
            "At a weight of 0 the part of L1 has no direction: want 0 there, not -1.": (
                "np.sign(W)",
                "np.where(W > 0, 1, -1)",
            ),
            "l1 is missing in the gradient: want l1 · sign(W).": ("l1 * np.sign(W)", "np.sign(W)"),
            "l2 is missing in the gradient: want l2 · W.": ("l2 * W", "W"),
            "The part of L2 is Σ W² with its gradient 2 W; here it is ½ Σ W².": [
                ("l2 / 2", "l2"),
                ("l2 * W", "2 * l2 * W"),
            ],
            "The gradient of the part of L2 does not fit: that of ½ W² is W.": ("l2 * W", "2 * l2 * W"),
            "The penalty's part of L2 lacks its ½; the gradient is right.": ("l2 / 2", "l2"),
            "Both parts of the penalty are halved: the ½ belongs to Σ W² alone.": ("l1 * np.sum", "l1 / 2 * np.sum"),
            "The norm stands in the part of L2, the root of Σ W²: want Σ W² itself.": (
                "np.sum(W**2)",
                "np.sqrt(np.sum(W**2))",
            ),
            "l2 is taken for a share, as in l1_ratio: want l1 · Σ |W| + l2/2 · Σ W².": [
                ("l1 * np.sum", "l1 * (1 - l2) * np.sum"),
                ("l1 * np.sign", "l1 * (1 - l2) * np.sign"),
            ],
        }
    ),
)
def elastic_net(W, l1, l2):
    """The elastic net l1 · Σ |W| + l2/2 · Σ W² and its gradient; the gradient of |W| is 0 where W is 0."""
    return l1 * np.sum(abs(W)) + l2 / 2 * np.sum(W**2), l1 * np.sign(W) + l2 * W


THRESHOLD = "np.sign(w) * np.maximum(abs(w) - t, 0)"


@exercise(
    cases=[
        {"w": np.array([3.0, 0.3, -2.0]), "t": 0.5},
        {"w": np.array([0.5, -0.5, 0.0]), "t": 0.5},
        {"w": W, "t": 0.8},
        {"w": W, "t": 0.0},
        {"w": np.zeros(2), "t": 0.0},
    ],
    slips=edits(
        {
            "This is a hard threshold: what is small becomes 0, but the others are to move by t as well.": (
                THRESHOLD,
                "np.where(abs(w) > t, w, 0)",
            ),
            "Weights within t of 0 jump over it: they are to stop at 0.": (THRESHOLD, "w - t * np.sign(w)"),
            "Negative weights become 0 or worse: t is to be taken off their size, not off them.": (
                THRESHOLD,
                "np.maximum(w - t, 0)",
            ),
            "The sign is lost: w = -2 is to become -1.5, not 1.5.": ("np.sign(w) * ", ""),
            "t is taken off negative weights too, which makes them larger.": (
                THRESHOLD,
                "np.where(abs(w) > t, w - t, 0)",
            ),
            "The sign is made by w / |w|, which is 0/0 at a weight of 0; np.sign gives 0 there.": (
                "np.sign(w)",
                "w / abs(w)",
            ),
            "This clips: it keeps what the threshold takes off. Want w minus that.": (THRESHOLD, "np.clip(w, -t, t)"),
            "This is the shrinkage of L2, a factor for all: want the same distance for all.": (
                THRESHOLD,
                "w / (1 + t)",
            ),
            "The threshold is twice as wide as t.": ("- t", "- 2 * t"),
            "The sizes grow by t; they are to shrink.": ("abs(w) - t", "abs(w) + t"),
        }
    ),
)
def soft_threshold(w, t):
    """Every weight t closer to 0, and exactly 0 if it is within t of it: sign(w) · max(|w| - t, 0)."""
    return np.sign(w) * np.maximum(abs(w) - t, 0)


@exercise(
    cases=[
        {"val_losses": np.array([3.0, 2.0, 1.0, 1.5, 1.2, 0.5]), "patience": 2},
        {"val_losses": np.array([3.0, 2.0, 1.0, 1.5, 1.2, 0.5]), "patience": 3},
        {"val_losses": np.array([3.0, 4.0, 2.0, 2.5, 1.0, 1.0, 1.5, 1.4, 2.0, 0.1]), "patience": 3},
        {"val_losses": np.array([5.0, 4.0, 3.0, 2.0]), "patience": 1},
        {"val_losses": np.array([1.0, 2.0, 3.0, 0.5]), "patience": 1},
        {"val_losses": np.array([2.0, 1.0, 3.0, 2.9, 2.8, 2.7, 2.6]), "patience": 3},
        {"val_losses": np.array([4.0, 3.0, 3.5, 2.0, 2.5, 2.4]), "patience": 4},
        *({"val_losses": draws.integers(1, 9, size=n) / 2, "patience": 1 + n % 4} for n in range(4, 24)),
    ],
    outputs=("stop", "best"),
    slips=edits(
        {
            "It waits one epoch too long: stop as soon as patience epochs in a row are no better.": (
                "waited >=",
                "waited >",
            ),
            "It gives up one epoch too early.": ("waited >= patience", "waited >= max(patience - 1, 1)"),
            "The count is not set back to 0 at a new best: want bad epochs in a row, not all.": (
                "best, waited = epoch, 0",
                "best = epoch",
            ),
            "Each loss is compared with the one before it; want the best so far.": (
                "val_losses[best]",
                "val_losses[epoch - 1]",
            ),
            "Each loss is compared with the first: keep the lowest so far, and compare with that.": (
                "val_losses[best]",
                "val_losses[0]",
            ),
            "A loss equal to the best counts as better: want lower.": ("[epoch] < val", "[epoch] <= val"),
            "It wants high values, as for accuracy; these are losses.": ("[epoch] < val", "[epoch] > val"),
            "best is where it stopped: want the epoch of the lowest loss, whose net is restored.": (
                "return epoch, best",
                "return epoch, epoch",
            ),
            "stop and best are swapped.": ("return epoch, best", "return best, epoch"),
            "Epochs are counted from 1; want from 0, as val_losses is indexed.": (
                "return epoch, best",
                "return epoch + 1, best + 1",
            ),
            "stop is how many epochs were run; want the number of the last one, counted from 0.": (
                "return epoch, best",
                "return epoch + 1, best",
            ),
            "best is the lowest loss; want its epoch.": ("return epoch, best", "return epoch, val_losses[best]"),
            "It never stops: best is the lowest of all epochs, of which the later ones would not have been run.": (
                "break",
                "pass",
            ),
            "It stops in time, but best is the lowest of all epochs, also of those that are not run.": (
                "return epoch, best",
                "return epoch, np.argmin(val_losses)",
            ),
            "The lowest of all epochs is looked up first: training cannot know it. Go through the epochs one by one.": (
                "return epoch, best",
                "return min(np.argmin(val_losses) + patience, len(val_losses) - 1), np.argmin(val_losses)",
            ),
        }
    ),
)
def early_stop(val_losses, patience):
    """The epoch at which training stops, and the epoch of the lowest loss until then, both counted from 0.

    It stops at the first epoch at which `patience` epochs in a row have brought no loss below the best before them; if
    that never happens, at the last.
    """
    best, waited = 0, 0
    for epoch in range(1, len(val_losses)):
        waited += 1
        if val_losses[epoch] < val_losses[best]:
            best, waited = epoch, 0
        if waited >= patience:
            break
    return epoch, best
