"""One sweep of the weights' size: signal, gradient and what the net learns, from starving to exploding."""

import itertools

import numpy as np

from ...initializers import normal
from ...layers import Dense, Tanh
from ...live import live
from ...losses import softmax_cross_entropy
from ...network import Network
from ...optimizers import SGD, Adam
from ...plots import THEORY, VAL
from ...records import recorded
from ...training import fit
from .shared import split

WIDTH, DEPTH, EPOCHS, SEEDS = 50, 6, 8, 2
STDS = (0.01, 0.02, 0.04, 0.07, 0.1, 0.14, 0.2, 0.3, 0.45, 0.7, 1.0, 1.5)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
PATIENT_STDS, PATIENT_RATES, PATIENT_EPOCHS = (0.14, 1.0), (0.003, 0.01, 0.03, 0.1), 300
ADAM_STDS, ADAM_RATES = (0.02, 1.0), (1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03)


@live(
    size=(9.6, 4.4),
    alt="Signal, gradient and accuracy of a deep tanh net against the size of its weights: only a middle range learns",
)
def sweep(fig, recompute=False):
    """Six tanh layers, twelve sizes of weights. Where does the net learn, and what do signal and gradient say there?"""
    run.table(recompute)
    grid = fig.add_gridspec(2, 2, width_ratios=[1, 1.15])
    gradient, accuracy = fig.add_subplot(grid[1, 0]), fig.add_subplot(grid[:, 1])
    signal = fig.add_subplot(grid[0, 0], sharex=gradient)
    start = {std: np.mean([run(std, i, s)[:3] for i in (0,) for s in range(SEEDS)], axis=0) for std in STDS}
    curves = np.array([start[std] for std in STDS]).T
    for ax, values, label in (
        (signal, curves[0], "std of layer 6"),
        (gradient, curves[1], "std of layer 1's gradient"),
    ):
        ax.set(xscale="log", yscale="log", ylabel=label, xlim=(0.008, 2))
        ax.plot(STDS, values, "o-", color="#333333", ms=4)
    signal.set_title("Before training")
    gradient.set_xlabel("std of the weights")
    accuracy.set(
        xscale="log", xlim=(0.008, 2), ylim=(0, 1.03), xlabel="std of the weights", ylabel="validation accuracy"
    )
    accuracy.set_title(f"After {EPOCHS} epochs, at the best of {len(RATES)} rates")
    best = np.array([learned(std) for std in STDS])
    each = np.array([learned_by_seed(std) for std in STDS])
    accuracy.plot(STDS, best, "o-", color=VAL, ms=5, label=f"learned\n(bars: {SEEDS} seeds)")
    accuracy.vlines(STDS, each.min(axis=1), each.max(axis=1), color=VAL, lw=2.5, alpha=0.6)
    accuracy.plot(STDS, curves[2], ":", color="#8E44AD", lw=1.8, label="flat share\nbefore training")
    accuracy.axhline(0.1, color="#999999", lw=0.9, ls=(0, (4, 2)))
    accuracy.legend(loc="upper left")
    rings = [ax.plot([], [], "o", ms=12, mfc="none", mec=THEORY, mew=2)[0] for ax in (signal, gradient, accuracy)]

    def update(std: list(STDS) = 0.14):
        i = STDS.index(std)
        for ring, y in zip(rings, (*curves[:2, i], best[i]), strict=True):
            ring.set_data([std], [y])
        return rings, (
            f"Std {std:g}, that is {std * WIDTH**0.5:.2g} / √n: layer 6 has std {curves[0, i]:.2g}, the gradient of layer 1 "
            f"{curves[1, i]:.2g}, {curves[2, i]:.0%} of the values are flat. At its best rate, {best_rate(std):g}, the net "
            f"reads {best[i]:.0%}."
        )

    return update


def learned(std):
    """Mean validation accuracy over the seeds at the best rate."""
    return float(np.max(_accuracies(std)))


def learned_by_seed(std):
    """(seed,) validation accuracies at the rate at which their mean is highest."""
    return np.array([float(run(std, RATES.index(best_rate(std)), seed)[3]) for seed in range(SEEDS)])


def learned_by_adam(std):
    """(seed,) validation accuracies with Adam at the rate at which their mean is highest, for one of ADAM_STDS."""
    found = np.array([[float(adam(std, i, seed)) for seed in range(SEEDS)] for i in range(len(ADAM_RATES))])
    return found[found.mean(axis=1).argmax()]


def patient(std, rate):
    """(training, validation) accuracy after PATIENT_EPOCHS at a rate of PATIENT_RATES, mean of the seeds."""
    return np.mean([long_run(std, PATIENT_RATES.index(rate), seed) for seed in range(SEEDS)], axis=0)


def best_rate(std):
    """The rate at which the mean validation accuracy is highest."""
    return RATES[int(np.argmax(_accuracies(std)))]


def at_start(std):
    """(std of the last hidden layer, std of the first layer's gradient, flat share) before training."""
    return tuple(float(v) for v in np.mean([run(std, 0, seed)[:3] for seed in range(SEEDS)], axis=0))


def _accuracies(std):
    return np.mean([[run(std, i, seed)[3] for i in range(len(RATES))] for seed in range(SEEDS)], axis=0)


@recorded((std, i, seed) for std in STDS for i in range(len(RATES)) for seed in range(SEEDS))
def run(std, i, seed):
    """(std of layer 6, std of layer 1's gradient, flat share, validation accuracy at the end) at rate i."""
    net = _net(std, seed)
    x, y = split().train
    scores = net.forward(x, training=True)
    net.backward(softmax_cross_entropy(scores, y)[1])
    hidden = [np.tanh(layer.x) for layer in net.layers[1::2]]
    start = hidden[-1].std(), net.layers[0].dW.std(), np.mean([np.mean(abs(h) > 0.99) for h in hidden])
    history = fit(net, split(), SGD(lr=RATES[i]), EPOCHS, rng=seed, evaluate_every=EPOCHS, progress=False)
    return np.array([*start, history.val_accuracy[-1] if history.diverged_at < 0 else 0.1])


@recorded((std, i, seed) for std in PATIENT_STDS for i in range(len(PATIENT_RATES)) for seed in range(SEEDS))
def long_run(std, i, seed):
    """(training, validation) accuracy after PATIENT_EPOCHS at rate i of PATIENT_RATES."""
    net, optimizer = _net(std, seed), SGD(lr=PATIENT_RATES[i])
    fit(net, split(), optimizer, PATIENT_EPOCHS, rng=seed, evaluate_every=PATIENT_EPOCHS, progress=False)
    return np.array([np.mean(net.forward(x).argmax(axis=1) == y) for x, y in (split().train, split().val)])


@recorded((std, i, seed) for std in ADAM_STDS for i in range(len(ADAM_RATES)) for seed in range(SEEDS))
def adam(std, i, seed):
    """Validation accuracy at the end of a run of Adam at rate i of ADAM_RATES."""
    history = fit(
        _net(std, seed), split(), Adam(lr=ADAM_RATES[i]), EPOCHS, rng=seed, evaluate_every=EPOCHS, progress=False
    )
    return np.array(history.val_accuracy[-1] if history.diverged_at < 0 else 0.1)


def _net(std, seed):
    rng, layers = np.random.default_rng(seed), []
    for n_in, n_out in itertools.pairwise([64] + [WIDTH] * DEPTH):
        layers += [Dense(n_in, n_out, init=normal(std), rng=rng), Tanh()]
    return Network([*layers, Dense(WIDTH, 10, init=normal(std), rng=rng)])
