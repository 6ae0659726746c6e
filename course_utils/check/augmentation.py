"""Checkers of the chapter on augmentation: a random crop, judged by where it lands, mixup and CutMix."""

import numpy as np

from ._outcomes import outcomes
from ._protocol import checker, edits, exercise, unfit
from ._symptoms import failure, symptoms
from ._verdict import Verdict, correct, named, undone

draws = np.random.default_rng(13)

# The random crop: many answers are right, so they are judged by where crops land.

HEIGHT, WIDTH, CALLS = 6, 9, 600
SIZE = 4
ROOM = HEIGHT - SIZE, WIDTH - SIZE
IMAGE = np.arange(HEIGHT * WIDTH * 2.0).reshape(HEIGHT, WIDTH, 2)
CENTER = ROOM[0] // 2, ROOM[1] // 2
FIVE = {(0, 0), (0, ROOM[1]), (ROOM[0], 0), ROOM, CENTER}


def cropped(image, size, rng):
    """A part of an image, every place that fits equally likely."""
    top = rng.integers(image.shape[0] - size + 1)
    left = rng.integers(image.shape[1] - size + 1)
    return image[top : top + size, left : left + size]


cropped.__name__ = "random_crop"


def _crop_at(place):
    """A random_crop that draws its corner by `place(rng, room down, room across)`."""

    def f(image, size, rng):
        top, left = place(rng, image.shape[0] - size, image.shape[1] - size)
        return image[top : top + size, left : left + size]

    return f


def _twice_as_often(rng, down, across):
    return rng.integers(down + 1), int(across * rng.random() ** 4 + 0.5)


def _scattered(image, size, rng):
    rows, columns = (np.sort(rng.choice(n, size, replace=False)) for n in image.shape[:2])
    return image[rows][:, columns]


def _halves(image, size, rng):
    half = size // 2
    row, column = (rng.integers(half, n - half + 1) for n in image.shape[:2])
    return image[row - half : row + half, column - half : column + half]


