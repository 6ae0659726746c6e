"""Augmentation: every image a little different each time it is seen, in ways that could occur in reality.

    shaken = Pipeline(partial(random_affine, degrees=10, shift=1), partial(cutout, side=3), shape=(8, 8))
    fit(net, split, opt, augment=shaken)

A step is a function (images, rng, ...) -> images; each image gets its own draw. Images are (n, height, width,
channels). Where pixels move: warping.py; parts of images: crops.py; what hides or mixes them: mixing.py.
Augment before you standardize: these functions take numbers from 0 to 1, or do not care.
"""

import numpy as np

from .._support.validation import array, fail, generator, number
from .images import batch, flatten, frame, unflatten, unit_batch
from .warping import affine, lens


def flip(images, mask=True):
    """Mirror images left to right; mask (n,) of True and False says which, True: all.

    >>> flip(np.array([[[[1.0], [2.0]]]])).ravel()
    array([2., 1.])
    """
    images = batch("images", images)
    mask = np.asarray(mask)
    if mask.dtype != bool or mask.shape not in ((), (len(images),)):
        fail("mask", f"{mask.dtype} of shape {mask.shape}", f"True or False, or one each: shape ({len(images)},)")
    return np.where(mask.reshape(-1, 1, 1, 1), images[:, :, ::-1], images)


def random_flip(images, rng, p=0.5):
    """Mirror each image left to right with probability p. rng : numpy.random.Generator or int

    >>> random_flip(np.array([[[[1.0], [2.0]]]]), rng=0, p=1).ravel()
    array([2., 1.])
    """
    n = len(batch("images", images))
    return flip(images, generator("rng", rng).random(n) < number("p", p, low=0, high=1))


def random_affine(images, rng, degrees=0.0, shift=0.0, stretch=0.0, shear=0.0, **how):
    """Turn, shift, stretch and slant each image by amounts of its own.

    Parameters
    ----------
    images : (n, height, width, channels)
    rng : numpy.random.Generator or int
    degrees : angles uniform in ±degrees
    shift : pixels down and pixels right, each uniform in ±shift
    stretch : factors for height and width, each e^u with u uniform in ±log(1 + stretch): as often smaller as larger
    shear : uniform in ±shear
    how : order, outside and fill of `warping.sample`

    Sources: Simard, Steinkraus and Platt, "Best Practices for Convolutional Neural Networks" (2003), on digits.

    >>> random_affine(np.ones((5, 8, 8, 1)), rng=0, degrees=10, shift=1).shape
    (5, 8, 8, 1)
    """
    n, rng = len(batch("images", images)), generator("rng", rng)
    amounts = {"degrees": degrees, "shift": shift, "stretch": stretch, "shear": shear}
    degrees, shift, stretch, shear = (number(name, value, low=0) for name, value in amounts.items())
    # All are drawn, also those that are 0: to ask for one more must not change the others.
    turned, slanted = rng.uniform(-1, 1, (2, n))
    moved, grown = rng.uniform(-1, 1, (2, n, 2))
    return affine(images, degrees * turned, shift * moved, (1 + stretch) ** grown, shear * slanted, **how)


def random_lens(images, rng, k=0.2, **how):
    """Bend each image as through a lens of its own, k uniform in ±k, below 1/3. how : see `warping.sample`

    >>> random_lens(np.ones((5, 8, 8, 1)), rng=0).shape
    (5, 8, 8, 1)
    """
    n, k = len(batch("images", images)), number("k", k, low=0, below=1 / 3)
    return lens(images, generator("rng", rng).uniform(-k, k, n), **how)


