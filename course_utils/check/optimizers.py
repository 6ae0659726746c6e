"""Checkers of the chapter on optimizers: one step of AdaGrad, of RMSProp and of Adam; settings for surfaces and units.

Steps count t = 1, 2, ... here, as in the text: `adam_step` is called with t = 1 first.
"""

import numpy as np

from ..descent import arrival, descend
from ..optimizers import SGD, AdaGrad, Adam, Momentum, Nesterov, Optimizer, RMSProp
from ..surfaces import valley
from ._protocol import checker, edits, exercise
from ._verdict import Verdict, correct, named, undone

rng = np.random.default_rng(7)
THETA, G, M = rng.normal(size=(3, 2, 3))
S = rng.uniform(0.1, 2.0, size=(2, 3))
SCALES = {"theta": np.array([1.0, 2.0]), "g": np.array([100.0, -0.01])}  # two slopes, 10 000 times apart
FLAT = {"theta": np.array([1.0, 2.0]), "g": np.array([1e-8, 0.0])}  # where eps decides
SCALED = {
    "The gradient is added: this walks up the slope.": ("theta - lr", "theta + lr"),
    "The square root is forgotten: g is divided by s itself.": ("np.sqrt(s)", "s"),
    "eps stands inside the root; here it is added outside, √s + eps.": ("(np.sqrt(s) + eps)", "np.sqrt(s + eps)"),
    "eps is forgotten: where all gradients were 0, this is 0/0.": ("(np.sqrt(s) + eps)", "np.sqrt(s)"),
    "The brackets of the denominator are missing: eps is added to theta.": ("(np.sqrt(s) + eps)", "np.sqrt(s) + eps"),
    "g is not squared on its way into s.": ("g**2", "g"),
    "s collects |g| in place of g².": ("g**2", "abs(g)"),
    "s collects the sum of g² over all coordinates: each coordinate is to have its own.": ("g**2", "np.sum(g**2)"),
    "One root of the sum of s is taken for all coordinates: each coordinate has its own, √s entry by entry.": (
        "np.sqrt(s)",
        "np.sqrt(np.sum(s))",
    ),
    "One root of the mean of s is taken for all coordinates: each coordinate has its own, √s entry by entry.": (
        "np.sqrt(s)",
        "np.sqrt(np.mean(s))",
    ),
    "The length of s is taken for all coordinates, in place of a root: each coordinate has its own, √s entry by entry.": (
        "np.sqrt(s)",
        "np.linalg.norm(s)",
    ),
    "The step is multiplied by the root of s, not divided: steep directions would get the longest steps.": (
        "g / (np.sqrt(s)",
        "g * (np.sqrt(s)",
    ),
    "The step is returned in place of the new theta.": ("theta - lr", "-lr"),
    "theta and s are returned in the wrong order.": (
        "return theta - lr * g / (np.sqrt(s) + eps), s",
        "return s, theta - lr * g / (np.sqrt(s) + eps)",
    ),
}  # what is got wrong in AdaGrad and RMSProp alike


