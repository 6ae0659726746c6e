"""Optimizers: how a gradient becomes a step. The same few lines descend a surface, 40,000 starts at once, or a network.

    opt = Adam(lr=0.001)
    state = opt.init(theta)                          # theta: one array of any shape
    step, state = opt.update(grad, state, t, theta)  # t = 0, 1, 2, ...
    theta = theta + step

An optimizer holds settings and nothing else: what it remembers is `state`, handed in and handed back, and no array that
was handed in is changed. So one optimizer can serve many runs, and a new learning rate meets no stale velocity.
`lr` is a number > 0, a function of t (schedules.py), or an array that broadcasts against theta, as the other numbers
may be: a plane of settings descends in one run. A setting out of its range raises ValueError.
In the docstrings g is `grad`, Δ is `step`, n = t + 1; products go coordinate by coordinate; averages start at 0.
Chapters 06 to 08.
"""

from typing import Any, Protocol

import numpy as np

from ._support.settings import Decay, Fraction, NonNegative, Positive, Rate, Settings, Switch, settings
from ._support.validation import fail


class OptimizerLike(Protocol):
    """What `fit` and `descend` ask of an optimizer, ours or your own."""

    def init(self, theta: np.ndarray) -> Any:
        """The state before the first step."""

    def update(self, grad: np.ndarray, state: Any, t: int, theta: np.ndarray) -> tuple[np.ndarray, Any]:
        """(step, state) from the gradient, and the state of the step before."""


@settings
class Optimizer(Settings):
    """Base of the optimizers: the learning rate, and a state of zeros shaped like theta."""

    lr: Rate = 0.01

    def init(self, theta: np.ndarray) -> Any:
        """The state before the first step."""
        theta = np.asarray(theta)
        return np.zeros(theta.shape, np.result_type(theta, np.float32))

    def update(self, grad: np.ndarray, state: Any, t: int, theta: np.ndarray | None = None) -> tuple[np.ndarray, Any]:
        """(step, state) from the gradient, an array shaped like theta, and the state of the step before."""
        raise NotImplementedError

    def rate(self, t: int, grad: np.ndarray) -> float | np.ndarray:
        """The learning rate of step t, in a type that leaves a float32 gradient float32."""
        lr = self.lr(t) if callable(self.lr) else self.lr
        if type(lr) is float:
            return lr
        return float(lr) if np.ndim(lr) == 0 else np.asarray(lr, np.result_type(grad, np.float32))


@settings
class SGD(Optimizer):
    """Gradient descent: step straight down the slope, as far as it is steep.

    Δ = -lr · g

    Source: Cauchy (1847); Robbins and Monro (1951) for noisy gradients, which make it stochastic (S).
    >>> SGD(lr=0.1).update(np.array([2.0, -1.0]), state=(), t=0)
    (array([-0.2,  0.1]), ())
    """

    def init(self, theta):
        return ()

    def update(self, grad, state, t, theta=None):
        return grad * -self.rate(t, grad), state


@settings
class Momentum(Optimizer):
    """Heavy ball: a velocity sums up the gradients, so that it grows where they agree and cancels where they alternate.

    v = rho · v + g
    Δ = -lr · v

    rho, 0 to 1, is how much velocity survives a step: 0 is SGD, 1 has no friction. Under a constant gradient the
    velocity grows to g / (1 - rho): it is a sum, not a mean.
    Source: Polyak, "Some methods of speeding up the convergence of iteration methods" (1964). Sources disagree: this is
    PyTorch's form. v = rho · v - lr · g, Δ = v (Sutskever et al. 2013, Keras) walks the same path only while lr is
    constant; v = rho · v + (1 - rho) · g needs an lr 1 / (1 - rho) times as large.
    >>> Momentum(lr=0.1).update(np.array([1.0, 0.0]), state=np.array([1.0, 1.0]), t=1)[0].round(2)
    array([-0.19, -0.09])
    """

    rho: Fraction = 0.9

    def update(self, grad, state, t, theta=None):
        v = self.rho * state
        v += grad
        return v * -self.rate(t, grad), v


@settings
class Nesterov(Momentum):
    """Momentum that looks ahead: the gradient is taken where the velocity is about to carry the point.

    v = rho · v + g
    Δ = -lr · (g + rho · v)

    theta is the look-ahead point itself, where the gradient is taken; the ball is at theta + lr · rho · v.
    Source: Nesterov, "A method of solving a convex programming problem with convergence rate O(1/k²)" (1983); this
    form, PyTorch's nesterov=True, is of Bengio et al., "Advances in optimizing recurrent networks" (2012). Others
    store the ball and take the gradient elsewhere (Sutskever et al. 2013); the two are one by a change of variable.
    >>> Nesterov(lr=0.1).update(np.array([1.0, 0.0]), state=np.array([1.0, 1.0]), t=1)[0].round(3)
    array([-0.271, -0.081])
    """

    def update(self, grad, state, t, theta=None):
        v = self.rho * state
        v += grad
        step = self.rho * v
        step += grad
        step *= -self.rate(t, grad)
        return step, v


