"""Checker of chapter 14: a random crop, judged by where it lands."""

import inspect

import numpy as np

from .base import CORRECT, NOT_DONE, NOT_YET, Verdict, checker
from .compare import Outcome, differences

HEIGHT, WIDTH, SIZE, CALLS = 6, 9, 4, 600
ROOM = HEIGHT - SIZE, WIDTH - SIZE
IMAGE = np.arange(HEIGHT * WIDTH * 2.0).reshape(HEIGHT, WIDTH, 2)
CENTER = ROOM[0] // 2, ROOM[1] // 2
FIVE = {(0, 0), (0, ROOM[1]), (ROOM[0], 0), ROOM, CENTER}


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


_reference_crop = _crop_at(lambda rng, down, across: (rng.integers(down + 1), rng.integers(across + 1)))


@checker(
    _reference_crop,
    slips={
        "The last row or column is never part of a crop: rng.integers and int() leave out the upper end.": _crop_at(
            lambda rng, down, across: (rng.integers(down), rng.integers(across))
        ),
        "Row and column are the same draw: crops lie on a diagonal only. Draw twice.": _crop_at(
            lambda rng, down, across: (rng.integers(min(down, across) + 1),) * 2
        ),
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
    except Exception as e:  # the learner's function may do anything
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
    if other := next((type(crop).__name__ for crop in found if not isinstance(crop, np.ndarray)), None):
        return f"It returns a {other}, want one array: the crop alone."
    shapes = {np.shape(crop) for crop in found}
    if shapes == {(SIZE, SIZE, 2)}:
        return ""
    if (SIZE, SIZE, 2) in shapes:
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
    if max(rows) < ROOM[0] or max(columns) < ROOM[1]:
        return "The last row or column is never part of a crop: rng.integers and int() leave out the upper end."
    missing = (ROOM[0] + 1) * (ROOM[1] + 1) - len(seen)
    return f"{missing} places never come, corner {min(set(np.ndindex(3, 6)) - seen)} for one." if missing else ""


def _count_fault(places):
    counts = [places.count(place) for place in set(places)]
    # 33 each on average: twice as many, or half, is not chance.
    uneven = max(counts) > 2 * CALLS / len(counts) or min(counts) < CALLS / len(counts) / 2
    return "Some places are drawn far more often than others; want every place equally likely." if uneven else ""
