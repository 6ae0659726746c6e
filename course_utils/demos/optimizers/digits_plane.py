"""The loss of a network on digits on a plane through its parameters, with a training run in it."""

import numpy as np

from ...landscapes import pca_plane, project, random_plane, slice_loss
from ...live import Changed, Play, live
from ...optimizers import OPTIMIZERS
from ...plots import COLORS, TERRAIN
from ...records import recorded
from ...training import fit
from .shared import EPOCHS, RATES, best_rate, net, split

SIDE = 31  # points on a side of the plane
PLANES = {"the run's two principal directions": "pca", "two random directions": "random"}


@live(
    size=(9.6, 4.2),
    alt="Contours of a network's loss on a plane through parameter space with its training run drawn on them",
)
def digits_plane(fig, recompute=False):
    """The loss of a digits network on a plane through its 2,410 parameters, with the training run projected on it.

    `recompute=True` makes all its runs anew.
    """
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


def _n_steps():
    return len(plane_run("pca", "Adam")["losses"])


def _n_records():
    return len(plane_run("pca", "Adam")["steps"])


def _window(xy):
    """Where the loss is drawn: around the run, with as much room beside it as it is long, and its end in the middle."""
    reach = 1.15 * abs(xy - xy[-1]).max()
    return np.linspace(xy[-1] - reach, xy[-1] + reach, SIDE).T


@recorded((plane, name) for plane in PLANES.values() for name in OPTIMIZERS)
def plane_run(plane, name):
    """A run at the optimizer's best rate, projected on a plane, and the loss all over the plane.

    path (records, 2) after so many `steps` (records,); losses (steps,); the ground's x, y and loss (y, x); the share of
    the run that is `explained` by the plane; the accuracy at the end.
    """
    model, opt = net(), OPTIMIZERS[name](lr=RATES[best_rate(name)])
    history = fit(model, split(), opt, EPOCHS, record=4, progress=False)
    where = pca_plane(history.thetas) if plane == "pca" else random_plane(model, rng=0)
    xy = project(where, history.thetas)
    x, y = _window(xy) if plane == "pca" else np.linspace([-1, -1], [1, 1], SIDE).T  # every unit by its own size
    some = split().train[:300]
    offsets = history.thetas - where.origin
    inside = xy @ np.array([where.u, where.v])
    return {
        "path": xy, "steps": history.theta_steps, "losses": history.losses, "accuracy": history.final_val_accuracy,
        "x": x, "y": y, "loss": slice_loss(model, some, where, x, y),
        "explained": (inside**2).sum() / (offsets**2).sum(),
    }  # fmt: skip
