"""Step 3: all data, a small weight decay, and the rate at which a hundred steps bring the loss down."""

from functools import lru_cache

import numpy as np

from ...live import live
from ...optimizers import Momentum
from ...plots import THEORY, TRAIN, VAL
from ...regularizers import L2
from ...training import fit
from .shared import FAINT, GOOD, GUESS, digits_net, split

STEPS, BATCH, LAM = 100, 64, 1e-4
RATES = tuple(float(f"{lr:.2g}") for lr in np.geomspace(1e-5, 10, 19))
LIMITS = 0.03, 30.0
LEAP = 1.5  # times the first loss: more than mini-batches differ


@live(
    size=(9.6, 4.0),
    alt="Mini-batch losses of the first hundred steps at one learning rate, and where 19 rates have come to",
)
def hundred_steps(fig):
    """The first hundred steps on all digits at a rate of your choice, among those of 19 rates.

    Right: where each rate has come to, the mean of its last ten losses; the band: below half a blind guess.
    """
    left, right = fig.subplots(ncols=2, sharey=True, width_ratios=[1.2, 1])
    left.set(yscale="log", ylim=LIMITS, xlim=(0, STEPS), xlabel="step", ylabel="loss of the mini-batch")
    left.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    right.set(xscale="log", xlim=(RATES[0] / 1.5, RATES[-1] * 1.5), xlabel="lr", title="After a hundred steps")
    for ax in (left, right):
        ax.minorticks_off()
        ax.axhline(GUESS, color=THEORY, ls=":")
    for lr in RATES:
        left.plot(_clip(_losses(lr)), color=FAINT, lw=0.7, zorder=1)
    right.axhspan(LIMITS[0], GUESS / 2, color=GOOD, alpha=0.1, lw=0)
    right.plot(RATES, _clip([settled(lr) for lr in RATES]), "o-", color=TRAIN, ms=5)
    right.text(RATES[0], GUESS * 1.35, "ln 10, a blind guess", color=THEORY, size=9)
    (curve,) = left.plot([], [], color=VAL, lw=2)
    (dot,) = right.plot([], [], "s", color=VAL, mec="white", ms=10)

    def update(lr: (1e-5, 10.0) = 1e-3):
        losses, end = _losses(lr), settled(lr)
        curve.set_data(np.arange(len(losses)), _clip(losses))
        dot.set_data([lr], _clip([end]))
        return [curve, dot], _tell(losses, end)

    return update


@lru_cache(maxsize=256)
def _losses(lr):
    epochs = -(-STEPS // -(-len(split().train.y) // BATCH))
    history = fit(
        digits_net(),
        split(),
        Momentum(lr=lr),
        epochs,
        BATCH,
        rng=0,
        regularizer=L2(LAM),
        evaluate_every=0,
        progress=False,
    )
    return history.losses[:STEPS]


def settled(lr):
    """The mean of the last ten of a hundred losses; infinity if the run has diverged."""
    losses = _losses(lr)
    return float(losses[-10:].mean()) if len(losses) == STEPS else np.inf


def _clip(losses):
    return np.clip(losses, LIMITS[0], LIMITS[1])


def _tell(losses, end):
    first = losses[0]
    if not np.isfinite(end):
        return "<b>Diverged</b>: lower the rate."
    words = f"From {first:.2f} to {end:.3g} in a hundred steps: "
    if end > first:
        return f"{words}<b>exploding</b>, lower the rate."
    if end > 0.9 * first:
        if losses.max() > LEAP * first:
            return f"{words}<b>flat after a leap</b> to {losses.max():.2g}, lower the rate."
        return f"{words}<b>flat</b>, raise the rate."
    return words + ("it falls, a rate to start from." if end < GUESS / 2 else "it falls, but slowly or in jumps.")
