"""Gradients: the slope by differences, and the check that a backward pass computes the same.

    numerical_gradient(f, x)          # slow (two evaluations per coordinate), approximate, easy to get right
    relative_error(a, b)              # how far two gradients differ
    compare(a, b, "by formula", "by differences")      # how closely two arrays agree, in a line
    check_gradients(net, x, y)        # net.backward against differences, by layer

A relative error above 1e-2 is a mistake; 1e-4 to 1e-2 is suspicious; 1e-7 to 1e-4 is fine where there are kinks, and
suspicious elsewhere; below 1e-7 is right (`verdict(error)` says it). In float64, and with the same random draws in
every pass. Chapter 01.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._support.validation import array, choice, fail, generator, integer, number
from .losses import Loss, pattern, softmax_cross_entropy
from .network import Network

EPS = np.finfo(float).eps
BANDS = ((1e-7, "right"), (1e-4, "suspicious, unless there are kinks"), (1e-2, "suspicious"), (np.inf, "wrong"))


def numerical_gradient(
    f: Callable[[np.ndarray], Any], x: np.ndarray, h: float = 1e-5, method: str = "centered"
) -> np.ndarray:
    """The slope of f along every coordinate of x, from differences of f itself.

    centered: (f(x + h·eᵢ) - f(x - h·eᵢ)) / 2h, error O(h²), best h about eps^(1/3) = 6e-6
    forward:  (f(x + h·eᵢ) - f(x)) / h, error O(h), best h about eps^(1/2) = 1.5e-8

    Parameters
    ----------
    f : function of x that returns one number
    x : array of any shape. A float64 array is changed in place while f runs, so f may also look at it from elsewhere
        (`lambda _: loss()` with x = net.theta), and is restored exactly.
    h : step > 0, in the units of x
    method : "centered" or "forward"

    Returns
    -------
    array of x's shape

    >>> numerical_gradient(lambda x: np.sum(x**2), np.array([1.0, -3.0])).round(6)
    array([ 2., -6.])
    """
    number("h", h, above=0)
    choice("method", method, ("centered", "forward"))
    x = array("x", x)
    if not x.flags.writeable:
        x = x.copy()
    grad = np.empty(x.shape)
    middle = _one_number(f(x)) if method == "forward" else None
    for i in np.ndindex(x.shape):
        high = _one_number(_at(x, i, x[i] + h, lambda: f(x)))
        if method == "forward":
            grad[i] = (high - middle) / h
        else:
            grad[i] = (high - _one_number(_at(x, i, x[i] - h, lambda: f(x)))) / (2 * h)
    return grad


def relative_error(a: np.ndarray, b: np.ndarray, floor: float = 1e-8) -> float:
    """The largest relative difference between two arrays, coordinate by coordinate.

    max |a - b| / max(|a|, |b|, floor)

    floor : below this size a coordinate counts as 0; it keeps 0 against 1e-17 from being a difference of 100 %.
    Sources disagree: |a| + |b| below the line halves the error; norms of whole vectors hide one wrong coordinate.

    >>> round(relative_error([1.0, 2.0], [1.0, 2.5]), 4)
    0.2
    """
    a = array("a", a)
    b = array("b", b, shape=a.shape)
    number("floor", floor, above=0)
    return float(np.max(np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), floor), initial=0))


def verdict(error: float) -> str:
    """A relative error of a gradient in words: the first of BANDS that it is not above.

    >>> verdict(3e-9), verdict(0.5)
    ('right', 'wrong')
    """
    error = number("error", error, low=0)
    return next(words for bound, words in BANDS if error <= bound)


def compare(a, b, a_name="the first", b_name="the second"):
    """A line that says of two arrays, two ways to one gradient as a rule, how closely they agree.

    max |a - b| / max(|a|, |b|) over all entries: the largest difference, relative to the largest entry. An entry far
    smaller than the others may thus be all rounding without being called wrong; one wrong entry of their size may not.

    Parameters
    ----------
    a, b : arrays of one shape
    a_name, b_name : what to call them

    Returns
    -------
    str : agreement as the band of `verdict` that it lies in, so that the line is the same on every machine; a
        disagreement with its size

    >>> compare([2.0, -6.0], [2.0, -6.0 + 1e-9], "2x", "by differences")
    '2x and by differences agree: 2 numbers, relative error below 1e-07.'
    >>> compare([2.0, -6.0], [1.0, -3.0])
    'the first and the second differ: 2 numbers, relative error 0.5, wrong.'
    """
    a = array("a", a)
    b = array("b", b, shape=a.shape)
    largest = max(np.abs(a).max(initial=0), np.abs(b).max(initial=0))
    error = float(np.abs(a - b).max(initial=0) / largest) if largest else 0.0
    bound, words = next(band for band in BANDS if error <= band[0])
    if words == "right":
        return f"{a_name} and {b_name} agree: {a.size:,} numbers, relative error below {bound:.0e}."
    return f"{a_name} and {b_name} differ: {a.size:,} numbers, relative error {error:.1g}, {words}."


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """What check_gradients found.

    Attributes
    ----------
    errors : {"0.W": relative error, ...}, an entry for every array of which a coordinate was checked
    n_checked, n_skipped : coordinates compared, and coordinates left out because the step crossed a kink
    """

    errors: dict[str, float]
    n_checked: int
    n_skipped: int

    @property
    def error(self):
        """The largest of the errors; nan if nothing was checked."""
        return max(self.errors.values(), default=np.nan)

    @property
    def verdict(self):
        """The error in words."""
        return "nothing was checked" if np.isnan(self.error) else verdict(self.error)

    def __repr__(self):
        rows = [f"  {name:6} {error:.0e}" for name, error in self.errors.items()]
        counts = f"  {self.n_checked} coordinates checked, {self.n_skipped} skipped because they crossed a kink"
        return "\n".join([f"Gradient check: {self.verdict}", *rows, counts])


def check_gradients(
    net: Network,
    x: np.ndarray,
    y: np.ndarray,
    loss: Loss = softmax_cross_entropy,
    h: float = 1e-5,
    n_per_array: int = 50,
    training: bool = False,
    rng: np.random.Generator | int = 0,
) -> GradientCheck:
    """Compare net.backward with centered differences of the loss, array by array.

    The error of an array is |a - n| / max(|a|, |n|), norms over the coordinates checked, where a is the gradient of
    net.backward and n the numerical one. A gradient too small for differences to resolve to 7 digits is compared with
    what they can resolve. Where a step of ±h takes a unit over a kink (a ReLU switches), the numerical slope is wrong,
    not the gradient: such coordinates are skipped and counted.

    Parameters
    ----------
    net : Network in float64. Its theta is left as it was; its grad is that of the batch.
    x, y : a batch; a few samples suffice, and keep kinks rare.
    loss : function (scores, y) -> (loss, dscores). One of your own that has kinks tells by
        loss.pattern(scores, y) on which piece every score is.
    n_per_array : how many coordinates of each W, b, ... are drawn, without replacement
    training : the mode of the forward pass. Before each pass the generators of layers that draw, such as Dropout, are
        rewound to where they were, so that all passes draw the same; they are left there. A random layer of your own
        has to draw from `self.rng` for that.
    rng : numpy.random.Generator or int, for the choice of coordinates

    Returns
    -------
    GradientCheck

    >>> from course_utils.layers import Dense, Tanh
    >>> from course_utils.network import Network
    >>> net = Network([Dense(4, 3, rng=0), Tanh(), Dense(3, 2, rng=1)])
    >>> check_gradients(net, np.ones((1, 4)), np.array([1])).verdict
    'right'
    """
    if net.dtype != float:
        fail("net", f"dtype {net.dtype}", "float64: in fewer digits the differences drown in rounding")
    number("h", h, above=0)
    integer("n_per_array", n_per_array, low=1)
    rng = generator("rng", rng)
    rewind = _rewinder(net)

    def run():
        rewind()
        scores = net.forward(x, training)
        return *loss(scores, y), [*(layer.pattern() for layer in net.layers), pattern(loss, scores, y)]

    value, dscores, _ = run()
    net.backward(dscores)
    gradient = net.unpack(net.grad.copy())
    resolved = EPS * max(abs(value), 1) / h / 1e-7
    errors, checked, skipped = {}, 0, 0
    for name, view in net.unpack(net.theta).items():
        sample = rng.permutation(view.size)[:n_per_array]
        slopes = np.array([_smooth_slope(run, view.reshape(-1), i, h) for i in sample], dtype=float)
        smooth = ~np.isnan(slopes)
        checked, skipped = checked + smooth.sum(), skipped + (~smooth).sum()
        if smooth.any():
            errors[name] = _norm_error(gradient[name].reshape(-1)[sample][smooth], slopes[smooth], resolved)
    rewind()
    return GradientCheck(errors, int(checked), int(skipped))


def _rewinder(net):
    """The function that puts the generators of the net's layers back to where they are now."""
    states = [(layer.rng, layer.rng.bit_generator.state) for layer in net.layers if layer.rng is not None]

    def rewind():
        for rng, state in states:
            rng.bit_generator.state = state

    return rewind


def _at(x, i, value, f):
    """f() while x[i] is `value`; then x[i] is what it was, whatever happened."""
    kept = x[i]
    try:
        x[i] = value
        return f()
    finally:
        x[i] = kept


def _one_number(value):
    if np.ndim(value) != 0:
        fail("f", f"a result of shape {np.shape(value)}", "a function that returns one number")
    return float(value)


def _smooth_slope(run, x, i, h):
    """The centered slope along x[i], or None if the two ends of the step lie on different sides of a kink."""
    high, _, above = _at(x, i, x[i] + h, run)
    low, _, below = _at(x, i, x[i] - h, run)
    if all(np.array_equal(p, q) for p, q in zip(above, below, strict=True)):
        return (high - low) / (2 * h)
    return None


def _norm_error(a, b, resolved):
    scale = max(np.linalg.norm(a), np.linalg.norm(b), resolved * len(a) ** 0.5)
    return float(np.linalg.norm(a - b) / scale)
