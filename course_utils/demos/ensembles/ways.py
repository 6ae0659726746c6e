"""Five ways to members that differ, and averaged weights: accuracy against their number and their disagreement."""

from functools import cache, lru_cache
from itertools import product

import numpy as np
from matplotlib.lines import Line2D

from ..._support.progress import progress_bar
from ..._support.threads import few_threads
from ...ensembles import Ensemble, accuracy_by_size, bootstrap, diversity, random_orders, snapshot_steps
from ...live import live
from ...losses import multiclass_hinge, softmax_cross_entropy
from ...optimizers import SGD, AdaGrad, Adam, Momentum, Nesterov, RMSProp
from ...plots import CLASSES
from ...records import recorded
from ...schedules import CosineRestarts
from ...training import fit
from .shared import BATCH, MEMBER, accuracy, build, noisy_digits, snapshots_of_a_run

MOST, EPOCHS, STEPS = 12, 20, 10
USUAL = Momentum(lr=0.1)
OPTIMIZERS = (Momentum(lr=0.03), SGD(lr=0.1), Adam(lr=0.003), RMSProp(lr=0.002), AdaGrad(lr=0.03), Nesterov(lr=0.02))
LOSSES = softmax_cross_entropy, multiclass_hinge
WAYS = {
    "1 other initial weights": "initial", "2 other optimizer, loss": "objective", "3 other data (bagging)": "bagging",
    "4 top 12 of validation": "top", "5 snapshots of one run": "snapshots", "average of weights": "weights",
    "1, 2 and 3 at once": "all",
}  # fmt: skip
MARKERS = "osD^vP*"
HOW = {"mean of probabilities": "probabilities", "mean of scores": "scores", "votes": "votes"}


@live(
    size=(9.9, 4.3),
    alt="Accuracy of ensembles made in five ways, and of averaged weights, against the number of their members and against their diversity",
)
def ways(fig, recompute=False):
    """300 digits with some wrong labels, 12 networks each way: how right are n of them together on fresh digits?

    Left: mean over random choices of n members; dots at n = 1: the members. Right: hollow, the mean member; full, n
    together; across, the share of the digits on which two members disagree.

    `recompute=True` makes all its runs anew.
    """
    measured.table(recompute)
    left, right = fig.subplots(ncols=2, sharey=True, width_ratios=[1.15, 1])
    left.set(xlim=(0.3, MOST + 0.5), ylim=(0.72, 0.97), xlabel="number of members n", ylabel="right on fresh digits")
    left.set_title("Number")
    right.set(xlim=(0.06, 0.345), xlabel="disagreement of two members", title="Variety")
    style = {
        way: dict(color=color, marker=marker)
        for way, color, marker in zip(WAYS.values(), CLASSES, MARKERS, strict=False)
    }
    curves = {way: left.plot([], [], lw=1, ms=0, **style[way])[0] for way in style}
    (singles,) = left.plot([], [], "o", color=MEMBER, ms=4, alpha=0.6)
    mark = left.axvline(1, color="#999999", lw=6, alpha=0.3, zorder=0)
    stems = {way: right.plot([], [], lw=1.2, alpha=0.6, color=style[way]["color"])[0] for way in style}
    starts = {way: right.plot([], [], ls="", ms=7, mfc="white", **style[way])[0] for way in style}
    ends = {way: right.plot([], [], ls="", ms=8, label=label, **style[way])[0] for label, way in WAYS.items()}
    gray = dict(color="#777777", marker="o", ls="")
    read = Line2D([], [], mfc="white", label="the mean member", **gray), Line2D([], [], label="n together", **gray)
    fig.legend(handles=[*ends.values(), *read], loc="outside right upper")

    def update(way: WAYS = "initial", n: (1, MOST) = 8, combine: HOW = "probabilities"):
        for each in style:
            _, apart, sizes = found(each, combine)
            curves[each].set_data(np.arange(1, MOST + 1), sizes)
            curves[each].set(lw=3 if each == way else 1, alpha=1 if each == way else 0.45)
            starts[each].set_data([apart], [sizes[0]])
            ends[each].set_data([apart], [sizes[n - 1]])
            stems[each].set_data([apart, apart], [sizes[0], sizes[n - 1]])
        alone = found(way, combine)[0]
        singles.set_data(np.ones(len(alone)), alone)
        mark.set_xdata([n, n])
        return [*curves.values(), singles, mark, *stems.values(), *starts.values(), *ends.values()], _tell(
            way, n, combine
        )

    return update


