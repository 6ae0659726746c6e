"""Sums under dropout and under DropConnect: one sum over the theory's bell, and two sums together."""

from functools import lru_cache

import numpy as np

from ...dropout import dropped_sums
from ...live import Stops, live
from ...plots import DASHED, THEORY
from .shared import CONNECTIONS, UNITS

DRAWS, MOST = 1500, 200
INPUTS = (3, 5, 10, 30, 100, 200)
LIMITS, BINS = (-1.2, 2.8), 32
WAYS = {"units": UNITS, "connections": CONNECTIONS}
NAMES = {"units": "Dropout on the inputs", "connections": "DropConnect"}
TITLES = {"units": "Two sums, dropout", "connections": "Two sums, DropConnect"}
DASHES = {"units": "-", "connections": DASHED}


@live(
    size=(9.6, 3.6),
    alt="Distribution of a sum under dropout and DropConnect, with theory over it, and two sums against each other",
)
def sums(fig):
    """Sums of a layer with two units while its inputs, or its connections, drop at random; 1,500 draws of each.

    Lines are theory: a normal distribution with the mean and the covariance of the sums. `alike` says how much the two
    units have in common: the overlap of their weights. The masks are not divided by keep.
    """
    left, *clouds = fig.subplots(ncols=3, width_ratios=(2.4, 2.3, 2.3))
    edges = np.linspace(*LIMITS, BINS + 1)
    left.set(xlabel="sum of unit 1", ylabel="density", xlim=LIMITS, ylim=(0, 1.2), title="One sum")
    steps = {
        way: left.stairs(np.zeros(BINS), edges, color=color, ls=DASHES[way], lw=1.6, label=NAMES[way])
        for way, color in WAYS.items()
    }
    (bell,) = left.plot([], [], color=THEORY, label="theory")
    dots, ovals = {}, {}
    for ax, (way, color) in zip(clouds, WAYS.items(), strict=True):
        ax.set(xlim=LIMITS, ylim=LIMITS, xlabel="sum of unit 1", ylabel="sum of unit 2", title=TITLES[way])
        (dots[way],) = ax.plot([], [], ".", ms=2.5, alpha=0.45, color=color)
        (ovals[way],) = ax.plot([], [], color=THEORY)
    fig.legend(handles=left.get_legend_handles_labels()[0], loc="outside lower center", ncols=3)

    def update(keep: (0.05, 1.0) = 0.5, inputs: Stops(list(INPUTS)) = 30, alike: (-1.0, 1.0) = 0.8):
        drawn, theory = {}, {}
        for way in WAYS:
            drawn[way], theory[way] = draws(keep, inputs, alike, way), _theory(keep, inputs, alike, way)
            steps[way].set_data(np.histogram(drawn[way][:, 0], edges)[0] / DRAWS / np.diff(edges))
            dots[way].set_data(*drawn[way].T)
            ovals[way].set_data(*_oval(*theory[way]))
        bell.set_data(*_bell(theory["units"]))
        return [*steps.values(), bell, *dots.values(), *ovals.values()], _tell(drawn, theory)

    return update


@lru_cache(maxsize=64)
def weights(inputs, alike):
    """(inputs, 2) weights of two units: each sums to 1, so do its squares, and their products sum to `alike`."""
    # Every such column is the same number all over plus a direction at a right angle to that.
    rng = np.random.default_rng(inputs)
    basis = np.linalg.qr(np.column_stack([np.ones(inputs), rng.standard_normal((inputs, 2))]))[0][:, 1:]
    length = np.sqrt(1 - 1 / inputs)
    cos = np.clip((alike - 1 / inputs) / length**2, -1, 1)
    return 1 / inputs + length * basis @ np.array([[1, cos], [0, np.sqrt(1 - cos**2)]])


@lru_cache(maxsize=1)
def _uniform():
    return np.random.default_rng(0).random((3, DRAWS, MOST), dtype=np.float32)


def draws(keep, inputs, alike, way):
    """(DRAWS, 2) the two sums under masks: of all inputs 1, with the weights of `weights`."""
    first, *own = _uniform()[:, :, :inputs] < keep
    W = weights(inputs, alike)
    if way == "units":
        return first @ W
    return np.stack([kept @ column for kept, column in zip(own, W.T, strict=True)], axis=1)


def _theory(keep, inputs, alike, way):
    return dropped_sums(np.ones(inputs), weights(inputs, alike), keep, way)


def _bell(moments):
    mean, cov = moments
    x, std = np.linspace(*LIMITS, 200), max(np.sqrt(cov[0, 0]), 1e-3)
    power = np.maximum(-0.5 * ((x - mean[0]) / std) ** 2, -700)  # no underflow far out
    return x, np.exp(power) / std / np.sqrt(2 * np.pi)


def _oval(mean, cov):
    """Where the normal density is e^-2 of its peak: two standard deviations out."""
    values, vectors = np.linalg.eigh(cov)
    angle = np.linspace(0, 2 * np.pi, 80)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    return mean[:, None] + vectors @ (2 * np.sqrt(np.clip(values, 0, None))[:, None] * circle)


def correlation(keep=0.5, inputs=30, alike=0.8, way="units"):
    """The correlation of the two sums over the draws."""
    return float(np.corrcoef(draws(keep, inputs, alike, way).T)[0, 1])


def _tell(drawn, theory):
    (mean, cov) = theory["units"]
    if cov[0, 0] < 1e-12:
        return "Everything is kept: both sums are 1, and nothing is random."
    # The sum turns -0.00 into 0.00.
    rows = [
        f"{NAMES[way]}: mean {both[:, 0].mean():.2f}, variance {both[:, 0].var():.3f}, correlation "
        f"{np.corrcoef(both.T)[0, 1].round(2) + 0.0:.2f}"
        for way, both in drawn.items()
    ]
    there = (cov[0, 1] / cov[0, 0]).round(2) + 0.0
    return f"{'; '.join(rows)}. Theory: {mean[0]:.2f}, {cov[0, 0]:.3f}, and {there:.2f} or 0."
