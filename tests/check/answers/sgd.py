import math

import numpy as np

from . import right, wrong


@wrong("rounded down")
def n_steps(n_samples, batch_size, epochs):
    return int(n_samples / batch_size) * epochs


@wrong("minus one")
def n_steps(n_samples, batch_size, epochs):
    return epochs * math.ceil(n_samples / batch_size) - 1


@wrong("rounds the whole")
def n_steps(n_samples, batch_size, epochs):
    return math.ceil(n_samples * epochs / batch_size)


@wrong("upside down")
def n_steps(n_samples, batch_size, epochs):
    return epochs * math.ceil(batch_size / n_samples)


@wrong("plus instead of times")
def n_steps(n_samples, batch_size, epochs):
    return epochs + math.ceil(n_samples / batch_size)


@right("a float")
def n_steps(n_samples, batch_size, epochs):
    return epochs * np.ceil(n_samples / batch_size)


@right("counted")
def n_steps(n_samples, batch_size, epochs):
    steps = 0
    for _ in range(epochs):
        for _start in range(0, n_samples, batch_size):
            steps += 1
    return steps


@wrong("cyclic shift")
def minibatches(n_samples, batch_size, rng):
    order = np.roll(np.arange(n_samples), rng.integers(n_samples))
    return [order[i : i + batch_size] for i in range(0, n_samples, batch_size)]


@wrong("reversed")
def minibatches(n_samples, batch_size, rng):
    order = np.arange(n_samples)[::-1]
    return [order[i : i + batch_size] for i in range(0, n_samples, batch_size)]


@wrong("range one batch too short")
def minibatches(n_samples, batch_size, rng):
    order = rng.permutation(n_samples)
    return [order[i : i + batch_size] for i in range(0, n_samples - batch_size, batch_size)]


@wrong("slice to batch_size")
def minibatches(n_samples, batch_size, rng):
    order = rng.permutation(n_samples)
    return [order[i:batch_size] for i in range(0, n_samples, batch_size)]


@wrong("step of the range forgotten")
def minibatches(n_samples, batch_size, rng):
    order = rng.permutation(n_samples)
    return [order[i : i + batch_size] for i in range(0, n_samples)]


@wrong("np.random.permutation")
def minibatches(n_samples, batch_size, rng):
    order = np.random.permutation(n_samples)
    return [order[i : i + batch_size] for i in range(0, n_samples, batch_size)]


@wrong("choice with replacement")
def minibatches(n_samples, batch_size, rng):
    return [rng.choice(n_samples, min(batch_size, n_samples - i)) for i in range(0, n_samples, batch_size)]


@wrong("sorted after shuffling")
def minibatches(n_samples, batch_size, rng):
    order = np.sort(rng.permutation(n_samples))
    return [order[i : i + batch_size] for i in range(0, n_samples, batch_size)]


@right("a generator of lists")
def minibatches(n_samples, batch_size, rng):
    idx = list(range(n_samples))
    rng.shuffle(idx)
    for i in range(0, n_samples, batch_size):
        yield idx[i : i + batch_size]


@right("split")
def minibatches(n_samples, batch_size, rng):
    return np.split(rng.permutation(n_samples), np.arange(batch_size, n_samples, batch_size))


@wrong("y minus prediction")
def sgd_step(theta, x, y, lr=0.1):
    error = y - x @ theta
    grad = x.T @ error / len(y)
    return theta - lr * grad


@wrong("factor 2")
def sgd_step(theta, x, y, lr=0.1):
    grad = 2 * x.T @ (x @ theta - y) / len(y)
    return theta - lr * grad


@wrong("squares the error")
def sgd_step(theta, x, y, lr=0.1):
    error = (x @ theta - y) ** 2
    return theta - lr * x.T @ error / len(y)


@wrong("forgets to divide")
def sgd_step(theta, x, y, lr=0.1):
    e = x @ theta - y
    g = np.zeros_like(theta)
    for i in range(len(y)):
        g += e[i] * x[i]
    return theta - lr * g


@wrong("divides by 2B")
def sgd_step(theta, x, y, lr=0.1):
    e = x.dot(theta) - y
    return theta - lr / (2 * len(y)) * x.T.dot(e)


@wrong("forgets y")
def sgd_step(theta, x, y, lr=0.1):
    return theta - lr * x.T @ (x @ theta) / len(y)


@right("a mean of rows")
def sgd_step(theta, x, y, lr=0.1):
    e = (x * theta).sum(axis=1) - y
    return theta - lr * np.mean(e[:, np.newaxis] * x, axis=0)


@wrong("smallest eigenvalue")
def largest_stable_lr(hessian):
    return 2 / np.min(np.linalg.eigvals(hessian))


@wrong("1 over")
def largest_stable_lr(hessian):
    w, v = np.linalg.eigh(hessian)
    return 1 / max(w)


@wrong("largest entry")
def largest_stable_lr(hessian):
    return 2 / np.max(hessian)


@wrong("product 2 times")
def largest_stable_lr(hessian):
    return 2 * np.max(np.linalg.eigvalsh(hessian))


@wrong("mean of eigenvalues")
def largest_stable_lr(hessian):
    return 2 / np.linalg.eigvalsh(hessian).mean()


@wrong("eigh unpacked the wrong way")
def largest_stable_lr(hessian):
    return 2 / np.linalg.eigh(hessian)[1][-1]


@right("spectral norm")
def largest_stable_lr(hessian):
    return 2 / np.linalg.norm(hessian, 2)


@wrong("other orders for x and y")
def sgd_epoch(theta, x, y, batch_size, lr, rng):
    x, y = rng.permutation(x), rng.permutation(y)
    for start in range(0, len(x), batch_size):
        xb, yb = x[start : start + batch_size], y[start : start + batch_size]
        theta = theta - lr * xb.T @ (xb @ theta - yb) / len(xb)
    return theta


@wrong("divides by batch_size still")
def sgd_epoch(theta, x, y, batch_size, lr, rng):
    order = rng.permutation(len(x))
    x, y = x[order], y[order]
    for start in range(0, len(x), batch_size):
        xb, yb = x[start : start + batch_size], y[start : start + batch_size]
        theta = theta - lr * xb.T @ (xb @ theta - yb) / batch_size
    return theta


@wrong("shuffle left out")
def sgd_epoch(theta, x, y, batch_size, lr, rng):
    for start in range(0, len(x), batch_size):
        xb, yb = x[start : start + batch_size], y[start : start + batch_size]
        theta = theta - lr * xb.T @ (xb @ theta - yb) / len(xb)
    return theta


@right("a shuffled array, and the mean of a product")
def sgd_epoch(theta, x, y, batch_size, lr, rng):
    indices = np.arange(len(x))
    rng.shuffle(indices)
    for batch in np.split(indices, range(batch_size, len(x), batch_size)):
        error = x[batch] @ theta - y[batch]
        theta = theta - lr * (error[:, None] * x[batch]).mean(axis=0)
    return theta
