"""Twins: units that start alike stay alike, and are one unit. A small net on moons, its hidden units watched."""

from functools import lru_cache

import numpy as np
from matplotlib.colors import to_rgb

from ...data import moons
from ...initializers import normal
from ...layers import Dense, Tanh
from ...live import Play, live
from ...network import Network
from ...optimizers import Momentum
from ...plots import CLASSES
from ...training import fit

UNITS, STEPS, EVERY, SIDE = 8, 400, 10, 96
X, Y = (-1.6, 2.6), (-1.2, 1.7)
STARTS = {"all 0": 0.0, "all equal (0.5)": 0.5, "random, N(0, 1)": None}
TARGET = np.linspace(26, 7, UNITS)
PALE = 1 - 0.35 * (1 - np.array([to_rgb(color) for color in CLASSES[:2]]))


@live(
    size=(9.6, 4.2),
    alt="Paths of the weights of eight hidden units while a net learns two moons, and the classes it decides on",
)
def twins(fig):
    """Eight hidden units on two moons, trained from equal weights, `noise` times N(0, 1) added, or from random ones."""
    noises = {"none": 0.0, "1e-6": 1e-6, "1e-3": 1e-3, "0.01": 0.01, "0.1": 0.1}
    left, right = fig.subplots(ncols=2)
    left.set(xlim=(-5, 5), ylim=(-5, 5), xlabel="weight from x", ylabel="weight from y", title="The eight hidden units")
    right.set(xlim=X, ylim=Y, xlabel="x", ylabel="y", title="What the net decides")
    right.grid(False)
    paths = [left.plot([], [], color=color, lw=1.3)[0] for color in CLASSES[:UNITS]]
    heads = [left.plot([], [], "o", color=color, mec="white", mew=0.4)[0] for color in CLASSES[:UNITS]]
    regions = right.imshow(np.ones((SIDE, SIDE, 3)), extent=(*X, *Y), origin="lower", aspect="auto")
    x, y = _split().train
    samples = [right.plot(*x[y == k].T, "os"[k], color=CLASSES[k], ms=4, mec="white", mew=0.4)[0] for k in (0, 1)]

    def update(init: STARTS = 0.5, noise: noises = 0.0, step: Play(STEPS // EVERY, interval=60) = STEPS // EVERY):
        net, history, weights = run(init, noise)
        # Dots in one place look like a target, the largest below, and can be counted.
        together = np.ptp(weights[step], axis=1).max() < 0.5
        for i, (path, head) in enumerate(zip(paths, heads, strict=True)):
            head.set_markersize(TARGET[i] if together else TARGET[-1])
            path.set_data(*weights[: step + 1, :, i].T)
            head.set_data(*weights[step : step + 1, :, i].T)
        regions.set_data(PALE[_decide(net, history.thetas[step])])
        return [regions, *samples, *paths, *heads], _tell(history, weights[step], step)

    return update


@lru_cache(maxsize=1)
def _split():
    return moons(n=300, noise=0.12)


@lru_cache(maxsize=16)
def run(init, noise):
    """(net, history, the hidden units' weights (record, 2, unit))."""
    rng = np.random.default_rng(0)
    start = (lambda n_in, n_out, rng: init + normal(noise)(n_in, n_out, rng)) if init is not None else normal(1.0)
    net = Network([Dense(2, UNITS, init=start, rng=rng), Tanh(), Dense(UNITS, 2, init=start, rng=rng)])
    options = dict(epochs=STEPS, batch_size=1000, record=EVERY, evaluate_every=EVERY, progress=False)
    history = fit(net, _split(), Momentum(lr=0.6), **options)
    weights = np.array([net.unpack(theta)["0.W"] for theta in history.thetas])
    return net, history, weights


@lru_cache(maxsize=1)
def _grid():
    return np.stack(np.meshgrid(np.linspace(*X, SIDE), np.linspace(*Y, SIDE)), axis=-1).reshape(-1, 2)


def _decide(net, theta):
    net.theta = theta
    return net.predict(_grid()).reshape(SIDE, SIDE)


def twins_accuracy(init=0.5, noise=0.0):
    """Share of the training samples that are right at the end of a run of `twins`."""
    return float(run(init, noise)[1].train_accuracy[-1])


def _tell(history, weights, step):
    apart = np.ptp(weights, axis=1).max()
    units = "all eight units are one" if apart < 0.01 else f"the units' weights differ by up to {apart:.2g}"
    loss, accuracy = history.train_loss[step], history.train_accuracy[step]
    return f"After {step * EVERY} steps: {units}; training loss {loss:.3f}, {accuracy:.0%} right."
