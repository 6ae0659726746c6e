"""Raw against prepared on real data: wine and digits, several ways to prepare, every rate, several seeds."""

from functools import lru_cache

import numpy as np

from ...data import Data, Split, digits, wine
from ...initializers import he
from ...layers import Dense, ReLU
from ...live import Changed, live
from ...network import Network
from ...optimizers import SGD
from ...preprocessing import PCA, MinMaxScaler, Standardizer, prepare
from ...records import recorded
from ...training import fit
from .._at_best_rates import AtBestRates, at_best_rate, beside
from .cloud import STYLES

SEEDS = 3
RATES = 10.0 ** np.arange(-4, 0.6, 0.5)
PREPARATIONS = {
    "raw": [], "zero-centered": [Standardizer(with_std=False)], "min-max": [MinMaxScaler()],
    "normalized": [Standardizer()], "whitened": [Standardizer(), PCA(whiten=True, eps=0.01)],
}  # fmt: skip
EPOCHS = {"wine": 30, "digits": 5}
MEASURES = {"training loss": (5e-4, 30), "validation loss": (1e-2, 30), "validation error": (5e-3, 1.2)}
CEILING = 30.0
APART_RATES, APART_EPOCHS, APART_SEEDS = 10.0 ** np.arange(-3, 0.6, 0.25), (5, 20, 60), 16
PATIENCE = {"name": "wine", "how": "raw", "lr": 1e-4, "epochs": 50 * EPOCHS["wine"]}


class Divided:
    """Pixels from 0 to 1."""

    def fit(self, x):
        return self

    def transform(self, x):
        return x / 16


class Inked:
    """Keeps the features that are above 0 in more than 5% of the training samples: leaves out the rim."""

    def fit(self, x):
        self.kept = (x > 0).mean(axis=0) > 0.05
        return self

    def transform(self, x):
        return x[:, self.kept]


APART = PREPARATIONS | {  # what is wrong with raw digits, and with normalized ones, one thing at a time
    "divided by 16": [Divided()], "both": [Divided(), Standardizer(with_std=False)],
    "rim from zero": PREPARATIONS["normalized"], "rim left out": [Inked(), *PREPARATIONS["normalized"]],
    "rim left out, whitened": [Inked(), *PREPARATIONS["whitened"]],
}  # fmt: skip


def _raw(name, seed):
    """Data as they were measured: digits have pixels from 0 to 16."""
    if name == "wine":
        return wine(rng=seed)
    split = digits(rng=seed)
    return Split(*(Data(16 * part.x, part.y) for part in (split.train, split.val, split.test)))


@lru_cache(maxsize=APART_SEEDS * len(APART))
def _prepared(name, how, seed):
    return prepare(_raw(name, seed), *APART[how])


@recorded(
    (name, how, i, seed) for name in EPOCHS for how in PREPARATIONS for i in range(len(RATES)) for seed in range(SEEDS)
)
def run(name, how, i, seed):
    """(measure, epoch) of a 32-unit network at rate i of RATES; each seed splits anew.

    What diverged, or was above the ceiling, is at the ceiling.
    """
    history = _fit(name, how, RATES[i], seed, EPOCHS[name])
    worst = np.array([[CEILING], [CEILING], [1.0]])
    if history.diverged_at >= 0:
        return np.repeat(worst, EPOCHS[name] + 1, axis=1)
    return np.clip([history.train_loss, history.val_loss, 1 - history.val_accuracy], 1e-9, worst)


def _fit(name, how, lr, seed, epochs, **settings):
    rng, split = np.random.default_rng(seed), _prepared(name, how, seed)
    hidden = Dense(split.n_features, 32, init=he, rng=rng)
    if how == "rim from zero":
        hidden.W[~Inked().fit(_raw(name, seed).train.x).kept] = 0
    net = Network([hidden, ReLU(), Dense(32, split.n_classes, init=he, rng=rng)])
    return fit(net, split, SGD(lr=lr), epochs, batch_size=16, rng=seed, progress=False, **settings)


@recorded((how, i, seed) for how in APART for i in range(len(APART_RATES)) for seed in range(APART_SEEDS))
def apart(how, i, seed):
    """Validation losses on digits after each of APART_EPOCHS."""
    history = _fit("digits", how, APART_RATES[i], seed, APART_EPOCHS[-1], evaluate_every=5)
    if history.diverged_at >= 0:
        return np.full(len(APART_EPOCHS), CEILING)
    return np.minimum(history.val_loss[[epochs // 5 for epochs in APART_EPOCHS]], CEILING)


@recorded((seed,) for seed in range(SEEDS))
def patient(seed):
    """Validation loss on raw wine after fifty times the epochs of the figure, at the smallest of its rates."""
    epochs = PATIENCE["epochs"]
    history = _fit(PATIENCE["name"], PATIENCE["how"], PATIENCE["lr"], seed, epochs, evaluate_every=epochs)
    return np.array(history.val_loss[-1])


def told_apart(how, epochs):
    """(seed,) validation losses on digits, prepared as one of APART, after one of APART_EPOCHS, at its best rate."""
    k = APART_EPOCHS.index(epochs)
    return at_best_rate(lambda i, seed: apart(how, i, seed)[k], range(len(APART_RATES)), APART_SEEDS)


def end_of_patience():
    """Mean validation loss on raw wine after fifty times the epochs."""
    return float(np.mean([patient(seed) for seed in range(SEEDS)]))


def results(name, how, measure):
    """(rate, seed, epoch) of one way to prepare this data."""
    k = list(MEASURES).index(measure)
    return np.array([[run(name, how, i, seed)[k] for seed in range(SEEDS)] for i in range(len(RATES))])


def ends(name, measure="validation loss", rate=0):
    """{preparation: mean over the seeds at the end}, at its best rate or `rate` half decades beside it."""
    return {how: float(results(name, how, measure)[_near_best(name, how, rate), :, -1].mean()) for how in PREPARATIONS}


def _near_best(name, how, rate):
    return beside(results(name, how, "validation loss"), rate)


@live(
    size=(9.6, 4.2),
    alt="Learning curves of a network on raw and prepared data, and where each ends against its learning rate",
)
def training(fig, recompute=False):
    """A network on wine and on digits, raw and prepared, each at its own best rate or as far beside it as you say.

    `recompute=True` makes all its runs anew.
    """
    names = {"×1/10": -2, "×1/3": -1, "its best": 0, "×3": 1, "×10": 2}
    run.table(recompute)
    style = {how: dict(color=color, ls=ls) for how, (color, ls) in STYLES.items()}
    panels = AtBestRates(fig, style, RATES, f"Mean and range of {SEEDS} seeds", end="After the last epoch")
    changed = Changed()

    def update(data: list(EPOCHS) = "wine", measure: list(MEASURES) = "validation loss", rate: names = 0):
        if changed(data, measure):
            panels.frame(measure, MEASURES[measure], EPOCHS[data])
        for how in STYLES:
            panels.show(how, results(data, how, measure), _near_best(data, how, rate))
        return panels.artists, _tell(data, measure, rate)

    return update


def _tell(data, measure, rate):
    last = ends(data, measure, rate)
    order = sorted(last, key=last.get)
    return f"Mean {measure} on {data}: " + ", ".join(f"{how} {last[how]:.3g}" for how in order) + "."
