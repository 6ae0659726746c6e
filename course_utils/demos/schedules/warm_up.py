"""Warm-up on a deep network: its loss, the length of its steps and its dead units, with a climb and without."""

from functools import lru_cache

import numpy as np

from ...live import live
from ...optimizers import OPTIMIZERS
from ...plots import DASHED
from ...schedules import Cosine, Warmup
from ...training import fit
from .shared import CHOSEN, PLAIN, data, net, smooth

EPOCHS, STEPS, HIDDEN, LOOK = 5, 200, 6, 5
START = {"Adam": 0.0316, "Momentum": 0.1, "SGD": 0.501}


@live(
    size=(9.6, 3.8),
    alt="Loss of a deep network with and without warm-up, the relative length of its steps, and its dead units",
    presets={"optimizer": lambda values: {"lr": START[values["optimizer"]]}},
)
def warm_up(fig):
    """Six hidden layers at a rate that is bold for them. How long a climb does the run need?"""
    left, right, low = fig.subplots(ncols=3)
    left.set(xlim=(0, STEPS), ylim=(0.01, 10), yscale="log", xlabel="step", ylabel="mini-batch loss, mean of 20")
    left.set_title("The loss")
    right.set(xlim=(0, STEPS), ylim=(1e-5, 3), yscale="log", xlabel="step", ylabel="‖step‖ / ‖theta‖")
    right.set_title("How far a step goes")
    low.set(xlim=(0, STEPS), ylim=(0, 1), xlabel="step", ylabel="share of dead units")
    low.set_title("First hidden layer")
    looks = [(PLAIN, DASHED, "without"), (CHOSEN, "-", "with warm-up")]
    curves = [left.plot([], [], color=c, ls=ls, label=label)[0] for c, ls, label in looks]
    sizes = [right.plot([], [], color=c, ls=ls, lw=1.2)[0] for c, ls, _ in looks]
    dead = [low.plot([], [], color=c, ls=ls)[0] for c, ls, _ in looks]
    ends = [ax.axvline(0, color="#999999", lw=1, ls=DASHED) for ax in (right, low)]
    left.legend(loc="upper right")

    def update(optimizer: list(START) = "Adam", lr: (0.001, 1.0) = 0.0316, n_warmup: (0, 150) = 100):
        runs = warmed_up(optimizer, lr, 0), warmed_up(optimizer, lr, n_warmup)
        for i, (history, ratios, lost) in enumerate(runs):
            steps, loss = smooth(np.clip(history.losses, 1e-9, 1e9))
            curves[i].set_data(steps, loss)
            sizes[i].set_data(range(len(ratios)), np.clip(ratios, 1e-9, 1e9))
            dead[i].set_data(range(0, len(ratios), LOOK), lost)
        for end in ends:
            end.set_xdata([n_warmup, n_warmup])
        return [*curves, *sizes, *dead, *ends], _tell(runs, n_warmup)

    return update


@lru_cache(maxsize=32)
def warmed_up(optimizer="Adam", lr=0.0316, n_warmup=0, seed=0):
    """(History, ‖step‖ / ‖theta‖ of every step, share of dead units in the first hidden layer at every LOOK-th step).

    Five epochs under a cosine, behind a warm-up. A unit is dead if it is 0 for all training data.
    """
    ratios, dead, norm = [], [], np.linalg.norm

    def watch(record):
        ratios.append(norm(record.update) / norm(record.net.theta - record.update))
        if record.step % LOOK == 0:
            first = record.net.layers[0]
            dead.append(np.mean((data().train.x @ first.W + first.b <= 0).all(axis=0)))

    opt = OPTIMIZERS[optimizer](lr=Warmup(Cosine(lr, STEPS), n_warmup))
    history = fit(
        net(HIDDEN, seed), data(), opt, EPOCHS, rng=seed, evaluate_every=EPOCHS, step_callbacks=[watch], progress=False
    )
    return history, np.array(ratios), np.array(dead)


def warm_up_ends(optimizer="Adam", lr=0.0316, n_warmup=0, seeds=5):
    """((seeds,) training losses in the end, (seeds,) shares of dead units in the first hidden layer)."""
    runs = [warmed_up(optimizer, lr, n_warmup, seed) for seed in range(seeds)]
    return np.transpose([(history.train_loss[-1], dead[-1]) for history, _, dead in runs])


def _tell(runs, n_warmup):
    words = []
    for name, (history, *_) in zip(("without", f"with {n_warmup} steps of warm-up"), runs, strict=True):
        gone = f"<b>diverged</b> at step {history.diverged_at}"
        end = gone if history.diverged_at >= 0 else f"{history.train_loss[-1]:.2g}"
        words.append(f"{name} {end}")
    return "Training loss in the end: " + "; ".join(words) + "."
