"""Workers: jobs on all cores, or wherever joblib is told to run them, each with one thread for its matrix products."""

import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from copy import copy
from functools import partial
from math import isfinite
from numbers import Real
from queue import Queue
from traceback import format_exception_only
from typing import Any, NamedTuple

import numpy as np

from .._support.threads import one_thread
from .._support.validation import fail
from .trials import Trial


class Job(NamedTuple):
    """A trial to be run: its number, its setting, the seed of its own random numbers, and what else it is given."""

    number: int
    setting: dict
    seed: np.random.SeedSequence
    given: dict


def at_a_time(n_jobs):
    """How many jobs run at a time: a whole number other than 0, negative ones as joblib counts them, or None."""
    if n_jobs is not None and (not isinstance(n_jobs, (int, np.integer)) or isinstance(n_jobs, bool) or n_jobs == 0):
        fail("n_jobs", repr(n_jobs), "a whole number other than 0, or None")
    return n_jobs


def manner():
    """How jobs run here, in words for a bar; None where they run several at a time."""
    return "one at a time, as the browser has it," if sys.platform == "emscripten" else None


def run(function: Callable, jobs: Sequence[Job], n_jobs: int | None = None) -> Iterator[Trial]:
    """Yield a Trial for each job as they end, in any order.

    function : called as function(**setting, rng=Generator), returns a score. If it raises, or if the
        score is not a finite number, the Trial has failed and says why.
    jobs, n_jobs : as for `each`
    """
    return each(partial(_attempt, function), jobs, n_jobs)


def each(function: Callable, jobs: Sequence, n_jobs: int | None = None, ordered: bool = False) -> Iterator[Any]:
    """Yield function(job) for each job, as they end or, if ordered, in their order.

    n_jobs : how many at a time. None: what `joblib.parallel_config` says, or all cores. With 1 they
        run here one after the other, and in the browser always.

    A worker that dies ends all of them, with the error of joblib or Dask.
    """
    from joblib.parallel import get_active_backend

    backend, configured = get_active_backend()
    n_jobs = 1 if manner() else n_jobs or configured or -1
    alone = partial(_alone, function)
    # Around all of them as well as in each: they may be threads, which would lift each other's limit.
    with one_thread():
        if n_jobs == 1:  # not by joblib, which in its Dask configuration would send them to the cluster
            yield from map(alone, jobs)
        elif hasattr(backend, "client"):
            yield from _on_dask(backend.client, alone, jobs, ordered)
        else:
            yield from _on_cores(n_jobs, alone, jobs, ordered)


def _alone(function, job):
    with one_thread():
        return function(job)


def _on_cores(n_jobs, function, jobs, ordered):
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs, return_as="generator" if ordered else "generator_unordered")
    with warnings.catch_warnings():
        # A search that is interrupted leaves tasks unused, as joblib would say.
        warnings.filterwarnings("ignore", module="joblib")
        with closing(parallel(delayed(function)(job) for job in jobs)) as results:
            yield from results


def _on_dask(client, function, jobs, ordered):
    """As joblib would, but joblib waits forever for a task that took its worker along (seen with 1.6)."""
    futures = [client.submit(function, job, pure=False) for job in jobs]
    ended = Queue()
    for future in futures:
        future.add_done_callback(ended.put)
    try:
        for future in futures if ordered else (ended.get() for _ in futures):
            yield future.result()
    finally:
        client.cancel(futures)


def _attempt(function, job):
    """Run one job; whatever goes wrong, there is a Trial."""
    try:
        # A copy: a seed counts its children, and the next to run this job shall get the same ones.
        rng = np.random.default_rng(copy(job.seed))
        score, reason = _judged(function(**job.setting, **job.given, rng=rng))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        # Python's own words for it, which are found even where the error has none or fails to tell them.
        score, reason = None, "".join(format_exception_only(error)).strip()
    return Trial(job.number, job.setting, score, reason)


def _judged(score):
    """(score as a float, "") or (None, why it is none)."""
    zero_d = isinstance(score, (np.ndarray, np.bool_)) and score.ndim == 0 and score.dtype.kind in "biuf"
    if not (zero_d or isinstance(score, Real)):
        return None, f"it returned {type(score).__name__}, not a number"
    score = float(score)
    return (score, "") if isfinite(score) else (None, f"diverged: the score is {score}")
