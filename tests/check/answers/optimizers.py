import numpy as np

from course_utils.optimizers import SGD, AdaGrad, Adam, Momentum, Nesterov

from . import right, wrong


@wrong("RMSProp's average")
def adagrad_step(theta, g, s, lr=0.1, eps=1e-8):
    s = 0.9 * s + (1 - 0.9) * g * g
    return theta - lr * g / (np.sqrt(s) + eps), s


@wrong("divides by root of g squared")
def adagrad_step(theta, g, s, lr=0.1, eps=1e-8):
    s = s + g**2
    return theta - lr * g / (np.sqrt(g**2) + eps), s


@wrong("brackets around the denominator forgotten")
def adagrad_step(theta, g, s, lr=0.1, eps=1e-8):
    s = s + g**2
    return theta - lr * g / np.sqrt(s) + eps, s


@wrong("s in place")
def adagrad_step(theta, g, s, lr=0.1, eps=1e-8):
    s += g**2
    theta = theta - lr * g / (np.sqrt(s) + eps)
    return theta, s


@wrong("old s divides")
def adagrad_step(theta, g, s, lr=0.1, eps=1e-8):
    theta = theta - lr / (np.sqrt(s) + eps) * g
    s = s + g**2
    return theta, s


@wrong("2 g")
def adagrad_step(theta, g, s, lr=0.1, eps=1e-8):
    s = s + g * 2
    return theta - lr * g / (np.sqrt(abs(s)) + eps), s


@right("power a half")
def adagrad_step(theta, g, s, lr=0.1, eps=1e-8):
    total = s + np.square(g)
    rate = lr / (total**0.5 + eps)
    return theta - rate * g, total


@wrong("1 - rho at the old")
def rmsprop_step(theta, g, s, lr=0.01, rho=0.9, eps=1e-8):
    s = (1 - rho) * s + rho * g**2
    return theta - lr * g / (np.sqrt(s) + eps), s


@wrong("mean of g itself then squared")
def rmsprop_step(theta, g, s, lr=0.01, rho=0.9, eps=1e-8):
    s = (rho * s + (1 - rho) * g) ** 2
    return theta - lr * g / (np.sqrt(s) + eps), s


@wrong("eps in the root")
def rmsprop_step(theta, g, s, lr=0.01, rho=0.9, eps=1e-8):
    s = rho * s + (1 - rho) * g * g
    theta = theta - lr * g / np.sqrt(s + eps)
    return theta, s


@wrong("multiplies by the root")
def rmsprop_step(theta, g, s, lr=0.01, rho=0.9, eps=1e-8):
    s = rho * s + (1 - rho) * g**2
    return theta - lr * g * (np.sqrt(s) + eps), s


@wrong("eps subtracted")
def rmsprop_step(theta, g, s, lr=0.01, rho=0.9, eps=1e-8):
    s = rho * s + (1 - rho) * g**2
    return theta - lr * g / (np.sqrt(s) - eps), s


@wrong("g squared in the step")
def rmsprop_step(theta, g, s, lr=0.01, rho=0.9, eps=1e-8):
    g = g**2
    s = rho * s + (1 - rho) * g
    return theta - lr * g / (np.sqrt(s) + eps), s


@right("increment form")
def rmsprop_step(theta, g, s, lr=0.01, rho=0.9, eps=1e-8):
    s = s + (1 - rho) * (g**2 - s)
    denominator = np.sqrt(s) + eps
    return theta - np.divide(lr * g, denominator), s


