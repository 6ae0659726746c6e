"""Checkers of the chapter on batch norm: forward in both modes, its way back, and folding it into a dense layer."""

import numpy as np

from ._protocol import edits, exercise

draws = np.random.default_rng(10)
PLAIN = np.array([[1.0], [3.0]])
X, GAMMA, BETA = draws.normal(2, 3, (6, 3)), np.array([0.5, -1.0, 2.0]), np.array([1.0, 0.0, -2.0])
MEAN, VAR = np.array([1.5, 2.0, 3.0]), np.array([4.0, 9.0, 6.0])
ONE = {"gamma": np.ones(1), "beta": np.zeros(1), "running_mean": np.zeros(1), "running_var": np.ones(1)}
SOME = {"gamma": GAMMA, "beta": BETA, "running_mean": MEAN, "running_var": VAR}


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
    slips=edits(
        {
            "The batch's own statistics are used in test mode too: there a sample would depend on the others, and a batch "
            "of one would give beta.": (
                "mean, var = running_mean, running_var",
                "mean, var = x.mean(axis=0), x.var(axis=0)",
            ),
            "The running averages are used in training: there it is the batch's own mean and variance.": (
                "return gamma",
                "mean, var = running_mean, running_var\n    return gamma",
            ),
            "Training and test are swapped.": ("if training", "if not training"),
            "The running averages move in test mode as well: they are to stay as they were.": (
                "mean, var = running_mean, running_var",
                "mean, var = running_mean, running_var\n"
                "        running_mean = momentum * running_mean + (1 - momentum) * x.mean(axis=0)\n"
                "        running_var = momentum * running_var + (1 - momentum) * x.var(axis=0, ddof=1)",
            ),
            "The other convention of momentum: here momentum is the share of the old that stays; this is PyTorch's, the "
            "share of the new.": ("if training:", "momentum = 1 - momentum\n    if training:"),
            "momentum is not used: it is 0.9 whatever is asked for.": (
                "if training:",
                "momentum = 0.9\n    if training:",
            ),
            "The new is added whole, without its share 1 - momentum: the averages grow too large.": [
                ("(1 - momentum) * mean", "mean"),
                ("(1 - momentum) * x.var", "x.var"),
            ],
            "The running variance lacks the factor N / (N - 1).": ("x.var(axis=0, ddof=1)", "var"),
            "The factor N / (N - 1) belongs to the running variance alone; in training z is made with the variance divided "
            "by N.": ("x.mean(axis=0), x.var(axis=0)", "x.mean(axis=0), x.var(axis=0, ddof=1)"),
            "The running variance averages standard deviations; want variances.": (
                "x.var(axis=0, ddof=1)",
                "np.sqrt(var)",
            ),
            "The statistics run over the features of each sample: that is layer norm. Want those over the samples, axis 0.": (
                "return gamma * (x - mean) / np.sqrt(var + eps)",
                "if training:\n"
                "        mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)\n"
                "    return gamma * (x - mean) / np.sqrt(var + eps)",
            ),
            "gamma and beta are left out.": [("gamma * (x", "(x"), (" + eps) + beta", " + eps)")],
            "gamma and beta are swapped: gamma scales, beta shifts.": [
                ("gamma * (x", "beta * (x"),
                ("eps) + beta", "eps) + gamma"),
            ],
            "The mean is not taken off.": ("(x - mean)", "x"),
            "eps is added to the standard deviation; want √(variance + eps).": (
                "np.sqrt(var + eps)",
                "(np.sqrt(var) + eps)",
            ),
            "The root is missing: it divides by the variance.": ("np.sqrt(var + eps)", "(var + eps)"),
        }
    ),
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
    slips=edits(
        {
            "Mean and variance are taken as constants: that is the way back of test mode. In training they depend on x.": (
                "(dz - dz.mean(axis=0) - z * (dz * z).mean(axis=0))",
                "dz",
            ),
            "The way through the variance is missing: z · mean(dz · z), the mean of the product, is to be taken off as well.": (
                " - z * (dz * z).mean(axis=0)",
                "",
            ),
            "The way through the mean is missing: mean(dz) is to be taken off as well.": (" - dz.mean(axis=0)", ""),
            "The division by √(variance + eps) is missing in dx.": ("dx = scale *", "dx ="),
            "It divides by variance + eps; want its root.": ("dx = scale", "dx = scale**2"),
            "gamma is missing in dx: dz = dout · gamma.": ("dout * gamma", "dout"),
            "dgamma is made with x; want z, the normalized x.": ("(dout * z)", "(dout * x)"),
            "gamma counts twice in dgamma: it is the sum of dout · z.": ("(dout * z)", "(dz * z)"),
            "dgamma and dbeta are means over the samples; want sums: dout holds the 1/N of the loss already.": (
                "(dout * z).sum(axis=0), dout.sum(axis=0)",
                "(dout * z).mean(axis=0), dout.mean(axis=0)",
            ),
            "Sums stand where dx wants means: each sample's share of mean and variance is 1/N.": [
                ("dz.mean(axis=0)", "dz.sum(axis=0)"),
                ("(dz * z).mean(axis=0)", "(dz * z).sum(axis=0)"),
            ],
            "The way through the variance has the wrong sign: z · mean(dz · z) is taken off.": ("- z *", "+ z *"),
            "dgamma and dbeta are swapped.": (
                "(dout * z).sum(axis=0), dout.sum(axis=0)",
                "dout.sum(axis=0), (dout * z).sum(axis=0)",
            ),
            "The variance is divided by N - 1; in training it is N.": ("x.var(axis=0)", "x.var(axis=0, ddof=1)"),
        }
    ),
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


