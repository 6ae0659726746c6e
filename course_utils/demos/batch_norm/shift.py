"""The input distribution is moved, and the statistics downstream are watched, with and without batch norm."""

import numpy as np

from ...data import digits
from ...layers import ReLU
from ...live import live
from ...plots import TEST, TRAIN, VAL
from .shared import trained_net

PANELS = ("without", "with, running averages", "with, this batch's own")
PANEL_COLORS = (TEST, VAL, TRAIN)
LAYERS, EDGES, TOP = (1, 2, 3), (5, 25, 50, 75, 95), 12.0


@live(
    size=(9.6, 4.0),
    alt="Quantiles of what reaches the ReLUs of three layers, without and with batch norm, for moved input",
)
def shift(fig):
    """Two trained nets are shown validation digits whose pixels are shifted and stretched: what arrives at each layer?

    Bands: the middle 50 and 90 % of what goes into the ReLUs. Dotted: the same before the shift. Cut at the edges.
    """
    axes = fig.subplots(ncols=3, sharey=True)
    axes[0].set(ylabel="input of the ReLUs")
    bands, middles = [], []
    for ax, name, color, start in zip(axes, PANELS, PANEL_COLORS, seen(0.0, 1.0), strict=True):
        ax.set(title=name, xlabel="hidden layer", xlim=(0.8, 3.2), xticks=LAYERS, ylim=(-TOP, TOP))
        bands += [ax.fill(np.ones(2), np.ones(2), color=color, alpha=alpha, lw=0)[0] for alpha in (0.2, 0.35)]
        middles += ax.plot([], [], "o-", color=color, ms=4)
        before = ax.plot(LAYERS, start[0][:, [0, 4]], ls=":", color="#333333", lw=1.2)[0]
    labels = "median", "middle 50 %", "middle 90 %", "middle 90 % before the shift"
    fig.legend([middles[0], bands[1], bands[0], before], labels, loc="outside lower center", ncols=4)

    def update(shift: (-2.0, 2.0) = 1.0, stretch: (0.2, 4.0) = 1.0):
        found = seen(shift, stretch)
        for i, (quantiles, _) in enumerate(found):
            q = np.clip(quantiles, -2 * TOP, 2 * TOP)
            for band, (low, high) in zip(bands[2 * i : 2 * i + 2], ((0, 4), (1, 3)), strict=True):
                band.set_xy(np.column_stack([[*LAYERS, *LAYERS[::-1]], [*q[:, low], *q[::-1, high]]]))
            middles[i].set_data(LAYERS, q[:, 2])
        shares = [f"{share:.0%} {name}" for name, (_, share) in zip(PANELS, found, strict=True)]
        return [*bands, *middles], f"Right in validation: {'; '.join(shares)}."

    return update


def accuracies(shift=0.0, stretch=1.0):
    """Shares right in validation: without, with running averages, with the batch's own statistics."""
    return [share for _, share in seen(shift, stretch)]


def seen(shift, stretch):
    """[(quantiles (layer, 5), accuracy), ...] of the three panels for the digits of the validation set, moved."""
    without, normed = trained_net(False), trained_net(True)
    x, y = digits().val
    x = stretch * x + shift
    return [_look(without, x, y, False), _look(normed, x, y, False), _look(normed.copy(), x, y, True)]


def _look(net, x, y, training):
    scores = net.forward(x, training)
    inputs = [layer.x for layer in net.layers if isinstance(layer, ReLU)]
    return np.array([np.percentile(s, EDGES) for s in inputs]), float(np.mean(scores.argmax(axis=1) == y))
