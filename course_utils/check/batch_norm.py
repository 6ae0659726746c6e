"""Checkers of chapter 11: batch norm forward in both modes, its backward pass, and folding it into a dense layer."""

import numpy as np

from .compare import exercise

draws = np.random.default_rng(10)
PLAIN = np.array([[1.0], [3.0]])
X, GAMMA, BETA = draws.normal(2, 3, (6, 3)), np.array([0.5, -1.0, 2.0]), np.array([1.0, 0.0, -2.0])
MEAN, VAR = np.array([1.5, 2.0, 3.0]), np.array([4.0, 9.0, 6.0])
ONE = {"gamma": np.ones(1), "beta": np.zeros(1), "running_mean": np.zeros(1), "running_var": np.ones(1)}
SOME = {"gamma": GAMMA, "beta": BETA, "running_mean": MEAN, "running_var": VAR}


def _forward(test_var="running", own="biased", kept="unbiased", stays=None, center="mean", scale="in root", test=None):
    """A batchnorm_forward that makes a mistake."""

    def f(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
        mean, var, n = x.mean(axis=0), x.var(axis=0), len(x)
        if training if test is None else test(training):
            used = var * n / (n - 1) if own == "unbiased" else var
            m = {None: momentum, "swapped": 1 - momentum, "fixed": 0.9}[stays]
            new = {"unbiased": var * n / (n - 1), "biased": var, "std": np.sqrt(var)}[kept]
            running_mean, running_var = m * running_mean + (1 - m) * mean, m * running_var + (1 - m) * new
        else:
            mean, used = running_mean, running_var
        root = {"in root": np.sqrt(used + eps), "outside": np.sqrt(used) + eps, "no root": used + eps}[scale]
        z = (x - (0 if center is None else mean)) / root
        return gamma * z + beta, running_mean, running_var

    return f


def _sum_of_old_and_new(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    out, mean, var = batchnorm_forward_reference(x, gamma, beta, running_mean, running_var, training, momentum, eps)
    if training:
        mean = momentum * running_mean + x.mean(axis=0)
        var = momentum * running_var + x.var(axis=0, ddof=1)
    return out, mean, var


def _updates_always(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    out = batchnorm_forward_reference(x, gamma, beta, running_mean, running_var, training, momentum, eps)[0]
    with np.errstate(all="ignore"):
        kept = batchnorm_forward_reference(x, gamma, beta, running_mean, running_var, True, momentum, eps)[1:]
    return out, *kept


def _uses_running_in_training(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    _, mean, var = batchnorm_forward_reference(x, gamma, beta, running_mean, running_var, training, momentum, eps)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var


def _along_features(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    out, mean, var = batchnorm_forward_reference(x, gamma, beta, running_mean, running_var, training, momentum, eps)
    if training:
        z = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + eps)
        out = gamma * z + beta
    return out, mean, var


def _no_scale_and_shift(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    ones, zeros = np.ones_like(gamma), np.zeros_like(beta)
    return batchnorm_forward_reference(x, ones, zeros, running_mean, running_var, training, momentum, eps)


def _swapped(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    return batchnorm_forward_reference(x, beta, gamma, running_mean, running_var, training, momentum, eps)


batchnorm_forward_reference = _forward()


@exercise(
    cases=[
        {"x": PLAIN, **ONE, "training": True},
        {"x": PLAIN, **ONE, "training": False},
        {"x": X, **SOME, "training": True},
        {"x": X, **SOME, "training": False},
        {"x": X, **SOME, "training": True, "momentum": 0.5, "eps": 0.1},
        {"x": X[:1], **SOME, "training": False, "momentum": 0.5, "eps": 0.1},
    ],
    outputs=("out", "running_mean", "running_var"),
    slips={
        "The batch's own statistics are used in test mode too: there a sample would depend on the others, and a batch "
        "of one would give beta.": lambda x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5: (
            _forward()(x, gamma, beta, running_mean, running_var, True, momentum, eps)[0],
            *batchnorm_forward_reference(x, gamma, beta, running_mean, running_var, training, momentum, eps)[1:],
        ),
        "The running averages are used in training: there it is the batch's own mean and variance.": _uses_running_in_training,
        "Training and test are swapped.": _forward(test=lambda training: not training),
        "The running averages move in test mode as well: they are to stay as they were.": _updates_always,
        "The other convention of momentum: here momentum is the share of the old that stays; this is PyTorch's, the "
        "share of the new.": _forward(stays="swapped"),
        "momentum is not used: it is 0.9 whatever is asked for.": _forward(stays="fixed"),
        "The new is added whole, without its share 1 - momentum: the averages grow too large.": _sum_of_old_and_new,
        "The running variance lacks the factor N / (N - 1).": _forward(kept="biased"),
        "The factor N / (N - 1) belongs to the running variance alone; in training z is made with the variance divided "
        "by N.": _forward(own="unbiased"),
        "The running variance averages standard deviations; want variances.": _forward(kept="std"),
        "The statistics run over the features of each sample: that is layer norm. Want those over the samples, axis 0.": _along_features,
        "gamma and beta are left out.": _no_scale_and_shift,
        "gamma and beta are swapped: gamma scales, beta shifts.": _swapped,
        "The mean is not taken off.": _forward(center=None),
        "eps is added to the standard deviation; want √(variance + eps).": _forward(scale="outside"),
        "The root is missing: it divides by the variance.": _forward(scale="no root"),
    },
)
def batchnorm_forward(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    """Batch norm of x (n_samples, n): the output, and the running averages after it.

    In training: the batch's own mean and variance (divided by N) make z; the running averages keep the share `momentum`
    of the old, and the variance they take in is divided by N - 1. In test mode the running averages make z, and stay.
    """
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * x.var(axis=0, ddof=1)
    else:
        mean, var = running_mean, running_var
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


def _backward(shift=True, stretch=True, scaled=True, gamma_first=True, own="z", sums="sum", ddof=0, root=True):
    """A batchnorm_backward that makes a mistake."""

    def f(dout, x, gamma, eps=1e-5):
        scale = 1 / np.sqrt(x.var(axis=0, ddof=ddof) + eps)
        z = (x - x.mean(axis=0)) * scale
        dz = dout * gamma if gamma_first else dout
        taken = shift * dz.mean(axis=0) + stretch * z * (dz * z).mean(axis=0)
        dx = (dz - taken) * {True: scale if root else scale**2, False: 1}[scaled]
        reduce = {"sum": np.sum, "mean": np.mean}[sums]
        dgamma = reduce(dout * {"z": z, "x": x, "dz": z * gamma}[own], axis=0)
        return dx, dgamma, reduce(dout, axis=0)

    return f


def _swapped_gradients(dout, x, gamma, eps=1e-5):
    dx, dgamma, dbeta = _backward()(dout, x, gamma, eps)
    return dx, dbeta, dgamma


@exercise(
    cases=[
        {"dout": np.array([[1.0], [0.0], [0.0]]), "x": np.array([[1.0], [3.0], [8.0]]), "gamma": np.array([2.0])},
        {"dout": draws.normal(1, 1, (6, 3)), "x": X, "gamma": GAMMA},
        {
            "dout": draws.normal(-1, 1, (5, 2)),
            "x": draws.normal(0, 0.1, (5, 2)),
            "gamma": np.array([1.0, 3.0]),
            "eps": 0.5,
        },
    ],
    outputs=("dx", "dgamma", "dbeta"),
    slips={
        "Mean and variance are taken as constants: that is the way back of test mode. In training they depend on x.": _backward(
            shift=False, stretch=False
        ),
        "The way through the variance is missing: z · mean(dz · z) is to be taken off as well.": _backward(
            stretch=False
        ),
        "The way through the mean is missing: mean(dz) is to be taken off as well.": _backward(shift=False),
        "The division by √(variance + eps) is missing in dx.": _backward(scaled=False),
        "It divides by variance + eps; want its root.": _backward(root=False),
        "gamma is missing in dx: dz = dout · gamma.": _backward(gamma_first=False),
        "dgamma is made with x; want z, the normalized x.": _backward(own="x"),
        "gamma counts twice in dgamma: it is the sum of dout · z.": _backward(own="dz"),
        "dgamma and dbeta are means over the samples; want sums: dout holds the 1/N of the loss already.": _backward(
            sums="mean"
        ),
        "dgamma and dbeta are swapped.": _swapped_gradients,
        "The variance is divided by N - 1; in training it is N.": _backward(ddof=1),
    },
)
def batchnorm_backward(dout, x, gamma, eps=1e-5):
    """Gradients dx, dgamma, dbeta of batch norm in training, from dout = ∂loss/∂out and the input x (n_samples, n).

    The variance is divided by N.
    """
    scale = 1 / np.sqrt(x.var(axis=0) + eps)
    z = (x - x.mean(axis=0)) * scale
    dz = dout * gamma
    dx = scale * (dz - dz.mean(axis=0) - z * (dz * z).mean(axis=0))
    return dx, (dout * z).sum(axis=0), dout.sum(axis=0)


def _fold(bias=True, centered=True, axis="outputs", root=True, scaled_bias=True, shifted=True, gamma_used=True):
    """A fold_batchnorm that makes a mistake."""

    def f(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
        scale = (gamma if gamma_used else 1) / (np.sqrt(running_var + eps) if root else running_var + eps)
        new = W * scale if axis == "outputs" else W * scale[:, None]
        inner = (b if bias else 0) - (running_mean if centered else 0)
        return new, (scale if scaled_bias else 1) * inner + (beta if shifted else 0)

    return f


@exercise(
    cases=[
        {
            "W": np.array([[2.0]]),
            "b": np.array([1.0]),
            "gamma": np.array([3.0]),
            "beta": np.array([0.5]),
            "running_mean": np.array([4.0]),
            "running_var": np.array([9.0]),
        },
        {"W": draws.normal(size=(3, 3)), "b": np.array([1.0, -1.0, 0.5]), **SOME},
        {"W": draws.normal(size=(3, 3)), "b": np.array([1.0, -1.0, 0.5]), **SOME, "eps": 0.5},
    ],
    outputs=("W", "b"),
    slips={
        "The old bias is forgotten.": _fold(bias=False),
        "The running mean is not taken off.": _fold(centered=False),
        "Rows of W are scaled, the inputs; want its columns, the outputs.": _fold(axis="inputs"),
        "It divides by the running variance; want its root.": _fold(root=False),
        "The bias is not scaled: gamma / √(running_var + eps) multiplies all of x @ W + b - running_mean.": _fold(
            scaled_bias=False
        ),
        "beta is forgotten.": _fold(shifted=False),
        "gamma is forgotten.": _fold(gamma_used=False),
    },
)
def fold_batchnorm(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    """Weights and bias of one dense layer that does what x @ W + b, followed by batch norm in test mode, does."""
    scale = gamma / np.sqrt(running_var + eps)
    return W * scale, (b - running_mean) * scale + beta
