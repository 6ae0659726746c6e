"""Fractional max pooling: the regions that are drawn, and the image that comes out."""

from functools import lru_cache

import numpy as np

from ...augmentation import KINDS, FractionalMaxPool2D, resize
from ...live import Stops, live
from ...plots import THEORY, VAL
from .shared import SQUARE, as_seen, picture, sheet, show

FACTORS = {"1": 1.0, "1.14": 8 / 7, "1.33": 4 / 3, "1.6": 1.6, "2": 2.0}
PICTURES = {"a flower, 36 x 36": "flower", "a digit, 8 x 8": "digit"}


@live(
    size=(9.6, 3.9),
    alt="A small picture with lines between pooling regions of one or two pixels, and the smaller pooled picture",
)
def pooling(fig):
    """Left, the regions; right, the largest number of each. Draw again: the image is pooled a little differently.

    by is the factor by which height and width shrink. The frame is one whole region, and the number that it becomes.
    """
    left, middle, right = fig.subplots(ncols=3)
    image, out = show(left, "Regions", SQUARE), show(middle, "One draw", SQUARE)
    mean = show(right, "Mean of 50 draws", SQUARE)
    rows = left.hlines([0.5], 0, 1, color=VAL, lw=1.4)
    columns = left.vlines([0.5], 0, 1, color=VAL, lw=1.4)
    frames = [ax.plot([], [], color=THEORY, lw=2.5)[0] for ax in (left, middle)]
    for ax in (left, middle):
        ax.set(xlim=(0, 1), ylim=(0, 1))

    def update(
        picture: PICTURES = "flower",
        by: Stops(FACTORS) = 1.6,
        kind: list(KINDS) = "random",
        overlapping: bool = True,
        draw: (0, 30) = 0,
    ):
        x = _source(picture)
        n_in = x.shape[1]
        n_out = round(n_in / by)
        layer = FractionalMaxPool2D(n_out, kind, overlapping, rng=draw)
        image.set_data(as_seen(x))
        out.set_data(as_seen(layer.forward(x, training=True)))
        for lines in rows, columns:
            lines.set_linewidth(1.6 if n_in < 10 else 0.5)
        down, along = (edges / n_in for edges in layer.edges)
        rows.set_segments([[(0, 1 - v), (1, 1 - v)] for v in down])
        columns.set_segments([[(v, 0), (v, 1)] for v in along])
        k = n_out // 2 - 1
        frames[0].set_data(*_frame(*(e[k : k + 2] + [0, overlapping] for e in layer.edges), n_in))
        frames[1].set_data(*_frame([k, k + 1], [k, k + 1], n_out))
        mean.set_data(as_seen(np.mean([layer.forward(x, training=True) for _ in range(50)], axis=0)))
        return [image, rows, columns, out, mean, *frames], _tell(n_in, n_out, np.diff(layer.edges[0]), overlapping)

    return update


def _frame(rows, columns, n):
    """The outline of rows and columns, from and to, of n on the page."""
    (top, bottom), (left, right) = (np.minimum(each, n) / n for each in (rows, columns))
    return [left, right, right, left, left], [1 - bottom, 1 - bottom, 1 - top, 1 - top, 1 - bottom]


@lru_cache(maxsize=2)
def _source(name):
    if name == "digit":
        return sheet()[0][3:4]
    photo = picture("flower")
    # Every fourth pixel of a square, after blurring by halves.
    square = photo[:, 8:152, 48:192]
    return resize(square.reshape(1, 36, 4, 36, 4, 3).mean(axis=(2, 4)), 36)


def _tell(n_in, n_out, steps, overlapping):
    twos, ones = int((steps == 2).sum()), int((steps == 1).sum())
    words = f"From {n_in} to {n_out}: {twos} twos and {ones} ones in each direction; down: {' '.join(map(str, steps))}."
    return words + (" Each region also takes the first row and column of the next." if overlapping else "")
