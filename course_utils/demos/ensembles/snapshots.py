"""Snapshots of one run: a rate in cycles against one that only falls and one that stays, trained at every change."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ...ensembles import combine, disagreement, snapshot_steps
from ...live import live
from ...optimizers import Momentum
from ...schedules import Constant, Cosine, CosineRestarts
from .shared import MEMBER, TOGETHER, accuracy, noisy_digits, snapshots_of_a_run

EPOCHS, STEPS, MOST, LOWEST = 40, 400, 8, 0.7
KINDS = {
    "cycles": lambda lr, cycles: CosineRestarts(lr, period=-(-STEPS // cycles)),
    "one decay": lambda lr, cycles: Cosine(lr, STEPS),
    "constant": lambda lr, cycles: Constant(lr),
}


@live(
    size=(9.9, 4.2),
    alt="Learning rate and training loss of one run with snapshots, their accuracy, alone and together, and how "
    "much each two of them disagree",
)
def snapshots(fig):
    """One run of 40 epochs under a rate of your choice, with a snapshot after each of so many equal parts.

    Accuracies below 70% are shown at the bottom.
    """
    grid = fig.add_gridspec(2, 3, width_ratios=[1.5, 1, 1.1])
    losses = fig.add_subplot(grid[1, 0])
    rates = fig.add_subplot(grid[0, 0], sharex=losses)
    bars, table = fig.add_subplot(grid[:, 1]), fig.add_subplot(grid[:, 2])
    rates.set(xlim=(0, STEPS + 8), ylim=(-0.01, 0.22), ylabel="rate", title="One run")
    rates.tick_params(labelbottom=False)
    losses.set(xlim=(0, STEPS + 8), ylim=(0.03, 4), yscale="log", xlabel="step", ylabel="training loss")
    (rate_line,), (loss_line,) = rates.plot([], [], color=TOGETHER), losses.plot([], [], color=MEMBER, lw=1)
    taken = [ax.plot([], [], "o", color=TOGETHER, ms=6, mec="white", zorder=5)[0] for ax in (rates, losses)]
    bars.set(xlim=(0.3, MOST + 0.7), ylim=(LOWEST - 0.005, 0.98), xlabel="snapshot", ylabel="right on fresh digits")
    bars.set(title="Alone and together", xticks=range(1, MOST + 1))
    (alone,) = bars.plot([], [], "o", color=MEMBER, ms=7, label="alone")
    (together,) = bars.plot([], [], "s-", color=TOGETHER, ms=6, label="all so far")
    bars.legend(loc="upper left", ncols=2, columnspacing=1)
    image, texts = _table(table)

    def update(rate: list(KINDS) = "cycles", cycles: (2, MOST) = 6, lr: (0.02, 0.2, 0.02) = 0.2):
        taken_at, found_losses, right, sums, apart = compared(rate, cycles, lr)
        t = np.arange(STEPS)
        schedule = KINDS[rate](lr, cycles)
        rate_line.set_data(t, schedule(t))
        loss_line.set_data(np.arange(len(found_losses)), np.clip(found_losses, 1e-3, 10))
        taken[0].set_data(taken_at - 1, schedule(taken_at - 1))
        taken[1].set_data(taken_at - 1, np.clip(found_losses[taken_at - 1], 1e-3, 10))
        numbers = np.arange(1, len(right) + 1)
        alone.set_data(numbers, np.maximum(right, LOWEST))
        together.set_data(numbers, np.maximum(sums, LOWEST))
        _fill(image, texts, apart)
        return [rate_line, loss_line, *taken, alone, together, image, *texts.ravel()], _tell(right, sums, apart)

    return update


def _table(ax):
    ax.set(xticks=range(MOST), yticks=range(MOST), xlabel="snapshot", ylabel="snapshot", title="Disagreement of two, %")
    ax.set_xticklabels(range(1, MOST + 1))
    ax.set_yticklabels(range(1, MOST + 1))
    ax.grid(False)
    image = ax.imshow(np.full((MOST, MOST), np.nan), cmap="Blues", vmin=0, vmax=0.3, aspect="auto")
    texts = [[ax.text(j, i, "", ha="center", va="center", fontsize=8) for j in range(MOST)] for i in range(MOST)]
    return image, np.array(texts)


def _fill(image, texts, apart):
    whole = np.full((MOST, MOST), np.nan)
    n = len(apart)
    whole[:n, :n] = apart
    image.set_data(np.ma.masked_invalid(whole))
    for i, j in np.ndindex(MOST, MOST):
        shown = i < n and j < n and i != j
        texts[i, j].set_text(f"{100 * whole[i, j]:.0f}" if shown else "")
        texts[i, j].set_color("white" if shown and whole[i, j] > 0.18 else "#222222")


class Compared(NamedTuple):
    """A run and its snapshots, judged on fresh digits."""

    taken_at: np.ndarray  # (n,) steps taken at each snapshot
    losses: np.ndarray  # (n_steps,) training loss
    alone: np.ndarray  # (n,) share right, each snapshot
    together: np.ndarray  # (n,) share right, the first 1, 2, ... snapshots
    apart: np.ndarray  # (n, n) share of the digits on which two disagree


@lru_cache(maxsize=64)
def compared(rate="cycles", cycles=6, lr=0.2, seed=0):
    """One run under a rate of KINDS, with a snapshot after each of so many equal parts: Compared."""
    taken_at = snapshot_steps(STEPS, cycles)
    ensemble, history = snapshots_of_a_run(Momentum(lr=KINDS[rate](lr, cycles)), taken_at, EPOCHS, seed)
    x, y = noisy_digits().test
    P = ensemble.each(x)
    sums = [float(accuracy(combine(P[:n]), y)) for n in range(1, len(P) + 1)]
    return Compared(taken_at, history.losses, accuracy(P, y), np.array(sums), disagreement(P))


def _tell(right, sums, apart):
    return (
        f"The mean snapshot is right in {right.mean():.1%}, the last in {right[-1]:.1%}, all {len(right)} together "
        f"in <b>{sums[-1]:.1%}</b>. The last two disagree on {apart[-1, -2]:.1%} of the digits."
    )
