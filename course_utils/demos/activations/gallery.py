"""The gallery: every activation's curve, its derivative, and what a layer's outputs look like behind it."""

from functools import lru_cache

import numpy as np

from ...activations import ACTIVATIONS, FLAT, TITLES, maxout
from ...live import live
from ...plots import FLAT_COLOR, THEORY, TRAIN

X = np.linspace(-6, 6, 361)
BINS, LOW, HIGH, N = 70, -2.0, 5.0, 20_000
DIALS = "leaky_relu", "elu"  # whose left side has a slope or a floor to set


@live(
    size=(9.6, 3.6),
    alt="An activation's curve, its derivative, and the histogram of a layer's outputs behind it",
    presets={"activation": lambda values: {"left_side": 1.0 if values["activation"] == "elu" else 0.01}},
)
def gallery(fig):
    """Choose an activation; the thin lines are the others. The histogram is a layer's output when its pre-activations
    are normal with the mean and the spread that you set; orange is what sits where the curve is flat. Bars more than
    four times as high as the highest blue are cut; the outermost bars count all that lies beyond.

    The left side is the slope of leaky ReLU or the floor alpha of ELU; the pieces are Maxout's.
    """
    curve, slope, hist = fig.subplots(ncols=3, width_ratios=[1, 1, 1.15])
    curve.set(xlim=(-6, 6), ylim=(-1.5, 4), xlabel="pre-activation s", ylabel="f(s)", title="Curve")
    slope.set(xlim=(-6, 6), ylim=(-0.9, 2.1), xlabel="pre-activation s", ylabel="f'(s)", title="Derivative")
    hist.set(xlim=(LOW, HIGH), ylim=(0, 1.05), xlabel="output h", ylabel="share", yticks=[])
    hist.set_title("A layer's outputs")
    for f, derivative in ACTIVATIONS.values():
        curve.plot(X, f(X), color="#c4c4c4", lw=0.8)
        slope.plot(X, _broken(derivative(X)), color="#c4c4c4", lw=0.8)
    lines = [ax.plot([], [], color=color, lw=2.4)[0] for ax in (curve, slope) for color in (TRAIN, FLAT_COLOR)]
    edges = np.linspace(LOW, HIGH, BINS + 1)
    bars = [hist.stairs(np.zeros(BINS), edges, fill=True, color=color) for color in (TRAIN, FLAT_COLOR)]
    center = hist.axvline(0, color=THEORY, lw=1.5, ls="--", label="mean output")
    hist.legend(handles=[center], loc="upper right")
    curve.legend(lines[:2], ["on a slope", "flat: slope below 0.02"], loc="upper left")

    @np.errstate(under="ignore")  # far out on a normal tail
    def update(
        activation: TITLES = "sigmoid",
        std: (0.1, 10.0) = 1.0,
        mean: (-3.0, 3.0, 0.1) = 0.0,
        left_side: (0.0, 2.0, 0.01) = 0.01,
        maxout_pieces: (1, 8) = 2,
    ):
        f = curve_of(activation, left_side, maxout_pieces)
        (y, dy), (h, dh) = f(X), f(mean + std * normals())
        for line, values in zip(lines, (y, y, dy, dy), strict=True):
            line.set_data(X, _broken(values))
        for line, values in zip(lines[1::2], (y, dy), strict=True):
            line.set_ydata(np.where(abs(dy) < FLAT, values, np.nan))
        counts = [np.bincount(_bins(part), minlength=BINS) for part in (h[abs(dh) >= FLAT], h[abs(dh) < FLAT])]
        top = min(sum(counts).max(), 4 * max(counts[0].max(), 1))
        bars[0].set_data(counts[0] / top)
        bars[1].set_data(sum(counts) / top, baseline=counts[0] / top)
        center.set_xdata([h.mean(), h.mean()])
        return [*lines, *bars, center], _tell(activation, h, dh)

    return update


def curve_of(activation, left, pieces):
    """The function s -> (f(s), f'(s)) of an activation with its settings."""
    if activation == "maxout":
        return lambda s: _hull(s, pieces)
    f, derivative = ACTIVATIONS[activation]
    settings = (left,) if activation in DIALS else ()
    return lambda s: (f(s, *settings), derivative(s, *settings))


def _hull(s, pieces):
    """A maxout of one input: tangents of s²/8, as many as there are pieces; their upper hull and its slope."""
    at = np.linspace(-3, 3, pieces) if pieces > 1 else np.ones(1)
    slopes = at / 4
    lines = s[:, None] * slopes - at**2 / 8 + 0.5
    return maxout(lines, pieces)[:, 0], slopes[lines.argmax(axis=1)]


def _broken(y):
    """With a gap where a curve jumps, so that no line is drawn where there is none."""
    return np.where(abs(np.diff(y, prepend=y[:1])) > 0.2, np.nan, y)


def _bins(h):
    return (np.clip((h - LOW) / (HIGH - LOW), 0, 1 - 1e-9) * BINS).astype(int)


@lru_cache(maxsize=1)
def normals():
    """The pre-activations of a layer, before mean and std."""
    return np.random.default_rng(0).standard_normal(N)


def _tell(activation, h, dh):
    """Where the outputs lie, and how much of the gradient passes."""
    flat, title = np.mean(abs(dh) < FLAT), next(title for title, name in TITLES.items() if name == activation)
    if flat > 0.9:
        center = "nearly all of them are the same"
    else:
        center = "zero-centered" if abs(h.mean()) < 0.1 * h.std() else "not zero-centered"
    return (
        f"<b>{title}</b>: outputs have mean {h.mean():.2f} and std {h.std():.2f}: {center}. "
        f"{flat:.0%} of them sit where the curve is flat. A gradient that comes back is scaled by "
        f"{np.sqrt(np.mean(dh**2)):.2f} (root mean square slope)."
    )  # fmt: skip
