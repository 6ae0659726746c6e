"""Fractional max pooling: shrink images by a factor between 1 and 2, over regions that are drawn at random.

Plain 2 x 2 pooling halves an image; a net can do that only a few times. Here each side shrinks from n_in to n_out <=
n_in <= 2 · n_out: regions are one or two pixels wide, in an order that is another one at each draw. So a net sees an
image a little stretched in places, differently each time: augmentation inside the net.

Source: Graham, "Fractional Max-Pooling" (2014).
"""

import numpy as np

from .._support.validation import array, choice, fail, generator, integer, number
from ..layers import Layer
from .images import batch, frame, pair

KINDS = ("random", "pseudorandom")


def random_edges(n_in, n_out, rng):
    """(n_out + 1,) where regions begin and end, from 0 to n_in: n_in - n_out twos, the rest ones, in random order.

    n_out regions of one or two pixels that add up to n_in: twos + ones = n_out and 2 · twos + ones = n_in, so there are
    n_in - n_out twos and 2 · n_out - n_in ones. In the paper edges run from 1 to n_in, which leaves the last pixel out
    where regions are disjoint; TensorFlow, like this, runs them over all pixels.

    >>> random_edges(8, 5, rng=0)
    array([0, 2, 3, 4, 6, 8])
    """
    n_in, n_out = _lengths(n_in, n_out)
    steps = np.repeat([2, 1], [n_in - n_out, 2 * n_out - n_in])
    return np.concatenate([[0], generator("rng", rng).permutation(steps).cumsum()])


