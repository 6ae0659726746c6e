"""Workers: trials on all cores, or wherever joblib is told to run them, where the failure of one is its own affair."""

import warnings
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from copy import copy
from math import isfinite
from numbers import Real
from queue import Queue
from traceback import format_exception_only
from typing import NamedTuple

import numpy as np

from .._support.threads import one_thread
from .._support.validation import fail
from .trials import Trial

DIED = "its worker died: it was killed, ran out of memory, or ended its own process"


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


def run(function, jobs, n_jobs=None):
    """Yield a Trial for each job as they end, in any order.

    Parameters
    ----------
    function : called as function(**setting, rng=Generator), returns a score. If it raises, if the score is not a finite
        number, or if the process of its worker dies, the Trial has failed and says why.
    jobs : list of Job
    n_jobs : int, how many at a time. None: what `joblib.parallel_config` says, or all cores. With 1 they run here one
        after the other, and nothing protects this process from one that ends it.
    """
    from joblib.parallel import get_active_backend

    backend, configured = get_active_backend()
    n_jobs = n_jobs or configured or -1
    if hasattr(backend, "client") and n_jobs != 1:
        yield from _on_dask(backend.client, function, jobs)
    else:
        # Around all of them as well as in each: trials may be threads, which would lift each other's limit.
        with one_thread():
            # Not by joblib: in its Dask configuration it would send a single job to the cluster as well.
            yield from _on_cores(function, jobs, n_jobs) if n_jobs != 1 else (_attempt(function, job) for job in jobs)


def _on_cores(function, jobs, n_jobs):
    from joblib import effective_n_jobs

    left, suspects, size = {job.number: job for job in jobs}, 0, "auto"
    while left:
        batch = list(left.values())[: 1 if suspects else None]
        suspects = max(0, suspects - 1)
        try:
            for trial in _finished(function, batch, n_jobs, size):
                del left[trial.number]
                yield trial
        except BrokenProcessPool as error:
            # A pool breaks as well where the function cannot be read in a worker: the caller's error, not the trial's.
            if type(error).__name__ != "TerminatedWorkerError":
                raise
            if len(batch) == 1:
                yield _died(left.pop(batch[0].number))
            else:
                # Which one took its worker along is not known: one of those that had started, the first of the rest.
                suspects, size = effective_n_jobs(n_jobs), 1


def _finished(function, jobs, n_jobs, batch_size):
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs, return_as="generator_unordered", batch_size=batch_size)
    with warnings.catch_warnings():
        # A search that is interrupted leaves tasks unused, as joblib would say.
        warnings.filterwarnings("ignore", module="joblib")
        with closing(parallel(delayed(_attempt)(function, job) for job in jobs)) as trials:
            yield from trials


def _on_dask(client, function, jobs):
    """As joblib would, but joblib waits forever for a task that took its worker along (seen with 1.6)."""
    suspects = []
    for job, trial in _from_dask(client, function, jobs):
        if trial:
            yield trial
        else:
            suspects.append(job)
    # Dask blames every task that a dead worker had on its list. Alone, only the guilty ones die.
    for job in suspects:
        ((_, trial),) = _from_dask(client, function, [job])
        yield trial or _died(job)


def _from_dask(client, function, jobs):
    """Yield the jobs as they end, each with its Trial, or with None if its worker died."""
    ended, asked = Queue(), {}
    try:
        for job in jobs:
            future = client.submit(_attempt, function, job, pure=False)
            asked[future] = job
            future.add_done_callback(ended.put)
        for _ in jobs:
            future = ended.get()
            error = future.exception()
            # Dask's class is not imported, as few have it.
            if error and type(error).__name__ != "KilledWorker":
                raise error
            yield asked[future], None if error else future.result()
    finally:
        client.cancel(list(asked))


def _died(job):
    return Trial(job.number, job.setting, None, DIED)


def _attempt(function, job):
    """Run one job; whatever goes wrong, there is a Trial."""
    with one_thread():
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
