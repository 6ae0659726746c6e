"""Mixing and hiding: cutout, random erasing, mixup and CutMix. Two of them change the labels as well.

    cutout, random_erasing (images, rng) -> images          # a part of each image is hidden; the label stays
    mixup, cutmix (x, y, rng) -> (x, y)                     # two samples become one; so do their labels

Images are (n, height, width, channels). Mixed labels are probabilities (n, n_classes), which softmax_cross_entropy
takes as they are. Every sample gets its own partner, share and box; the papers' programs draw one share a batch.
"""

import numpy as np

from .._support.validation import array, fail, generator, integer, labels, number
from .images import batch, floats, pair

TRIES = 100


# Boxes


def boxes(size, sides, centers):
    """(n, 4) top, bottom, left, right of boxes around centers, cut off at the border; bottom and right are outside.

    size : (height, width) of the image; sides : (n, 2) whole numbers; centers : (n, 2) rows and columns of pixels

    >>> boxes((8, 8), sides=[[4, 4]], centers=[[0, 5]])
    array([[0, 2, 3, 7]])
    """
    sides, centers = (_whole(name, value) for name, value in (("sides", sides), ("centers", centers)))
    if len(centers) != len(sides):
        fail("centers", f"{len(centers)} of them", f"one for each of the {len(sides)} boxes")
    if (sides < 0).any():
        fail("sides", sides.min(), "whole numbers >= 0")
    if (centers < 0).any() or (centers >= size).any():
        fail("centers", centers.tolist()[:3], f"pixels of an image of {size[0]} x {size[1]}")
    start = centers - sides // 2
    low, high = (np.clip(edge, 0, size) for edge in (start, start + sides))
    return np.stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]], axis=1)


def _whole(name, value):
    a = np.asarray(value)
    if a.dtype.kind not in "iu" or a.ndim != 2 or a.shape[1] != 2:
        fail(name, f"{a.dtype} of shape {a.shape}", "whole numbers, two for each box: shape (n, 2)")
    return a


def inside(size, box):
    """(n, height, width, 1) True where a pixel lies in its image's box; box : (n, 4) as `boxes` gives them.

    >>> inside((1, 4), np.array([[0, 1, 1, 3]])).ravel()
    array([False,  True,  True, False])
    """
    top, bottom, left, right = np.asarray(box).T[:, :, None]
    rows, columns = np.arange(size[0]), np.arange(size[1])
    rows, columns = (rows >= top) & (rows < bottom), (columns >= left) & (columns < right)
    return (rows[:, :, None] & columns[:, None, :])[..., None]


def _any_center(rng, size, n):
    return np.stack([rng.integers(m, size=n) for m in size], axis=1)


# One image


def cutout(images, rng, side, fill=0.0):
    """Hide a square of each image: its center is any pixel, and what lies beyond the border is cut off.

    images : (n, height, width, channels); rng : numpy.random.Generator or int; side : (height, width) of the box, or
    one number; fill : what it is filled with, 0 the mean of standardized images

    Source: DeVries and Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout" (2017).

    >>> float(cutout(np.ones((1, 8, 8, 1)), rng=0, side=4).sum())         # 64 pixels but 16
    48.0
    """
    images, side, rng = batch("images", images), pair("side", side), generator("rng", rng)
    size = images.shape[1:3]
    box = boxes(size, np.tile(side, (len(images), 1)), _any_center(rng, size, len(images)))
    return np.where(inside(size, box), images.dtype.type(number("fill", fill)), images)


def cutout_area(n, side):
    """The share of an n x n image that `cutout` hides on average: less than (side / n)², for boxes are cut off.

    (mean over the centers of the length that is left, by n)². Lengths down and across are independent.

    >>> round(cutout_area(32, 16), 4)
    0.1914
    """
    n, side = integer("n", n, low=1), integer("side", side, low=1)
    centers = np.arange(n)
    box = boxes((n, n), np.full((n, 2), side), np.stack([centers, centers], axis=1))
    return float(((box[:, 1] - box[:, 0]).mean() / n) ** 2)


def random_erasing(images, rng, p=0.5, area=(0.02, 0.4), aspect=0.3):
    """Fill a rectangle of each image with noise from 0 to 1, with probability p; it always lies within the image.

    height = √(S · r), width = √(S / r),  S / (height · width of the image) uniform in area,  log r in ±log(aspect)

    A rectangle that does not fit is drawn again, up to 100 times. images : (n, height, width, channels); rng :
    numpy.random.Generator or int; area : (low, high), 0 < low <= high <= 1; aspect : from 0 to 1, the flattest

    Source: Zhong et al., "Random Erasing Data Augmentation" (2017). Sources disagree: in the paper r itself is uniform,
    between aspect and 1 / aspect, which makes most rectangles tall.

    >>> erased = random_erasing(np.zeros((500, 8, 8, 1)), rng=0, p=1)
    >>> bool(0.1 < (erased > 0).mean() < 0.3)
    True
    """
    images, rng = batch("images", images), generator("rng", rng)
    low, high = array("area", area, shape=(2,))
    if not 0 < low <= high <= 1:
        fail("area", area, "(low, high) with 0 < low <= high <= 1")
    number("aspect", aspect, above=0, high=1)
    chosen = rng.random(len(images)) < number("p", p, low=0, high=1)
    size, n = np.array(images.shape[1:3]), int(chosen.sum())
    spread = np.log(aspect)
    # 0 - spread: of -0.0, which is -spread for squares, NumPy says that it is less than 0.
    root, ratio = np.sqrt(rng.uniform(low, high, (n, TRIES)) * size.prod()), rng.uniform(spread, 0 - spread, (n, TRIES))
    sides = np.stack([root * np.exp(ratio / 2), root * np.exp(-ratio / 2)], axis=2).round()
    fits = (sides <= size).all(axis=2)
    sides = np.where(fits.any(axis=1)[:, None], sides[np.arange(n), fits.argmax(axis=1)], 0).astype(int)
    start = rng.integers(size - sides + 1)
    box = np.zeros((len(images), 4), dtype=int)
    box[chosen] = np.stack([start, start + sides], axis=2).reshape(n, 4)
    return np.where(inside(size, box), rng.random(images.shape).astype(images.dtype), images)


