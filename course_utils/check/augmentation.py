"""Checkers of chapter 14: mixup and CutMix, with their draws given; the random crop is in augmentation_crops.py."""

import numpy as np

from .compare import exercise

draws = np.random.default_rng(13)


# mixup


def _column(values, like):
    return values.reshape(-1, *[1] * (like.ndim - 1))


def _mixup(image=lambda lam: lam, label=lambda lam: lam, partner=lambda x, order: x[order], same=False):
    """A mixup that makes a mistake."""

    def f(x, y, lam, order):
        lam = np.full(len(lam), lam[0]) if same else lam
        a, b = _column(image(lam), x), _column(label(lam), y)
        return a * x + (1 - a) * partner(x, order), b * y + (1 - b) * partner(y, order)

    return f


def _rest(lam):
    return 1 - lam


def _labels_stay(x, y, lam, order):
    return _mixup()(x, y, lam, order)[0], y


def _hard_labels(x, y, lam, order):
    return _mixup()(x, y, lam, order)[0], np.where(lam[:, None] >= 0.5, y, y[order])


def _images_stay(x, y, lam, order):
    return x, _mixup()(x, y, lam, order)[1]


def _last_axis(x, y, lam, order):
    return lam * x + (1 - lam) * x[order], lam * y + (1 - lam) * y[order]


def _rows_only(x, y, lam, order):
    a = lam[:, None]
    return a * x + (1 - a) * x[order], a * y + (1 - a) * y[order]


def _sum(x, y, lam, order):
    return x + x[order], y + y[order]


@exercise(
    cases=[
        {
            "x": np.array([[0.0, 4.0], [8.0, 0.0]]),
            "y": np.eye(2),
            "lam": np.array([0.75, 0.5]),
            "order": np.array([1, 0]),
        },
        {
            "x": draws.random((4, 3)),
            "y": np.eye(3)[[0, 2, 1, 1]],
            "lam": draws.random(4),
            "order": np.array([2, 0, 3, 1]),
        },
        {
            "x": draws.random((3, 5, 4, 2)),
            "y": np.eye(5)[[4, 0, 2]],
            "lam": draws.random(3),
            "order": np.array([1, 2, 0]),
        },
    ],
    outputs=("x", "y"),
    slips={
        "The labels stay as they were: they are to be mixed exactly as the images are.": _labels_stay,
        "The images stay as they were.": _images_stay,
        "The label goes to whoever has the larger share; want both shares in it.": _hard_labels,
        "Image and label disagree: the label takes 1 - lam where the image takes lam.": _mixup(label=_rest),
        "lam is the share of the sample itself, here it is the partner's.": _mixup(image=_rest, label=_rest),
        "One lam for all: each sample has its own.": _mixup(same=True),
        "The partner of sample i is sample order[i]; here they are paired the other way round.": _mixup(
            partner=lambda x, order: x[np.argsort(order)]
        ),
        "order is not used: the partners are the batch in reverse.": _mixup(partner=lambda x, order: x[::-1]),
        "Half of each, whatever lam is.": lambda x, y, lam, order: ((x + x[order]) / 2, (y + y[order]) / 2),
        "The two are added, without their shares lam and 1 - lam.": _sum,
        "lam runs along the last axis, where NumPy puts it; want the first: lam[:, None] for rows.": _last_axis,
        "lam[:, None] fits rows only; for images (n, height, width, channels) it must have shape (n, 1, 1, 1).": _rows_only,
    },
)
def mixup(x, y, lam, order):
    """Samples x (n, ...) and probabilities y (n, n_classes), each mixed with its partner: new x, new y.

    Sample i takes the share lam[i] of itself and 1 - lam[i] of sample order[i].
    """
    a, b = lam.reshape(-1, *[1] * (x.ndim - 1)), lam[:, None]
    return a * x + (1 - a) * x[order], b * y + (1 - b) * y[order]


# CutMix


