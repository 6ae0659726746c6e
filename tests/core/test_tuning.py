"""Searches: what they try, that they find it, resuming and interrupting them, and bad input."""

import json
import signal
import subprocess
import sys
import textwrap
from functools import partial

import joblib
import numpy as np
import pytest

from course_utils.data import digits
from course_utils.layers import Dense, ReLU
from course_utils.network import Network
from course_utils.optimizers import Momentum
from course_utils.training import fit
from course_utils.tuning import (
    Choice,
    LogUniform,
    OneMinus,
    Uniform,
    coarse_to_fine,
    grid_search,
    search,
    successive_halving,
)

SPACE = {"lr": LogUniform(1e-4, 1.0), "rho": OneMinus(0.9, 0.999), "width": Choice((16, 32))}
HERE = {"n_jobs": 1}


def bump(lr, rho, width, rng):
    """Highest at lr = 0.01, with some noise."""
    return -((np.log10(lr) + 2) ** 2) + 0.01 * rng.random()


def train(lr, rho, width, rng):
    net = Network([Dense(64, width, rng=rng), ReLU(), Dense(width, 10, rng=rng)])
    return fit(net, digits(), Momentum(lr=lr, rho=rho), 1, 32, rng=rng, progress=False).final_val_accuracy


def test_training_gives_the_same_in_series_in_threads_and_in_processes():
    alone = search(train, SPACE, 6, rng=3, n_jobs=1)
    assert search(train, SPACE, 6, rng=3, n_jobs=2).trials == alone.trials
    with joblib.parallel_config("threading", n_jobs=2):
        assert search(train, SPACE, 6, rng=3).trials == alone.trials
    assert alone.best.score > 0.6


def test_every_trial_has_a_setting_and_a_seed_of_its_own():
    def first_draw(lr, rho, width, rng):
        return rng.random()

    found = search(first_draw, SPACE, 20, **HERE)
    assert len(set(found.scores)) == 20 and len(set(found.values("lr"))) == 20
    assert [t.number for t in found.trials] == list(range(20))
    assert search(first_draw, SPACE, 20, 1, **HERE).scores[0] != found.scores[0]
    assert search(first_draw, SPACE, 8, **HERE).trials == found.trials[:8], "n does not matter for the first ones"


def test_a_generator_goes_on_from_search_to_search():
    rng = np.random.default_rng(0)
    first, second = search(bump, SPACE, 3, rng, **HERE), search(bump, SPACE, 3, rng, **HERE)
    assert first.trials == search(bump, SPACE, 3, 0, **HERE).trials
    assert first.trials != second.trials


def test_random_search_reaches_the_best_5_percent_as_often_as_it_should():
    def u(u, rng):
        return u

    hits = [search(u, {"u": Uniform(0.0, 1.0)}, 59, seed, **HERE).best.score > 0.95 for seed in range(200)]
    assert abs(np.mean(hits) - (1 - 0.95**59)) < 0.045, "three standard deviations of 200 draws"


def test_a_grid_tries_every_combination():
    found = grid_search(bump, SPACE, 3, **HERE)
    assert len(found.trials) == 3 * 3 * 2 and len(set(found.values("lr"))) == 3
    assert found.best.setting["lr"] == pytest.approx(0.01)
    assert len(set(found.scores)) == 18, "seeds of their own here as well"


def test_coarse_to_fine_shrinks_around_the_best_and_opens_the_border_it_meets():
    space = {"lr": LogUniform(1e-6, 1e-3), "reg": LogUniform(1e-5, 1e5)}

    def far(lr, reg, rng):
        return -((np.log10(lr) + 1.5) ** 2) - 0.1 * (np.log10(reg) + 3) ** 2

    stages = coarse_to_fine(far, space, 40, stages=4, **HERE)
    assert stages[0].space == space and len(stages) == 4
    assert stages[1].space["lr"].high > 1e-3, "opened: the best was at its end"
    assert stages[-1].space["reg"].high < 10 and stages[-1].space["reg"].low > 1e-5, "shrunk"
    best = [stage.best.score for stage in stages]
    assert best[-1] > -0.05 and best[-1] > best[0]
    shut = coarse_to_fine(far, space, 40, stages=4, grow=0.0, **HERE)
    assert max(stage.space["lr"].high for stage in shut) <= 1e-3 * (1 + 1e-12)
    assert shut[-1].best.score < -2


def test_halving_gives_the_better_ones_more_of_the_same_run():
    seen = []

    def learn(lr, budget, rng):
        seen.append((lr, budget, rng.random()))
        return -abs(np.log10(lr) + 2) + 0.1 * budget

    rounds = successive_halving(learn, {"lr": LogUniform(1e-4, 1.0)}, 27, budget=2, eta=3, **HERE)
    assert [(len(r.trials), r.budget, r.n) for r in rounds] == [(27, 2, 27), (9, 6, 9), (3, 18, 3), (1, 54, 1)]
    for wide, narrow in zip(rounds, rounds[1:], strict=False):
        assert {t.number for t in narrow.trials} == {t.number for t in wide.top(len(narrow.trials))}
    draws = {lr: {draw for other, _, draw in seen if other == lr} for lr, _, _ in seen}
    assert all(len(d) == 1 for d in draws.values()), "the same seed in every round"
    assert rounds[-1].best.setting == rounds[0].best.setting


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_what_a_trial_spawns_is_the_same_in_every_round_too(n_jobs):
    def spawned(u, budget, rng):
        return rng.spawn(1)[0].random()

    wide, narrow = successive_halving(spawned, {"u": Uniform(0.0, 1.0)}, 4, eta=3, n_jobs=n_jobs)
    assert narrow.best.score == wide.best.score


