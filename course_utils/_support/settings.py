"""Settings: what a method is told once, checked when it is given, and shown in the method's name.

    @settings
    class Spring(Settings):
        stiffness: Positive
        damping: NonNegative = 0.0

An optimizer, a schedule, a regularizer, a search space: each is such a class. The names below
(`Positive`, `Rate`, `Count`, ...) are the one vocabulary in which all of them say what they accept.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache, partial
from typing import Annotated, Any, TypeVar, dataclass_transform, get_type_hints

import numpy as np

from .validation import array, choice, fail, integer, number

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def settings(cls: type[T]) -> type[T]:
    """Make a class of `Settings` out of its annotated fields: a frozen dataclass, compared by value."""
    made = dataclass(frozen=True, repr=False)(cls)
    _checks(made)  # type: ignore[arg-type]
    return made


class Settings:
    """Base of a class of settings, whose fields are checked by the function in their `Annotated` type.

    The function takes the field's name and value, and returns the value to keep or raises ValueError.
    An annotation that is text, as `from __future__ import annotations` makes of all of them, is
    looked up where the class was defined.

    Raises
    ------
    ValueError
        A value out of its range. And, when the class is made, an annotation that cannot be looked
        up: its check would silently not be made.

    >>> @settings
    ... class Spring(Settings):
    ...     stiffness: Positive
    ...     damping: NonNegative = 0.0
    >>> Spring(2), Spring(2, damping=0.5)
    (Spring(stiffness=2), Spring(stiffness=2, damping=0.5))
    """

    def __post_init__(self) -> None:
        for name, check in _checks(type(self)):  # type: ignore[arg-type]
            object.__setattr__(self, name, check(name, getattr(self, name)))

    def __repr__(self) -> str:
        first, *rest = fields(self)  # type: ignore[arg-type]
        changed = [f for f in rest if not np.array_equal(getattr(self, f.name), f.default)]  # type: ignore[arg-type]
        shown = ", ".join(f"{f.name}={_short(getattr(self, f.name))}" for f in [first, *changed])
        return f"{type(self).__name__}({shown})"

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape to which array settings broadcast; () if all are plain numbers."""
        values = (getattr(self, field.name) for field in fields(self))  # type: ignore[arg-type]
        return np.broadcast_shapes(*map(np.shape, values))


@cache
def _checks(cls: type) -> list[tuple[str, Callable[[str, Any], Any]]]:
    """The name of every field that has a check, and the check."""
    try:
        hints = get_type_hints(cls, include_extras=True)
    except NameError as error:
        fail(f"class {cls.__name__}", f"an annotation that cannot be looked up ({error})", "names known in its module")
    return [(field.name, check) for field in fields(cls) for check in getattr(hints[field.name], "__metadata__", ())]


def numbers(name, value, **bounds):
    """A number as a Python float, or an array of numbers, every one within the bounds of `validation.number`."""
    # NumPy's own float64 would turn float32 results into float64; a Python float does not.
    if not isinstance(value, (list, tuple)) and getattr(value, "ndim", 0) == 0:
        return plain(name, value, **bounds)
    a = array(name, value)
    if not a.size:
        fail(name, f"an empty array of shape {a.shape}", "a number, or an array of numbers")
    for extreme in (a.min(), a.max()):
        number(name, float(extreme), **bounds)
    return a


def plain(name, value, **bounds):
    """One number as a Python float, within the bounds of `validation.number`."""
    return float(number(name, value, **bounds))


def require_methods(name, value, methods, want):
    """An instance that has all these methods.

    A class is refused although it has them, as in fit(opt=Adam): it was not called, so it has no settings yet.
    """
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


# One number, or an array of them: a plane of settings descends in one run.
Number = float | np.ndarray
Rate = Annotated[Number | Callable[[int], Any], _rate]  # > 0, or a schedule
Positive = Annotated[Number, partial(numbers, above=0)]
NonNegative = Annotated[Number, partial(numbers, low=0)]
Fraction = Annotated[Number, partial(numbers, low=0, high=1)]
Decay = Annotated[Number, partial(numbers, low=0, below=1)]
# One number.
FiniteNumber = Annotated[float, plain]
PositiveNumber = Annotated[float, partial(plain, above=0)]
NonNegativeNumber = Annotated[float, partial(plain, low=0)]
Share = Annotated[float, partial(plain, above=0, below=1)]
Count = Annotated[int, partial(integer, low=1)]
Whole = Annotated[int, integer]
Switch = Annotated[bool, partial(choice, options=(True, False))]
