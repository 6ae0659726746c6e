"""Threads and progress bars have one home, and neither starts a thread."""

import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from course_utils._support.progress import progress_bar
from course_utils._support.threads import SMALL, few_threads, one_thread


def blas_threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


class Net:
    def __init__(self, n_params):
        self.n_params = n_params


@pytest.mark.parametrize("work", [3, range(3)])
def test_a_bar_starts_no_thread(monkeypatch, work):
    started = []
    monkeypatch.setattr(threading.Thread, "start", started.append)
    with progress_bar(work, "step", delay=0) as bar:
        for _ in range(3):
            bar.update()
    assert started == []


@pytest.mark.parametrize("show", [True, False])
def test_a_bar_hands_on_what_it_loops_over(show):
    assert list(progress_bar(iter("abc"), "letter", show, total=3, delay=0)) == ["a", "b", "c"]


def test_small_nets_have_one_thread_and_large_ones_all():
    np.ones((2, 2)) @ np.ones((2, 2))
    before = blas_threads()
    for n_params, want in (SMALL - 1, [1] * len(before)), (SMALL, before):
        with few_threads(Net(n_params)):
            assert blas_threads() == want
    with one_thread():
        assert blas_threads() == [1] * len(before)
    assert blas_threads() == before
