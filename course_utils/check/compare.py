"""Checkers of functions: run the learner's on cases beside the reference, and say what differs, where, and why.

A checker is the reference solution with its cases and its slips, each a sentence and the function that makes the slip:

    @exercise(cases=[{"w": np.ones(3), "g": np.arange(3.0)}],
              slips={"The gradient is added, not subtracted.": lambda w, g, lr=0.1: w + lr * g})
    def sgd_step(w, g, lr=0.1):
        "One step down the slope."
        return w - lr * g

The learner then asks `check.sgd_step(f)`. A wrong answer that agrees with a slip on every case is told so.
"""

import copy
import inspect
import itertools
import traceback
import warnings
from dataclasses import dataclass

import numpy as np

from .base import CORRECT, NOT_DONE, NOT_YET, Verdict, checker

FEW = 6  # arrays of up to so many entries are shown whole
RTOL, ATOL = 1e-7, 1e-12


@dataclass(frozen=True)
class Outcome:
    """What a function did with a case: what it returned or raised, and which arguments it wrote into."""

    returned: object = None
    error: Exception | None = None
    changed: tuple[str, ...] = ()


def exercise(cases, slips, outputs=("the result",)):
    """Make a reference solution the checker of its name.

    Parameters
    ----------
    cases : list of dict
        Named arguments, from plain ones to random ones from a fixed seed.
    slips : dict
        A sentence about a known mistake -> the function that makes it; `confused` says whether the cases suffice.
    outputs : tuple of str
        What it returns, by name and in order.
    """

    def register(reference):
        def check(f):
            return compare(f, reference, cases, slips, outputs)

        check.__name__ = check.__qualname__ = reference.__name__
        check.__module__ = reference.__module__
        check.__doc__ = f"Check your `{reference.__name__}{inspect.signature(reference)}`.\n\n{reference.__doc__}"
        return checker(reference, slips, cases)(check)

    return register


def compare(f, reference, cases, slips, outputs=("the result",)):
    """The verdict on a function: correct, not done, or the first case that differs, how, and which slip that is."""
    name = reference.__name__
    if unfit := _unfit(f, reference, cases):
        return Verdict(NOT_YET, (unfit,))
    got, want = outcomes(f, cases), outcomes(reference, cases)
    if _blank(got[0]):
        return Verdict(NOT_DONE, (f"`{name}` returns nothing yet. (Already written? Then its `return` is missing.)",))
    for i, case in enumerate(cases):
        if lines := differences(got[i], want[i], outputs, f):
            known = [words for words, slip in slips.items() if same(got, outcomes(slip, cases))]
            inputs = ", ".join(f"{key} = {_show(value)}" for key, value in case.items())
            return Verdict(NOT_YET, (*known, lines[0], f"Input {i + 1} of {len(cases)}: `{inputs}`", *lines[1:]))
    return Verdict(CORRECT, (f"`{name}` agrees with the reference on all {len(cases)} inputs.",))


def outcomes(f, cases):
    """What a function does with each case, none of which it can spoil for the next."""
    return [_run(f, case) for case in cases]


def _run(f, case):
    arguments = copy.deepcopy(case)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            returned = f(**arguments)
    except Exception as e:
        return Outcome(error=e)
    changed = tuple(
        key
        for key, value in case.items()
        if isinstance(value, np.ndarray) and not np.array_equal(value, arguments[key], equal_nan=True)
    )
    return Outcome(returned, changed=changed)


def same(some, others):
    """Whether two lists of outcomes hold the same numbers in the same shapes, or the same kinds of errors."""
    return all(map(_same, some, others))


def _same(one, other):
    if one.error or other.error:
        return type(one.error) is type(other.error)
    mine, theirs = ([_array(value) for value in _values(o.returned)] for o in (one, other))
    return len(mine) == len(theirs) and all(map(_close, mine, theirs))


def _close(a, b):
    return (
        a is not None
        and b is not None
        and a.shape == b.shape
        and np.allclose(a, b, rtol=RTOL, atol=ATOL, equal_nan=True)
    )


def confused(reference, cases, slips):
    """The pairs among the reference and its slips that these cases cannot tell apart, by name; none, if all is well."""
    answers = {name: outcomes(f, cases) for name, f in ({"the reference": reference} | slips).items()}
    return [(a, b) for a, b in itertools.combinations(answers, 2) if same(answers[a], answers[b])]