@settings
class AdaGrad(Optimizer):
    """A rate for every coordinate: small where the gradients have been large. It only ever falls.

    s = s + g²
    Δ = -lr · g / (√s + eps)

    Source: Duchi, Hazan and Singer, "Adaptive Subgradient Methods" (2011). Sources disagree on eps: PyTorch, as here,
    1e-10 outside the root; Keras 1e-7 inside it.
    >>> AdaGrad(lr=0.1).update(np.array([100.0, 0.01]), state=np.zeros(2), t=0)[0].round(6)
    array([-0.1, -0.1])
    """

    eps: Positive = 1e-10

    def update(self, grad, state, t, theta=None):
        s = state + grad * grad
        return _divided(grad * -self.rate(t, grad), s, self.eps), s


@settings
class RMSProp(Optimizer):
    """AdaGrad that forgets: the gradient over a moving average of its own size, so that the steps do not die out.

    v = rho · v + (1 - rho) · g²
    Δ = -lr · g / (√v + eps)

    v starts at 0, so the first step is lr / √(1 - rho): 3.16 lr at rho = 0.9, 10 lr at 0.99.
    Source: Hinton, "Neural Networks for Machine Learning", lecture 6e (2012). Sources disagree: rho is 0.9 there and in
    Keras, 0.99 in PyTorch (`alpha`); eps is 1e-8 outside the root in PyTorch, as here, 1e-7 inside in Keras.
    >>> RMSProp(lr=0.1).update(np.array([100.0, 0.01]), state=np.zeros(2), t=0)[0].round(4)
    array([-0.3162, -0.3162])
    """

    lr: Rate = 0.001
    rho: Decay = 0.9
    eps: Positive = 1e-8

    def update(self, grad, state, t, theta=None):
        v = _average_square(state, grad, self.rho)
        return _divided(grad * -self.rate(t, grad), v, self.eps), v


@settings
class AdaDelta(Optimizer):
    """RMSProp whose rate is the size of its own recent steps: Δ has theta's units, and no rate needs to be chosen.

    v = rho · v + (1 - rho) · g²
    d = -√(u + eps) / √(v + eps) · g
    u = rho · u + (1 - rho) · d²
    Δ = lr · d

    eps sets the first step: about √(eps / (1 - rho)) = 0.0045.
    Source: Zeiler, "ADADELTA: An Adaptive Learning Rate Method" (2012): rho = 0.95, eps = 1e-6 inside both roots, no
    lr. Sources disagree: PyTorch has lr = 1 and rho = 0.9; Keras lr = 0.001, with which it hardly moves.
    >>> AdaDelta().update(np.array([100.0, 1.0]), state=(np.zeros(2), np.zeros(2)), t=0)[0].round(5)
    array([-0.00447, -0.00447])
    """

    lr: Rate = 1.0
    rho: Decay = 0.95
    eps: Positive = 1e-6

    def init(self, theta):
        return super().init(theta), super().init(theta)

    def update(self, grad, state, t, theta=None):
        v, u = state
        v = _average_square(v, grad, self.rho)
        ratio = u + self.eps
        ratio /= v + self.eps
        d = np.sqrt(ratio)
        d *= grad
        u = _average(u, d * d, self.rho)
        return d * -self.rate(t, grad), (v, u)


@settings
class Adam(Optimizer):
    """Momentum over RMSProp: the mean gradient over the gradient's typical size; while it is steady, a step is lr.

    m = beta1 · m + (1 - beta1) · g
    v = beta2 · v + (1 - beta2) · g²
    Δ = -lr · (m / (1 - beta1ⁿ)) / (√(v / (1 - beta2ⁿ)) + eps)

    The two divisions undo the averages' start at 0: with them the first step is lr, whatever the gradient's scale;
    without them (bias_correction=False) it is 3.16 lr, and under a constant gradient up to 6.57 lr at n = 12.
    Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015). eps is outside the root, as in PyTorch.
    >>> opt = Adam(lr=0.1)
    >>> opt.update(np.array([100.0, 0.01]), opt.init(np.zeros(2)), t=0)[0].round(6)
    array([-0.1, -0.1])
    """

    lr: Rate = 0.001
    beta1: Decay = 0.9
    beta2: Decay = 0.999
    eps: Positive = 1e-8
    bias_correction: Switch = True

    def init(self, theta):
        return super().init(theta), super().init(theta)

    def update(self, grad, state, t, theta=None):
        m, v = state
        m = _average(m, grad, self.beta1)
        v = _average_square(v, grad, self.beta2)
        rate, eps = self.rate(t, grad), self.eps
        if self.bias_correction:
            # Moved from the arrays to the two numbers: the same step, two passes over the arrays less.
            root = (1 - self.beta2 ** (t + 1)) ** 0.5
            rate, eps = rate * root / (1 - self.beta1 ** (t + 1)), eps * root
        return _divided(m * -rate, v, eps), (m, v)