@exercise(
    cases=[
        {
            "W": np.array([[2.0]]),
            "b": np.array([1.0]),
            "gamma": np.array([3.0]),
            "beta": np.array([0.5]),
            "running_mean": np.array([4.0]),
            "running_var": np.array([4.0]),
        },
        {"W": draws.normal(size=(3, 3)), "b": np.array([1.0, -1.0, 0.5]), **SOME},
        {"W": draws.normal(size=(2, 3)), "b": np.array([1.0, -1.0, 0.5]), **SOME, "eps": 0.5},
    ],
    outputs=("W", "b"),
    slips=edits(
        {
            "The old bias is forgotten.": ("(b - running_mean)", "(0 - running_mean)"),
            "The running mean is not taken off.": ("(b - running_mean)", "b"),
            "The running mean is added: batch norm takes it off.": ("b - running", "b + running"),
            "Rows of W are scaled, the inputs; want its columns, the outputs.": ("W * scale", "(W.T * scale).T"),
            "W is left as it is: gamma / √(running_var + eps) multiplies it too.": ("W * scale", "W + 0"),
            "It divides by the running variance; want its root.": ("np.sqrt(running_var + eps)", "(running_var + eps)"),
            "eps is forgotten: batch norm divides by √(running_var + eps).": (" + eps", ""),
            "The bias is not scaled: gamma / √(running_var + eps) multiplies all of x @ W + b - running_mean.": (
                "(b - running_mean) * scale",
                "(b - running_mean)",
            ),
            "Only the running mean is scaled: gamma / √(running_var + eps) multiplies the old bias too.": (
                "(b - running_mean) * scale",
                "b - running_mean * scale",
            ),
            "beta is forgotten.": ("scale + beta", "scale"),
            "gamma is forgotten.": ("gamma / np", "1 / np"),
        }
    ),
)
def fold_batchnorm(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    """Weights and bias of one dense layer that does what x @ W + b, followed by batch norm in test mode, does."""
    scale = gamma / np.sqrt(running_var + eps)
    return W * scale, (b - running_mean) * scale + beta
