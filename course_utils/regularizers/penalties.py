"""Regularizers: what is asked of the weights beside a low loss. `fit` applies one to every layer's W, never to biases.

    fit(net, split, opt, regularizer=L2(lam=0.01))

    total = data loss + Σ penalty(W) over the layers
    dW    = the data's dW + gradient(W)           before the optimizer's step
    project(W, lr)                                after it: W is changed in place

The data loss is a mean over the samples, so that lam means the same for any batch size. L2, L1 and ElasticNet act
through the gradient and leave `project` idle; MaxNorm, ProximalL1 and WeightDecay act through `project` alone.
W is (n_in, n_out), one column for each unit, or a vector, one unit. A negative strength raises ValueError.
"""

import numpy as np

from .._support.settings import NonNegativeNumber, PositiveNumber, Settings, numbers, settings
from .._support.validation import fail


def soft_threshold(w, t):
    """Every number t closer to 0; those within t of it become exactly 0. It is the proximal step of the L1 penalty.

    argmin over v of ½ (v - w)² + t · |v|  =  sign(w) · max(|w| - t, 0)

    w : array; t : float >= 0, or an array of them that broadcasts against w

    Source: Donoho and Johnstone, "Ideal spatial adaptation by wavelet shrinkage" (1994).

    >>> soft_threshold(np.array([3.0, -0.4, -2.0]), 0.5)
    array([ 2.5,  0. , -1.5])
    """
    t = numbers("t", t, low=0)
    # Not sign · max, which makes -0 of small negative numbers.
    return w - np.clip(w, -t, t)


@settings
class Regularizer(Settings):
    """Base of the regularizers: no penalty, no gradient, no projection."""

    def penalty(self, W):
        """What is added to the loss, a float."""
        return 0.0

    def gradient(self, W):
        """∂penalty/∂W, an array shaped like W."""
        return np.zeros_like(W)

    def project(self, W, lr):
        """Change W in place after a step of learning rate lr."""


@settings
class L2(Regularizer):
    """Ridge, weight decay: every weight is drawn to 0 in proportion to its size. Large ones shrink, none becomes 0.

    penalty = lam/2 · Σ W²
    gradient = lam · W

    Under SGD without data, W shrinks by the factor 1 - lr · lam at every step. Only under plain SGD is that the same
    as decay at the step itself: see AdamW.
    Source: Hoerl and Kennard, "Ridge Regression" (1970); Krogh and Hertz, "A Simple Weight Decay Can Improve
    Generalization" (1991). Sources disagree: lam · Σ W², whose gradient is 2 lam · W; PyTorch's `weight_decay` is this
    lam; scikit-learn's Ridge adds alpha · Σ w² to a sum of squares, its MLP alpha/2 · Σ W² to the sum over a batch.

    >>> L2(lam=0.1).penalty(np.array([3.0, 4.0])), L2(lam=0.1).gradient(np.array([3.0, 4.0])).round(9)
    (1.25, array([0.3, 0.4]))
    """

    lam: NonNegativeNumber

    def penalty(self, W):
        return self.lam / 2 * float(np.vdot(W, W))

    def gradient(self, W):
        return self.lam * np.asarray(W)


@settings
class L1(Regularizer):
    """Lasso: every weight is drawn to 0 with the same force. Small ones arrive there, and the weights become sparse.

    penalty = lam · Σ |W|
    gradient = lam · sign(W), and 0 where W = 0

    Steps along this gradient jump to and fro over 0 instead of resting there: for weights that are exactly 0, use
    ProximalL1.
    Source: Tibshirani, "Regression Shrinkage and Selection via the Lasso" (1996).

    >>> L1(lam=0.1).penalty(np.array([3.0, -4.0])), L1(lam=0.1).gradient(np.array([3.0, -4.0, 0.0]))
    (0.7..., array([ 0.1, -0.1,  0. ]))
    """

    lam: NonNegativeNumber

    def penalty(self, W):
        return self.lam * float(np.abs(W).sum())

    def gradient(self, W):
        return self.lam * np.sign(W)


