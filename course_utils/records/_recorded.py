"""A function whose results are kept in a file."""

import functools
import hashlib
import inspect
import json
import platform
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from .._support.progress import progress_bar
from .._support.validation import fail
from ._code import code_of

FOLDER = Path(__file__).parent
RECORDED: dict[str, "Recorded"] = {}  # {name: function}, of all modules that were imported
Result = np.ndarray | dict[str, np.ndarray]


def recorded(jobs: Iterable[tuple]) -> Callable[[Callable], "Recorded"]:
    """Keep what a function returns for these arguments.

    Decorates a function of texts, numbers, bools, None and tuples of those, which are written into the file as they
    are: a rate that is itself computed may differ in its last digit elsewhere, so give its index. The function draws
    from its own seeded rng, and returns an array or a dict of arrays; float64 is rounded to float32, computed or kept.

    Parameters
    ----------
    jobs : the arguments of each call that is kept, in the function's order
    """

    def register(function):
        keeper = Recorded(function, jobs)
        RECORDED[keeper.name] = keeper
        return keeper

    return register


class Recorded:
    """A function with a record, as `recorded` makes it.

    Attributes
    ----------
    name : "chapter.module.function", the name of its record
    jobs : the arguments of the calls that are kept, defaults included
    """

    def __init__(self, function, jobs):
        functools.update_wrapper(self, function)
        self.name = f"{function.__module__.split('.demos.')[-1]}.{function.__name__}"
        self._function = function
        self._known = None
        self.jobs = [self._complete(job) for job in jobs]

    def __call__(self, *args, **kwargs) -> Result:
        """The result for these arguments: kept, or else computed once."""
        known = self._results()
        if kwargs or args not in known:
            args = self._complete(args, kwargs)
        if args not in known:
            known[args] = self.compute(*args)
        return known[args]

    def table(self, recompute: bool = False) -> dict[tuple, Result]:
        """{job: result} of all jobs; with a bar where they have to be computed."""
        if recompute:
            self._known = {}
        missing = [job for job in self.jobs if job not in self._results()]
        for job in progress_bar(missing, "job", what=f"computing {self.name}", delay=0 if recompute else 1):
            self(*job)
        return {job: self(*job) for job in self.jobs}

    def compute(self, *job) -> Result:
        """The result of one job, whatever the record holds."""
        result = self._function(*job)
        if isinstance(result, dict):
            return {field: _frozen(values) for field, values in result.items()}
        return _frozen(result)

    @property
    def path(self) -> Path:
        """Where its record is, or would be."""
        return FOLDER / f"{self.name}.npz"

    @property
    def code(self) -> str:
        """A hash of the function and of everything in its chapter that it uses."""
        return hashlib.sha256(code_of(self._function).encode()).hexdigest()[:16]

    def kept(self) -> tuple[dict, dict[tuple, Result]]:
        """(what made the record, {job: result}) as the file has them; empty without a file."""
        if not self.path.exists():
            return {}, {}
        with np.load(self.path) as file:
            made_by = json.loads(str(file["made_by"]))
            fields = {name: _cut(file[f"of {name}"], shapes) for name, shapes in made_by["shapes"].items()}
        results = [dict(zip(fields, row, strict=True)) for row in zip(*fields.values(), strict=True)]
        return made_by, {
            _tuples(job): result.get("", result) for job, result in zip(made_by["jobs"], results, strict=True)
        }

    def save(self) -> None:
        """Write the results of all jobs, and what made them."""
        results = [result if isinstance(result, dict) else {"": result} for result in self.table().values()]
        made_by = {
            "code": self.code,
            "jobs": self.jobs,
            "shapes": {field: [result[field].shape for result in results] for field in results[0]},
            "versions": {"python": platform.python_version(), "numpy": np.__version__, "machine": platform.machine()},
        }
        flat = {f"of {field}": np.concatenate([result[field].ravel() for result in results]) for field in results[0]}
        np.savez_compressed(self.path, made_by=json.dumps(made_by, default=_refuse), **flat)  # type: ignore[arg-type]

    def _complete(self, args, kwargs=None):
        """All arguments of a call, defaults too."""
        bound = inspect.signature(self._function).bind(*args, **(kwargs or {}))
        bound.apply_defaults()
        return bound.args

    def _results(self):
        """{job: result}, as known so far; at first what the record has, if this code has made it."""
        if self._known is None:
            made_by, results = self.kept()
            self._known = results if made_by.get("code") == self.code else {}
        return self._known


def _refuse(value):
    fail("jobs", repr(value), "texts, numbers, bools, None and tuples of those")


def _frozen(values):
    values = np.array(values)
    if values.dtype == np.float64:
        values = values.astype(np.float32)
    values.setflags(write=False)
    return values


def _cut(flat, shapes):
    """Arrays of these shapes out of one long array."""
    flat.setflags(write=False)
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes, strict=True)]


def _tuples(value):
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
