"""Descents: what an optimizer does on a surface, from one start, from tens of thousands at once, or against others.

Chapters 06 to 08.
"""

from dataclasses import dataclass

import numpy as np

from ._support.validation import array, choice, fail, generator, integer, number
from .surfaces import SURFACES, as_points

LIMIT = 1e6


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The record of a descent of n_steps.

    Attributes
    ----------
    points : array (n_steps + 1, ..., 2)
        Where it has been; points[0] is the start. NaN from the step of divergence on.
    losses : array (n_steps + 1, ...)
        The surface there.
    diverged_at : int, or array of int (...)
        The first step at which a coordinate was beyond 1e6 in size or not a number; -1 if that never happened.
    """

    points: np.ndarray
    losses: np.ndarray
    diverged_at: int | np.ndarray


def descend(opt, surface, n_steps, start=None, noise=0.0, rng=None, every=1):
    """Let an optimizer walk down a surface.

    Parameters
    ----------
    opt : optimizer
        E.g. Adam(lr=0.1). Settings that are arrays widen `start`: a plane of rates is one descent.
    surface : Surface, or the name of one in SURFACES
    n_steps : int >= 0
    start : array (..., 2), optional
        One point or any number of them; the surface's own start if not given.
    noise : float >= 0
        Standard deviation of the Gaussian noise on every coordinate of every gradient, as if from mini-batches.
    rng : numpy.random.Generator or seed
        Where the noise comes from; needed if noise > 0.
    every : int >= 1
        Keep the steps 0, every, 2 * every, ... only. Divergence is noticed at the steps kept.

    Returns
    -------
    Trajectory
        A descent that diverges is recorded as such; it neither raises nor warns.

    Raises
    ------
    ValueError
        If an argument is out of its range, or `start` does not fit.

    Examples
    --------
    >>> from course_utils.optimizers import SGD
    >>> descend(SGD(lr=0.05), "bowl", 50).points[-1].round(3)
    array([-0.308,  0.   ])
    """
    surface = _surface(surface)
    theta = _start(surface, start, [opt])
    gradient = _gradient(surface, noise, rng, theta.shape)
    return _run(opt, surface, gradient, theta, integer("n_steps", n_steps), integer("every", every, low=1))


def race(optimizers, surface, n_steps, start=None, noise=0.0, rng=None):
    """Let several optimizers descend from the same start through the same noise: a list of Trajectory, in their order.

    The gradients of all are taken in one call a step. Arguments as in `descend`, with which every result agrees.

    >>> from course_utils.optimizers import SGD, Adam
    >>> slow, fast = race([SGD(lr=0.1), Adam(lr=0.3)], "ravine", 100)
    >>> round(float(slow.losses[-1]), 2), round(float(fast.losses[-1]), 2)
    (0.33, 0.0)
    """
    surface, optimizers = _surface(surface), list(optimizers)
    start = _start(surface, start, optimizers)
    gradient = _gradient(surface, noise, rng, start.shape)
    theta = np.broadcast_to(start, (len(optimizers), *start.shape))
    run = _run(_Field(optimizers), surface, gradient, theta, integer("n_steps", n_steps))
    diverged_at = run.diverged_at.tolist() if start.ndim == 1 else run.diverged_at
    return [Trajectory(run.points[:, i], run.losses[:, i], diverged_at[i]) for i in range(len(optimizers))]


def basins(opt, surface, n_steps, xlim=None, ylim=None, n=100, tol=0.1):
    """Which minimum each start of a grid ends in: an (n, n) array of indices into surface.minima, -1 for none.

    Row i, column j is the start (x_j, y_i) of n evenly spaced values over xlim and ylim, by default the surface's
    window; drawn with `pcolormesh(x, y, basins)`, or `imshow(..., origin="lower")`.

    >>> from course_utils.optimizers import SGD
    >>> basins(SGD(lr=0.01), "himmelblau", 200, xlim=(-4, 4), ylim=(-4, 4), n=4)
    array([[2, 2, 3, 3],
           [2, 2, 3, 3],
           [1, 1, 0, 0],
           [1, 1, 0, 0]])
    """
    surface, n_steps = _surface(surface), integer("n_steps", n_steps)
    n = integer("n", n, low=1)
    x = np.linspace(*array("xlim", surface.xlim if xlim is None else xlim, shape=(2,)), n)
    y = np.linspace(*array("ylim", surface.ylim if ylim is None else ylim, shape=(2,)), n)
    starts = np.stack(np.meshgrid(x, y), axis=-1)
    return nearest_minimum(descend(opt, surface, n_steps, starts, every=max(n_steps, 1)).points[-1], surface, tol)


def nearest_minimum(points, surface, tol=0.1):
    """Index into surface.minima of the minimum nearest to each point (..., 2), -1 if none is within tol.

    >>> nearest_minimum([[3.0, 2.05], [0.0, 0.0]], "himmelblau")
    array([ 0, -1])
    """
    points, surface = as_points(points), _surface(surface)
    index = np.full(points.shape[:-1], -1)
    nearest = np.full(points.shape[:-1], number("tol", tol, above=0) ** 2.0)
    for i, (x, y) in enumerate(surface.minima):
        with np.errstate(over="ignore"):
            distance = (points[..., 0] - x) ** 2 + (points[..., 1] - y) ** 2
        closer = distance <= nearest
        index[closer], nearest[closer] = i, distance[closer]
    return index


def arrival(losses, level):
    """Steps until the loss is below the level for good: 0 if it always was, inf if the last loss is not below.

    losses, (n_steps + 1,), begins with the loss at the start. What is not a number is not below.

    >>> arrival([3.0, 0.1, 2.0, 0.2, 0.1], level=1)
    3
    """
    losses = np.asarray(losses, dtype=float)
    if losses.ndim != 1 or not len(losses):
        fail("losses", f"an array of shape {losses.shape}", "the losses of one descent, shape (n_steps + 1,)")
    above = np.flatnonzero(~(losses < number("level", level)))
    steps = int(above[-1]) + 1 if len(above) else 0
    return steps if steps < len(losses) else np.inf


def _walk(opt, gradient, theta, n_steps):
    """The whole of gradient descent: yields the start and the point after each step."""
    state = opt.init(theta)
    yield theta
    for t in range(n_steps):
        step, state = opt.update(gradient(theta), state, t, theta)
        theta = theta + step
        yield theta


def _run(opt, surface, gradient, theta, n_steps, every=1):
    points = np.empty((n_steps // every + 1, *theta.shape))
    # Overflow is what divergence looks like from inside; it is recorded, not warned of.
    with np.errstate(all="ignore"):
        for t, point in enumerate(_walk(opt, gradient, theta, n_steps)):
            if t % every == 0:
                points[t // every] = point
        diverged_at = _blank_diverged(points)
        losses = _losses(surface, points)
    diverged_at = np.where(diverged_at < 0, -1, diverged_at * every)
    return Trajectory(points, losses, diverged_at if diverged_at.ndim else int(diverged_at))


def _blank_diverged(points):
    """Index of the first point of each path that is out of bounds, -1 if none; from there on the path becomes NaN."""
    if points.min(initial=0) >= -LIMIT and points.max(initial=0) <= LIMIT:  # NaN is neither
        return np.full(points.shape[1:-1], -1)
    gone = np.logical_or.accumulate(~(np.abs(points) <= LIMIT).all(axis=-1), axis=0)
    points[gone] = np.nan
    return np.where(gone[-1], len(points) - gone.sum(axis=0), -1)


def _losses(surface, points, block=1 << 16):
    """surface.f at every point, in blocks: with all points at once its temporaries would be larger than they are."""
    losses = np.empty(points.shape[:-1])
    rows = max(1, block // max(1, losses[0].size))
    for i in range(0, len(points), rows):
        losses[i : i + rows] = surface.f(points[i : i + rows])
    return losses


class _Field:
    """Several optimizers as one: theta[i] is where optimizer i stands."""

    def __init__(self, optimizers):
        self.optimizers = optimizers

    def init(self, theta):
        return [opt.init(p) for opt, p in zip(self.optimizers, theta, strict=True)]

    def update(self, grad, states, t, theta):
        steps, new = np.empty(theta.shape), []
        for i, opt in enumerate(self.optimizers):
            steps[i], state = opt.update(grad[i], states[i], t, theta[i])
            new.append(state)
        return steps, new


def _gradient(surface, noise, rng, shape):
    """The surface's gradient with fresh noise of this shape at every call."""
    if number("noise", noise, low=0) == 0:
        return surface.grad
    rng = generator("rng", rng)
    return lambda theta: surface.grad(theta) + noise * rng.standard_normal(shape)


def _surface(surface):
    if isinstance(surface, str):
        return SURFACES[choice("surface", surface, SURFACES)]
    if not hasattr(surface, "grad"):
        fail("surface", repr(surface), "a Surface, or the name of one in SURFACES")
    return surface


def _start(surface, start, optimizers):
    """The start as an array, widened to the shape to which the optimizers' array settings broadcast."""
    start = array("start", surface.start if start is None else start, shape=(..., 2))
    for opt in optimizers:
        if isinstance(opt, type) or not hasattr(opt, "update"):
            fail("optimizer", repr(opt), "an optimizer, e.g. Adam(lr=0.1)")
        shape = getattr(opt, "shape", ())
        try:
            start = np.broadcast_to(start, np.broadcast_shapes(start.shape, shape))
        except ValueError:
            fail("start", f"shape {start.shape}", f"a shape that broadcasts with the optimizer's settings, {shape}")
    return start