@wrong("correction with minus one step")
def adam_step(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    mhat = m / (1 - beta1 ** (t - 1))
    vhat = v / (1 - beta2 ** (t - 1))
    return theta - lr * mhat / (np.sqrt(vhat) + eps), m, v


@wrong("m is corrected with beta2")
def adam_step(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    mhat = m / (1 - beta2**t)
    vhat = v / (1 - beta2**t)
    return theta - lr * mhat / (np.sqrt(vhat) + eps), m, v


@wrong("beta1 in v and eps 1e-7")
def adam_step(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta1 * v + (1 - beta2) * g**2
    mhat = m / (1 - beta1**t)
    vhat = v / (1 - beta2**t)
    return theta - lr * mhat / (np.sqrt(vhat) + 1e-7), m, v


@wrong("multiplied by the correction")
def adam_step(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    mhat = m * (1 - beta1**t)
    vhat = v * (1 - beta2**t)
    return theta - lr * mhat / (np.sqrt(vhat) + eps), m, v


@wrong("corrected values kept as m and v")
def adam_step(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m = m / (1 - beta1**t)
    v = v / (1 - beta2**t)
    theta = theta - lr * m / (np.sqrt(v) + eps)
    return theta, m, v


@wrong("v is not rooted and not corrected")
def adam_step(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    mhat = m / (1 - beta1**t)
    return theta - lr * mhat / (v + eps), m, v


@wrong("v averages m squared")
def adam_step(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * m**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


@wrong("eps inside the root")
def adam_step(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - lr * m_hat / np.sqrt(v_hat + eps), m, v


@wrong("square of the betas' power: beta * t")
def adam_step(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - lr * (m / (1 - beta1) ** t) / (np.sqrt(v / (1 - beta2) ** t) + eps), m, v


@right("one rate for both corrections, eps scaled")
def adam_step(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (g * g - v)
    root = np.sqrt(1 - beta2**t)
    rate = lr * root / (1 - beta1**t)
    return theta - rate * m / (np.sqrt(v) + eps * root), m, v


@right("the order of the paper's section 2")
def adam_step(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return theta - rate * m / (np.sqrt(v) + eps), m, v


GOOD = {"ravine": Nesterov(lr=0.56, rho=0.7), "plateau": AdaGrad(lr=0.63), "rosenbrock": Momentum(lr=0.0035, rho=0.7)}
wrong("SGD everywhere", "choose_optimizers")(dict.fromkeys(GOOD, SGD(lr=0.1)))
wrong("names", "choose_optimizers")({"ravine": "Momentum", "plateau": "AdaGrad", "rosenbrock": "Adam"})
wrong("exchanged", "choose_optimizers")(
    {"ravine": GOOD["plateau"], "plateau": GOOD["ravine"], "rosenbrock": GOOD["rosenbrock"]}
)
wrong("Adam everywhere", "choose_optimizers")(dict.fromkeys(GOOD, Adam(lr=0.1)))
right("the stored solution", "choose_optimizers")(GOOD)
wrong("eps as it comes", "any_units")(Adam(lr=0.5, beta1=0.8, beta2=0.99))


@wrong("one root for all coordinates", said="One root of the sum of s is taken for all coordinates")
def adagrad_step(theta, g, s, lr=0.1, eps=1e-8):
    s = s + g**2
    return theta - lr * g / (np.sqrt(np.sum(s)) + eps), s


@wrong("one root of the mean for all coordinates", said="One root of the mean of s is taken for all coordinates")
def adagrad_step(theta, g, s, lr=0.1, eps=1e-8):
    s = s + g**2
    return theta - lr * g / (np.sqrt(np.mean(s)) + eps), s


@wrong("the length of s", said="The length of s is taken for all coordinates")
def adagrad_step(theta, g, s, lr=0.1, eps=1e-8):
    s = s + g**2
    return theta - lr * g / (np.linalg.norm(s) + eps), s


@wrong("one root for all coordinates", said="One root of the sum of s is taken for all coordinates")
def rmsprop_step(theta, g, s, lr=0.01, rho=0.9, eps=1e-8):
    s = rho * s + (1 - rho) * g**2
    return theta - lr * g / (np.sqrt(np.sum(s)) + eps), s


@wrong("a bias correction in the step", said="RMSProp has no correction")
def rmsprop_step(theta, g, s, lr=0.01, rho=0.9, eps=1e-8):
    s = rho * s + (1 - rho) * g**2
    s_hat = s / (1 - rho)
    return theta - lr * g / (np.sqrt(s_hat) + eps), s


@wrong("a bias correction that is kept", said="RMSProp has no correction")
def rmsprop_step(theta, g, s, lr=0.01, rho=0.9, eps=1e-8):
    s = rho * s + (1 - rho) * g**2
    s = s / (1 - rho)
    return theta - lr * g / (np.sqrt(s) + eps), s
