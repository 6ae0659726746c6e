"""How an exercise is written, and how an answer to it is judged.

A checker of a function is the reference solution with its cases and its slips:

    @exercise(
        cases=[{"w": np.ones(3), "g": np.arange(3.0)}],
        slips=edits({"The gradient is added, not subtracted.": ("w - lr", "w + lr")}),
    )
    def sgd_step(w, g, lr=0.1):
        "One step down the slope."
        return w - lr * g

The learner then asks `check.sgd_step(f)`. A wrong answer is held against the slips, then against every small change of
the reference and of its own source (`_search`); if none fits, what is peculiar about it is said (`_symptoms`).
`checker` is for answers of any other kind. With COURSE_STRICT=1 in the environment a wrong answer raises
AssertionError.
"""

import inspect
import itertools
import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, wraps
from typing import Any

import numpy as np

from . import _progress, _search
from ._limits import Endless, Late
from ._outcomes import Case, Outcome, agreeing, array, close, likeness, outcomes, outputs_of, same, values
from ._source import Edit, edits
from ._symptoms import failure, symptoms
from ._verdict import Verdict, correct, named, undone, unnamed

__all__ = ["BANK", "Exercise", "checker", "compare", "confused", "edits", "exercise", "searched", "unfit"]
QUICK = 1.0  # seconds for all cases, beyond which a function is not run in other forms
FEW = 6  # arrays of up to so many entries are shown whole


class Exercise:
    """An entry of the bank: a checker, an answer that it accepts, and wrong answers that it knows, by what it says."""

    def __init__(
        self,
        check: Callable[[Any], Verdict],
        reference: Any,
        slips: Mapping[str, Any],
        cases: Sequence[Case] = (),
        outputs: tuple[str, ...] = (),
        also: Sequence[Callable] = (),
        view: Callable | None = None,
        new: tuple[str, ...] = (),
    ):
        self.check, self.reference, self.cases, self.outputs = check, reference, cases, outputs
        self.also, self.view, self.new, self._slips = also, view, new, slips

    @cached_property
    def slips(self) -> dict[str, Any]:
        """Every sentence and the answer of which it is said; edits are made into functions when first asked."""
        return {words: s.of(self.reference) if isinstance(s, Edit) else s for words, s in self._slips.items()}

    @cached_property
    def slip_outcomes(self) -> dict[str, list[Outcome]]:
        return {words: self.seen(slip) for words, slip in self.slips.items()}

    @cached_property
    def wanted(self) -> list[list[Outcome]]:
        """What the reference gives for the cases, and each solution that is as right."""
        return [self.seen(f) for f in (self.reference, *self.also)]

    def seen(self, f, cases: Sequence[Case] | None = None) -> list[Outcome]:
        """What a function does with the cases, or with others, as far as it counts."""
        got = outcomes(f, self.cases if cases is None else cases)
        if self.view is None:
            return got
        return [o if o.error else Outcome(self.view(o.returned), None, o.changed, o.shared) for o in got]

    def right(self, f, cases: Sequence[Case]) -> list[bool]:
        """Whether a function is right in each of some cases, but for those that the reference does not bear."""
        got, *wanted = (self.seen(g, cases) for g in (f, self.reference, *self.also))
        n = len(self.outputs)
        return [
            any(likeness(mine, theirs, n) == 1 for theirs in wants)
            for mine, *wants in zip(got, *wanted, strict=True)
            if not wants[0].error
        ]


BANK: dict[str, Exercise] = {}
_heard: dict[str, str] = {}  # the mistake that an exercise was last told


