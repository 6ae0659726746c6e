"""Panda against caviar: one run whose rate you change while it goes on, or many shorter ones with rates at random."""

import itertools
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ...data import digits
from ...layers import Dense, Tanh
from ...live import Play, Stops, live
from ...network import Network
from ...optimizers import SGD
from ...plots import DASHED, TEST, TRAIN, VAL
from ...training import evaluate, fit
from ...tuning import LogUniform, sample

BUDGET, BATCH, EVERY = 384, 8, 4
START, RATES = 0.01, (0.001, 10.0)
STEERED = (0, START), (40, 0.5), (300, 0.05)
BEST = 0.4  # of 0.1, 0.2, 0.3, 0.4, 0.5 and 0.7, the constant rate with the lowest mean loss over ten seeds
EGGS, DRAWS = (2, 4, 8, 16), 4
COMPUTE = {"the panda's, shared": "shared", "as much for each run": "each"}
SPACE = {"lr": LogUniform(*RATES)}
LIMITS, BAD = (0.06, 8.0), 1e6
OTHER = "#8a8a8a"


@live(
    size=(9.6, 4.6),
    alt="Validation loss of one run whose learning rate was changed on the way, beside that of many runs at random",
)
def panda(fig):
    """The cockpit: play the run, and change lr while it goes on; it acts from the step on where you are.

    It opens on a run that was steered. Step 0 starts a new run. Go back with the slider and change lr, and the run goes
    another way from there. On the right, a search at random with the same compute in all, or with as much for each of
    its runs.
    """
    axes = fig.subplot_mosaic([["panda", "caviar"], ["rate", "ends"]], height_ratios=[2.6, 1])
    for name, title in (("panda", "Panda: one run, in your hands"), ("caviar", "Caviar: many runs, rates at random")):
        axes[name].set(xlim=(0, BUDGET), yscale="log", ylim=LIMITS, ylabel="validation loss", title=title)
        axes[name].set_yticks([0.1, 1], ["0.1", "1"])
    axes["panda"].set_xlabel("step")
    axes["caviar"].set_xlabel("step of each run")
    axes["rate"].set(xlim=(0, BUDGET), yscale="log", ylim=(RATES[0] / 1.5, RATES[1] * 1.5), ylabel="lr", xlabel="step")
    axes["rate"].set_yticks([0.001, 0.1, 10], ["0.001", "0.1", "10"])
    axes["ends"].set(xscale="log", xlim=(RATES[0] / 1.5, RATES[1] * 1.5), xlabel="lr of the run", ylabel="last loss")
    axes["ends"].set(yscale="log", ylim=LIMITS)
    axes["ends"].set_yticks([0.1, 1], ["0.1", "1"])
    for ax in axes.values():
        ax.minorticks_off()
    axes["panda"].plot(*run(((0, BEST),))[1:3], color=TEST, lw=1, label=f"the best constant rate, {BEST}")
    (curve,) = axes["panda"].plot([], [], color=TRAIN, lw=2.2, label="in your hands")
    axes["panda"].legend(loc="upper right")
    (head,) = axes["panda"].plot([], [], "o", color=TRAIN, mec="white", ms=9, clip_on=False)
    (rate,) = axes["rate"].plot([], [], color=TRAIN, drawstyle="steps-post")
    eggs_drawn = [axes["caviar"].plot([], [], color=OTHER, lw=1, alpha=0.8)[0] for _ in range(EGGS[-1])]
    (best,) = axes["caviar"].plot([], [], color=VAL, lw=2.2, ls=DASHED, marker="s", markevery=[-1], mec="white")
    (dots,) = axes["ends"].plot([], [], "o", color=OTHER, mec="white", ms=6)
    (winning,) = axes["ends"].plot([], [], "s", color=VAL, mec="white", ms=8)
    plan = Plan()

    def update(
        step: Play(BUDGET, interval=80, stride=EVERY) = BUDGET,
        lr: RATES = STEERED[-1][1],
        eggs: Stops(list(EGGS)) = 8,
        compute: COMPUTE = "shared",
        draw: (0, DRAWS - 1) = 0,
    ):
        plan.change(step, lr)
        _, steps, losses, accuracies = run(plan.parts)
        shown = steps <= step
        curve.set_data(steps[shown], _clip(losses[shown]))
        head.set_data([steps[shown][-1]], [_clip(losses[shown][-1])])
        rate.set_data(*plan.until(step))
        runs = caviar(eggs, compute, draw)
        for line, found in itertools.zip_longest(eggs_drawn, runs):
            line.set_data(*((found.steps, _clip(found.losses)) if found else ([], [])))
        winner = min(runs, key=lambda found: found.losses[-1])
        best.set_data(winner.steps, _clip(winner.losses))
        dots.set_data([found.lr for found in runs], _clip([found.losses[-1] for found in runs]))
        winning.set_data([winner.lr], _clip(winner.losses[-1:]))
        mine = f"Panda at step {step}: {_tell(losses[shown][-1], accuracies[shown][-1])}."
        theirs = _tell(winner.losses[-1], winner.accuracies[-1])
        theirs = f"Caviar, best of {eggs} runs of {winner.steps[-1]} steps: {theirs}, at lr = {winner.lr:.2g}."
        return [curve, head, rate, *eggs_drawn, best, dots, winning], f"{mine} {theirs}"

    return update


