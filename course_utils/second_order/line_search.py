"""Line searches: how far to go along a direction that leads down.

    point = Wolfe()(f, theta, loss, grad, direction)        # f(theta) -> (loss, grad); None if nothing lower was found

φ(a) is the loss at theta + a · direction, φ'(a) its slope: the gradient there times the direction. A trial whose loss
or gradient is not finite counts as too far, so a search backs out of an overflow.
"""

from typing import NamedTuple

import numpy as np

from .._support.settings import Count, PositiveNumber, Settings, Share, settings
from .._support.validation import fail


class LinePoint(NamedTuple):
    """A point on the line: the rate at which it stands, the point (n,), and the loss and gradient (n,) there."""

    rate: float
    theta: np.ndarray
    loss: float
    grad: np.ndarray

    @property
    def finite(self):
        """Whether the loss and every entry of the gradient are finite."""
        return bool(np.isfinite(self.loss) and np.isfinite(self.grad).all())


class LineSearch(Settings):
    """Base of the searches. downhill: whether it needs a direction that leads down."""

    downhill = True


@settings
class FullStep(LineSearch):
    """No search: rate · direction, whatever is found there.

    >>> FullStep()(lambda p: (p @ p / 2, p), np.array([2.0]), 2.0, np.array([2.0]), np.array([-2.0])).theta
    array([0.])
    """

    rate: PositiveNumber = 1.0
    downhill = False

    def __call__(self, f, theta, loss, grad, direction, first=1.0):
        return _trial(f, theta, direction, self.rate)


@settings
class Armijo(LineSearch):
    """Backtracking: try the first rate, and shrink it until the loss falls by a fair share of what the slope promises.

    φ(a) <= φ(0) + c1 · a · φ'(0);  until then a = shrink · a

    c1: the share, of which a small one is asked. shrink: the factor. tries: evaluations before it gives up.
    It never goes beyond the first rate, and says nothing of the slope at the end: the curvature condition of BFGS may
    fail. Source: Armijo (1966); Nocedal and Wright, "Numerical Optimization" (2006), algorithm 3.1.

    >>> Armijo()(lambda p: (p @ p, 2 * p), np.array([1.0]), 1.0, np.array([2.0]), np.array([-4.0])).rate
    0.25
    """

    c1: Share = 1e-4
    shrink: Share = 0.5
    tries: Count = 40

    def __call__(self, f, theta, loss, grad, direction, first=1.0):
        slope, rate = _slope(grad, direction), first
        for _ in range(self.tries):
            trial = _trial(f, theta, direction, rate)
            if trial.finite and trial.loss <= loss + self.c1 * rate * slope:
                return trial
            rate *= self.shrink
        return None


@settings
class Wolfe(LineSearch):
    """Search until the loss has fallen and the slope has flattened: the strong Wolfe conditions.

    φ(a) <= φ(0) + c1 · a · φ'(0)  and  |φ'(a)| <= c2 · |φ'(0)|

    The second one rules out steps that are too short, and makes sᵀy > 0: BFGS may always update. Rates grow fourfold
    until a minimum is bracketed; then each is the minimum of the cubic through both ends, kept off the ends.
    c1 < c2. c2 is .9 for Newton's kind and .1 for conjugate gradients. tries: evaluations before it gives up.
    Source: Wolfe (1969); Nocedal and Wright, "Numerical Optimization" (2006), algorithms 3.5 and 3.6 in one loop.

    >>> Wolfe(c2=0.1)(lambda p: (p @ p, 2 * p), np.array([1.0]), 1.0, np.array([2.0]), np.array([-4.0])).rate
    0.25
    """

    c1: Share = 1e-4
    c2: Share = 0.9
    tries: Count = 25

    def __post_init__(self):
        super().__post_init__()
        if self.c1 >= self.c2:
            fail("c1", self.c1, f"less than c2 = {self.c2:g}")

    def __call__(self, f, theta, loss, grad, direction, first=1.0):
        start = low = LinePoint(0.0, theta, loss, grad)
        high, rate, slope = None, first, _slope(grad, direction)
        for _ in range(self.tries):
            trial = _trial(f, theta, direction, rate)
            bound = loss + self.c1 * rate * slope
            if not trial.finite or trial.loss > bound or (low is not start and trial.loss >= low.loss):
                high = trial
            else:
                rising = float(trial.grad @ direction)
                if abs(rising) <= -self.c2 * slope:
                    return trial
                onward = 1 if high is None else high.rate - low.rate
                low, high = (trial, low) if rising * onward >= 0 else (trial, high)
            rate = 4 * rate if high is None else _between(low, high, direction)
        return low if low.loss < loss else None


@settings
class Exact(LineSearch):
    """The rate of the lowest point on the line where the loss is quadratic, from the slopes at rates 0 and `probe`.

    a = -φ'(0) · probe / (φ'(probe) - φ'(0))

    None where the slope does not rise: there the quadratic has no lowest point.

    >>> Exact()(lambda p: (p @ p, 2 * p), np.array([1.0]), 1.0, np.array([2.0]), np.array([-4.0])).rate
    0.25
    """

    probe: PositiveNumber = 1.0

    def __call__(self, f, theta, loss, grad, direction, first=1.0):
        slope = _slope(grad, direction)
        rise = float(_trial(f, theta, direction, self.probe).grad @ direction) - slope
        return _trial(f, theta, direction, -slope * self.probe / rise) if rise > 0 else None


def _trial(f, theta, direction, rate):
    point = theta + rate * direction
    return LinePoint(float(rate), point, *f(point))


def _slope(grad, direction):
    slope = float(grad @ direction)
    if not slope < 0:
        fail("direction", f"one with slope {slope:g}", "a direction that leads down: grad · direction < 0")
    return slope


def _between(low, high, direction):
    """The rate at the minimum of the cubic through both trials, at least a tenth of the way off either.

    Source: Nocedal and Wright (2006), equation 3.59.
    """
    span = high.rate - low.rate
    if not high.finite:
        return low.rate + span / 10
    a, b = float(low.grad @ direction), float(high.grad @ direction)
    d = a + b - 3 * (low.loss - high.loss) / (low.rate - high.rate)
    root = d * d - a * b
    if not root >= 0:
        return low.rate + span / 2
    root = np.copysign(np.sqrt(root), span)
    share = 1 - (b + root - d) / (b - a + 2 * root) if b - a + 2 * root else 0.5
    return low.rate + span * min(max(share, 0.1), 0.9)
