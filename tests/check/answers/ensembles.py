import numpy as np

from . import right, wrong


@wrong("mean of the scores")
def ensemble_predict(scores):
    s = scores.mean(axis=0)
    e = np.exp(s - s.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p, p.argmax(axis=1)


@wrong("argmax over samples")
def ensemble_predict(scores):
    e = np.exp(scores - scores.max(axis=2, keepdims=True))
    p = (e / e.sum(axis=2, keepdims=True)).mean(axis=0)
    return p, p.argmax(axis=0)


@wrong("max of everything, sums to more than 1")
def ensemble_predict(scores):
    e = np.exp(scores - scores.max(axis=2, keepdims=True))
    p = (e / e.sum(axis=2, keepdims=True)).sum(axis=0)
    return p, p.argmax(axis=1)


@wrong("softmax over everything")
def ensemble_predict(scores):
    e = np.exp(scores - scores.max())
    p = (e / e.sum()).mean(axis=0)
    return p, p.argmax(axis=1)


@wrong("geometric mean")
def ensemble_predict(scores):
    e = np.exp(scores - scores.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    p = np.exp(np.log(p).mean(axis=0))
    return p, p.argmax(axis=1)


@right("a loop over the members")
def ensemble_predict(scores):
    total = 0
    for member in scores:
        e = np.exp(member - np.max(member, axis=1)[:, None])
        total = total + e / np.sum(e, axis=1)[:, None]
    p = total / len(scores)
    return p, np.argmax(p, axis=1)


@wrong("no one minus")
def ema_update(average, theta, decay):
    return decay * average + decay * theta


@wrong("decay at theta")
def ema_update(average, theta, decay):
    return average + decay * (theta - average)


@wrong("in place")
def ema_update(average, theta, decay):
    average *= decay
    average += (1 - decay) * theta
    return average


@wrong("difference the wrong way")
def ema_update(average, theta, decay):
    return average + (1 - decay) * (average - theta)


@wrong("plus decay")
def ema_update(average, theta, decay):
    return decay * average + (1 + decay) * theta


@right("lerp")
def ema_update(average, theta, decay):
    return theta + decay * (average - theta)


@wrong("linspace floored")
def snapshot_steps(n_steps, n_cycles):
    return np.linspace(0, n_steps, n_cycles + 1)[1:].astype(int)


@wrong("starts")
def snapshot_steps(n_steps, n_cycles):
    period = -(-n_steps // n_cycles)
    return np.arange(0, n_steps, period)


@wrong("floor period")
def snapshot_steps(n_steps, n_cycles):
    period = n_steps // n_cycles
    steps = [period * (i + 1) for i in range(n_cycles)]
    steps[-1] = n_steps
    return np.array(steps)


@wrong("not cut")
def snapshot_steps(n_steps, n_cycles):
    period = int(np.ceil(n_steps / n_cycles))
    return np.array([period * (i + 1) for i in range(n_cycles)])


@wrong("maximum")
def snapshot_steps(n_steps, n_cycles):
    period = int(np.ceil(n_steps / n_cycles))
    return np.maximum(period * np.arange(1, n_cycles + 1), n_steps)


@right("a list")
def snapshot_steps(n_steps, n_cycles):
    length = (n_steps + n_cycles - 1) // n_cycles
    return [min(length * k, n_steps) for k in range(1, n_cycles + 1)]