def differences(got, want, outputs, f):
    """How an outcome differs from the one wanted: a sentence, then details, a line each; empty if it does not."""
    if got.error:
        return [_failure(got.error, f)]
    mine, right = (_values(o.returned) if len(outputs) > 1 else [o.returned] for o in (got, want))
    if len(mine) != len(right):
        return [f"It returns {_kind(got.returned)}; want `return {', '.join(outputs)}`."]
    wrong = {name: lines for name, a, b in zip(outputs, mine, right, strict=True) if (lines := _difference(name, a, b))}
    lines = next(iter(wrong.values()), [])
    if lines and (fine := [name for name in outputs if name not in wrong]):
        lines[0] += f" {_names(fine)} {'agrees' if len(fine) == 1 else 'agree'}."
    if got.changed:
        lines.append(
            f"{'It also' if lines else 'The values are right, but it'} writes into its argument "
            f"{_names(got.changed)}, the caller's. Make a new array: `m = a * m`, not `m *= a`."
        )
    return lines


def _difference(name, got, want):
    a, b = _array(got), np.asarray(want)
    if a is None:
        return [f"`{name}` is {_kind(got)}, want {_kind(b)}."]
    if a.shape != b.shape:
        return [f"`{name}` is {_kind(a)}, want {_kind(b)}."]
    if _close(a, b):
        return []
    off = ~np.isclose(a, b, rtol=RTOL, atol=ATOL, equal_nan=True)
    lost = off & ~np.isfinite(a)
    lines = [f"`{name}` is {a[lost][0]} where a finite number should be." if lost.any() else f"`{name}` differs."]
    if a.size > FEW:
        where = tuple(map(int, np.argwhere(off)[0]))
        name, a, b = f"{name}[{', '.join(map(str, where))}]", a[where], b[where]
        lines[0] += f" {off.sum()} of its {off.size} entries are wrong, `{name}` first."
    return lines + [f"{word} `{name} = {text}`" for word, text in zip(("Expected", "Got"), _pair(b, a), strict=True)]


def _unfit(f, reference, cases):
    name = reference.__name__
    if not callable(f):
        return f"The checker wants the function itself, `check.{name}({name})`, and was given {_kind(f)}."
    try:
        for case in cases:
            inspect.signature(f).bind(**case)
    except TypeError:
        return (
            f"It takes `{inspect.signature(f)}`, "
            f"and is called with arguments of these names: `{inspect.signature(reference)}`."
        )
    except ValueError:  # a builtin that does not tell its signature: calling it will
        pass
    return ""


def _blank(outcome):
    values = _values(outcome.returned)
    return isinstance(outcome.error, NotImplementedError) or (
        not outcome.error and (any(v is ... for v in values) or all(v is None for v in values))
    )


def _values(returned):
    return list(returned) if isinstance(returned, tuple) else [returned]


def _array(value):
    try:
        a = np.asarray(value)
    except Exception:  # whatever the learner's object raises: it is not numbers
        return None
    return a if a.dtype.kind in "biuf" else None


def _failure(error, f):
    words = f"It stops with `{type(error).__name__}: {str(error).replace('`', '')}`"
    file = getattr(inspect.unwrap(f), "__code__", None) and inspect.unwrap(f).__code__.co_filename
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return words + (f" in its line {lines[-1].lineno}: `{lines[-1].line}`" if lines else ".")


def _kind(value):
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.shape else "a number"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return "None" if value is None else f"{type(value).__name__} `{str(value)[:40]}`"


def _names(names):
    return ", ".join(f"`{name}`" for name in names)


def _show(value, digits=4):
    if isinstance(value, np.ndarray | np.generic):
        if value.size > FEW:
            return f"array of shape {value.shape}"
        text = np.array2string(
            value, separator=", ", max_line_width=1000, formatter={"float_kind": lambda x: f"{x:.{digits}g}"}
        )
        return " ".join(text.split())
    return value.__name__ if inspect.isroutine(value) or isinstance(value, np.ufunc) else repr(value)


def _pair(a, b):
    """Both with as many digits as it takes to tell them apart."""
    for digits in (4, 6, 9, 12, 17):
        texts = [_show(np.asarray(x), digits) for x in (a, b)]
        if texts[0] != texts[1]:
            break
    return texts