@checker(
    reference=cropped,
    slips={
        "The last row or column is never part of a crop: rng.integers and int() leave out the upper end.": _crop_at(
            lambda rng, down, across: (rng.integers(down), rng.integers(across))
        ),
        "Row and column are the same draw: crops lie on a diagonal only. Draw twice.": _crop_at(
            lambda rng, down, across: (rng.integers(min(down, across) + 1),) * 2
        ),
        "The height limits both draws: the column has room for width - size.": _crop_at(
            lambda rng, down, across: (rng.integers(down + 1), rng.integers(down + 1))
        ),
        "An odd size comes out one short: cut from start to start + size, not half a size to each side.": _halves,
        "It is always the center: that is for testing.": _crop_at(lambda rng, down, across: (down // 2, across // 2)),
        "Only corners and center come: those five are for testing, in training every place is to be possible.": _crop_at(
            lambda rng, down, across: [(0, 0), (0, across), (down, 0), (down, across), (down // 2, across // 2)][
                rng.integers(5)
            ]
        ),
        "It is always the same place: draw from the rng that is given, anew at each call.": _crop_at(
            lambda rng, down, across: (0, 0)
        ),
        "Crops move across only: the row is to be drawn as well.": _crop_at(
            lambda rng, down, across: (0, rng.integers(across + 1))
        ),
        "Crops move down only: the column is to be drawn as well.": _crop_at(
            lambda rng, down, across: (rng.integers(down + 1), 0)
        ),
        "Some crops stick out of the image and come back smaller: the corner has room for height - size and width - size.": _crop_at(
            lambda rng, down, across: (rng.integers(down + SIZE), rng.integers(across + SIZE))
        ),
        "Some places are drawn far more often than others; want every place equally likely.": _crop_at(_twice_as_often),
        "It is no part of the image: its pixels do not lie side by side there.": _scattered,
        "It returns a tuple, want one array: the crop alone.": lambda image, size, rng: (image[:size, :size], (0, 0)),
        "The same seed gives another crop: draw from rng, not from np.random.": _crop_at(
            lambda rng, down, across: (np.random.randint(down + 1), np.random.randint(across + 1))
        ),
        "The image is resized or sampled, not cropped: want pixels as they are.": lambda image, size, rng: (
            image[:size, :size] * 0.5
        ),
    },
)
def random_crop(f):
    """Check your `random_crop(image, size, rng)`.

    It returns a part (size, size, channels) of an image (height, width, channels), pixels as they are. Every place that
    fits is equally likely; rng is a numpy Generator, and the only source of chance.
    """
    case = {"image": IMAGE, "size": SIZE, "rng": np.random.default_rng(0)}
    if wrong := unfit(f, cropped, [case]):
        return named(wrong)
    first = outcomes(f, [case])
    if (
        isinstance(first[0].error, NotImplementedError)
        or first[0].returned is ...
        or (first[0].returned is None and not first[0].error)
    ):
        return undone("`random_crop` returns nothing yet. (Written? Then its `return` is missing.)")
    found = outcomes(_called, [case | {"f": f}])[0]
    if found.error:
        told = symptoms(first, first, outcomes(cropped, [case]), [case], ("the crop",)) if first[0].error else []
        return Verdict("Not yet.", (*told, failure(found.error, f)), tuple(told))
    crops = found.returned
    if fault := _shape_fault(crops) or _place_fault(list(map(_place, crops)), f, case):
        details = (f"Input: an image of {HEIGHT} x {WIDTH}, `size = {SIZE}`, {CALLS} calls",)
        return named(fault, details=details)
    return _others(f) or correct("`random_crop` reaches every place, and each as often as the others.")


def _others(f):
    """The verdict on images of other shapes: as large as the crop, upright, with an odd size."""
    whole = IMAGE[:SIZE, :SIZE]
    got = outcomes(f, [{"image": whole, "size": SIZE, "rng": np.random.default_rng(0)}])[0]
    if got.error or not np.array_equal(got.returned, whole):
        return named("Of an image as large as the crop, the crop is the image itself.")
    upright = {"image": np.ascontiguousarray(IMAGE.transpose(1, 0, 2)), "size": 3, "rng": np.random.default_rng(1)}
    found = outcomes(_called, [upright | {"f": f}])[0]
    if found.error:
        return named(f"It is right for an even size; {failure(found.error, f)}")
    shapes = {np.shape(crop) for crop in found.returned}
    if {(2, 2, 2)} == shapes:
        return named("An odd size comes out one short: cut from start to start + size, not half a size to each side.")
    if shapes != {(3, 3, 2)}:
        return named(f"With `size = 3` its shape is {sorted(shapes)[0]}, want (size, size, channels) = (3, 3, 2).")
    return None


def _called(f, image, size, rng):
    return [f(image=image, size=size, rng=rng) for _ in range(CALLS)]


def _shape_fault(found):
    if other := next((type(crop).__name__ for crop in found if not isinstance(crop, np.ndarray)), None):
        return f"It returns a {other}, want one array: the crop alone."
    shapes = {np.shape(crop) for crop in found}
    if shapes == {(SIZE, SIZE, 2)}:
        return ""
    if (SIZE, SIZE, 2) in shapes:
        if all(shape[0] == SIZE for shape in shapes) or all(shape[1] == SIZE for shape in shapes):
            return (
                "Some crops stick out on one side: the row has room for height - size, the column for width - size. "
                "Have they changed places?"
            )
        return (
            "Some crops stick out of the image and come back smaller: the corner has room for height - size and "
            "width - size."
        )
    return f"Its shape is {sorted(shapes)[0]}, want (size, size, channels) = {(SIZE, SIZE, 2)}."


def _place(crop):
    """(row, column) of a crop's corner; an empty tuple if it is no part of the image; None if its numbers are new."""
    crop = np.asarray(crop)
    if not np.isin(crop, IMAGE).all() or crop[0, 0, 0] % 2:
        return None
    top, left = divmod(int(crop[0, 0, 0]) // 2, WIDTH)
    part = IMAGE[top : top + SIZE, left : left + SIZE]
    return (top, left) if part.shape == crop.shape and np.array_equal(part, crop) else ()


def _place_fault(places, f, case):
    if None in places:
        return "The image is resized or sampled, not cropped: want pixels as they are."
    if () in places:
        return "It is no part of the image: its pixels do not lie side by side there."
    again = outcomes(_called, [case | {"f": f}])[0].returned
    if again is None or list(map(_place, again)) != places:
        return "The same seed gives another crop: draw from rng, not from np.random."
    return _range_fault(set(places)) or _count_fault(places)


def _range_fault(seen):
    """Which places never come."""
    if len(seen) == 1:
        same = "It is always the same place: draw from the rng that is given, anew at each call."
        return "It is always the center: that is for testing." if seen == {CENTER} else same
    if seen <= FIVE:
        return "Only corners and center come: those five are for testing, in training every place is to be possible."
    rows, columns = ({place[axis] for place in seen} for axis in (0, 1))
    if all(row == column for row, column in seen):
        return "Row and column are the same draw: crops lie on a diagonal only. Draw twice."
    if len(rows) == 1:
        return "Crops move across only: the row is to be drawn as well."
    if len(columns) == 1:
        return "Crops move down only: the column is to be drawn as well."
    if rows == columns == set(range(ROOM[0] + 1)):
        return "The height limits both draws: the column has room for width - size."
    if max(rows) < ROOM[0] or max(columns) < ROOM[1]:
        return "The last row or column is never part of a crop: rng.integers and int() leave out the upper end."
    missing = (ROOM[0] + 1) * (ROOM[1] + 1) - len(seen)
    return f"{missing} places never come, corner {min(set(np.ndindex(3, 6)) - seen)} for one." if missing else ""


def _count_fault(places):
    counts = [places.count(place) for place in set(places)]
    # 33 each on average: twice as many, or half, is not chance.
    uneven = max(counts) > 2 * CALLS / len(counts) or min(counts) < CALLS / len(counts) / 2
    return "Some places are drawn far more often than others; want every place equally likely." if uneven else ""


# mixup


def _last_axis(x, y, lam, order):
    return lam * x + (1 - lam) * x[order], lam * y + (1 - lam) * y[order]


def _images_too(x, y, lam, order):
    """Written for rows and for images, and for nothing else."""
    a = lam[:, None] if x.ndim == 2 else lam[:, None, None, None]
    b = lam[:, None]
    return a * x + (1 - a) * x[order], b * y + (1 - b) * y[order]


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
        {"x": draws.random((3, 5, 4)), "y": np.eye(2)[[0, 1, 1]], "lam": draws.random(3), "order": np.array([2, 0, 1])},
        {"x": draws.normal(size=4), "y": draws.random((4, 2)), "lam": draws.random(4), "order": np.array([1, 2, 3, 0])},
    ],
    outputs=("x", "y"),
    slips=edits(
        {
            "The labels stay as they were: they are to be mixed exactly as the images are, with y[order].": (
                "b * y + (1 - b) * y[order]",
                "y + 0",
            ),
            "The images stay as they were.": ("a * x + (1 - a) * x[order]", "x + 0"),
            "The label goes to whoever has the larger share; want both shares in it.": (
                "b * y + (1 - b) * y[order]",
                "np.where(b >= 0.5, y, y[order])",
            ),
            "Image and label disagree: the label takes 1 - lam where the image takes lam.": (
                "b * y + (1 - b) * y[order]",
                "(1 - b) * y + b * y[order]",
            ),
            "lam is the share of the sample itself, here it is the partner's.": [
                ("a * x + (1 - a) * x[order]", "(1 - a) * x + a * x[order]"),
                ("b * y + (1 - b) * y[order]", "(1 - b) * y + b * y[order]"),
            ],
            "The partner's share is 1 minus its own lam: the two shares of a sample sum to 1, lam[i] and 1 - lam[i].": [
                ("(1 - a) * x", "(1 - a[order]) * x"),
                ("(1 - b) * y", "(1 - b[order]) * y"),
            ],
            "One lam for all, their mean: each sample has its own.": (
                "a, b =",
                "lam = lam * 0 + lam.mean()\n    a, b =",
            ),
            "One lam for all: each sample has its own.": ("a, b =", "lam = lam * 0 + lam[0]\n    a, b ="),
            "The partner of sample i is sample order[i]; here they are paired the other way round.": (
                "a, b =",
                "order = np.argsort(order)\n    a, b =",
            ),
            "order is not used: the partners are the batch in reverse.": [
                ("x[order]", "x[::-1]"),
                ("y[order]", "y[::-1]"),
            ],
            "Half of each, whatever lam is.": ("a, b =", "lam = lam * 0 + 0.5\n    a, b ="),
            "The two are added, without their shares lam and 1 - lam.": (
                "a * x + (1 - a) * x[order], b * y + (1 - b) * y[order]",
                "x + x[order], y + y[order]",
            ),
            "lam[:, None] fits rows only; for images (n, height, width, channels) it must have shape (n, 1, 1, 1).": (
                "lam.reshape(-1, *[1] * (x.ndim - 1))",
                "lam[:, None]",
            ),
        }
    )
    | {
        "lam runs along the last axis, where NumPy puts it; want the first: lam[:, None] for rows.": _last_axis,
        "This is written for rows and images only: lam needs x.ndim - 1 axes more, however many those are.": _images_too,
    },
)
def mixup(x, y, lam, order):
    """Samples x (n, ...) and probabilities y (n, n_classes), each mixed with its partner: new x, new y.

    Sample i takes the share lam[i] of itself and 1 - lam[i] of sample order[i].
    """
    a, b = lam.reshape(-1, *[1] * (x.ndim - 1)), lam[:, None]
    return a * x + (1 - a) * x[order], b * y + (1 - b) * y[order]


# CutMix


def _moved(x1, y1, x2, y2, lam, center):
    """A cutmix that moves the box inside where it would stick out."""
    height, width = x1.shape[:2]
    tall, wide = (int(np.round(np.sqrt(1 - lam) * side)) for side in (height, width))
    top = min(max(center[0] - tall // 2, 0), height - tall)
    left = min(max(center[1] - wide // 2, 0), width - wide)
    x = x1.copy()
    x[top : top + tall, left : left + wide] = x2[top : top + tall, left : left + wide]
    kept = 1 - tall * wide / (height * width)
    return x, kept * y1 + (1 - kept) * y2


PAIR = {"x1": np.zeros((8, 8, 1)), "y1": np.array([1.0, 0.0]), "x2": np.ones((8, 8, 1)), "y2": np.array([0.0, 1.0])}
OTHERS = {"x1": draws.random((10, 14, 3)), "y1": np.eye(4)[1], "x2": draws.random((10, 14, 3)), "y2": np.eye(4)[3]}
SIDES = "tall, wide = (int(np.round(np.sqrt(1 - lam) * side)) for side in (height, width))"


@exercise(
    cases=[
        {**PAIR, "lam": 0.75, "center": (4, 4)},
        {**PAIR, "lam": 0.75, "center": (0, 5)},
        {**OTHERS, "lam": 0.3, "center": (9, 13)},
        {**OTHERS, "lam": 0.5, "center": (2, 1)},
        {**OTHERS, "lam": 1.0, "center": (2, 1)},
        {**OTHERS, "lam": 0.9, "center": (5, 7)},
        {**OTHERS, "lam": 0.4, "center": (5, 7)},
        {**OTHERS, "lam": 0.2, "center": (0, 13), "y1": np.array([0.9, 0.1]), "y2": np.array([0.2, 0.8])},
    ],
    outputs=("x", "y"),
    slips=edits(
        {
            "This blends the pictures, as mixup does; CutMix pastes a box of the second into the first.": (
                "return x, kept * y1 + (1 - kept) * y2",
                "return lam * x1 + (1 - lam) * x2, lam * y1 + (1 - lam) * y2",
            ),
            "The label counts by lam; want the share of pixels that are really left, which clipping and rounding change.": (
                "kept * y1 + (1 - kept) * y2",
                "lam * y1 + (1 - lam) * y2",
            ),
            "The label counts the whole box; where it was cut off at the border, less was pasted.": (
                "(bottom - top) * (right - left) / (height",
                "tall * wide / (height",
            ),
            "The root is missing: a box of area 1 - lam has sides √(1 - lam) times those of the picture.": (
                "np.sqrt(1 - lam)",
                "(1 - lam)",
            ),
            "The root is of lam: the box has the share 1 - lam.": ("np.sqrt(1 - lam)", "np.sqrt(lam)"),
            "The box is not cut off at the border: a negative start counts from the other end, and nothing is pasted.": [
                ("top, left = max(top, 0), max(left, 0)", "pass"),
                ("min(top + tall, height), min(left + wide, width)", "top + tall, left + wide"),
            ],
            "The start is cut off before the end is taken from it, so the box keeps its full side: first both, then cut.": (
                "bottom, right =",
                "top, left = max(top, 0), max(left, 0)\n    bottom, right =",
            ),
            "The sides are rounded down; want the nearest whole number, round(√(1 - lam) · height).": (
                "np.round(",
                "np.floor(",
            ),
            "An odd side loses a pixel: the box ends a whole side after its start, not side // 2 after the center.": (
                SIDES,
                f"{SIDES}\n    tall, wide = tall // 2 * 2, wide // 2 * 2",
            ),
            "The box begins at the center; want it to begin half a side before.": (
                "center[0] - tall // 2, center[1] - wide // 2",
                "center[0], center[1]",
            ),
            "The shares of the labels are swapped: y1 belongs to what is not pasted over.": (
                "kept * y1 + (1 - kept) * y2",
                "(1 - kept) * y1 + kept * y2",
            ),
            "The first picture's box is pasted into the second; want it the other way round.": [
                ("x1.copy()", "x2.copy()"),
                ("= x2[top", "= x1[top"),
            ],
            "The box is a square with the height's side; want √(1 - lam) times the width across.": (
                "in (height, width))",
                "in (height, height))",
            ),
            "center is (row, column), here it is taken as (column, row).": (
                "center[0] - tall // 2, center[1] - wide // 2",
                "center[1] - tall // 2, center[0] - wide // 2",
            ),
            "The label stays y1: it is to take its share of y2.": ("kept * y1 + (1 - kept) * y2", "y1 + 0"),
        }
    )
    | {"The box is moved inside where it would stick out; want it cut off at the border.": _moved},
)
def cutmix(x1, y1, x2, y2, lam, center):
    """The picture x1 (height, width, channels) with a box of x2 pasted in, and the label to it: x, y.

    The box has round(√(1 - lam) · height) rows and round(√(1 - lam) · width) columns. It begins side // 2 before the
    center (row, column) and is cut off at the border. The label gives y1 the share of the pixels that are still the
    first picture's, and y2 the rest.
    """
    height, width = x1.shape[:2]
    tall, wide = (int(np.round(np.sqrt(1 - lam) * side)) for side in (height, width))
    top, left = center[0] - tall // 2, center[1] - wide // 2
    bottom, right = min(top + tall, height), min(left + wide, width)
    top, left = max(top, 0), max(left, 0)
    x = x1.copy()
    x[top:bottom, left:right] = x2[top:bottom, left:right]
    kept = 1 - (bottom - top) * (right - left) / (height * width)
    return x, kept * y1 + (1 - kept) * y2
