"""Warping: images whose pixels move: turned, shifted, stretched, slanted, bent by a lens, resized.

A warp asks backward: for each pixel of the result, where in the source does it come from? That place lies between four
pixels, and is interpolated. Images are (n, height, width, channels). Every setting may be one number, or one for each
image: an array (n,). Sizes are in pixels; a shift is (down, right). Interpolation: scipy.ndimage.
"""

import numpy as np

from .._support.validation import array, choice, fail, number
from .images import batch, pair

# What lies beyond the border: how SciPy calls it.
OUTSIDE = {"fill": "grid-constant", "edge": "nearest", "mirror": "reflect"}


def sample(images, rows, columns, order=1, outside="fill", fill=0.0):
    """New images whose pixel (i, j) is the source at row rows[..., i, j] and column columns[..., i, j].

    Parameters
    ----------
    images : (n, height, width, channels)
    rows, columns : (new_height, new_width), or (n, new_height, new_width); in source pixels, not necessarily whole
    order : 1, between the four pixels around it; 0, the nearest pixel as it is
    outside : beyond the border there is "fill", the "edge" pixel again, or the "mirror" image
    fill : the number for outside="fill"

    Returns
    -------
    (n, new_height, new_width, channels)

    >>> image = np.array([[[[0.0], [1.0]]]])                     # two pixels, black and white
    >>> sample(image, np.zeros((1, 3)), np.array([[0, 0.5, 1]])).ravel()
    array([0. , 0.5, 1. ])
    """
    from scipy.ndimage import map_coordinates

    images = batch("images", images)
    mode = OUTSIDE[choice("outside", outside, OUTSIDE)]
    n, channels = len(images), images.shape[3]
    rows, columns = array("rows", rows), array("columns", columns)
    try:
        where = np.broadcast_arrays(rows, columns)
    except ValueError:
        fail("columns", f"an array of shape {columns.shape}", f"one that goes with rows of shape {rows.shape}")
    if where[0].ndim not in (2, 3) or not where[0].size or (where[0].ndim == 3 and len(where[0]) not in (1, n)):
        fail("rows", f"an array of shape {where[0].shape}", f"shape (new_height, new_width), or ({n}, ...) before it")
    # A channel is a picture of its own; that the first coordinate is whole keeps them apart.
    planes = np.moveaxis(images, 3, 1).reshape(n * channels, *images.shape[1:3])
    shape = where[0].shape[-2:]
    at = np.empty((3, n, channels, *shape))
    at[0] = np.arange(n * channels).reshape(n, channels, 1, 1)
    at[1:] = [w.reshape(-1, 1, *shape) for w in where]
    at = at.reshape(3, n * channels, *shape)
    order, fill = int(choice("order", order, (0, 1))), number("fill", fill)
    out = map_coordinates(planes, at, order=order, mode=mode, cval=fill)
    return np.moveaxis(out.reshape(n, channels, *shape), 1, 3)


def affine(images, degrees=0.0, shift=(0.0, 0.0), stretch=(1.0, 1.0), shear=0.0, order=1, outside="fill", fill=0.0):
    """Images stretched, then slanted, then turned about their center, then shifted.

    p_new = center + shift + A · (p - center),  A = rotation(degrees) · slant(shear) · diag(stretch)

    Parameters
    ----------
    images : (n, height, width, channels)
    degrees : counterclockwise; a number, or (n,)
    shift : (down, right) in pixels; (2,), or (n, 2)
    stretch : (taller, wider), factors > 0; (2,), or (n, 2)
    shear : by how many pixels a row moves to the right for each row that it stands higher; a number, or (n,)
    order, outside, fill : see `sample`

    Returns
    -------
    images of the same shape

    >>> image = np.array([[0, 0, 0], [0, 1, 2], [0, 0, 0.0]])[None, :, :, None]
    >>> affine(image, degrees=90)[0, :, :, 0].round(6) + 0       # what was at the right is at the top
    array([[0., 2., 0.],
           [0., 1., 0.],
           [0., 0., 0.]])
    """
    images = batch("images", images)
    n, height, width, _ = images.shape
    degrees, shear = _each("degrees", degrees, n), _each("shear", shear, n)
    shift, stretch = _each("shift", shift, n, 2), _each("stretch", stretch, n, 2)
    if (stretch <= 0).any():
        fail("stretch", f"{stretch.min():g}", "factors > 0")
    back = np.linalg.inv(matrices(degrees, stretch, shear))
    center = np.array([height - 1, width - 1]) / 2
    down, right = np.indices((height, width), sparse=True)
    down, right = (v - (center[i] + shift[:, i])[:, None, None] for i, v in enumerate((down, right)))
    rows, columns = (back[:, i, 0, None, None] * down + back[:, i, 1, None, None] * right + center[i] for i in (0, 1))
    # Rounding must not push a pixel of the border out of the picture.
    return sample(images, rows.round(9), columns.round(9), order, outside, fill)


