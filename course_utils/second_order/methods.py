"""Second-order methods: steps from a quadratic model of the loss, whose curvature is computed, or learned on the way.

    method = LBFGS(m=10)                                # settings only; what it remembers is `state`
    state = method.init(theta)                          # theta: (n,)
    direction = method.direction(grad, state, hess)     # hess() -> (n, n), called by Newton's kind only
    state, learned = method.learn(state, s, y)          # s: the step taken, y: the change of the gradient over it

`minimize` runs them. In the docstrings g is the gradient, H the Hessian, B an estimate of its inverse.
"""

from typing import Annotated, NamedTuple

import numpy as np

from .._support.settings import Count, Settings, settings
from .._support.validation import fail
from .line_search import Armijo, FullStep, Wolfe

LEAST = np.finfo(float).eps  # what rounding cannot tell from 0

AnySearch = Annotated[
    object, lambda name, value: value if callable(value) else fail(name, repr(value), "a line search, e.g. Armijo()")
]


class Failed(Exception):
    """A method has no step to offer; the words say why. `minimize` records them."""


@settings
class Newton(Settings):
    """Newton's method: go to the stationary point of the quadratic model. One step solves a quadratic.

    s = -H⁻¹ · g

    Nothing in it prefers down to up: it goes to a saddle or a maximum as readily. A singular H ends the run.
    Source: Newton (1669) for roots; Nocedal and Wright, "Numerical Optimization" (2006), section 3.3.

    >>> from course_utils.second_order import minimize
    >>> minimize(Newton(), "ravine", n_steps=1).points[-1]
    array([0., 0.])
    """

    search: AnySearch = FullStep()

    def init(self, theta):
        """Newton remembers nothing."""
        return ()

    def direction(self, grad, state, hess):
        """-H⁻¹ · g. hess() gives H; it is called only where it is needed."""
        h = hess()
        if np.linalg.cond(h) > 1 / LEAST:
            raise Failed("the Hessian is singular: its quadratic model has no single stationary point")
        return -np.linalg.solve(h, grad)

    def first_rate(self, grad, state):
        """The rate that a search tries first: the model says how far."""
        return 1.0

    def learn(self, state, s, y):
        """(state, whether the curvature condition allowed an update)."""
        return state, True


@settings
class DampedNewton(Newton):
    """Newton's method made to descend: negative curvatures change their sign, and a line search has the last word.

    s = -a · Q · max(|Λ|, ε)⁻¹ · Qᵀ · g,  with H = Q · Λ · Qᵀ and ε = 10⁻⁶ of the largest |curvature|

    Where H is positive definite this is Newton's direction; elsewhere it leaves saddles. Where g = 0 it stays, even on
    a saddle.
    Sources: Greenstadt (1967); Dauphin et al., "Identifying and attacking the saddle point problem" (2014). Sources
    disagree: Levenberg's damping adds a multiple of the identity to H instead.

    >>> from course_utils.second_order import minimize
    >>> minimize(DampedNewton(), "rosenbrock").points[-1].round(6)
    array([1., 1.])
    """

    search: AnySearch = Armijo()

    def direction(self, grad, state, hess):
        """Downhill along every eigenvector of H, by its curvature's size."""
        values, q = np.linalg.eigh(hess())
        sizes = np.abs(values)
        if not sizes.max() > 0:
            return -grad
        return -q @ ((q.T @ grad) / np.maximum(sizes, 1e-6 * sizes.max()))


class Inverse(NamedTuple):
    """What BFGS knows: its estimate B of the inverse Hessian, and from how many updates."""

    matrix: np.ndarray
    updates: int


@settings
class BFGS(Settings):
    """Learn the inverse Hessian from the gradients met: a rank-2 update a step, N² floats, N² work.

    s = -a · B · g;  then  B = (I - ρ s yᵀ) · B · (I - ρ y sᵀ) + ρ s sᵀ,  ρ = 1 / sᵀy

    B starts as I, scaled by sᵀy / yᵀy at the first update. It stays positive definite if the curvature condition
    sᵀy > 0 holds; where it does not, the update is skipped and `minimize` says so. The Wolfe search makes it hold.
    Source: Broyden, Fletcher, Goldfarb, Shanno (1970, independently); Nocedal and Wright (2006), equation 6.17.
    Sources disagree: many update an estimate of H itself (6.19), and call B what is H here.

    >>> from course_utils.second_order import minimize
    >>> minimize(BFGS(), "rosenbrock").points[-1].round(6)
    array([1., 1.])
    """

    search: AnySearch = Wolfe()

    def init(self, theta):
        """The identity, from no updates."""
        return Inverse(np.eye(len(theta)), 0)

    def direction(self, grad, state, hess):
        """-B · g."""
        return -state.matrix @ grad

    def first_rate(self, grad, state):
        """1, except before the first update: there the step is at most 1 long."""
        return 1.0 if state.updates else min(1.0, 1 / max(float(np.linalg.norm(grad)), LEAST))

    def learn(self, state, s, y):
        """(state, whether the curvature condition allowed an update)."""
        if not curved(s, y):
            return state, False
        start = state.matrix if state.updates else (s @ y) / (y @ y) * state.matrix
        return Inverse(bfgs_update(start, s, y), state.updates + 1), True


