"""Convolutional layers: the weights of a small dense layer, shared by all windows.

    conv = Conv1D((40, 1), n_filters=16, size=5, rng=rng)     # 40 numbers of one channel -> (36, 16)
    pool = MaxPool1D(conv.out_shape, 2)                       # -> (18, 16)
    net = Network([conv, ReLU(), pool, Dense(pool.n_out, 10, rng=rng)])

A network hands on flat rows, (n_samples, n_features). So each of these layers is told the shape of one sample, channels
last, and takes and gives flat rows of it; `out_shape` is what the next layer is told.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .._support.validation import array, choice, fail, generator, integer
from ..initializers import he
from ..layers import Layer
from ._windows import lengths, reached_by


class Conv2D(Layer):
    """Every window of an image through the same weights: what a filter has learned at one place, it finds at all.

    out[i, j] = Σ over the window at (i · stride, j · stride) of x · W, + b
    dW = windowsᵀ · dout,  db = Σ dout,  dx = the windows' gradients dout · Wᵀ, added up where windows overlap

    Like all libraries' convolutions it does not flip the filter: mathematics calls that a cross-correlation.

    Parameters
    ----------
    shape : (height, width, channels) of one sample
    n_filters : int >= 1, channels that come out
    size : (height, width) of a window, or one number for both
    stride : int >= 1, pixels from one window to the next
    padding : int >= 0, zeros added on each side; or "same": with stride 1 the image keeps its size, which must be odd
        for the window
    init : function (n_in, n_out, rng) -> W. W has shape (size · channels, n_filters): n_in is what one unit adds up.
    rng : numpy.random.Generator or int

    Attributes
    ----------
    out_shape : (height, width, n_filters), each length (length + 2 · padding - size) // stride + 1

    Source: LeCun et al., "Backpropagation Applied to Handwritten Zip Code Recognition" (1989).

    >>> layer = Conv2D((8, 8, 1), n_filters=4, size=3, rng=0)
    >>> layer, layer.out_shape, layer.W.shape
    (Conv2D(64, 144), (6, 6, 4), (9, 4))
    """

    params = ("W", "b")
    _n_sides = 2

    def __init__(self, shape, n_filters, size, stride=1, padding=0, init=he, rng=None):
        self.shape = lengths("shape", shape, self._n_sides + 1)
        sides, channels = self.shape[:-1], self.shape[-1]
        self.size = lengths("size", size, self._n_sides)
        self.stride = integer("stride", stride, low=1)
        self.padding = self._pads(padding)
        n_filters = integer("n_filters", n_filters, low=1)
        padded = [n + 2 * pad for n, pad in zip(sides, self.padding, strict=True)]
        if any(size > n for size, n in zip(self.size, padded, strict=True)):
            fail("size", self.size, f"at most the padded sides {tuple(padded)}")
        steps = [(n - size) // self.stride + 1 for n, size in zip(padded, self.size, strict=True)]
        self.out_shape = (*steps, n_filters)
        self.n_in, self.n_out = int(np.prod(self.shape)), int(np.prod(self.out_shape))
        fan_in = int(np.prod(self.size)) * channels
        if not callable(init):
            fail("init", repr(init), "a function (n_in, n_out, rng) -> W, such as initializers.he")
        W = init(fan_in, n_filters, generator("rng", rng))
        self.W = array("init(n_in, n_out, rng)", W, shape=(fan_in, n_filters)).copy()
        self.b = np.zeros(n_filters)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)

    def forward(self, x, training=False):
        if np.ndim(x) != 2 or np.shape(x)[1] != self.n_in:
            fail("x", f"an array of shape {np.shape(x)}", f"shape (n_samples, {self.n_in})")
        images = np.pad(x.reshape(-1, *self.shape), [(0, 0), *((pad, pad) for pad in self.padding), (0, 0)])
        axes = tuple(range(1, 1 + self._n_sides))
        steps = (slice(None), *(slice(None, None, self.stride) for _ in axes))
        windows = sliding_window_view(images, self.size, axis=axes)[steps]  # (n, *steps, channels, *size)
        windows = np.moveaxis(windows, 1 + self._n_sides, -1)
        self._padded_shape = images.shape
        self.windows = windows.reshape(-1, len(self.W))  # a copy: what was a view becomes one matrix
        out = self.windows @ self.W
        out += self.b
        return out.reshape(len(x), self.n_out)

    def backward(self, dout, input_grad=True):
        dout = dout.reshape(-1, self.out_shape[-1])
        np.matmul(self.windows.T, dout, out=self.dW)
        np.add.reduce(dout, axis=0, out=self.db)
        return self._fold(dout @ self.W.T) if input_grad else None

    def _fold(self, dwindows):
        """∂loss/∂x from the gradients of all windows: each adds its own to the pixels that it covers."""
        n, steps = self._padded_shape[0], self.out_shape[:-1]
        dwindows = dwindows.reshape(n, *steps, *self.size, self.shape[-1])
        dimages = np.zeros(self._padded_shape, dwindows.dtype)
        for offset, reached in reached_by(self.size, steps, self.stride):
            dimages[:, *reached] += dwindows[(slice(None), *(slice(None) for _ in steps), *offset)]
        inside = [slice(pad, pad + length) for pad, length in zip(self.padding, self.shape[:-1], strict=True)]
        return dimages[:, *inside].reshape(n, self.n_in)

    def _pads(self, padding):
        if isinstance(padding, str):
            choice("padding", padding, ("same",))
            if self.stride != 1 or not all(size % 2 for size in self.size):
                fail("padding", f"'same' with size {self.size} and stride {self.stride}", "odd sizes and stride 1")
            return tuple(size // 2 for size in self.size)
        return (integer("padding", padding),) * self._n_sides


class Conv1D(Conv2D):
    """Every window of a signal through the same weights: `Conv2D` in one dimension.

    shape : (length, channels) of one sample; size : numbers in a window; all else as in Conv2D.

    >>> layer = Conv1D((40, 1), n_filters=16, size=5, padding="same", rng=0)
    >>> layer, layer.out_shape, layer.n_params
    (Conv1D(40, 640), (40, 16), 96)
    """

    _n_sides = 1
