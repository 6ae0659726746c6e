"""Checkers of chapter 13: mixup and CutMix with their draws given, and a random crop judged by where it lands."""
import inspect

import numpy as np

from .base import CORRECT, NOT_DONE, NOT_YET, Verdict, checker
from .compare import Outcome, differences, exercise

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


def _sum(x, y, lam, order):
    return x + x[order], y + y[order]


@exercise(
    cases=[
        {"x": np.array([[0.0, 4.0], [8.0, 0.0]]), "y": np.eye(2), "lam": np.array([0.75, 0.5]),
         "order": np.array([1, 0])},
        {"x": draws.random((4, 3)), "y": np.eye(3)[[0, 2, 1, 1]], "lam": draws.random(4),
         "order": np.array([2, 0, 3, 1])},
        {"x": draws.random((3, 5, 4, 2)), "y": np.eye(5)[[4, 0, 2]], "lam": draws.random(3),
         "order": np.array([1, 2, 0])},
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
            partner=lambda x, order: x[np.argsort(order)]),
        "order is not used: the partners are the batch in reverse.": _mixup(partner=lambda x, order: x[::-1]),
        "Half of each, whatever lam is.": lambda x, y, lam, order: ((x + x[order]) / 2, (y + y[order]) / 2),
        "The two are added, without their shares lam and 1 - lam.": _sum,
    })
def mixup(x, y, lam, order):
    """Samples x (n, ...) and probabilities y (n, n_classes), each mixed with its partner: new x, new y.

    Sample i takes the share lam[i] of itself and 1 - lam[i] of sample order[i].
    """
    a, b = lam.reshape(-1, *[1] * (x.ndim - 1)), lam[:, None]
    return a * x + (1 - a) * x[order], b * y + (1 - b) * y[order]


# CutMix


def _cutmix(root=True, start=lambda center, side: center - side // 2, clip=True, kept="pixels", turned=False,
            square=False, flipped=False, shifted=False):
    """A cutmix that makes a mistake."""
    def f(x1, y1, x2, y2, lam, center):
        size = np.array(x1.shape[:2])
        side = np.round((np.sqrt(1 - lam) if root else 1 - lam) * size).astype(int)
        side = np.full(2, side[0]) if square else side
        low = start(np.array(center[::-1] if flipped else center), side)
        low = np.clip(low, 0, size - side) if shifted else low
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
    cases=[{**PAIR, "lam": 0.75, "center": (4, 4)}, {**PAIR, "lam": 0.75, "center": (0, 5)},
           {**OTHERS, "lam": 0.6, "center": (5, 6)}, {**OTHERS, "lam": 0.3, "center": (9, 13)},
           {**OTHERS, "lam": 0.5, "center": (2, 1)}, {**OTHERS, "lam": 1.0, "center": (2, 1)}],
    outputs=("x", "y"),
    slips={
        "This blends the pictures, as mixup does; CutMix pastes a box of the second into the first.": _blends,
        "The label counts by lam; want the share of pixels that are really left, which clipping and rounding change.":
            _cutmix(kept="lam"),
        "The label counts the whole box; where it was cut off at the border, less was pasted.": _cutmix(kept="whole"),
        "The root is missing: a box of area 1 - lam has sides √(1 - lam) times those of the picture.":
            _cutmix(root=False),
        "The box is not cut off at the border: a negative start counts from the other end, and nothing is pasted.":
            _cutmix(clip=False),
        "The box is moved inside where it would stick out; want it cut off at the border.": _cutmix(shifted=True),
        "The box begins at the center; want it to begin half a side before.": _cutmix(start=lambda at, side: at),
        "The shares of the labels are swapped: y1 belongs to what is not pasted over.": _cutmix(kept="swapped"),
        "The first picture's box is pasted into the second; want it the other way round.": _cutmix(turned=True),
        "The box is a square with the height's side; want √(1 - lam) times the width across.": _cutmix(square=True),
        "center is (row, column), here it is taken as (column, row).": _cutmix(flipped=True),
        "The label stays y1: it is to take its share of y2.": _label_stays,
    })
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


