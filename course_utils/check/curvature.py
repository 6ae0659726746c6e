"""Checkers of chapter 09: Newton's step, backtracking, and the two-loop recursion of L-BFGS."""

import numpy as np

from .compare import exercise

rng = np.random.default_rng(8)
A = rng.normal(size=(4, 4))
SPD = A @ A.T + np.eye(4)


# Newton's step


def _newton(direction=lambda g, hessian: np.linalg.solve(hessian, g), back=lambda theta, d: theta - d):
    return lambda theta, g, hessian: back(theta, direction(g, hessian))


@exercise(
    outputs=("theta",),
    cases=[
        {"theta": np.array([3.0, 1.0]), "g": np.array([3.0, 20.0]), "hessian": np.diag([1.0, 20.0])},
        {"theta": np.array([1.0, 2.0]), "g": np.array([1.0, -1.0]), "hessian": np.array([[2.0, 1.0], [1.0, 3.0]])},
        {"theta": np.array([0.5, 1.0]), "g": np.array([1.0, -2.0]), "hessian": np.diag([2.0, -2.0])},
        {"theta": rng.normal(size=4), "g": rng.normal(size=4), "hessian": SPD},
    ],
    slips={
        "The step is added: the Newton step is -H⁻¹ · g.": _newton(back=lambda theta, d: theta + d),
        "g is multiplied by H: it is to be multiplied by its inverse.": _newton(lambda g, hessian: hessian @ g),
        "Every entry of H is inverted by itself, 1 / H: that is not the inverse matrix.": _newton(
            lambda g, hessian: np.divide(1, hessian, where=hessian != 0, out=np.zeros_like(hessian)) @ g
        ),
        "g is divided by the diagonal of H: this forgets how the coordinates hang together.": _newton(
            lambda g, hessian: g / np.diag(hessian)
        ),
        "The step is halved: the ½ of the model cancels against its square.": _newton(
            lambda g, hessian: np.linalg.solve(hessian, g) / 2
        ),
        "This is a gradient step at the rate 1 / largest curvature.": _newton(
            lambda g, hessian: g / np.abs(np.linalg.eigvalsh(hessian)).max()
        ),
        "The step is the whole gradient: the curvature is not used.": _newton(lambda g, hessian: g),
        "Negative curvatures have changed their sign: that is damped Newton; Newton goes to the saddle.": _newton(
            lambda g, hessian: (
                np.linalg.eigh(hessian)[1] @ (np.linalg.eigh(hessian)[1].T @ g / np.abs(np.linalg.eigvalsh(hessian)))
            )
        ),
        "The step is returned in place of the new theta.": _newton(back=lambda theta, d: -d),
        "H⁻¹ is applied to theta, not to g.": lambda theta, g, hessian: theta - np.linalg.solve(hessian, theta),
    },
)
def newton_step(theta, g, hessian):
    """One step of Newton's method: to the stationary point of the quadratic model, theta - H⁻¹ · g.

    theta, g: (n,). hessian: (n, n), symmetric, not singular; it need not be positive definite.
    """
    return theta - np.linalg.solve(hessian, g)


# Backtracking


def bowl(theta):
    """(x² + 20 y²) / 2"""
    return (theta[0] ** 2 + 20 * theta[1] ** 2) / 2


def rosenbrock(theta):
    """(1 - x)² + 100 (y - x²)²"""
    return (1 - theta[0]) ** 2 + 100 * (theta[1] - theta[0] ** 2) ** 2


def parabola(theta):
    """x²"""
    return theta[0] ** 2


def _backtracking(
    ask=lambda f, theta, g, d, c1, a: f(theta + a * d) <= f(theta) + c1 * a * (g @ d),
    first=1.0,
    shrink=lambda a, by: a * by,
    back=lambda theta, d, a, by: a,
    c1=None,
    by=None,
):
    """Backtracking with one of its lines written otherwise; at most 60 trials."""

    def slip(f, theta, g, d, c1=1e-4, shrink_by=0.5, fixed=(c1, by)):
        c1, by = fixed[0] or c1, fixed[1] or shrink_by
        a = first
        for _ in range(60):
            if ask(f, theta, g, d, c1, a):
                break
            a = shrink(a, by)
        return back(theta, d, a, by)

    return lambda f, theta, g, d, c1=1e-4, shrink=0.5: slip(f, theta, g, d, c1, shrink)


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
    ],
    slips={
        "Any decrease is taken: c1 · a · gᵀd is missing from the condition.": _backtracking(
            lambda f, theta, g, d, c1, a: f(theta + a * d) <= f(theta)
        ),
        "The promise does not shrink with the rate: it is c1 · a · gᵀd.": _backtracking(
            lambda f, theta, g, d, c1, a: f(theta + a * d) <= f(theta) + c1 * (g @ d)
        ),
        "The slope is added with the wrong sign: this allows the loss to rise.": _backtracking(
            lambda f, theta, g, d, c1, a: f(theta + a * d) <= f(theta) - c1 * a * (g @ d)
        ),
        "The slope is taken as -gᵀg, which is right for d = -g only: it is gᵀd.": _backtracking(
            lambda f, theta, g, d, c1, a: f(theta + a * d) <= f(theta) - c1 * a * (g @ g)
        ),
        "The whole promise is asked for: c1 is not used.": _backtracking(
            lambda f, theta, g, d, c1, a: f(theta + a * d) <= f(theta) + a * (g @ d)
        ),
        "It walks against d: the trial is f(theta + a · d).": _backtracking(
            lambda f, theta, g, d, c1, a: f(theta - a * d) <= f(theta) + c1 * a * (g @ d)
        ),
        "It goes down the gradient whatever d is.": _backtracking(
            lambda f, theta, g, d, c1, a: f(theta - a * g) <= f(theta) + c1 * a * (g @ d)
        ),
        "The condition is upside down: it shrinks while the step is good.": _backtracking(
            lambda f, theta, g, d, c1, a: f(theta + a * d) > f(theta) + c1 * a * (g @ d)
        ),
        "The full step a = 1 is never tried: it starts with a = shrink.": _backtracking(first=0.5),
        "The full step is always taken: nothing shrinks it.": _backtracking(lambda *a: True),
        "It shrinks once too often: the rate that passed is the answer.": _backtracking(
            back=lambda theta, d, a, by: a * by
        ),
        "shrink is not used: the rate is halved whatever is asked for.": _backtracking(by=0.5),
        "c1 is not used: it is 1e-4 whatever is asked for.": _backtracking(c1=1e-4),
        "It shrinks by dividing by shrink: the rate grows.": _backtracking(shrink=lambda a, by: a / by),
        "The new theta is returned: want the rate a.": _backtracking(back=lambda theta, d, a, by: theta + a * d),
        "The step a · d is returned: want the rate a.": _backtracking(back=lambda theta, d, a, by: a * d),
    },
)
def backtracking(f, theta, g, d, c1=1e-4, shrink=0.5):
    """The first of the rates a = 1, shrink, shrink², ... with f(theta + a · d) <= f(theta) + c1 · a · gᵀd.

    f: theta -> loss. g: the gradient at theta. d: a direction with gᵀd < 0. Source: Armijo (1966).
    """
    a = 1.0
    while f(theta + a * d) > f(theta) + c1 * a * (g @ d):
        a *= shrink
    return a


