"""Plain SGD, momentum and Nesterov on digits, each at its own best rate: a network, and a convex model beside it."""

from functools import lru_cache

import numpy as np

from ...data import digits as load_digits
from ...initializers import he
from ...layers import Dense, ReLU
from ...live import Changed, live
from ...network import Network
from ...optimizers import SGD, Momentum, Nesterov
from ...plots import COLORS, STYLES
from ...records import recorded
from ...training import fit
from .._at_best_rates import AtBestRates, beside

EPOCHS, SEEDS = 5, 16
RATES = 10.0 ** (np.arange(-3, 4) / 3)  # lr / (1 - rho): how far a constant gradient carries in the long run
MODELS = {"network (not convex)": "network", "softmax regression (convex)": "convex"}
MEASURES = {"training loss": ("train_loss", (0.03, 3)), "validation loss": ("val_loss", (0.1, 3))}
TICKS = (0.03, 0.1, 0.2, 0.5, 1, 2)
NAMES = ("SGD", "Momentum", "Nesterov")
WORST = 10 * np.log(10)


@live(
    size=(9.6, 4.3),
    alt="Learning curves of SGD, momentum and Nesterov on digits, and where each ends against its learning rate",
)
def digits(fig, recompute=False):
    """SGD, momentum and Nesterov on digits, 16 seeds each, at their own best rate or as far beside it as you say.

    `recompute=True` makes all its runs anew.
    """
    beside = {"×1/4.6": -2, "×1/2.2": -1, "its best": 0, "×2.2": 1, "×4.6": 2}
    run.table(recompute)
    style = {name: dict(color=COLORS[name], ls=STYLES[name]) for name in NAMES}
    panels = AtBestRates(
        fig, style, RATES, f"Mean of {SEEDS} seeds, ± 2 standard errors", xlabel="lr / (1 - rho)",
        end=f"After {EPOCHS} epochs", band=_errors,
    )  # fmt: skip
    changed = Changed()

    def update(
        model: MODELS = "network", measure: list(MEASURES) = "validation loss", rho: [0.9, 0.99] = 0.9, rate: beside = 0
    ):
        key, limits = MEASURES[measure]
        if changed(measure):
            panels.left.set_yticks(TICKS, [f"{tick:g}" for tick in TICKS])
            panels.left.minorticks_off()
            panels.frame(measure, limits, EPOCHS)
        for name in NAMES:
            panels.show(name, _table(model, name, rho, key), _near_best(model, name, rho, rate))
        return panels.artists, _tell(model, measure, rho, rate)

    return update


def _errors(runs):
    """Two standard errors below and above the mean over the seeds."""
    mean, reach = runs.mean(axis=0), 2 * runs.std(axis=0) / np.sqrt(len(runs))
    return mean - reach, mean + reach


def _rhos(name):
    return (0.0,) if name == "SGD" else (0.9, 0.99)


@recorded(
    (model, name, rho, i, seed)
    for model in MODELS.values()
    for name in NAMES
    for rho in _rhos(name)
    for i in range(len(RATES))
    for seed in range(SEEDS)
)
def run(model, name, rho, i, seed):
    """(measure, epoch) of a run at rate i of RATES; one that diverged counts as the worst there is."""
    opt = _optimizer(name, RATES[i], rho)
    history = fit(_net(model, seed), _split(), opt, EPOCHS, rng=seed, progress=False)
    if history.diverged_at >= 0:
        return np.full((2, EPOCHS + 1), WORST)
    return np.minimum([history.train_loss, history.val_loss], WORST)


@lru_cache(maxsize=1)
def _split():
    return load_digits()


def n_trained():
    """How many networks the figure has trained."""
    return len(run.jobs)


def _optimizer(name, rate, rho):
    if name == "SGD":
        return SGD(lr=rate)
    return {"Momentum": Momentum, "Nesterov": Nesterov}[name](lr=rate * (1 - rho), rho=rho)


def _net(model, seed):
    rng = np.random.default_rng(seed)
    if model == "convex":
        return Network([Dense(64, 10, init=he, rng=rng)])
    return Network([Dense(64, 32, init=he, rng=rng), ReLU(), Dense(32, 10, init=he, rng=rng)])


def _table(model, name, rho, key):
    """(rate, seed, epoch)"""
    rho = 0.0 if name == "SGD" else rho
    runs = [[run(model, name, rho, i, seed) for seed in range(SEEDS)] for i in range(len(RATES))]
    return np.array(runs)[:, :, int(key == "val_loss")]


def _near_best(model, name, rho, rate):
    """Index into RATES, `rate` places from the lowest mean validation loss at the end."""
    return beside(_table(model, name, rho, "val_loss"), rate)


def ends(model="network", measure="validation loss", rho=0.9, rate=0):
    """{optimizer: mean over the seeds at the end}, at its best rate or `rate` third decades beside it."""
    key = MEASURES[measure][0]
    return {
        name: float(_table(model, name, rho, key)[_near_best(model, name, rho, rate), :, -1].mean()) for name in NAMES
    }


def at_reach(name, rho, reach, model="network"):
    """Mean validation loss at the end at one of RATES, the reach lr / (1 - rho)."""
    i = int(np.argmin(abs(np.log(RATES / reach))))
    return float(_table(model, name, rho, "val_loss")[i, :, -1].mean())


def difference(model="network", rho=0.9):
    """(mean, standard error) of momentum's validation loss less Nesterov's, paired by seed, each at its best rate."""
    last = [_table(model, name, rho, "val_loss")[_near_best(model, name, rho, 0), :, -1] for name in NAMES[1:]]
    apart = last[0] - last[1]
    return float(apart.mean()), float(apart.std(ddof=1) / np.sqrt(SEEDS))


def _tell(model, measure, rho, rate):
    found = ", ".join(f"{name} {loss:.3f}" for name, loss in ends(model, measure, rho, rate).items())
    chosen = ", ".join(f"{_optimizer(name, RATES[_near_best(model, name, rho, rate)], rho).lr:.2g}" for name in NAMES)
    return f"{measure.capitalize()} after {EPOCHS} epochs: {found}. Their rates lr: {chosen}."