# Random crop


HEIGHT, WIDTH, SIZE, CALLS = 6, 9, 4, 600
ROOM = HEIGHT - SIZE, WIDTH - SIZE
IMAGE = np.arange(HEIGHT * WIDTH * 2.0).reshape(HEIGHT, WIDTH, 2)
CENTER = ROOM[0] // 2, ROOM[1] // 2
FIVE = {(0, 0), (0, ROOM[1]), (ROOM[0], 0), ROOM, CENTER}


def _crop_at(place):
    """A random_crop that draws its corner by `place(rng, room down, room across)`."""
    def f(image, size, rng):
        top, left = place(rng, image.shape[0] - size, image.shape[1] - size)
        return image[top:top + size, left:left + size]
    return f


def _twice_as_often(rng, down, across):
    return rng.integers(down + 1), int(across * rng.random() ** 4 + 0.5)


def _scattered(image, size, rng):
    rows, columns = (np.sort(rng.choice(n, size, replace=False)) for n in image.shape[:2])
    return image[rows][:, columns]


_reference_crop = _crop_at(lambda rng, down, across: (rng.integers(down + 1), rng.integers(across + 1)))


@checker(_reference_crop, slips={
    "The last row or column is never part of a crop: rng.integers leaves out its upper end.": _crop_at(
        lambda rng, down, across: (rng.integers(down), rng.integers(across))),
    "Row and column are the same draw: crops lie on a diagonal only. Draw twice.": _crop_at(
        lambda rng, down, across: (rng.integers(min(down, across) + 1),) * 2),
    "It is always the center: that is for testing.": _crop_at(lambda rng, down, across: (down // 2, across // 2)),
    "Only corners and center come: those five are for testing, in training every place is to be possible.": _crop_at(
        lambda rng, down, across: [(0, 0), (0, across), (down, 0), (down, across), (down // 2, across // 2)][
            rng.integers(5)]),
    "It is always the same place.": _crop_at(lambda rng, down, across: (0, 0)),
    "Crops move across only: the row is to be drawn as well.": _crop_at(
        lambda rng, down, across: (0, rng.integers(across + 1))),
    "Crops move down only: the column is to be drawn as well.": _crop_at(
        lambda rng, down, across: (rng.integers(down + 1), 0)),
    "Some crops stick out of the image and come back smaller: the corner has room for height - size and width - size.":
        _crop_at(lambda rng, down, across: (rng.integers(down + SIZE), rng.integers(across + SIZE))),
    "Some places are drawn far more often than others; want every place equally likely.": _crop_at(_twice_as_often),
    "It is no part of the image: its pixels do not lie side by side there.": _scattered,
    "The same seed gives another crop: draw from rng, not from np.random.": _crop_at(
        lambda rng, down, across: (np.random.randint(down + 1), np.random.randint(across + 1))),  # noqa: NPY002
    "The image is resized or sampled, not cropped: want pixels as they are.": lambda image, size, rng: (
        image[:size, :size] * 0.5),
})
def random_crop(f):
    """Check your `random_crop(image, size, rng)`.

    It returns a part (size, size, channels) of an image (height, width, channels), pixels as they are. Every place that
    fits is equally likely; rng is a numpy Generator, and the only source of chance.
    """
    if not callable(f):
        return Verdict(NOT_YET, ("The checker wants the function itself, `check.random_crop(random_crop)`.",))
    try:
        inspect.signature(f).bind(image=IMAGE, size=SIZE, rng=None)
    except (TypeError, ValueError):
        call = "random_crop(image, size, rng)"
        return Verdict(NOT_YET, (f"It takes `{inspect.signature(f)}`, and is called as `{call}`.",))
    try:
        return _judge(f)
    except NotImplementedError:
        return Verdict(NOT_DONE, ("`random_crop` is still blank.",))
    except Exception as e:                     # the learner's function may do anything
        return Verdict(NOT_YET, tuple(differences(Outcome(error=e), Outcome(), ("crop",), f)))


def _judge(f):
    found = _called(f, IMAGE.copy(), 0)
    if found[0] is None or found[0] is ...:
        return Verdict(NOT_DONE, ("`random_crop` returns nothing yet. (Written? Then its `return` is missing.)",))
    if fault := _shape_fault(found) or _place_fault(list(map(_place, found)), f):
        return Verdict(NOT_YET, (fault, f"Input: an image of {HEIGHT} x {WIDTH}, `size = {SIZE}`, {CALLS} calls"))
    whole = IMAGE[:SIZE, :SIZE]
    if not np.array_equal(f(image=whole.copy(), size=SIZE, rng=np.random.default_rng(0)), whole):
        return Verdict(NOT_YET, ("Of an image as large as the crop, the crop is the image itself.",))
    return Verdict(CORRECT, ("`random_crop` reaches every place, and each as often as the others.",))


def _called(f, image, seed):
    rng = np.random.default_rng(seed)
    return [f(image=image, size=SIZE, rng=rng) for _ in range(CALLS)]


def _shape_fault(found):
    shapes = {np.shape(crop) for crop in found}
    if shapes == {(SIZE, SIZE, 2)}:
        return ""
    if (SIZE, SIZE, 2) in shapes:
        return ("Some crops stick out of the image and come back smaller: the corner has room for height - size and "
                "width - size.")
    return f"Its shape is {sorted(shapes)[0]}, want (size, size, channels) = {(SIZE, SIZE, 2)}."


def _place(crop):
    """(row, column) of a crop's corner; an empty tuple if it is no part of the image; None if its numbers are new."""
    crop = np.asarray(crop)
    if not np.isin(crop, IMAGE).all() or crop[0, 0, 0] % 2:
        return None
    top, left = divmod(int(crop[0, 0, 0]) // 2, WIDTH)
    part = IMAGE[top:top + SIZE, left:left + SIZE]
    return (top, left) if part.shape == crop.shape and np.array_equal(part, crop) else ()


def _place_fault(places, f):
    if None in places:
        return "The image is resized or sampled, not cropped: want pixels as they are."
    if () in places:
        return "It is no part of the image: its pixels do not lie side by side there."
    if list(map(_place, _called(f, IMAGE.copy(), 0))) != places:
        return "The same seed gives another crop: draw from rng, not from np.random."
    return _range_fault(set(places)) or _count_fault(places)


def _range_fault(seen):
    """Which places never come."""
    if len(seen) == 1:
        return "It is always the center: that is for testing." if seen == {CENTER} else "It is always the same place."
    if seen <= FIVE:
        return "Only corners and center come: those five are for testing, in training every place is to be possible."
    rows, columns = ({place[axis] for place in seen} for axis in (0, 1))
    if all(row == column for row, column in seen):
        return "Row and column are the same draw: crops lie on a diagonal only. Draw twice."
    if len(rows) == 1:
        return "Crops move across only: the row is to be drawn as well."
    if len(columns) == 1:
        return "Crops move down only: the column is to be drawn as well."
    if max(rows) < ROOM[0] or max(columns) < ROOM[1]:
        return "The last row or column is never part of a crop: rng.integers leaves out its upper end."
    missing = (ROOM[0] + 1) * (ROOM[1] + 1) - len(seen)
    return f"{missing} places never come, corner {min(set(np.ndindex(3, 6)) - seen)} for one." if missing else ""


def _count_fault(places):
    counts = [places.count(place) for place in set(places)]
    # 33 each on average: twice as many, or half, is not chance.
    uneven = max(counts) > 2 * CALLS / len(counts) or min(counts) < CALLS / len(counts) / 2
    return "Some places are drawn far more often than others; want every place equally likely." if uneven else ""
