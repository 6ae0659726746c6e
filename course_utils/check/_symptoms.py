"""What is peculiar about a wrong answer that no change explains: where it is right, and by what it is off."""

import inspect
import itertools
import linecache
import traceback
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ._limits import Endless
from ._outcomes import Case, Outcome, agreeing, array, close, likeness, outputs_of, values

Trial = Callable[[Sequence[Case]], list[bool]]


def symptoms(
    again: Sequence[Outcome], got, want, cases: Sequence[Case], outputs, tried: Trial | None = None
) -> list[str]:
    """Sentences about an answer, the most telling first; an empty list if nothing stands out.

    Parameters
    ----------
    again, got, want : list of Outcome
        What the function gives a second time, what it gave, and what is wanted.
    tried : function, optional
        From other cases to whether the answer is right in each; without it nothing is said that would have to be tried.
    """
    if said := _unsteady(again, got, cases):
        return [said]
    if said := _failing(got, want, cases, len(outputs), tried):
        return said
    said = list(_off(got, want, cases, outputs))
    where = _where(got, want, cases, len(outputs), tried)
    return [words[:1].upper() + words[1:] for words in (*said[:1], *where[:1])]


# Errors


def failure(error: BaseException, f) -> str:
    """What stopped a function, and in which of its lines."""
    if isinstance(error, Endless):
        return f"It does not end: {error}."
    words = f"It stops with `{type(error).__name__}: {message(error).replace('`', '')}`"
    code = getattr(inspect.unwrap(f), "__code__", None)
    file = code and code.co_filename
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    if not lines:
        return words + "."
    text = lines[-1].line or linecache.getline(file, lines[-1].lineno).strip()
    return words + f" in its line {lines[-1].lineno}" + (f": `{text}`" if text else ".")


def message(error: BaseException) -> str:
    """What an error says; a learner's own kind of error may not even be able to."""
    try:
        return str(error)
    except Exception:
        return "no message"


def _failing(got, want, cases, n, tried):
    """What an error, or a loop that never ends, says about the mistake."""
    errors = [o.error for o in got]
    if not any(errors):
        return []
    error = next(e for e in errors if e)
    if isinstance(error, Endless):
        return ["It never ends: what its loop asks never turns false. Does anything that is asked change in the loop?"]
    said = []
    text = message(error)
    if isinstance(error, UnboundLocalError):
        name = text.split("'")[1] if "'" in text else "a name"
        said.append(f"`{name}` is used before it has a value on this way through the function.")
    elif isinstance(error, NameError):
        name = text.split("'")[1] if "'" in text else "a name"
        said.append(f"`{name}` is nowhere defined: is it spelled as in the stub?")
    elif "truth value of an array" in text:
        said.append(
            "A whole array is asked by `if`, `and`, `min` or `max`, which want one number: use `np.where`, `&`, ..."
        )
    elif "could not be broadcast" in text or "matmul" in text or "not aligned" in text:
        said.append("The shapes do not fit in that line: write the shape of each factor beside it.")
    elif "NoneType" in text:
        said.append("Something there is None: a function without a `return`, or a name that was never set.")
    elif "read-only" in text:
        said.append("It writes into an array that is not its own.")
    if not all(errors):
        said += _where(got, want, cases, n, tried)[:1]
    return said


def _unsteady(again, got, cases):
    for one, two in zip(got, again, strict=True):
        if not one.error and not two.error and _moved(one.returned, two.returned):
            if any(isinstance(v, np.random.Generator) for v in cases[0].values()):
                return "Other numbers come out at each call, though `rng` is the same: draw from the `rng` handed in."
            return "Other numbers come out at each call: nothing here is left to chance."
    return ""


def _moved(one, two):
    """Whether two things that were returned hold other numbers."""
    pairs = [(array(a), array(b)) for a, b in zip(values(one), values(two), strict=False)]
    return any(a is not None and b is not None and not close(a, b) for a, b in pairs)


# By what it is off


