"""Checkers of chapter 12: the L2 penalty with its gradient, the elastic net, soft thresholds, and early stopping."""

import numpy as np

from .compare import exercise

draws = np.random.default_rng(11)
W, B = draws.normal(size=(4, 3)), draws.normal(size=3)
SMALL = np.array([[1.0, -2.0], [0.0, 3.0]])


def _l2(cost=lambda W, b: np.sum(W**2) / 2, dW=lambda W: W, db=lambda b: np.zeros_like(b), scale=lambda lam: lam):
    """An l2_penalty with one of its parts made otherwise."""

    def slip(W, b, lam):
        return scale(lam) * cost(W, b), scale(lam) * dW(W), lam * db(b)

    return slip


@exercise(
    cases=[
        {"W": SMALL, "b": np.array([1.0, 2.0]), "lam": 0.1},
        {"W": W, "b": B, "lam": 2.0},
        {"W": np.zeros((2, 2)), "b": np.ones(2), "lam": 0.5},
        {"W": W, "b": B, "lam": 0.0},
    ],
    outputs=("penalty", "dW", "db"),
    slips={
        "The biases are penalized too: want 0 for db, and no b in the penalty.": _l2(
            cost=lambda W, b: (np.sum(W**2) + np.sum(b**2)) / 2, db=lambda b: b
        ),
        "The penalty leaves the biases alone, but db does not: want zeros.": _l2(db=lambda b: b),
        "This is lam · Σ W² with its gradient 2 lam · W; here the penalty is lam/2 · Σ W².": _l2(
            cost=lambda W, b: np.sum(W**2), dW=lambda W: 2 * W
        ),
        "The gradient does not fit the penalty: that of lam/2 · W² is lam · W.": _l2(dW=lambda W: 2 * W),
        "The gradient does not fit the penalty: it has a ½ too many.": _l2(dW=lambda W: W / 2),
        "The penalty lacks its ½, and the gradient does not fit it.": _l2(cost=lambda W, b: np.sum(W**2)),
        "The penalty takes the norm, the root of Σ W²; want Σ W² itself.": _l2(
            cost=lambda W, b: np.sqrt(np.sum(W**2)) / 2
        ),
        "This is L1, the lasso: want squares.": _l2(cost=lambda W, b: np.sum(abs(W)), dW=np.sign),
        "The penalty is a mean over the weights; want their sum.": _l2(cost=lambda W, b: np.mean(W**2) / 2),
        "Penalty and gradient are means over the weights; want sums.": _l2(
            cost=lambda W, b: np.mean(W**2) / 2, dW=lambda W: W / W.size
        ),
        "lam is missing in the gradient.": lambda W, b, lam: (lam / 2 * np.sum(W**2), W + 0, np.zeros_like(b)),
        "lam is not used.": _l2(scale=lambda lam: 1),
        "The sign of the gradient is turned: it is what is added to the data's gradient, not to the step.": _l2(
            dW=lambda W: -W
        ),
    },
)
def l2_penalty(W, b, lam):
    """The L2 penalty lam/2 · Σ W² of a dense layer, and its gradients dW and db: the bias is not penalized."""
    return lam / 2 * np.sum(W**2), lam * W, np.zeros_like(b)


def _elastic(lasso=lambda W: (np.sum(abs(W)), np.sign(W)), ridge=lambda W: (np.sum(W**2) / 2, W)):
    """An elastic_net with one of its penalties made otherwise: each gives the penalty and the gradient."""

    def slip(W, l1, l2):
        (a, da), (b, db) = lasso(W), ridge(W)
        return l1 * a + l2 * b, l1 * da + l2 * db

    return slip


