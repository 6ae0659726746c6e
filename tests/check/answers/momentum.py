import numpy as np

from course_utils.optimizers import SGD, Adam, Momentum, Nesterov

from . import right, wrong


@wrong("exponential average")
def momentum_step(theta, g, v, lr=0.1, rho=0.9):
    v = rho * v + (1 - rho) * g
    theta = theta - lr * v
    return theta, v


@wrong("lr in v, plus")
def momentum_step(theta, g, v, lr=0.1, rho=0.9):
    v = rho * v - lr * g
    return theta + v, v


@wrong("theta moved with the old v")
def momentum_step(theta, g, v, lr=0.1, rho=0.9):
    theta = theta - lr * v
    v = rho * v + g
    return theta, v


@wrong("returns theta only")
def momentum_step(theta, g, v, lr=0.1, rho=0.9):
    v = rho * v + g
    return theta - lr * v


@wrong("v written in place")
def momentum_step(theta, g, v, lr=0.1, rho=0.9):
    v *= rho
    v += g
    return theta - lr * v, v


@wrong("lr scales v's memory")
def momentum_step(theta, g, v, lr=0.1, rho=0.9):
    v = lr * v + g
    return theta - rho * v, v


@wrong("rho times v is subtracted")
def momentum_step(theta, g, v, lr=0.1, rho=0.9):
    v = rho * v + g
    return theta - lr * rho * v, v


@right("a list")
def momentum_step(theta, g, v, lr=0.1, rho=0.9):
    velocity = g + v * rho
    return [theta + (-lr) * velocity, velocity]


@wrong("1 plus rho")
def matching_rate(lr, rho):
    return lr / (1 + rho)


@wrong("no brackets")
def matching_rate(lr, rho):
    return lr / 1 - rho


@wrong("times")
def matching_rate(lr, rho):
    return (1 - rho) * lr


@wrong("squared")
def matching_rate(lr, rho):
    return lr / (1 - rho) ** 2


@right("negative power")
def matching_rate(lr, rho):
    return lr * (1 - rho) ** -1


@wrong("looks ahead with g left out")
def nesterov_step(theta, g, v, lr=0.1, rho=0.9):
    v = rho * v + g
    return theta - lr * rho * v, v


@wrong("the old v in the look-ahead")
def nesterov_step(theta, g, v, lr=0.1, rho=0.9):
    v_new = rho * v + g
    return theta - lr * (g + rho * v), v_new


@wrong("Keras form with lr in v")
def nesterov_step(theta, g, v, lr=0.1, rho=0.9):
    v = rho * v - lr * g
    return theta + rho * v - lr * g, v


@wrong("look-ahead adds v twice")
def nesterov_step(theta, g, v, lr=0.1, rho=0.9):
    v = rho * v + g
    return theta - lr * (v + rho * v), v


@wrong("minus in the look-ahead")
def nesterov_step(theta, g, v, lr=0.1, rho=0.9):
    v = rho * v + g
    return theta - lr * (g - rho * v), v


@right("written out")
def nesterov_step(theta, g, v, lr=0.1, rho=0.9):
    new_v = rho * v + g
    step = lr * g + lr * rho * new_v
    return theta - step, new_v


wrong("too large a rate", "tune_momentum")(Momentum(lr=0.1, rho=0.9))
wrong("a class", "tune_momentum")(Nesterov)
wrong("Adam", "tune_momentum")(Adam(lr=0.1))
wrong("a dict", "tune_momentum")({"lr": 0.03, "rho": 0.7})
wrong("SGD with a good rate", "tune_momentum")(SGD(lr=0.0198))
wrong("too small a rate", "tune_momentum")(Momentum(lr=0.001, rho=0.9))
right("the solution", "tune_momentum")(Momentum(lr=(2 / 11) ** 2, rho=(9 / 11) ** 2))


@wrong("the test is reversed", said="The test is the wrong way round")
def any_valley(p, g, memory):
    v = np.zeros_like(p) if memory is None or g @ memory > 0 else memory
    v = 0.99 * v + g
    return p - 0.5 * v, v


@wrong("the test is reversed, with a memory that points downhill", said="The test is the wrong way round")
def any_valley(p, g, memory):
    v = np.zeros(2) if memory is None else memory
    if g @ v < 0:
        v = np.zeros(2)
    v = 0.99 * v - 0.5 * g
    return p + v, v


@wrong("the test is reversed, coordinate by coordinate", said="The test is the wrong way round")
def any_valley(p, g, memory):
    v = np.zeros(2) if memory is None else memory
    v = np.where(g * v > 0, 0, v)
    v = 0.99 * v + g
    return p - 0.5 * v, v


@wrong("no memory at all", said="it creeps")
def any_valley(p, g, memory):
    return p - 1.0 * g, 0


@wrong("never brakes", said="still swinging")
def any_valley(p, g, memory):
    v = np.zeros(2) if memory is None else memory
    v = 0.9 * v + g
    return p - 0.5 * v, v
