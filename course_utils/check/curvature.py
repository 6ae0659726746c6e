"""Checkers of the chapter on curvature: Newton's step, backtracking, and the two-loop recursion of L-BFGS."""

import numpy as np

from ._protocol import edits, exercise

rng = np.random.default_rng(8)
A = rng.normal(size=(4, 4))
SPD = A @ A.T + np.eye(4)


@exercise(
    outputs=("theta",),
    cases=[
        {"theta": np.array([3.0, 1.0]), "g": np.array([3.0, 20.0]), "hessian": np.diag([1.0, 20.0])},
        {"theta": np.array([1.0, 2.0]), "g": np.array([1.0, -1.0]), "hessian": np.array([[2.0, 1.0], [1.0, 3.0]])},
        {"theta": np.array([0.5, 1.0]), "g": np.array([1.0, -2.0]), "hessian": np.diag([2.0, -2.0])},
        {"theta": rng.normal(size=4), "g": rng.normal(size=4), "hessian": SPD},
    ],
    slips=edits(
        {
            "The step is added: the Newton step is -H⁻¹ · g.": ("theta - np", "theta + np"),
            "g is multiplied by H: it is to be multiplied by its inverse.": (
                "np.linalg.solve(hessian, g)",
                "hessian @ g",
            ),
            "Every entry of H is inverted by itself, 1 / H: that is not the inverse matrix.": (
                "np.linalg.solve(hessian, g)",
                "np.divide(1, hessian, where=hessian != 0, out=np.zeros_like(hessian)) @ g",
            ),
            "g is divided by the diagonal of H: this forgets how the coordinates hang together.": (
                "np.linalg.solve(hessian, g)",
                "g / np.diag(hessian)",
            ),
            "The step is halved: the ½ of the model cancels against its square.": ("hessian, g)", "hessian, g) / 2"),
            "This is a gradient step at the rate 1 / largest curvature.": (
                "np.linalg.solve(hessian, g)",
                "g / np.abs(np.linalg.eigvalsh(hessian)).max()",
            ),
            "The step is the whole gradient: the curvature is not used.": ("np.linalg.solve(hessian, g)", "g"),
            "Negative curvatures have changed their sign: that is damped Newton; Newton goes to the saddle.": (
                "np.linalg.solve(hessian, g)",
                "np.linalg.eigh(hessian)[1] @ (np.linalg.eigh(hessian)[1].T @ g / abs(np.linalg.eigvalsh(hessian)))",
            ),
            "The step is returned in place of the new theta.": ("theta - np", "-np"),
            "H⁻¹ is applied to theta, not to g.": ("hessian, g)", "hessian, theta)"),
            "The inverse is multiplied entry by entry: H⁻¹ · g is a matrix product, @.": (
                "np.linalg.solve(hessian, g)",
                "(np.linalg.inv(hessian) * g).sum(axis=0)",
            ),
        }
    ),
)
def newton_step(theta, g, hessian):
    """One step of Newton's method: to the stationary point of the quadratic model, theta - H⁻¹ · g.

    theta, g: (n,). hessian: (n, n), symmetric, not singular; it need not be positive definite.
    """
    return theta - np.linalg.solve(hessian, g)


def bowl(theta):
    """(x² + 20 y²) / 2"""
    return (theta[0] ** 2 + 20 * theta[1] ** 2) / 2


def rosenbrock(theta):
    """(1 - x)² + 100 (y - x²)²"""
    return (1 - theta[0]) ** 2 + 100 * (theta[1] - theta[0] ** 2) ** 2


def parabola(theta):
    """x²"""
    return theta[0] ** 2


def _trials(rng):
    """Yield directions that lead down the bowl, from anywhere, each with its own c1 and shrink."""
    for _ in range(12):
        theta = rng.normal(size=2)
        g = theta * [1.0, 20.0]
        d = -g * rng.uniform(0.05, 2, size=2)
        yield {
            "f": bowl,
            "theta": theta,
            "g": g,
            "d": d,
            "c1": rng.uniform(0.05, 0.6),
            "shrink": rng.uniform(0.4, 0.95),
        }


