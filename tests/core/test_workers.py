"""Workers: failures of every kind stay with the trial that failed, in this process, in others and on a Dask cluster."""

import os
import sys
import threading
import time
import types
from concurrent.futures.process import BrokenProcessPool

import joblib
import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from course_utils.tuning.trials import Trial
from course_utils.tuning.workers import Job, each, manner, run

SEEDS = np.random.SeedSequence(0).spawn(8)
JOBS = [Job(i, {"x": float(i)}, seed, {}) for i, seed in enumerate(SEEDS)]


def noisy(x, rng):
    return x + rng.random()


def fragile(x, rng):
    if x == 1:
        raise KeyError("lr")
    if x == 2:
        sys.exit(3)
    return {3: np.nan, 4: -np.inf, 5: (0.5, 0.6), 6: None}.get(x, x)


def deadly(x, rng):
    if x in (2, 5):
        os._exit(1)
    return x


class Wordless(BaseException):
    def __str__(self):
        raise RuntimeError("no words")


def odd(x, rng):
    if x == 0:
        raise Wordless
    values = 10**400, np.array(0.5), np.bool_(True), np.float32(0.25), np.array(1j), np.array([1.0]), "0.5"
    return values[int(x) - 1]


def results(function, jobs=JOBS, n_jobs=None):
    return sorted(run(function, jobs, n_jobs), key=lambda trial: trial.number)


def wanted(function=noisy):
    return [Trial(j.number, j.setting, function(**j.setting, rng=np.random.default_rng(j.seed))) for j in JOBS]


def test_serial_threads_and_processes_agree_to_the_last_digit():
    assert results(noisy, n_jobs=1) == wanted()
    assert results(noisy, n_jobs=2) == wanted()
    with joblib.parallel_config("threading", n_jobs=3):
        assert results(noisy) == wanted()


def test_a_job_run_again_has_the_same_random_numbers():
    assert results(noisy, n_jobs=1) == results(noisy, n_jobs=1)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_what_goes_wrong_is_recorded_with_its_reason_and_the_others_go_on(n_jobs):
    found = results(fragile, n_jobs=n_jobs)
    assert [t.score for t in found] == [0.0, None, None, None, None, None, None, 7.0]
    assert [t.reason for t in found] == [
        "", "KeyError: 'lr'", "SystemExit: 3", "diverged: the score is nan", "diverged: the score is -inf",
        "it returned tuple, not a number", "it returned NoneType, not a number", "",
    ]  # fmt: skip
    assert [t.setting for t in found] == [j.setting for j in JOBS]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_whatever_a_trial_returns_or_raises_the_others_go_on(n_jobs):
    found = results(odd, n_jobs=n_jobs)
    assert [t.score for t in found] == [None, None, 0.5, 1.0, 0.25, None, None, None]
    assert found[0].reason.endswith("Wordless: <exception str() failed>")
    assert [t.reason for t in found[1:]] == [
        "OverflowError: int too large to convert to float", "", "", "", "it returned ndarray, not a number",
        "it returned ndarray, not a number", "it returned str, not a number",
    ]  # fmt: skip
    assert {type(t.score) for t in found[2:5]} == {float}


def test_a_worker_that_dies_ends_the_search_with_an_error():
    with pytest.raises(BrokenProcessPool, match="terminated"):
        results(deadly, n_jobs=2)


def test_jobs_in_order_come_in_order():
    def slow_start(i):
        time.sleep(0.2 * (i == 0))
        return i

    with joblib.parallel_config("threading", n_jobs=2):
        assert list(each(slow_start, range(4), ordered=True)) == [0, 1, 2, 3]


def test_trials_come_as_they_end(tmp_path):
    another_came = tmp_path / "another came"

    def held(x, rng):
        patience = time.monotonic() + 30
        while x == 0 and not another_came.exists() and time.monotonic() < patience:
            time.sleep(0.01)
        return x

    found = run(held, JOBS[:4], 2)
    assert next(found).number != 0
    another_came.touch()
    assert 0 in {trial.number for trial in found}


