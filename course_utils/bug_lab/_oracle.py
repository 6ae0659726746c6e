"""An oracle: what a training program computes, computed once more from the formulas, without a line in common.

    disagreements(program)           # what the two do not agree on, in words; empty if they agree

For your own programs the oracle is a library that many others test. It can only be asked where both can be given the
same numbers: what dropout draws is its own, so a net with dropout is compared in test mode alone. And it answers for
what it is handed: data, labels and penalty come from the program.
"""

import numpy as np
from scipy.special import log_softmax

SAMPLES, STEPS, TOLERANCE, LEAST = 32, 5, 1e-6, 0.01
MOMENTUM, EPS = 0.9, 1e-5  # of batch norm


def disagreements(program):
    """What program and oracle do not agree on: scores, loss, an array's gradient or a step; a list of words."""
    net, (x, y) = program.net(), program.split().train
    x, y = x[:SAMPLES], y[:SAMPLES]
    # Even biases and small last weights would hide much.
    net.theta += np.random.default_rng(0).normal(0, 0.1, net.n_params)
    arrays = net.unpack(net.theta)
    wrong = _in_training(program, net, arrays, x, y)
    running = _running(arrays, x) if program.norm else None
    wrong += _compare({"scores in test mode": net.forward(x)}, {"scores in test mode": _scores(arrays, x, running)[-1]})
    return wrong + _compare(_steps(program.opt), _textbook(program.opt))


def _compare(mine, its):
    errors = {name: _distance(mine[name], its[name]) for name in its}
    return [f"{name} off by {error:.2g}" for name, error in errors.items() if not error < TOLERANCE]


def _distance(a, b):
    """Distance of a from b in norms of b; below LEAST a norm counts as that: some gradients are 0 by construction."""
    return np.linalg.norm(a - b) / max(np.linalg.norm(b), LEAST)


def _in_training(program, net, arrays, x, y):
    """The disagreements over one mini-batch in training mode; with dropout the pass is made, and not compared."""
    scores = net.forward(x, training=True)
    if program.dropout:
        return []
    loss, dscores = program.loss(scores, y)
    net.backward(dscores)
    mine = {"scores in training mode": scores, "loss": loss} | {
        f"gradient of {name}": grad for name, grad in net.unpack(net.grad).items()
    }
    its_loss, grads = _gradients(arrays, x, y)
    its = {"scores in training mode": _scores(arrays, x)[-1], "loss": its_loss} | {
        f"gradient of {name}": grad for name, grad in zip(arrays, grads, strict=True)
    }
    return _compare(mine, its)


def _scores(arrays, x, running=None):
    """(what goes into the ReLU, its output, scores); batch norm with its running (mean, variance) if they are given."""
    W1, b1, *norm, W2, b2 = arrays.values()
    s = x @ W1 + b1
    if norm:
        mean, var = running or (s.mean(axis=0), s.var(axis=0))
        s = norm[0] * (s - mean) / np.sqrt(var + EPS) + norm[1]
    h = s * (s > 0)
    return s, h, h @ W2 + b2


def _running(arrays, x):
    """Batch norm's running mean and variance after one batch."""
    W1, b1, *_ = arrays.values()
    s = x @ W1 + b1
    return (1 - MOMENTUM) * s.mean(axis=0), MOMENTUM + (1 - MOMENTUM) * s.var(axis=0, ddof=1)


def _gradients(arrays, x, y):
    """The mean cross-entropy and its gradient by each array, the layers multiplied out."""
    W1, b1, *norm, W2, _ = arrays.values()
    s, h, scores = _scores(arrays, x)
    logs, right = log_softmax(scores, axis=1), np.eye(scores.shape[1])[y]
    d2 = (np.exp(logs) - right) / len(x)
    d1 = (d2 @ W2.T) * (s > 0)
    own = []
    if norm:
        raw = x @ W1 + b1
        centered, spread = raw - raw.mean(axis=0), np.sqrt(raw.var(axis=0) + EPS)
        z = centered / spread
        own = [(d1 * z).sum(axis=0), d1.sum(axis=0)]
        dz = d1 * norm[0]
        d1 = (dz - dz.mean(axis=0) - z * (dz * z).mean(axis=0)) / spread
    return -(logs * right).sum() / len(x), [x.T @ d1, d1.sum(axis=0), *own, h.T @ d2, d2.sum(axis=0)]


def _gradient(t):
    return np.array([1.0, -0.5]) * (1 + t)


def _steps(opt):
    """{"step 1": ...}: what an optimizer makes of a few gradients, in lr."""
    state, steps = opt.init(np.zeros(2)), {}
    for t in range(STEPS):
        step, state = opt.update(_gradient(t), state, t)
        steps[f"step {t + 1}"] = step / opt.lr
    return steps


def _textbook(opt):
    """The same by the formulas of SGD, Nesterov or Adam."""
    v = m = np.zeros(2)
    steps = {}
    for t in range(STEPS):
        g = _gradient(t)
        if hasattr(opt, "beta1"):
            m, v = opt.beta1 * m + (1 - opt.beta1) * g, opt.beta2 * v + (1 - opt.beta2) * g * g
            step = m / (1 - opt.beta1 ** (t + 1)) / (np.sqrt(v / (1 - opt.beta2 ** (t + 1))) + opt.eps)
        else:
            rho = getattr(opt, "rho", 0.0)
            v = rho * v + g
            step = g + rho * v
        steps[f"step {t + 1}"] = -step
    return steps