@pytest.mark.parametrize("n, eta, sizes", [(10, 3, [10, 3, 1]), (16, 2, [16, 8, 4, 2, 1]), (2, 3, [2]), (1, 2, [1])])
def test_the_rounds_of_halving(n, eta, sizes):
    found = successive_halving(lambda u, budget, rng: u, {"u": Uniform(0.0, 1.0)}, n, eta=eta, **HERE)
    assert [len(r.trials) for r in found] == sizes


# Resuming and interrupting


def counting(calls, stop_at=None):
    def trial(lr, rho, width, rng):
        if len(calls) == stop_at:
            signal.raise_signal(signal.SIGINT)
        calls.append(lr)
        return bump(lr, rho, width, rng)

    return trial


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_returns_what_is_done_and_the_file_resumes_it(tmp_path):
    calls, path = [], tmp_path / "trials.jsonl"
    part = search(counting(calls, stop_at=4), SPACE, 10, file=path, **HERE)
    assert len(part.trials) == 4 and part.n == 10 and "4 of 10 trials" in repr(part)
    whole = search(counting(calls), SPACE, 10, file=path, **HERE)
    assert len(calls) == 10 and len(set(calls)) == 10, "no trial twice"
    assert whole.trials == search(counting([]), SPACE, 10, **HERE).trials
    search(counting(calls), SPACE, 10, file=path, **HERE)
    assert len(calls) == 10, "an ended search is only read"
    assert len(search(counting(calls), SPACE, 12, file=path, **HERE).trials) == 12 and len(calls) == 12
    assert len(search(counting(calls), SPACE, 5, file=path, **HERE).trials) == 5 and len(calls) == 12


def test_a_search_torn_in_the_middle_of_a_line_is_resumed(tmp_path):
    calls, path = [], tmp_path / "trials.jsonl"
    whole = search(counting(calls), SPACE, 6, file=path, **HERE)
    path.write_bytes(path.read_bytes()[:-20])
    assert search(counting(calls), SPACE, 6, file=path, **HERE).trials == whole.trials
    assert len(calls) == 7


def test_failures_are_not_tried_again(tmp_path):
    calls = []

    def fails(u, rng):
        calls.append(u)
        raise RuntimeError("no")

    for _ in range(2):
        found = search(fails, {"u": Uniform(0, 1)}, 3, file=tmp_path / "trials.jsonl", **HERE)
    assert len(calls) == len(found.failed) == 3 and found.failed[0].reason == "RuntimeError: no"


@pytest.mark.parametrize(
    "other",
    [
        lambda file: search(bump, SPACE, 4, rng=1, file=file),
        lambda file: search(bump, SPACE | {"width": Choice((16, 64))}, 4, file=file),
        lambda file: search(bump, dict(reversed(SPACE.items())), 4, file=file),
        lambda file: search(train, SPACE, 4, file=file),
        lambda file: grid_search(bump, SPACE, 2, file=file),
    ],
    ids=["seed", "space", "order of the space", "trial", "grid"],
)
def test_the_file_of_another_search_is_refused(tmp_path, other):
    path = tmp_path / "trials.jsonl"
    search(bump, SPACE, 4, file=path, **HERE)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="file: got results of another search"):
        other(path)
    assert path.read_bytes() == before


def written(tmp_path, text):
    """The function `trial` that a file says, as a notebook's cell would define it anew."""
    file = tmp_path / f"cell_{len(list(tmp_path.glob('cell_*')))}.py"
    file.write_text(textwrap.dedent(text))
    made = {"__name__": "cell"}
    exec(compile(file.read_text(), str(file), "exec"), made)
    return made["trial"]


def test_a_file_answers_for_the_same_trial_function_only(tmp_path):
    path, space = tmp_path / "trials.jsonl", {"u": Uniform(0, 1)}
    first = search(written(tmp_path, "def trial(u, rng):\n    return u"), space, 4, file=path, **HERE)
    same = "def trial(u, rng):\n    # the same, written otherwise\n    return (u)"
    assert search(written(tmp_path, same), space, 4, file=path, **HERE).trials == first.trials
    before = path.read_bytes()
    with pytest.raises(ValueError, match="file: got results of another search: its source"):
        search(written(tmp_path, "def trial(u, rng):\n    return -u"), space, 4, file=path, **HERE)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda u, rng: u, lambda u, rng: 2 * u),
        (lambda u, rng: sum(x for x in (u, 1)), lambda u, rng: sum(x for x in (u, 2))),
        (partial(lambda u, rng, by: u * by, by=1), partial(lambda u, rng, by: u * by, by=2)),
    ],
    ids=["lambdas", "inner code", "partials"],
)
def test_functions_without_a_text_of_their_own_are_told_apart(tmp_path, one, other):
    space = {"u": Uniform(0, 1)}
    for i, (trial, again) in enumerate([(one, other), (other, one)]):
        path = tmp_path / f"{i}.jsonl"
        search(trial, space, 3, file=path, **HERE)
        assert len(search(trial, space, 4, file=path, **HERE).trials) == 4
        with pytest.raises(ValueError, match="its source"):
            search(again, space, 3, file=path, **HERE)


