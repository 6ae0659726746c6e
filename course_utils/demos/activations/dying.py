"""Units that a large rate kills: a training run on digits, and how many are never on."""

from functools import lru_cache

import numpy as np

from ...layers import ELU, Dense, LeakyReLU, ReLU
from ...live import live
from ...network import Network
from ...optimizers import SGD
from ...plots import DASHED, FLAT_COLOR, THEORY, TRAIN
from ...training import fit
from .shared import STEPS, split

HIDDEN, EPOCHS, EVERY = 100, 3, 4  # of the dying units
RECTIFIERS = {"ReLU": ReLU, "leaky ReLU": LeakyReLU, "ELU": ELU}
FATES = {
    "ReLU": "no gradient reaches them: they are <b>dead</b>", "leaky ReLU": "a hundredth of the gradient passes",
    "ELU": "a little gradient passes",
}  # fmt: skip


@live(
    size=(9.6, 3.6), alt="Loss by step, share of units that never fire by step, and how often each of 100 units fires"
)
def dying(fig):
    """100 hidden units on digits, trained anew at each change: how many are never on, and how often each of them is."""
    loss, dead, fires = fig.subplots(ncols=3)
    n_steps = EPOCHS * STEPS
    loss.set(xlim=(0, n_steps), ylim=(0.01, 30), yscale="log", xlabel="step", ylabel="mini-batch loss", title="Loss")
    loss.axhline(np.log(10), color=THEORY, lw=1, ls="--", label="a blind guess, ln 10")
    loss.legend(loc="upper right")
    dead.set(xlim=(0, n_steps), ylim=(-0.02, 1.02), xlabel="step", ylabel="share of units", title="Never on")
    fires.set(xlim=(0, HIDDEN), ylim=(-0.02, 1.02), xlabel="unit, sorted", ylabel="share of samples")
    fires.set_title("How often each is on")
    (curve,), (share,) = loss.plot([], [], color=TRAIN, lw=1), dead.plot([], [], color=FLAT_COLOR, lw=2.4)
    (before,) = fires.plot([], [], color="#8a8a8a", ls=DASHED, label="before")
    (after,) = fires.plot([], [], color=TRAIN, lw=2.4, label="after")
    fires.legend(loc="upper left")

    def update(lr: (0.01, 10.0) = 2.0, activation: list(RECTIFIERS) = "ReLU", seed: (0, 9) = 0):
        history, steps, on = _train(activation, lr, seed)
        curve.set_data(range(history.n_steps), np.clip(history.losses, 1e-9, 1e9))
        share.set_data(steps, (on == 0).mean(axis=1))
        for line, rates in ((before, on[0]), (after, on[-1])):
            line.set_data(range(HIDDEN), np.sort(rates))
        return [curve, share, before, after], _tell_dying(history, activation, lr, on[-1])

    return update


def _tell_dying(history, activation, lr, on):
    never = int((on == 0).sum())
    if history.diverged_at >= 0:
        return f"lr = {lr:g}: the loss diverged at step {history.diverged_at}."
    fate = f"; {FATES[activation]}" if never else ""
    return (
        f"lr = {lr:g}: {never} of {HIDDEN} units are not on for any sample{fate}. "
        f"Validation accuracy {history.final_val_accuracy:.1%}."
    )


@lru_cache(maxsize=64)
def _train(activation, lr, seed):
    """(History, steps taken at each look, (n_looks, HIDDEN) share of the samples for which each unit is on)."""
    rng = np.random.default_rng(seed)
    net = Network([Dense(64, HIDDEN, rng=rng), RECTIFIERS[activation](), Dense(HIDDEN, 10, rng=rng)])
    x = split().train.x
    steps, looks = [0], [_on(net, x)]

    def look(record):
        if (record.step + 1) % EVERY == 0:
            steps.append(record.step + 1)
            looks.append(_on(net, x))

    quiet = dict(evaluate_every=EPOCHS, step_callbacks=[look], progress=False)
    history = fit(net, split(), SGD(lr=lr), EPOCHS, rng=seed, **quiet)
    return history, steps, np.array(looks)


def _on(net, x):
    dense = net.layers[0]
    return (x @ dense.W + dense.b > 0).mean(axis=0)


def dead_share(lr, activation="ReLU", seed=0):
    """Share of the hidden units of `dying` that are not on for any sample after its run."""
    return float((_train(activation, lr, seed)[2][-1] == 0).mean())