@exercise(
    outputs=("the rate",),
    cases=[
        {"f": bowl, "theta": np.array([3.0, 1.0]), "g": np.array([3.0, 20.0]), "d": np.array([-3.0, -20.0])},
        {"f": bowl, "theta": np.array([3.0, 1.0]), "g": np.array([3.0, 20.0]), "d": np.array([-3.0, -1.0])},
        {"f": rosenbrock, "theta": np.array([-1.2, 1.0]), "g": np.array([-215.6, -88.0]), "d": np.array([215.6, 88.0])},
        {
            "f": rosenbrock,
            "theta": np.array([0.0, 0.0]),
            "g": np.array([-2.0, 0.0]),
            "d": np.array([1.5, 0.2]),
            "c1": 0.3,
            "shrink": 0.8,
        },
        {"f": parabola, "theta": np.array([1.0]), "g": np.array([2.0]), "d": np.array([-1.9]), "c1": 0.2},
        {"f": parabola, "theta": np.array([1.0]), "g": np.array([2.0]), "d": np.array([-1.99999])},
        {
            "f": parabola,
            "theta": np.array([1.0]),
            "g": np.array([2.0]),
            "d": np.array([-3.0]),
            "c1": 0.45,
            "shrink": 0.9,
        },
        # |g| |d| is 1.2 times -g @ d: with norms, the first rate that passes is another.
        {
            "f": bowl,
            "theta": np.array([3.0, 1.0]),
            "g": np.array([3.0, 20.0]),
            "d": np.array([-3.0, -1.0]),
            "c1": 0.5,
            "shrink": 0.7,
        },
        *_trials(np.random.default_rng(80)),
        # f(theta + d) is exactly what Armijo's condition allows: <=, so that a = 1 passes.
        {"f": parabola, "theta": np.array([1.0]), "g": np.array([2.0]), "d": np.array([-1.0]), "c1": 0.5},
    ],
    slips=edits(
        {
            "Any decrease is taken: c1 · a · gᵀd is missing from the condition.": (" + c1 * a * (g @ d)", ""),
            "The promise does not shrink with the rate: it is c1 · a · gᵀd.": ("c1 * a * (g @ d)", "c1 * (g @ d)"),
            "The slope is added with the wrong sign: this allows the loss to rise.": ("+ c1", "- c1"),
            "The slope is taken as -gᵀg, which is right for d = -g only: it is gᵀd.": (
                "+ c1 * a * (g @ d)",
                "- c1 * a * (g @ g)",
            ),
            "The slope is taken as the product of the lengths of g and d: it is gᵀd, which knows the angle.": (
                "(g @ d)",
                "(-np.linalg.norm(g) * np.linalg.norm(d))",
            ),
            "The whole promise is asked for: c1 is not used.": ("c1 * a", "a"),
            "It walks against d: the trial is f(theta + a · d).": ("theta + a * d", "theta - a * d"),
            "It goes down the gradient whatever d is.": ("theta + a * d", "theta - a * g"),
            "The condition is upside down: it shrinks while the step is good.": ("d) > f", "d) <= f"),
            "The full step a = 1 is never tried: it starts with a = shrink.": ("a = 1.0", "a = shrink"),
            "The full step is always taken: nothing shrinks it.": ("a *= shrink", "break"),
            "It shrinks once at most: ask again after every trial, with while.": ("a *= shrink", "a *= shrink; break"),
            "It shrinks once too often: the rate that passed is the answer.": ("return a", "return a * shrink"),
            "shrink is not used: the rate is halved whatever is asked for.": ("a *= shrink", "a *= 0.5"),
            "c1 is not used: it is 1e-4 whatever is asked for.": ("c1 * a", "1e-4 * a"),
            "The new theta is returned: want the rate a.": ("return a", "return theta + a * d"),
            "The loss after the step is returned: want the rate a.": ("return a", "return f(theta + a * d)"),
            "The step a · d is returned: want the rate a.": ("return a", "return a * d"),
        }
    ),
)
def backtracking(f, theta, g, d, c1=1e-4, shrink=0.5):
    """The first of the rates a = 1, shrink, shrink², ... with f(theta + a · d) <= f(theta) + c1 · a · gᵀd.

    f: theta -> loss. g: the gradient at theta. d: a direction with gᵀd < 0. Source: Armijo (1966).
    """
    a = 1.0
    while f(theta + a * d) > f(theta) + c1 * a * (g @ d):
        a *= shrink
    return a


S = rng.normal(size=(3, 4))
PAIRS = {"s": S, "y": S @ SPD}