def pseudorandom_edges(n_in, n_out, u=0.5):
    """(n_out + 1,) edges from 0 to n_in that are as even as whole numbers allow: ⌈alpha · (i + u)⌉ - ⌈alpha · u⌉.

    alpha = n_in / n_out; u, from 0 to below 1, is the one number that is drawn. As many twos as `random_edges`.

    >>> pseudorandom_edges(8, 5, u=0.5)
    array([0, 2, 3, 5, 7, 8])
    """
    n_in, n_out = _lengths(n_in, n_out)
    # u as a whole number of billionths: the ceiling of a float loses a region where alpha · u should be whole, but is a
    # rounding error above it.
    billionths = round(number("u", u, low=0, below=1) * 10**9)
    edges = -(-n_in * (np.arange(n_out + 1) * 10**9 + billionths) // (n_out * 10**9))
    return edges - edges[0]


def regions(edges, overlapping=True):
    """(n_out, 2) first pixel and the one after the last of each region.

    overlapping : a region also takes the first pixel of the next one; the last region has no next one.

    >>> regions(np.array([0, 2, 3]))
    array([[0, 3],
           [2, 3]])
    """
    start, stop = edges[:-1], edges[1:]
    return np.stack([start, np.minimum(stop + bool(overlapping), edges[-1])], axis=1)


def max_pool(images, rows, columns):
    """(largest value of each region, where it is): region (i, j) is rows[i] x columns[j].

    images : (n, height, width, channels); rows : (n_out, 2), columns : (m_out, 2) as `regions` gives them

    Returns
    -------
    out : (n, n_out, m_out, channels)
    where : of the same shape, the index in images.ravel(); of equal ones the first

    >>> max_pool(np.arange(9.0).reshape(1, 3, 3, 1), rows=[[0, 2], [2, 3]], columns=[[0, 3]])[0].ravel()
    array([5., 8.])
    """
    return _max_pool(batch("images", images), rows, columns)


def max_pool_backward(dout, where, shape):
    """∂loss/∂images, of this shape: each number of dout goes to where its maximum was; what meets there adds up.

    >>> max_pool_backward(np.array([1.0, 2.0, 4.0]), np.array([0, 2, 2]), (1, 1, 3, 1)).ravel()
    array([1., 0., 6.])
    """
    sums = np.bincount(where.ravel(), weights=dout.ravel(), minlength=int(np.prod(shape)))
    return sums.reshape(shape).astype(dout.dtype, copy=False)


class FractionalMaxPool2D(Layer):
    """Fractional max pooling: the largest value of each region, regions one or two pixels wide.

    training:  new regions at each forward pass, the same for all images of the batch
    test:      one set of regions, the pseudorandom one with u = 1/2. The paper also averages the answers of a net over
               several draws: forward(x, training=True) gives them.
    dx = dout where the maximum was, summed where regions overlap

    Parameters
    ----------
    size : (height, width) of what comes out, or one number for both
    kind : "random", or "pseudorandom": more even
    overlapping : whether a region also takes the first row and column of the next
    rng : numpy.random.Generator or int
    shape : (height, width) or (height, width, channels) of flat rows, which come out flat as well, for use in a
        Network; None: images

    Raises
    ------
    ValueError
        A size that is not from a half of the image up to all of it.

    Source: Graham, "Fractional Max-Pooling" (2014); his best results are with overlapping regions. PyTorch's layer of
    that name draws regions for each image and channel, all of the same width.

    >>> layer = FractionalMaxPool2D(5, rng=0)
    >>> layer.forward(np.ones((3, 8, 8, 1)), training=True).shape
    (3, 5, 5, 1)
    >>> FractionalMaxPool2D(5, rng=0, shape=(8, 8, 1))
    FractionalMaxPool2D(64, 25)
    """

    differs_in_training = True

    def __init__(self, size, kind="random", overlapping=True, rng=None, shape=None):
        self.size, self.kind = pair("size", size), choice("kind", kind, KINDS)
        self.overlapping = bool(choice("overlapping", overlapping, (True, False)))
        self.rng, self.shape = generator("rng", rng), shape if shape is None else frame(shape)
        if self.shape:
            self._fits(self.shape)
            self.n_in, self.n_out = int(np.prod(self.shape)), int(np.prod(self.size)) * self.shape[2]

    def forward(self, x, training=False):
        images = self._images(x)
        self.images_shape = images.shape
        self._fits(images.shape[1:])
        lengths = zip(images.shape[1:3], self.size, strict=True)
        self.edges = [self._edges(n_in, n_out, training) for n_in, n_out in lengths]
        # Whether the numbers are finite is not asked: a run that diverges is to end without an error.
        out, self.where = _max_pool(images, *(regions(edges, self.overlapping) for edges in self.edges))
        return out if self.shape is None else out.reshape(len(out), -1)

    def backward(self, dout):
        dx = max_pool_backward(dout, self.where, self.images_shape)
        return dx if self.shape is None else dx.reshape(len(dx), -1)

    def pattern(self):
        return self.where

    def _images(self, x):
        x = np.asarray(x)
        if self.shape is not None and x.shape[1:] == (self.n_in,):
            return x.reshape(-1, *self.shape)
        if self.shape is not None or x.ndim != 4:
            want = f"(n, {self.n_in})" if self.shape else "(n, height, width, channels)"
            fail("x", f"an array of shape {x.shape}", f"shape {want}")
        return x

    def _fits(self, shape):
        if not all(n_out <= n_in <= 2 * n_out for n_in, n_out in zip(shape[:2], self.size, strict=True)):
            fail("size", self.size, f"from a half to all of the images' {shape[0]} x {shape[1]}")

    def _edges(self, n_in, n_out, training):
        if training and self.kind == "random":
            return random_edges(n_in, n_out, self.rng)
        return pseudorandom_edges(n_in, n_out, self.rng.random() if training else 0.5)

    def __repr__(self):
        return super().__repr__() if self.shape else f"FractionalMaxPool2D({self.size[0]} x {self.size[1]})"


def _max_pool(images, rows, columns):
    n, height, width, channels = images.shape
    rows, columns = _pixels("rows", rows, height), _pixels("columns", columns, width)
    flat = (rows[:, None, :, None] * width + columns[None, :, None, :]).reshape(len(rows), len(columns), -1)
    values = images.reshape(n, height * width, channels)[:, flat]  # (n, n_out, m_out, pixels, channels)
    best = values.argmax(axis=3)
    out = np.take_along_axis(values, best[:, :, :, None], axis=3)[:, :, :, 0]
    i, j = np.indices(flat.shape[:2])
    pixel = flat[i[..., None], j[..., None], best]
    return out, (np.arange(n)[:, None, None, None] * height * width + pixel) * channels + np.arange(channels)


def _lengths(n_in, n_out):
    n_in, n_out = integer("n_in", n_in, low=1), integer("n_out", n_out, low=1)
    if not n_out <= n_in <= 2 * n_out:
        fail("n_out", n_out, f"from half of n_in = {n_in} to all of it")
    return n_in, n_out


def _pixels(name, spans, length):
    """(n_out, widest) the pixels of each region; one that is narrower has its last pixel more than once."""
    spans = array(name, spans, shape=(None, 2), dtype=int)
    if not spans.size or (spans[:, 0] < 0).any() or (spans[:, 1] > length).any() or (spans[:, 0] >= spans[:, 1]).any():
        fail(name, spans.tolist()[:3], f"first pixels and ends with 0 <= first < end <= {length}")
    offsets = np.arange((spans[:, 1] - spans[:, 0]).max())
    return np.minimum(spans[:, :1] + offsets, spans[:, 1:] - 1)
