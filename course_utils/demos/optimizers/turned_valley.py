"""How many steps each optimizer needs down a valley that is turned against the axes, every one at its best rate."""

import numpy as np

from ...live import live
from ...optimizers import OPTIMIZERS
from ...plots import COLORS, STYLES
from ...records import recorded

NAMES = tuple(name for name in OPTIMIZERS if name != "AdamW")  # its decay pulls to the origin, which is the minimum
KAPPAS, ANGLES, LIMIT, BELOW = (10, 100, 1000), tuple(range(0, 46, 5)), 3000, 1e-6
RATES = 10.0 ** np.linspace(-3, 0.75, 16)
MARKS = dict(zip(NAMES, "osD^vP*X", strict=True))


@live(
    size=(9.6, 4.3),
    alt="Steps that eight optimizers need down a valley, by its angle to the axes: momentum level, the adaptive rise",
)
def turned_valley(fig, recompute=False):
    """Steps down a valley, by its angle to the axes. What is left of adaptive rates at 45 degrees?

    `recompute=True` makes all its runs anew.
    """
    steps.table(recompute)
    ax = fig.subplots()
    ax.set(xlim=(-1, 46), yscale="log", ylim=(3, 5000), xlabel="angle between the valley and the axes, in degrees")
    ax.set(ylabel="steps to a loss of 1e-6", title="Each at its best rate")
    ax.axhline(LIMIT, color="#999999", lw=0.9, ls=(0, (4, 2)))
    ax.text(0, LIMIT * 1.1, "more than this was not tried", fontsize=8, color="#666666")
    lines = {
        name: ax.plot([], [], color=COLORS[name], ls=STYLES[name], marker=MARKS[name], ms=5, label=name)[0]
        for name in NAMES
    }
    fig.legend(loc="outside right center")

    def update(kappa: list(KAPPAS) = 1000):
        for name, line in lines.items():
            taken = steps(name, kappa)[0]
            line.set_data(ANGLES, np.where(np.isfinite(taken), taken, np.nan))
        return list(lines.values()), _tell(kappa)

    return update


def needed(name, kappa=1000, angle=0):
    """Steps at the best rate for this angle; inf if no rate gets there in LIMIT steps."""
    return float(steps(name, kappa)[0][ANGLES.index(angle)])


def _tell(kappa):
    words = []
    for name in ("SGD", "Momentum", "AdaGrad", "Adam"):
        first, last = (needed(name, kappa, angle) for angle in (0, 45))
        words.append(f"{name} {first:.0f} and " + (f"{last:.0f}" if np.isfinite(last) else f"over {LIMIT}"))
    return f"Steps along the axes and at 45 degrees, kappa = {kappa}: " + ", ".join(words) + "."


@recorded((name, kappa) for name in NAMES for kappa in KAPPAS)
def steps(name, kappa):
    """(2, angle): steps until the loss stays BELOW, in the median of four starts, at the best rate; and that rate."""
    rates = RATES * (10 if name == "AdaDelta" else 1)
    opt = OPTIMIZERS[name](lr=rates[:, None, None, None])
    angles = np.deg2rad(ANGLES)
    turn = np.array([[np.cos(angles), -np.sin(angles)], [np.sin(angles), np.cos(angles)]]).transpose(2, 0, 1)
    hessians = turn @ (np.array([[1 / kappa], [1.0]]) * turn.transpose(0, 2, 1))
    along = np.linspace(0.3, 1.27, 4)
    starts = np.einsum("aij,sj->asi", turn, np.column_stack([-4 * np.cos(along), 2 * np.sin(along)]))
    p = np.repeat(starts[None], len(rates), axis=0)
    state, last = opt.init(p), np.zeros(p.shape[:-1])
    with np.errstate(all="ignore"):
        for t in range(LIMIT):
            g = np.einsum("aij,rasj->rasi", hessians, p)
            loss = (g * p).sum(axis=-1) / 2
            last = np.where(loss < BELOW, last, t + 1)  # what is not a number is not below
            step, state = opt.update(g, state, t, p)
            p = p + step
    last = np.median(np.where(last < LIMIT, last, np.inf), axis=-1)
    best = last.argmin(axis=0)
    return np.array([last.min(axis=0), rates[best]])
