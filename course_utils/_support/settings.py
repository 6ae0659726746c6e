"""What a method is set to: checked when it is given, and shown in the method's name where it is not the default."""

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Annotated

import numpy as np

from .validation import array, choice, fail, number


class Settings:
    """Base of a frozen dataclass whose fields are checked by the function in their `Annotated` type.

    The function takes the field's name and value, and returns the value to keep or raises ValueError.

    >>> from dataclasses import dataclass
    >>> from functools import partial
    >>> from typing import Annotated
    >>> @dataclass(frozen=True, repr=False)
    ... class Spring(Settings):
    ...     stiffness: Annotated[float, partial(numbers, above=0)]
    ...     damping: Annotated[float, partial(numbers, low=0)] = 0.0
    >>> Spring(2), Spring(2, damping=0.5)
    (Spring(stiffness=2), Spring(stiffness=2, damping=0.5))
    """

    def __post_init__(self):
        for field in fields(self):
            for check in getattr(field.type, "__metadata__", ()):
                object.__setattr__(self, field.name, check(field.name, getattr(self, field.name)))

    def __repr__(self):
        first, *rest = fields(self)
        shown = [first] + [f for f in rest if not np.array_equal(getattr(self, f.name), f.default)]
        return f"{type(self).__name__}({', '.join(f'{f.name}={_short(getattr(self, f.name))}' for f in shown)})"

    @property
    def shape(self):
        """The shape to which array settings broadcast; () if all are plain numbers."""
        return np.broadcast_shapes(*(np.shape(getattr(self, field.name)) for field in fields(self)))


def numbers(name, value, **bounds):
    """A number as a Python float, or an array of numbers, every one within the bounds of `validation.number`."""
    # NumPy's own float64 would turn float32 results into float64; a Python float does not.
    if not isinstance(value, (list, tuple)) and getattr(value, "ndim", 0) == 0:
        return float(number(name, value, **bounds))
    a = array(name, value)
    if not a.size:
        fail(name, f"an empty array of shape {a.shape}", "a number, or an array of numbers")
    for extreme in (a.min(), a.max()):
        number(name, float(extreme), **bounds)
    return a


def able(name, value, methods, want):
    """An object that has these methods. A class has them too, but is none: it still wants its settings."""
    if isinstance(value, type) or not all(callable(getattr(value, method, None)) for method in methods):
        fail(name, repr(value), want)
    return value


def _short(value):
    if isinstance(value, np.ndarray):
        return f"<array {'×'.join(map(str, value.shape))}>"
    if isinstance(value, float):
        return f"{value:g}"
    return getattr(value, "__name__", repr(value))


def _rate(name, value):
    return value if callable(value) else numbers(name, value, above=0)


Number = float | np.ndarray
Rate = Annotated[Number | Callable, _rate]
Fraction = Annotated[Number, partial(numbers, low=0, high=1)]
Decay = Annotated[Number, partial(numbers, low=0, below=1)]
Positive = Annotated[Number, partial(numbers, above=0)]
NonNegative = Annotated[Number, partial(numbers, low=0)]
Switch = Annotated[bool, partial(choice, options=(True, False))]
