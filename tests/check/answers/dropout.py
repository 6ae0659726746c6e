import numpy as np

from . import right, wrong


@wrong("x itself in test mode")
def dropout_forward(x, keep, rng, training):
    if not training:
        return x, np.ones(x.shape)
    mask = (rng.random(x.shape) < keep).astype(float)
    return x * mask / keep, mask


@wrong("mask of 1 / keep")
def dropout_forward(x, keep, rng, training):
    if training:
        mask = (rng.random(x.shape) < keep) / keep
        return x * mask, mask
    return x.copy(), np.ones(x.shape)


@wrong("scaled at test time")
def dropout_forward(x, keep, rng, training):
    if training:
        mask = (rng.random(x.shape) < keep) * 1.0
        return x * mask, mask
    return x * keep, np.ones(x.shape)


@wrong("greater than keep")
def dropout_forward(x, keep, rng, training):
    if training:
        mask = (rng.random(x.shape) > keep) * 1.0
        return x * mask / keep, mask
    return x.copy(), np.ones(x.shape)


@wrong("no mask in test mode")
def dropout_forward(x, keep, rng, training):
    if training:
        mask = (rng.random(x.shape) < keep) * 1.0
        return x * mask / keep, mask
    return x.copy(), None


@wrong("np.random")
def dropout_forward(x, keep, rng, training):
    if training:
        mask = (np.random.rand(*x.shape) < keep) * 1.0
        return x * mask / keep, mask
    return x.copy(), np.ones(x.shape)


@wrong("mask of shape of one row")
def dropout_forward(x, keep, rng, training):
    if training:
        mask = (rng.random(x.shape[1]) < keep) * 1.0
        return x * mask / keep, mask
    return x.copy(), np.ones(x.shape[1])


@right("booleans")
def dropout_forward(x, keep, rng, training):
    mask = rng.random(x.shape) < keep if training else np.full(x.shape, True)
    out = np.where(mask, x / (keep if training else 1), 0)
    return out, mask


@wrong("no division")
def dropout_backward(dout, mask, keep, training):
    if training:
        return dout * mask
    return dout


@wrong("always divides")
def dropout_backward(dout, mask, keep, training):
    return mask * dout / keep


@wrong("not in test mode")
def dropout_backward(dout, mask, keep, training):
    if training:
        return dout * mask / keep
    return np.zeros_like(dout)


@wrong("keep squared")
def dropout_backward(dout, mask, keep, training):
    return dout * mask / keep / keep if training else dout


@right("if")
def dropout_backward(dout, mask, keep, training):
    scale = 1 / keep if training else 1
    return scale * mask * dout


@wrong("mask of W's shape")
def dropconnect_forward(x, W, b, keep, rng, training):
    if not training:
        return x @ W + b
    mask = rng.random(W.shape) < keep
    return x @ (W * mask) / keep + b


@wrong("the bias is divided")
def dropconnect_forward(x, W, b, keep, rng, training):
    if not training:
        return x @ W + b
    mask = rng.random((len(x), *W.shape)) < keep
    return (np.einsum("ni,nio->no", x, mask * W) + b) / keep


@wrong("not divided")
def dropconnect_forward(x, W, b, keep, rng, training):
    if training:
        mask = rng.random((x.shape[0], W.shape[0], W.shape[1])) < keep
        out = np.zeros((len(x), W.shape[1]))
        for i in range(len(x)):
            out[i] = x[i] @ (mask[i] * W)
        return out + b
    return x @ W + b


@wrong("test mode scaled")
def dropconnect_forward(x, W, b, keep, rng, training):
    if training:
        mask = rng.random((x.shape[0], W.shape[0], W.shape[1])) < keep
        return np.einsum("ni,nio->no", x, mask * W) / keep + b
    return keep * x @ W + b


@wrong("multiplies by keep")
def dropconnect_forward(x, W, b, keep, rng, training):
    if training:
        mask = rng.random((x.shape[0], W.shape[0], W.shape[1])) < keep
        return np.einsum("ni,nio->no", x, mask * W) * keep + b
    return x @ W + b


@right("matmul in batches")
def dropconnect_forward(x, W, b, keep, rng, training):
    if not training:
        return np.dot(x, W) + b
    Ws = W[None] * (rng.random((len(x),) + W.shape) < keep) / keep
    return (x[:, None, :] @ Ws)[:, 0] + b
