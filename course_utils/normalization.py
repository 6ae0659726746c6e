"""Normalization layers: give activations mean 0 and variance 1 inside the net, then let it learn scale and shift.

    z = (x - μ) / √(σ² + eps)         # μ, σ² over the entries that share statistics; σ² divided by their number
    out = gamma · z + beta

The layers differ in one thing alone: which entries share μ and σ². Arrays are (n_samples, n) or, with positions
(pixels, time steps), (n_samples, ..., n): the channels come last, always; gamma and beta have a number for each.

    BatchNorm       one channel, over all samples and positions: the samples of a batch see each other
    LayerNorm       one sample at one position, over all channels
    GroupNorm       one sample, over all positions and a group of neighboring channels
    InstanceNorm    one sample and one channel, over all positions

Only BatchNorm behaves differently in training, because only there a sample's output depends on the rest of the batch.
Chapter 11.
"""

import numpy as np

from ._support.validation import fail, integer, number
from .layers import Layer


def standardize(x, axes, eps=1e-5):
    """(z, scale, mean, variance): x with mean 0 and variance 1 over the axes, and what that took.

    scale = 1 / √(variance + eps),  z = (x - mean) · scale

    The variance is divided by the number of entries. Where it and eps are both 0, the scale is 0 and so is z.

    x : array; axes : tuple of int; eps : float >= 0, in the units of x squared

    >>> standardize(np.array([[1.0, 5.0], [3.0, 5.0]]), axes=(0,), eps=0)[0]
    array([[-1.,  0.],
           [ 1.,  0.]])
    """
    mean = x.mean(axis=axes, keepdims=True)
    z = x - mean
    variance = np.square(z).mean(axis=axes, keepdims=True)
    scale = _inverse_root(variance, eps)
    z *= scale
    return z, scale, mean, variance


def standardize_backward(dz, z, scale, axes):
    """∂loss/∂x from dz = ∂loss/∂z, in short form: what dz has in common with 1 and with z is taken off.

    dx = scale · (dz - mean(dz) - z · mean(dz · z)),  means over the axes

    Source: Ioffe and Szegedy, "Batch Normalization" (2015), section 3, with their six lines put together.

    >>> z, scale, _, _ = standardize(np.array([[1.0], [3.0], [8.0]]), axes=(0,))
    >>> bool(abs(standardize_backward(2 + 3 * z, z, scale, (0,))).max() < 1e-5)   # shift and scale leave no trace
    True
    """
    shift, stretch = (v.mean(axis=axes, keepdims=True) for v in (dz, dz * z))
    return scale * (dz - shift - z * stretch)


def standardize_backward_graph(dz, x, axes, eps=1e-5):
    """∂loss/∂x from dz = ∂loss/∂z, in graph form: node by node, as chapter 01 goes back through any formula.

    centered = x - mean,  variance = mean(centered²),  scale = (variance + eps)^(-1/2),  z = centered · scale

    Slower than the short form and equal to it. eps > 0, or no variance 0.

    >>> x, dz = np.array([[1.0], [3.0], [8.0]]), np.array([[1.0], [0.0], [0.0]])
    >>> z, scale, _, _ = standardize(x, axes=(0,))
    >>> np.allclose(standardize_backward_graph(dz, x, (0,)), standardize_backward(dz, z, scale, (0,)))
    True
    """
    centered = x - x.mean(axis=axes, keepdims=True)
    variance = (centered**2).mean(axis=axes, keepdims=True)
    scale = (variance + eps) ** -0.5
    dscale = (dz * centered).sum(axis=axes, keepdims=True)
    dvariance = dscale * -0.5 * (variance + eps) ** -1.5
    # Two ways lead back to centered: z, and the mean of its squares over x.size / variance.size entries.
    dcentered = dz * scale + dvariance * 2 * centered * variance.size / x.size
    return dcentered - dcentered.mean(axis=axes, keepdims=True)


