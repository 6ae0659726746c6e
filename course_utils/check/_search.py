"""The search for a mistake that no bank lists: the smallest change of the reference that does what the learner's does.

And the other way round, the smallest change of the learner's own source that makes it right, which names the line. Two
changes are tried together where the first brings an answer nearer. What is counted are functions tried, so that the
verdict is the same on every machine; the clock only ends what is slower than it should be.
"""

import ast
import contextlib
import inspect
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from . import _source
from ._changes import Change, Walker, code, prepared
from ._limits import Endless, Late, limited
from ._outcomes import ATOL, RTOL, Case, Outcome, array, fresh, kinds, likeness, outputs_of

TRIED = 3_000  # functions, at most, in one direction
SINGLES, DOUBLES = 0.35, 0.15  # seconds of this thread for all single changes, and for pairs
clock = getattr(time, "thread_time", time.perf_counter)  # other programs take none of it
LIKELY = 1.0  # what a change may cost that is tried in pairs
WAIT = 2.0  # seconds on the clock for the forms of a learner's function, which may sleep
ENOUGH = 12  # different numbers in what is wanted: of fewer, two changes make any by chance
BEAM = 5  # first changes that are tried with a second one


@dataclass(frozen=True)
class Finding:
    """A change, or two, after which two functions agree on all cases."""

    changes: tuple[Change, ...]
    cost: float

    @property
    def clause(self):
        return " and ".join(dict.fromkeys(change.clause for change in self.changes))

    @property
    def remedy(self):
        return "; ".join(dict.fromkeys(change.remedy for change in self.changes))

    def elsewhere(self, other) -> bool:
        """Whether two findings change different parts of the function, none of which is part of the other's."""
        mine, theirs = ([old for change in f.changes for _, _, old in change.swaps] for f in (self, other))
        inside = [{id(n) for old in olds for n in ast.walk(old)} for olds in (mine, theirs)]
        return not any(id(old) in inside[1] for old in mine) and not any(id(old) in inside[0] for old in theirs)

    @property
    def lines(self):
        return sorted({change.line for change in self.changes})


class Packed:
    """An outcome, made ready to be compared with many others at once."""

    def __init__(self, outcome: Outcome, n: int, rtol: float):
        self.outcome, self.n, self.error = outcome, n, outcome.error
        arrays = [] if outcome.error else list(map(array, outputs_of(outcome.returned, n)))
        self.shapes = None
        self.numbers = np.concatenate(
            [np.zeros(0), *(a.ravel() for a in arrays if a is not None and a.dtype.kind != "U")]
        )
        self.size = sum(a.size for a in arrays if a is not None)
        if arrays and all(a is not None and a.dtype.kind != "U" for a in arrays):
            self.shapes = [a.shape for a in arrays]
            self.flat = np.concatenate([a.ravel() for a in arrays]) * 1.0
            self.bound = np.where(np.isfinite(self.flat), ATOL + rtol * abs(self.flat), 0)
            self.sizes = [a.size for a in arrays]

    def likeness(self, other: Outcome) -> float:
        """The share of the outputs, and of their entries, that another outcome has as well."""
        if self.shapes is None or other.error:
            return likeness(other, self.outcome, self.n)
        mine = outputs_of(other.returned, self.n)
        try:
            arrays = [a if type(a) is np.ndarray else np.asarray(a) for a in mine]
            if [a.shape for a in arrays] != self.shapes:
                return likeness(other, self.outcome, self.n)
            flat = np.concatenate([a.ravel() for a in arrays]) * 1.0
            if (abs(flat - self.flat) <= self.bound).all():
                return 1.0
        except Exception:  # not numbers
            return 0.0
        return likeness(other, self.outcome, self.n)


