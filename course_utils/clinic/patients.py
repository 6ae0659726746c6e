"""Patients: runs on digits, each with one fault planted, whose curves show it; and the same runs without the fault.

    FAULTS["leakage"].sign                # what to look for in the curves
    chart = examine("leakage")            # a real run: chart.history, chart.test_accuracy
    examine("leakage", cured=True)        # the fault taken out, everything else as it was
    WARD["A"], EXAM[1]                    # the faults of the patients of the clinic

A plan holds all settings of a run. A fault changes some of them, its cure changes them back.
"""

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np

from .._support.validation import choice
from ..data import Data, Split, digits
from ..history import History
from ..initializers import he
from ..layers import Dense, ReLU, Tanh
from ..network import Network
from ..optimizers import Momentum
from ..preprocessing import Standardizer
from ..regularizers import L2
from ..training import evaluate, fit

ACTIVATIONS = {"relu": ReLU, "tanh": Tanh}
LAST = 0.3  # the last weights, in He's: the first scores are small, and the first loss is that of a blind guess


@dataclass(frozen=True)
class Plan:
    """All settings of a run on standardized digits with momentum 0.9. The defaults make a healthy one.

    Attributes
    ----------
    samples : how many digits to train on, 1257 are all
    hidden : width of each hidden layer
    scale : what the weights of He's initialization are multiplied with; those of the last layer by LAST besides
    lam : weight decay
    blur : standard deviation of the noise on every pixel, where ink is 1; it makes the task harder
    wrong : share of the training labels that are wrong
    copied : the validation digits are taken from the training digits
    unscaled : validation and test digits are not standardized
    swapped : the curves of training and validation carry each other's name
    """

    samples: int = 1257
    hidden: tuple = (50,)
    activation: str = "relu"
    scale: float = 1.0
    lr: float = 0.02
    batch_size: int = 64
    epochs: int = 20
    lam: float = 0.0
    blur: float = 0.0
    wrong: float = 0.0
    copied: bool = False
    unscaled: bool = False
    swapped: bool = False
    seed: int = 0


class Chart(NamedTuple):
    """What a run has left: its plan, its history, and the share of the test digits that the net got right."""

    plan: Plan
    history: History
    test_accuracy: float


class Fault(NamedTuple):
    """A fault: what it is, what it looks like, what to do, a plan that has it, another one, and what cures both."""

    cause: str
    sign: str
    remedy: str
    plan: Plan
    other: Plan
    cure: dict


FAULTS = {
    "healthy": Fault(
        "Nothing is wrong.", "Both losses fall fast and come to rest close together, both accuracies are high.",
        "Leave it alone.", Plan(), Plan(hidden=(80,), lr=0.03, seed=3), {}),
    "learning rate too high": Fault(
        "The steps are too long: they throw the net about.",
        "The loss falls at first, and then it is thrown up and down without coming to rest, the training loss too.",
        "Divide the rate by 3 until it is calm.", Plan(lr=3.0, activation="tanh"),
        Plan(lr=3.0, activation="tanh", hidden=(80,), seed=3), {"lr": 0.05}),
    "learning rate too low": Fault(
        "The steps are too short.",
        "Both losses fall in a smooth, nearly straight line and have not got far by the end.",
        "Multiply the rate by 10.", Plan(lr=2e-4), Plan(lr=1.2e-4, hidden=(80,), seed=3), {"lr": 0.02}),
    "bad initialization": Fault(
        "The first weights are a fifth of what they should be: in four layers the signal all but dies.",
        "The loss lies flat at a blind guess for epochs, and then falls after all.",
        "Take He's initialization for ReLU, or batch norm.", Plan(hidden=(50, 50, 50), scale=0.2),
        Plan(hidden=(60, 60, 60), scale=0.22, seed=3), {"scale": 1.0}),
    "overfitting": Fault(
        "There are 200 blurred digits, and a net that can learn them by heart.",
        "Both losses begin alike. Training goes on to perfection while the validation loss turns and climbs.",
        "Get more data, augment, regularize, or stop early.",
        Plan(samples=200, hidden=(100, 100), activation="tanh", lr=0.1, batch_size=16, blur=0.3),
        Plan(samples=150, hidden=(80, 80), activation="tanh", lr=0.1, batch_size=16, blur=0.3, seed=3),
        {"samples": 1257, "batch_size": 64}),
    "underfitting": Fault(
        "The net cannot do it: its capacity, or what the penalty leaves of it, is too small.",
        "Both curves lie flat, close together, and far from good.",
        "Train a larger net, with less regularization.", Plan(hidden=(1,)), Plan(lam=0.3, lr=0.01, seed=3),
        {"hidden": (50,), "lam": 0.0}),
    "more training wanted": Fault(
        "The run was ended after a few epochs.",
        "Both curves are close together, already good, and still on their way when the run ends.",
        "Train longer.", Plan(lr=0.007, epochs=6), Plan(lr=0.007, epochs=6, hidden=(80,), seed=3), {"epochs": 20}),
    "label noise": Fault(
        "Nearly a third of the training labels are wrong; those of the validation digits were checked by hand.",
        "Training stays well below validation, at the share of labels that are right. Dropout and augmentation can "
        "look like this too, in small.", "Look at the samples with the highest loss, and mend their labels.",
        Plan(wrong=0.3, lam=0.01), Plan(wrong=0.4, lam=0.01, seed=3), {"wrong": 0.0}),
    "leakage": Fault(
        "The validation digits are among the training digits.",
        "Validation is as good as training to the last, without any gap, and too good for so little data.",
        "Split before anything else, and look for doubles.", Plan(samples=150, batch_size=16, copied=True),
        Plan(samples=120, batch_size=16, copied=True, seed=3), {"copied": False}),
    "wrong normalization at test time": Fault(
        "The training digits are standardized, the others are not.",
        "Before the first step, when the net knows nothing of either, validation's loss is already far above training's. "
        "Later it lies beyond a blind guess, while training is at its best.",
        "Fit the standardizer on the training data, and apply it to all.", Plan(unscaled=True),
        Plan(unscaled=True, hidden=(80,), seed=3), {"unscaled": False}),
    "diverged": Fault(
        "The rate is far too high: every step makes the next one longer.",
        "The loss leaves the picture at the top within the first steps and does not come back.",
        "Divide the rate by 10.", Plan(lr=10.0), Plan(lr=20.0, hidden=(80,), seed=3), {"lr": 0.02}),
    "training and validation swapped": Fault(
        "The two curves carry each other's name.",
        "What is called validation becomes perfect, and what is called training lags behind. Where training is made "
        "harder a net may well be better in validation, but hardly perfect.",
        "Look at which data each evaluation gets.", Plan(samples=60, lr=0.05, batch_size=16, swapped=True),
        Plan(samples=80, lr=0.05, batch_size=16, swapped=True, seed=3), {"swapped": False}),
}  # fmt: skip

