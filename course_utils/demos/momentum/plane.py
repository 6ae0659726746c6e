"""The rate-momentum plane: how fast each of thousands of settings converges, measured, with the theory's border."""

from functools import lru_cache

import numpy as np
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm

from ...descent import descend
from ...live import Point, live
from ...optimizers import Momentum, Nesterov
from ...plots import COLORS, STYLES, THEORY, show_entries
from ...surfaces import bowl
from ...theory import best_momentum, best_rate, largest_momentum_rate, momentum_factor
from .shared import geometric, length

STEPS, KEPT, SHOWN = 160, 4, 100
TICKS = (20, 50, 100, 200, 500, 1000, 2000)
METHODS = {"Momentum": Momentum, "Nesterov": Nesterov}
RATES, RHOS = np.linspace(0, 4, 81)[1:], np.linspace(0, 1, 51)[:-1]
NORM, MAP = LogNorm(20, 2000), colormaps["viridis_r"].with_extremes(bad="#d9d9d9")
START = (1.0, 1.0)


@live(
    size=(9.6, 4.4), alt="A map over rate and momentum colored by how many steps runs take, with the border in theory"
)
def plane(fig):
    """Thousands of runs at once: a setting's color says how many steps it takes; gray diverges. Drag the ring."""
    left, right = fig.subplots(ncols=2, width_ratios=[1.2, 1])
    left.grid(False)
    left.set(xlabel="lr · steepest curvature", ylabel="momentum rho", xlim=(0, 4), ylim=(0, 1))
    right.set(xlim=(0, SHOWN), ylim=(1e-8, 1e5), yscale="log", xlabel="step", ylabel="distance from the minimum")
    right.set_title("The setting under the ring")
    image = left.imshow(
        np.ones((len(RHOS), len(RATES))),
        cmap=MAP,
        norm=NORM,
        aspect="auto",
        origin="lower",
        extent=(0.025, 4.025, -0.01, 0.99),
        interpolation="nearest",
    )
    # Made from the map alone: a bar that follows the image would cost a full draw at every change.
    bar = ScalarMappable(NORM, MAP)
    fig.colorbar(bar, ax=left, label="steps for a millionth of the distance", extend="both", ticks=TICKS, format="%g")
    (border,) = left.plot([], [], color=THEORY, lw=2.2, ls=(0, (5, 2)))
    (star,) = left.plot([], [], "*", ms=15, mfc="white", mec=THEORY, mew=1.5)
    (ring,) = left.plot([], [], "o", ms=10, mfc="white", mec="black", mew=2.2)
    runs = {n: right.plot([], [], color=COLORS[n], ls=STYLES[n], label=n)[0] for n in METHODS}
    (slope,) = right.plot([], [], color=THEORY, lw=1.6, ls=(0, (1, 2)), label="theory's rate")
    (plain,) = right.plot([], [], color=COLORS["SGD"], lw=1.0, label="SGD at its best rate, theory")
    legend = right.legend(loc="upper right")

    def update(method: list(METHODS) = "Momentum", kappa: (2.0, 200.0) = 20.0, setting: Point() = (1.0, 0.6)):
        nesterov = method == "Nesterov"
        if left.get_title(loc="left") != method:
            left.set_title(method)
            show_entries(legend, {method, slope.get_label(), plain.get_label()})
        image.set_data(steps_needed(measured_steps(method, kappa)))
        border.set_data(largest_momentum_rate(RHOS_FINE, 1.0, nesterov), RHOS_FINE)
        lr, rho, least = best_momentum([1, kappa], nesterov)
        star.set_data([lr * kappa], [rho])
        ring.set_data([setting[0]], [setting[1]])
        chosen = max(setting[0], 1e-3) / kappa, float(np.clip(setting[1], 0, 1))
        run = descend(METHODS[method](lr=chosen[0], rho=chosen[1]), bowl(kappa), SHOWN, START)
        for name, line in runs.items():
            here = name == method
            line.set_data(range(SHOWN + 1 if here else 0), length(run.points) if here else [])
        factor = momentum_factor(*chosen, [1, kappa], nesterov)
        slope.set_data(range(SHOWN + 1), geometric(np.hypot(*START), factor, SHOWN))
        plain.set_data(range(SHOWN + 1), geometric(np.hypot(*START), best_rate([1, kappa])[1], SHOWN))
        moving = [image, border, star, ring, *runs.values(), slope, plain]
        return moving, _tell(run, chosen, factor, (lr * kappa, rho, least))

    return update


RHOS_FINE = np.linspace(0, 1, 101)


def steps_needed(factor):
    """Steps to a millionth of the distance, at least 1; NaN where the factor is 1 or more."""
    with np.errstate(all="ignore"):
        return np.where(factor < 1, np.maximum(np.log(1e-6) / np.log(factor), 1), np.nan)


@lru_cache(maxsize=16)
def measured_steps(method, kappa):
    """What a step leaves of the distance, over the last quarter of the runs of all settings; above 1: it grows."""
    opt = METHODS[method](lr=RATES[:, None] / kappa, rho=RHOS[:, None, None])
    points = descend(opt, bowl(kappa), STEPS, START, every=KEPT).points
    window = len(points) // 4
    with np.errstate(all="ignore"):
        size = (points**2).sum(axis=-1)
        late, early = size[-window:].sum(axis=0), size[-3 * window : -2 * window].sum(axis=0)
        factor = (late / np.maximum(early, 1e-290)) ** (1 / (4 * window * KEPT))
    return np.where(np.isfinite(factor), factor, 2.0)


def _tell(run, chosen, factor, best):
    there = f" Best: lr · curvature = {best[0]:.3g}, rho = {best[1]:.2f}, which leaves {best[2]:.4f} (star)."
    if run.diverged_at >= 0:
        return f"This setting <b>diverged</b> at step {run.diverged_at}: it lies beyond the border.{there}"
    if factor >= 1:
        return f"A step leaves {factor:.4f} of the distance: this setting does not converge.{there}"
    return f"A step leaves {factor:.4f} of the distance: {steps_needed(factor):.0f} steps for a millionth of it.{there}"
