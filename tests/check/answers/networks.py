import numpy as np

from course_utils.losses import softmax_cross_entropy

from . import right, wrong


@wrong("mask from x")
def layer_backward(dout, x, W, b):
    z = x @ W + b
    out = np.maximum(0, z)
    dz = dout * out
    dx = dz @ W.T
    dW = x.T @ dz
    db = dz.sum(axis=0)
    return dx, dW, db


@wrong("db summed with keepdims")
def layer_backward(dout, x, W, b):
    z = x @ W + b
    dz = dout * (z > 0)
    return dz @ W.T, x.T @ dz, dz.sum(axis=0, keepdims=True)


@wrong("db summed over the units")
def layer_backward(dout, x, W, b):
    z = x @ W + b
    dz = dout * (z > 0)
    return dz @ W.T, x.T @ dz, dz.sum(axis=1)


@wrong("W is not transposed")
def layer_backward(dout, x, W, b):
    z = x @ W + b
    dz = dout * (z > 0)
    return dz @ W, x.T @ dz, dz.sum(axis=0)


@wrong("mask is z < 0")
def layer_backward(dout, x, W, b):
    z = x @ W + b
    dz = np.where(z < 0, dout, 0)
    return dz @ W.T, x.T @ dz, dz.sum(axis=0)


@wrong("dx leaves out the mask and the bias has a mean")
def layer_backward(dout, x, W, b):
    mask = (x @ W + b) > 0
    dz = dout * mask
    dx = dout @ W.T
    dW = x.T @ dz
    db = dz.mean(axis=0)
    return dx, dW, db


@right("loops and outer products")
def layer_backward(dout, x, W, b):
    out = np.maximum(0, x @ W + b)
    dz = dout.copy()
    dz[out <= 0] = 0
    dW = sum(np.outer(a, d) for a, d in zip(x, dz, strict=True))
    return np.dot(dz, np.transpose(W)), dW, np.ones(len(x)) @ dz


@wrong("the slope of ReLU in a net of tanh")
def backprop(x, y, W1, b1, W2, b2):
    h = np.tanh(x @ W1 + b1)
    s = h @ W2 + b2
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(y)), y]).mean()
    p[np.arange(len(y)), y] -= 1
    p /= len(y)
    da = (p @ W2.T) * (h > 0)
    return loss, x.T @ da, da.sum(axis=0), h.T @ p, p.sum(axis=0)


@wrong("the mask comes after the product")
def layer_backward(dout, x, W, b):
    da = dout * (x @ W + b > 0)
    return dout @ W.T * (x > 0), x.T @ da, da.sum(axis=0)


@wrong("tanh of tanh", said="tanh is taken twice")
def backprop(x, y, W1, b1, W2, b2):
    h = np.tanh(x @ W1 + b1)
    loss, ds = softmax_cross_entropy(h @ W2 + b2, y)
    dW2 = h.T @ ds
    db2 = ds.sum(axis=0)
    dh = ds @ W2.T
    da = dh * (1 - np.tanh(h) ** 2)
    return loss, x.T @ da, da.sum(axis=0), dW2, db2