def exercise(
    cases: Sequence[Case],
    slips: Mapping[str, Any] | None = None,
    outputs: tuple[str, ...] = ("the result",),
    also: Sequence[Callable] = (),
    view: Callable[[Any], Any] | None = None,
    new: tuple[str, ...] = (),
) -> Callable[[Callable], Callable[[Any], Verdict]]:
    """Make a reference solution the checker of its name.

    Parameters
    ----------
    cases : list of dict
        Named arguments, from plain ones to random ones from a fixed seed: odd sizes, ties, zeros, negative numbers and
        other numbers of axes among them. They have to tell the reference from every change of it (a test does).
    slips : dict, optional
        A sentence about a mistake -> the mistake, as `edits` of the reference or a function that makes it. Only what
        deserves words of its own: small changes are found without a slip.
    outputs : tuple of str
        What it returns, by name and in order.
    also : list of functions, optional
        Solutions that are as right and give other numbers: another convention, another order, a subgradient.
    view : function, optional
        From what was returned to what counts of it, where some of it is free: an order, a sign.
    new : tuple of str
        Outputs that may not share memory with an argument.
    """

    def register(reference):
        name = reference.__name__

        def check(f):
            return judge(f, BANK[name])

        check.__name__ = check.__qualname__ = name
        check.__module__ = reference.__module__
        check.__doc__ = f"Check your `{name}{inspect.signature(reference)}`.\n\n{reference.__doc__}"
        entered = checker(reference, slips or {}, cases)(check)
        BANK[name] = Exercise(entered, reference, slips or {}, cases, outputs, also, view, new)
        return entered

    return register


def checker(reference: Any, slips: Mapping[str, Any], cases: Sequence[Case] = ()) -> Callable:
    """Enter a function from an answer to a `Verdict` in the bank, as the checker of its name.

    Parameters
    ----------
    reference : object
        An answer that it accepts.
    slips : dict
        What the checker says, word for word, -> the wrong answer to which it says so.
    cases : list of dict, optional
        The inputs on which it tries functions.
    """

    def register(judge):
        name = judge.__name__

        @wraps(judge)
        def check(answer):
            verdict = _judged(judge, answer)
            _progress.note(name, verdict.state)
            if os.environ.get("COURSE_STRICT") == "1" and not verdict.correct:
                raise AssertionError(repr(verdict))
            return verdict

        BANK[name] = Exercise(check, reference, slips, cases)
        return check

    return register


def _judged(judge, answer):
    if answer is None or answer is ...:
        return undone(f"`{judge.__name__}` is still blank.")
    try:
        return judge(answer)
    except Exception as error:  # whatever a learner hands in, a class goes on
        words = f"The checker itself stops at this answer, with `{type(error).__name__}: {error}`.".replace("``", "`")
        return unnamed(words, "That is a fault of the course: please report it, with your answer.")


def compare(f, reference, cases, slips=None, outputs=("the result",), **options) -> Verdict:
    """The verdict on a function that is held against a reference, without entering either in the bank."""
    return judge(f, Exercise(None, reference, slips or {}, cases, outputs, **options))


def judge(f: Any, task: Exercise) -> Verdict:
    """The verdict on a function: correct, not done, or which mistake it makes, and the first case that shows it."""
    name, n = task.reference.__name__, len(task.outputs)
    if wrong := unfit(f, task.reference, task.cases):
        return named(wrong)
    start = time.monotonic()
    got = task.seen(f)
    quick = time.monotonic() - start < QUICK and not any(isinstance(o.error, Late) for o in got)
    if _blank(got[0]) and all(_blank(o) for o in got):
        return undone(f"`{name}` returns nothing yet. (Already written? Then its `return` is missing.)")
    if strange := _strange(got, task.wanted[0]):
        return named(strange)
    wanted = min(task.wanted, key=lambda want: -sum(likeness(a, b, n) for a, b in zip(got, want, strict=True)))
    for i, case in enumerate(task.cases):
        if lines := differences(got[i], wanted[i], task.outputs, f, task.new):
            mistakes, more = _mistakes(f, task, got, wanted, quick) or (lines[:1], "")
            details = [lines[0], f"Input {i + 1} of {len(task.cases)}: {_inputs(case)}", *lines[1:]]
            return _told(name, mistakes, more, details)
    _heard.pop(name, None)
    return correct(f"`{name}` agrees with the reference on all {len(task.cases)} inputs.")


