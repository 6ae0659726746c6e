"""Loss surfaces of two parameters: small enough to be seen whole, each with one difficulty that training meets.

    s = SURFACES["rosenbrock"]
    s.f(p), s.grad(p), s.hess(p)             # p: one point (2,), or any number of them (..., 2)
    s.start, s.minima, s.xlim, s.ylim        # where to begin, where to end, what to draw

Derivatives are exact. A surface of one's own is a `Surface` with three functions of the coordinates x and y.
Chapters 06 to 08.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import product

import numpy as np

from ._support.validation import array, fail, number


@dataclass(frozen=True)
class Surface:
    """A function of the plane, with its first and second derivatives.

    Parameters
    ----------
    name, formula : str
        For display.
    value, slopes, curvatures : callable
        Of the arrays x and y: f; (∂f/∂x, ∂f/∂y); (∂²f/∂x², ∂²f/∂x∂y, ∂²f/∂y²).
    start : (x, y)
        Where a descent begins unless told otherwise.
    xlim, ylim : (low, high)
        The window to draw.
    minima : tuple of (x, y)
        Every local minimum in the window.
    floor : float or None
        The least value of f; None where f falls for ever.

    Examples
    --------
    >>> SURFACES["ravine"].grad([-7.0, 2.0])
    array([-0.7,  4. ])
    >>> SURFACES["ravine"].f(np.zeros((40_000, 2))).shape
    (40000,)
    """

    name: str
    formula: str
    value: Callable = field(repr=False)
    slopes: Callable = field(repr=False)
    curvatures: Callable = field(repr=False)
    start: tuple
    xlim: tuple
    ylim: tuple
    minima: tuple = field(default=(), repr=False)
    floor: float | None = None

    def f(self, p):
        """The loss at p, shape (...) for points of shape (..., 2)."""
        p = as_points(p)
        return self.value(p[..., 0], p[..., 1])

    def grad(self, p):
        """The gradient at p, shape (..., 2)."""
        p = as_points(p)
        out = np.empty(p.shape)
        out[..., 0], out[..., 1] = self.slopes(p[..., 0], p[..., 1])
        return out

    def hess(self, p):
        """The Hessian at p, shape (..., 2, 2)."""
        p = as_points(p)
        out = np.empty((*p.shape, 2))
        out[..., 0, 0], out[..., 0, 1], out[..., 1, 1] = self.curvatures(p[..., 0], p[..., 1])
        out[..., 1, 0] = out[..., 0, 1]
        return out


def bowl(kappa=20.0):
    """(x² + kappa · y²) / 2: the model of every smooth minimum. kappa >= 1 is the Hessian's condition number.

    >>> bowl(kappa=100).hess([0.0, 0.0])
    array([[  1.,   0.],
           [  0., 100.]])
    """
    number("kappa", kappa, low=1)
    return _quadratic(
        f"Bowl, κ = {kappa:g}",
        f"(x² + {kappa:g} y²) / 2",
        (1, 0, kappa),
        minima=((0.0, 0.0),),
        floor=0.0,
        start=(-4.0, 2.0),
        xlim=(-5, 5),
        ylim=(-3, 3),
    )


def valley(curvatures, degrees=0.0):
    """A quadratic with these two curvatures, both > 0, along axes that are turned, and its start with them.

    The first curvature is that along x before the turn; the minimum is at the origin.

    >>> valley((1, 100), degrees=45).hess([0.0, 0.0]).round(9)
    array([[ 50.5, -49.5],
           [-49.5,  50.5]])
    """
    curvatures = array("curvatures", curvatures, shape=(2,))
    if not (curvatures > 0).all():
        fail("curvatures", f"{curvatures.min():g}", "two numbers > 0")
    angle = np.deg2rad(number("degrees", degrees))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    (a, b), (_, c) = turn * curvatures @ turn.T
    return _quadratic(
        "Valley",
        f"({a:.4g} x² + {2 * b:.4g} xy + {c:.4g} y²) / 2",
        (a, b, c),
        start=tuple(turn @ [-4.0, 2.0]),
        xlim=(-5, 5),
        ylim=(-5, 5),
        minima=((0.0, 0.0),),
        floor=0.0,
    )


def _quadratic(name, formula, hessian, **rest):
    """(a x² + 2 b xy + c y²) / 2; hessian = (a, b, c)."""
    functions = (partial(f, *hessian) for f in (_quadratic_value, _quadratic_slopes, _quadratic_curvatures))
    return Surface(name, formula, *functions, **rest)


def _quadratic_value(a, b, c, x, y):
    aligned = a * (x * x) + c * (y * y)
    return (aligned + 2 * b * (x * y) if b else aligned) / 2


def _quadratic_slopes(a, b, c, x, y):
    return (a * x + b * y, b * x + c * y) if b else (a * x, c * y)


def _quadratic_curvatures(a, b, c, x, y):
    return a, b, c


def _monkey_value(x, y):
    """Three valleys and three ridges meet; the Hessian is zero there. Hilbert and Cohn-Vossen (1932)."""
    return x * (x * x - 3 * (y * y))


def _monkey_slopes(x, y):
    return 3 * (x * x - y * y), -6 * x * y


def _monkey_curvatures(x, y):
    return 6 * x, -6 * y, -6 * x


def _beale_value(x, y):
    """Flat valley, steep corners, and a saddle at (0, 1). Beale (1958)."""
    y2 = y * y
    p, q, r = 1.5 - x * (1 - y), 2.25 - x * (1 - y2), 2.625 - x * (1 - y2 * y)
    return p * p + q * q + r * r


def _beale_slopes(x, y):
    y2 = y * y
    a, b, c = 1 - y, 1 - y2, 1 - y2 * y
    p, q, r = 1.5 - x * a, 2.25 - x * b, 2.625 - x * c
    return -2 * (p * a + q * b + r * c), 2 * x * (p + 2 * y * q + 3 * y2 * r)


def _beale_curvatures(x, y):
    y2 = y * y
    a, b, c = 1 - y, 1 - y2, 1 - y2 * y
    xx = 2 * (a * a + b * b + c * c)
    xy = 2 * (1.5 - 2 * x * a + 2 * y * (2.25 - 2 * x * b) + 3 * y2 * (2.625 - 2 * x * c))
    yy = 2 * x * (x * (1 + 4 * y2 + 9 * y2 * y2) + 2 * (2.25 - x * b) + 6 * y * (2.625 - x * c))
    return xx, xy, yy


def _rosenbrock_value(x, y):
    """A bent valley with a nearly flat floor: kappa is 2508 at the minimum. Rosenbrock (1960)."""
    a, b = 1 - x, y - x * x
    return a * a + 100 * (b * b)


def _rosenbrock_slopes(x, y):
    b = y - x * x
    return 2 * (x - 1) - 400 * x * b, 200 * b


def _rosenbrock_curvatures(x, y):
    return 2 - 400 * y + 1200 * (x * x), -400 * x, 200


def _himmelblau_value(x, y):
    """Four minima, all of value 0. Himmelblau, "Applied Nonlinear Programming" (1972)."""
    a, b = x * x + y - 11, x + y * y - 7
    return a * a + b * b


def _himmelblau_slopes(x, y):
    a, b = x * x + y - 11, x + y * y - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


def _himmelblau_curvatures(x, y):
    return 12 * (x * x) + 4 * y - 42, 4 * (x + y), 12 * (y * y) + 4 * x - 26


def _styblinski_value(x, y):
    """Four minima of different depth. Styblinski and Tang (1990)."""
    a, b = x * x, y * y
    return (a * (a - 16) + b * (b - 16) + 5 * (x + y)) / 2


def _styblinski_slopes(x, y):
    return x * (2 * x * x - 16) + 2.5, y * (2 * y * y - 16) + 2.5


def _styblinski_curvatures(x, y):
    return 6 * (x * x) - 16, 0, 6 * (y * y) - 16


def _rastrigin_value(x, y):
    """A bowl with a local minimum near every whole number. Rastrigin, "Systems of Extremal Control" (1974)."""
    return 20 + x * x + y * y - 10 * (np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y))


def _rastrigin_slopes(x, y):
    return 2 * x + 20 * np.pi * np.sin(2 * np.pi * x), 2 * y + 20 * np.pi * np.sin(2 * np.pi * y)


def _rastrigin_curvatures(x, y):
    return 2 + 40 * np.pi**2 * np.cos(2 * np.pi * x), 0, 2 + 40 * np.pi**2 * np.cos(2 * np.pi * y)


def _plateau_value(x, y):
    """A hole in a wide shelf, where the slope fades with the cube of the distance. Geman and McClure (1987)."""
    r2 = x * x + y * y
    return r2 / (1 + r2)


def _plateau_slopes(x, y):
    w = 1 / (1 + x * x + y * y)
    w2 = 2 * w * w
    return x * w2, y * w2


def _plateau_curvatures(x, y):
    w = 1 / (1 + x * x + y * y)
    w2, w3 = 2 * w * w, 8 * w * w * w
    return w2 - x * x * w3, -x * y * w3, w2 - y * y * w3


_WALL, _EDGE = 20.0, 20.0  # slope of the wall; how sharply it begins


def _cliff_value(x, y):
    """A gentle slope down to the foot of a wall. A step that lands on the wall is thrown far back.

    One picture of exploding gradients: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural
    networks" (2013), figure 6. Here the wall is a softplus, so the surface is smooth and even convex.
    """
    return _WALL / _EDGE * _softplus(_EDGE * x) - x + y * y / 2


def _cliff_slopes(x, y):
    return _WALL * _sigmoid(_EDGE * x) - 1, y


def _cliff_curvatures(x, y):
    s = _sigmoid(_EDGE * x)
    return _WALL * _EDGE * s * (1 - s), 0, 1


def _softplus(z):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def _sigmoid(z):
    return 0.5 + 0.5 * np.tanh(0.5 * z)


_CLIFF_FOOT = (float(-np.log(_WALL - 1) / _EDGE), 0.0)  # where the slope of the wall is 1
# Per coordinate, the roots of 4x³ - 32x + 5 and of x + 10π sin 2πx at which the second derivative is positive.
_STYBLINSKI = (-2.903534027771177, 2.7468027709908374)
_RASTRIGIN = (0.0, 0.9949586376523348, 1.9899122337085497, 2.9848557010394816, 3.979783860300754, 4.974691390895051)

SURFACES = {
    "bowl": bowl(),
    "ravine": _quadratic(
        "Ravine",
        "x² / 20 + y²",
        (0.1, 0.0, 2.0),
        minima=((0.0, 0.0),),
        floor=0.0,
        start=(-7.0, 2.0),
        xlim=(-10, 10),
        ylim=(-5, 5),
    ),
    "canyon": _quadratic(
        "Canyon",
        "x² / 1000 + y²",
        (0.002, 0.0, 2.0),
        minima=((0.0, 0.0),),
        floor=0.0,
        start=(-7.0, 2.0),
        xlim=(-10, 10),
        ylim=(-5, 5),
    ),
    "saddle": _quadratic("Saddle", "x² - y²", (2.0, 0.0, -2.0), start=(-1.5, 0.01), xlim=(-2, 2), ylim=(-2, 2)),
    "monkey_saddle": Surface(
        "Monkey saddle",
        "x³ - 3 x y²",
        _monkey_value,
        _monkey_slopes,
        _monkey_curvatures,
        start=(1.0, 0.01),
        xlim=(-2, 2),
        ylim=(-2, 2),
    ),
    "beale": Surface(
        "Beale",
        "(1.5 - x + xy)² + (2.25 - x + xy²)² + (2.625 - x + xy³)²",
        _beale_value,
        _beale_slopes,
        _beale_curvatures,
        start=(1.0, 1.5),
        xlim=(-4.5, 4.5),
        ylim=(-4.5, 4.5),
        minima=((3.0, 0.5),),
        floor=0.0,
    ),
    "rosenbrock": Surface(
        "Rosenbrock",
        "(1 - x)² + 100 (y - x²)²",
        _rosenbrock_value,
        _rosenbrock_slopes,
        _rosenbrock_curvatures,
        start=(-1.2, 1.0),
        xlim=(-2, 2),
        ylim=(-1, 3),
        minima=((1.0, 1.0),),
        floor=0.0,
    ),
    "himmelblau": Surface(
        "Himmelblau",
        "(x² + y - 11)² + (x + y² - 7)²",
        _himmelblau_value,
        _himmelblau_slopes,
        _himmelblau_curvatures,
        start=(0.0, -1.0),
        xlim=(-6, 6),
        ylim=(-6, 6),
        floor=0.0,
        minima=(
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.283185991286170),
            (3.584428340330492, -1.848126526964404),
        ),
    ),
    "styblinski_tang": Surface(
        "Styblinski-Tang",
        "(x⁴ - 16x² + 5x + y⁴ - 16y² + 5y) / 2",
        _styblinski_value,
        _styblinski_slopes,
        _styblinski_curvatures,
        start=(0.5, 4.0),
        xlim=(-5, 5),
        ylim=(-5, 5),
        minima=tuple(product(_STYBLINSKI, repeat=2)),
        floor=-78.33233140754282,
    ),
    "rastrigin": Surface(
        "Rastrigin",
        "20 + x² + y² - 10 cos 2πx - 10 cos 2πy",
        _rastrigin_value,
        _rastrigin_slopes,
        _rastrigin_curvatures,
        start=(3.3, -2.7),
        xlim=(-5.12, 5.12),
        ylim=(-5.12, 5.12),
        floor=0.0,
        minima=tuple(product([-r for r in _RASTRIGIN[:0:-1]] + list(_RASTRIGIN), repeat=2)),
    ),
    "plateau": Surface(
        "Plateau",
        "r² / (1 + r²), r² = x² + y²",
        _plateau_value,
        _plateau_slopes,
        _plateau_curvatures,
        start=(-4.0, 3.0),
        xlim=(-6, 6),
        ylim=(-6, 6),
        minima=((0.0, 0.0),),
        floor=0.0,
    ),
    "cliff": Surface(
        "Cliff",
        "log(1 + exp 20x) - x + y² / 2",
        _cliff_value,
        _cliff_slopes,
        _cliff_curvatures,
        start=(-3.0, 1.5),
        xlim=(-4, 1),
        ylim=(-2, 2),
        minima=(_CLIFF_FOOT,),
        floor=float(_cliff_value(*_CLIFF_FOOT)),
    ),
}


def as_points(p):
    """p as an array of shape (..., 2)."""
    p = np.asarray(p, dtype=float)
    if p.ndim == 0 or p.shape[-1] != 2:
        fail("p", f"an array of shape {p.shape}", "points (x, y), shape (..., 2)")
    return p