def _off(got, want, cases, outputs):
    """Yield by what the first wrong output is off in all cases in which it is wrong."""
    n = len(outputs)
    mine = [outputs_of(o.returned, n) if not o.error else None for o in got]
    right = [outputs_of(o.returned, n) if not o.error else None for o in want]
    nothing = [o.returned is None and not o.error for o in got]
    if any(nothing) and not all(nothing):
        yield "Some inputs give nothing back: on one way through the function there is no `return`."
        return
    if all(m is not None and len(m) != n for m in mine) and n > 1:
        yield from _counted(mine, right, outputs)
        return
    for k, name in enumerate(outputs):
        trio = [
            (array(m[k]), array(r[k]), case)
            for m, r, case in zip(mine, right, cases, strict=True)
            if m is not None and r is not None and len(m) == n
        ]
        trio = [(a, b, case) for a, b, case in trio if a is not None and b is not None]
        wrong = [(a, b, case) for a, b, case in trio if not close(a, b)]
        if wrong and all("U" not in (a.dtype.kind, b.dtype.kind) for a, b, _ in wrong):
            label = f"`{name}`" if " " not in name else name
            yield from _relations(label, wrong, mine, right, k, outputs)


def _counted(mine, right, outputs):
    for k, name in enumerate(outputs):
        if all(len(m) == 1 and _equal(m[0], r[k]) for m, r in zip(mine, right, strict=True)):
            yield f"Only `{name}` comes back: the rest of `return {', '.join(outputs)}` is missing."


def _equal(value, want):
    a, b = array(value), array(want)
    return a is not None and b is not None and close(a, b)


def _relations(name, wrong, mine, right, k, outputs):
    for other, title in enumerate(outputs):
        if other != k and all(_equal(m[k], r[other]) for m, r in zip(mine, right, strict=True) if m and r):
            yield f"{name} is what `{title}` should be."
    for key in wrong[0][2]:
        if all(isinstance(case.get(key), np.ndarray | float | int) and _equal(a, case[key]) for a, _, case in wrong):
            yield f"{name} is `{key}` as it came in."
    shaped = [(a, b, case) for a, b, case in wrong if a.shape != b.shape]
    if shaped:
        yield from _shapes(name, shaped)
        return
    pairs = [(a.astype(float), b.astype(float), case) for a, b, case in wrong]
    numbers = np.concatenate([a.ravel() for a, _, _ in pairs])
    if all(np.all(m[k] == numbers[0]) for m in mine if m) and len(mine) > 1:
        yield f"{name} is {_plain(wrong[0][0], numbers[0])} whatever goes in."
        return
    if all(b.dtype.kind == "b" and a.dtype.kind in "bif" for a, b, _ in wrong):
        yield from _flags(name, wrong)
        return
    if len(np.unique(np.concatenate([b.ravel() for _, b, _ in pairs]))) < 3:
        return  # too few numbers to see a rule in them
    yield from _formulas(name, pairs)
    yield from _factor(name, pairs)
    yield from _entries(name, pairs)


def _plain(array, number):
    return bool(number) if array.dtype.kind == "b" else f"{number:g}"


def _flags(name, wrong):
    """What is said too often, or too seldom."""
    more = any((a.astype(bool) & ~b).any() for a, b, _ in wrong)
    less = any((~a.astype(bool) & b).any() for a, b, _ in wrong)
    if more != less:
        yield f"{name} says {more} where {less} is wanted, and never the other way round: it asks too {'little' if more else 'much'}."