@settings
class Nadam(Optimizer):
    """Adam with Nesterov's look-ahead: the momentum of the next step is applied already.

    m, v as in Adam;  μₙ = beta1 · (1 - 0.96^(n · momentum_decay) / 2);  Πₙ = μ₁ · μ₂ · ... · μₙ
    Δ = -lr · ((1 - μₙ) / (1 - Πₙ) · g + μₙ₊₁ / (1 - Πₙ₊₁) · m) / (√(v / (1 - beta2ⁿ)) + eps)

    μ climbs from beta1 / 2 to beta1; a large momentum_decay (1e4) makes it beta1 from the start.
    Source: Dozat, "Incorporating Nesterov Momentum into Adam" (2016). This is PyTorch's NAdam; there and here
    momentum_decay = 0 keeps μ at beta1 / 2. Some texts show the simpler form with μ = beta1 throughout.
    >>> opt = Nadam(lr=0.1)
    >>> opt.update(np.array([100.0, 0.01]), opt.init(np.zeros(2)), t=0)[0].round(4)
    array([-0.1056, -0.1056])
    """

    lr: Rate = 0.002
    beta1: Decay = 0.9
    beta2: Decay = 0.999
    eps: Positive = 1e-8
    momentum_decay: NonNegative = 0.004

    def init(self, theta):
        return super().init(theta), super().init(theta), 1.0

    def update(self, grad, state, t, theta=None):
        m, v, product = state
        m = _average(m, grad, self.beta1)
        v = _average_square(v, grad, self.beta2)
        mu, mu_next = (self.beta1 * (1 - 0.5 * 0.96 ** (n * self.momentum_decay)) for n in (t + 1, t + 2))
        product = product * mu
        root = (1 - self.beta2 ** (t + 1)) ** 0.5
        rate = self.rate(t, grad) * root
        step = grad * (-rate * (1 - mu) / (1 - product))
        step += m * (-rate * mu_next / (1 - product * mu_next))
        return _divided(step, v, self.eps * root), (m, v, product)


@settings
class AdamW(Adam):
    """Adam with decoupled weight decay: theta shrinks by a fixed fraction a step, whatever the gradient's size.

    Δ = Adam's Δ - lr · weight_decay · theta

    Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019). As in PyTorch the decay is multiplied
    by lr; in the paper only by the schedule's factor. `update` without theta raises ValueError.
    >>> opt, theta = AdamW(lr=0.1, weight_decay=0.5), np.array([10.0, -10.0])
    >>> opt.update(np.zeros(2), opt.init(theta), 0, theta)[0]
    array([-0.5,  0.5])
    """

    weight_decay: NonNegative = 0.01

    def update(self, grad, state, t, theta=None):
        if theta is None:
            fail("theta", None, "the parameters: AdamW shrinks them, so update(grad, state, t, theta) needs them")
        step, state = super().update(grad, state, t)
        step -= (self.rate(t, grad) * self.weight_decay) * theta
        return step, state


# The updates work in place on arrays they have just made: of a network's 200,000 parameters each pass
# over an array costs 30 to 60 microseconds, and `rho * mean + (1 - rho) * value` would make three
# arrays where one is wanted. Going over the vector in blocks that stay in the cache was tried, and is
# no faster: it saves no pass, and a third of the time is the square root.
def _average(mean, value, rho):
    """Moving average rho · mean + (1 - rho) · value, as mean + (1 - rho) · (value - mean)."""
    new = value - mean
    new *= 1 - rho
    new += mean
    return new


def _average_square(mean, grad, rho):
    """The moving average of grad²."""
    square = grad * grad
    if square.dtype is not mean.dtype or square.shape != mean.shape:
        return _average(mean, square, rho)
    square -= mean
    square *= 1 - rho
    square += mean
    return square


def _divided(step, square, eps):
    """step / (√square + eps), written over `step`."""
    root = np.sqrt(square)
    root += eps
    step /= root
    return step


OPTIMIZERS = {cls.__name__: cls for cls in (SGD, Momentum, Nesterov, AdaGrad, RMSProp, AdaDelta, Adam, Nadam, AdamW)}
