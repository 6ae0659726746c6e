"""Minimizations: what a second-order method does on a surface or a network, step by step, and why it stopped.

    run = minimize(LBFGS(), "rosenbrock")                                          # a surface
    run = minimize(LBFGS(), network_loss(net, split.train), start=net.theta)       # a network
    run.points, run.losses, run.n_evaluations, run.skipped, run.stopped

A loss is a function theta -> (loss, gradient) of one flat vector, the same function at every step: these methods
compare gradients, and those of two mini-batches differ by more than those of two points. `resample` shows what happens.
"""

from dataclasses import dataclass

import numpy as np

from .._support.validation import array, choice, fail, integer, labels, number
from ..losses import softmax_cross_entropy, unchecked
from ..surfaces import SURFACES, Surface
from .hessians import hessian
from .methods import LEAST, Failed

LIMIT = 1e6
TINY = np.finfo(float).tiny


@dataclass(frozen=True, eq=False, repr=False)
class Minimization:
    """The record of a run of n_steps.

    Attributes
    ----------
    points : (n_steps + 1, n)
        Where it has been; points[0] is the start.
    losses : (n_steps + 1,)
        The loss there; with `resample`, on the batch of the step that led there.
    gradient_norms : (n_steps + 1,)
    rates : (n_steps,)
        The line search's answers.
    curvatures : (n_steps,)
        sᵀy / sᵀs: the curvature along each step, as the gradients that were compared tell it.
    evaluations : (n_steps + 1,)
        Calls of the loss and its gradient by then.
    n_evaluations : int
        All calls of the loss and its gradient, line searches and differences for a Hessian included.
    n_hessians : int
    skipped : tuple of int
        The steps, counted from 0, after which the curvature condition failed and nothing was learned.
    stopped : str
        Why it stopped, in words.
    converged : bool
        Whether the gradient is below the tolerance, at what is not known to be a saddle or a maximum.
    state
        What the method remembers at the end.
    """

    points: np.ndarray
    losses: np.ndarray
    gradient_norms: np.ndarray
    rates: np.ndarray
    curvatures: np.ndarray
    evaluations: np.ndarray
    n_evaluations: int
    n_hessians: int
    skipped: tuple
    stopped: str
    converged: bool
    state: object

    @property
    def n_steps(self):
        """How many steps were taken."""
        return len(self.points) - 1

    def __repr__(self):
        skipped = f", {len(self.skipped)} updates skipped" if self.skipped else ""
        return (
            f"Minimization({self.n_steps} steps, {self.n_evaluations} evaluations{skipped}: "
            f"loss {self.losses[-1].round(9) + 0:.3g}; {self.stopped})"
        )


@np.errstate(all="ignore")
def minimize(method, loss, start=None, n_steps=100, tol=1e-8, hess=None, resample=None, one_batch=False):
    """Run a second-order method until the gradient is next to nothing.

    Parameters
    ----------
    method : Newton, DampedNewton, BFGS, LBFGS or their like, with its settings
    loss : Surface, the name of one in SURFACES, or a function theta (n,) -> (loss, gradient (n,))
    start : (n,), optional for a surface
    n_steps : int >= 0
    tol : number >= 0. It stops when no entry of the gradient is larger.
    hess : function theta -> (n, n), optional. Without it Newton's kind takes 2 n differences of gradients a step.
    resample : function of the number of steps taken, optional
        Called after every step; from then on `loss` may answer for another mini-batch. The gradients compared are then
        of two batches, as in a training loop that knows nothing of the method.
    one_batch : bool. With resample: compare the gradients on the batch of the step, before the next batch is drawn.

    Returns
    -------
    Minimization
        A saddle, a singular Hessian, a search without success, a loss that is no longer finite and a coordinate beyond
        1e6 in size end the run; `stopped` says so, and nothing is raised.

    Raises
    ------
    ValueError
        If an argument is out of its range, or the gradient of the wrong shape; or if the loss or its gradient is not
        finite at `start`.

    >>> from course_utils.second_order import Newton
    >>> minimize(Newton(), "saddle")
    Minimization(1 steps, 2 evaluations: loss 0; no minimum: the gradient is 0, but the Hessian is that of a saddle)
    """
    loss, start, hess = _problem(method, loss, start, hess)
    run = _Run(method, _Counted(loss), start, hess, number("tol", tol, low=0))
    for t in range(integer("n_steps", n_steps)):
        if run.small or not run.step():
            break
        run.learn(t, resample, one_batch)
    return run.record()


def network_loss(net, data, loss=softmax_cross_entropy):
    """The loss of a network on Data as a function theta -> (loss, gradient). It leaves `net` at the last theta asked.

    In training mode, forward and backward on all of the data at once. Dropout would be noise: leave it out.

    >>> from course_utils.initializers import zeros
    >>> from course_utils.layers import Dense
    >>> from course_utils.network import Network
    >>> f = network_loss(Network([Dense(3, 2, init=zeros)]), (np.ones((4, 3)), np.array([0, 0, 0, 1])))
    >>> f(np.zeros(8))[0].__round__(4)
    0.6931
    """
    x, y = data
    bare = unchecked(loss)
    x = array("data.x", x, shape=(None, net.n_in), dtype=net.dtype)
    y = labels("data.y", y, len(x), net.n_out)

    def value_and_grad(theta):
        net.theta = theta
        value, dscores = bare(net.forward(x, training=True, check=False), y)
        net.backward(dscores)
        return value, net.grad.astype(float)

    return value_and_grad


