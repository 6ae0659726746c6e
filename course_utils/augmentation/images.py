"""Images: batches (n, height, width, channels) of numbers, the two photos, and rows of flat pixels.

images = unflatten(x, (8, 8))        # (n, 64) -> (n, 8, 8, 1), as `digits()` has them
x = flatten(images)                  # and back
photos(height=128)                   # (2, 128, 192, 3), from 0 to 1: a temple in China and a flower
"""

from functools import cache

import numpy as np

from .._support.extras import live_extra
from .._support.validation import array, fail, integer

ROUNDING = 1e-6


def floats(name, value, shape=None):
    """An array of finite numbers; float32 stays, everything else becomes float64.

    >>> floats("x", np.array([0, 255], dtype=np.uint8))
    array([  0., 255.])
    """
    return array(name, value, shape, np.float32 if getattr(value, "dtype", None) == np.float32 else float)


def batch(name, images):
    """Images as an array (n, height, width, channels); float32 stays, everything else becomes float64.

    >>> batch("images", np.zeros((5, 8, 8, 1))).shape
    (5, 8, 8, 1)
    """
    a = floats(name, images)
    if a.ndim != 4 or not a[0:1].size:
        want = "shape (n, height, width, channels); images[None] for one image, unflatten(x, (8, 8)) for flat digits"
        fail(name, f"an array of shape {a.shape}", want)
    return a


def unit_batch(name, images):
    """The same, where the numbers have to be from 0, black, to 1, white."""
    a = batch(name, images)
    low, high = a.min(), a.max()
    # Interpolation may leave the range by a rounding error.
    if low < -ROUNDING or high > 1 + ROUNDING:
        fail(name, f"values from {low:g} to {high:g}", "0 to 1: divide bytes by 255, and standardize afterwards")
    return a


def pair(name, size):
    """(height, width), given as such or as one number for both.

    >>> pair("size", 5), pair("size", (2, 3))
    ((5, 5), (2, 3))
    """
    both = size if isinstance(size, (tuple, list)) and len(size) == 2 else (size, size)
    return tuple(integer(name, n, low=1) for n in both)


def frame(shape):
    """(height, width, channels) of an image, given as such or, with one channel, as (height, width).

    >>> frame((8, 8)), frame((8, 6, 3))
    ((8, 8, 1), (8, 6, 3))
    """
    if not isinstance(shape, (tuple, list)) or len(shape) not in (2, 3):
        fail("shape", repr(shape), "(height, width) or (height, width, channels)")
    return (*(integer("shape", n, low=1) for n in shape), 1)[:3]


def unflatten(x, shape):
    """Rows of pixels (n, height · width · channels) as images; shape: (height, width) or (height, width, channels).

    >>> unflatten(np.zeros((5, 64)), (8, 8)).shape
    (5, 8, 8, 1)
    """
    shape = frame(shape)
    if np.ndim(x) != 2 or np.shape(x)[1] != np.prod(shape):
        fail("x", f"an array of shape {np.shape(x)}", f"rows of {np.prod(shape)} pixels, for images of shape {shape}")
    return np.reshape(x, (-1, *shape))


def flatten(images):
    """Images as rows of pixels (n, height · width · channels), row by row from the top.

    >>> flatten(np.zeros((5, 8, 8, 1))).shape
    (5, 64)
    """
    images = batch("images", images)
    return images.reshape(len(images), -1)


def photos(height=128):
    """The two photos that come with scikit-learn, scaled to this height: (2, height, width, 3), from 0 to 1.

    height : int from 1 to 427, the height of the originals; they are one and a half times as wide.

    >>> photos(64).shape
    (2, 64, 96, 3)
    """
    if integer("height", height, low=1) > 427:
        fail("height", height, "at most 427, the height of the originals")
    return _photos(int(height)).copy()


@cache
def _photos(height):
    with live_extra():
        from PIL import Image
    from sklearn.datasets import load_sample_images

    pictures = [Image.fromarray(photo) for photo in load_sample_images().images]
    size = round(height * pictures[0].width / pictures[0].height), height
    return np.stack([np.asarray(p.resize(size, Image.Resampling.LANCZOS)) for p in pictures]) / 255