@recorded(product(WAYS.values(), HOW.values()))
def measured(way, combine):
    """On fresh digits: accuracy of each member, mean disagreement of two, mean accuracy of 1, 2, ... together."""
    y = noisy_digits().test.y
    P = _answers(way)
    sizes = _averaged() if way == "weights" else accuracy_by_size(P, y, combine, orders=MOST)
    return {"alone": accuracy(P, y), "apart": diversity(P), "sizes": sizes}


def found(way, combine="probabilities"):
    """What `measured` has: (accuracy of each member, mean disagreement of two, mean accuracy of 1, 2, ... together)."""
    return tuple(measured(way, combine).values())


@lru_cache(maxsize=len(WAYS))
def _answers(way):
    return ensemble(way).each(noisy_digits().test.x)


@lru_cache(maxsize=len(WAYS))
def ensemble(way):
    """The 12 members of a way; those of "weights" are the parameters that are averaged."""
    if way == "top":
        candidates = [net for kind in ("initial", "objective", "bagging", "all") for net in ensemble(kind)]
        return Ensemble(candidates).top(noisy_digits().val, MOST)
    if way in ("snapshots", "weights"):
        return _one_run(way)
    return Ensemble(member(way, i) for i in progress_bar(range(MOST), "net", what=way, delay=4))


def member(way, i):
    """Member i, which differs from the others in what the way says and in nothing else."""
    net = build(i if way in ("initial", "all") else 0)
    split = bootstrap(noisy_digits(), i) if way in ("bagging", "all") else noisy_digits()
    other = way in ("objective", "all")
    opt, loss = (OPTIMIZERS[i % 6], LOSSES[i // 6]) if other else (USUAL, softmax_cross_entropy)
    fit(net, split, opt, EPOCHS, BATCH, rng=0, loss=loss, evaluate_every=0, progress=False)
    return net


def _one_run(way):
    """Snapshots at the ends of 12 cycles of 5 epochs, or the last 12 of 32 epochs at a constant rate."""
    if way == "snapshots":
        epochs, opt = 5 * MOST, Momentum(lr=CosineRestarts(0.2, period=5 * STEPS))
        taken_at = snapshot_steps(epochs * STEPS, MOST)
    else:
        epochs, opt = EPOCHS + MOST, USUAL
        taken_at = STEPS * np.arange(EPOCHS + 1, epochs + 1)
    return snapshots_of_a_run(opt, taken_at, epochs)[0]


@cache
def _averaged():
    """Accuracy of the network with the mean weights of 1, 2, ... of the checkpoints, mean over random orders."""
    members, fresh = ensemble("weights"), noisy_digits().test
    thetas, net, right = np.array([net.theta for net in members]), members[0].copy(), np.zeros(MOST)
    with few_threads(net):
        for order in random_orders(MOST, MOST):
            for n, theta in enumerate(thetas[order].cumsum(axis=0), 1):
                net.theta = theta / n
                right[n - 1] += accuracy(net.forward(fresh.x, check=False), fresh.y) / MOST
    return right


def _tell(way, n, combine):
    alone, apart, sizes = found(way, combine)
    runs = {"snapshots": "one run", "weights": "one run", "top": f"{4 * MOST} runs"}.get(way, f"{n} run{'s' * (n > 1)}")
    nets = "one network" if way == "weights" or n == 1 else f"{n} networks"
    return (
        f"A member is right in {alone.mean():.1%}, the best in {alone.max():.1%}, {n} together in "
        f"<b>{sizes[n - 1]:.1%}</b>. Two disagree on {apart:.1%}. Price: {runs} to train, {nets} to ask."
    )