@exercise(
    cases=[
        {"W": SMALL, "l1": 0.1, "l2": 0.0},
        {"W": SMALL, "l1": 0.0, "l2": 0.1},
        {"W": W, "l1": 0.3, "l2": 2.0},
        {"W": np.array([0.0, -1.0, 1e-3]), "l1": 1.0, "l2": 0.5},
    ],
    outputs=("penalty", "dW"),
    slips={
        "The two are swapped: l1 is the strength of Σ |W|, the lasso, and l2 that of Σ W², ridge.": lambda W, l1, l2: (
            _elastic()(W, l2, l1)
        ),
        "The part of L1 is missing.": _elastic(lasso=lambda W: (0, 0 * W)),
        "The part of L2 is missing.": _elastic(ridge=lambda W: (0, 0 * W)),
        "The bars are missing: Σ W lets positive and negative weights cancel; want Σ |W|.": _elastic(
            lasso=lambda W: (np.sum(W), np.ones_like(W))
        ),
        "The gradient of |W| is the sign of W; this is 1 for negative weights, too.": _elastic(
            lasso=lambda W: (np.sum(abs(W)), np.ones_like(W))
        ),
        "The gradient of |W| is the sign of W, the same force for every size; this is |W|.": _elastic(
            lasso=lambda W: (np.sum(abs(W)), abs(W))
        ),
        "The gradient of |W| is the sign of W, the same force for every size; this is W.": _elastic(
            lasso=lambda W: (np.sum(abs(W)), W)
        ),
        "W / |W| is 0/0 at a weight of 0; np.sign gives 0 there.": _elastic(
            lasso=lambda W: (np.sum(abs(W)), W / abs(W))
        ),
        "At a weight of 0 the part of L1 has no direction: want 0 there, as np.sign gives.": _elastic(
            lasso=lambda W: (np.sum(abs(W)), np.where(W >= 0, 1, -1))
        ),
        "At a weight of 0 the part of L1 has no direction: want 0 there, not -1.": _elastic(
            lasso=lambda W: (np.sum(abs(W)), np.where(W > 0, 1, -1))
        ),
        "l1 is missing in the gradient: want l1 · sign(W).": lambda W, l1, l2: (
            l1 * np.sum(abs(W)) + l2 / 2 * np.sum(W**2),
            np.sign(W) + l2 * W,
        ),
        "l2 is missing in the gradient: want l2 · W.": lambda W, l1, l2: (
            l1 * np.sum(abs(W)) + l2 / 2 * np.sum(W**2),
            l1 * np.sign(W) + W,
        ),
        "The part of L2 is Σ W² with its gradient 2 W; here it is ½ Σ W².": _elastic(
            ridge=lambda W: (np.sum(W**2), 2 * W)
        ),
        "The gradient of the part of L2 does not fit: that of ½ W² is W.": _elastic(
            ridge=lambda W: (np.sum(W**2) / 2, 2 * W)
        ),
        "The penalty's part of L2 lacks its ½; the gradient is right.": _elastic(ridge=lambda W: (np.sum(W**2), W)),
        "l2 is taken for a share, as in l1_ratio: want l1 · Σ |W| + l2/2 · Σ W².": lambda W, l1, l2: (
            l1 * (1 - l2) * np.sum(abs(W)) + l2 / 2 * np.sum(W**2),
            l1 * (1 - l2) * np.sign(W) + l2 * W,
        ),
    },
)
def elastic_net(W, l1, l2):
    """The elastic net l1 · Σ |W| + l2/2 · Σ W² and its gradient; the gradient of |W| is 0 where W is 0."""
    return l1 * np.sum(abs(W)) + l2 / 2 * np.sum(W**2), l1 * np.sign(W) + l2 * W


@exercise(
    cases=[
        {"w": np.array([3.0, 0.3, -2.0]), "t": 0.5},
        {"w": np.array([0.5, -0.5, 0.0]), "t": 0.5},
        {"w": W, "t": 0.8},
        {"w": W, "t": 0.0},
    ],
    slips={
        "This is a hard threshold: what is small becomes 0, but the others are to move by t as well.": lambda w, t: (
            np.where(abs(w) > t, w, 0)
        ),
        "Weights within t of 0 jump over it: they are to stop at 0.": lambda w, t: w - t * np.sign(w),
        "Negative weights become 0 or worse: t is to be taken off their size, not off them.": lambda w, t: np.maximum(
            w - t, 0
        ),
        "The sign is lost: w = -2 is to become -1.5, not 1.5.": lambda w, t: np.maximum(abs(w) - t, 0),
        "t is taken off negative weights too, which makes them larger.": lambda w, t: np.where(abs(w) > t, w - t, 0),
        "Negative weights move away from 0: there t is to be added.": lambda w, t: np.where(abs(w) < t, 0, w - t),
        "This clips: it keeps what the threshold takes off. Want w minus that.": lambda w, t: np.clip(w, -t, t),
        "This is the shrinkage of L2, a factor for all: want the same distance for all.": lambda w, t: w / (1 + t),
        "The threshold is twice as wide as t.": lambda w, t: np.sign(w) * np.maximum(abs(w) - 2 * t, 0),
        "The sizes grow by t; they are to shrink.": lambda w, t: np.sign(w) * (abs(w) + t),
    },
)
def soft_threshold(w, t):
    """Every weight t closer to 0, and exactly 0 if it is within t of it: sign(w) · max(|w| - t, 0)."""
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


