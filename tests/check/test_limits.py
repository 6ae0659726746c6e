"""Anything may be handed to a checker: it answers in words, in time, and leaves the kernel as it was."""

import signal
import sys
import threading
import time

import numpy as np
import pytest

from course_utils import check
from course_utils.check import BANK, _limits, _outcomes, _protocol


@pytest.fixture(autouse=True)
def in_class(monkeypatch):
    monkeypatch.delenv("COURSE_STRICT", raising=False)
    monkeypatch.setattr(_limits, "LINES", 20_000)
    _protocol._heard.clear()


class Hostile:
    def __array__(self, *args, **kwargs):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no")

    def __call__(self, *args, **kwargs):
        return self


def raising(*args, **kwargs):
    raise RuntimeError("`no`")


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no")


def raising_mutely(*args, **kwargs):
    raise Mute


def leaving(*args, **kwargs):
    sys.exit(3)


def of_hostile(*args, **kwargs):
    return Hostile()


def of_a_hostile_pair(*args, **kwargs):
    return Hostile(), Hostile()


ANYTHING = [
    raising,
    raising_mutely,
    leaving,
    of_hostile,
    of_a_hostile_pair,
    Hostile,
    Hostile(),
    3,
    "x",
    b"x",
    [],
    {},
    (),
    np.ones(3),
    dict,
    print,
]


@pytest.mark.parametrize("exercise", [pytest.param(e, id=name) for name, e in BANK.items()])
def test_anything_is_answered_in_words(exercise):
    for given in ANYTHING:
        verdict = exercise.check(given)
        assert verdict.state in ("Not yet.", "Not done yet.")
        assert "a fault of the course" not in repr(verdict)
        assert verdict._repr_html_()


def endless(f, theta, g, d, c1=1e-4, shrink=0.5):
    a = 1.0
    while f(theta + a * d) >= -1:
        a = a * 1.0
    return a


def everywhere(action):
    """What a function gives on this thread, and on another one."""
    found = [action()]
    thread = threading.Thread(target=lambda: found.append(action()))
    thread.start()
    thread.join(60)
    return found


def test_a_loop_that_never_ends_is_told_on_any_thread():
    before = signal.getsignal(signal.SIGALRM)
    for verdict in everywhere(lambda: check.backtracking(endless)):
        assert verdict.mistakes[0].startswith("It never ends")
        assert "It does not end" in repr(verdict)
    assert sys.gettrace() is None
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_a_long_sleep_is_ended_by_the_timer(monkeypatch):
    def asleep(f, theta, g, d, c1=1e-4, shrink=0.5):
        time.sleep(60)

    monkeypatch.setattr(_limits, "SECONDS", 0.2)
    assert "It does not end" in repr(check.backtracking(asleep))
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


class Exits(Hostile):
    def __array__(self, *args, **kwargs):
        sys.exit(3)


class Loops(Hostile):
    def __array__(self, *args, **kwargs):
        while True:
            print("x")


class Sleeps(Hostile):
    def __array__(self, *args, **kwargs):
        time.sleep(60)


@pytest.mark.parametrize(
    ("point", "words"),
    [
        (Hostile(), "The new point is something of type Hostile"),
        (["a", "b"], "The new point is something of type list"),
        (np.array([1j, 2]), "The new point is something of type ndarray"),
        ([1.0, [2.0]], "The new point is something of type list"),
        (np.ones((1, 2)), "The new point has the shape (1, 2)"),
        (np.full(2, np.nan), "it runs away"),
        (Exits(), "It stops with SystemExit: 3 in its line"),
        (Loops(), "It does not end: it was stopped after 20,000 lines"),
        (Sleeps(), "It does not end: it was stopped after 0.2 seconds"),
    ],
)
def test_a_point_that_is_none_is_told_by_the_valleys(point, words, monkeypatch, capsys):
    monkeypatch.setattr(_limits, "SECONDS", 0.2 if isinstance(point, Sleeps) else 10.0)
    assert words in repr(check.any_valley(lambda p, g, memory: (point, g)))
    assert len(capsys.readouterr().out) <= _limits.CHARACTERS


def test_of_an_iterator_that_runs_no_lines_enough_is_kept():
    (outcome,) = _outcomes.outcomes(lambda: iter(range(10 * _outcomes.MANY)), [{}])
    assert len(outcome.returned) == _outcomes.MANY


def test_without_signals_lines_are_counted(monkeypatch):
    monkeypatch.setattr(_limits, "signals", lambda: False)
    assert check.backtracking(endless).mistakes[0].startswith("It never ends")


def test_the_lines_of_an_import_do_not_count(monkeypatch):
    def step(theta, g, lr=0.1):
        sys.modules.pop("wave", None)
        import wave  # noqa: F401, one that nobody else needs

        return theta - lr * g

    monkeypatch.setattr(_limits, "LINES", 100)
    assert check.first_step(step).state == "Correct."


def test_a_debugger_keeps_its_tracing_and_the_timer_is_nobody_elses():
    def tracer(frame, event, arg):
        return None

    sys.settrace(tracer)
    try:
        with _limits.limited():
            assert sys.gettrace() is tracer
    finally:
        sys.settrace(None)
    signal.setitimer(signal.ITIMER_REAL, 100)
    try:
        assert not _limits.signals()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def test_what_a_learner_prints_is_shown_once_and_not_for_ever(capsys):
    def loud(theta, g, lr=0.1):
        print("x" * 1500)
        return theta + lr * g

    assert check.first_step(loud).mistakes
    assert 0 < len(capsys.readouterr().out) <= 4 * _limits.CHARACTERS + 10


def test_the_stop_button_still_stops():
    def stopped(theta, g, lr=0.1):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check.first_step(stopped)