# Two images


def mixup(x, y, rng, a=0.2, n_classes=None):
    """Each sample and another of the batch, blended; their labels are blended alike.

    x = lam · x_i + (1 - lam) · x_j,  y = lam · y_i + (1 - lam) · y_j,  lam ~ Beta(a, a)

    Parameters
    ----------
    x : (n, ...) samples of any shape: images, or rows of features
    y : (n,) labels, for which n_classes is needed, or (n, n_classes) probabilities
    rng : numpy.random.Generator or int
    a : > 0. Small: lam is nearly always close to 0 or to 1; 1: uniform; large: close to a half

    Returns
    -------
    x as it came in, y (n, n_classes)

    Source: Zhang et al., "mixup: Beyond Empirical Risk Minimization" (2017). Its program draws one lam a batch.

    >>> x, y = mixup(np.eye(2), np.array([0, 1]), rng=0, n_classes=2)
    >>> np.allclose(x, y)                                        # what is done to x is done to y
    True
    """
    x, y, rng, lam, order = _drawn(x, y, rng, a, n_classes)
    return _blend(x, x[order], lam), _blend(y, y[order], lam)


def mixup_variance(a):
    """The variance of lam ~ Beta(a, a): 1 / (4 · (2a + 1)).

    >>> mixup_variance(1) == 1 / 12                              # uniform
    True
    """
    return 1 / (4 * (2 * number("a", a, above=0) + 1))


def cutmix(images, y, rng, a=1.0, n_classes=None):
    """A rectangle of each image is replaced by the same rectangle of another; labels count by the area that each has.

    sides = √(1 - lam) · (height, width), about a center that is any pixel, cut off at the border
    y = kept · y_i + (1 - kept) · y_j,  kept = the share of the image that is still its own, lam ~ Beta(a, a)

    images : (n, height, width, channels); y, rng, a, n_classes and what it returns: as in `mixup`

    Source: Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers" (2019).

    >>> images = np.array([0.0, 1.0])[:, None, None, None] * np.ones((2, 4, 4, 1))
    >>> x, y = cutmix(images, np.array([0, 1]), rng=0, n_classes=2)
    >>> np.allclose(x.mean(axis=(1, 2, 3)), y[:, 1])             # as much of class 1 as there is of its picture
    True
    """
    images, y, rng, lam, order = _drawn(batch("images", images), y, rng, a, n_classes)
    x, kept = paste(images, images[order], lam, _any_center(rng, images.shape[1:3], len(images)))
    return x, _blend(y, y[order], kept)


def paste(images, others, lam, centers):
    """CutMix without the draws: (images with the boxes of the others pasted in, share of each that is its own).

    images, others : (n, height, width, channels); lam : (n,) shares meant to be kept; centers : (n, 2) pixels

    >>> paste(np.zeros((1, 4, 4, 1)), np.ones((1, 4, 4, 1)), lam=np.array([0.75]), centers=np.array([[0, 2]]))[1]
    array([0.875])
    """
    images, others = batch("images", images), batch("others", others)
    size = images.shape[1:3]
    lam = array("lam", lam, shape=(len(images),))
    number("lam", float(lam.min()), low=0)
    number("lam", float(lam.max()), high=1)
    if others.shape != images.shape:
        fail("others", f"an array of shape {others.shape}", f"the images' shape {images.shape}")
    box = boxes(size, (np.sqrt(1 - lam)[:, None] * size).round().astype(int), centers)
    area = (box[:, 1] - box[:, 0]) * (box[:, 3] - box[:, 2])
    return np.where(inside(size, box), others, images), 1 - area / (size[0] * size[1])


def one_hot(y, n_classes):
    """Labels (n,) as probabilities (n, n_classes): 1 at the label, 0 elsewhere.

    >>> one_hot(np.array([2, 0]), 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    return np.eye(integer("n_classes", n_classes, low=1))[labels("y", y, np.size(y), n_classes)]


def _drawn(x, y, rng, a, n_classes):
    """Samples, their labels as probabilities, the generator, and a share and a partner for each sample."""
    x, rng = floats("x", x, shape=(..., None)), generator("rng", rng)
    n = len(x)
    y = one_hot(y, n_classes) if np.ndim(y) == 1 else array("y", y, shape=(n, n_classes))
    if len(y) != n:
        fail("y", f"{len(y)} labels", f"one for each of the {n} samples")
    return x, y, rng, rng.beta(*[number("a", a, above=0)] * 2, size=n), rng.permutation(n)


def _blend(one, other, share):
    share = share.reshape(-1, *[1] * (one.ndim - 1)).astype(one.dtype if one.dtype.kind == "f" else float)
    return share * one + (1 - share) * other
