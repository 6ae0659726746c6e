"""Pooling: a window becomes its largest number, or a whole channel its mean. Nothing here is trained.

Where a convolution says *that* something is there and where, pooling forgets a little of the where.
"""

import numpy as np

from .._support.validation import fail, integer
from ..layers import Layer
from ._windows import lengths, reached_by


class MaxPool2D(Layer):
    """The largest number of each window, channel by channel.

    dx = dout where the maximum was; of equal ones the first wins

    Parameters
    ----------
    shape : (height, width, channels) of one sample, which comes and goes as a flat row
    size : int >= 1, sides of a window; stride : int >= 1, from one window to the next; None: as large as the window.
        What is left over at the far edges is not looked at.

    Source: Ranzato et al., "Unsupervised Learning of Invariant Feature Hierarchies" (2007).

    >>> layer = MaxPool2D((4, 4, 1), 2)
    >>> layer.out_shape, layer.forward(np.arange(16.0)[None])
    ((2, 2, 1), array([[ 5.,  7., 13., 15.]]))
    """

    _n_sides = 2

    def __init__(self, shape, size, stride=None):
        self.shape = lengths("shape", shape, self._n_sides + 1)
        self.size = integer("size", size, low=1)
        self.stride = self.size if stride is None else integer("stride", stride, low=1)
        if self.size > min(self.shape[:-1]):
            fail("size", size, f"at most the sides {self.shape[:-1]}")
        steps = [(n - self.size) // self.stride + 1 for n in self.shape[:-1]]
        self.out_shape = (*steps, self.shape[-1])
        self.n_in, self.n_out = int(np.prod(self.shape)), int(np.prod(self.out_shape))
        sizes = (self.size,) * self._n_sides
        self._reached = [reached for _, reached in reached_by(sizes, steps, self.stride)]

    def forward(self, x, training=False):
        if np.ndim(x) != 2 or np.shape(x)[1] != self.n_in:
            fail("x", f"an array of shape {np.shape(x)}", f"shape (n_samples, {self.n_in})")
        images = x.reshape(-1, *self.shape)
        out, self.winner = None, np.zeros((len(x), *self.out_shape), dtype=int)
        for i, reached in enumerate(self._reached):
            values = images[:, *reached]
            if out is None:
                out = values.copy()
            else:
                self.winner[values > out] = i
                np.maximum(out, values, out=out)
        return out.reshape(len(x), self.n_out)

    def backward(self, dout):
        dout = dout.reshape(self.winner.shape)
        dimages = np.zeros((len(dout), *self.shape), dout.dtype)
        for i, reached in enumerate(self._reached):
            dimages[:, *reached] += np.where(self.winner == i, dout, 0)
        return dimages.reshape(len(dout), self.n_in)

    def pattern(self):
        return self.winner


class MaxPool1D(MaxPool2D):
    """The largest number of each window of a signal: `MaxPool2D` in one dimension. shape : (length, channels)

    >>> MaxPool1D((5, 1), 2).forward(np.array([[1.0, 3.0, 2.0, 0.0, 9.0]]))
    array([[3., 2.]])
    """

    _n_sides = 1


class GlobalMeanPool(Layer):
    """The mean of each channel over all places: how much of it there is, wherever it is.

    shape : (..., channels) of one sample

    Source: Lin, Chen and Yan, "Network in Network" (2013).

    >>> GlobalMeanPool((2, 2)).forward(np.array([[1.0, 10.0, 3.0, 20.0]]))
    array([[ 2., 15.]])
    """

    def __init__(self, shape):
        self.shape = lengths("shape", shape, len(shape) if isinstance(shape, (tuple, list)) else 1)
        self.n_in, self.n_out = int(np.prod(self.shape)), self.shape[-1]
        self.out_shape = (self.n_out,)

    def forward(self, x, training=False):
        if np.ndim(x) != 2 or np.shape(x)[1] != self.n_in:
            fail("x", f"an array of shape {np.shape(x)}", f"shape (n_samples, {self.n_in})")
        return x.reshape(len(x), -1, self.n_out).mean(axis=1)

    def backward(self, dout):
        n_places = self.n_in // self.n_out
        return np.tile(dout / n_places, n_places)
