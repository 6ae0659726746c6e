import numpy as np

from . import right, wrong


@wrong("reshape to the transposed shape")
def pytorch_layout(theta, n_in, n_out):
    weight = theta[: n_in * n_out].reshape(n_out, n_in)
    bias = theta[n_in * n_out :]
    return weight, bias


@wrong("off by one")
def pytorch_layout(theta, n_in, n_out):
    weight = theta[: n_in * n_out].reshape(n_in, n_out).T
    bias = theta[n_in * n_out + 1 :]
    return weight, bias


@wrong("bias first in what is returned")
def pytorch_layout(theta, n_in, n_out):
    weight = theta[: n_in * n_out].reshape(n_in, n_out).T
    bias = theta[n_in * n_out :]
    return bias, weight


@wrong("bias as a column")
def pytorch_layout(theta, n_in, n_out):
    weight = theta[: n_in * n_out].reshape(n_in, n_out).T
    bias = theta[n_in * n_out :].reshape(-1, 1)
    return weight, bias


@right("from behind")
def pytorch_layout(theta, n_in, n_out):
    W = np.reshape(theta[:-n_out], (n_in, n_out))
    return [np.ascontiguousarray(W.T), theta[-n_out:].copy()]


@wrong("alpha divided")
def translate(momentum, keep, lam, batch_size):
    return 1 - momentum, 1 - keep, lam, lam / batch_size


@wrong("half the decay")
def translate(momentum, keep, lam, batch_size):
    return 1 - momentum, 1 - keep, lam / 2, lam * batch_size


@wrong("everything doubled in decay and alpha")
def translate(momentum, keep, lam, batch_size):
    return 1 - momentum, 1 - keep, 2 * lam, 2 * lam * batch_size


@wrong("momentum and p exchanged")
def translate(momentum, keep, lam, batch_size):
    return 1 - keep, 1 - momentum, lam, lam * batch_size


@wrong("keep is kept")
def translate(momentum, keep, lam, batch_size):
    return 1 - momentum, keep, lam, lam * batch_size


@right("a list")
def translate(momentum, keep, lam, batch_size):
    return [1 - momentum, 1 - keep, lam, batch_size * lam]


@wrong("the rule of thumb")
def lost_updates(theta, step):
    lost = np.abs(step) < np.abs(theta) * 2**-11
    return lost[step != 0].mean()


@wrong("in float64")
def lost_updates(theta, step):
    lost = theta + step == theta
    return lost[step != 0].mean()


@wrong("zeros counted")
def lost_updates(theta, step):
    t16, s16 = theta.astype(np.float16), step.astype(np.float16)
    return np.mean(t16 + s16 == t16)


@wrong("those that arrive")
def lost_updates(theta, step):
    t16, s16 = theta.astype(np.float16), step.astype(np.float16)
    moved = (t16 + s16) != t16
    return moved[step != 0].mean()


@wrong("the number of them")
def lost_updates(theta, step):
    t16, s16 = theta.astype(np.float16), step.astype(np.float16)
    lost = (t16 + s16 == t16) & (step != 0)
    return lost.sum()


@wrong("float32")
def lost_updates(theta, step):
    t32, s32 = theta.astype(np.float32), step.astype(np.float32)
    lost = t32 + s32 == t32
    return lost[step != 0].mean()


@right("half and counting")
def lost_updates(theta, step):
    half = np.half
    count = total = 0
    for a, b in zip(theta, step, strict=True):
        if b != 0:
            total += 1
            count += half(a) + half(b) == half(a)
    return count / total