def _shapes(name, shaped):
    if all(a.ndim == 2 and close(a.T, b) for a, b, _ in shaped):
        yield f"{name} is transposed."
    elif all(a.size == b.size and close(a.ravel(), b.ravel()) for a, b, _ in shaped):
        yield f"{name} has the right numbers in another shape: want {shaped[0][1].shape}, not {shaped[0][0].shape}."
    elif all(a.ndim == 2 and a.shape == b.shape[::-1] for a, b, _ in shaped):
        yield f"{name} lies on its side: its shape is {shaped[0][0].shape}, want {shaped[0][1].shape}."
    for what, reduce in (("summed", np.sum), ("averaged", np.mean)):
        for axis in (0, 1):
            if all(a.ndim > axis and close(reduce(a, axis=axis), b) for a, b, _ in shaped):
                yield f"{name} is not {what} over axis {axis}."
    for what, reduce in (("sum", np.sum), ("mean", np.mean)):
        if all(a.ndim == 0 and b.ndim > 0 and close(a, reduce(b)) for a, b, _ in shaped):
            yield f"{name} is one number, the {what} of what is wanted: each entry is to stay."
    if all(b.size == 1 or (a == 0).all() and (b == 0).all() for a, b, _ in shaped) and shaped[0][0].ndim == 0:
        yield f"{name} is a number: want an array of shape {shaped[0][1].shape}."
    for key in shaped[0][2]:
        if all(isinstance(case.get(key), np.ndarray) and case[key].shape == a.shape for a, _, case in shaped):
            yield f"{name} has the shape of `{key}`, {shaped[0][0].shape}: want {shaped[0][1].shape}."
            return


def _formulas(name, pairs):
    with np.errstate(all="ignore"):
        for words, g in (
            ("has the wrong sign", lambda b: -b),
            ("is the square of what is wanted: a root is missing", lambda b: b**2),
            ("is the root of what is wanted", np.sqrt),
            ("is 1 over what is wanted: the quotient is upside down", lambda b: 1 / b),
            ("is 1 minus what is wanted", lambda b: 1 - b),
            ("is the logarithm of what is wanted", np.log),
            ("is the logarithm, of base 10, of what is wanted", np.log10),
            ("has lost its sign", np.abs),
            ("is rounded to whole numbers", np.round),
            ("is rounded down to whole numbers", np.floor),
            ("is rounded up to whole numbers", np.ceil),
            ("is rounded to two digits", lambda b: np.round(b, 2)),
            ("is rounded to three digits", lambda b: np.round(b, 3)),
        ):
            if all(close(a, g(b)) for a, b, _ in pairs) and any(np.any(b != 0) for _, b, _ in pairs):
                yield f"{name} {words}."
                return
        for c in (1, -1):
            if all(close(a, b + c) for a, b, _ in pairs):
                yield f"{name} is 1 too {'large' if c > 0 else 'small'} everywhere."


def _factor(name, pairs):
    ratios = []
    for a, b, _ in pairs:
        ok = b != 0
        with np.errstate(all="ignore"):
            ratio = a[ok] / b[ok]
        if (
            not ratio.size
            or not np.isfinite(ratio).all()
            or np.ptp(ratio) > 1e-6 * abs(ratio[0])
            or (a[~ok] != 0).any()
        ):
            return
        ratios.append(float(ratio[0]))
    for words, factor in _factors([case for _, _, case in pairs]):
        if np.allclose(ratios, factor, rtol=1e-6):
            yield f"{name} is too large by a factor of {words}."
            return
        if np.allclose(ratios, 1 / np.asarray(factor), rtol=1e-6):
            yield f"{name} is too small by a factor of {words}."
            return
    if np.ptp(ratios) < 1e-6 * abs(ratios[0]) and len(pairs) > 1:
        yield f"{name} is {ratios[0]:.4g} times what is wanted, always."


def _factors(cases):
    """Numbers that a learner forgets or takes twice, for each case."""
    for c in (2, 3, 4, 10):
        yield str(c), [c] * len(cases)
    for key in cases[0]:
        column = [case.get(key) for case in cases]
        if all(isinstance(v, int | float) and not isinstance(v, bool) and v for v in column):
            yield f"`{key}`", column
            yield f"`{key}` squared", [v * v for v in column]
            if all(v != 1 for v in column):
                yield f"`1 - {key}`", [1 - v for v in column]
            yield f"2 `{key}`", [2 * v for v in column]
        elif all(isinstance(v, np.ndarray) and v.ndim and v.size for v in column):
            yield f"the length of `{key}`", [len(v) for v in column]
            yield f"twice the length of `{key}`", [2 * len(v) for v in column]
            yield f"the number of entries of `{key}`", [v.size for v in column]
            if all(v.ndim > 1 for v in column):
                yield f"the number of columns of `{key}`", [v.shape[1] for v in column]


