"""Members on a map: their borders, where they disagree, and what each says at a place of your choice."""

from functools import lru_cache

import matplotlib
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from ...data import moons
from ...ensembles import Ensemble, bootstrap, train_members
from ...layers import Dense, ReLU
from ...live import Point, live
from ...network import Network
from ...optimizers import Momentum
from ...plots import CLASSES
from ...records import recorded
from ...training import fit
from .shared import MEMBER, TOGETHER

MOST, EPOCHS, BATCH, GRID = 12, 60, 28, 96
XLIM, YLIM = (-3.2, 4.2), (-2.6, 3.1)
WAYS = {"other initial weights": "initial", "other data, too (bagging)": "bagging"}
HEAT = LinearSegmentedColormap.from_list("doubt", ["#ffffff", "#f6c28b", "#D55E00", "#5c2300"])


@live(
    size=(9.9, 3.9),
    alt="Borders between two classes drawn by the members of an ensemble, a map of where they disagree, and each "
    "member's answer at one place",
)
def disagreement(fig, recompute=False):
    """Networks trained on two moons with some wrong labels. Click a place to see what every member says there.

    Left: each member's border, and the border of their mean. Middle: the standard deviation of the members' answers.
    The map reaches far beyond the points. Hollow: members that are not asked.

    `recompute=True` makes all its runs anew.
    """
    weights.table(recompute)
    borders, doubt, said = fig.subplots(ncols=3, width_ratios=[1.25, 1.25, 0.9])
    doubt.sharey(borders)
    for ax, title in ((borders, "Borders"), (doubt, "Standard deviation of the answers")):
        ax.set(xlim=XLIM, ylim=YLIM, xlabel="$x_1$", title=title)
        ax.grid(False)
    borders.set_ylabel("$x_2$")
    _scatter(borders)
    fig.legend(*borders.get_legend_handles_labels(), loc="outside lower left", ncols=4)
    thin = borders.add_collection(LineCollection([], colors=MEMBER, linewidths=0.9))
    thick = borders.add_collection(LineCollection([], colors=TOGETHER, linewidths=2.8))
    image = doubt.imshow(
        np.zeros((GRID, GRID)),
        extent=(*XLIM, *YLIM),
        origin="lower",
        aspect="auto",
        cmap=HEAT,
        vmin=0,
        vmax=0.5,
        interpolation="bilinear",
    )
    fig.colorbar(image, ax=doubt, ticks=[0, 0.25, 0.5], fraction=0.07, pad=0.02)
    (cross,) = doubt.plot([], [], "o", ms=11, mfc="none", mec="#111111", mew=2)
    said.set(xlim=(-0.06, 1.06), ylim=(MOST + 0.8, 0.2), xlabel="probability of class 1", yticks=range(1, MOST + 1))
    said.set_ylabel("member", labelpad=1)
    said.set_title("Said at the ring")
    (dots,) = said.plot([], [], "o", color=MEMBER, ms=6)
    (others,) = said.plot([], [], "o", color=MEMBER, mfc="none", ms=5, alpha=0.4)
    (mean,) = said.plot([], [], color=TOGETHER, lw=2.8)
    said.axvline(0.5, color="#999999", ls=":", lw=1)

    def update(way: WAYS = "initial", n: (1, MOST) = 8, place: Point(axes=1) = (0.5, 0.25)):
        _, on_grid, lines, common = trained(way)
        thin.set_segments([line for member in lines[:n] for line in member])
        thick.set_segments(common[n - 1])
        image.set_data(on_grid[:n].std(axis=0))
        cross.set_data([place[0]], [place[1]])
        everyone = trained(way)[0].each(np.array([place]))[:, 0, 1]
        answers = everyone[:n]
        dots.set_data(answers, np.arange(1, n + 1))
        others.set_data(everyone[n:], np.arange(n + 1, MOST + 1))
        mean.set_data([answers.mean()] * 2, [0.2, MOST + 0.8])
        return [image, thin, thick, cross, dots, others, mean], _tell(way, n, answers)

    return update


def _scatter(ax):
    x, y = _moons().train
    for k, marker in enumerate("os"):
        ax.plot(*x[y == k].T, marker, color=CLASSES[k], ms=3.5, alpha=0.55, mec="none", label=f"class {k}")
    ax.plot([], [], color=MEMBER, lw=0.9, label="a member")
    ax.plot([], [], color=TOGETHER, lw=2.8, label="together")


def moon_members(way):
    """The Ensemble on the map: its members differ by initial weights, or by bagging as well."""
    return trained(way)[0]


def moon_points():
    """(n, 2) the points that they were trained on."""
    return _moons().train.x


@lru_cache(maxsize=1)
def _moons():
    return moons(n=200, noise=0.2, flip=0.1, rng=0)


@lru_cache(maxsize=1)
def _fresh():
    return moons(n=3000, noise=0.2, rng=1).train


def _net(rng):
    return Network([Dense(2, 24, rng=rng), ReLU(), Dense(24, 24, rng=rng), ReLU(), Dense(24, 2, rng=rng)])


@recorded((way,) for way in WAYS.values())
def weights(way):
    """(member, n_params) the parameters of the trained members."""

    def member(i, rng):
        net = _net(rng)
        split = bootstrap(_moons(), rng) if way == "bagging" else _moons()
        fit(net, split, Momentum(lr=0.1), EPOCHS, BATCH, rng=rng, evaluate_every=0, progress=False)
        return net

    return np.array([net.theta for net in train_members(member, MOST, rng=0, n_jobs=1)])


@lru_cache(maxsize=2)
def trained(way):
    """(ensemble, answers on the grid, each member's border, the border of the first 1, 2, ... together)."""
    ensemble = Ensemble(_net(0) for _ in range(MOST))
    for net, theta in zip(ensemble, weights(way), strict=True):
        net.theta = theta
    xx, yy = np.meshgrid(np.linspace(*XLIM, GRID), np.linspace(*YLIM, GRID))
    on_grid = ensemble.each(np.column_stack([xx.ravel(), yy.ravel()]))[:, :, 1].reshape(MOST, GRID, GRID)
    means = on_grid.cumsum(axis=0) / np.arange(1, MOST + 1)[:, None, None]
    return ensemble, on_grid, [_border(xx, yy, p) for p in on_grid], [_border(xx, yy, p) for p in means]


def _border(xx, yy, p):
    """The lines along which p is 1/2."""
    with matplotlib.rc_context():
        lines = Figure().subplots().contour(xx, yy, p, [0.5]).allsegs[0]
    return [line for line in lines if len(line) > 1]


@lru_cache(maxsize=64)
def shares(way, n):
    """(mean accuracy of n members, of them together, where all agree, where they do not, share of the latter)."""
    x, y = _fresh()
    P = trained(way)[0][:n].each(x)
    chosen, right = P.argmax(axis=2), P.mean(axis=0).argmax(axis=1) == y
    agree = (chosen == chosen[0]).all(axis=0)
    apart = float(right[~agree].mean()) if not agree.all() else None
    return float((chosen == y).mean()), float(right.mean()), float(right[agree].mean()), apart, float(1 - agree.mean())


def _tell(way, n, answers):
    single, together, agreed, apart, share = shares(way, n)
    words = f"Right on fresh points: a member {single:.1%}, together <b>{together:.1%}</b>"
    if apart is not None:
        words += f"; {agreed:.1%} where all agree, {apart:.1%} where they do not ({share:.0%} of the points)"
    return f"{words}. At the ring: {answers.mean():.2f}, standard deviation {answers.std():.2f}."
