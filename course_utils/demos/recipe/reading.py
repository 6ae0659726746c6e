"""Steps 6 and 7: two curves of accuracy, where they end on a map, and what that asks for."""

from functools import lru_cache

from ...clinic import READINGS, read
from ...live import Stops, live
from ...optimizers import Momentum
from ...plots import CLASSES
from ...regularizers import L2
from ...training import fit
from .shared import STYLES, digits_net, percent, some

LR, GOAL, GAP, LONGEST, CORNER = 0.05, 0.95, 0.05, 40, 0.8
REGIONS = {"overfitting": CLASSES[3], "underfitting": CLASSES[4], "fine": CLASSES[2]}


@live(
    size=(9.6, 4.2),
    alt="Training and validation accuracy of a run, and its way over a map of underfitting, overfitting and fine",
)
def reading(fig):
    """A run on digits with as much data, as wide a net, as many epochs and as much weight decay as you give it.

    Right: its way over the map from training accuracy to validation accuracy; the star is its end. The small map is the
    upper right corner, enlarged.
    """
    left, right = fig.subplots(ncols=2, width_ratios=[1.35, 1])
    left.set(xlim=(0, LONGEST), ylim=(0, 1.04), xlabel="epoch", ylabel="accuracy")
    percent(left)
    curves = {name: left.plot([], [], label=name, **(style | {"ms": 3}))[0] for name, style in STYLES.items()}
    left.legend(loc="lower right")
    _map(right)
    _name_regions(right)
    corner = right.inset_axes([0.13, 0.09, 0.4, 0.4])
    _map(corner)
    corner.set(xlim=(CORNER, 1.004), ylim=(CORNER, 1.004), xticks=[CORNER, 1], yticks=[CORNER, 1])
    corner.set(xticklabels=[f"{CORNER:.0%}", "100%"], yticklabels=[f"{CORNER:.0%}", "100%"])
    corner.tick_params(labelsize=8)
    right.indicate_inset_zoom(corner, edgecolor="#666666")
    ways = [ax.plot([], [], color="#333333", lw=1.2)[0] for ax in (right, corner)]
    stars = [right.plot([], [], "*", color="#333333", mec="white", ms=13, clip_on=False, zorder=5)[0]]
    stars += [corner.plot([], [], "*", color="#333333", mec="white", ms=15, zorder=5)[0]]

    def update(
        samples: Stops([30, 60, 100, 200, 500, 1257]) = 100,
        width: Stops([1, 2, 3, 5, 20, 50, 100]) = 50,
        epochs: Stops([6, 10, 20, 40]) = 20,
        lam: Stops([0.0, 1e-4, 1e-3, 1e-2, 0.1, 0.3, 1.0]) = 0.0,
    ):
        history = trained(samples, width, epochs, lam)
        train, val = history.train_accuracy, history.val_accuracy
        curves["training"].set_data(history.epochs, train)
        curves["validation"].set_data(history.epochs, val)
        for way, star in zip(ways, stars, strict=True):
            way.set_data(train, val)
            star.set_data(train[-1:], val[-1:])
        found = read(train, val, GOAL, GAP)
        words = f"{train[-1]:.1%} in training, {val[-1]:.1%} in validation: <b>{found}</b>. {READINGS[found]}"
        return [*curves.values(), *ways, *stars], words

    return update


def _map(ax):
    """The three regions of the plane (training, validation)."""
    ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    # Between the two, from (GOAL / 2, 0) on, the gap is as large as what training lacks; from the bend on it is GAP.
    foot, bend = (GOAL / 2, 0), (GOAL - GAP, GOAL - 2 * GAP)
    ax.fill(*zip(foot, bend, (1, 1 - GAP), (1, 0), strict=True), color=REGIONS["overfitting"], alpha=0.16, lw=0)
    ax.fill(
        *zip((0, 0), foot, bend, (GOAL, GOAL - GAP), (GOAL, 1), (0, 1), strict=True),
        color=REGIONS["underfitting"],
        alpha=0.16,
        lw=0,
    )
    ax.fill([GOAL, 1, 1, GOAL], [GOAL - GAP, 1 - GAP, 1, 1], color=REGIONS["fine"], alpha=0.6, lw=0)


def _name_regions(ax):
    ax.set(xlabel="accuracy in training", ylabel="accuracy in validation")
    percent(ax, "x")
    percent(ax)
    ax.text(0.8, 0.25, "overfitting", ha="center", color=REGIONS["overfitting"], size=10)
    ax.text(0.4, 0.68, "underfitting", ha="center", color=REGIONS["underfitting"], size=10)
    ax.text(0.9, 0.97, "fine", ha="right", va="center", color=REGIONS["fine"], size=10)


@lru_cache(maxsize=128)
def trained(samples=100, width=50, epochs=20, lam=0.0):
    """The History of such a run."""
    return fit(
        digits_net(width),
        some(samples),
        Momentum(lr=LR),
        epochs,
        min(64, max(8, samples // 8)),
        rng=0,
        regularizer=L2(lam) if lam else None,
        progress=False,
    )
