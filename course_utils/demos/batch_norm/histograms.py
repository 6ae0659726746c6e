"""Activation histograms of a deep random net with and without batch norm, while the size of its weights moves."""

from functools import lru_cache

import numpy as np

from ...activations import ACTIVATIONS, FLAT
from ...live import Changed, Menu, live
from ...normalization import standardize, standardize_backward
from ..activations.grid import OTHERS, RANGES, SHOWN, Row, texts_over

WIDTH, BATCH = 256, 64
PLACES = ("before the activation", "after the activation")
AXES, EPS = (0,), 1e-5


@live(
    size=(9.6, 4.4),
    alt="Histograms of the activations of six layers of a random net, without batch norm above, with it below",
)
def histograms(fig):
    """Activations of six layers of a random net, without batch norm above and with it below.

    Orange is what sits where the curve is flat. Values beyond a histogram's ends are counted in its last bars.
    """
    axes = fig.subplots(nrows=2)
    rows = [Row(ax, f"activation, {words}") for ax, words in zip(axes, ("without", "with batch norm"), strict=True)]
    fig.legend(rows[0].bars, ["on a slope", "where the curve is flat"], loc="outside lower center", ncols=2)
    heads, notes = texts_over(axes[0], weight="bold"), [texts_over(ax, size=9) for ax in axes]
    for i, head in enumerate(heads):
        head.set(text=f"layer {i + 1}", y=1.36)
    changed = Changed()

    def update(
        std: (2e-3, 2.0) = 0.02,
        activation: Menu({"tanh": "tanh", "sigmoid": "sigmoid", "ReLU": "relu"}) = "tanh",
        place: list(PLACES) = PLACES[0],
    ):
        if changed(activation):
            for row in rows:
                row.frame(RANGES.get(activation, OTHERS))
        gains = []
        for row, texts, where in zip(rows, notes, (None, place), strict=True):
            h, flat, gain = _signals(activation, std, where)
            row.show(h, flat)
            gains.append((h.std(axis=(1, 2)), flat.mean(), gain))
            for text, spread, share in zip(texts, gains[-1][0], flat.mean(axis=(1, 2)), strict=True):
                text.set_text(f"std {spread:.2g}, {share:.0%} flat")
        return [*(bars for row in rows for bars in row.bars), *notes[0], *notes[1]], _tell(*gains)

    return update


def last_layer(std, place=None):
    """(std of the last layer's tanh activations, share of all values that is flat); place as for `_signals`."""
    h, flat, _ = _signals("tanh", std, place)
    return float(h[-1].std()), float(flat.mean())


@lru_cache(maxsize=1)
def _draws():
    rng = np.random.default_rng(0)
    return [rng.standard_normal(shape) for shape in ((BATCH, WIDTH), (SHOWN, WIDTH, WIDTH), (BATCH, WIDTH))]


def _signals(activation, std, place):
    """Activations by layer, where their slope is flat, and how much a gradient grows from the last to the first.

    place : where batch norm stands; None for nowhere
    """
    x, weights, dout = _draws()
    f, derivative = ACTIVATIONS[activation]
    kept, slopes, outs = [], [], []
    for w in weights:
        x = x @ (std * w)
        if place == PLACES[0]:
            x, scale, _, _ = standardize(x, AXES, EPS)
            kept.append((x, scale))
        slopes.append(derivative(x))
        x = f(x)
        outs.append(x)
        if place == PLACES[1]:
            x, scale, _, _ = standardize(x, AXES, EPS)
            kept.append((x, scale))
    return np.stack(outs), abs(np.stack(slopes)) < FLAT, _way_back(std * weights, slopes, kept, place, dout)


def _way_back(weights, slopes, kept, place, grad):
    """Spread of the gradient at the first layer's output over that at the last one's."""
    start = grad.std()
    for i in range(SHOWN - 1, 0, -1):
        if place == PLACES[1]:
            grad = standardize_backward(grad, *kept[i], AXES)
        grad = grad * slopes[i]
        if place == PLACES[0]:
            grad = standardize_backward(grad, *kept[i], AXES)
        grad = grad @ weights[i].T
    return grad.std() / start


def _tell(without, normed):
    words = "From layer 1 to 6 the spread is multiplied by {:.2g} without and by {:.2g} with batch norm"
    back = "; on the way back that of the gradient by {:.2g} and by {:.2g}."
    (a, flat_a, back_a), (b, flat_b, back_b) = without, normed
    words = words.format(_ratio(a), _ratio(b)) + back.format(back_a, back_b)
    if flat_a > 0.6:
        words += f" <b>Saturated</b> without it: {flat_a:.0%} of the values are flat, {flat_b:.0%} with it."
    return words


def _ratio(spread):
    return spread[-1] / spread[0] if spread[0] > 0 else 0.0
