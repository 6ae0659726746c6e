"""The whole family on digits, each optimizer at its own best rate or beside it."""

import numpy as np

from ...live import Changed, live
from ...optimizers import OPTIMIZERS
from ...plots import COLORS, STYLES
from .._at_best_rates import AtBestRates, beside
from .shared import EPOCHS, MEASURES, RATES, SEEDS, results, run


@live(
    size=(9.6, 4.4), alt="Learning curves of nine optimizers on digits, and where each ends against its learning rate"
)
def family(fig, recompute=False):
    """Nine optimizers on digits, three seeds each, at their own best rate or as far beside it as you say.

    `recompute=True` makes all its runs anew.
    """
    names = {"×1/10": -2, "×1/3": -1, "its best": 0, "×3": 1, "×10": 2}
    run.table(recompute)
    style = {name: dict(color=COLORS[name], ls=STYLES[name]) for name in OPTIMIZERS}
    panels = AtBestRates(fig, style, RATES, f"Mean and range of {SEEDS} seeds", end=f"After {EPOCHS} epochs")
    changed = Changed()

    def update(measure: list(MEASURES) = "validation loss", rate: names = 0):
        if changed(measure):
            panels.frame(measure, MEASURES[measure], EPOCHS)
        for name in OPTIMIZERS:
            panels.show(name, np.clip(results(name, measure), 1e-6, None), _near_best(name, rate))
        return panels.artists, _tell_family(measure, rate)

    return update


def family_ends(measure="validation loss", rate=0):
    """{optimizer: mean over the seeds at the end}, at its best rate or `rate` half decades beside it."""
    return {name: float(results(name, measure)[_near_best(name, rate), :, -1].mean()) for name in OPTIMIZERS}


def _near_best(name, rate):
    return beside(results(name, "validation loss"), rate)


def _tell_family(measure, rate):
    last = family_ends(measure, rate)
    order = sorted(last, key=last.get)
    return f"Lowest mean {measure}: {order[0]} {last[order[0]]:.3g}; highest: {order[-1]} {last[order[-1]]:.3g}."
