"""Does the start matter? A shallow and a deep net on digits from eight initializations, each at several rates."""

from functools import lru_cache, partial
from itertools import pairwise

import numpy as np

from ...data import digits
from ...initializers import glorot, he, lecun, normal, orthogonal, zeros
from ...layers import Dense, ReLU, Tanh
from ...live import Changed, Menu, live
from ...network import Network
from ...optimizers import Momentum
from ...plots import DASHED, DOTTED
from ...records import recorded
from ...training import fit
from .._at_best_rates import AtBestRates, at_best_rate, best

WIDTH, EPOCHS, BATCH, SEEDS = 32, 4, 64, 10
DEPTHS, RATES = (1, 6), (0.01, 0.02, 0.04, 0.08, 0.16)
WORKING = ("LeCun", "Glorot", "Glorot · 5/3", "He", "orthogonal · √2")
LAYERS = {"ReLU": ReLU, "tanh": Tanh}
STARTS = {
    "all 0": zeros, "N(0, 0.01²)": normal(0.01), "N(0, 1)": normal(1.0), "LeCun": lecun, "Glorot": glorot,
    "Glorot · 5/3": partial(glorot, gain=5 / 3), "He": he, "orthogonal · √2": partial(orthogonal, gain=2**0.5),
}  # fmt: skip
LINES = {  # the first three lie upon each other where nothing is learned: the lower ones are wider
    "all 0": dict(color="#333333", ls="-", lw=5), "N(0, 0.01²)": dict(color="#C99BE0", ls="-", lw=3.2),
    "N(0, 1)": dict(color="#D55E00", ls=DOTTED), "LeCun": dict(color="#0072B2", ls="-"),
    "Glorot": dict(color="#5A5AC8", ls=DASHED), "Glorot · 5/3": dict(color="#C2185B", ls="-"),
    "He": dict(color="#117733", ls=DASHED), "orthogonal · √2": dict(color="#7A7A00", ls=DOTTED),
}  # fmt: skip
MEASURES = {"training loss": 0, "validation error": 1}
LIMITS = ((0.03, 30), (0.02, 1.1))
WORST = (1e4, 1.0)


@live(
    size=(9.6, 4.2),
    alt="Learning curves of a net on digits from eight initializations, and the loss at the end against the rate",
)
def training(fig, recompute=False):
    """A net on digits from eight starts, ten seeds each: learning curves, and where each ends against its rate.

    `recompute=True` makes all its runs anew.
    """
    run.table(recompute)
    panels = AtBestRates(
        fig, LINES, RATES, f"Mean and range of {SEEDS} seeds", end=f"After {EPOCHS} epochs", marker="o"
    )
    panels.left.set_xticks(range(EPOCHS + 1))
    panels.right.set_xticks(RATES, [f"{rate:g}" for rate in RATES])
    panels.right.minorticks_off()
    changed = Changed()

    def update(
        activation: list(LAYERS) = "ReLU",
        depth: Menu({f"{n} hidden": n for n in DEPTHS}) = 6,
        rate: Menu({"each its own best": None} | {f"{rate:g} for all": rate for rate in RATES}) = None,
        measure: MEASURES = 0,
    ):
        if changed(measure):
            panels.frame(list(MEASURES)[measure], LIMITS[measure], EPOCHS)
        for name in STARTS:
            table = results(activation, depth, name)[..., measure]
            panels.show(name, table, _choice(activation, depth, name, rate))
        return panels.artists, _tell(activation, depth, rate)

    return update


def training_ends(activation="ReLU", depth=6, rate=None):
    """{start: mean training loss at the end}, at its own best rate or at `rate`."""
    return {name: float(by_seed(activation, depth, name, rate).mean()) for name in STARTS}


def by_seed(activation, depth, name, rate=None):
    """(seed,) training losses at the end from one of STARTS, at its own best rate or at `rate`."""
    return results(activation, depth, name)[_choice(activation, depth, name, rate), :, -1, 0]