@settings
class ElasticNet(Regularizer):
    """L1 and L2 together: sparse, and features that say the same share the weight between them.

    penalty = l1 · Σ |W| + l2/2 · Σ W²
    gradient = l1 · sign(W) + l2 · W

    Source: Zou and Hastie, "Regularization and variable selection via the elastic net" (2005), without the ½.
    scikit-learn's alpha and l1_ratio are l1 = alpha · l1_ratio, l2 = alpha · (1 - l1_ratio).

    >>> ElasticNet(l1=0.1, l2=0.1).gradient(np.array([3.0, -4.0])).round(9)
    array([ 0.4, -0.5])
    """

    l1: NonNegativeNumber
    l2: NonNegativeNumber

    def penalty(self, W):
        return L1(self.l1).penalty(W) + L2(self.l2).penalty(W)

    def gradient(self, W):
        return L1(self.l1).gradient(W) + L2(self.l2).gradient(W)


@settings
class MaxNorm(Regularizer):
    """A leash for every unit: when the norm of its incoming weights exceeds c, they are scaled back to c.

    W[:, j] = W[:, j] · min(1, c / ‖W[:, j]‖₂)

    A limit, not a penalty: shorter columns feel nothing.
    Source: Srebro and Shraibman, "Rank, Trace-Norm and Max-Norm" (2005); on units, Srivastava et al., "Dropout" (2014).

    >>> W = np.array([[3.0, 0.1], [4.0, 0.2]])
    >>> MaxNorm(c=1).project(W, lr=0.1)
    >>> W
    array([[0.6, 0.1],
           [0.8, 0.2]])
    """

    c: PositiveNumber

    def project(self, W, lr):
        _check_in_place(W)
        norms = np.linalg.norm(W, axis=0, keepdims=True)
        W *= self.c / np.maximum(norms, self.c)


@settings
class ProximalL1(Regularizer):
    """Lasso by proximal gradient: the step follows the data alone, then every weight moves lr · lam closer to 0.

    penalty = lam · Σ |W|
    W = soft_threshold(W, lr · lam)                 after the step

    Weights that the data does not hold become exactly 0, and stay there. With SGD this is the ISTA of Daubechies et
    al. (2004), and minimizes data loss + penalty. Under momentum and Adam steps are longer than lr · g, the threshold
    is not, and the same lam weighs less.
    Source: Beck and Teboulle, "A Fast Iterative Shrinkage-Thresholding Algorithm" (2009), section 2.

    >>> W = np.array([0.03, -0.5])
    >>> ProximalL1(lam=0.5).project(W, lr=0.1)
    >>> W
    array([ 0.  , -0.45])
    """

    lam: NonNegativeNumber

    def penalty(self, W):
        return L1(self.lam).penalty(W)

    def project(self, W, lr):
        _check_in_place(W)
        W[...] = soft_threshold(W, lr * self.lam)


@settings
class WeightDecay(Regularizer):
    """Decoupled weight decay: after the step every weight loses the same share, whatever the optimizer made of it.

    W = (1 - lr · lam) · W                          after the step

    Under SGD it is L2. Under momentum and under Adam it is not: there L2's gradient goes through the optimizer's
    averages, and Adam divides it by the size of the data's gradients; the decay goes past them.
    Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019). Sources disagree: there and in AdamW
    it is the W before the step that decays, and the steps differ by lr · lam of the step itself; AdamW also shrinks
    biases, gamma and beta, and this does not; the paper leaves out the factor lr.

    >>> W = np.array([1.0, -2.0])
    >>> WeightDecay(lam=0.5).project(W, lr=0.1)
    >>> W
    array([ 0.95, -1.9 ])
    """

    lam: NonNegativeNumber

    def project(self, W, lr):
        _check_in_place(W)
        W *= 1 - lr * self.lam


def _check_in_place(W):
    if not (isinstance(W, np.ndarray) and W.dtype.kind == "f" and W.flags.writeable):
        fail("W", type(W).__name__, "an array of floats that may be written to: it is changed in place")


REGULARIZERS = {cls.__name__: cls for cls in (L2, L1, ElasticNet, MaxNorm, ProximalL1, WeightDecay)}