def adjust_colors(images, brightness=0.0, contrast=1.0, saturation=1.0):
    """Change the colors of images from 0 to 1, in this order; what leaves that range is cut off at the end.

    saturation : x_new = gray + saturation · (x - gray),  gray the pixel's mean over its channels
    contrast   : x_new = mean + contrast · (x - mean),    mean over the whole image
    brightness : x_new = x + brightness

    Each a number, or (n,). 1 or 0 change nothing. Sources disagree: Pillow and torchvision weigh red, green and blue by
    .299, .587 and .114 for gray, and multiply for brightness.

    >>> adjust_colors(np.full((1, 1, 1, 3), 0.5), brightness=0.25).ravel()
    array([0.75, 0.75, 0.75])
    """
    x = unit_batch("images", images)
    b, c, s = (
        _each(name, value, len(x), low).astype(x.dtype)
        for name, value, low in (
            ("brightness", brightness, -np.inf),
            ("contrast", contrast, 0),
            ("saturation", saturation, 0),
        )
    )
    gray = x.mean(axis=3, keepdims=True)
    x = gray + s * (x - gray)
    mean = x.mean(axis=(1, 2, 3), keepdims=True)
    return np.clip(mean + c * (x - mean) + b, 0, 1)


def jitter_colors(images, rng, brightness=0.2, contrast=0.2, saturation=0.2):
    """Change the colors of each image from 0 to 1 by amounts of its own.

    brightness : uniform in ±brightness; contrast, saturation : uniform in 1 ± contrast, 1 ± saturation, both <= 1

    Source: Howard, "Some Improvements on Deep Convolutional Neural Network Based Image Classification" (2013).

    >>> jitter_colors(np.full((5, 8, 8, 3), 0.5), rng=0).shape
    (5, 8, 8, 3)
    """
    n, rng = len(unit_batch("images", images)), generator("rng", rng)
    draws = rng.uniform(-1, 1, (3, n))
    brightness = number("brightness", brightness, low=0) * draws[0]
    contrast = 1 + number("contrast", contrast, low=0, high=1) * draws[1]
    return adjust_colors(images, brightness, contrast, 1 + number("saturation", saturation, low=0, high=1) * draws[2])


class Pipeline:
    """Steps one after another, as `fit` wants them: (x, y, rng) -> (x, y).

    Parameters
    ----------
    steps : functions (images, rng) -> images; functools.partial fills in their settings
    mix : function (images, y, rng) -> (images, y) at the end, such as partial(mixup, a=0.2, n_classes=10); None: no
    shape : (height, width) or (height, width, channels) of flat rows, which come back as rows; None: x are images

    >>> augment = Pipeline(random_flip, shape=(8, 8))
    >>> x, y = augment(np.ones((5, 64)), np.arange(5), rng=0)
    >>> x.shape, y
    ((5, 64), array([0, 1, 2, 3, 4]))
    """

    def __init__(self, *steps, mix=None, shape=None):
        for i, step in enumerate(steps):
            if not callable(step):
                fail(f"steps[{i}]", repr(step), "a function, such as partial(random_affine, degrees=10)")
        if mix is not None and not callable(mix):
            fail("mix", repr(mix), "a function, such as partial(mixup, n_classes=10)")
        self.steps, self.mix, self.shape = steps, mix, shape if shape is None else frame(shape)

    def __call__(self, x, y, rng):
        rng = generator("rng", rng)
        images = x if self.shape is None else unflatten(x, self.shape)
        for step in self.steps:
            images = step(images, rng)
        if self.mix:
            images, y = self.mix(images, y, rng)
        return images if self.shape is None else flatten(images), y

    def __repr__(self):
        steps = [*self.steps, *([self.mix] if self.mix else [])]
        return f"Pipeline({', '.join(map(_words, steps))})"


def _words(step):
    """A function, or a partial, as it would be called."""
    if not hasattr(step, "keywords"):
        return getattr(step, "__name__", repr(step))
    settings = [*map(repr, step.args), *(f"{key}={value!r}" for key, value in step.keywords.items())]
    return f"{_words(step.func)}({', '.join(settings)})"


def _each(name, value, n, low):
    """A number for each image, as (n, 1, 1, 1) or (1, 1, 1, 1)."""
    a = array(name, value)
    if a.shape not in ((), (n,)):
        fail(name, f"an array of shape {a.shape}", f"a number, or one for each image: shape ({n},)")
    number(name, float(a.min()), low=low)
    return a.reshape(-1, 1, 1, 1)
