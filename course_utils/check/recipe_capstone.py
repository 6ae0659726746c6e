"""The checker of the capstone in chapter 18: it calls the learner's function in two laboratories and tests its nets."""

import numpy as np

from ..clinic import READINGS, Lab, OverBudget, read
from ..data import digits
from ..layers import Dense, ReLU
from ..network import Network
from ..optimizers import Momentum
from ..training import fit
from .base import CORRECT, NOT_DONE, NOT_YET, Verdict, checker
from .compare import Outcome, differences

GOAL, LABS = 0.965, (101, 102)


def _try(lab, rates=(0.02, 0.05), epochs=20, width=100, batch_size=32):
    """Train a net at each rate, a trial each: [(validation accuracy, net)] in the order of the rates."""
    found = []
    for lr in rates:
        rng = np.random.default_rng(0)
        net = Network([Dense(64, width, rng=rng), ReLU(), Dense(width, 10, rng=rng)])
        found.append((lab.fit(net, Momentum(lr=lr), epochs, batch_size, rng).final_val_accuracy, net))
    return found


def _best(found):
    return max(found, key=lambda pair: pair[0])[1]


def _choose_by_test(lab):
    return max((net for _, net in _try(lab)), key=lab.test)


def _train_elsewhere(lab):
    rng = np.random.default_rng(0)
    net = Network([Dense(64, 100, rng=rng), ReLU(), Dense(100, 10, rng=rng)])
    fit(net, digits(), Momentum(lr=0.05), 20, 32, rng, progress=False)
    return net


@checker(
    reference=lambda lab: _best(_try(lab, (0.01, 0.03, 0.1))),
    slips={
        "It looked at the test digits 2 times before it was done.": _choose_by_test,
        "It asks for trial 13; the budget is 12.": lambda lab: _best(_try(lab, np.geomspace(1e-3, 1, 13), 1, 10)),
        "The net was not trained in any of its trials": _train_elsewhere,
        "Its trial with lr = 0.02 was better in validation": lambda lab: _try(lab, (0.02, 1e-4), 5)[-1][1],
        "The best rate, 0.001, is the smallest that you tried": lambda lab: _best(_try(lab, (0.001, 3.0), 5)),
        "The best rate, 0.0003, is the largest that you tried": lambda lab: _best(_try(lab, (1e-4, 3e-4), 10)),
        "Its curves say train longer": lambda lab: _best(_try(lab, (0.001,), 10)),
        "Its curves say underfitting": lambda lab: _best(_try(lab, (0.05,), 20, 1)),
        "It stops with ValueError: epochs: got 50, want at most 20 in a trial": lambda lab: _try(lab, epochs=50)[0][1],
        "It returns a History, want the Network that you choose.": lambda lab: lab.fit(
            _train_elsewhere(lab), Momentum(lr=0.01), 1
        ),
        "The checker wants the function itself, check.capstone(capstone).": 0.97,
    },
)
def capstone(f):
    """Check your `capstone(lab)`, which trains nets with `lab.fit` and returns the one that it chooses.

    It is called with two laboratories of 12 trials each, with other splits than yours. The nets that it returns have to
    get 96.5% of the test digits right, which it must not look at.
    """
    if not callable(f):
        return Verdict(NOT_YET, ("The checker wants the function itself, `check.capstone(capstone)`.",))
    labs, scores = [Lab(seed) for seed in LABS], []
    for lab in labs:
        net, complaint = _called(f, lab)
        if complaint:
            return complaint
        scores.append(lab.test(net))
    told = f"{_told(labs, scores)}. The goal is {GOAL:.1%} on average."
    return Verdict(CORRECT, (told,)) if np.mean(scores) >= GOAL else Verdict(NOT_YET, (told, *_advice(labs[-1], net)))


def _told(labs, scores):
    each = zip(labs, scores, strict=True)
    tried = " and ".join(f"{score:.1%} (trials: {len(lab.attempts)})" for lab, score in each)
    return f"Right of the test digits in the two laboratories: {tried}"


def _called(f, lab):
    """(the net that f chooses in a laboratory, None), or (None, the verdict if that went wrong)."""
    try:
        with np.errstate(all="ignore"):
            net = f(lab)
    except OverBudget:
        return None, Verdict(NOT_YET, (f"It asks for trial {lab.budget + 1}; the budget is {lab.budget}.",))
    except NotImplementedError:
        net = None
    except Exception as error:  # whatever the learner's function raises
        return None, Verdict(NOT_YET, (differences(Outcome(error=error), Outcome(0.0), ("the net",), f)[0],))
    if net is None or net is ...:
        return None, Verdict(NOT_DONE, ("`capstone` returns nothing yet. (Already written? Mind its `return`.)",))
    complaint = _complaint(lab, net)
    return net, complaint and Verdict(NOT_YET, (complaint,))


def _complaint(lab, net):
    """What is against the rules; empty if nothing is."""
    if not isinstance(net, Network):
        return f"It returns a {type(net).__name__}, want the Network that you choose."
    if lab.looks:
        times = f"{lab.looks} time{'' if lab.looks == 1 else 's'}"
        return (
            f"It looked at the test digits {times} before it was done. What is chosen by them can no longer be "
            "tested by them: choose by `history.final_val_accuracy`."
        )
    if lab.attempt(net) is None:
        return (
            "The net was not trained in any of its trials, or was changed afterwards: train with `lab.fit`, on the "
            "digits of this laboratory. In another split, its test digits are among the training digits."
        )
    return ""


def _advice(lab, net):
    """Why the goal may have been missed: the first reason that its trials show."""
    mine, best = lab.attempt(net), max(lab.attempts, key=_right)
    if _right(best) > _right(mine) + 0.005:
        return [
            f"Its trial with {_named(best)} was better in validation: {_right(best):.1%}. You chose a net with "
            f"{_right(mine):.1%}."
        ]
    rates = sorted({lr for a in lab.attempts if (lr := _lr(a)) is not None})
    if len(rates) > 1 and _lr(mine) in (rates[0], rates[-1]):
        side = "smallest" if _lr(mine) == rates[0] else "largest"
        return [f"The best rate, {_lr(mine):g}, is the {side} that you tried: look beyond it."]
    curves = mine.history.train_accuracy, mine.history.val_accuracy
    if len(curves[0]) < 6 or mine.history.diverged_at >= 0:
        return ["Such a run cannot be read: train for five epochs or more, with a rate at which it does not diverge."]
    reading = read(*curves, goal=0.99)
    return [f"Its curves say `{reading}`. {READINGS[reading]}"]


def _right(attempt):
    return np.nan_to_num(attempt.history.final_val_accuracy)


def _lr(attempt):
    """The rate of an attempt; None for a schedule, and where there is none."""
    lr = getattr(attempt.opt, "lr", None)
    return lr if isinstance(lr, float) else None


def _named(attempt):
    return repr(attempt.opt) if _lr(attempt) is None else f"lr = {_lr(attempt):g}"
