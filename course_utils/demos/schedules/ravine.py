"""Schedules on the ravine: the rate, a path, and where two hundred runs with noisy gradients are on average."""

from functools import lru_cache

import numpy as np

from ...descent import descend
from ...live import Play, live
from ...optimizers import SGD
from ...plots import DASHED, DOTTED, THEORY, terrain
from ...surfaces import SURFACES
from .shared import CHOSEN, KINDS, PLAIN

STEPS, RUNS, LAST = 200, 200, 50
S = SURFACES["ravine"]


@live(
    size=(9.6, 3.9),
    alt="A learning rate by step, paths on a ravine under it and at a constant rate, the mean loss of many runs",
)
def ravine(fig):
    """SGD with noisy gradients in a ravine, once at a constant rate, once under the schedule of your choice."""
    left, middle, right = fig.subplots(ncols=3, width_ratios=[1, 1.15, 1])
    left.set(xlim=(0, STEPS), ylim=(0, 1.18), xlabel="step", ylabel="learning rate", title="The rate")
    terrain(middle, S)
    middle.set(xlabel="x", ylabel="y", title=f"One run, its last {LAST} steps bold")
    right.set(xlim=(0, STEPS), ylim=(1e-4, 30), yscale="log", xlabel="step", ylabel="loss")
    right.set_title("The mean of 200 runs")
    looks = [(PLAIN, DASHED, "constant"), (CHOSEN, "-", "schedule")]
    rates, means = ([ax.plot([], [], color=c, ls=ls, label=label)[0] for c, ls, label in looks] for ax in (left, right))
    paths = [middle.plot([], [], color=c, lw=0.7, alpha=0.45)[0] for c, _, _ in looks]
    tails = [middle.plot([], [], color=c, lw=1.8, zorder=4)[0] for c, _, _ in looks]
    theory = [right.plot([], [], color=THEORY, ls=DOTTED, lw=2, label=label)[0] for label in ("theory", "_")]
    right.legend(loc="lower left")

    def update(
        schedule: list(KINDS) = "cosine",
        lr: (0.02, 1.1, 0.02) = 0.6,
        noise: (0.0, 3.0, 0.1) = 1.0,
        step: Play(STEPS, interval=40, stride=2) = STEPS,
    ):
        for i, name in enumerate(("constant", schedule)):
            points, loss, _ = runs(name, lr, noise)
            rates[i].set_data(range(step + 1), KINDS[name](lr, STEPS)(np.arange(step + 1)))
            paths[i].set_data(*points[: step + 1].T)
            tails[i].set_data(*points[max(step - LAST, 0) : step + 1].T)
            theory[i].set_data(range(step + 1), np.maximum(expected_loss(name, lr, noise)[: step + 1], 1e-12))
            means[i].set_data(range(step + 1), np.maximum(loss[: step + 1], 1e-12))
        return [*rates, *paths, *tails, *means, *theory], _tell(schedule, lr, noise, step)

    return update


@lru_cache(maxsize=64)
def runs(name, lr, noise):
    """(points of the first run, mean loss of all, when the first diverged)."""
    start = np.broadcast_to(S.start, (RUNS if noise else 1, 2))
    run = descend(SGD(lr=KINDS[name](lr, STEPS)), S, STEPS, start, noise=noise, rng=0)
    return run.points[:, 0], run.losses.mean(axis=1), int(run.diverged_at[0])


@lru_cache(maxsize=64)
def expected_loss(name, lr, noise):
    """(STEPS + 1,) the mean loss that theory gives, with x ← (1 - lr l) x - lr noise along each axis of curvature l.

    So the mean of x² is multiplied by (1 - lr l)² and grows by lr² noise² at every step.
    """
    rates, curvatures = KINDS[name](lr, STEPS)(np.arange(STEPS)), np.diag(S.hess(np.zeros(2)))
    squares = [np.array(S.start, dtype=float) ** 2]
    for rate in np.broadcast_to(rates, STEPS):
        squares.append((1 - rate * curvatures) ** 2 * squares[-1] + (rate * noise) ** 2)
    return np.array(squares) @ curvatures / 2


def _tell(schedule, lr, noise, step):
    words = []
    for name in dict.fromkeys((schedule, "constant")):
        _, loss, gone = runs(name, lr, noise)
        lost = 0 <= gone <= step or not np.isfinite(loss[step])
        words.append(f"{name} " + ("<b>diverged</b>" if lost else f"{loss[step]:.2g}"))
    return f"Mean loss after {step} steps: " + "; ".join(words) + "."


def mean_loss(schedule, lr=0.6, noise=1.0, step=STEPS):
    """The mean loss of the runs after so many steps."""
    return float(runs(schedule, lr, noise)[1][step])
