"""What the net answers: everywhere in the plane, or to every validation digit."""

import numpy as np
from matplotlib.colors import to_rgb

from ...normalization import BatchNorm
from ...plots import CLASSES, TRAIN, VAL

RGB = np.array([to_rgb(color) for color in CLASSES])
LIMITS = {"spirals": (-1.3, 1.3, -1.3, 1.3), "moons": (-1.6, 2.6, -1.85, 2.35), "blobs": (-2, 2, -2, 2)}
GRID = 81  # points a side at which the net is asked
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
SIDE, TILE = 20, 9  # the montage has SIDE x SIDE places of TILE x TILE pixels
INK, WRONG, PAPER = np.array([to_rgb("#1d2733"), to_rgb("#b23c00"), to_rgb("#fbdcc8")])


class Plane:
    """Data in the plane, the net's answer at every point, and on demand the line of every unit of the first layer."""

    def __init__(self, ax):
        self.ax = ax
        self.image = ax.imshow(np.ones((2, 2, 3)), origin="lower", interpolation="bilinear", zorder=0)
        (self.lines,) = ax.plot([], [], color="#333333", lw=0.8, alpha=0.7, zorder=1)
        train, val = (dict(marker="o", ms=4.5, mec="white", mew=0.5), dict(marker="D", ms=4.5, mec="black", mew=0.9))
        self.marks = [
            [ax.plot([], [], ls="", color=color, zorder=2, **style)[0] for color in CLASSES[:3]]
            for style in (train, val)
        ]
        self.artists = [self.image, self.lines, *self.marks[0], *self.marks[1]]

    def frame(self, data, units):
        """The limits of a data set."""
        left, right, low, high = LIMITS[data]
        self.points = np.stack(np.meshgrid(np.linspace(left, right, GRID), np.linspace(low, high, GRID)), axis=-1)
        self.image.set_extent(LIMITS[data])
        self.ax.set(xlim=(left, right), ylim=(low, high), title="The net's answers, everywhere")
        self.ax.set(xlabel="feature 1 (dots: training, diamonds: validation)", ylabel="feature 2")
        for ticks, ends in ((self.ax.set_xticks, (left, right)), (self.ax.set_yticks, (low, high))):
            whole = range(int(np.ceil(ends[0])), int(ends[1]) + 1)
            ticks(whole, whole)

    @np.errstate(under="ignore")  # weights of silent units
    def show(self, split, net, units):
        """The net's answers, white where it is of two minds, the data, and the lines if `units` is true."""
        p = _softmax(net.forward(self.points.reshape(-1, 2), check=False))
        n = p.shape[1]
        sure = 0.55 * (p.max(axis=1, keepdims=True) - 1 / n) / (1 - 1 / n)
        self.image.set_data((1 - sure * (1 - RGB[p.argmax(axis=1)])).reshape(GRID, GRID, 3))
        for (x, y), marks in zip((split.train, split.val), self.marks, strict=True):
            for k, line in enumerate(marks):
                line.set_data(*x[y == k].T)
        self.lines.set_data(*(unit_lines(net) if units else ([], [])))


class Digits:
    """Every validation digit in the column of the answer that it gets, or the weights of the first layer."""

    def __init__(self, ax):
        self.ax = ax
        self.image = ax.imshow(np.ones((2, 2, 3)), extent=(0, SIDE, 0, SIDE), interpolation="nearest", zorder=0)
        self.artists = [self.image]

    def frame(self, data, units):
        """A column for each answer, or none for the weights."""
        self.ax.set(xlim=(0, SIDE), ylim=(0, SIDE), yticks=[], ylabel="")
        self.ax.set_xticks([] if units else np.arange(1, SIDE, 2), [] if units else range(10))
        self.ax.set_title("What each unit looks for" if units else "The net's answers to new digits")
        self.ax.set_xlabel("blue: weights above 0, orange: below" if units else "answer; orange: wrong")

    def show(self, split, net, units):
        """The digits, wrong answers on top and in orange; or, if `units` is true, each unit's weights."""
        self.image.set_data(_weights(net.layers[0].W) if units else answers_on(*split.val, net))


def _softmax(scores):
    with np.errstate(all="ignore"):
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.nan_to_num(e / e.sum(axis=1, keepdims=True), nan=1 / scores.shape[1])


def unit_lines(net, far=10.0):
    """x and y of the lines along which the input of the first activation is 0, with a gap after each."""
    s = net.layers[0].forward(CORNERS)
    if isinstance(net.layers[1], BatchNorm):
        s = net.layers[1].forward(s)
    slope, offset = s[1:] - s[0], s[0]
    length = np.maximum(np.linalg.norm(slope, axis=0), 1e-9)
    foot, along = -offset * slope / length**2, slope[::-1] * [[-1], [1]] / length
    ends = np.stack([foot - far * along, foot + far * along, np.full_like(foot, np.nan)])
    return np.clip(ends, -1e3, 1e3).transpose(1, 2, 0).reshape(2, -1)


def answers_on(x, y, net):
    """The pictures of the digits, sorted into columns by what the net answers; wrong ones in color."""
    answers = net.forward(x, check=False).argmax(axis=1)
    images = 1 - x.reshape(-1, 8, 8, 1)
    right = INK + (1 - INK) * images
    tiles = np.where((answers == y)[:, None, None, None], right, WRONG + (PAPER - WRONG) * images)
    rows, columns, shown = [], [], []
    for k in range(10):
        mine = np.flatnonzero(answers == k)
        mine = mine[np.argsort(y[mine] != k, kind="stable")]
        # Of more than there is room for, the wrong ones: they are last.
        mine = mine[-2 * SIDE :]
        place = np.arange(len(mine))
        rows, columns, shown = [*rows, *(SIDE - 1 - place // 2)], [*columns, *(2 * k + place % 2)], [*shown, *mine]
    return _montage(tiles[shown], rows, columns, SIDE)


def _weights(W):
    side = int(np.ceil(W.shape[1] ** 0.5))
    tiles = np.nan_to_num(W.T / max(np.nanmax(abs(W)), 1e-9)).reshape(-1, 8, 8, 1)
    color = np.where(tiles > 0, to_rgb(TRAIN), to_rgb(VAL))
    place = np.arange(len(tiles))
    return _montage(1 - abs(tiles) * (1 - color), place // side, place % side, side)


def _montage(tiles, rows, columns, side):
    canvas = np.ones((side, side, TILE, TILE, 3))
    canvas[rows, columns, :8, :8] = tiles
    return canvas.transpose(0, 2, 1, 3, 4).reshape(side * TILE, side * TILE, 3)
