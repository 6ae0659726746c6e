"""Warm-up on a deep network: its loss and the length of its steps, with a climb before the schedule and without."""

from functools import lru_cache

import numpy as np

from ...live import live
from ...optimizers import OPTIMIZERS
from ...plots import DASHED
from ...schedules import Cosine, Warmup
from ...training import fit
from .looks import CHOSEN, PLAIN, data, net, smooth

EPOCHS, STEPS, HIDDEN = 5, 200, 6
START = {"Adam": 0.0316, "Momentum": 0.1, "SGD": 0.501}


@live(
    size=(9.6, 4.0),
    alt="Mini-batch loss of a deep network with and without warm-up, and the relative length of its steps",
    presets={"optimizer": lambda values: {"lr": START[values["optimizer"]]}},
)
def warm_up(fig):
    """Six hidden layers at a rate that is bold for them. How long a climb does the run need?"""
    left, right = fig.subplots(ncols=2)
    left.set(xlim=(0, STEPS), ylim=(0.01, 10), yscale="log", xlabel="step", ylabel="mini-batch loss, mean of 20")
    left.set_title("The loss")
    right.set(xlim=(0, STEPS), ylim=(1e-5, 3), yscale="log", xlabel="step", ylabel="‖step‖ / ‖theta‖")
    right.set_title("How far a step goes")
    looks = [(PLAIN, DASHED, "without"), (CHOSEN, "-", "with warm-up")]
    curves = [left.plot([], [], color=c, ls=ls, label=label)[0] for c, ls, label in looks]
    sizes = [right.plot([], [], color=c, ls=ls, lw=1.2)[0] for c, ls, _ in looks]
    end = right.axvline(0, color="#999999", lw=1, ls=DASHED)
    left.legend(loc="upper right")

    def update(optimizer: list(START) = "Adam", lr: (0.001, 1.0) = 0.0316, n_warmup: (0, 150) = 100):
        runs = train(optimizer, lr, 0), train(optimizer, lr, n_warmup)
        for i, (history, ratios) in enumerate(runs):
            steps, loss = smooth(np.clip(history.losses, 1e-9, 1e9))
            curves[i].set_data(steps, loss)
            sizes[i].set_data(range(len(ratios)), np.clip(ratios, 1e-9, 1e9))
        end.set_xdata([n_warmup, n_warmup])
        return [*curves, *sizes, end], _tell(runs, n_warmup)

    return update


@lru_cache(maxsize=32)
def train(optimizer="Adam", lr=0.0316, n_warmup=0):
    """(History, ‖step‖ / ‖theta‖ of every step) of five epochs under a cosine, behind a warm-up."""
    ratios, norm = [], np.linalg.norm

    def watch(record):
        ratios.append(norm(record.update) / norm(record.net.theta - record.update))

    opt = OPTIMIZERS[optimizer](lr=Warmup(Cosine(lr, STEPS), n_warmup))
    history = fit(
        net(HIDDEN), data(), opt, EPOCHS, rng=0, evaluate_every=EPOCHS, step_callbacks=[watch], progress=False
    )
    return history, np.array(ratios)


def _tell(runs, n_warmup):
    words = []
    for name, (history, _) in zip(("without", f"with {n_warmup} steps of warm-up"), runs, strict=True):
        gone = f"<b>diverged</b> at step {history.diverged_at}"
        end = gone if history.diverged_at >= 0 else f"{history.train_loss[-1]:.2g}"
        words.append(f"{name} {end}")
    return "Training loss in the end: " + "; ".join(words) + "."
