"""The histogram grid: what six layers of a random net carry forward, and what comes back."""

from functools import lru_cache

import numpy as np
from matplotlib.collections import PolyCollection

from ...activations import ACTIVATIONS, FLAT, TITLES, dead_units
from ...live import Changed, live
from ...plots import FLAT_COLOR, TRAIN
from ...signal_propagation import trace

WIDTH, BATCH, DEPTH, SHOWN, BINS = 256, 64, 24, 6, 40
INITS = {
    "own std": None, "LeCun, std 1/√n": WIDTH**-0.5, "He, std √(2/n)": (2 / WIDTH) ** 0.5,
    "too small": 0.64 * WIDTH**-0.5, "too large": 3.2 * WIDTH**-0.5,
}  # fmt: skip
PRE, LOG = (-8.0, 8.0), (-8.0, 2.0)
RANGES, OTHERS = {"sigmoid": (-0.1, 1.1), "tanh": (-1.2, 1.2)}, (-1.5, 4.5)
TICKS = {PRE: [-5, 0, 5], LOG: [-6, -3, 0], (-0.1, 1.1): [0, 0.5, 1], (-1.2, 1.2): [-1, 0, 1], OTHERS: [-1, 0, 2, 4]}
SLOT = 1.15  # a histogram's width with the gap to its neighbor


def _init_of(values):
    """The name stays while the slider is at its std; a slider stops at a grid, up to 4 % beside it."""
    std = INITS[values["init"]]
    return {} if std is None or abs(values["std"] / std - 1) < 0.05 else {"init": "own std"}


def _std_of(values):
    std = INITS[values["init"]]
    return {} if std is None else {"std": float(f"{std:.3g}")}


@live(
    size=(9.6, 5.4),
    alt="Histograms of pre-activations, activations and gradients, in rows, for six layers of a net, in columns",
    presets={"init": _std_of, "std": _init_of},
)
def grid(fig):
    """Histograms of six layers of a random net: pre-activations, activations, and the gradients that come back.

    Orange is what sits where the curve is flat. Values beyond a histogram's ends are counted in its last bars.
    Bars more than four times as high as the highest blue are cut.
    """
    axes = fig.subplots(nrows=3)
    labels = "pre-activation s", "activation h", "size of the gradient, log10 |∂L/∂s|"
    rows = [Row(ax, label) for ax, label in zip(axes, labels, strict=True)]
    fig.legend(rows[0].bars, ["on a slope", "where the curve is flat"], loc="outside lower center", ncols=2)
    heads, notes = (
        texts_over(ax, **style) for ax, style in zip(axes, (dict(weight="bold"), dict(size=9)), strict=False)
    )
    changed = Changed()

    def update(
        init: list(INITS) = "too large",
        std: (2e-3, 2.0) = 0.2,
        activation: {title: name for title, name in TITLES.items() if name in ACTIVATIONS} = "tanh",
        depth: (SHOWN, DEPTH) = SHOWN,
    ):
        if changed(activation):
            for row, limits in zip(rows, (PRE, RANGES.get(activation, OTHERS), LOG), strict=True):
                row.frame(limits)
        layers = np.linspace(0, depth - 1, SHOWN).round().astype(int)
        s, h, delta, flat = signals_of(activation, std, depth, layers)
        with np.errstate(divide="ignore"):
            values = s, h, np.log10(abs(delta))
        for row, value in zip(rows, values, strict=True):
            row.show(value, flat)
        dead = [int(dead_units(out).sum()) for out in h] if activation == "relu" else [0] * SHOWN
        spread, shares = h.std(axis=(1, 2)), flat.mean(axis=(1, 2))
        for i, layer in enumerate(layers):
            heads[i].set_text(f"layer {layer + 1}")
            notes[i].set_text(f"std {spread[i]:.2g}\n{shares[i]:.0%} flat" + (f", {dead[i]} dead" if dead[i] else ""))
        back = delta.std(axis=(1, 2))
        words = _tell(activation, std, spread[-1] / spread[0], back[0] / back[-1], shares, sum(dead), depth)
        bars = [bars for row in rows for bars in row.bars]
        return [*bars, *heads, *notes], words

    return update


