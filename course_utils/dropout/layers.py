"""Noise in training: units and connections dropped at random, and noise on inputs, gradients and labels.

    Dropout(keep=0.5, rng=rng)                      # a layer: each unit stays with probability keep
    DropConnect(64, 100, keep=0.5, rng=rng)         # a dense layer whose connections stay with probability keep
    GaussianNoise(std=0.1, rng=rng)                 # a layer: put first in a net, noise on the inputs
    NoisyGradients(Adam(lr=1e-3), std=0.01)         # an optimizer: noise on the gradients
    fit(..., augment=LabelNoise(0.1, n_classes=10)) # labels that are drawn anew now and then

`keep` is the probability to stay, always. Others, such as PyTorch with its p, count what drops: p = 1 - keep.

The layers draw new numbers at every forward pass in training, and none in test mode. They draw from `layer.rng`:
`check_gradients` rewinds it before each pass, so that all its passes see the same masks, and a copy of a net has
generators of its own in the same state, so that it draws what the original would have drawn.
"""

from functools import partial
from typing import Annotated

import numpy as np

from .._support.settings import Count, NonNegative, Settings, Whole, plain, require_methods, settings
from .._support.validation import array, choice, fail, generator, labels, number
from ..initializers import he
from ..layers import Dense, Layer

SCALES = ("training", "test")


class Dropout(Layer):
    """Dropout: in training each unit is set to 0 with probability 1 - keep, anew for every sample and every pass.

    scale="training":  out = x · m / keep in training, out = x in test mode         (inverted dropout, the usual form)
    scale="test":      out = x · m in training,        out = x · keep in test mode  (as first published)
    m = 1 with probability keep, else 0;  dx = dout · (what x was multiplied with)

    Either way the mean over the masks is what test mode gives. `backward` belongs to the mode of the last forward pass;
    `mask` holds what x was multiplied with in it.

    Parameters
    ----------
    keep : float, 0 < keep <= 1
        The probability that a unit stays; 1 keeps all, in both modes.
    rng : numpy.random.Generator or int
    scale : "training" or "test", the mode that makes up for the missing units

    Raises
    ------
    ValueError
        keep out of its range. keep = 0 would drop every unit.

    Sources: Hinton et al., "Improving neural networks by preventing co-adaptation of feature detectors" (2012), and
    Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting" (2014). Both scale at test
    time. Sources disagree about p: in the paper of 2014 it is the share that stays, in PyTorch's Dropout(p), which is
    the inverted form, the share that drops.

    >>> layer = Dropout(keep=0.5, rng=0)
    >>> layer.forward(np.ones((2, 4)), training=True)
    array([[0., 2., 2., 2.],
           [0., 0., 0., 0.]])
    >>> layer.forward(np.ones((1, 4)))
    array([[1., 1., 1., 1.]])
    """

    def __init__(self, keep=0.5, rng=None, scale="training"):
        self.keep, self.scale = kept_share("keep", keep), choice("scale", scale, SCALES)
        self.rng = generator("rng", rng)
        self.differs_in_training = self.keep < 1
        # What x is multiplied with: where a unit stays, and at test time. keep · (1 / keep) is not always 1.
        self._factor, self._at_test = (1 / self.keep, 1.0) if scale == "training" else (1.0, self.keep)

    def forward(self, x, training=False):
        x = _floats(x)
        if training and self.keep < 1:
            self.mask = np.multiply(self.rng.random(x.shape) < self.keep, self._factor, dtype=x.dtype)
        else:
            self.mask = self._at_test
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask

    def __repr__(self):
        return f"Dropout(keep={self.keep:g}{'' if self.scale == 'training' else ', scale=test'})"