# The two-loop recursion


def _two_loops(
    order=lambda n: range(n)[::-1],
    second=lambda n: range(n),
    back=lambda r: r,
    scale=lambda s, y: (s[-1] @ y[-1]) / (y[-1] @ y[-1]),
    alpha=lambda s, y, q: s @ q / (s @ y),
    beta=lambda s, y, r: y @ r / (s @ y),
    down=lambda q, a, s, y: q - a * y,
    up=lambda r, a, b, s, y: r + (a - b) * s,
):
    """The recursion with one of its lines written otherwise."""

    def slip(g, s, y):
        q, alphas = g, {}
        for i in order(len(s)):
            alphas[i] = alpha(s[i], y[i], q)
            q = down(q, alphas[i], s[i], y[i])
        r = scale(s, y) * q if len(s) else q
        for i in second(len(s)):
            r = up(r, alphas[i], beta(s[i], y[i], r), s[i], y[i])
        return back(r)

    return slip


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
    slips={
        "The sign is turned: return B · g; whoever calls it goes along -B · g.": _two_loops(back=lambda r: -r),
        "The first loop goes from the oldest pair to the newest, the second one back: it is the other way round.": _two_loops(
            lambda n: range(n), lambda n: range(n)[::-1]
        ),
        "Both loops go from the newest pair to the oldest: the second one starts with the oldest.": _two_loops(
            second=lambda n: range(n)[::-1]
        ),
        "Both loops go from the oldest pair to the newest: the first one starts with the newest.": _two_loops(
            order=lambda n: range(n)
        ),
        "Between the loops q is not scaled by sᵀy / yᵀy of the newest pair.": _two_loops(scale=lambda s, y: 1.0),
        "The scale is of the oldest pair: take the newest.": _two_loops(
            scale=lambda s, y: (s[0] @ y[0]) / (y[0] @ y[0])
        ),
        "The scale is upside down: sᵀy / yᵀy has the units of an inverse curvature.": _two_loops(
            scale=lambda s, y: (y[-1] @ y[-1]) / (s[-1] @ y[-1])
        ),
        "The scale is sᵀs / sᵀy: also an inverse curvature, but a longer one than sᵀy / yᵀy.": _two_loops(
            scale=lambda s, y: (s[-1] @ s[-1]) / (s[-1] @ y[-1])
        ),
        "s and y are swapped throughout: this is the product with an estimate of H, not of its inverse.": lambda g, s, y: (
            _two_loops()(g, y, s)
        ),
        "In the first loop s is subtracted: alpha · y is.": _two_loops(down=lambda q, a, s, y: q - a * s),
        "In the first loop alpha · y is added: it is subtracted.": _two_loops(down=lambda q, a, s, y: q + a * y),
        "In the second loop y is added: (alpha - beta) · s is.": _two_loops(up=lambda r, a, b, s, y: r + (a - b) * y),
        "In the second loop alpha and beta are swapped.": _two_loops(up=lambda r, a, b, s, y: r + (b - a) * s),
        "The second loop forgets beta.": _two_loops(beta=lambda s, y, r: 0.0),
        "beta is sᵀr / sᵀy: it is yᵀr / sᵀy.": _two_loops(beta=lambda s, y, r: s @ r / (s @ y)),
        "alpha is yᵀq / sᵀy: it is sᵀq / sᵀy.": _two_loops(alpha=lambda s, y, q: y @ q / (s @ y)),
        "alpha and beta are not divided by sᵀy.": _two_loops(alpha=lambda s, y, q: s @ q, beta=lambda s, y, r: y @ r),
        "The pairs are not used: this is g itself.": lambda g, s, y: g,
    },
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
