"""Coarse to fine on digits: the stages of a search for a learning rate and a penalty, with borders opened or kept."""

from functools import lru_cache

import numpy as np
from matplotlib.patches import Rectangle

from ...data import digits
from ...layers import Dense, ReLU
from ...live import Stops, live
from ...network import Network
from ...optimizers import Momentum
from ...plots import TEST, THEORY, TRAIN
from ...records import recorded
from ...regularizers import L2
from ...schedules import Step
from ...training import evaluate, fit
from ...tuning import LogUniform, borders, coarse_to_fine

SPACE = {"lr": LogUniform(1e-6, 1e-3), "reg": LogUniform(1e-5, 1e5)}
STAGES, N, EPOCHS, BATCH, STEPS_PER_EPOCH = 4, 40, 5, 100, 13
BORDERS = {"opened": 0.5, "kept": 0.0}
LR, REG = (1e-7, 30.0), (1e-11, 1e6)


@live(
    size=(9.6, 4.4),
    alt="Trials of a search on digits by learning rate and penalty, in boxes that move and shrink, and scores",
)
def funnel(fig, recompute=False):
    """Coarse to fine in four stages of 40 trials each: each stage looks closer around the best tenth of the one before.

    `borders`: whether the next box may reach beyond this one, where the best trial sits on its border.

    `recompute=True` makes all its runs anew.
    """
    scores.table(recompute)
    left, right = fig.subplots(ncols=2, width_ratios=[1.7, 1])
    left.set(
        xscale="log",
        yscale="log",
        xlim=LR,
        ylim=REG,
        xlabel="lr",
        ylabel="reg",
        title="What was tried, and its accuracy",
    )
    right.set(xlim=(0.4, STAGES + 0.6), ylim=(0, 1.03), xlabel="stage", ylabel="validation accuracy")
    right.set_title("What it scored")
    right.set_xticks(range(1, STAGES + 1))
    left.minorticks_off()
    old = left.scatter([], [], s=10, c="#c4c4c4", zorder=2)
    dots = left.scatter([], [], s=26, c=[], cmap="viridis", vmin=0, vmax=1, edgecolors="white", lw=0.4, zorder=3)
    (best,) = left.plot([], [], "o", ms=14, mfc="none", mec=THEORY, mew=2, zorder=4)
    boxes = [
        left.add_patch(Rectangle((0, 0), 1, 1, fill=False, ec=TEST, lw=lw, ls=ls, zorder=3.5))
        for lw, ls in ((1.8, "-"), (1.4, (0, (4, 2))))
    ]
    fig.colorbar(dots, ax=left, pad=0.01)
    clouds = right.scatter([], [], s=14, c=TRAIN, alpha=0.6, edgecolors="none")
    (tops,) = right.plot([], [], "o-", color=THEORY, ms=8, mec="white")

    def update(stage: Stops(list(range(1, STAGES + 1))) = 4, borders: BORDERS = 0.5):
        found = stages(borders)[:stage]
        old.set_offsets(_places(found[:-1]))
        dots.set_offsets(_places(found[-1:]))
        dots.set_array(np.nan_to_num(found[-1].scores))
        best.set_data([found[-1].best.setting["lr"]], [found[-1].best.setting["reg"]])
        for box, search in zip(boxes, stages(borders)[stage - 1 : stage + 1], strict=False):
            _frame(box, search.space)
        boxes[1].set_visible(stage < STAGES)
        clouds.set_offsets(
            [(1 + i + t.number / N * 0.5 - 0.25, t.score or 0) for i, s in enumerate(found) for t in s.trials]
        )
        tops.set_data(range(1, stage + 1), [search.best.score for search in found])
        return [old, dots, best, *boxes, clouds, tops], _tell(found[-1], stage)

    return update


@recorded((grow,) for grow in BORDERS.values())
def scores(grow):
    """(stage, trial) validation accuracies; nan where a trial diverged."""
    found = coarse_to_fine(train, SPACE, N, rng=0, stages=STAGES, grow=grow, n_jobs=1, progress=False)
    return np.array([search.scores for search in found])


@lru_cache(maxsize=4)
def stages(grow=0.5):
    """The searches of all stages; grow: by how much of its width a border is opened. 0: never."""
    known = iter(scores(grow).ravel())

    def trial(lr, reg, rng):
        return float(next(known))

    return coarse_to_fine(trial, SPACE, N, rng=0, stages=STAGES, grow=grow, n_jobs=1)


def train(lr, reg, rng, epochs=EPOCHS):
    """Validation accuracy of 50 hidden units on digits: momentum, batches of 100, the rate times 0.9 every epoch."""
    net = Network([Dense(64, 50, rng=rng), ReLU(), Dense(50, 10, rng=rng)])
    opt = Momentum(lr=Step(lr, every=STEPS_PER_EPOCH, factor=0.9))
    fit(net, _split(), opt, epochs, BATCH, rng, regularizer=L2(reg), evaluate_every=0, progress=False)
    return evaluate(net, _split().val)[1]


@lru_cache(maxsize=1)
def _split():
    return digits()


def _places(searches):
    places = [(t.setting["lr"], t.setting["reg"]) for search in searches for t in search.trials]
    return np.reshape(places, (-1, 2))


def _frame(box, space):
    lr, reg = space["lr"], space["reg"]
    box.set(x=lr.low, y=reg.low, width=lr.high - lr.low, height=reg.high - reg.low)


def _tell(search, stage):
    best, at = search.best, borders(search.space, search.best.setting)
    where = " and ".join(f"{name} at the {side} end" for name, side in at.items()) or "inside, at no border"
    failed = f" {len(search.failed)} trials diverged." if search.failed else ""
    return (
        f"Stage {stage}: best validation accuracy {best.score:.1%} at lr = {best.setting['lr']:.2g}, "
        f"reg = {best.setting['reg']:.2g}: <b>{where}</b>.{failed}"
    )
