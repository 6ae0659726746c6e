"""What a function does with the cases of an exercise, and whether two functions do the same."""

import copy
import itertools
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._limits import Endless, limited

RTOL, ATOL = 1e-7, 1e-12
MANY = 10_000  # of what an iterator gives, more are not asked for
Case = Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What a function returned for a case, or raised, and which arguments it wrote into or gave back."""

    returned: Any = None
    error: BaseException | None = None
    changed: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


def outcomes(f: Callable, cases: Sequence[Case]) -> list[Outcome]:
    """What a function does with each case, none of which it can spoil for the next. Nothing it does gets out."""
    found = []
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case in cases:
            found.append(_run(f, case))
            if isinstance(found[-1].error, Endless):
                break
    return found + [found[-1]] * (len(cases) - len(found))


def _run(f, case):
    arguments = fresh(case)
    try:
        with limited():
            returned = f(**arguments)
            if hasattr(returned, "__next__"):
                returned = list(
                    itertools.islice(returned, MANY)
                )  # one written in C runs no lines that could be counted
    except (Exception, SystemExit, Endless) as error:  # a learner's function may do anything
        return Outcome(error=error)
    arrays = {key: a for key, a in arguments.items() if isinstance(a, np.ndarray)}
    changed = tuple(key for key, a in arrays.items() if not close(a, case[key]))
    mine = [v for v in values(returned) if isinstance(v, np.ndarray)]
    shared = tuple(key for key, a in arrays.items() if a.size and any(np.may_share_memory(v, a) for v in mine))
    return Outcome(returned, changed=changed, shared=shared)


def fresh(case: Case) -> dict:
    """The arguments, copied: arrays and generators that may be written into and drawn from."""
    return {
        key: value.copy()
        if isinstance(value, np.ndarray)
        else copy.deepcopy(value)
        if isinstance(value, np.random.Generator | list | dict)
        else value
        for key, value in case.items()
    }


def values(returned: Any) -> list:
    """What was returned, one by one."""
    return list(returned) if isinstance(returned, tuple) else [returned]


def outputs_of(returned: Any, n: int) -> list:
    """The n outputs in what was returned: a list will do for a tuple."""
    if n > 1 and isinstance(returned, list) and len(returned) == n:
        return list(returned)
    return values(returned) if n > 1 else [returned]


def array(value: Any) -> np.ndarray | None:
    """Numbers, or words, as an array; None for anything else."""
    try:
        a = np.asarray(value)
    except Exception:  # whatever the learner's object raises: it is not numbers
        return None
    return a if a.dtype.kind in "biufU" else None


def close(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays have one shape and, up to rounding, the same entries."""
    return a.shape == b.shape and bool(agreeing(a, b).all())


def agreeing(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Where two arrays of one shape have, up to rounding, the same entries; NaN is like NaN."""
    if "U" in (a.dtype.kind, b.dtype.kind):
        return a == b if a.dtype.kind == b.dtype.kind else np.zeros(a.shape, bool)
    if a.dtype.kind == b.dtype.kind == "b":
        return a == b
    with np.errstate(all="ignore"):
        a, b = a * 1.0, b * 1.0
        near = (abs(a - b) <= ATOL + RTOL * abs(b)) & np.isfinite(b)
        return near | (a == b) | ((a != a) & (b != b))


def same(some: Sequence[Outcome], others: Sequence[Outcome], n: int = 2) -> bool:
    """Whether two functions gave the same numbers in the same shapes, or the same kinds of errors."""
    return all(likeness(a, b, n) == 1 for a, b in zip(some, others, strict=True))


def likeness(one: Outcome, other: Outcome, n: int) -> float:
    """The share of one outcome's n outputs, and of their entries, that the other has as well."""
    if one.error or other.error:
        return float(type(one.error) is type(other.error))
    mine, theirs = (outputs_of(o.returned, n) for o in (one, other))
    if len(mine) != len(theirs):
        return 0.0
    return sum(_likeness(array(a), array(b)) for a, b in zip(mine, theirs, strict=True)) / len(mine)


def _likeness(a, b):
    if a is None or b is None or a.shape != b.shape:
        return 0.0
    ok = agreeing(a, b)
    return np.count_nonzero(ok) / ok.size if ok.size else 1.0


def _within(values, low, high):
    return all(np.all(np.isfinite(v)) and np.min(v) >= low and np.max(v) <= high for v in values if np.size(v))


def kinds(cases: Sequence[Case], defaults: Mapping[str, Any]) -> dict[str, str]:
    """Of each argument whether it is a scalar, a flag, an array, a function, a generator, or something else.

    Behind a scalar or an array stands "count" if all its numbers are whole, or "share" if they are from 0 to 1.
    """
    given: dict[str, list] = {name: [value] for name, value in defaults.items()}
    for case in cases:
        for name, value in case.items():
            given.setdefault(name, []).append(value)
    return {name: _kinds(column) for name, column in given.items()}


def _kinds(column):
    found = [_kind(value) for value in column]
    kind = "array" if "array" in found else found[-1]
    if kind not in ("scalar", "array") or not all(k in ("scalar", "array") for k in found):
        return kind
    if all(np.asarray(v).dtype.kind in "iu" for v in column):
        return f"{kind} count"
    return f"{kind} share" if _within(column, 0, 1) else kind


def _kind(value):
    if isinstance(value, np.random.Generator):
        return "rng"
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int | float | np.number):
        return "scalar"
    return "array" if isinstance(value, np.ndarray) else "function" if callable(value) else "other"