def _choice(activation, depth, name, rate):
    """Index of a rate; for None, of the one with the lowest mean training loss at the end."""
    if rate is None:
        return best(results(activation, depth, name)[..., 0])
    return RATES.index(rate)


@recorded(
    (activation, depth, name, i, seed)
    for activation in LAYERS
    for depth in DEPTHS
    for name in STARTS
    for i in range(len(RATES))
    for seed in range(SEEDS)
)
def run(activation, depth, name, i, seed):
    """(epoch, measure) of a run at rate i of RATES; one that diverged counts as the worst there is."""
    history = _fit(activation, depth, name, RATES[i], seed, EPOCHS)
    if history.diverged_at >= 0:
        return np.tile(WORST, (EPOCHS + 1, 1))
    return np.minimum(np.column_stack([history.train_loss, 1 - history.val_accuracy]), WORST)


def _fit(activation, depth, name, lr, seed, epochs, **settings):
    net = _net(activation, depth, name, seed)
    return fit(net, _split(), Momentum(lr=lr), epochs, BATCH, seed, progress=False, **settings)


def _net(activation, depth, name, seed):
    rng, layers = np.random.default_rng(seed), []
    for n_in, n_out in pairwise([64] + [WIDTH] * depth):
        layers += [Dense(n_in, n_out, STARTS[name], rng), LAYERS[activation]()]
    return Network([*layers, Dense(WIDTH, 10, STARTS[name], rng)])


@recorded(
    (activation, name, i, seed)
    for activation in LAYERS
    for name in WORKING
    for i in range(len(RATES))
    for seed in range(SEEDS)
)
def patient(activation, name, i, seed):
    """Training loss of six layers after twice the epochs."""
    history = _fit(activation, 6, name, RATES[i], seed, 2 * EPOCHS, evaluate_every=2 * EPOCHS)
    return np.array(WORST[0] if history.diverged_at >= 0 else history.train_loss[-1])


def patient_ends(name, activation="tanh"):
    """(seed,) training losses of six layers after twice the epochs, at the best rate."""
    return at_best_rate(lambda i, seed: patient(activation, name, i, seed), range(len(RATES)), SEEDS)


@recorded((activation, i, seed) for activation in LAYERS for i in range(len(RATES)) for seed in range(SEEDS))
def resized(activation, i, seed):
    """Training loss of six of He's layers, scaled so that their sums are as large as those of orthogonal ones."""
    net, like = _net(activation, 6, "He", seed), _net(activation, 6, "orthogonal · √2", seed)
    x = x_like = _split().train.x
    for layer, other in zip(net.layers, like.layers, strict=True):
        s, s_like = layer.forward(x), other.forward(x_like)
        if isinstance(layer, Dense):
            factor = np.sqrt(np.mean(s_like**2) / np.mean(s**2))
            layer.W[:] *= factor
            s = s * factor
        x, x_like = s, s_like
    history = fit(net, _split(), Momentum(lr=RATES[i]), EPOCHS, BATCH, seed, evaluate_every=EPOCHS, progress=False)
    return np.array(WORST[0] if history.diverged_at >= 0 else history.train_loss[-1])


def resized_ends(activation):
    """(seed,) training losses of `resized` at the best rate."""
    return at_best_rate(lambda i, seed: resized(activation, i, seed), range(len(RATES)), SEEDS)


@lru_cache(maxsize=1)
def _split():
    return digits()


def results(activation, depth, name):
    """(rate, seed, epoch, measure) of a start."""
    return np.array([[run(activation, depth, name, i, seed) for seed in range(SEEDS)] for i in range(len(RATES))])


def _tell(activation, depth, rate):
    last = training_ends(activation, depth, rate)
    order = sorted(last, key=last.get)
    stuck = [name for name in order if last[name] > 0.98 * np.log(10)]
    words = f"Lowest mean training loss: {order[0]}, {last[order[0]]:.2g}."
    return words + (f" No better than a blind guess, {np.log(10):.2f}: {', '.join(stuck)}." if stuck else "")