class DropConnect(Dense):
    """A dense layer that in training sets each weight to 0 with probability 1 - keep, anew for every sample and pass.

    training:  out = x · (M ∘ W) / keep + b,  M of W's shape for each sample: 1 with probability keep, else 0
    test:      out = x · W + b

    The units stay; connections drop. Dropout on x is the case in which each row of M is all 1 or all 0. In training it
    takes n_samples times the memory of a dense layer, and many times its time.

    n_in, n_out, init : as in Dense; keep : float, 0 < keep <= 1, 1 keeps all
    rng : numpy.random.Generator or int, for W first and then for the masks

    Source: Wan, Zeiler, Zhang, LeCun and Fergus, "Regularization of Neural Networks using DropConnect" (2013), with
    three differences. There M is not divided by keep; b is masked too; and at test time the activation is averaged over
    a normal distribution with the moments of `dropped_sums`, where this layer takes the mean alone.

    >>> layer = DropConnect(2, 3, keep=0.5, init=lambda n_in, n_out, rng: np.ones((n_in, n_out)), rng=1)
    >>> layer.forward(np.ones((2, 2)), training=True)
    array([[2., 2., 2.],
           [2., 0., 4.]])
    >>> layer.forward(np.ones((1, 2)))
    array([[2., 2., 2.]])
    """

    def __init__(self, n_in, n_out, keep=0.5, init=he, rng=None):
        self.keep, self.rng = kept_share("keep", keep), generator("rng", rng)
        super().__init__(n_in, n_out, init=init, rng=self.rng)
        self.differs_in_training = self.keep < 1

    def forward(self, x, training=False):
        out = super().forward(x)
        self.mask = None
        if not training or self.keep == 1:
            return out
        # Single precision is drawn in half the time, and there are many to draw.
        kept = self.rng.random((len(x), *self.W.shape), dtype=np.float32) < self.keep
        self.mask = np.multiply(kept, 1 / self.keep, dtype=self.W.dtype)
        return np.matmul(np.asarray(x)[:, None], self.mask * self.W)[:, 0] + self.b

    def backward(self, dout, input_grad=True):
        if self.mask is None:
            return super().backward(dout, input_grad)
        through = self.mask * dout[:, None]
        np.einsum("ni,nio->io", self.x, through, out=self.dW)
        np.add.reduce(dout, axis=0, out=self.db)
        return np.einsum("nio,io->ni", through, self.W) if input_grad else None

    def __repr__(self):
        return f"DropConnect({self.n_in}, {self.n_out}, keep={self.keep:g})"


class GaussianNoise(Layer):
    """In training a normal number of mean 0 is added to each value, anew at every pass; in test mode nothing is.

    out = x + std · N(0, 1),  dx = dout

    As a net's first layer it is noise on the inputs. Of a linear model with squared loss that makes, on average, the
    model with an L2 penalty: ½ Σ (y - x · w)² grows by ½ · n_samples · std² · Σ w².

    std : float >= 0, in the units of x; 0 adds nothing. rng : numpy.random.Generator or int

    Source: Bishop, "Training with Noise is Equivalent to Tikhonov Regularization" (1995).

    >>> GaussianNoise(std=0.1, rng=0).forward(np.array([[1.0, 2.0]]), training=True).round(2)
    array([[1.01, 1.99]])
    """

    def __init__(self, std, rng=None):
        self.std, self.rng = float(number("std", std, low=0)), generator("rng", rng)
        self.differs_in_training = self.std > 0

    def forward(self, x, training=False):
        x = _floats(x)
        if not (training and self.std):
            return x
        return x + (self.std * self.rng.standard_normal(x.shape)).astype(x.dtype, copy=False)

    def backward(self, dout):
        return dout

    def __repr__(self):
        return f"GaussianNoise({self.std:g})"


@settings
class NoisyGradients(Settings):
    """Another optimizer, fed with gradients to which normal noise is added; the noise fades with the steps.

    σ = std / n^decay,  n = t + 1;  the optimizer within sees g + σ · N(0, 1)

    As pure as every optimizer: the noise of step t is drawn from the generator seeded with (seed, t), so the same step
    taken twice is the same step. `fit` takes it in the place of the optimizer.

    opt : an optimizer; std, decay : float >= 0; seed : int >= 0

    Source: Neelakantan et al., "Adding Gradient Noise Improves Learning for Very Deep Networks" (2015), where
    σ² = η / n^γ with γ = 0.55 and η from 0.01 to 1: std is √η, decay is γ / 2.

    >>> from course_utils.optimizers import SGD
    >>> NoisyGradients(SGD(lr=1.0), std=0.1).update(np.array([2.0, 1.0]), state=(), t=0)[0].round(2)
    array([-2.01, -0.99])
    """

    opt: Annotated[
        object, partial(require_methods, methods=("init", "update"), want="an optimizer, such as Adam(lr=1e-3)")
    ]
    std: NonNegative = 0.1
    decay: NonNegative = 0.275
    seed: Whole = 0

    @property
    def lr(self):
        """The learning rate of the optimizer within."""
        return self.opt.lr

    def init(self, theta):
        """The state of the optimizer within, before the first step."""
        return self.opt.init(theta)

    def update(self, grad, state, t, theta=None):
        """(step, state) of the optimizer within, from the noisy gradient."""
        noise = np.random.default_rng((self.seed, t)).standard_normal(np.shape(grad))
        noise *= self.std / (t + 1) ** self.decay
        return self.opt.update(grad + noise.astype(grad.dtype, copy=False), state, t, theta)


