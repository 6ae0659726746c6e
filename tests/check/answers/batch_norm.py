import numpy as np

from . import right, wrong


@wrong("batch statistics always")
def batchnorm_forward(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    mean, var = x.mean(axis=0), x.var(axis=0)
    if training:
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * x.var(axis=0, ddof=1)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


@wrong("running var biased")
def batchnorm_forward(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    if not training:
        z = (x - running_mean) / np.sqrt(running_var + eps)
        return gamma * z + beta, running_mean, running_var
    mu, var = x.mean(0), x.var(0)
    z = (x - mu) / np.sqrt(var + eps)
    running_mean = momentum * running_mean + (1 - momentum) * mu
    running_var = momentum * running_var + (1 - momentum) * var
    return gamma * z + beta, running_mean, running_var


@wrong("PyTorch's momentum")
def batchnorm_forward(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(axis=0, ddof=1)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


@wrong("normalizes with the updated running averages")
def batchnorm_forward(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    if training:
        running_mean = momentum * running_mean + (1 - momentum) * x.mean(axis=0)
        running_var = momentum * running_var + (1 - momentum) * x.var(axis=0, ddof=1)
    out = gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
    return out, running_mean, running_var


@wrong("gamma forgotten")
def batchnorm_forward(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * x.var(axis=0, ddof=1)
    return (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


@wrong("if is turned round")
def batchnorm_forward(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    mean, var = running_mean, running_var
    if not training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * x.var(axis=0, ddof=1)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


@wrong("eps outside")
def batchnorm_forward(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    mean, std = running_mean, np.sqrt(running_var)
    if training:
        mean, std = x.mean(axis=0), x.std(axis=0)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * x.var(axis=0, ddof=1)
    return gamma * (x - mean) / (std + eps) + beta, running_mean, running_var


@wrong("running mean forgotten")
def batchnorm_forward(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_var = momentum * running_var + (1 - momentum) * x.var(axis=0, ddof=1)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


@right("increments, and a list")
def batchnorm_forward(x, gamma, beta, running_mean, running_var, training, momentum=0.9, eps=1e-5):
    if not training:
        return [beta + gamma * (x - running_mean) * (running_var + eps) ** -0.5, running_mean, running_var]
    n, mean = len(x), np.mean(x, axis=0)
    c = x - mean
    ss = (c * c).sum(axis=0)
    out = beta + gamma * c / np.sqrt(ss / n + eps)
    step = 1 - momentum
    return [out, running_mean + step * (mean - running_mean), running_var + step * (ss / (n - 1) - running_var)]


@wrong("means for sums")
def batchnorm_backward(dout, x, gamma, eps=1e-5):
    z = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    dz = dout * gamma
    dx = (dz - dz.mean(axis=0) - z * (dz * z).mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    return dx, (dout * z).mean(axis=0), dout.mean(axis=0)


@wrong("sum in place of mean in dx")
def batchnorm_backward(dout, x, gamma, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + eps)
    z = (x - x.mean(axis=0)) / std
    dz = dout * gamma
    dx = (dz - dz.sum(axis=0) - z * (dz * z).sum(axis=0)) / std
    return dx, (dout * z).sum(axis=0), dout.sum(axis=0)


@wrong("plus instead of minus before the second mean")
def batchnorm_backward(dout, x, gamma, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + eps)
    z = (x - x.mean(axis=0)) / std
    dz = dout * gamma
    dx = (dz - dz.mean(axis=0) + z * (dz * z).mean(axis=0)) / std
    return dx, (dout * z).sum(axis=0), dout.sum(axis=0)


@wrong("dgamma and dbeta exchanged")
def batchnorm_backward(dout, x, gamma, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + eps)
    z = (x - x.mean(axis=0)) / std
    dz = dout * gamma
    dx = (dz - dz.mean(axis=0) - z * (dz * z).mean(axis=0)) / std
    return dx, dout.sum(axis=0), (dout * z).sum(axis=0)


@wrong("z is not squared away: mean of dz times z apart")
def batchnorm_backward(dout, x, gamma, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + eps)
    z = (x - x.mean(axis=0)) / std
    dz = dout * gamma
    dx = (dz - dz.mean(axis=0) - z * dz.mean(axis=0) * z.mean(axis=0)) / std
    return dx, (dout * z).sum(axis=0), dout.sum(axis=0)


@right("graph form")
def batchnorm_backward(dout, x, gamma, eps=1e-5):
    n = len(x)
    mu = x.mean(axis=0)
    c = x - mu
    ivar = (np.mean(c**2, axis=0) + eps) ** -0.5
    dz = dout * gamma
    dvar = np.sum(dz * c, axis=0) * -0.5 * ivar**3
    dmu = -np.sum(dz * ivar, axis=0) + dvar * np.mean(-2 * c, axis=0)
    dx = dz * ivar + dvar * 2 * c / n + dmu / n
    return dx, np.sum(dout * c * ivar, axis=0), np.sum(dout, axis=0)


@wrong("the bias is forgotten in the shift")
def fold_batchnorm(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    scale = gamma / np.sqrt(running_var + eps)
    return W * scale, beta - running_mean * scale


@wrong("the old bias is not scaled")
def fold_batchnorm(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    scale = gamma / np.sqrt(running_var + eps)
    return W * scale, b - running_mean * scale + beta


@wrong("eps is forgotten")
def fold_batchnorm(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    scale = gamma / np.sqrt(running_var)
    return W * scale, (b - running_mean) * scale + beta


@wrong("plus the running mean")
def fold_batchnorm(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    scale = gamma / np.sqrt(running_var + eps)
    return W * scale, (b + running_mean) * scale + beta


@wrong("diag on the wrong side")
def fold_batchnorm(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    scale = gamma / np.sqrt(running_var + eps)
    return np.diag(scale) @ W, (b - running_mean) * scale + beta


@wrong("W is left as it is")
def fold_batchnorm(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    scale = gamma / np.sqrt(running_var + eps)
    return W, (b - running_mean) * scale + beta


@right("diag on the right side")
def fold_batchnorm(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    s = np.diag(gamma * (running_var + eps) ** -0.5)
    return W @ s, b @ s - running_mean @ s + beta
