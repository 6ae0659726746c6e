"""What the user hands in, checked where it comes in: each function returns the value or names what is wrong with it."""

from typing import Any, NoReturn

import numpy as np


def fail(name: str, got: object, want: object) -> NoReturn:
    """Raise the one kind of error that this package raises for bad input."""
    raise ValueError(f"{name}: got {got}, want {want}")


def number(name, value, low=-np.inf, high=np.inf, above=-np.inf, below=np.inf):
    """A finite number with low <= value <= high and above < value < below."""
    try:
        ok = np.ndim(value) == 0 and np.isfinite(value) and low <= value <= high and above < value < below
    except TypeError:
        ok = False
    if not ok:
        signs = {">=": low, ">": above, "<=": high, "<": below}
        bounds = " and ".join(f"{sign} {bound:g}" for sign, bound in signs.items() if np.isfinite(bound))
        fail(name, repr(value), f"a finite number {bounds}".rstrip())
    return value


def integer(name, value, low=0):
    """A whole number >= low, as an int."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < low:
        fail(name, repr(value), f"a whole number >= {low}")
    return int(value)


def choice(name, value, options):
    """One of the options (a collection of names)."""
    if value not in options:
        fail(name, repr(value), "one of " + ", ".join(map(repr, options)))
    return value


def array(name, value, shape=None, dtype=float):
    """An array of finite numbers; `shape` gives a length per axis, None for any; the first may be `...`.

    >>> array("x", [[1, 2], [3, 4]], shape=(None, 2)).shape
    (2, 2)
    """
    try:
        a = np.asarray(value, dtype=dtype)
    except (TypeError, ValueError):
        fail(name, f"{type(value).__name__} {str(value)[:40]!r}", "an array of numbers")
    if shape is not None and not _fits(a.shape, shape):
        fail(name, f"an array of shape {a.shape}", "shape (" + ", ".join(_axis(n) for n in shape) + ")")
    if not np.isfinite(a).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(a))[0])
        fail(name, f"{a[where]} at index {where}", "finite numbers")
    return a


def labels(name, y, n_samples, n_classes):
    """Class labels 0 .. n_classes - 1, one for each sample, as an integer array."""
    y = np.asarray(y)
    if y.shape != (n_samples,):
        fail(name, f"an array of shape {y.shape}", f"one label a sample, shape ({n_samples},)")
    if y.dtype.kind not in "iu":
        fail(name, f"labels of dtype {y.dtype}", f"integers from 0 to {n_classes - 1}")
    if y.size and not (0 <= y.min() and y.max() < n_classes):
        fail(name, f"labels from {y.min()} to {y.max()}", f"labels from 0 to {n_classes - 1}")
    return y


def generator(name: str, rng: Any) -> np.random.Generator:
    """A numpy.random.Generator, given as one or as a seed."""
    if rng is None:
        fail(name, None, "np.random.default_rng(seed), or the seed itself")
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        fail(name, repr(rng), "np.random.default_rng(seed), or the seed itself")


def _fits(have, want):
    if want and want[0] is ...:
        want = want[1:]
        have = have[len(have) - len(want) :] if len(have) >= len(want) else have
    return len(have) == len(want) and all(w is None or h == w for h, w in zip(have, want, strict=True))


def _axis(n):
    return "..." if n is ... else "any" if n is None else str(n)