class _Counted:
    """A loss that counts its calls and looks at what it returns."""

    def __init__(self, loss):
        self.loss, self.n = loss, 0

    def __call__(self, theta):
        self.n += 1
        value, grad = self.loss(theta)
        if np.shape(grad) != theta.shape:
            fail("loss", f"a gradient of shape {np.shape(grad)}", f"one of shape {theta.shape}, as theta has")
        return float(value), np.array(grad, dtype=float)


class _Run:
    """Where a minimization stands, and the record so far."""

    def __init__(self, method, f, theta, hess, tol):
        self.method, self.f, self.theta, self.known, self.tol = method, f, theta, hess, tol
        self.loss, self.grad = f(theta)
        if not (np.isfinite(self.loss) and np.isfinite(self.grad).all()):
            fail("start", f"a point where the loss is {self.loss:g} and its gradient not finite", "a finite start")
        self.state, self.n_hessians, self.skipped, self.stopped = method.init(theta), 0, [], None
        self.path, self.moves = [(theta, self.loss, np.linalg.norm(self.grad), 1)], []

    @property
    def small(self):
        """Whether the gradient is within the tolerance."""
        return np.abs(self.grad).max(initial=0) <= self.tol

    def hess(self):
        """The Hessian here: the one that was handed in, or differences of gradients."""
        self.n_hessians += 1
        h = self._handed_in() if self.known else hessian(lambda theta: self.f(theta)[1], self.theta)
        if not np.isfinite(h).all():
            raise Failed("the Hessian is not finite here")
        return h

    def _handed_in(self):
        h, n = np.asarray(self.known(self.theta), dtype=float), len(self.theta)
        if h.shape != (n, n):
            fail(
                "hess", f"a Hessian of shape {h.shape}", f"shape {(n, n)}, a row and a column for each number in theta"
            )
        return h

    def step(self):
        """Look for the next point; False, and why, if there is none."""
        try:
            self.trial = self._search()
        except Failed as failure:
            self.stopped = str(failure)
            return False
        return True

    def _search(self):
        direction = self.method.direction(self.grad, self.state, self.hess)
        search, first = self.method.search, self.method.first_rate(self.grad, self.state)
        if search.downhill and not self.grad @ direction < 0:
            raise Failed("the direction does not lead down: the model's curvature is not positive along it")
        trial = search(self.f, self.theta, self.loss, self.grad, direction, first)
        if trial is None:
            raise Failed("the line search found no lower point: rounding, or noise, is larger than what is left to win")
        if not trial.finite:
            raise Failed(f"diverged: the loss or its gradient is not finite after step {len(self.path)}")
        if np.abs(trial.theta).max(initial=0) > LIMIT:
            raise Failed(f"diverged: a coordinate is beyond 1e6 after step {len(self.path)}")
        return trial

    def learn(self, t, resample, one_batch):
        """Take the step, draw the next batch if there is one, and let the method compare the gradients."""
        trial, after = self.trial, self.trial.grad
        self.path.append((trial.theta, trial.loss, np.linalg.norm(trial.grad), self.f.n))
        s, before = trial.theta - self.theta, self.grad
        self.theta, self.loss, self.grad = trial[1:]
        if resample:
            resample(t + 1)
            self.loss, self.grad = self.f(self.theta)
        y = (after if one_batch else self.grad) - before
        self.moves.append((trial.rate, s @ y / max(s @ s, TINY)))
        self.state, learned = self.method.learn(self.state, s, y)
        if not learned:
            self.skipped.append(t)

    def record(self):
        """The Minimization so far."""
        stopped, converged = self.stopped, False
        if stopped is None and self.small:
            stopped, converged = self._where()
        points, losses, norms, evaluations = map(np.array, zip(*self.path, strict=True))
        rates, curvatures = np.reshape(self.moves, (-1, 2)).T
        return Minimization(
            points,
            losses,
            norms,
            rates,
            curvatures,
            evaluations,
            self.f.n,
            self.n_hessians,
            tuple(self.skipped),
            stopped or "all steps taken",
            converged,
            self.state,
        )

    def _where(self):
        """What kind of stationary point this is, as far as the Hessian is at hand."""
        values = np.linalg.eigvalsh(self._handed_in()) if self.known else np.ones(1)
        if values[0] < -LEAST * np.abs(values).max():
            kind = "a saddle" if values[-1] > 0 else "a maximum"
            return f"no minimum: the gradient is 0, but the Hessian is that of {kind}", False
        return f"no entry of the gradient is above {self.tol:g}", True


def _problem(method, loss, start, hess):
    """(loss, start, hess) as functions and an array, from what `minimize` was asked."""
    if isinstance(method, type) or not hasattr(method, "direction"):
        fail("method", repr(method), "a second-order method, e.g. LBFGS()")
    if isinstance(loss, str):
        loss = SURFACES[choice("loss", loss, SURFACES)]
    if isinstance(loss, Surface):
        surface = loss
        start = surface.start if start is None else start
        return lambda p: (surface.f(p), surface.grad(p)), array("start", start, shape=(2,)), hess or surface.hess
    if not callable(loss):
        fail("loss", repr(loss), "a Surface, the name of one, or a function theta -> (loss, gradient)")
    return loss, array("start", start, shape=(None,)).copy(), hess
