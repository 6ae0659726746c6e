"""Successive halving on digits: many learning rates for an epoch, the better ones for longer."""

from functools import lru_cache

import numpy as np

from ...data import digits
from ...layers import Dense, ReLU
from ...live import Stops, live
from ...network import Network
from ...optimizers import SGD
from ...plots import TRAIN
from ...records import recorded
from ...training import evaluate, fit
from ...tuning import LogUniform, search, successive_halving

SPACE = {"lr": LogUniform(1e-3, 10.0)}
N, LAST, BATCH, DRAWS = 27, 27, 100, 2
OTHER, FAINT = "#8a8a8a", "#d0d0d0"


@live(
    size=(9.6, 4.2),
    alt="Validation accuracy by epoch of 27 runs, of which fewer and fewer go on, and what each round kept",
)
def halving(fig, recompute=False):
    """27 rates drawn at random: after each round the best 1/eta go on, eta times as long; the others end.

    `reveal` shows what the others would have done, had they gone on to the end.

    `recompute=True` makes all its runs anew.
    """
    curves.table(recompute)
    left, right = fig.subplots(ncols=2, width_ratios=[1.7, 1], sharey=True)
    left.set(xscale="log", xlim=(0.9, LAST * 1.1), ylim=(0, 1.03), xlabel="epoch", ylabel="validation accuracy")
    left.set_xticks([1, 2, 3, 4, 8, 9, 16, 27], [1, 2, 3, 4, 8, 9, 16, 27])
    left.minorticks_off()
    left.set_title("27 runs, and how far they went")
    right.set(xscale="log", xlim=(SPACE["lr"].low, SPACE["lr"].high), xlabel="lr", title="Where they stand")
    faint = [left.plot([], [], color=FAINT, lw=0.8)[0] for _ in range(N)]
    lines = [left.plot([], [], color=TRAIN, lw=1.5)[0] for _ in range(N)]
    (ended,) = left.plot([], [], "x", color=OTHER, ms=6, mew=1.5)
    (alive,) = left.plot([], [], "o", color=TRAIN, mec="white", ms=7)
    handles, names = [alive, ended, faint[0]], ["goes on", "ended here", "had it gone on"]
    fig.legend(handles, names, loc="outside lower center", ncols=3)
    (stay,) = right.plot([], [], "o", color=TRAIN, mec="white", ms=8)
    (gone,) = right.plot([], [], "x", color=OTHER, ms=6, mew=1.5)

    def update(
        round: Stops([1, 2, 3, 4, 5]) = 4, eta: Stops([2, 3]) = 3, reveal: bool = True, draw: (0, DRAWS - 1) = 0
    ):
        found, (table, rates) = rounds(eta, draw)[:round], runs(draw)
        last = {t.number: search.budget for search in found for t in search.trials}
        kept = {t.number for t in found[-1].trials}
        epochs = np.arange(1, LAST + 1)
        for i in range(N):
            lines[i].set_data(epochs[: last[i]], table[i][: last[i]])
            lines[i].set(color=TRAIN if i in kept else OTHER, lw=1.8 if i in kept else 0.8)
            faint[i].set_data(*((epochs, table[i]) if reveal else ([], [])))
        for on, points, places in ((True, alive, stay), (False, ended, gone)):
            chosen = [i for i in last if (i in kept) is on]
            points.set_data([last[i] for i in chosen], [table[i][last[i] - 1] for i in chosen])
            places.set_data([rates[i] for i in chosen], points.get_ydata())
        return [*faint, *lines, ended, alive, stay, gone], _tell(found, eta, draw, round)

    return update


@recorded((draw,) for draw in range(DRAWS))
def curves(draw):
    """(run, epoch) validation accuracy of all 27 runs after every epoch."""
    return np.array([_curve(lr, seed) for seed, lr in enumerate(_rates(draw))])


def _rates(draw):
    return [t.setting["lr"] for t in search(lambda lr, rng: 0.0, SPACE, N, draw, n_jobs=1).trials]


@lru_cache(maxsize=2 * DRAWS)
def runs(draw=0):
    """(validation accuracy of all 27 runs after every epoch, their rates)."""
    return curves(draw), _rates(draw)


def _curve(lr, seed):
    rng = np.random.default_rng(seed)
    net = Network([Dense(64, 20, rng=rng), ReLU(), Dense(20, 10, rng=rng)])
    found = []
    fit(
        net,
        split(),
        SGD(lr=lr),
        LAST,
        BATCH,
        rng,
        evaluate_every=0,
        progress=False,
        callbacks=[lambda record: found.append(evaluate(net, split().val)[1])],
    )
    return np.pad(np.nan_to_num(found), (0, LAST - len(found)))


@lru_cache(maxsize=4 * DRAWS)
def rounds(eta=3, draw=0):
    """The searches of all rounds; a trial looks its score up among the runs, which are the same however long."""
    table = dict(zip(*runs(draw)[::-1], strict=True))
    return successive_halving(lambda lr, budget, rng: table[lr][budget - 1], SPACE, N, draw, eta=eta, n_jobs=1)


def cost(found, anew=False):
    """Epochs that these rounds take, if a run goes on where the round before has left it, or if it starts anew."""
    before = [0] + [search.budget for search in found[:-1]]
    return sum(len(s.trials) * (s.budget - (0 if anew else done)) for s, done in zip(found, before, strict=True))


@lru_cache(maxsize=1)
def split():
    """The digits of these runs."""
    return digits()


def _tell(found, eta, draw, round):
    table, rates = runs(draw)
    now, top = found[-1], table[:, -1].argmax()
    anew = cost(found, anew=True)
    over = f"With eta = {eta}, round {len(found)} is the last"
    which = f"Round {len(found)}, eta = {eta}" if round == len(found) else over
    return (
        f"{which}: {len(now.trials)} of 27 left, at epoch {now.budget}; the best has accuracy {now.best.score:.1%} "
        f"at lr = {now.best.setting['lr']:.2g}. <b>{cost(found)} "
        f"epochs</b> so far, or {anew} if every round starts anew. All 27 to the end are {N * LAST}; their best has {table[top, -1]:.1%} at lr = {rates[top]:.2g}."
    )
