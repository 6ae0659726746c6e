"""Step 2 of the recipe: a sample so small that the net has to learn it by heart."""

from functools import lru_cache

import numpy as np

from ...live import Stops, live
from ...optimizers import Momentum
from ...plots import THEORY, VAL
from ...training import fit
from .shared import GUESS, STYLES, digits_net, percent, some

STEPS = 200
LIMITS = 1e-5, 1e2


@live(
    size=(9.6, 4.0),
    alt="Loss and accuracy over 200 steps of a net on a handful of digits, with a line at a blind guess",
)
def small_sample(fig):
    """A net and a handful of digits, all of them in every step: can it learn them by heart within 200 steps?"""
    left, right = fig.subplots(ncols=2)
    left.set(yscale="log", xlim=(0, STEPS), ylim=LIMITS, xlabel="step", ylabel="loss on the sample")
    left.axhline(GUESS, color=THEORY, ls=":", label="ln 10")
    left.legend(loc="upper right")
    right.set(xlim=(0, STEPS), ylim=(0, 1.04), xlabel="step", ylabel="accuracy on the sample")
    percent(right)
    (loss,) = left.plot([], [], color=STYLES["training"]["color"])
    (share,) = right.plot([], [], color=STYLES["training"]["color"])
    reached = right.plot([], [], "*", color=VAL, mec="white", ms=16, zorder=5)[0]

    def update(
        n: Stops([10, 20, 50, 100]) = 20,
        lr: (1e-4, 10.0) = 0.05,
        width: Stops([1, 2, 5, 20, 50]) = 50,
        scale: Stops([0.01, 0.1, 0.3, 1.0, 3.0, 10.0]) = 1.0,
    ):
        history = memorized(n, lr, width, scale)
        ok = np.isfinite(history.train_loss)
        loss.set_data(history.eval_steps[ok], np.clip(history.train_loss[ok], *LIMITS))
        share.set_data(history.eval_steps[ok], history.train_accuracy[ok])
        first = history.eval_steps[ok][history.train_accuracy[ok] == 1][:1]
        reached.set_data(first, np.ones(len(first)))
        return [loss, share, reached], _say_memorized(history, first)

    return update


@lru_cache(maxsize=256)
def memorized(n=20, lr=0.05, width=50, scale=1.0):
    """The History of 200 full-batch steps with momentum on n digits."""
    return fit(digits_net(width, scale), some(n, val=False), Momentum(lr=lr), STEPS, n, rng=0, progress=False)


def _say_memorized(history, first):
    losses = history.train_loss
    if history.train_accuracy[-1] == 1:
        return f"100% after {first[0]} steps. The loss at the end is {losses[-1]:.2g}."
    if history.diverged_at >= 0 or losses.max() > 2 * losses[0]:
        return f"<b>Exploding</b>, up to a loss of {np.nanmax(losses):.3g}: lower the rate."
    end = f"{history.train_accuracy[-1]:.0%} at the end, loss {losses[-1]:.2g}."
    if losses[-1] > 0.9 * losses[0]:
        return f"{end} <b>Flat</b>: raise the rate. If that does not help, look at the first weights and at the width."
    return f"{end} On its way, or too small a net: try a larger rate first, then a wider net."
