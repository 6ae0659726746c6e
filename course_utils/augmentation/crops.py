"""Crops: parts of images. Random ones in training, the same five or ten for every image when testing.

Images are (n, height, width, channels); a size is (height, width), or one number for both.
"""

import numpy as np

from .._support.validation import array, fail, generator, integer, number
from .images import batch, pair
from .warping import sample


def crop(images, top, left, size):
    """The part of each image whose first row is `top` and whose first column is `left`.

    top, left : whole numbers, one for all or one each, (n,). The box has to lie within the image.

    >>> crop(np.arange(12.0).reshape(1, 3, 4, 1), top=1, left=2, size=2)[0, :, :, 0]
    array([[ 6.,  7.],
           [10., 11.]])
    """
    images, size = batch("images", images), pair("size", size)
    room = _room(images, size)
    corner = [
        _corners(name, value, len(images), most)
        for name, value, most in zip(("top", "left"), (top, left), room, strict=True)
    ]
    rows, columns = (start[:, None] + np.arange(length) for start, length in zip(corner, size, strict=True))
    return images[np.arange(len(images))[:, None, None], rows[:, :, None], columns[:, None, :]]


def random_crop(images, rng, size=None, pad=0):
    """A part of each image, at a place of its own; every place that fits is equally likely.

    size : of the part; None: that of the images. pad : blank pixels put around the images first, so that parts of full
    size are shifted images. rng : numpy.random.Generator or int

    Sources: Krizhevsky et al., "ImageNet Classification" (2012), 224 of 256; He et al., "Deep Residual Learning"
    (2016), 32 of 32 padded by 4.

    >>> random_crop(np.ones((5, 8, 8, 1)), rng=0, size=6).shape
    (5, 6, 6, 1)
    """
    images, rng = batch("images", images), generator("rng", rng)
    size = images.shape[1:3] if size is None else pair("size", size)
    images = padded(images, pad)
    top, left = (rng.integers(room + 1, size=len(images)) for room in _room(images, size))
    return crop(images, top, left, size)


def random_scaled_crop(images, rng, size, scales=(1.0, 1.5), order=1):
    """A part of each image, after the image was scaled by a factor of its own.

    scales : (low, high), factors > 0; the factor is uniform between them. At `low` the part must still fit:
    size <= low · height and width. The parts are drawn from the source at once, without scaled images in between.

    Source: Simonyan and Zisserman, "Very Deep Convolutional Networks" (2015), "scale jittering". Sources disagree:
    Szegedy et al. (2015) draw the area of the part, 8 to 100 % of the image, and its aspect.

    >>> random_scaled_crop(np.ones((5, 8, 8, 1)), rng=0, size=6).shape
    (5, 6, 6, 1)
    """
    images, rng, size = batch("images", images), generator("rng", rng), pair("size", size)
    low, high = array("scales", scales, shape=(2,))
    if not 0 < low <= high:
        fail("scales", scales, "(low, high) with 0 < low <= high")
    # 0.29 · 100 is a rounding error less than 29.
    if any(n > low * m + 1e-9 for n, m in zip(size, images.shape[1:3], strict=True)):
        fail("size", size, f"at most low · (height, width) = {low:g} · {images.shape[1:3]}")
    factor = rng.uniform(low, high, len(images))
    where = []
    for n, m in zip(size, images.shape[1:3], strict=True):
        start = rng.uniform(0, 1, len(images)) * (m - n / factor)
        where.append(start[:, None] + (np.arange(n) + 0.5) / factor[:, None] - 0.5)
    return sample(images, where[0][:, :, None], where[1][:, None, :], order, outside="edge")


def five_crops(images, size, flips=False):
    """The four corners and the center of each image, for testing: (5, n, height, width, channels).

    flips : also their mirror images, in the same order: ten. Average the net's probabilities over the first axis.

    Source: Krizhevsky et al., "ImageNet Classification" (2012), section 4.1.

    >>> five_crops(np.ones((3, 8, 8, 1)), size=6, flips=True).shape
    (10, 3, 6, 6, 1)
    """
    images, size = batch("images", images), pair("size", size)
    down, right = _room(images, size)
    corners = [(0, 0), (0, right), (down, 0), (down, right), (down // 2, right // 2)]
    views = np.stack([crop(images, top, left, size) for top, left in corners])
    return np.concatenate([views, views[:, :, :, ::-1]]) if flips else views


def padded(images, pad, fill=0.0):
    """Images with `pad` pixels of the number `fill` around them.

    >>> padded(np.ones((1, 2, 2, 1)), 1).shape
    (1, 4, 4, 1)
    """
    around = [integer("pad", pad)] * 2
    return np.pad(batch("images", images), ((0, 0), around, around, (0, 0)), constant_values=number("fill", fill))


def _room(images, size):
    room = [have - want for have, want in zip(images.shape[1:3], size, strict=True)]
    if min(room) < 0:
        fail("size", f"{size[0]} x {size[1]}", f"at most the images' {images.shape[1]} x {images.shape[2]}")
    return room


def _corners(name, value, n, most):
    a = np.asarray(value)
    if a.dtype.kind not in "iu" or a.shape not in ((), (n,)):
        fail(name, f"{a.dtype} of shape {a.shape}", f"a whole number, or one for each image: shape ({n},)")
    if a.size and (a.min() < 0 or a.max() > most):
        fail(name, f"{a.min() if a.min() < 0 else a.max()}", f"0 to {most}: the box has to lie within the image")
    return np.broadcast_to(a, n)
