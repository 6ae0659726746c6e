"""Checkers of chapter 08: one step of AdaGrad, of RMSProp and of Adam, and the choice of an optimizer for a surface.

Steps count t = 1, 2, ... here, as in the text: `adam_step` is called with t = 1 first.
"""

from functools import partial

import numpy as np

from ..descent import descend
from ..optimizers import SGD, AdaGrad, Momentum, Nesterov, RMSProp
from .base import CORRECT, NOT_DONE, NOT_YET, Verdict, checker
from .compare import exercise

rng = np.random.default_rng(7)
THETA, G, M = rng.normal(size=(3, 2, 3))
S = rng.uniform(0.1, 2.0, size=(2, 3))
SCALES = {"theta": np.array([1.0, 2.0]), "g": np.array([100.0, -0.01])}  # two slopes, 10 000 times apart
FLAT = {"theta": np.array([1.0, 2.0]), "g": np.array([1e-8, 0.0])}  # where eps decides


def _scaled(
    lr,
    average,
    square=np.square,
    step=lambda g, s, old, lr, eps: lr * g / (np.sqrt(s) + eps),
    back=lambda theta, step, s, old: (theta - step, s),
):
    """AdaGrad's and RMSProp's kind of step, with one of its lines written otherwise; `lr` is the default."""

    def slip(theta, g, s, lr=lr, rho=0.9, eps=1e-8):
        new = average(s, square(g), rho)
        return back(theta, step(g, new, s, lr, eps), new, s)

    return slip


def _scaled_slips(lr, average):
    """What is got wrong in AdaGrad and RMSProp alike."""
    slip, usual = partial(_scaled, lr, average), lr
    return {
        "The gradient is added: this walks up the slope.": slip(back=lambda theta, step, s, old: (theta + step, s)),
        "The square root is forgotten: g is divided by s itself.": slip(
            step=lambda g, s, old, lr, eps: lr * g / (s + eps)
        ),
        "eps stands inside the root; here it is added outside, √s + eps.": slip(
            step=lambda g, s, old, lr, eps: lr * g / np.sqrt(s + eps)
        ),
        "eps is forgotten: where all gradients were 0, this is 0/0.": slip(
            step=lambda g, s, old, lr, eps: lr * g / np.sqrt(s)
        ),
        f"lr is not used: the rate is {usual} whatever is asked for.": slip(
            step=lambda g, s, old, lr, eps: usual * g / (np.sqrt(s) + eps)
        ),
        "The step is divided by the root of the old s: s is to be updated first.": slip(
            step=lambda g, s, old, lr, eps: lr * g / (np.sqrt(old) + eps)
        ),
        "g is not squared on its way into s.": slip(lambda g: g),
        "s collects |g| in place of g².": slip(np.abs),
        "s collects the sum of g² over all coordinates: each coordinate is to have its own.": slip(
            lambda g: np.sum(g**2)
        ),
        "The step is returned in place of the new theta.": slip(back=lambda theta, step, s, old: (-step, s)),
        "The old s is returned: the next step will not know of this one.": slip(
            back=lambda theta, step, s, old: (theta - step, old)
        ),
        "theta and s are returned in the wrong order.": slip(back=lambda theta, step, s, old: (s, theta - step)),
    }


@exercise(
    outputs=("theta", "s"),
    cases=[
        SCALES | {"s": np.zeros(2)},
        FLAT | {"s": np.zeros(2)},
        SCALES | {"s": np.array([4.0, 0.09])},
        {"theta": THETA, "g": G, "s": S, "lr": 0.5, "eps": 1e-3},
    ],
    slips=_scaled_slips(0.1, lambda s, square, rho: s + square)
    | {
        "This is RMSProp: its average forgets, AdaGrad's sum does not.": _scaled(
            0.1, lambda s, square, rho: 0.9 * s + 0.1 * square
        ),
        "s is overwritten: the squares of all earlier gradients are lost.": _scaled(0.1, lambda s, square, rho: square),
    },
)
def adagrad_step(theta, g, s, lr=0.1, eps=1e-8):
    """One step of AdaGrad: s sums the squared gradients, and each coordinate's step is divided by its own √s.

    s = s + g², then theta = theta - lr · g / (√s + eps). Returns (theta, s). Source: Duchi, Hazan and Singer (2011).
    """
    s = s + g**2
    return theta - lr * g / (np.sqrt(s) + eps), s


