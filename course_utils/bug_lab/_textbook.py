"""The textbook: what the parts of a program compute by their formulas, without a line in common with the library.

A class that derives from one of ours is taken at its word: whatever calls itself an Adam should do what
Adam does. For other parts there is no formula, and nothing is said of them.
"""

import numpy as np

from ..layers import ELU, GELU, LeakyReLU, ReLU, Sigmoid, SiLU, Tanh
from ..normalization import BatchNorm, GroupNorm, LayerNorm
from ..optimizers import SGD, AdaDelta, AdaGrad, Adam, AdamW, Momentum, Nadam, Nesterov, RMSProp


def entry(table, part):
    """What a table, keyed by class, has for an object: the entry of its class or of the nearest base; or None."""
    return next((table[cls] for cls in type(part).__mro__ if cls in table), None)


# Optimizers: from all gradients up to now (a list, the last one is the newest) and theta, the step in lr.


def _sum(gradients, rho):
    return sum(rho**age * g for age, g in enumerate(reversed(gradients)))


def _mean(gradients, beta):
    return (1 - beta) * _sum(gradients, beta)


def _squares(gradients):
    return [g**2 for g in gradients]


def _nesterov(opt, gradients, theta):
    return -gradients[-1] - opt.rho * _sum(gradients, opt.rho)


def _adagrad(opt, gradients, theta):
    return -gradients[-1] / (np.sqrt(sum(_squares(gradients))) + opt.eps)


def _rmsprop(opt, gradients, theta):
    return -gradients[-1] / (np.sqrt(_mean(_squares(gradients), opt.rho)) + opt.eps)


def _adadelta(opt, gradients, theta):
    moved = np.zeros_like(gradients[0])
    for n in range(1, len(gradients) + 1):
        square = _mean(_squares(gradients[:n]), opt.rho)
        step = -((moved + opt.eps) ** 0.5) / (square + opt.eps) ** 0.5 * gradients[n - 1]
        moved = opt.rho * moved + (1 - opt.rho) * step**2
    return step


def _root(opt, gradients):
    n = len(gradients) if getattr(opt, "bias_correction", True) else np.inf
    return np.sqrt(_mean(_squares(gradients), opt.beta2) / (1 - opt.beta2**n)) + opt.eps


def _adam(opt, gradients, theta):
    n = len(gradients) if opt.bias_correction else np.inf
    return -_mean(gradients, opt.beta1) / (1 - opt.beta1**n) / _root(opt, gradients)


def _adamw(opt, gradients, theta):
    return _adam(opt, gradients, theta) - opt.weight_decay * theta


def _nadam(opt, gradients, theta):
    n = len(gradients)
    mu = opt.beta1 * (1 - 0.96 ** (np.arange(1, n + 2) * opt.momentum_decay) / 2)
    now = (1 - mu[-2]) / (1 - mu[:-1].prod()) * gradients[-1]
    ahead = mu[-1] / (1 - mu.prod()) * _mean(gradients, opt.beta1)
    return -(now + ahead) / _root(opt, gradients)


STEP = {
    SGD: lambda opt, gradients, theta: -gradients[-1],
    Momentum: lambda opt, gradients, theta: -_sum(gradients, opt.rho),
    Nesterov: _nesterov,
    AdaGrad: _adagrad,
    RMSProp: _rmsprop,
    AdaDelta: _adadelta,
    Adam: _adam,
    AdamW: _adamw,
    Nadam: _nadam,
}


# Activations: the value and the slope at s.


def _sigmoid(layer, s):
    from scipy.special import expit

    return expit(s), expit(s) * expit(-s)


def _silu(layer, s):
    from scipy.special import expit

    return s * expit(s), expit(s) * (1 + s * expit(-s))


def _gelu(layer, s):
    from scipy.special import ndtr

    density = np.exp(-(s**2) / 2) / np.sqrt(2 * np.pi)
    return s * ndtr(s), ndtr(s) + s * density


def _elu(layer, s):
    low = layer.alpha * np.exp(np.minimum(s, 0))
    return np.where(s > 0, s, low - layer.alpha), np.where(s > 0, 1, low)


ACTIVATION = {
    ReLU: lambda layer, s: (s * (s > 0), 1.0 * (s > 0)),
    LeakyReLU: lambda layer, s: (np.where(s > 0, s, layer.slope * s), np.where(s > 0, 1, layer.slope)),
    Tanh: lambda layer, s: (np.tanh(s), 1 / np.cosh(s) ** 2),
    Sigmoid: _sigmoid,
    SiLU: _silu,
    GELU: _gelu,
    ELU: _elu,
}

# Normalizations of rows (n_samples, n_features): the number of groups of features, and whether the
# samples of a batch share their mean and variance.
NORM = {
    BatchNorm: lambda layer: (layer.n_in, True),
    LayerNorm: lambda layer: (1, False),
    GroupNorm: lambda layer: (layer.groups, False),
}


def standardized(layer, s, running=None):
    """(z, spread): s by the mean and variance that a normalization layer asks for, or by `running` ones."""
    groups, batch = entry(NORM, layer)(layer)
    grouped = s.reshape(len(s), groups, -1)
    axes = (0, 2) if batch else (2,)
    mean, var = grouped.mean(axis=axes, keepdims=True), grouped.var(axis=axes, keepdims=True)
    if running:
        mean, var = (np.reshape(a, (1, groups, 1)) for a in running)
    spread = np.sqrt(var + layer.eps)
    return ((grouped - mean) / spread).reshape(s.shape), spread


def standardized_backward(layer, dz, z, spread):
    """The gradient with respect to s, from that with respect to z."""
    groups, batch = entry(NORM, layer)(layer)
    dz, z = (a.reshape(len(a), groups, -1) for a in (dz, z))
    axes = (0, 2) if batch else (2,)
    common = dz.mean(axis=axes, keepdims=True) + z * (dz * z).mean(axis=axes, keepdims=True)
    return ((dz - common) / spread).reshape(len(dz), -1)
