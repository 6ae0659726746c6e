"""Windows that wander over a sample: their sizes, and which pixels the same place of every window covers."""

import numpy as np

from .._support.validation import fail, integer


def lengths(name, value, n):
    """A tuple of n whole numbers >= 1; a single number stands for all n sides of a window."""
    given = (value,) * n if name == "size" and isinstance(value, (int, np.integer)) else value
    if not isinstance(given, (tuple, list)) or len(given) != n:
        fail(name, repr(value), f"{n} whole numbers >= 1")
    return tuple(integer(f"{name}[{i}]", length, low=1) for i, length in enumerate(given))


def reached_by(size, steps, stride):
    """For each place (i, ...) in a window, the slices of the pixels that it covers as the window makes its steps."""
    for place in np.ndindex(*size):
        yield place, [slice(i, i + stride * n, stride) for i, n in zip(place, steps, strict=True)]
