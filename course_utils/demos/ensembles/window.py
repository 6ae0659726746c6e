"""Averages of weights over a window of a run's epochs, beside the run itself and the ensemble of the same epochs."""

from functools import lru_cache

import numpy as np

from ..._support.threads import few_threads
from ...ensembles import ema_update, renumbered
from ...live import live
from ...optimizers import Momentum
from ...plots import DASHED
from ...records import recorded
from ...schedules import Constant, Cosine
from ...training import evaluate
from .shared import MEMBER, TOGETHER, WEIGHTS, accuracy, noisy_digits, snapshots_of_a_run

EPOCHS, STEPS, EVERY = 60, 600, 2
ENDS = np.arange(EVERY, EPOCHS + 1, EVERY)
RATES = {"constant, 0.1": Constant(0.1), "constant, 0.02": Constant(0.02), "cosine from 0.1 to 0": Cosine(0.1, STEPS)}
KINDS = {"SWA: all alike": "swa", "EMA: fading": "ema"}
ALPHA = np.linspace(0, 1, 21)


@live(
    size=(9.9, 4.1),
    alt="Accuracy by epoch of a run, of its averaged weights and of the ensemble of the same epochs; and the loss "
    "between two points of one run and between two runs, as they are and with their units renumbered",
)
def window(fig, recompute=False):
    """One run on digits with some wrong labels; its weights are averaged over the last k epochs (EMA: decay 1 - 1/k).

    Left: right on fresh digits, by where the window ends. Right: the loss on fresh digits along straight lines between
    two sets of weights.

    `recompute=True` makes all its runs anew.
    """
    barriers.table(recompute)
    left, right = fig.subplots(ncols=2, width_ratios=[1.35, 1])
    left.set(xlim=(0, EPOCHS + 1), ylim=(0.68, 0.95), xlabel="epoch at which the window ends")
    left.set(ylabel="right on fresh digits", title="The run and its averages")
    right.set(xlim=(0, 1), ylim=(0.3, 3), xlabel="share of the way from one to the other")
    right.set(ylabel="loss on fresh digits", title="Between two sets of weights")
    band = left.axvspan(0, 1, color=WEIGHTS, alpha=0.12, lw=0)
    (run,) = left.plot([], [], color=MEMBER, lw=1.2, label="the run itself")
    (answers,) = left.plot([], [], color=TOGETHER, ls=DASHED, label="its last k, answers averaged")
    (weights,) = left.plot([], [], color=WEIGHTS, label="its last k, weights averaged")
    (dot,) = left.plot([], [], "o", ms=9, color=WEIGHTS, mec="white")
    (within,) = right.plot([], [], "o-", ms=3, color=WEIGHTS, label="two epochs of one run, k - 1 apart")
    (between,) = right.plot([], [], "s-", ms=3, color="#333333", label="two runs from other initial weights")
    (matched,) = right.plot([], [], "s:", ms=4, mfc="white", color="#333333", label="the same two, units renumbered")
    left.legend(loc="lower right")
    right.legend(loc="upper center")

    def update(
        average: KINDS = "swa", k: (1, 40) = 20, end: (EVERY, EPOCHS, EVERY) = 60, rate: list(RATES) = "constant, 0.1"
    ):
        right_by_end = averages(average, k, rate)
        first = max(end - k, 0) + 1
        band.set_x(first - 0.5)
        band.set_width(end - first + 1)
        run.set_data(np.arange(1, EPOCHS + 1), run_of(rate)[1])
        weights.set_data(ENDS, right_by_end)
        answers.set_data(ENDS, together(k, rate))
        dot.set_data([end], [right_by_end[end // EVERY - 1]])
        within.set_data(ALPHA, between_epochs(rate, first, end))
        between.set_data(ALPHA, barriers(rate))
        matched.set_data(ALPHA, barriers(rate, matched=True))
        return [band, run, answers, weights, dot, within, between, matched], _tell(average, k, end, rate)

    return update


@lru_cache(maxsize=8)
def run_of(rate):
    """(Ensemble of the networks after each epoch, their accuracies, their answers) on fresh digits."""
    ensemble, (x, y) = trained(rate, seed=0), noisy_digits().test
    P = ensemble.each(x)
    return ensemble, accuracy(P, y), P


def trained(rate, seed):
    """The Ensemble of the networks after each epoch of a run."""
    every_epoch = range(STEPS // EPOCHS, STEPS + 1, STEPS // EPOCHS)
    return snapshots_of_a_run(Momentum(lr=RATES[rate]), every_epoch, EPOCHS, seed)[0]


def accuracies(rate="constant, 0.1"):
    """Accuracy of the run on fresh digits after each epoch."""
    return run_of(rate)[1]


@lru_cache(maxsize=256)
def averages(average, k, rate):
    """Accuracy of the averaged weights for every end of the window in ENDS."""
    thetas, (x, y) = np.array([net.theta for net in run_of(rate)[0]]), noisy_digits().test
    if average == "swa":
        means = [thetas[max(end - k, 0) : end].mean(axis=0) for end in ENDS]
    else:
        means = list(_fading(thetas, 1 - 1 / k))
        means = [means[end - 1] for end in ENDS]
    net, right = run_of(rate)[0][0].copy(), []
    with few_threads(net):
        for theta in means:
            net.theta = theta
            right.append(accuracy(net.forward(x, check=False), y))
    return np.array(right)


def _fading(thetas, decay):
    average = thetas[0]
    for theta in thetas:
        average = ema_update(average, theta, decay)
        yield average


@lru_cache(maxsize=256)
def together(k, rate):
    """Accuracy of the mean answer of the last k epochs, for every end in ENDS."""
    sums, y = _sums(rate), noisy_digits().test.y
    return np.array([accuracy(sums[end] - sums[max(end - k, 0)], y) for end in ENDS])


@lru_cache(maxsize=len(RATES))
def _sums(rate):
    P = run_of(rate)[2]
    return np.concatenate([np.zeros_like(P[:1]), P.cumsum(axis=0)])


@lru_cache(maxsize=1024)
def between_epochs(rate, first, last):
    """Loss on fresh digits along the line from the weights after one epoch of the run to those after another."""
    members = run_of(rate)[0]
    return _line(members[first - 1], members[last - 1])


@recorded((rate, matched) for rate in RATES for matched in (False, True))
def barriers(rate="constant, 0.1", matched=False):
    """Loss on fresh digits along the line between the ends of two runs that began with other weights.

    matched : after the units of the second have been renumbered as those of the first.
    """
    one, other = run_of(rate)[0][-1], _other_end(rate)
    return _line(one, renumbered(other, one, noisy_digits().train.x) if matched else other)


@lru_cache(maxsize=len(RATES))
def _other_end(rate):
    return trained(rate, seed=1)[-1]


def _line(one, other):
    net, losses = one.copy(), []
    with few_threads(net):
        for alpha in ALPHA:
            net.theta = (1 - alpha) * one.theta + alpha * other.theta
            losses.append(evaluate(net, noisy_digits().test)[0])
    return np.array(losses)


def _tell(average, k, end, rate):
    ran, one, many = run_of(rate)[1][end - 1], averages(average, k, rate)[end // EVERY - 1], together(k, rate)
    return (
        f"After epoch {end}: the run is right in {ran:.1%}, the averaged weights in <b>{one:.1%}</b>, with one "
        f"network to ask; the averaged answers in {many[end // EVERY - 1]:.1%}, with {min(k, end)}. "
        f"Halfway between two runs the loss is {barriers(rate)[len(ALPHA) // 2]:.2f}, with units renumbered "
        f"{barriers(rate, matched=True)[len(ALPHA) // 2]:.2f}."
    )
