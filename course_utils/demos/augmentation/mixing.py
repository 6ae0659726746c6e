"""Cutout, random erasing, mixup and CutMix on two pictures, and their labels as bars."""

import numpy as np

from ...augmentation import boxes, inside, paste
from ...live import Point, live
from ...plots import THEORY, TRAIN, VAL
from .shared import SQUARE, as_seen, picture, sheet, show

METHODS = ("cutout", "random erasing", "mixup", "CutMix")
PAIRS = {"temple and flower": "photos", "a three and an eight": "digits"}
NAMES = {"photos": ("temple", "flower"), "digits": ("three", "eight")}
CENTER = 0.8, 0.75  # where the box is at first: near a corner


@live(size=(9.6, 3.9), alt="Two small photos, the photo that is mixed from them, and the new label as two bars")
def mixing(fig):
    """Two pictures become one, and so do their labels. Click into the large picture to place the box.

    share is how much of the first picture is to stay: lam. Read under the figure how much does.
    """
    axes = fig.subplot_mosaic([["one", "mix", "bars"], ["other", "mix", "bars"]], width_ratios=[1, 2.1, 1.4])
    titles = {"one": "First", "other": "Second", "mix": "What the net gets"}
    first, second, mix = (show(axes[name], title, SQUARE) for name, title in titles.items())
    (frame,) = axes["mix"].plot([], [], color=THEORY, lw=1.5)
    axes["mix"].set(xlim=SQUARE[:2], ylim=SQUARE[2:])
    bars = axes["bars"].bar(["first", "second"], [0, 0], width=0.6, color=[TRAIN, VAL])
    bars[1].set_hatch("//")
    bars[1].set_edgecolor("white")
    axes["bars"].set(title="Its label", xlabel="picture", ylabel="probability", ylim=(0, 1.09))
    axes["bars"].set_yticks([0, 0.25, 0.5, 0.75, 1])
    numbers = [axes["bars"].text(i, 0, "", ha="center", va="bottom", size=9) for i in range(2)]

    def update(
        method: list(METHODS) = "CutMix",
        pictures: PAIRS = "photos",
        share: (0.0, 1.0) = 0.7,
        aspect: (0.3, 3.3) = 1.0,
        center: Point(axes=1) = CENTER,
    ):
        one, other = pair(pictures)
        new, label, box, words = mixed(method, one, other, share, aspect, _pixel(center, one))
        frame.set_data(*_around(box, one.shape[1:3]))
        for image, x in (first, one), (second, other), (mix, new):
            image.set_data(as_seen(x))
        for bar, number, value in zip(bars, numbers, (label, 1 - label), strict=True):
            bar.set_height(value)
            number.set(y=value, text=f"{value:.0%}")
        names = NAMES[pictures]
        told = f"Label: {label:.0%} {names[0]}, {1 - label:.0%} {names[1]}." if label < 1 else f"Label: {names[0]}."
        return [first, second, mix, frame, *bars, *numbers], f"{words} {told}"

    return update


def mixed(method, one, other, share, aspect, center):
    """(image, share of the first label, box, words) for one pair of images (1, height, width, channels)."""
    size, center = one.shape[1:3], np.array([center])
    if method == "mixup":
        words = f"Blended: {share:.2f} of the first and {1 - share:.2f} of the second."
        return share * one + (1 - share) * other, share, np.zeros((1, 4)), words
    sides = np.sqrt((1 - share) * np.prod(size) * np.array([[aspect, 1 / aspect]]))
    if method == "random erasing":
        sides = np.minimum(sides.round().astype(int), size)
        # This box always lies within the picture; the others are cut off at the border.
        center = np.clip(center, sides // 2, size - sides + sides // 2)
        box = boxes(size, sides, np.minimum(center, np.array(size) - 1))
        new = np.where(inside(size, box), np.random.default_rng(0).random(one.shape), one)
        return new, 1.0, box, f"A box of {_times(sides)} pixels hides {_share(box, size):.1%}; the label stays."
    sides = (np.sqrt([[1 - share]]) * size).round().astype(int)
    box = boxes(size, sides, center)
    if method == "cutout":
        new = np.where(inside(size, box), 0.0, one)
        return new, 1.0, box, f"A box of {_times(sides)} pixels hides {_share(box, size):.1%}; the label stays."
    new, kept = paste(one, other, np.array([share]), center)
    return new, float(kept[0]), box, f"lam = {share:.2f}; {kept[0]:.1%} of the pixels are the first picture's."


def label_of(method, share, center=CENTER, pictures="photos"):
    """The share of the first picture in the label, the box as square as it starts."""
    one, other = pair(pictures)
    return mixed(method, one, other, share, 1.0, _pixel(center, one))[1]


def _times(sides):
    return f"{sides[0, 0]} x {sides[0, 1]}"


def _share(box, size):
    return inside(size, box).mean()


def _around(box, size):
    """The corners of a box on the page; none if it is empty."""
    top, bottom, left, right = box[0] / np.array([size[0], size[0], size[1], size[1]])
    if top == bottom or left == right:
        return [], []
    return [left, right, right, left, left], [1 - bottom, 1 - bottom, 1 - top, 1 - top, 1 - bottom]


def pair(name):
    """Two images (1, height, width, channels)."""
    if name == "photos":
        return picture("temple")[:, :, 20:180], picture("flower")[:, :, 32:192]
    x, y = sheet()
    return tuple(x[np.flatnonzero(y == k)[:1]] for k in (3, 8))


def _pixel(center, image):
    """(row, column) of a place on the page."""
    size = np.array(image.shape[1:3])
    place = np.array([1 - center[1], center[0]]) * size
    return np.clip(place.astype(int), 0, size - 1)
