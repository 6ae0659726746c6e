"""Schedules on digits: the rate that a run was given, and its loss beside the same run at a constant rate."""

from functools import lru_cache

import numpy as np

from ...live import Menu, live
from ...optimizers import OPTIMIZERS
from ...plots import DASHED
from ...schedules import Plateau, Warmup
from ...training import fit
from .shared import CHOSEN, KINDS, PLAIN, data, net

EPOCHS, STEPS = 10, 400
START = {"SGD": 1.0, "Momentum": 0.2, "Adam": 0.0316}


@live(
    size=(9.6, 4.0),
    alt="A learning rate by step, and the training loss on digits under it and at a constant rate",
    presets={"optimizer": lambda values: {"lr": START[values["optimizer"]]}},
)
def digits(fig):
    """Ten epochs on digits under a schedule, trained anew at each change, beside the same at a constant rate."""
    left, right = fig.subplots(ncols=2, width_ratios=[1, 1.4])
    left.set(xlim=(0, STEPS), ylim=(0, 1.08), xlabel="step", ylabel="rate, as a share of lr", title="The rate")
    right.set(xlim=(0, STEPS), ylim=(1e-3, 30), yscale="log", xlabel="step", ylabel="training loss")
    right.set_title(f"{EPOCHS} epochs of digits")
    looks = [(PLAIN, DASHED, "constant"), (CHOSEN, "-", "schedule")]
    rates = [left.plot([], [], color=c, ls=ls)[0] for c, ls, _ in looks]
    noisy = [right.plot([], [], color=c, lw=0.6, alpha=0.35)[0] for c, _, _ in looks]
    dots = [
        right.plot([], [], "o", ls=ls, color=c, ms=5, mec="white", label=f"{label}, all samples")[0]
        for c, ls, label in looks
    ]
    right.legend(loc="upper right")

    def update(
        schedule: Menu([*KINDS, "plateau"]) = "cosine",
        optimizer: list(START) = "Adam",
        lr: (0.001, 1.0) = 0.0316,
        n_warmup: (0, 200) = 0,
    ):
        runs = trained("constant", optimizer, lr, 0), trained(schedule, optimizer, lr, n_warmup)
        for i, (history, taken) in enumerate(runs):
            rates[i].set_data(range(len(taken)), taken / lr)
            noisy[i].set_data(range(history.n_steps), np.clip(history.losses, 1e-9, 1e9))
            dots[i].set_data(history.eval_steps, np.clip(history.train_loss, 1e-9, 1e9))
        return [*rates, *noisy, *dots], _tell(schedule, runs)

    return update


@lru_cache(maxsize=64)
def trained(schedule, optimizer="Adam", lr=0.0316, n_warmup=0):
    """(History, the rate of every step) of ten epochs; plateau sees the validation loss after each."""
    plateau = Plateau(lr, factor=0.3, patience=0, threshold=0.02) if schedule == "plateau" else None
    rate, taken = plateau or KINDS[schedule](lr, STEPS), []
    if n_warmup:
        rate = Warmup(rate, n_warmup)
    history = fit(
        net(), data(), OPTIMIZERS[optimizer](lr=rate), EPOCHS, rng=0, progress=False,
        callbacks=[plateau.watch] if plateau else [], step_callbacks=[lambda record: taken.append(rate(record.step))],
    )  # fmt: skip
    return history, np.array(taken)


def _tell(schedule, runs):
    words = []
    for name, (history, _) in zip(("constant", schedule), runs, strict=True):
        gone = f"<b>diverged</b> at step {history.diverged_at}"
        good = f"training loss {history.train_loss[-1]:.2g}, validation accuracy {history.final_val_accuracy:.1%}"
        words.append(f"{name}: {gone if history.diverged_at >= 0 else good}")
    return "; ".join(words[::-1]).capitalize() + "."