class Row:
    """Six histograms side by side in one axes, each stacked from what is on a slope and what is flat."""

    def __init__(self, ax, label):
        self.ax = ax
        self.bars = [PolyCollection([], facecolors=color, lw=0) for color in (TRAIN, FLAT_COLOR)]
        for bars in self.bars:
            ax.add_collection(bars, autolim=False)
        ax.set(xlim=(-0.1, SHOWN * SLOT - 0.05), ylim=(0, 1.2), xlabel=label, ylabel="share", yticks=[])
        ax.spines[["left"]].set_visible(False)
        ax.grid(False)

    def frame(self, limits):
        """The range of every histogram of the row, and its ticks."""
        self.low, high = limits
        self.scale = 1 / (high - self.low)
        ticks = [(i * SLOT, tick) for i in range(SHOWN) for tick in TICKS[limits]]
        self.ax.set_xticks([x + (tick - self.low) * self.scale for x, tick in ticks], [str(tick) for _, tick in ticks])

    def show(self, values, flat):
        """Move the bars to values (SHOWN, ...); flat, of the same shape, says which of them to color."""
        counts = histograms((values - self.low) * self.scale, flat)
        top = np.minimum(counts.sum(axis=1).max(axis=1), 4 * np.maximum(counts[:, 0].max(axis=1), 1))
        steep, both = np.minimum(np.stack([counts[:, 0], counts.sum(axis=1)]) / top[:, None], 1.04)
        self.bars[0].set_verts(_outlines(0 * steep, steep))
        self.bars[1].set_verts(_outlines(steep, both))


def texts_over(ax, **style):
    """An empty text over each of the histograms."""
    return [ax.text(i * SLOT + 0.5, 1.13, "", ha="center", color="#333333", **style) for i in range(SHOWN)]


def histograms(position, flat):
    """(SHOWN, steep or flat, BINS) values in bins; position is 0 at the first bin's edge and 1 at the last one's."""
    index = (np.clip(position, 0, 1 - 1e-6) * BINS).astype(np.int32)
    index += BINS * flat + (2 * BINS * np.arange(SHOWN, dtype=np.int32))[:, None, None]
    return np.bincount(index.ravel(), minlength=2 * BINS * SHOWN).reshape(SHOWN, 2, BINS)


def _outlines(bottom, top):
    """Closed outlines (SHOWN, 4 · BINS, 2) of stairs from bottom to top, each in its slot."""
    edges = np.repeat(np.linspace(0, 1, BINS + 1), 2)[1:-1]
    x = np.concatenate([edges, edges[::-1]]) + SLOT * np.arange(SHOWN)[:, None]
    y = np.concatenate([np.repeat(top, 2, axis=1), np.repeat(bottom, 2, axis=1)[:, ::-1]], axis=1)
    return np.stack([x, y], axis=-1)


@lru_cache(maxsize=1)
def _draws():
    """A batch of inputs, a matrix for every layer, and the gradient at the top, all N(0, 1)."""
    rng = np.random.default_rng(4)
    return [rng.standard_normal(shape) for shape in ((BATCH, WIDTH), (DEPTH, WIDTH, WIDTH), (BATCH, WIDTH))]


def signals_of(activation, std, depth, layers):
    """Pre-activations, activations, gradients and where the slope is flat, at the layers asked for."""
    x, weights, top = _draws()
    with np.errstate(all="ignore"):
        run = trace(list(std * weights[:depth]), ACTIVATIONS[activation], x, top)
        s, h, delta = (np.stack([rows[i] for i in layers]) for rows in run)
        return s, h, delta, abs(ACTIVATIONS[activation].derivative(s)) < FLAT


def _tell(activation, std, forward, back, shares, dead, depth):
    """What the figure shows, in words: how the signal and the gradient change from end to end."""
    gain = std * WIDTH**0.5
    words = (
        f"std·√n = {gain:.2g}, as with std {gain / 64:.2g} at width 4096. From layer 1 to {depth} the spread of the "
        f"activations is multiplied by {forward:.2g}; on the way back that of the gradient by {back:.2g}. "
    )  # fmt: skip
    if dead:
        words += f"{dead} of the {SHOWN * WIDTH} ReLUs shown are 0 for all {BATCH} samples. "
    if activation in RANGES and shares.mean() > 0.2:
        words += "<b>Saturated</b>: much of the net is flat. "
    if max(forward, back) > 10:
        words += "<b>It explodes.</b>"
    elif min(forward, back) < 0.1:
        words += f"<b>The {'signal' if forward < 0.1 else 'gradient'} dies</b> on the way."
    return words
