"""The optimizers on a real network: its loss around the run, and the whole family, each at its own best rate."""

from functools import lru_cache

import numpy as np

from ...data import digits
from ...initializers import he
from ...landscapes import pca_plane, project, random_plane, slice_loss
from ...layers import Dense, ReLU
from ...live import Changed, Play, live
from ...network import Network
from ...optimizers import OPTIMIZERS
from ...plots import COLORS, STYLES, TERRAIN
from ...records import recorded
from ...training import fit

EPOCHS, SEEDS = 5, 3
RATES = 10.0 ** np.arange(-3, 1.1, 0.5)
PLANES = {"the run's two principal directions": "pca", "two random directions": "random"}
MEASURES = {"training loss": (1e-3, 3), "validation loss": (0.05, 3), "validation error": (0.01, 1)}
WORST = 10 * np.log(10)


def _net(seed=0):
    rng = np.random.default_rng(seed)
    return Network([Dense(64, 32, init=he, rng=rng), ReLU(), Dense(32, 10, init=he, rng=rng)])


@lru_cache(maxsize=1)
def _split():
    return digits()


@recorded((name, i, seed) for name in OPTIMIZERS for i in range(len(RATES)) for seed in range(SEEDS))
def run(name, i, seed):
    """(measure, epoch) of a run at rate i of RATES; one that diverged counts as the worst there is."""
    history = fit(_net(seed), _split(), OPTIMIZERS[name](lr=RATES[i]), EPOCHS, rng=seed, progress=False)
    if history.diverged_at >= 0:
        return np.repeat([[WORST], [WORST], [1.0]], EPOCHS + 1, axis=1)
    return np.minimum([history.train_loss, history.val_loss, 1 - history.val_accuracy], WORST)


def results(name, measure):
    """(rate, seed, epoch) of an optimizer."""
    k = list(MEASURES).index(measure)
    return np.array([[run(name, i, seed)[k] for seed in range(SEEDS)] for i in range(len(RATES))])


def best_rate(name):
    """Index into RATES of the lowest mean validation loss at the end."""
    return int(results(name, "validation loss")[..., -1].mean(axis=1).argmin())


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


@live(
    size=(9.6, 4.2),
    alt="Contours of a network's loss on a plane through parameter space with its training run drawn on them",
)
def digits_plane(fig, recompute=False):
    """The loss of a digits network on a plane through its 2,410 parameters, with the training run projected on it."""
    plane_run.table(recompute)
    left, right = fig.subplots(ncols=2, width_ratios=[1.2, 1])
    left.set(xlabel="along the first direction", ylabel="along the second direction")
    left.grid(False)
    right.set(yscale="log", xlabel="step", ylabel="mini-batch loss", ylim=(1e-2, 5), xlim=(0, _n_steps()))
    (path,), (head,) = left.plot([], [], "-", lw=1.5), left.plot([], [], "o", ms=8, mec="white")
    (curve,) = right.plot([], [], lw=1)
    ground, last, changed = [], _n_records() - 1, Changed()

    def update(plane: PLANES = "pca", optimizer: list(OPTIMIZERS) = "Adam", step: Play(last, interval=60) = last):
        shown_run = plane_run(plane, optimizer)
        if changed(plane, optimizer):
            _redraw_ground(left, ground, *(shown_run[key] for key in ("x", "y", "loss")))
            left.set_title(f"{optimizer}: {shown_run['explained']:.0%} of the run lies in this plane")
        path.set_data(*shown_run["path"][: step + 1].T)
        head.set_data(*shown_run["path"][step : step + 1].T)
        taken = int(shown_run["steps"][step])
        curve.set_data(range(taken), shown_run["losses"][:taken])
        for line in (path, head, curve):
            line.set_color(COLORS[optimizer])
        return [path, head, curve], _tell_slice(shown_run, step, optimizer)

    return update


def _redraw_ground(ax, ground, x, y, loss):
    for artist in ground:
        artist.remove()
    levels = np.geomspace(loss.min(), loss.max(), 18)
    filled = ax.contourf(x, y, np.log(loss), np.log(levels), cmap=TERRAIN, zorder=0)
    style = dict(colors="#8fa6c4", linewidths=0.6, linestyles="solid", zorder=0.5)
    lines = ax.contour(x, y, np.log(loss), np.log(levels[1:-1]), **style)
    ground[:] = [filled, lines]
    ax.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))


def _tell_slice(shown_run, step, optimizer):
    taken = int(shown_run["steps"][step])
    opt = OPTIMIZERS[optimizer](lr=float(f"{RATES[best_rate(optimizer)]:.3g}"))
    return f"{opt} after {taken} steps. Final validation accuracy: {shown_run['accuracy']:.1%}."


def n_params():
    """How many parameters the network of these figures has."""
    return _net().n_params


def _n_steps():
    return len(plane_run("pca", "Adam")["losses"])


def _n_records():
    return len(plane_run("pca", "Adam")["steps"])


@recorded((plane, name) for plane in PLANES.values() for name in OPTIMIZERS)
def plane_run(plane, name):
    """A run at the optimizer's best rate, projected on a plane, and the loss all over the plane.

    path (records, 2) after so many `steps` (records,); losses (steps,); the ground's x, y and loss (y, x); the share of
    the run that is `explained` by the plane; the accuracy at the end.
    """
    net, opt = _net(), OPTIMIZERS[name](lr=RATES[best_rate(name)])
    history = fit(net, _split(), opt, EPOCHS, record=4, progress=False)
    where = pca_plane(history.thetas) if plane == "pca" else random_plane(net, rng=0)
    xy = project(where, history.thetas)
    (x0, y0), (x1, y1) = xy.min(axis=0), xy.max(axis=0)
    pad = 0.25 * max(x1 - x0, y1 - y0)
    x, y = np.linspace(x0 - pad, x1 + pad, 31), np.linspace(y0 - pad, y1 + pad, 31)
    some = _split().train[:300]
    offsets = history.thetas - where.origin
    inside = xy @ np.array([where.u, where.v])
    return {
        "path": xy, "steps": history.theta_steps, "losses": history.losses, "accuracy": history.final_val_accuracy,
        "x": x, "y": y, "loss": slice_loss(net, some, where, x, y),
        "explained": (inside**2).sum() / (offsets**2).sum(),
    }  # fmt: skip