def _stop(
    better=lambda loss, best: loss < best,
    enough=lambda waited, patience: waited >= patience,
    reset=0,
    back=lambda epoch, best: (epoch, best),
    against_last=False,
):
    """An early_stop with one of its lines made otherwise."""

    def slip(val_losses, patience):
        best_epoch, waited, epoch = 0, 0, 0
        for epoch in range(1, len(val_losses)):
            rival = val_losses[epoch - 1] if against_last else val_losses[best_epoch]
            if better(val_losses[epoch], rival):
                best_epoch, waited = epoch, waited if reset is None else reset
            else:
                waited += 1
            if enough(waited, patience):
                break
        return back(epoch, best_epoch)

    return slip


@exercise(
    cases=[
        {"val_losses": np.array([3.0, 2.0, 1.0, 1.5, 1.2, 0.5]), "patience": 2},
        {"val_losses": np.array([3.0, 2.0, 1.0, 1.5, 1.2, 0.5]), "patience": 3},
        {"val_losses": np.array([3.0, 4.0, 2.0, 2.5, 1.0, 1.0, 1.5, 1.4, 2.0, 0.1]), "patience": 3},
        {"val_losses": np.array([5.0, 4.0, 3.0, 2.0]), "patience": 1},
        {"val_losses": np.array([1.0, 2.0, 3.0, 0.5]), "patience": 1},
        {"val_losses": np.array([2.0, 1.0, 3.0, 2.9, 2.8, 2.7, 2.6]), "patience": 3},
    ],
    outputs=("stop", "best"),
    slips={
        "It waits one epoch too long: stop as soon as patience epochs in a row are no better.": _stop(
            enough=lambda waited, patience: waited > patience
        ),
        "It gives up one epoch too early.": _stop(enough=lambda waited, patience: waited >= max(patience - 1, 1)),
        "The count is not set back to 0 at a new best: want bad epochs in a row, not all.": _stop(reset=None),
        "Each loss is compared with the one before it; want the best so far.": _stop(against_last=True),
        "A loss equal to the best counts as better: want lower.": _stop(better=lambda loss, best: loss <= best),
        "It wants high values, as for accuracy; these are losses.": _stop(better=lambda loss, best: loss > best),
        "best is where it stopped: want the epoch of the lowest loss, whose net is restored.": _stop(
            back=lambda epoch, best: (epoch, epoch)
        ),
        "stop and best are swapped.": _stop(back=lambda epoch, best: (best, epoch)),
        "Epochs are counted from 1; want from 0, as val_losses is indexed.": _stop(
            back=lambda epoch, best: (epoch + 1, best + 1)
        ),
        "stop is how many epochs were run; want the number of the last one, counted from 0.": _stop(
            back=lambda epoch, best: (epoch + 1, best)
        ),
        "best is the lowest loss; want its epoch.": lambda val_losses, patience: (
            (found := _stop()(val_losses, patience))[0],
            val_losses[found[1]],
        ),
        "It never stops: best is the lowest of all epochs, of which the later ones would not have been run.": lambda val_losses, patience: (
            len(val_losses) - 1,
            int(np.argmin(val_losses)),
        ),
        "It stops in time, but best is the lowest of all epochs, also of those that are not run.": lambda val_losses, patience: (
            _stop()(val_losses, patience)[0],
            int(np.argmin(val_losses)),
        ),
    },
)
def early_stop(val_losses, patience):
    """The epoch at which training stops, and the epoch of the lowest loss until then, both counted from 0.

    It stops at the first epoch at which `patience` epochs in a row have brought no loss below the best before them; if
    that never happens, at the last.
    """
    best = 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < val_losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return epoch, best
