"""The whole family on digits, each optimizer at its own best rate or beside it."""

import numpy as np

from ...live import live
from ...optimizers import OPTIMIZERS
from ...plots import COLORS, STYLES
from .shared import EPOCHS, MEASURES, RATES, best_rate, results, run


@live(
    size=(9.6, 4.4), alt="Learning curves of nine optimizers on digits, and where each ends against its learning rate"
)
def family(fig, recompute=False):
    """Nine optimizers on digits, three seeds each, at their own best rate or as far beside it as you say."""
    names = {"×1/10": -2, "×1/3": -1, "its best": 0, "×3": 1, "×10": 2}
    run.table(recompute)
    left, right = fig.subplots(ncols=2, sharey=True)
    left.set(xlabel="epoch", xlim=(0, EPOCHS), yscale="log", title="Mean and range of three seeds")
    right.set(xlabel="learning rate", xscale="log", xlim=(RATES[0] * 0.8, RATES[-1] * 1.25))
    right.set_title(f"After {EPOCHS} epochs")
    style = {name: dict(color=COLORS[name], ls=STYLES[name], label=name) for name in OPTIMIZERS}
    curves = {name: left.plot([], [], **style[name])[0] for name in OPTIMIZERS}
    bands = {name: left.fill(np.ones(2), np.ones(2), color=COLORS[name], alpha=0.12, lw=0)[0] for name in OPTIMIZERS}
    ends = {name: right.plot([], [], **style[name])[0] for name in OPTIMIZERS}
    dots = {name: right.plot([], [], "o", color=COLORS[name], mec="white", ms=8)[0] for name in OPTIMIZERS}
    fig.legend(handles=list(curves.values()), loc="outside right upper")
    epochs = np.arange(EPOCHS + 1)

    def update(measure: list(MEASURES) = "validation loss", rate: names = 0):
        if left.get_ylabel() != measure:
            if left.get_ylabel():  # another label: its place is known, and layout is half of a full draw
                fig.set_layout_engine("none")
            left.set(ylabel=measure, ylim=MEASURES[measure])
        for name in OPTIMIZERS:
            table = np.clip(results(name, measure), 1e-6, None)
            i = _near_best(name, rate)
            curves[name].set_data(epochs, table[i].mean(axis=0))
            low, high = table[i].min(axis=0), table[i].max(axis=0)
            bands[name].set_xy(np.column_stack([[*epochs, *epochs[::-1]], [*high, *low[::-1]]]))
            ends[name].set_data(RATES, table[..., -1].mean(axis=1))
            dots[name].set_data([RATES[i]], [table[i, :, -1].mean()])
        moving = [*bands.values(), *curves.values(), *ends.values(), *dots.values()]
        return moving, _tell_family(measure, rate)

    return update


def family_ends(measure="validation loss", rate=0):
    """{optimizer: mean over the seeds at the end}, at its best rate or `rate` half decades beside it."""
    return {name: float(results(name, measure)[_near_best(name, rate), :, -1].mean()) for name in OPTIMIZERS}


def _near_best(name, rate):
    return int(np.clip(best_rate(name) + rate, 0, len(RATES) - 1))


def _tell_family(measure, rate):
    last = family_ends(measure, rate)
    order = sorted(last, key=last.get)
    return f"Lowest mean {measure}: {order[0]} {last[order[0]]:.3g}; highest: {order[-1]} {last[order[-1]]:.3g}."