@exercise(
    outputs=("theta", "s"),
    cases=[
        SCALES | {"s": np.zeros(2)},
        FLAT | {"s": np.zeros(2)},
        SCALES | {"s": np.array([4.0, 0.09])},
        {"theta": THETA, "g": G, "s": S, "lr": 0.5, "rho": 0.75, "eps": 1e-3},
    ],
    slips=_scaled_slips(0.01, lambda s, square, rho: rho * s + (1 - rho) * square)
    | {
        "The factor 1 - rho is forgotten: s is a leaking sum, not an average.": _scaled(
            0.01, lambda s, square, rho: rho * s + square
        ),
        "This is AdaGrad: its sum forgets nothing, RMSProp's average does.": _scaled(
            0.01, lambda s, square, rho: s + square
        ),
        "rho and 1 - rho are swapped: this average forgets nearly everything at each step.": _scaled(
            0.01, lambda s, square, rho: (1 - rho) * s + rho * square
        ),
        "rho is not used: it is 0.9 whatever is asked for.": _scaled(
            0.01, lambda s, square, rho: 0.9 * s + 0.1 * square
        ),
        "1 - rho is squared together with g.": _scaled(0.01, lambda s, square, rho: rho * s + (1 - rho) ** 2 * square),
    },
)
def rmsprop_step(theta, g, s, lr=0.01, rho=0.9, eps=1e-8):
    """One step of RMSProp: AdaGrad with a moving average in place of the sum.

    s = rho · s + (1 - rho) · g², then theta = theta - lr · g / (√s + eps). Returns (theta, s). Source: Hinton (2012).
    """
    s = rho * s + (1 - rho) * g**2
    return theta - lr * g / (np.sqrt(s) + eps), s