@exercise(
    outputs=("theta", "s"),
    cases=[
        SCALES | {"s": np.zeros(2)},
        FLAT | {"s": np.zeros(2)},
        SCALES | {"s": np.array([4.0, 0.09])},
        {"theta": THETA, "g": G, "s": S, "lr": 0.5, "eps": 1e-3},
    ],
    slips=edits(
        SCALED
        | {
            "The step is divided by the root of the old s: s is to be updated first.": [
                ("s = s +", "old = s; s = s +"),
                ("np.sqrt(s)", "np.sqrt(old)"),
            ],
            "The old s is returned: the next step will not know of this one.": [
                ("s = s +", "old = s; s = s +"),
                ("+ eps), s", "+ eps), old"),
            ],
            "This is RMSProp: its average forgets, AdaGrad's sum does not.": ("s + g**2", "0.9 * s + 0.1 * g**2"),
            "s is overwritten: the squares of all earlier gradients are lost.": ("s + g**2", "g**2"),
            "The step is divided by the root of this g² alone, so that only the sign of g is left: want the root of s.": (
                "np.sqrt(s)",
                "np.sqrt(g**2)",
            ),
        }
    ),
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
    slips=edits(
        SCALED
        | {
            "The step is divided by the root of the old s: s is to be updated first.": [
                ("s = rho", "old = s; s = rho"),
                ("np.sqrt(s)", "np.sqrt(old)"),
            ],
            "The old s is returned: the next step will not know of this one.": [
                ("s = rho", "old = s; s = rho"),
                ("+ eps), s", "+ eps), old"),
            ],
            "The factor 1 - rho is forgotten: s is a leaking sum, not an average.": ("(1 - rho) * ", ""),
            "This is AdaGrad: its sum forgets nothing, RMSProp's average does.": (
                "rho * s + (1 - rho) * g**2",
                "s + g**2",
            ),
            "rho and 1 - rho are swapped: this average forgets nearly everything at each step.": (
                "rho * s + (1 - rho) * g**2",
                "(1 - rho) * s + rho * g**2",
            ),
            "s is divided by 1 - rho before the root, as Adam corrects its averages: RMSProp has no correction, and this "
            "divisor would stay for all steps.": ("np.sqrt(s)", "np.sqrt(s / (1 - rho))"),
            "s is divided by 1 - rho, as Adam corrects its averages, and kept so: RMSProp has no correction.": (
                "(1 - rho) * g**2",
                "(1 - rho) * g**2; s = s / (1 - rho)",
            ),
            "rho is not used: it is 0.9 whatever is asked for.": ("rho * s + (1 - rho)", "0.9 * s + 0.1"),
            "1 - rho is squared together with g.": ("(1 - rho) * g**2", "((1 - rho) * g) ** 2"),
            "g² is used in the step, where g itself belongs: every step would point the same way.": (
                "lr * g /",
                "lr * g**2 /",
            ),
        }
    ),
)
def rmsprop_step(theta, g, s, lr=0.01, rho=0.9, eps=1e-8):
    """One step of RMSProp: AdaGrad with a moving average in place of the sum.

    s = rho · s + (1 - rho) · g², then theta = theta - lr · g / (√s + eps). Returns (theta, s). Source: Hinton (2012).
    """
    s = rho * s + (1 - rho) * g**2
    return theta - lr * g / (np.sqrt(s) + eps), s