class Normalization(Layer):
    """Base of the normalization layers: gamma and beta, trained; they start at 1 and 0."""

    params = ("gamma", "beta")

    def __init__(self, n, eps=1e-5):
        self.n_in = self.n_out = integer("n", n, low=1)
        self.eps = number("eps", eps, low=0)
        self.gamma, self.beta = np.ones(n), np.zeros(n)
        self.dgamma, self.dbeta = np.zeros(n), np.zeros(n)

    def forward(self, x, training=False):
        x = self._fits(x)
        shape = self._shape(x)
        self.z, self.scale, _, _ = standardize(x.reshape(shape), self._axes(x), self.eps)
        self.z = self.z.reshape(x.shape)
        return self.gamma * self.z + self.beta

    def backward(self, dout, input_grad=True):
        self._own_gradients(dout)
        if not input_grad:
            return None
        shape = self._shape(dout)
        dz, z = (dout * self.gamma).reshape(shape), self.z.reshape(shape)
        return standardize_backward(dz, z, self.scale, self._axes(dout)).reshape(dout.shape)

    def _own_gradients(self, dout):
        rows = dout.reshape(-1, self.n_in)
        np.einsum("ij,ij->j", rows, self.z.reshape(rows.shape), out=self.dgamma)
        np.add.reduce(rows, axis=0, out=self.dbeta)

    def _fits(self, x):
        x = np.asarray(x)
        x = x if x.dtype.kind == "f" else x.astype(float)
        if x.ndim < 2 or x.shape[-1] != self.n_in or not x.size:
            fail("x", f"an array of shape {x.shape}", f"shape (n_samples, ..., {self.n_in}), the channels last")
        return x

    def _shape(self, x):
        """The shape in which `_axes` are whole axes."""
        return x.shape

    def _axes(self, x):
        """The axes, in that shape, over which entries share their mean and variance."""
        raise NotImplementedError

    def __repr__(self):
        return f"{type(self).__name__}({self.n_in})"


class BatchNorm(Normalization):
    """Batch normalization: every channel gets mean 0 and variance 1 over the batch.

    training:  z = (x - μ) / √(σ² + eps), with μ and σ² of this batch (σ² divided by N), and
               running_mean = momentum · running_mean + (1 - momentum) · μ
               running_var  = momentum · running_var  + (1 - momentum) · σ² · N / (N - 1)
    test:      z = (x - running_mean) / √(running_var + eps): each sample by itself
    out = gamma · z + beta

    N counts samples times positions. `backward` belongs to the mode of the last forward pass: in training μ and σ²
    depend on x and take part in the gradient, in test they are constants. The running averages are no parameters: they
    are not in net.theta, and every forward pass in training moves them, also one that only checks gradients.

    Parameters
    ----------
    n : int >= 1
        Features, or channels.
    momentum : float, 0 <= momentum <= 1
        The share of the running averages that stays at each batch.
    eps : float >= 0
        Keeps a channel without variance from a division by 0; with eps = 0 such a channel gives beta.

    Raises
    ------
    ValueError
        In training, one value a channel: its mean is the value itself, and nothing would be left of it.

    Sources: Ioffe and Szegedy, "Batch Normalization" (2015), algorithms 1 and 2, with N / (N - 1) at test time.
    Sources disagree about momentum: here and in Keras it is the share that stays (Keras: 0.99), in PyTorch the share of
    the new (0.1: our 0.9). They also disagree about N / (N - 1): PyTorch has it in the running variance, Keras has not.

    >>> layer = BatchNorm(1)
    >>> layer.forward(np.array([[1.0], [3.0]]), training=True).round(3).ravel()
    array([-1.,  1.])
    >>> layer.running_mean, layer.running_var        # from 0 and 1, a tenth of the way to 2 and to 2
    (array([0.2]), array([1.1]))
    """

    buffers = "running_mean", "running_var"
    differs_in_training = True

    def __init__(self, n, momentum=0.9, eps=1e-5):
        super().__init__(n, eps)
        self.momentum = number("momentum", momentum, low=0, high=1)
        self.running_mean, self.running_var = np.zeros(n), np.ones(n)

    def forward(self, x, training=False):
        x = self._fits(x)
        self.training = training
        if training:
            self._count = x.size // self.n_in
            if self._count < 2:
                fail("x", "a batch of one in training", "two samples or more: the mean of one is the sample itself")
            self.z, self.scale, mean, variance = standardize(x, self._axes(x), self.eps)
            self._remember(mean.ravel(), variance.ravel() * self._count / (self._count - 1))
        else:
            self.scale = _inverse_root(self.running_var, self.eps).astype(x.dtype)
            self.z = (x - self.running_mean.astype(x.dtype)) * self.scale
        out = self.gamma * self.z
        out += self.beta
        return out

    def backward(self, dout, input_grad=True):
        self._own_gradients(dout)
        if not input_grad:
            return None
        if not self.training:
            return dout * (self.gamma * self.scale)
        # The short form: gamma is the same for all who share statistics, so its sums are dgamma and dbeta.
        dx = self.z * (self.dgamma / -self._count)
        dx += dout
        dx -= self.dbeta / self._count
        dx *= self.gamma * self.scale
        return dx

    def _remember(self, mean, variance):
        for running, new in (self.running_mean, mean), (self.running_var, variance):
            running *= self.momentum
            running += (1 - self.momentum) * new

    def _axes(self, x):
        return tuple(range(x.ndim - 1))