def _entries(name, pairs):
    """Which entries are wrong."""
    if any(not a.ndim or a.size < 2 for a, _, _ in pairs):
        return
    off = [~agreeing(a, b) for a, b, _ in pairs]
    lost = [~np.isfinite(a) & np.isfinite(b) for a, b, _ in pairs]
    if all((o == x).all() for o, x in zip(off, lost, strict=True)):
        for key in pairs[0][2]:
            column = [case[key] for _, _, case in pairs if key in case]
            fits = [isinstance(v, np.ndarray) and v.shape == o.shape for v, o in zip(column, off, strict=False)]
            if all(fits) and all(((v == 0) == o).all() for v, o in zip(column, off, strict=True)):
                yield f"{name} is not finite where `{key}` is 0: 0/0."
                return
    if all(o.ndim == 1 and o[-1] and not o[:-1].any() for o in off):
        yield f"{name} is right up to its last entry."
    elif all(o.ndim == 1 and o[0] and not o[1:].any() for o in off):
        yield f"{name} is right but for its first entry."
    elif any((b > 0).any() for _, b, _ in pairs) and all(
        (o == (b == 0)).all() for o, (_, b, _) in zip(off, pairs, strict=True)
    ):
        yield f"{name} is wrong where it should be 0, and right elsewhere."
    elif any((b > 0).any() for _, b, _ in pairs) and all(
        (o == (b < 0)).all() for o, (_, b, _) in zip(off, pairs, strict=True)
    ):
        yield f"{name} is wrong where it should be negative, and right elsewhere."
    elif all(o.ndim == 2 and o.any(axis=0).sum() == 1 and o.shape[1] > 1 for o in off):
        yield f"One column of {name} is wrong, the others are right."
    elif all(o.ndim == 2 and o.any(axis=1).sum() == 1 and o.shape[0] > 1 for o in off):
        yield f"One row of {name} is wrong, the others are right."


# Where it is right


class Condition(NamedTuple):
    """What is said of an answer that is right in just the cases for which this holds.

    What a number is, unlike a shape or a mode, is seldom all that sets a case apart. So it is put to the test: `met`
    and `unmet` make of a case another one for which it holds, or does not.
    """

    words: str
    holds: Sequence[bool]
    met: Callable[[Case], Case] | None = None
    unmet: Callable[[Case], Case] | None = None

    def borne_out(self, cases: Sequence[Case], tried: Trial | None) -> bool:
        """Whether the answer is right in all cases as they are when it is met, and wrong in most when it is not."""
        if self.met is None or self.unmet is None:
            return True
        if tried is None:
            return False
        met, unmet = (tried([make(case) for case in cases]) for make in (self.met, self.unmet))
        return bool(met) and all(met) and 2 * sum(unmet) < len(unmet)


def _where(got, want, cases, n, tried=None) -> list[str]:
    """By what the cases in which it is right differ from the others."""
    right = np.array([likeness(g, w, n) == 1 for g, w in zip(got, want, strict=True)])
    if right.all() or not right.any():
        return []
    fitting = [condition for condition in _conditions(cases) if np.array_equal(right, condition.holds)]
    return [condition.words for condition in fitting if condition.borne_out(cases, tried)]


def _conditions(cases):
    """Yield what the cases may differ in."""
    keys = sorted(
        dict.fromkeys(key for case in cases for key in case),
        key=lambda key: not any(isinstance(case.get(key), bool) for case in cases),
    )
    for key in keys:
        column = [case.get(key) for case in cases]
        flags = [v for v in column if isinstance(v, bool)]
        if len(flags) == len(column):
            mode = {True: "in training", False: "in test mode"} if key == "training" else {
                True: f"with `{key} = True`", False: f"with `{key} = False`"}  # fmt: skip
            yield Condition(f"It is right {mode[True]}, and wrong {mode[False]}.", [v is True for v in column])
            yield Condition(f"It is right {mode[False]}, and wrong {mode[True]}.", [v is False for v in column])
        if any(v is None for v in column):
            words = (
                f"It is right as long as `{key}` has its default, and wrong with another: is `{key}` used everywhere?"
            )
            yield Condition(words, [v is None for v in column])
        arrays = [v if isinstance(v, np.ndarray) else None for v in column]
        if all(v is not None for v in arrays):
            yield from _of_arrays(key, arrays)
        numbers = [isinstance(v, int | float) and not isinstance(v, bool) for v in column]
        if all(numbers):
            yield from _of_numbers(key, column)
        elif any(numbers) and any(a is not None for a in arrays):
            yield Condition(f"It is right for one `{key}`, and wrong for an array of them.", numbers)
            yield Condition(f"It is right for an array `{key}`, and wrong for one number.", [not v for v in numbers])


