"""The health of every layer in a training run on digits, step by step."""

import itertools
from functools import lru_cache

import numpy as np

from ...health import GOOD_RATIO, Monitor
from ...initializers import he, lecun, normal
from ...layers import Dense, ReLU, Sigmoid, Tanh
from ...live import Play, live
from ...network import Network
from ...optimizers import SGD
from ...plots import CLASSES
from ...training import fit
from .shared import STEPS, split

WIDTH, DEPTH, RUN_EPOCHS, RUN_EVERY = 50, 4, 8, 2  # of the dashboard
CASES = {
    "healthy: ReLU, He, lr 0.03": (ReLU, he, 0.03),
    "rate too large: ReLU, He, lr 0.5": (ReLU, he, 0.5),
    "rate too small: ReLU, He, lr 0.001": (ReLU, he, 0.001),
    "weights too small: tanh, std 0.02, lr 0.1": (Tanh, normal(0.02), 0.1),
    "weights too large: tanh, std 1, lr 0.1": (Tanh, normal(1.0), 0.1),
    "sigmoid: LeCun, lr 0.1": (Sigmoid, lecun, 0.1),
}
LOOKS = RUN_EPOCHS * STEPS // RUN_EVERY
LETTERS = dict(zip("ABCDEF", (list(CASES)[i] for i in (3, 2, 5, 0, 4, 1)), strict=True))  # which run is which
PANELS = {
    "Activations": ("activation_std", "std", (1e-4, 10)), "Flat slopes": ("flat", "share of values", None),
    "Dead units": ("dead", "share of units", None), "Weight gradients": ("gradient_std", "std", (1e-7, 1)),
    "Update-to-weight ratio": ("update_ratio", "‖step‖ / ‖W‖", (1e-7, 1)),
}  # fmt: skip
STYLES = ["-", (0, (5, 1.5)), (0, (2, 1.2)), (0, (1, 1)), (0, (5, 1.5, 1, 1.5))]


@live(
    size=(9.6, 5.2),
    alt="Six panels by step: loss, activation and gradient spread, flat and dead shares, update-to-weight ratio",
)
def dashboard(fig):
    """Six training runs on digits, seen from inside: one is healthy, five are ill. Which is which, and of what?"""
    axes = fig.subplots(nrows=2, ncols=3, sharex=True).ravel()
    axes[0].set(xlim=(0, RUN_EPOCHS * STEPS), ylim=(1e-2, 20), yscale="log", title="Loss", ylabel="mini-batch loss")
    (loss,) = axes[0].plot([], [], color="#333333", lw=0.8)
    lines = {}
    for ax, (title, (key, label, limits)) in zip(axes[1:], PANELS.items(), strict=True):
        ax.set(title=title, ylabel=label, **(dict(ylim=limits, yscale="log") if limits else dict(ylim=(-0.03, 1.03))))
        n = DEPTH + (key in ("gradient_std", "update_ratio"))
        lines[key] = [ax.plot([], [], color=CLASSES[i], ls=STYLES[i], lw=1.6)[0] for i in range(n)]
    guide = axes[-1].axhline(GOOD_RATIO, color="#333333", lw=1.2, ls="--")
    for ax in axes:
        ax.set_xlabel("step")
    names = [f"layer {i + 1}" for i in range(DEPTH)] + ["output layer", "guide 1e-3"]
    fig.legend(handles=[*lines["update_ratio"], guide], labels=names, loc="outside upper center", ncols=len(names))

    def update(run: list(LETTERS) = "A", step: Play(LOOKS - 1, interval=60) = LOOKS - 1):
        history, health = _run(LETTERS[run])
        shown = min(step + 1, len(health.steps))
        at = health.steps[:shown]
        loss.set_data(range(at[-1]), history.losses[: at[-1]])
        for key, group in lines.items():
            for line, values in zip(group, getattr(health, key)[:shown].T, strict=True):
                line.set_data(at, np.maximum(values, 1e-12) if key not in ("flat", "dead") else values)
        return [loss, *itertools.chain(*lines.values())], _tell_health(history, health, shown - 1)

    return update


def _tell_health(history, health, i):
    """Numbers of a look, the worst layer's each, and no verdict."""
    steps, gradients = health.steps[i], health.gradient_std[i]
    return (
        f"Step {steps}: loss {history.losses[steps - 1]:.2g}. Largest flat share {health.flat[i].max():.0%}, most dead units "
        f"{health.dead[i].max():.0%}, gradients from {gradients.min():.1g} to {gradients.max():.1g}, median ratio "
        f"{np.median(health.update_ratio[i]):.1g}."
    )


@lru_cache(maxsize=len(CASES))
def _run(case):
    """(History, Health) of a case."""
    activation, init, lr = CASES[case]
    rng, sizes = np.random.default_rng(0), [64] + [WIDTH] * DEPTH
    layers = [
        layer
        for n_in, n_out in itertools.pairwise(sizes)
        for layer in (Dense(n_in, n_out, init=init, rng=rng), activation())
    ]
    net = Network([*layers, Dense(WIDTH, 10, init=init, rng=rng)])
    monitor = Monitor(split().train.x[:300], every=RUN_EVERY)
    history = fit(net, split(), SGD(lr=lr), RUN_EPOCHS, rng=0, step_callbacks=[monitor], progress=False)
    return history, monitor.health()


def health_of(case):
    """The Health of one of the dashboard's runs, by the first words of its name."""
    return _run_of(case)[1]


def accuracy_of(case):
    """The validation accuracy at the end of one of the dashboard's runs."""
    return _run_of(case)[0].final_val_accuracy


def _run_of(case):
    return _run(next(name for name in CASES if name.startswith(case)))