def _section_2(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam in the order that the paper's section 2 calls more efficient: the rate is corrected, eps is not."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return theta - rate * m / (np.sqrt(v) + eps), m, v


@exercise(
    outputs=("theta", "m", "v"),
    cases=[
        SCALES | {"m": np.zeros(2), "v": np.zeros(2), "t": 1},
        FLAT | {"m": np.zeros(2), "v": np.zeros(2), "t": 1},
        SCALES | {"m": np.array([30.0, 0.02]), "v": np.array([4.0, 0.09]), "t": 3},
        {"theta": THETA, "g": G, "m": M, "v": S, "t": 10, "lr": 0.5, "beta1": 0.75, "beta2": 0.96, "eps": 1e-3},
        {"theta": THETA, "g": G, "m": M, "v": S, "t": 1000},
    ],
    also=[_section_2],
    slips=edits(
        {
            "This is Adam with beta1 in the second moment: v = beta1 · v + (1 - beta2) · g².": (
                "beta2 * v",
                "beta1 * v",
            ),
            "This is Adam with beta1 in the second moment and in its correction.": [
                ("beta2 * v", "beta1 * v"),
                ("(1 - beta2**t)", "(1 - beta1**t)"),
            ],
            "This is Adam with beta1 in place of beta2 throughout.": [
                ("beta2 * v + (1 - beta2)", "beta1 * v + (1 - beta1)"),
                ("(1 - beta2**t)", "(1 - beta1**t)"),
            ],
            "v is an average with beta1 in place of beta2: v = beta1 · v + (1 - beta1) · g².": (
                "beta2 * v + (1 - beta2)",
                "beta1 * v + (1 - beta1)",
            ),
            "v is corrected with beta1: it wants 1 - beta2ᵗ.": ("(1 - beta2**t)", "(1 - beta1**t)"),
            "beta1 and beta2 are swapped in the averages.": [
                ("beta1 * m + (1 - beta1)", "beta2 * m + (1 - beta2)"),
                ("beta2 * v + (1 - beta2)", "beta1 * v + (1 - beta1)"),
            ],
            "This is Adam without bias correction.": [(" / (1 - beta1**t)", ""), (" / (1 - beta2**t)", "")],
            "Only m is corrected: v starts at 0 as well.": (" / (1 - beta2**t)", ""),
            "Only v is corrected: m starts at 0 as well.": (" / (1 - beta1**t)", ""),
            "The correction counts steps from 0: t is 1 at the first step, so 1 - beta1⁰ is 0.": [
                ("beta1**t", "beta1 ** (t - 1)"),
                ("beta2**t", "beta2 ** (t - 1)"),
            ],
            "The correction is a step ahead: t is 1 at the first step already, not 0.": [
                ("beta1**t", "beta1 ** (t + 1)"),
                ("beta2**t", "beta2 ** (t + 1)"),
            ],
            "The correction of v is outside the root: it is √(v / (1 - beta2ᵗ)).": (
                "np.sqrt(v / (1 - beta2**t))",
                "np.sqrt(v) / (1 - beta2**t)",
            ),
            "The correction has beta · t where it wants the power, betaᵗ.": [
                ("beta1**t", "beta1 * t"),
                ("beta2**t", "beta2 * t"),
            ],
            "It is multiplied by the corrections: the averages start too small, so divide by 1 - betaᵗ.": [
                ("m / (1 - beta1**t)", "m * (1 - beta1**t)"),
                ("v / (1 - beta2**t)", "v * (1 - beta2**t)"),
            ],
            "The power is of 1 - beta: the correction is 1 - betaᵗ.": [
                ("(1 - beta1**t)", "(1 - beta1) ** t"),
                ("(1 - beta2**t)", "(1 - beta2) ** t"),
            ],
            "The corrected m and v are returned: the averages themselves go on to the next step.": (
                "+ eps), m, v",
                "+ eps), m / (1 - beta1 ** t), v / (1 - beta2 ** t)",
            ),
            "The old m and v are returned: the next step will not know of this one.": [
                ("m = beta1", "old = m, v; m = beta1"),
                ("+ eps), m, v", "+ eps), *old"),
            ],
            "m and v are returned in the wrong order.": ("+ eps), m, v", "+ eps), v, m"),
            "The step is returned in place of the new theta.": ("theta - lr", "-lr"),
            "The gradient is added: this walks up the slope.": ("theta - lr", "theta + lr"),
            "The square root is forgotten: m is divided by v itself.": (
                "np.sqrt(v / (1 - beta2**t))",
                "v / (1 - beta2**t)",
            ),
            "eps stands inside the root; in Adam it is added outside, √v + eps.": (
                "(np.sqrt(v / (1 - beta2**t)) + eps)",
                "np.sqrt(v / (1 - beta2**t) + eps)",
            ),
            "eps is forgotten: where all gradients were 0, this is 0/0.": ("+ eps)", "+ 0)"),
            "m is not used: the step goes along g, as in RMSProp.": ("(m / (1 - beta1**t))", "g"),
            "g is not squared on its way into v.": ("g**2", "g"),
            "v averages the square of m: it wants that of g.": ("g**2", "m**2"),
            "m averages g², v averages g: they have changed places.": [
                ("(1 - beta1) * g", "(1 - beta1) * g * g"),
                ("g**2", "g"),
            ],
            "The factor 1 - beta1 is forgotten: m is a leaking sum, not an average.": ("(1 - beta1) * ", ""),
            "The factor 1 - beta2 is forgotten: v is a leaking sum, not an average.": ("(1 - beta2) * ", ""),
            "beta and 1 - beta are swapped in both averages.": [
                ("beta1 * m + (1 - beta1) * g", "(1 - beta1) * m + beta1 * g"),
                ("beta2 * v + (1 - beta2) * g**2", "(1 - beta2) * v + beta2 * g**2"),
            ],
        }
    ),
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
        "Those for ravine and plateau have changed places: swapped, both meet their goals.": CHOICE
        | {"ravine": CHOICE["plateau"], "plateau": CHOICE["ravine"]},
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
        return named(f"The checker wants a dict from surface to optimizer, got {type(choice).__name__}.")
    if strange := [str(name) for name in choice if name not in GOALS]:
        return named(f"There is no surface named {strange[0]} here; they are {', '.join(GOALS)}.")
    blank = [name for name in GOALS if choice.get(name) is None or choice[name] is ...]
    tried = {name: _attempt(name, choice[name]) for name in GOALS if name not in blank}
    lines = [f"`{name}`: {words}" for name, (_, words) in tried.items()]
    if blank:
        return undone(f"Still to be chosen: {', '.join(blank)}.", *lines)
    missed = [name for name, (success, _) in tried.items() if not success]
    told = f"{len(GOALS) - len(missed)} of {len(GOALS)} goals are met."
    if not missed:
        return correct(told, *lines)
    faults = (*_swapped(choice, missed), *(f"`{name}`: {tried[name][1]}" for name in missed))
    return Verdict("Not yet.", (told, *faults, *(line for line in lines if line not in faults)), faults)


def _swapped(choice, missed):
    """Yield which two choices would be right if they changed places."""
    for i, one in enumerate(missed):
        for other in missed[i + 1 :]:
            if _attempt(one, choice[other])[0] and _attempt(other, choice[one])[0]:
                yield f"Those for {one} and {other} have changed places: swapped, both meet their goals."


def _attempt(name, opt):
    """Whether an optimizer meets the goal of a surface, and how it went in words."""
    if isinstance(opt, type):
        return False, f"`{opt.__name__}` is a class: an optimizer is made from it, e.g. `{opt.__name__}(lr=0.1)`."
    low, allowed = GOALS[name]
    try:
        run = descend(opt, name, PATIENCE)
    except Exception as e:  # the learner may hand in anything
        return False, f"it stops with `{type(e).__name__}: {e}`"
    if run.losses.ndim > 1:
        return False, f"`{opt}` stands for many optimizers at once; want one."
    steps, below = arrival(run.losses, low), run.losses < low
    if steps < np.inf:
        return steps <= allowed, f"`{opt}` takes {steps} steps; {allowed} are allowed."
    if run.diverged_at >= 0:
        return False, f"`{opt}` diverges at step {run.diverged_at}: its rate is too large."
    if below.any():
        return False, f"`{opt}` comes that low at step {below.argmax()} and leaves again: its steps stay too long."
    return False, f"`{opt}` has a loss of {run.losses[-1]:.2g} after {PATIENCE} steps, want {low} after {allowed}."


UNITS, VALLEYS = (1.0, 1e12, 1e-12), ((1, 0), (100, 0), (10, 30))  # units of the loss; kappa and angle in degrees
SHARE, WITHIN = 1e-4, 60
TIMES = {1.0: "the loss as it is", 1e12: "a trillion times the loss", 1e-12: "a trillionth of the loss"}


@checker(
    reference=AdaGrad(lr=3.0, eps=1e-15),
    slips={
        "the gradients are below its eps of 1e-10": AdaGrad(lr=3.0),
        "its step grows and shrinks with the loss": Momentum(lr=2.8, rho=0.66),
        "With the loss as it is: after 300 steps the loss is still 0.3": AdaGrad(lr=0.05, eps=1e-15),
        "it comes that low and leaves again: its steps stay too long.": RMSProp(lr=0.5, eps=1e-15),
        "it diverges at step": SGD(lr=2.5),
        "80 steps; 60 are allowed.": Adam(lr=0.68, eps=1e-15),
        "AdaGrad is a class: an optimizer is made from it, e.g. AdaGrad(lr=0.1).": AdaGrad,
        "The checker wants an optimizer, such as Momentum(lr=0.1, rho=0.9), got float.": 0.1,
    },
)
def any_units(opt):
    """Check your setting that does not mind in which units the loss is measured.

    In each of three valleys, with the loss as it is, a trillion times as large and a trillionth of it, the loss must
    come below a ten-thousandth of its first value within 60 steps and stay there for 300.
    """
    if opt is None or opt is ...:
        return undone("`any_units` is still blank.")
    if isinstance(opt, type):
        return named(f"`{opt.__name__}` is a class: an optimizer is made from it, e.g. `{opt.__name__}(lr=0.1)`.")
    if not isinstance(opt, Optimizer):
        kind = type(opt).__name__
        return named(f"The checker wants an optimizer, such as `Momentum(lr=0.1, rho=0.9)`, got {kind}.")
    arrivals = []
    for unit in UNITS:
        for kappa, degrees in VALLEYS:
            try:
                run = descend(opt, valley((unit / kappa, unit), degrees), 5 * WITHIN)
            except Exception as e:  # the learner may hand in anything
                return named(f"It stops with `{type(e).__name__}: {e}`.")
            if run.losses.ndim > 1:
                return named(f"`{opt}` stands for many optimizers at once; want one.")
            low = SHARE * run.losses[0]
            arrivals.append(arrival(run.losses, low))
            if arrivals[-1] > WITHIN:
                return named(f"With {TIMES[unit]}: {_units_lesson(opt, run, low, arrivals[-1], unit)}")
    return correct(f"Nine descents, over 24 decades of units: the slowest takes {max(arrivals)} of {WITHIN} steps.")


def _units_lesson(opt, run, low, steps, unit):
    """Why a setting fails in these units."""
    if unit != 1 and not hasattr(opt, "eps"):
        return "its step grows and shrinks with the loss, so that the rate would have to be tuned anew."
    if unit < 1 and opt.eps > unit / 10:
        return f"the gradients are below its eps of {opt.eps:g}, so that eps decides how long its steps are."
    if run.diverged_at >= 0:
        return f"it diverges at step {run.diverged_at}: its rate is too large."
    if steps == np.inf and (run.losses < low).any():
        return "it comes that low and leaves again: its steps stay too long."
    if steps < np.inf:
        return f"it takes {steps} steps; {WITHIN} are allowed."
    return (
        f"after {len(run.losses) - 1} steps the loss is still {run.losses[-1] / run.losses[0]:.1g} of its first value."
    )