WARD = dict(
    zip(
        "ABCDEFGHIJKL",
        (
            "healthy",
            "learning rate too low",
            "overfitting",
            "diverged",
            "label noise",
            "bad initialization",
            "leakage",
            "more training wanted",
            "wrong normalization at test time",
            "learning rate too high",
            "underfitting",
            "training and validation swapped",
        ),
        strict=True,
    )
)
# Of each of these it is the other patient.
EXAM = dict(
    enumerate(
        (
            "underfitting",
            "leakage",
            "learning rate too high",
            "training and validation swapped",
            "more training wanted",
            "wrong normalization at test time",
        ),
        1,
    )
)


@lru_cache(maxsize=64)
def examine(fault, cured=False, other=False):
    """The Chart of a patient with a fault, one of FAULTS; of another such patient; or of either once it is cured.

    >>> examine("leakage").history.final_val_accuracy, examine("leakage", cured=True).history.final_val_accuracy < 0.95
    (1.0, True)
    """
    entry = FAULTS[choice("fault", fault, FAULTS)]
    plan = entry.other if other else entry.plan
    return run(replace(plan, **entry.cure) if cured else plan)


def facts(chart):
    """What a chart says at its end, in words that do not name the fault."""
    h, n = chart.history, chart.plan.samples
    ran = (
        f"{n} training digits, {h.epochs[-1]:.3g} of {chart.plan.epochs} epochs"
        if h.diverged_at >= 0
        else (f"{n} training digits, {chart.plan.epochs} epochs")
    )
    last = np.flatnonzero(np.isfinite(h.train_loss))[-1]
    ends = (
        f"{name} {loss[last]:.3g}, accuracy {accuracy[last]:.1%}"
        for name, loss, accuracy in (
            ("training loss", h.train_loss, h.train_accuracy),
            ("validation loss", h.val_loss, h.val_accuracy),
        )
    )
    return f"{ran}: {'; '.join(ends)}"


def run(plan):
    """Train and evaluate as the plan has it, faults included; a Chart."""
    rng = np.random.default_rng(plan.seed)
    split = _prepared(plan, rng)
    net = _net(plan, rng)
    history = fit(
        net,
        split,
        Momentum(lr=plan.lr),
        plan.epochs,
        plan.batch_size,
        rng,
        progress=False,
        regularizer=L2(plan.lam) if plan.lam else None,
    )
    if plan.swapped:
        history = replace(
            history,
            train_loss=history.val_loss,
            val_loss=history.train_loss,
            train_accuracy=history.val_accuracy,
            val_accuracy=history.train_accuracy,
        )
    return Chart(plan, history, evaluate(net, split.test)[1])


def _prepared(plan, rng):
    """The digits as this patient gets them, with the faults that are in the data."""
    train, val, test = (Data(16 * (x + plan.blur * rng.standard_normal(x.shape)), y) for x, y in _parts(plan.seed))
    train = Data(train.x[: plan.samples], _relabeled(train.y[: plan.samples], plan.wrong, rng))
    val = train[: len(val)] if plan.copied else val
    standardizer = Standardizer().fit(train.x)
    scaled = standardizer.transform(train.x)
    if plan.unscaled:
        return Split(Data(scaled, train.y), val, test)
    return Split(Data(scaled, train.y), *(Data(standardizer.transform(part.x), part.y) for part in (val, test)))


def _parts(seed):
    split = digits(rng=seed)
    return split.train, split.val, split.test


def _relabeled(y, share, rng):
    """The labels, of which about this share is replaced by one of the nine wrong classes."""
    wrong = rng.random(len(y)) < share
    return np.where(wrong, (y + rng.integers(1, 10, len(y))) % 10, y)


def _net(plan, rng):
    layers, n_in = [], 64
    for width in plan.hidden:
        layers += [Dense(n_in, width, _init(plan.scale), rng), ACTIVATIONS[plan.activation]()]
        n_in = width
    return Network([*layers, Dense(n_in, 10, _init(LAST * plan.scale), rng)])


def _init(scale):
    return partial(he, gain=scale * 2**0.5)