def _strange(got, want):
    """What is returned where one of a few words is wanted, and is none of them."""
    words = list(dict.fromkeys(o.returned for o in want if isinstance(o.returned, str)))
    for outcome in got if words else ():
        if not outcome.error and not (isinstance(outcome.returned, str) and outcome.returned in words):
            return f"It returns {_kind(outcome.returned)}; want one of {_names(words)}."
    return ""


def _told(name, mistakes, more, details):
    """The mistakes, with more to say the second time."""
    if not mistakes:
        return unnamed(*details)
    if _heard.get(name) == mistakes[0] and more:
        mistakes = [*mistakes, more]
    else:
        _heard[name] = mistakes[0]
    return named(*mistakes, details=tuple(line for line in details if line not in mistakes))


# Which mistake it is


def _mistakes(f, task, got, want, quick):
    """(sentences about the mistake, one more for the second time); None if the numbers are right."""
    n = len(task.outputs)
    if all(likeness(a, b, n) == 1 for a, b in zip(got, want, strict=True)):
        return None  # the numbers are right, and `differences` says what is not
    known = [words for words, theirs in task.slip_outcomes.items() if same(got, theirs, n)]
    if known and not isinstance(got[0].error, Endless):
        return known[:1], _more(f, _own(f, task, want) if quick else [])
    if any(isinstance(o.error, Endless) for o in got):
        return symptoms(got, got, want, task.cases, task.outputs), _more(f, _own(f, task, want) if quick else [])
    references = task.reference, *task.also
    found, own = _search.explained(f, references, task.cases, got, want, task.outputs, quick, view=task.view)
    if found:
        return [_clause(found)], _more(f, own)
    if own:
        return [_remedy(f, own)], "Compute the first input below by hand, and print what that line gives."
    tried = (lambda cases: task.right(f, cases)) if quick else None
    return symptoms(task.seen(f), got, want, task.cases, task.outputs, tried), ""


def searched(f, reference, cases, got, want, **options) -> list[str]:
    """What the search alone says about a function that a checker of another kind judges.

    Parameters
    ----------
    got, want : list of Outcome
        What f and the reference give for the cases, as `options["run"]` sees it.
    """
    found, own = _search.explained(f, [reference], cases, got, want, ("",), **options)
    return [_clause(found)] if found else [_remedy(f, own)] if own else []


def _clause(found):
    first = found[0]
    equal = [f for f in found[1:] if f.cost <= first.cost and f.elsewhere(first)]
    if equal and len(first.changes) == 1:
        return f"Your answer is what comes out if {first.clause} (or, which is the same here, if {equal[0].clause})."
    return f"Your answer is what comes out if {first.clause}."


def _remedy(f, own):
    first = own[0]
    lines = [f"line {n}, {_search.line_of(f, n)}" for n in first.lines]
    return f"Look at {' and '.join(lines)}: {first.remedy}."


def _own(f, task, want):
    with _search.quiet():
        mine = _search.of_learner(f, task.cases, want, task.outputs, view=task.view)
        return mine.in_time(mine.singles) if mine else []


def _more(f, own):
    """What is said the second time: where in the learner's own lines it is, if that is known."""
    return (
        _remedy(f, own)
        if own
        else "Compute the first input below by hand, line by line, and print what each line gives."
    )


def confused(task: Exercise) -> list[tuple[str, str]]:
    """The pairs among the reference and its slips that the cases cannot tell apart, by name; none, if all is well."""
    answers = {"the reference": task.wanted[0]} | task.slip_outcomes
    n = len(task.outputs)
    return [(a, b) for a, b in itertools.combinations(answers, 2) if same(answers[a], answers[b], n)]


# What differs