@settings
class LBFGS(Settings):
    """BFGS without its matrix: the last m pairs (s, y) stand for it. 2 m N floats, 4 m N work.

    s = -a · two_loop_recursion(g, pairs)

    The update is skipped where sᵀy > 0 fails, as in BFGS, with which it agrees while it has dropped no pair, but that
    the first guess of the curvature is renewed at every step.
    Source: Nocedal, "Updating Quasi-Newton Matrices with Limited Storage" (1980); Liu and Nocedal (1989).

    >>> from course_utils.second_order import minimize
    >>> minimize(LBFGS(m=5), "rosenbrock").points[-1].round(6)
    array([1., 1.])
    """

    m: Count = 10
    search: AnySearch = Wolfe()

    def init(self, theta):
        """No pairs yet."""
        return ()

    def direction(self, grad, state, hess):
        """The recursion's answer, downhill."""
        return -two_loop_recursion(grad, state)

    def first_rate(self, grad, state):
        """1, except before the first pair: there the step is at most 1 long."""
        return 1.0 if state else min(1.0, 1 / max(float(np.linalg.norm(grad)), LEAST))

    def learn(self, state, s, y):
        """(state, whether the curvature condition allowed an update)."""
        return ((*state, (s, y))[-self.m :], True) if curved(s, y) else (state, False)


METHODS = {cls.__name__: cls for cls in (Newton, DampedNewton, BFGS, LBFGS)}


def curved(s, y):
    """The curvature condition, sᵀy > 0, with a margin for rounding.

    >>> curved(np.array([1.0, 0.0]), np.array([2.0, 5.0])), curved(np.array([1.0, 0.0]), np.array([-2.0, 5.0]))
    (True, False)
    """
    return bool(s @ y > LEAST * np.linalg.norm(s) * np.linalg.norm(y))


def bfgs_update(b, s, y):
    """The rank-2 update of an inverse Hessian b (n, n): afterwards b · y = s. Symmetric and positive definite stay so.

    b + (1 + ρ yᵀby) ρ s sᵀ - ρ (b y sᵀ + s yᵀ b),  ρ = 1 / sᵀy

    >>> bfgs_update(np.eye(2), np.array([1.0, 0.0]), np.array([4.0, 0.0]))
    array([[0.25, 0.  ],
           [0.  , 1.  ]])
    """
    rho, by = 1 / (s @ y), b @ y
    cross = np.outer(rho * by, s)
    return b + np.outer((1 + rho * (y @ by)) * rho * s, s) - cross - cross.T


def two_loop_recursion(grad, pairs):
    """B · grad for the B of L-BFGS, from pairs (s, y), oldest first, without forming B. No pairs: grad itself.

    newest to oldest: αᵢ = sᵢᵀq / sᵢᵀyᵢ, q = q - αᵢ yᵢ;  r = (sᵀy / yᵀy of the newest) · q;
    oldest to newest: r = r + (αᵢ - yᵢᵀr / sᵢᵀyᵢ) sᵢ

    Source: Nocedal (1980); Nocedal and Wright (2006), algorithm 7.4.

    >>> two_loop_recursion(np.array([4.0, 1.0]), [(np.array([1.0, 0.0]), np.array([4.0, 0.0]))])
    array([1.  , 0.25])
    """
    q, alphas = np.array(grad, dtype=float), []
    for s, y in reversed(pairs):
        alphas.append(s @ q / (s @ y))
        q -= alphas[-1] * y
    if len(pairs):
        s, y = pairs[-1]
        q *= (s @ y) / (y @ y)
    for (s, y), alpha in zip(pairs, reversed(alphas), strict=True):
        q += (alpha - y @ q / (s @ y)) * s
    return q