@settings
class LabelNoise(Settings):
    """For fit(augment=...): at each pass a label is replaced, with probability `share`, by a class drawn from all.

    The class drawn may be the right one: a label is wrong with probability share · (n_classes - 1) / n_classes. As
    cross-entropy is linear in its targets, its mean over this noise is that of the labels `smoothed`.

    share : float, 0 to 1; n_classes : int >= 1

    Source: Xie, Wang, Wei, Wang and Tian, "DisturbLabel" (2016); label smoothing is of Szegedy et al., "Rethinking the
    Inception Architecture" (2016).

    >>> LabelNoise(0.5, n_classes=3)(np.ones((6, 2)), np.array([0, 0, 1, 1, 2, 2]), np.random.default_rng(1))[1]
    array([0, 0, 0, 1, 1, 1])
    >>> LabelNoise(0.3, n_classes=3).smoothed([0, 2])
    array([[0.8, 0.1, 0.1],
           [0.1, 0.1, 0.8]])
    """

    share: Annotated[float, partial(plain, low=0, high=1)]
    n_classes: Count

    def __call__(self, x, y, rng):
        """x as it is, and the labels (n,), some of them drawn anew. rng : numpy.random.Generator or int"""
        y, rng = labels("y", y, len(x), self.n_classes), generator("rng", rng)
        anew = rng.random(len(y)) < self.share
        return x, np.where(anew, rng.integers(self.n_classes, size=len(y)), y)

    def smoothed(self, y):
        """(n, n_classes) probabilities: what the labels are on average, (1 - share) · onehot + share / n_classes."""
        y = labels("y", y, len(y), self.n_classes)
        return (1 - self.share) * np.eye(self.n_classes)[y] + self.share / self.n_classes


def dropped_sums(x, W, keep, dropped="units"):
    """Mean and covariance of the sums x · W while units of x, or connections of W, drop at random. Not divided by keep.

    mean = keep · x · W
    var = keep · (1 - keep) · x² · W²                             both squares number by number
    cov of sums i and j = keep · (1 - keep) · Σₖ xₖ² Wₖᵢ Wₖⱼ      units: two sums miss the same ones
                        = 0                                       connections: each has its own mask

    A sum of many is close to normal, so this is the whole distribution of one sum; the two ways to drop differ in how
    sums go together.

    x : (n_in,); W : (n_in, n_out); keep : float, 0 < keep <= 1; dropped : "units" or "connections"

    Returns
    -------
    mean : (n_out,); cov : (n_out, n_out)

    Source: the mean and variance are of Wan et al., "DropConnect" (2013), section 4.

    >>> dropped_sums(np.array([1.0, 2.0]), np.eye(2), keep=0.5)
    (array([0.5, 1. ]), array([[0.25, 0.  ],
           [0.  , 1.  ]]))
    """
    x, W, keep = array("x", x, shape=(None,)), array("W", W, shape=(len(x), None)), kept_share("keep", keep)
    choice("dropped", dropped, ("units", "connections"))
    cov = keep * (1 - keep) * (W.T * x**2) @ W
    return keep * (x @ W), cov if dropped == "units" else np.diag(cov.diagonal())


def kept_share(name, value):
    """A probability to stay, above 0 and at most 1, as a float.

    >>> kept_share("keep", 0)
    Traceback (most recent call last):
    ValueError: keep: got 0, which drops every unit, want > 0 and <= 1, the probability that a unit stays
    """
    if np.ndim(value) == 0 and value == 0:
        fail(name, f"{value!r}, which drops every unit", "> 0 and <= 1, the probability that a unit stays")
    return float(number(name, value, above=0, high=1))


def _floats(x):
    x = np.asarray(x)
    return x if x.dtype.kind == "f" else x.astype(float)