def test_a_consumer_that_stops_early_leaves_no_warning(recwarn):
    found = run(noisy, JOBS * 4, 2)
    next(found)
    found.close()
    assert [str(w.message) for w in recwarn] == []


def test_a_function_that_cannot_be_sent_is_the_callers_error():
    lock = threading.Lock()
    with pytest.raises(Exception, match="pickle"):
        list(run(lambda x, rng: bool(lock), JOBS, 2))


def test_a_function_that_workers_cannot_read_is_the_callers_error(monkeypatch):
    module = types.ModuleType("nowhere_else")
    module.noisy = types.FunctionType(noisy.__code__, {}, "noisy")
    module.noisy.__module__ = "nowhere_else"
    monkeypatch.setitem(sys.modules, "nowhere_else", module)
    with pytest.raises(BrokenProcessPool, match="un-serialize"):
        list(run(module.noisy, JOBS, 2))


def blas_threads():
    return {lib["num_threads"] for lib in threadpool_info() if lib["user_api"] == "blas"}


def test_products_have_one_thread_in_threads_in_processes_and_here_and_then_as_many_as_before():
    starts = threading.Barrier(2, timeout=60)

    def watch(x, rng):
        starts.wait()
        time.sleep(0.2 * x)
        return max(blas_threads())

    with threadpool_limits(2, user_api="blas"):
        with joblib.parallel_config("threading", n_jobs=2):
            assert {t.score for t in results(watch, JOBS[:2])} == {1.0}
        for n_jobs in 1, 2:
            assert {t.score for t in results(lambda x, rng: max(blas_threads()), JOBS[:2], n_jobs)} == {1.0}
        assert blas_threads() == {2}


# A cluster: two processes on this machine.


@pytest.fixture(scope="module")
def cluster():
    import dask
    import psutil
    from distributed import Client, LocalCluster

    # By default Dask lets a task take four workers along before it gives it up.
    with dask.config.set({"distributed.scheduler.allowed-failures": 0, "distributed.logging.distributed": "critical"}):
        local = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50)
        with local, Client(local, set_as_default=True) as client:
            yield local
            client.wait_for_workers(2)
            processes = [psutil.Process(nanny.pid) for nanny in local.workers.values()]
        assert not psutil.wait_procs(processes, timeout=10)[1], "processes are left"


def test_a_dask_cluster_agrees_to_the_last_digit(cluster):
    pids = {nanny.pid for nanny in cluster.workers.values()}
    with joblib.parallel_config("dask"):
        assert results(noisy) == wanted()
        ran_in = {t.score for t in results(lambda x, rng: os.getpid())}
        ran_here = {t.score for t in results(lambda x, rng: os.getpid(), n_jobs=1)}
    assert ran_in <= pids, "it ran there, not here"
    assert ran_here == {os.getpid()}, "one job at a time is here, whatever joblib says"


def test_on_a_dask_cluster_too_failures_stay_with_their_trials(cluster):
    with joblib.parallel_config("dask"):
        assert results(fragile) == results(fragile, n_jobs=1)
        assert list(each(abs, [-3, 2, -1], ordered=True)) == [3, 2, 1]


def test_a_worker_that_dies_on_a_cluster_ends_the_search_too(cluster):
    with joblib.parallel_config("dask"), pytest.raises(Exception, match="[Kk]illed|died"):
        results(deadly)


def test_in_the_browser_they_run_one_at_a_time_and_the_bar_says_so(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    order = []
    assert list(each(order.append, [1, 2, 3], n_jobs=4)) == [None] * 3 and order == [1, 2, 3], "in this process"
    assert "one at a time" in manner()


def test_elsewhere_the_bar_has_nothing_to_say_of_it():
    assert manner() is None