def matrices(degrees, stretch, shear):
    """(n, 2, 2) matrices A = rotation · slant · stretch that act on (down, right) from the center.

    degrees, shear : (n,); stretch : (n, 2)

    >>> matrices(np.array([90.0]), np.ones((1, 2)), np.zeros(1))[0].round(6) @ [0, 1] + 0    # right goes up
    array([-1.,  0.])
    """
    turn = np.radians(degrees)
    cos, sin = np.cos(turn), np.sin(turn)
    rotation = np.moveaxis(np.array([[cos, -sin], [sin, cos]]), 2, 0)
    slant = np.zeros((len(turn), 2, 2)) + np.eye(2)
    slant[:, 1, 0] = -shear
    return rotation @ slant * stretch[:, None, :]


def lens(images, k=0.0, order=1, outside="fill", fill=0.0):
    """Images as through a lens that bends straight lines: a barrel for k > 0, a pincushion for k < 0.

    r_source = r · (1 + k · r²),  r the distance from the center, 1 in the corners

    images : (n, height, width, channels); k : > -1/3, where the corners fold over, a number or (n,); the rest: `sample`

    The first term of the radial model of Brown, "Decentering Distortion of Lenses" (1966). Sources disagree which of
    the two images is on which side of the formula: here it finds the source, as a warp needs it.

    >>> bent = lens(np.ones((1, 5, 5, 1)), k=0.5)[0, :, :, 0]
    >>> bent[2, 2], bent[0, 0]                                   # the corners come from beyond the border
    (np.float64(1.0), np.float64(0.0))
    """
    images = batch("images", images)
    n, height, width, _ = images.shape
    k = _each("k", k, n)
    if (k <= -1 / 3).any():
        fail("k", f"{k.min():g}", "numbers > -1/3")
    center = np.array([height - 1, width - 1]) / 2
    down, right = np.indices((height, width)) - center[:, None, None]
    square = (down**2 + right**2) / max(center @ center, 1e-12)
    factor = 1 + k[:, None, None] * square
    return sample(images, center[0] + factor * down, center[1] + factor * right, order, outside, fill)


def resize(images, size, order=1):
    """Images scaled to another size, each pixel a small square: the corners of the pictures stay their corners.

    size : (height, width), or one number for both. Much smaller sizes skip pixels: average blocks, or blur, before.

    >>> resize(np.array([[[[0.0], [1.0]]]]), (1, 4)).ravel()
    array([0.  , 0.25, 0.75, 1.  ])
    """
    images, size = batch("images", images), pair("size", size)
    rows, columns = ((np.arange(m) + 0.5) * old / m - 0.5 for m, old in zip(size, images.shape[1:3], strict=True))
    return sample(images, rows[:, None], columns[None, :], order, outside="edge")


def _each(name, value, n, *width):
    """A setting for each of n images, (n, *width), from one for all or from one each."""
    a = array(name, value)
    if a.shape not in ((), width, (n, *width)) or (width and not a.ndim):
        one = "two numbers" if width else "a number"
        fail(name, f"an array of shape {a.shape}", f"{one}, or one for each image: shape {(n, *width)}")
    return np.broadcast_to(a, (n, *width))