@exercise(
    outputs=("the product",),
    cases=[
        {"g": np.array([4.0, 1.0]), "s": np.array([[1.0, 0.0]]), "y": np.array([[4.0, 0.0]])},
        {"g": np.array([1.0, 2.0]), "s": np.array([[1.0, 0.5]]), "y": np.array([[2.0, 4.0]])},
        {"g": np.array([1.0, -2.0]), "s": np.array([[1.0, 0.0], [1.0, 1.0]]), "y": np.array([[2.0, 1.0], [3.0, 4.0]])},
        {"g": rng.normal(size=4), **PAIRS},
        {"g": np.array([3.0, -1.0]), "s": np.zeros((0, 2)), "y": np.zeros((0, 2))},
    ],
    slips=edits(
        {
            "The sign is turned: return B · g; whoever calls it goes along -B · g.": ("return q", "return -q"),
            "The first loop goes from the oldest pair to the newest, the second one back: it is the other way round.": [
                ("zip(s[::-1], y[::-1], strict=True)", "zip(s, y, strict=True)"),
                ("zip(s, y, alphas[::-1]", "zip(s[::-1], y[::-1], alphas[::-1]"),
            ],
            "Both loops go from the newest pair to the oldest: the second one starts with the oldest.": (
                "zip(s, y, alphas[::-1]",
                "zip(s[::-1], y[::-1], alphas",
            ),
            "Both loops go from the oldest pair to the newest: the first one starts with the newest.": [
                ("zip(s[::-1], y[::-1], strict=True)", "zip(s, y, strict=True)"),
                ("zip(s, y, alphas[::-1]", "zip(s, y, alphas"),
            ],
            "Between the loops q is not scaled by sᵀy / yᵀy of the newest pair.": ("if len(s):", "if False:"),
            "The scale is of the oldest pair: take the newest.": (
                "(s[-1] @ y[-1]) / (y[-1] @ y[-1])",
                "(s[0] @ y[0]) / (y[0] @ y[0])",
            ),
            "The scale is upside down: sᵀy / yᵀy has the units of an inverse curvature.": (
                "(s[-1] @ y[-1]) / (y[-1] @ y[-1])",
                "(y[-1] @ y[-1]) / (s[-1] @ y[-1])",
            ),
            "The scale is sᵀs / sᵀy: also an inverse curvature, but a longer one than sᵀy / yᵀy.": (
                "(s[-1] @ y[-1]) / (y[-1] @ y[-1])",
                "(s[-1] @ s[-1]) / (s[-1] @ y[-1])",
            ),
            "s and y are swapped throughout: this is the product with an estimate of H, not of its inverse.": (
                "q, alphas = g, []",
                "q, alphas, s, y = g, [], y, s",
            ),
            "In the first loop s is subtracted: alpha · y is.": ("alphas[-1] * yi", "alphas[-1] * si"),
            "In the first loop alpha · y is added: it is subtracted.": ("q - alphas", "q + alphas"),
            "In the second loop y is added: (alpha - beta) · s is.": ("(si @ yi)) * si", "(si @ yi)) * yi"),
            "In the second loop alpha and beta are swapped.": ("q + (alpha", "q - (alpha"),
            "The second loop forgets beta.": ("alpha - yi @ q / (si @ yi)", "alpha"),
            "beta is sᵀr / sᵀy: it is yᵀr / sᵀy.": ("yi @ q", "si @ q"),
            "alpha is yᵀq / sᵀy: it is sᵀq / sᵀy.": ("append(si @ q", "append(yi @ q"),
            "alpha and beta are not divided by sᵀy.": [
                ("append(si @ q / (si @ yi))", "append(si @ q)"),
                ("q / (si @ yi)) * si", "q) * si"),
            ],
            "Without pairs there is no newest one: skip the scale then.": ("if len(s):", "if True:"),
            "The pairs are not used: this is g itself.": ("return q", "return g"),
        }
    ),
)
def two_loop_recursion(g, s, y):
    """B · g for the inverse Hessian B of L-BFGS, without forming B.

    g: (n,). s, y: (m, n), steps and changes of the gradient, the newest last; m may be 0. Between the loops the
    vector is scaled by sᵀy / yᵀy of the newest pair. Source: Nocedal (1980).
    """
    q, alphas = g, []
    for si, yi in zip(s[::-1], y[::-1], strict=True):
        alphas.append(si @ q / (si @ yi))
        q = q - alphas[-1] * yi
    if len(s):
        q = q * (s[-1] @ y[-1]) / (y[-1] @ y[-1])
    for si, yi, alpha in zip(s, y, alphas[::-1], strict=True):
        q = q + (alpha - yi @ q / (si @ yi)) * si
    return q
