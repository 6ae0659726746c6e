"""What a search has tried: a record of every trial, and the file that keeps them, so that no trial is run twice."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from .._support.validation import fail


@dataclass(frozen=True)
class Trial:
    """One setting and what became of it: a score, the higher the better, or, where it failed, None and the reason.

    >>> Trial(3, {"lr": 10.0}, None, "diverged: the score is nan").failed
    True
    """

    number: int
    setting: dict
    score: float | None = None
    reason: str = ""

    @property
    def failed(self):
        """Whether it has no score."""
        return self.score is None


@dataclass(frozen=True, eq=False, repr=False)
class Search:
    """What a search found.

    Attributes
    ----------
    space : dict, what was searched
    trials : tuple of Trial in the order of their numbers, whatever order they ended in
    n : how many were asked for; fewer are there if the search was interrupted
    budget : what each trial was given, in successive halving; otherwise None
    """

    space: dict
    trials: tuple
    n: int
    budget: float | None = None

    @property
    def ranked(self):
        """The trials that have a score, best first; of equal ones the earlier first."""
        return sorted((t for t in self.trials if not t.failed), key=lambda t: (-t.score, t.number))

    @property
    def failed(self):
        """The trials that have none."""
        return [t for t in self.trials if t.failed]

    @property
    def best(self):
        """The trial with the highest score. ValueError if none has one: it tells the first reason."""
        return self.top(1)[0]

    def top(self, k):
        """The k best trials, best first, or as many as have a score. ValueError if none has one."""
        if not self.ranked:
            reason = f", all failed, the first with {self.failed[0].reason!r}" if self.failed else ""
            fail("trials", f"{len(self.trials)}{reason}", "one at least that has a score")
        return self.ranked[:k]

    @property
    def scores(self):
        """(n_trials,) scores; nan where a trial failed."""
        return np.array([np.nan if t.failed else t.score for t in self.trials])

    def values(self, name):
        """(n_trials,) values of one hyperparameter."""
        return np.array([t.setting[name] for t in self.trials])

    def __repr__(self):
        failed = f", {len(self.failed)} failed" if self.failed else ""
        of = f" of {self.n}" if len(self.trials) < self.n else ""
        best = f": best {self.best.score:.4g} at {words(self.best.setting)}" if self.ranked else ""
        return f"Search({len(self.trials)}{of} trials{failed}{best})"


def words(setting):
    """A setting as a reader sees it.

    >>> words({"lr": 0.012345, "rho": 0.99912, "optimizer": "Adam"})
    'lr=0.0123, rho=0.99912, optimizer=Adam'
    """
    return ", ".join(f"{name}={_short(value)}" for name, value in setting.items())


def _short(value):
    # Of 0.999 the distance to 1 is what matters.
    return f"{value:.{5 if 0.9 < value < 1 else 3}g}" if isinstance(value, float) else str(value)


def _place(path):
    if path is None:
        return None
    if not isinstance(path, (str, os.PathLike)) or Path(path).is_dir() or not Path(path).parent.is_dir():
        fail("file", repr(path), "the path of a file, in a folder that exists")
    return Path(path)


class TrialFile:
    """A file of JSON lines: what is searched, then a trial a line, appended as they end.

    A last line that was cut off, because the search was killed while it wrote, is dropped. A file of another search,
    or one that is none, is left as it is: ValueError.

    Parameters
    ----------
    path : str, Path or None: no file, all is in memory only
    head : dict, plain values: what tells this search from others
    """

    def __init__(self, path, head):
        self.path, self.head, self.trials = _place(path), json.loads(json.dumps(head)), {}
        if self.path and self.path.exists():
            self._read()

    def add(self, trial):
        """Keep a trial, in the file first."""
        if self.path:
            lines = [] if self.path.exists() and self.path.stat().st_size else [self.head]
            with self.path.open("a", encoding="utf-8", newline="\n") as file:
                file.write("".join(json.dumps(line, allow_nan=False) + "\n" for line in [*lines, asdict(trial)]))
        self.trials[trial.number] = trial

    def _read(self):
        content = self.path.read_bytes()
        whole, newline, torn = content.rpartition(b"\n")
        if not whole and (newline or not json.dumps(self.head).encode().startswith(torn)):
            self._refuse("a file that is no record of a search")
        head, *lines = [self._parsed(i, line) for i, line in enumerate(whole.splitlines(), 1)] or [self.head]
        self._compare(head)
        for line in lines:
            # Two searches that began at the same time have both written the head.
            if line != self.head:
                self.trials[line["number"]] = Trial(**line)
        if torn:
            with self.path.open("rb+") as file:
                file.truncate(len(content) - len(torn))

    def _parsed(self, i, line):
        try:
            found = json.loads(line)
        except ValueError:
            found = None
        wanted = self.head if i == 1 else asdict(Trial(0, {}))
        if not isinstance(found, dict) or (found.keys() != wanted.keys() and found != self.head):
            self._refuse(f"a line {i} that is no {'head' if i == 1 else 'trial'}")
        return found

    def _compare(self, head):
        other = [f"{key} {head[key]} (here {mine})" for key, mine in self.head.items() if head[key] != mine]
        if other:
            self._refuse("results of another search: its " + "; its ".join(other))

    def _refuse(self, what):
        fail("file", f"{what}, in {self.path}", "the file of this same search, or a name that is not taken")