def test_ctrl_c_while_processes_work_returns_what_is_done(tmp_path):
    """In a Python of its own, which a thread interrupts as soon as three trials are in the file."""
    path = tmp_path / "trials.jsonl"
    code = f"""
        import _thread, signal, threading, time
        from pathlib import Path
        from course_utils.tuning import Uniform, search

        def trial(u, rng):
            time.sleep(0.1)
            return u

        def interrupt(path=Path({str(path)!r})):
            while not path.exists() or len(path.read_bytes().splitlines()) < 4:
                time.sleep(0.01)
            _thread.interrupt_main()

        if __name__ == "__main__":
            signal.signal(signal.SIGINT, signal.default_int_handler)
            threading.Thread(target=interrupt, daemon=True).start()
            found = search(trial, {{"u": Uniform(0.0, 1.0)}}, 300, file={str(path)!r}, n_jobs=2, progress=False)
            print(len(found.trials), len(set(found.scores)), found.n)
    """
    (tmp_path / "script.py").write_text(textwrap.dedent(code), encoding="utf-8")
    ran = subprocess.run([sys.executable, tmp_path / "script.py"], capture_output=True, text=True, timeout=100)
    assert ran.returncode == 0, ran.stderr
    done, different, n = map(int, ran.stdout.split())
    assert 3 <= done == different < n == 300
    assert len([json.loads(line) for line in path.read_text().splitlines()]) - 1 >= done
    assert "Traceback" not in ran.stderr


@pytest.mark.usefixtures("interruptible")
def test_interrupted_stages_end_the_search():
    calls = []

    def trial(u, rng, budget=0):
        if len(calls) == 13:
            signal.raise_signal(signal.SIGINT)
        calls.append(u)
        return u

    assert [len(s.trials) for s in coarse_to_fine(trial, {"u": Uniform(0, 1)}, 10, stages=5, **HERE)] == [10, 3]
    calls.clear()
    assert [len(s.trials) for s in successive_halving(trial, {"u": Uniform(0, 1)}, 10, eta=2, **HERE)] == [10, 3]


# Bad input


@pytest.mark.parametrize("call, words", [
    (lambda: search(bump, {}, 5), "space: got {}, want a dict of at least one hyperparameter"),
    (lambda: search(bump, SPACE, 0), "n: got 0, want a whole number >= 1"),
    (lambda: search(bump, SPACE, -3), "n: got -3"),
    (lambda: search(bump, SPACE, 2.5), "n: got 2.5"),
    (lambda: search(bump, SPACE, 5, rng=None), "rng: got None"),
    (lambda: search(bump, SPACE, 5, n_jobs=0), "n_jobs: got 0"),
    (lambda: search(bump, SPACE, 5, n_jobs=1.5), "n_jobs: got 1.5"),
    (lambda: search(bump, SPACE, 5, n_jobs=True), "n_jobs: got True"),
    (lambda: search(bump, SPACE, 5, n_jobs="all"), "n_jobs: got 'all'"),
    (lambda: search(5, SPACE, 5), "trial: got 5, want a function that takes lr, rho, width, rng"),
    (lambda: search(lambda lr: 1, SPACE, 5), r"trial: got one that takes \(lr\)"),
    (lambda: search(bump, {"lr": (0, 1)}, 5), "space"),
    (lambda: grid_search(bump, SPACE, 0), "k: got 0"),
    (lambda: coarse_to_fine(bump, SPACE, 5, stages=0), "stages: got 0"),
    (lambda: coarse_to_fine(bump, SPACE, 5, keep=0), "keep: got 0"),
    (lambda: successive_halving(bump, SPACE, 5), r"trial: .*want a function that takes lr, rho, width, budget, rng"),
    (lambda: successive_halving(bump, SPACE, 5, eta=1), "eta: got 1"),
    (lambda: successive_halving(bump, SPACE, 5, budget=0), "budget: got 0"),
])  # fmt: skip
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("wrong", [{"margin": 0}, {"margin": 0.5}, {"grow": -1}])
def test_what_is_wrong_with_the_next_stage_is_said_before_the_first(wrong):
    calls = []
    with pytest.raises(ValueError, match=next(iter(wrong))):
        coarse_to_fine(counting(calls), SPACE, 5, **wrong, **HERE)
    assert not calls


def test_a_stage_in_which_all_failed_says_why():
    def fails(u, rng):
        raise RuntimeError("out of coffee")

    with pytest.raises(ValueError, match="out of coffee"):
        coarse_to_fine(fails, {"u": Uniform(0, 1)}, 4, **HERE)