def _of_arrays(key, arrays):
    for d, words in ((1, "vectors"), (2, "matrices")):
        yield Condition(
            f"It is right for {words} only; `{key}` may have any number of axes.", [v.ndim == d for v in arrays]
        )
        yield Condition(
            f"It is right for `{key}` with up to {d} axes only; any shape is to do.", [v.ndim <= d for v in arrays]
        )
        yield Condition(f"It is wrong for {words}.", [v.ndim != d for v in arrays])
    for some in itertools.combinations(sorted({v.ndim for v in arrays}), 2):
        words = f"It is right for `{key}` with {some[0]} or {some[1]} axes only; any number of them is to do."
        yield Condition(words, [v.ndim in some for v in arrays])
    yield Condition(f"It is wrong where `{key}` has no rows.", [v.size > 0 for v in arrays])
    single = [len(v) == 1 if v.ndim else False for v in arrays]
    one, two = _rows(key, lambda v: v[:1]), _rows(key, lambda v: np.concatenate([v, v]))
    yield Condition(f"It is right only where `{key}` has one row.", single, one, two)
    yield Condition(f"It is right only where `{key}` has more than one row.", [not s for s in single], two, one)
    zero = [not v.any() for v in arrays]
    none, some = _with(key, np.zeros_like), _with(key, lambda v: v + (v == 0))
    yield Condition(f"It is right only where `{key}` is 0, as at the first step.", zero, none, some)
    yield Condition(f"It is wrong where `{key}` is 0.", [not z for z in zero], some, none)
    first = _with(key, lambda v: np.where(np.arange(v.size).reshape(v.shape) == 0, 0, v))
    yield Condition(f"It is wrong where an entry of `{key}` is 0.", [bool(v.all()) for v in arrays], some, first)
    signs = _with(key, abs), _with(key, lambda v: -abs(v) - (v == 0))
    nowhere = [bool((v >= 0).all()) for v in arrays]
    yield Condition(f"It is right only where no entry of `{key}` is negative.", nowhere, *signs)
    finite = [bool(np.isfinite(v).all()) for v in arrays]
    tamed = _with(key, lambda v: np.where(np.isfinite(v), v, 0)), _with(key, lambda v: v + np.inf)
    yield Condition(f"It is wrong where `{key}` holds numbers that are not finite.", finite, *tamed)


def _of_numbers(key, column):
    for number in (1, 0):
        this, other = _with(key, lambda v, n=number: type(v)(n)), _with(key, lambda v, n=number: v + (v == n))
        yield Condition(f"It is right only where `{key}` is {number}.", [v == number for v in column], this, other)
    yield Condition(f"It is wrong where `{key}` is 0.", [v != 0 for v in column], other, this)
    even, odd = _with(key, lambda v: v + v % 2), _with(key, lambda v: v + 1 - v % 2)
    yield Condition(f"It is wrong where `{key}` is odd.", [v % 2 == 0 for v in column], even, odd)


def _with(key, make):
    """Of a case the same with another value of one argument."""
    return lambda case: {**case, key: make(case[key])}


def _rows(key, make):
    """Of a case the same with other rows in all arrays that have as many as this one."""

    def changed(case):
        n = np.shape(case[key])[:1]
        return {k: make(v) if isinstance(v, np.ndarray) and n and v.shape[:1] == n else v for k, v in case.items()}

    return changed
