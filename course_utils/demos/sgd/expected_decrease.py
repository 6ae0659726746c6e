"""What one step of SGD is expected to gain on digits: the quadratic forecast, and the mean of many real steps."""

from functools import lru_cache

import numpy as np

from ...data import digits as load_digits
from ...layers import Dense, Tanh
from ...live import Changed, live
from ...losses import softmax_cross_entropy
from ...network import Network
from ...optimizers import SGD
from ...plots import COLORS, THEORY
from ...records import recorded
from ...second_order import hessian_vector_product
from ...theory import step_forecast
from ...training import fit

EPOCHS, SIZES, DRAWS, SAMPLES = (0, 2, 10), (1, 4, 16, 64, 256), 64, 400
N = 1257  # digits to train on, drawn without replacement
RATES = 10.0 ** np.linspace(-3.5, 0.25, 20)
FINE = np.geomspace(RATES[0], RATES[-1], 200)


@live(
    size=(9.6, 4.0),
    alt="Expected change of the loss in one step against the rate, and the best rate against the size of the batch",
)
def expected_decrease(fig, recompute=False):
    """The change of the loss in one step, by rate and by size of batch. What is the best rate, and what decides it?

    `recompute=True` makes all its runs anew.
    """
    measured.table(recompute)
    left, right = fig.subplots(ncols=2)
    left.axhline(0, color="#666666", lw=0.9)
    left.set(
        xscale="log", xlim=(RATES[0], RATES[-1]), xlabel="learning rate", ylabel="gain, in percent of the best possible"
    )
    left.set_title("What one step gains")
    (forecast,) = left.plot([], [], color=THEORY, label="forecast")
    (mean,) = left.plot([], [], "o", color=COLORS["SGD"], ms=5, label=f"mean of {DRAWS} real steps")
    (bars,) = left.plot([], [], color=COLORS["SGD"], lw=1.2)
    (best,) = left.plot([], [], "o", ms=12, mfc="none", mec=THEORY, mew=2, label="best rate")
    left.legend(loc="lower left")
    right.set(xscale="log", yscale="log", xlim=(0.8, 1600), ylim=(7e-4, 2), xlabel="batch size B")
    right.set(ylabel="best rate", title="The best rate by size of batch")
    sizes = np.geomspace(1, N, 100)
    (line,) = right.plot([], [], color=THEORY, label="forecast")
    (full,) = right.plot([], [], color="#666666", ls=(0, (4, 2)), lw=1.2, label="all samples")
    (linear,) = right.plot([], [], color="#666666", ls=(0, (1, 2)), lw=1.4, label="proportional to B")
    (critical,) = right.plot([], [], "s", color=THEORY, ms=8, mec="white", label="critical batch")
    (chosen,) = right.plot([], [], "o", ms=12, mfc="none", mec=THEORY, mew=2)
    right.legend(loc="lower right")

    changed = Changed()

    def update(epochs: list(EPOCHS) = 2, batch_size: list(SIZES) = 16):
        found = measured(epochs)
        at = _forecast(epochs)
        percent = 100 / at.change(at.best_rate(np.inf), np.inf)  # of what all samples gain at their best rate
        gains = found["changes"][SIZES.index(batch_size)] * percent
        forecast.set_data(FINE, at.change(FINE, batch_size) * percent)
        mean.set_data(RATES, gains.mean(axis=0))
        reach = 2 * gains.std(axis=0) / np.sqrt(DRAWS)
        ends = [gains.mean(axis=0) - reach, gains.mean(axis=0) + reach, np.full(len(RATES), np.nan)]
        bars.set_data(np.repeat(RATES, 3), np.transpose(ends).ravel())
        rate = at.best_rate(batch_size)
        peak = at.change(rate, batch_size) * percent
        best.set_data([rate], [peak])
        if changed(epochs, batch_size):
            left.set_ylim(-peak, 1.6 * peak)
        line.set_data(sizes, at.best_rate(sizes))
        full.set_data([0.8, 1600], [at.best_rate(np.inf)] * 2)
        linear.set_data(sizes, at.best_rate(np.inf) * sizes / at.critical_batch)
        critical.set_data([at.critical_batch], [at.best_rate(at.critical_batch)])
        chosen.set_data([batch_size], [rate])
        moving = [forecast, mean, bars, best, line, full, linear, critical, chosen]
        return moving, _tell(epochs, batch_size, at)

    return update


def _tell(epochs, size, at):
    rate, full = at.best_rate(size), at.best_rate(np.inf)
    share = at.change(rate, size) / at.change(full, np.inf)
    return (
        f"After {epochs} epochs. With B = {size} the best rate is {rate:.2g}, and a step gains {100 * share:.2g}% of what all "
        f"samples gain at theirs, {full:.2g}. Critical batch: {at.critical_batch:.0f}."
    )


@lru_cache(maxsize=len(EPOCHS))
def _forecast(epochs):
    found = measured(epochs)
    return step_forecast(float(found["slope"]), float(found["curvature"]), float(found["noise"]), N)


def forecast(epochs=2):
    """The forecast for the figure's net after so many epochs; see theory.step_forecast."""
    return _forecast(epochs)


def mean_change(epochs=2, batch_size=16):
    """{rate: (mean, standard error)} of the change of the loss in real steps."""
    changes = measured(epochs)["changes"][SIZES.index(batch_size)]
    errors = changes.std(axis=0) / np.sqrt(DRAWS)
    return {float(r): (float(m), float(e)) for r, m, e in zip(RATES, changes.mean(axis=0), errors, strict=True)}


@recorded((epochs,) for epochs in EPOCHS)
def measured(epochs):
    """slope |g|², curvature gᵀHg and noise tr(HΣ) of a net after training; changes (size, draw, rate)."""
    split, rng = load_digits(), np.random.default_rng(0)
    x, y = split.train
    net = Network([Dense(64, 32, rng=rng), Tanh(), Dense(32, 10, rng=rng)])
    fit(net, split, SGD(lr=0.1), epochs=epochs, batch_size=16, rng=0, evaluate_every=0, progress=False)
    theta = net.theta.copy()

    def gradient(at, samples=slice(None)):
        net.theta = at
        net.backward(softmax_cross_entropy(net.forward(x[samples], training=True), y[samples])[1])
        return net.grad.copy()

    def loss(at):
        net.theta = at
        return softmax_cross_entropy(net.forward(x), y)[0]

    g = gradient(theta)
    apart = [gradient(theta, [i]) - g for i in rng.choice(len(x), SAMPLES, replace=False)]
    noise = np.mean([d @ hessian_vector_product(gradient, theta, d) for d in apart])
    changes = np.empty((len(SIZES), DRAWS, len(RATES)))
    for i, j in np.ndindex(len(SIZES), DRAWS):
        step = gradient(theta, rng.choice(len(x), SIZES[i], replace=False))
        changes[i, j] = [loss(theta - lr * step) - loss(theta) for lr in RATES]
    return {
        "slope": np.array(g @ g),
        "curvature": np.array(g @ hessian_vector_product(gradient, theta, g)),
        "noise": np.array(noise),
        "changes": changes,
    }