def differences(got, want, outputs, f, new=()) -> list[str]:
    """How an outcome differs from the one wanted: a sentence, then details, a line each; empty if it does not."""
    if got.error:
        return [failure(got.error, f)]
    mine, right = (outputs_of(o.returned, len(outputs)) for o in (got, want))
    if len(mine) != len(right):
        return [f"It returns {_kind(got.returned)}; want `return {', '.join(outputs)}`."]
    wrong = {name: lines for name, a, b in zip(outputs, mine, right, strict=True) if (lines := _difference(name, a, b))}
    lines = next(iter(wrong.values()), [])
    if lines and (fine := [name for name in outputs if name not in wrong]):
        lines[0] += f" {_names(fine)} {'agrees' if len(fine) == 1 else 'agree'}."
    if got.changed:
        lines.append(
            f"{'It also' if lines else 'The values are right, but it'} writes into its argument "
            f"{_names(got.changed)}, the caller's. Copy it first: `{got.changed[0]} = {got.changed[0]}.copy()`."
        )
    elif not lines and new and (shared := [key for key in got.shared if key not in want.shared]):
        lines = [f"The values are right, but {_names(new)} is {_names(shared)} itself, not a copy: whoever writes into one "
                 "changes both."]  # fmt: skip
    return lines


def _difference(name, got, want):
    a, b = array(got), np.asarray(want)
    label = f"`{name}`"
    if a is None or (a.dtype.kind == "U") != (b.dtype.kind == "U"):
        return [f"{label} is {_kind(got)}, want {_kind(b)}."]
    if a.shape != b.shape:
        return [f"{label} is {_kind(a)}, want {_kind(b)}."]
    if close(a, b):
        return []
    if a.dtype.kind == "U":
        return [f"Expected `{b}`, got `{a}`."]
    off = ~agreeing(a, b)
    lost = off & ~np.isfinite(a)
    lines = [f"{label} is {a[lost][0]} where a finite number should be." if lost.any() else f"{label} differs."]
    if a.size > FEW:
        where = tuple(map(int, np.argwhere(off)[0]))
        name, a, b = f"{name}[{', '.join(map(str, where))}]", a[where], b[where]
        lines[0] += f" {off.sum()} of its {off.size} entries are wrong, `{name}` first."
    return lines + [f"{word} `{name} = {text}`" for word, text in zip(("Expected", "Got"), _pair(b, a), strict=True)]


def unfit(f, reference, cases) -> str:
    """Why something cannot be called as the exercise asks; empty if it can."""
    name = reference.__name__
    if not callable(f) or inspect.isclass(f):
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
    given = values(outcome.returned)
    return isinstance(outcome.error, NotImplementedError) or (
        not outcome.error and (any(v is ... for v in given) or all(v is None for v in given))
    )


def _kind(value):
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.shape else "a number"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    if value is None or inspect.isclass(value):
        return "None" if value is None else f"the class `{value.__name__}`"
    try:
        return f"{type(value).__name__} `{str(value)[:40]}`".replace("\n", " ")
    except Exception:  # even that may raise
        return f"something of type `{type(value).__name__}`"


def _names(names):
    return ", ".join(f"`{name}`" for name in names)


def _inputs(case):
    return f"`{', '.join(f'{key} = {_show(value)}' for key, value in case.items())}`"


def _show(value, digits=4):
    if isinstance(value, np.ndarray | np.generic):
        if value.size > FEW:
            return f"array of shape {value.shape}"
        text = np.array2string(
            value, separator=", ", max_line_width=1000, formatter={"float_kind": lambda x: f"{x:.{digits}g}"}
        )
        return " ".join(text.split())
    if isinstance(value, np.random.Generator):
        return "a generator"
    return value.__name__ if inspect.isroutine(value) or isinstance(value, np.ufunc) else repr(value)


def _pair(a, b):
    """Both with as many digits as it takes to tell them apart."""
    for digits in (4, 6, 9, 12, 17):
        texts = [_show(np.asarray(x), digits) for x in (a, b)]
        if texts[0] != texts[1]:
            break
    return texts
