"""The eight curves and a control, trained: nets of one, six or twenty hidden layers, each curve at its best rate."""

import itertools

import numpy as np

from ...activations import ACTIVATIONS, relu
from ...initializers import lecun
from ...layers import ELU, GELU, Dense, LeakyReLU, Maxout, ReLU, Sigmoid, SiLU, Tanh
from ...live import live
from ...network import Network
from ...optimizers import Adam, Momentum
from ...plots import VAL
from ...records import recorded
from ...theory import normal_mean, stable_gain
from ...training import fit
from .._at_best_rates import at_best_rate
from .shared import split

WIDTH, EPOCHS, SEEDS = 32, 6, 3
DEPTHS = (1, 6, 20)
LONGER = {
    6: (2 * EPOCHS, ("elu", "gelu", "relu")),
    20: (4 * EPOCHS, ("elu", "tanh", "maxout", "relu", "gelu", "silu", "centered_relu")),
}
ADAM_RATES = (0.003, 0.01, 0.03)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
CONTROL, RELU_MEAN = "centered_relu", normal_mean(relu)


def _without_mean(x):
    return relu(x) - RELU_MEAN


class CenteredReLU(ReLU):
    """ReLU less the mean that it has for N(0, 1): the same slopes, and no mean."""

    f = staticmethod(_without_mean)


LAYERS = {
    "sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "leaky_relu": LeakyReLU, "elu": ELU, "gelu": GELU, "silu": SiLU,
    "maxout": Maxout, CONTROL: CenteredReLU,
}  # fmt: skip
NAMES = {
    "relu": "ReLU", "leaky_relu": "leaky ReLU", "elu": "ELU", "gelu": "GELU", "silu": "SiLU",
    CONTROL: "ReLU - its mean",
}  # fmt: skip


@live(
    size=(9.6, 4.0),
    alt="Validation loss of nets with eight activations and a control after training, each at its best rate, for the chosen depth",
)
def curves(fig, recompute=False):
    """Eight curves, each with the gain that keeps its signal and at its own best rate. Does the choice matter?"""
    losses.table(recompute)
    left, right = fig.subplots(ncols=2, width_ratios=[1, 1.1])
    places = np.arange(len(LAYERS))[::-1]
    left.set_yticks(places, [NAMES.get(name, name) for name in LAYERS])
    left.set(xscale="log", xlim=(0.05, 3), ylim=(-0.6, len(LAYERS) - 0.4))
    left.set(xlabel="validation loss", ylabel="activation")
    left.set_title("Each at its best rate; bars: its seeds")
    left.axvline(np.log(10), color="#999999", lw=0.9, ls=(0, (4, 2)))
    (means,) = left.plot([], [], "o", color=VAL, ms=9)
    (seeds,) = left.plot([], [], "|", color="#333333", ms=12, mew=1.5)
    right.set(xscale="log", yscale="log", xlim=(7e-4, 1.4), ylim=(0.05, 3), xlabel="learning rate")
    right.set(ylabel="validation loss", title="At all rates")
    marks = dict(zip(LAYERS, "osD^vP*Xd", strict=True))
    lines = {
        name: right.plot([], [], marker=marks[name], ms=5, color=f"C{i}", label=NAMES.get(name, name))[0]
        for i, name in enumerate(LAYERS)
    }
    lines[CONTROL].set(color="#222222", ls="--")
    fig.legend(handles=list(lines.values()), loc="outside right center", fontsize=8)

    def update(depth: list(DEPTHS) = 6):
        table = {name: _table(name, depth) for name in LAYERS}
        best = [_best(name, depth) for name in LAYERS]
        means.set_data(np.mean(best, axis=1), places)
        seeds.set_data(np.ravel(best), np.repeat(places, SEEDS))
        for name, line in lines.items():
            line.set_data(RATES, table[name].mean(axis=1))
        order = sorted(zip(np.mean(best, axis=1), LAYERS, strict=True))
        words = ", ".join(f"{NAMES.get(name, name)} {loss:.2f}" for loss, name in order)
        return [means, seeds, *lines.values()], f"{depth} hidden layers: {words}."

    return update


def _table(name, depth, epochs=EPOCHS):
    """(rate, seed)"""
    return np.array([[float(losses(name, depth, i, seed, epochs)) for seed in range(SEEDS)] for i in range(len(RATES))])


def _best(name, depth, epochs=EPOCHS):
    """(seed,) validation losses at the best rate."""
    return at_best_rate(lambda i, seed: losses(name, depth, i, seed, epochs), range(len(RATES)), SEEDS)


def trained(name, depth=6, epochs=EPOCHS):
    """(mean, standard deviation over the seeds) of the validation loss at the best rate."""
    best = _best(name, depth, epochs)
    return float(best.mean()), float(best.std(ddof=1))


@recorded(
    (name, depth, i, seed, epochs)
    for name in LAYERS
    for depth, epochs in [*((depth, EPOCHS) for depth in DEPTHS), *((depth, LONGER[depth][0]) for depth in LONGER)]
    for i in range(len(RATES))
    for seed in range(SEEDS)
    if epochs == EPOCHS or name in LONGER[depth][1]
)
def losses(name, depth, i, seed, epochs=EPOCHS):
    """Validation loss at the end of a run at rate i; a diverged one counts as a blind guess, and none as more."""
    return _loss(name, depth, Momentum(lr=RATES[i]), seed, epochs)


@recorded((i, seed) for i in range(len(ADAM_RATES)) for seed in range(SEEDS))
def sigmoids_by_adam(i, seed):
    """Validation loss of six layers of sigmoids with Adam."""
    return _loss("sigmoid", 6, Adam(lr=ADAM_RATES[i]), seed, EPOCHS)


def sigmoids_with_adam():
    """Mean validation loss of six layers of sigmoids with Adam at its best rate."""
    return float(at_best_rate(sigmoids_by_adam, range(len(ADAM_RATES)), SEEDS).mean())


def _loss(name, depth, opt, seed, epochs):
    rng, layers, pieces = np.random.default_rng(seed), [], 2 if name == "maxout" else 1
    gain = 1.0 if name == "maxout" else stable_gain(_without_mean if name == CONTROL else ACTIVATIONS[name].f)
    for n_in, n_out in itertools.pairwise([64] + [WIDTH] * depth):
        dense = Dense(n_in, n_out * pieces, init=lambda a, b, r: lecun(a, b, r, gain), rng=rng)
        layers += [dense, Maxout(n_out * 2) if name == "maxout" else LAYERS[name]()]
    net = Network([*layers, Dense(WIDTH, 10, init=lecun, rng=rng)])
    history = fit(net, split(), opt, epochs, 64, seed, evaluate_every=epochs, progress=False)
    return np.array(np.log(10) if history.diverged_at >= 0 else min(history.val_loss[-1], np.log(10)))