def _adam(
    mean=lambda m, g, b1, b2: b1 * m + (1 - b1) * g,
    square=lambda v, g, b1, b2: b2 * v + (1 - b2) * g**2,
    fair_m=lambda m, t, b1: m / (1 - b1**t),
    fair_v=lambda v, t, b1, b2: v / (1 - b2**t),
    step=lambda g, m, v, lr, eps: lr * m / (np.sqrt(v) + eps),
    back=lambda theta, step, new, old, fair: (theta - step, *new),
):
    """Adam with one of its lines written otherwise."""

    def slip(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        new = mean(m, g, beta1, beta2), square(v, g, beta1, beta2)
        fair = fair_m(new[0], t, beta1), fair_v(new[1], t, beta1, beta2)
        return back(theta, step(g, *fair, lr, eps), new, (m, v), fair)

    return slip


def _late(shift):
    """Adam whose bias correction counts the steps from elsewhere."""
    return _adam(
        fair_m=lambda m, t, b1: m / (1 - b1 ** (t + shift)), fair_v=lambda v, t, b1, b2: v / (1 - b2 ** (t + shift))
    )


def _swapped(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam()(theta, g, m, v, t, lr, beta2, beta1, eps)


@exercise(
    outputs=("theta", "m", "v"),
    cases=[
        SCALES | {"m": np.zeros(2), "v": np.zeros(2), "t": 1},
        FLAT | {"m": np.zeros(2), "v": np.zeros(2), "t": 1},
        SCALES | {"m": np.array([30.0, 0.02]), "v": np.array([4.0, 0.09]), "t": 3},
        {"theta": THETA, "g": G, "m": M, "v": S, "t": 10, "lr": 0.5, "beta1": 0.75, "beta2": 0.96, "eps": 1e-3},
        {"theta": THETA, "g": G, "m": M, "v": S, "t": 1000},
    ],
    slips={
        "This is Adam with beta1 in the second moment: v = beta1 · v + (1 - beta2) · g².": _adam(
            square=lambda v, g, b1, b2: b1 * v + (1 - b2) * g**2
        ),
        "This is Adam with beta1 in the second moment and in its correction.": _adam(
            square=lambda v, g, b1, b2: b1 * v + (1 - b2) * g**2, fair_v=lambda v, t, b1, b2: v / (1 - b1**t)
        ),
        "This is Adam with beta1 in place of beta2 throughout.": _adam(
            square=lambda v, g, b1, b2: b1 * v + (1 - b1) * g**2, fair_v=lambda v, t, b1, b2: v / (1 - b1**t)
        ),
        "v is an average with beta1 in place of beta2: v = beta1 · v + (1 - beta1) · g².": _adam(
            square=lambda v, g, b1, b2: b1 * v + (1 - b1) * g**2
        ),
        "v is corrected with beta1: it wants 1 - beta2ᵗ.": _adam(fair_v=lambda v, t, b1, b2: v / (1 - b1**t)),
        "beta1 and beta2 are swapped throughout.": _swapped,
        "beta1 and beta2 are swapped in the averages.": _adam(
            lambda m, g, b1, b2: b2 * m + (1 - b2) * g, lambda v, g, b1, b2: b1 * v + (1 - b1) * g**2
        ),
        "This is Adam without bias correction.": _adam(fair_m=lambda m, t, b1: m, fair_v=lambda v, t, b1, b2: v),
        "Only m is corrected: v starts at 0 as well.": _adam(fair_v=lambda v, t, b1, b2: v),
        "Only v is corrected: m starts at 0 as well.": _adam(fair_m=lambda m, t, b1: m),
        "The correction counts steps from 0: t is 1 at the first step, so 1 - beta1⁰ is 0.": _late(-1),
        "The correction is a step ahead: t is 1 at the first step already, not 0.": _late(1),
        "The correction of v is outside the root: it is √(v / (1 - beta2ᵗ)).": _adam(
            fair_v=lambda v, t, b1, b2: v / (1 - b2**t) ** 2
        ),
        "The correction has beta · t where it wants the power, betaᵗ.": _adam(
            fair_m=lambda m, t, b1: m / (1 - b1 * t), fair_v=lambda v, t, b1, b2: v / (1 - b2 * t)
        ),
        "The corrected m and v are returned: the averages themselves go on to the next step.": _adam(
            back=lambda theta, step, new, old, fair: (theta - step, *fair)
        ),
        "The old m and v are returned: the next step will not know of this one.": _adam(
            back=lambda theta, step, new, old, fair: (theta - step, *old)
        ),
        "m and v are returned in the wrong order.": _adam(
            back=lambda theta, step, new, old, fair: (theta - step, new[1], new[0])
        ),
        "theta is returned last: the order is theta, m, v.": _adam(
            back=lambda theta, step, new, old, fair: (*new, theta - step)
        ),
        "The step is returned in place of the new theta.": _adam(
            back=lambda theta, step, new, old, fair: (-step, *new)
        ),
        "The gradient is added: this walks up the slope.": _adam(
            back=lambda theta, step, new, old, fair: (theta + step, *new)
        ),
        "The square root is forgotten: m is divided by v itself.": _adam(
            step=lambda g, m, v, lr, eps: lr * m / (v + eps)
        ),
        "eps stands inside the root; in Adam it is added outside, √v + eps.": _adam(
            step=lambda g, m, v, lr, eps: lr * m / np.sqrt(v + eps)
        ),
        "eps is forgotten: where all gradients were 0, this is 0/0.": _adam(
            step=lambda g, m, v, lr, eps: lr * m / np.sqrt(v)
        ),
        "lr is not used: the rate is 0.001 whatever is asked for.": _adam(
            step=lambda g, m, v, lr, eps: 0.001 * m / (np.sqrt(v) + eps)
        ),
        "m is not used: the step goes along g, as in RMSProp.": _adam(
            step=lambda g, m, v, lr, eps: lr * g / (np.sqrt(v) + eps)
        ),
        "g is not squared on its way into v.": _adam(square=lambda v, g, b1, b2: b2 * v + (1 - b2) * g),
        "m averages g², v averages g: they have changed places.": _adam(
            lambda m, g, b1, b2: b1 * m + (1 - b1) * g**2, lambda v, g, b1, b2: b2 * v + (1 - b2) * g
        ),
        "The factor 1 - beta1 is forgotten: m is a leaking sum, not an average.": _adam(
            lambda m, g, b1, b2: b1 * m + g
        ),
        "The factor 1 - beta2 is forgotten: v is a leaking sum, not an average.": _adam(
            square=lambda v, g, b1, b2: b2 * v + g**2
        ),
        "beta and 1 - beta are swapped in both averages.": _adam(
            lambda m, g, b1, b2: (1 - b1) * m + b1 * g, lambda v, g, b1, b2: (1 - b2) * v + b2 * g**2
        ),
    },
)
def adam_step(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam, number t = 1, 2, ...: the mean gradient over the gradient's typical size, both corrected.

    m = beta1 · m + (1 - beta1) · g and v = beta2 · v + (1 - beta2) · g², then
    theta = theta - lr · (m / (1 - beta1ᵗ)) / (√(v / (1 - beta2ᵗ)) + eps). Returns (theta, m, v): the averages as they
    are, not corrected. Source: Kingma and Ba (2015).
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


GOALS = {"ravine": (0.001, 25), "plateau": (0.001, 40), "rosenbrock": (0.01, 150)}  # loss, and steps to get there
PATIENCE = 600
CHOICE = {"ravine": Momentum(lr=1.0, rho=0.5), "plateau": AdaGrad(lr=0.5), "rosenbrock": Nesterov(lr=0.001, rho=0.95)}


@checker(
    reference=CHOICE,
    slips={
        "SGD(lr=0.91) takes 41 steps; 25 are allowed.": CHOICE | {"ravine": SGD(lr=0.91)},
        "SGD(lr=0.9) takes 112 steps; 40 are allowed.": CHOICE | {"plateau": SGD(lr=0.9)},
        "SGD(lr=1.1) diverges at step 72: its rate is too large.": CHOICE | {"ravine": SGD(lr=1.1)},
        "comes that low at step 18 and leaves again: its steps stay too long.": CHOICE | {"ravine": RMSProp(lr=0.5)},
        "after 600 steps, want 0.01 after 150.": CHOICE | {"rosenbrock": SGD(lr=0.002)},
        "SGD is a class: an optimizer is made from it, e.g. SGD(lr=0.1).": CHOICE | {"ravine": SGD},
        "There is no surface named valley here": CHOICE | {"valley": SGD()},
        "The checker wants a dict from surface to optimizer, got SGD.": SGD(),
    },
)
def choose_optimizers(choice):
    """Check your choice of an optimizer for each of three surfaces, a dict from the surface's name to the optimizer.

    From the surface's own start its loss must come down and stay down: within 25 steps to 0.001 on the ravine, within
    40 steps to 0.001 on the plateau, within 150 steps to 0.01 on Rosenbrock.
    """
    if not isinstance(choice, dict):
        return Verdict(NOT_YET, (f"The checker wants a dict from surface to optimizer, got {type(choice).__name__}.",))
    if strange := [str(name) for name in choice if name not in GOALS]:
        return Verdict(NOT_YET, (f"There is no surface named {strange[0]} here; they are {', '.join(GOALS)}.",))
    blank = [name for name in GOALS if choice.get(name) is None or choice[name] is ...]
    tried = {name: _attempt(name, choice[name]) for name in GOALS if name not in blank}
    lines = [f"`{name}`: {words}" for name, (_, words) in tried.items()]
    if blank:
        return Verdict(NOT_DONE, (f"Still to be chosen: {', '.join(blank)}.", *lines))
    met = sum(success for success, _ in tried.values())
    return Verdict(CORRECT if met == len(GOALS) else NOT_YET, (f"{met} of {len(GOALS)} goals are met.", *lines))


def _attempt(name, opt):
    """Whether an optimizer meets the goal of a surface, and how it went in words."""
    if isinstance(opt, type):
        return False, f"`{opt.__name__}` is a class: an optimizer is made from it, e.g. `{opt.__name__}(lr=0.1)`."
    low, steps = GOALS[name]
    try:
        run = descend(opt, name, PATIENCE)
        below = run.losses <= low
        arrival = len(below) - int(np.argmin(below[::-1]))
    except Exception as e:  # the learner may hand in anything
        return False, f"it stops with `{type(e).__name__}: {e}`"
    if run.losses.ndim > 1:
        return False, f"`{opt}` stands for many optimizers at once; want one."
    if below[-1]:
        return arrival <= steps, f"`{opt}` takes {arrival} steps; {steps} are allowed."
    if run.diverged_at >= 0:
        return False, f"`{opt}` diverges at step {run.diverged_at}: its rate is too large."
    if below.any():
        return False, f"`{opt}` comes that low at step {below.argmax()} and leaves again: its steps stay too long."
    return False, f"`{opt}` has a loss of {run.losses[-1]:.2g} after {PATIENCE} steps, want {low} after {steps}."