class LayerNorm(Normalization):
    """Layer normalization: every sample, at every position, gets mean 0 and variance 1 over its channels.

    No running averages, no second mode, a batch of one is welcome. n : int >= 1, the channels; eps : float >= 0

    Source: Ba, Kiros and Hinton, "Layer Normalization" (2016). On pictures sources disagree: some take all positions
    together, which is GroupNorm(n, groups=1).

    >>> LayerNorm(2).forward(np.array([[1.0, 3.0], [10.0, 50.0]])).round(3)
    array([[-1.,  1.],
           [-1.,  1.]])
    """

    def _axes(self, x):
        return (-1,)


class GroupNorm(Normalization):
    """Group normalization: the channels in groups of neighbors; each sample's group gets mean 0 and variance 1.

    n : int >= 1, a multiple of groups; groups : int >= 1; eps : float >= 0

    Raises
    ------
    ValueError
        One value a group: one channel a group where there are no positions.

    Source: Wu and He, "Group Normalization" (2018).

    >>> GroupNorm(4, groups=2).forward(np.array([[1.0, 3.0, 10.0, 50.0]])).round(3)
    array([[-1.,  1., -1.,  1.]])
    """

    def __init__(self, n, groups, eps=1e-5):
        super().__init__(n, eps)
        self.groups = integer("groups", groups, low=1)
        if n % groups:
            fail("groups", groups, f"a divisor of n = {n}")

    def _shape(self, x):
        return (len(x), -1, self.groups, self.n_in // self.groups)

    def _axes(self, x):
        return (1, 3)

    def _fits(self, x):
        x = super()._fits(x)
        if x[0].size == self.groups:
            fail("x", f"shape {x.shape}, one value a group", "positions, shape (n_samples, ..., n), or larger groups")
        return x

    def __repr__(self):
        return f"{type(self).__name__}({self.n_in}, groups={self.groups})"


class InstanceNorm(GroupNorm):
    """Instance normalization: every channel of every sample gets mean 0 and variance 1 over its positions.

    It is group normalization with one channel a group. n : int >= 1, the channels; eps : float >= 0

    Source: Ulyanov, Vedaldi and Lempitsky, "Instance Normalization" (2016).

    >>> InstanceNorm(1).forward(np.array([[[1.0], [3.0]], [[10.0], [50.0]]])).round(3)[:, :, 0]
    array([[-1.,  1.],
           [-1.,  1.]])
    """

    def __init__(self, n, eps=1e-5):
        super().__init__(n, groups=n, eps=eps)

    def __repr__(self):
        return f"InstanceNorm({self.n_in})"


def _inverse_root(variance, eps):
    """1 / √(variance + eps), and 0 where that would be 1 / 0."""
    root = np.sqrt(variance + eps)
    return np.divide(1, root, out=np.zeros_like(root), where=root != 0)
