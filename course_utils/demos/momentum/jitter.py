"""Momentum with the noise of mini-batches: the cloud that a constant rate leaves, beside that of plain SGD."""

from functools import lru_cache

import numpy as np

from ...live import live
from ...plots import COLORS, THEORY
from ...theory import momentum_variance

STEPS, RUNS = 400, 400
REACHES = np.geomspace(0.01, 1.9, 60)


@live(
    size=(9.6, 3.9),
    alt="Jitter of plain SGD and of momentum around a minimum, and its standard deviation against lr over 1 - rho",
)
def jitter(fig):
    """One parameter under noise: plain SGD and momentum at the same reach. Which cloud is wider?"""
    left, right = fig.subplots(ncols=2, width_ratios=[1.2, 1])
    left.set(xlim=(0, STEPS), ylim=(-2.5, 2.5), xlabel="step", ylabel="parameter x", title="Around the minimum")
    right.set(xscale="log", yscale="log", xlim=(0.01, 2), ylim=(0.05, 5), xlabel="lr / (1 - rho)")
    right.set(ylabel="standard deviation", title="The width of the cloud")
    (plain,) = left.plot([], [], color=COLORS["SGD"], lw=1, label="plain SGD at lr / (1 - rho)")
    (swung,) = left.plot([], [], color=COLORS["Momentum"], lw=1.4, label="momentum at lr")
    (line,) = right.plot([], [], color=THEORY, label="theory, this rho")
    (zero,) = right.plot([], [], color=THEORY, ls=(0, (1, 2)), label="theory, rho = 0")
    dots = [
        right.plot([], [], m, color=COLORS[name], ms=9, mec="white", label=name)[0]
        for name, m in (("SGD", "o"), ("Momentum", "D"))
    ]
    left.legend(loc="upper right")
    right.legend(loc="upper left")

    def update(lr: (0.001, 0.5) = 0.02, rho: (0.0, 0.99, 0.01) = 0.9):
        reach = lr / (1 - rho)
        for artist, dot, (rate, r) in zip((plain, swung), dots, ((reach, 0.0), (lr, rho)), strict=True):
            x = _runs(rate, r)
            artist.set_data(range(STEPS + 1), x[:, 0])
            dot.set_data([reach], [_spread(rate, r)])
        for curve, r in ((line, rho), (zero, 0.0)):
            curve.set_data(REACHES, np.sqrt([momentum_variance(c * (1 - r), r, 1.0, 1.0) for c in REACHES]))
        return [plain, swung, line, zero, *dots], _tell(lr, rho)

    return update


@lru_cache(maxsize=32)
def _runs(lr, rho):
    """(STEPS + 1, RUNS) of x on x² / 2 under noise of standard deviation 1, from the minimum, the noise the same."""
    noise = np.random.default_rng(0).normal(size=(STEPS, RUNS))
    x, v, path = np.zeros(RUNS), np.zeros(RUNS), [np.zeros(RUNS)]
    with np.errstate(all="ignore"):
        for kick in noise:
            v = rho * v + x + kick
            x = np.clip(x - lr * v, -1e6, 1e6)
            path.append(x)
    return np.array(path)


def _spread(lr, rho):
    return float(_runs(lr, rho)[STEPS // 2 :].std())


def widths(lr=0.02, rho=0.9):
    """(plain SGD at lr, plain SGD at lr / (1 - rho), momentum at lr): measured standard deviations."""
    return _spread(lr, 0.0), _spread(lr / (1 - rho), 0.0), _spread(lr, rho)


def _tell(lr, rho):
    same, reach, swung = widths(lr, rho)
    if lr / (1 - rho) >= 2:
        return f"Plain SGD at lr / (1 - rho) = {lr / (1 - rho):.3g} <b>diverges</b>; momentum: {swung:.3f}."
    return (
        f"Standard deviations: momentum at lr = {lr:g} {swung:.3f}; plain SGD at the same lr {same:.3f}, "
        f"at lr / (1 - rho) = {lr / (1 - rho):.3g} {reach:.3f}."
    )
