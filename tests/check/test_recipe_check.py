"""What the checkers of chapter 18 say beyond their bank: the capstone's rules, half-made diagnoses, odd readings."""

import numpy as np
import pytest

from course_utils import check
from course_utils.check import BANK, recipe
from course_utils.check._verdict import CORRECT, NOT_DONE, NOT_YET
from course_utils.clinic import EXAM, read
from course_utils.layers import Dense, ReLU
from course_utils.network import Network
from course_utils.normalization import BatchNorm
from course_utils.optimizers import AdaDelta, Momentum
from course_utils.schedules import Cosine


@pytest.fixture(autouse=True)
def in_class(monkeypatch):
    monkeypatch.delenv("COURSE_STRICT", raising=False)


def net(width=20):
    rng = np.random.default_rng(0)
    return Network([BatchNorm(64), Dense(64, width, rng=rng), ReLU(), Dense(width, 10, rng=rng)])


def trained(*opts, epochs=6):
    """A capstone that tries these optimizers and returns the best net."""

    def f(lab):
        nets = [net() for _ in opts]
        scores = [lab.fit(n, opt, epochs).final_val_accuracy for n, opt in zip(nets, opts, strict=True)]
        return nets[int(np.argmax(np.nan_to_num(scores)))]

    return f


def test_a_reading_written_otherwise_is_correct():
    def own(train, val, goal=0.95, gap=0.05, rise=0.01):
        if min(train[-1] - train[-6], val[-1] - val[-6]) > rise:
            return "train longer"
        lack, apart = goal - train[-1], train[-1] - val[-1]
        return "overfitting" if apart > gap and apart > lack else "underfitting" if lack > 0 else "fine"

    assert check.read_curves(own).state == CORRECT


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda train, val: train[-99], "It takes (train, val), and is called with arguments of these names"),
        (lambda train, val, goal=0, gap=0, rise=0: train[99], "It stops with IndexError"),
        (
            lambda train, val, goal=0, gap=0, rise=0: 3,
            "It returns int 3; want one of fine, train longer, overfitting, underfitting.",
        ),
        (lambda train, val, goal=0, gap=0, rise=0: np.ones(3), "It returns an array of shape (3,); want one of fine"),
        ("fine", "The checker wants the function itself"),
    ],
)
def test_what_is_no_reading(f, words):
    assert words in repr(check.read_curves(f))


def test_a_blank_reading_is_not_done():
    assert check.read_curves(lambda train, val, goal=0, gap=0, rise=0: None).state == NOT_DONE


def test_a_reading_that_forgets_its_last_return_is_not_blank():
    def f(train, val, goal=0.95, gap=0.05, rise=0.01):
        said = read(train, val, goal, gap, rise)
        return None if said == "fine" else said

    verdict = check.read_curves(f)
    assert verdict.state == NOT_YET and "It returns None; want one of fine, train longer" in repr(verdict)


def test_half_made_diagnoses_are_not_done_and_hear_about_the_rest():
    verdict = check.diagnose({1: EXAM[1], 2: "overfitting", 3: ...})
    assert verdict.state == NOT_DONE
    assert "Still to be named: patient 3, patient 4, patient 5, patient 6." in repr(verdict)
    assert "Patient 2 is not overfitting" in repr(verdict) and "Patient 1" not in repr(verdict)


def test_a_patient_s_number_is_no_text():
    assert "There is no patient '1'; they are the numbers 1 to 6." in repr(check.diagnose({"1": EXAM[1]}))


def test_diagnoses_may_be_written_carelessly_and_no_objection_names_the_fault():
    assert check.diagnose({n: f"  {name.upper()} " for n, name in EXAM.items()}).correct
    for n, right in EXAM.items():
        assert right not in repr(check.diagnose(EXAM | {n: "bad initialization"}))


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (trained(Momentum(lr=0.05), epochs=3), "Such a run cannot be read"),
        (trained(Momentum(lr=Cosine(0.001, 100)), AdaDelta()), "Its curves say"),
        (trained(Momentum(lr=1e200)), "Such a run cannot be read"),
        (lambda lab: lab.fit(net(), Momentum(lr=1.0), optimizer=3), "It stops with TypeError"),
        (lambda lab: net(), "The net was not trained in any of its trials"),
        (lambda lab: 0.97, "It returns a float, want the Network"),
        (lambda: None, "It takes (), and is called with arguments of these names: (lab)."),
    ],
)
def test_what_else_can_go_wrong_in_the_capstone(f, words):
    verdict = check.capstone(f)
    assert verdict.state == NOT_YET
    assert words in repr(verdict)


def test_a_capstone_without_return_is_not_done():
    def raising(lab):
        raise NotImplementedError

    assert check.capstone(lambda lab: None).state == check.capstone(raising).state == NOT_DONE


def test_a_net_that_was_changed_after_its_trial_is_not_accepted():
    def f(lab):
        best = BANK["capstone"].reference(lab)
        best.theta *= 1.001
        return best

    assert "was changed afterwards" in repr(check.capstone(f))


def test_a_copy_of_the_net_is_accepted_and_the_verdict_tells_trials():
    verdict = check.capstone(lambda lab: BANK["capstone"].reference(lab).copy())
    assert verdict.correct and "(trials: 8)" in repr(verdict)


def test_the_defaults_miss_the_goal_and_the_recipe_meets_it():
    assert check.capstone(trained(Momentum(), epochs=10)).state == NOT_YET
    assert recipe.GOAL == 0.82 and BANK["capstone"].check(BANK["capstone"].reference).correct


@pytest.mark.parametrize("standardized", [False, True])
def test_a_borrowed_setting_fails_by_more_than_ten_points(standardized):
    def borrowed(lab):
        first = [BatchNorm(64)] if standardized else []
        chosen = Network([*first, Dense(64, 50, rng=0), ReLU(), Dense(50, 10, rng=1)])
        lab.fit(chosen, Momentum(lr=0.04), epochs=20, batch_size=64)
        return chosen

    for seed in recipe.LABS:
        lab = recipe.Lab(seed)
        assert lab.test(borrowed(lab)) < recipe.GOAL - 0.1
    assert check.capstone(borrowed).state == NOT_YET