class Plan:
    """The rates of the run: from which step on which rate. It changes when lr does, at the step where the run is."""

    def __init__(self):
        self.parts, self.lr = STEERED, STEERED[-1][1]

    def change(self, step, lr):
        if step == 0:
            self.parts = ((0, lr),)
        elif lr != self.lr:
            self.parts = (*(part for part in self.parts if part[0] < step), (step, lr))
        self.lr = lr

    def until(self, step):
        """(steps, rates) of the staircase up to a step."""
        known = [part for part in self.parts if part[0] <= step]
        return [*(start for start, _ in known), step], [*(lr for _, lr in known), known[-1][1]]


def _clip(losses):
    return np.clip(losses, LIMITS[0], LIMITS[1] * 0.75)


def _tell(loss, accuracy):
    return f"validation loss {loss:.3g}, accuracy {accuracy:.1%}" if loss < BAD else "<b>diverged</b>"


class Run(NamedTuple):
    """A run at (at first) the rate lr: after how many steps the validation data had which loss and accuracy."""

    lr: float
    steps: np.ndarray
    losses: np.ndarray
    accuracies: np.ndarray


@lru_cache(maxsize=512)
def run(plan, n_steps=BUDGET, seed=0):
    """A Run on digits; plan: ((from step, rate), ...)."""
    rng = np.random.default_rng(seed)
    net = Network([Dense(64, 32, rng=rng), Tanh(), Dense(32, 10, rng=rng)])
    starts, rates = np.array(plan).T
    val, steps, looks = _split().val, [0], [evaluate(net, _split().val)]

    def look(record):
        n = record.step + 1
        if n % EVERY == 0:
            steps.append(n)
            looks.append(evaluate(record.net, val))
        return n == n_steps

    fit(
        net,
        _split(),
        SGD(lr=lambda t: rates[np.searchsorted(starts, t, side="right") - 1]),
        n_steps,
        BATCH,
        rng,
        evaluate_every=0,
        step_callbacks=[look],
        progress=False,
    )
    losses, accuracies = np.array(looks).T
    return Run(plan[0][1], np.array(steps), np.nan_to_num(losses, nan=BAD), np.nan_to_num(accuracies))


@lru_cache(maxsize=1)
def _split():
    return digits()


def caviar(eggs, compute="shared", draw=0):
    """A list of Run at random rates: they share the panda's number of steps, or each has as many."""
    rates = [setting["lr"] for setting in sample(SPACE, eggs, draw)]
    n_steps = BUDGET // eggs if compute == "shared" else BUDGET
    return [run(((0, lr),), n_steps, seed=i) for i, lr in enumerate(rates)]