def _cutmix(
    root=True,
    start=lambda center, side: center - side // 2,
    clip=True,
    kept="pixels",
    turned=False,
    square=False,
    flipped=False,
    shifted=False,
    early=False,
    rounding=np.round,
    halves=False,
):
    """A cutmix that makes a mistake."""

    def f(x1, y1, x2, y2, lam, center):
        size = np.array(x1.shape[:2])
        side = rounding((np.sqrt(1 - lam) if root else 1 - lam) * size).astype(int)
        side = np.full(2, side[0]) if square else side
        side = side // 2 * 2 if halves else side
        low = start(np.array(center[::-1] if flipped else center), side)
        low = np.clip(low, 0, size - side) if shifted else np.maximum(low, 0) if early else low
        high = low + side
        if clip:
            low, high = np.clip(low, 0, size), np.clip(high, 0, size)
        box = slice(low[0], high[0]), slice(low[1], high[1])
        x = (x2 if turned else x1).copy()
        x[box] = (x1 if turned else x2)[box]
        area, whole = (high - low).prod() / size.prod(), side.prod() / size.prod()
        share = {"pixels": 1 - area, "lam": lam, "whole": 1 - whole, "swapped": area}[kept]
        return x, share * y1 + (1 - share) * y2

    return f


def _blends(x1, y1, x2, y2, lam, center):
    return lam * x1 + (1 - lam) * x2, lam * y1 + (1 - lam) * y2


def _label_stays(x1, y1, x2, y2, lam, center):
    return _cutmix()(x1, y1, x2, y2, lam, center)[0], y1


PAIR = {"x1": np.zeros((8, 8, 1)), "y1": np.array([1.0, 0.0]), "x2": np.ones((8, 8, 1)), "y2": np.array([0.0, 1.0])}
OTHERS = {"x1": draws.random((10, 14, 3)), "y1": np.eye(4)[1], "x2": draws.random((10, 14, 3)), "y2": np.eye(4)[3]}


@exercise(
    cases=[
        {**PAIR, "lam": 0.75, "center": (4, 4)},
        {**PAIR, "lam": 0.75, "center": (0, 5)},
        {**OTHERS, "lam": 0.6, "center": (5, 6)},
        {**OTHERS, "lam": 0.3, "center": (9, 13)},
        {**OTHERS, "lam": 0.5, "center": (2, 1)},
        {**OTHERS, "lam": 1.0, "center": (2, 1)},
    ],
    outputs=("x", "y"),
    slips={
        "This blends the pictures, as mixup does; CutMix pastes a box of the second into the first.": _blends,
        "The label counts by lam; want the share of pixels that are really left, which clipping and rounding change.": _cutmix(
            kept="lam"
        ),
        "The label counts the whole box; where it was cut off at the border, less was pasted.": _cutmix(kept="whole"),
        "The root is missing: a box of area 1 - lam has sides √(1 - lam) times those of the picture.": _cutmix(
            root=False
        ),
        "The box is not cut off at the border: a negative start counts from the other end, and nothing is pasted.": _cutmix(
            clip=False
        ),
        "The box is moved inside where it would stick out; want it cut off at the border.": _cutmix(shifted=True),
        "The start is cut off before the end is taken from it, so the box keeps its full side: first both, then cut.": _cutmix(
            early=True
        ),
        "The sides are rounded down; want the nearest whole number, round(√(1 - lam) · height).": _cutmix(
            rounding=np.floor
        ),
        "An odd side loses a pixel: the box ends a whole side after its start, not side // 2 after the center.": _cutmix(
            halves=True
        ),
        "The box begins at the center; want it to begin half a side before.": _cutmix(start=lambda at, side: at),
        "The shares of the labels are swapped: y1 belongs to what is not pasted over.": _cutmix(kept="swapped"),
        "The first picture's box is pasted into the second; want it the other way round.": _cutmix(turned=True),
        "The box is a square with the height's side; want √(1 - lam) times the width across.": _cutmix(square=True),
        "center is (row, column), here it is taken as (column, row).": _cutmix(flipped=True),
        "The label stays y1: it is to take its share of y2.": _label_stays,
    },
)
def cutmix(x1, y1, x2, y2, lam, center):
    """The picture x1 (height, width, channels) with a box of x2 pasted in, and the label to it: x, y.

    The box has round(√(1 - lam) · height) rows and round(√(1 - lam) · width) columns. It begins side // 2 before the
    center (row, column) and is cut off at the border. y = kept · y1 + (1 - kept) · y2, kept the share of pixels that
    are still the first picture's.
    """
    height, width = x1.shape[:2]
    tall, wide = (int(np.round(np.sqrt(1 - lam) * side)) for side in (height, width))
    top, left = center[0] - tall // 2, center[1] - wide // 2
    rows = slice(max(top, 0), min(top + tall, height))
    columns = slice(max(left, 0), min(left + wide, width))
    x = x1.copy()
    x[rows, columns] = x2[rows, columns]
    kept = 1 - (rows.stop - rows.start) * (columns.stop - columns.start) / (height * width)
    return x, kept * y1 + (1 - kept) * y2