class Search:
    """A search among the changes of one function for what does the same as some outcomes.

    Parameters
    ----------
    f : function
        With source; its changes are tried.
    cases, want : list
        The inputs, and what is to come out.
    n : int
        How many outputs there are.
    view : function, optional
        From what was returned to what counts of it.
    tree : ast.FunctionDef, optional
        Take this for f's syntax tree.
    run : function, optional
        (a function, the arguments of a case) -> what it gives, if that takes more than one call.
    rtol : float
        How close numbers have to be.
    """

    def __init__(
        self,
        f: Callable,
        cases: Sequence[Case],
        want: Sequence[Outcome],
        outputs: tuple[str, ...] = ("",),
        view: Callable | None = None,
        tree: ast.FunctionDef | None = None,
        run: Callable | None = None,
        rtol: float = RTOL,
    ):
        self.f, self.cases, self.outputs, self.view = f, list(cases), outputs, view
        self.run = run or (lambda f, arguments: f(**arguments))
        self.want = [Packed(outcome, len(outputs), rtol) for outcome in want]
        self.tree = prepared(_source.ticking(_source.tree(f) if tree is None else tree))
        self.surroundings = _source.surroundings(f)
        parameters = inspect.signature(f).parameters.values()
        defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
        self.kinds = kinds(cases, defaults)
        self.left = TRIED
        self.until = clock() + SINGLES

    def _telling(self):
        """The number of the case that tells most functions apart: the most numbers, and the tree as it is fails it."""
        f = self._made()
        wrong = [f and want.likeness(self._run(f, case)) < 1 for case, want in zip(self.cases, self.want, strict=True)]
        return max(range(len(self.cases)), key=lambda i: (wrong[i], self.want[i].error is None, self.want[i].size))

    def singles(self) -> list[Finding]:
        """All single changes that fit, the likeliest first; what brings the answer nearer is kept for `doubles`."""
        self.nearer, found = [], []
        self.telling = self._telling()
        self.base = self._likeness()
        if self.base is None:
            return []
        for change in self._changes():
            with change:
                likeness_ = self._likeness()
            if likeness_ == 1:
                found.append(Finding((change,), change.cost))
            elif likeness_ is not None and likeness_ > self.base + 1e-9:
                self.nearer.append((likeness_, change))
        return sorted(found, key=lambda finding: finding.cost)

    def doubles(self) -> list[Finding]:
        """All pairs of changes that fit, the first of which brings the answer nearer; or else a pair of likely ones."""
        self.left, self.until = TRIED, clock() + DOUBLES
        found = []
        if len(np.unique(np.concatenate([want.numbers for want in self.want]))) < ENOUGH:
            return []
        nearer = sorted(self.nearer, key=lambda pair: (-round(pair[0], 6), pair[1].cost))
        for _, first in _apart(nearer)[:BEAM]:
            with first:
                for second in self._changes():
                    with second:
                        if self._likeness() == 1:
                            found.append(Finding((first, second), first.cost + second.cost))
            if found or self._over():
                break
        return sorted(found or self._pairs(), key=lambda finding: finding.cost)

    def _pairs(self):
        """Two of the likeliest changes, neither of which brings it nearer alone."""
        for first in [change for change in self._changes() if change.cost <= LIKELY]:
            with first:
                for second in self._changes(first.line):
                    with second:
                        if self._likeness() == 1:
                            return [Finding((first, second), first.cost + second.cost)]
            if self._over():
                break
        return []

    def in_time(self, search: Callable[[], list[Finding]]) -> list[Finding]:
        """What a search finds in a learner's source; nothing, where one of its forms takes too long."""
        try:
            with limited(lines=None, seconds=WAIT):
                return search()
        except Late:
            return []

    def _over(self):
        return self.left <= 0 or clock() > self.until

    def _changes(self, since=None):
        """All changes of the tree as it stands; or, for the second of a pair, the likeliest from a line on."""
        for change in Walker(self.tree, self.kinds, self.outputs):
            if self._over():
                return
            if since is None or change.cost <= LIKELY and change.line >= since:
                yield change

    def _likeness(self):
        """How much of what is wanted the tree as it stands gives, from 0 to 1; None if it is no function at all."""
        self.left -= 1
        f, told = self._made(), self.telling
        if f is None:
            return None
        first = self.want[told].likeness(self._run(f, self.cases[told]))
        if first < 1:
            return first
        total = sum(
            want.likeness(self._run(f, case))
            for i, (case, want) in enumerate(zip(self.cases, self.want, strict=True))
            if i != told
        )
        return (first + total) / len(self.cases)

    def _made(self):
        """The function of the tree as it stands; None if Python does not take it."""
        found: dict = {}
        try:
            exec(compile(ast.Module([self.tree], []), "<changed>", "exec"), self.surroundings, found)
        except Exception:
            return None
        return found[self.tree.name]

    def _run(self, f, case):
        _source.tick.left = _source.PASSES
        try:
            returned = self.run(f, fresh(case))
            if hasattr(returned, "__next__"):
                returned = list(returned)
            return Outcome(self.view(returned) if self.view else returned)
        except Late:
            raise
        except (Exception, SystemExit, Endless) as error:
            return Outcome(error=error)


def _apart(nearer):
    """One change of each place and likeness, so that the beam holds different ones."""
    seen, kept = set(), []
    for likeness_, change in nearer:
        key = round(likeness_, 6)
        if key not in seen:
            seen.add(key)
            kept.append((likeness_, change))
    return kept


@contextlib.contextmanager
def quiet():
    """NumPy's warnings off, and those of Python about code that looks odd."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def of_learner(f: Callable, cases, want, outputs, **options) -> Search | None:
    """The search in a learner's own source; None if there is none, or it should not be run in other forms."""
    try:
        tree = _source.tree(f)
        return Search(f, cases, want, outputs, tree=tree, **options) if _source.tame(tree) else None
    except (ValueError, TypeError):
        return None


def explained(f: Callable, references: Sequence[Callable], cases, got, want, outputs, quick=True, **options):
    """(changes of a reference that give what f gave, changes of f's source that make it right), by single ones if any.

    Parameters
    ----------
    got, want : list of Outcome
        What f and the reference give for the cases.
    quick : bool
        Whether f may be run many times more.
    """
    if not any(Packed(o, len(outputs), RTOL).size for o in got):
        return [], []  # nothing but errors, or no numbers and words at all
    with quiet():
        searches = [] if all(o.error for o in got) else [Search(r, cases, got, outputs, **options) for r in references]
        found = next(filter(None, (search.singles() for search in searches)), [])
        mine = of_learner(f, cases, want, outputs, **options) if quick else None
        own = mine.in_time(mine.singles) if mine else []
        if not found and not own:
            found = searches[0].doubles() if searches else []
        if not found and not own:
            own = mine.in_time(mine.doubles) if mine else []
    return found, own


def line_of(f: Callable, number: int) -> str:
    """The text of a line of a function's source, as code in a sentence."""
    try:
        lines, start = inspect.getsourcelines(inspect.unwrap(f))
        return f"`{lines[number - max(start, 1)].strip()}`"
    except (OSError, TypeError, IndexError):
        return code(ast.Name(f.__name__))
