"""What the figures of chapter 18 say is so: first losses, small samples, rates, the grid, readings, and the clinic."""

import numpy as np
import pytest

from course_utils.clinic import FAULTS, read
from course_utils.demos import recipe
from course_utils.demos.recipe.clinic import PATIENTS
from course_utils.demos.recipe.grid import run
from course_utils.demos.recipe.reading import GAP, GOAL
from course_utils.demos.recipe.shared import GUESS, digits_net, split
from course_utils.demos.recipe.small_sample import STEPS
from course_utils.regularizers import L2


def words(figure, **values):
    said = figure().set(**values)
    text = said.stage.words
    said.close()
    return text


def test_the_first_loss_is_a_blind_guess_plus_half_the_variance_of_the_scores():
    for scale in (0.1, 0.5, 1.0):
        scores = digits_net(scale=scale).forward(split().train.x)
        assert recipe.losses_at(scale)[0] == pytest.approx(GUESS + scores.var(axis=1).mean() / 2, rel=0.02)
    assert recipe.losses_at(10.0)[0] > 20 * GUESS


def test_the_penalty_of_the_first_loss_is_that_of_the_weights():
    net = digits_net(scale=2.0)
    assert recipe.losses_at(2.0, 0.1)[1] == pytest.approx(sum(L2(0.1).penalty(W) for W, _ in net.weights))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "100% after"),
        ({"lr": 1e-4}, "Flat"),
        ({"scale": 0.01, "lr": 1e-3}, "Flat"),
        ({"lr": 3.0}, "Exploding"),
        ({"width": 1}, "try a larger rate first, then a wider net"),
    ],
)
def test_a_small_sample_is_learned_by_heart_or_the_words_say_what_to_do(values, said):
    assert said in words(recipe.small_sample, **values)


def test_three_decades_of_rates_fall_within_a_hundred_steps_and_the_others_do_not():
    assert all(recipe.settled(lr) < GUESS / 2 for lr in (0.01, 0.1, 0.3))
    assert all(recipe.settled(lr) > 0.8 * GUESS for lr in (1e-5, 1e-4, 3.0))
    for lr, said in (
        (1e-5, "flat</b>, raise"),
        (10.0, "exploding"),
        (0.1, "a rate to start from"),
        (2.0, "flat after a leap</b>"),
    ):
        assert said in words(recipe.hundred_steps, lr=lr)


def test_a_trial_of_few_epochs_is_the_beginning_of_one_of_many():
    assert run("fine", 2, 0)[1, 5] == recipe.accuracies("fine", 5)[0, 2]
    assert recipe.accuracies("coarse", 20).tolist() == recipe.accuracies("coarse", 5).tolist()
    assert recipe.accuracies("fine", 20).max() > recipe.accuracies("coarse", 5).max()


def test_the_click_chooses_the_trial_and_the_border_is_told():
    figure = recipe.grid()
    assert "lr = 0.0001, lam = 0.0001" in figure.set(trial=(-0.4, 2.4)).stage.words
    assert "on the border" not in figure.stage.words
    figure.close()


def test_a_stage_comes_with_its_epochs_and_a_trial_ends_with_them():
    figure = recipe.grid()
    assert figure.set(stage="fine").values["epochs"] == 20 and "ends after" not in figure.stage.words
    assert figure.set(stage="coarse").values["epochs"] == 5 and "ends after" not in figure.stage.words
    assert "A coarse trial ends after 5 epochs." in figure.set(epochs=6).stage.words
    rates = [text.get_text() for text in figure.figure.axes[0].texts]
    assert "0.0001" in rates and "0.03" not in rates
    figure.close()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"samples": 60}, "overfitting"),
        ({"samples": 1257, "width": 3}, "underfitting"),
        ({"samples": 1257}, "fine"),
        ({"lam": 1.0}, "underfitting"),
        ({"samples": 1257, "lam": 1.0}, "underfitting"),
        ({"width": 1}, "underfitting"),
        ({"samples": 100, "epochs": 6}, "train longer"),
    ],
)
def test_readings(values, said):
    assert f"<b>{said}</b>" in words(recipe.reading, **values)


def test_the_map_and_the_reading_agree():
    """A point of the map gets the reading of the region that it lies in, whose color it has."""
    figure = recipe.reading()
    regions = dict(zip(("overfitting", "underfitting", "fine"), figure.figure.axes[1].patches, strict=True))
    for train, val in np.random.default_rng(0).random((300, 2)):
        at = [name for name, patch in regions.items() if patch.get_path().contains_point((train, val))]
        assert at == [read(np.full(6, train), np.full(6, val), GOAL, GAP)]
    figure.close()


def test_the_clinic_keeps_its_secrets_until_the_fault_is_named_and_in_the_exam_always():
    figure = recipe.clinic()
    for patient, (fault, exam) in PATIENTS.items():
        figure.set(patient=patient)
        assert fault not in figure.stage.words and figure.values["diagnosis"] == "?"
        wrong = "diverged" if fault != "diverged" else "healthy"
        assert FAULTS[fault].cause not in figure.set(diagnosis=wrong).stage.words
        assert (FAULTS[fault].cause in figure.set(diagnosis=fault).stage.words) != exam
        assert (FAULTS[fault].cause in figure.set(diagnosis="?", reveal=True).stage.words) != exam
    figure.close()


def test_every_fault_has_a_patient():
    assert sorted(fault for fault, exam in PATIENTS.values() if not exam) == sorted(FAULTS)


def test_steps_drawn_are_those_of_the_run():
    history = recipe.memorized(lr=0.05)
    assert history.n_steps == STEPS and np.array_equal(history.eval_steps, np.arange(STEPS + 1))
