"""What the figures of chapter 10 say is so: noise floors, where scaling holds and breaks, the rates a run was given."""

import numpy as np
import pytest

from course_utils.demos import schedules
from course_utils.demos.schedules.batch_size import RULES, SIZES
from course_utils.demos.schedules.digits import STEPS, trained
from course_utils.demos.schedules.range_test import START, rise, train
from course_utils.demos.schedules.ravine import mean_loss, runs
from course_utils.demos.schedules.shared import KINDS
from course_utils.demos.schedules.warm_up import warmed_up
from course_utils.schedules import Warmup
from course_utils.surfaces import SURFACES
from course_utils.theory import stationary_variance


def test_a_constant_rate_stays_at_the_noise_floor_of_theory_and_a_falling_one_goes_below():
    loss = runs("constant", 0.6, 1.0)[1]
    curvatures = np.diag(SURFACES["ravine"].hess(np.zeros(2)))
    floor = sum(h * stationary_variance(0.6, h, 1.0) / 2 for h in curvatures)
    assert loss[100:].mean() == pytest.approx(floor, rel=0.1)
    for name in ("step", "exponential", "linear", "polynomial, power 2", "cosine", "one-cycle"):
        assert mean_loss(name) < floor / 4
    assert mean_loss("constant", noise=0.0) < mean_loss("cosine", noise=0.0)


@pytest.mark.parametrize("name", KINDS)
def test_a_run_on_digits_gets_the_rates_that_are_drawn(name):
    history, taken = trained(name, "SGD", 0.1, 30)
    assert history.n_steps == len(taken) == STEPS
    np.testing.assert_allclose(taken, Warmup(KINDS[name](0.1, STEPS), 30)(np.arange(len(taken))))


def test_plateau_falls_after_epochs_without_progress():
    history, taken = trained("plateau")
    falls = np.flatnonzero(np.diff(taken)) + 1
    assert len(falls) and (falls % history.steps_per_epoch == 0).all()
    np.testing.assert_allclose(taken[falls] / taken[falls - 1], 0.3)


def test_warm_up_shortens_the_first_step_by_its_share_and_helps_a_bold_run():
    plain, warm = warmed_up(), warmed_up(n_warmup=100)
    assert warm[1][0] == pytest.approx(plain[1][0] / 100)
    assert warm[0].train_loss[-1] < plain[0].train_loss[-1]


def test_linear_scaling_holds_up_to_256_and_breaks_at_512():
    fixed, _, linear = (schedules.ends(rule) for rule in RULES)
    at = {size: i for i, size in enumerate(SIZES)}
    np.testing.assert_allclose(linear[: at[256] + 1], linear[at[32]], rtol=0.35)
    assert linear[at[512]] > 3 * linear[at[256]] and linear[at[1024]] > fixed[at[1024]]
    assert fixed[at[256]] > 4 * fixed[at[32]]


def test_a_tenth_of_the_lowest_rate_trains_and_the_lowest_does_not():
    for name in START:
        test = rise(name)
        lowest = float(test.rates[test.smooth().argmin()])
        assert lowest / 20 < START[name] < lowest / 5
        bold, wise = (train(name, lr).train_loss[-1] for lr in (lowest, START[name]))
        assert wise < 0.5 and not bold < 2 * wise


def test_divergence_is_told():
    figure = schedules.ravine()
    assert "constant <b>diverged</b>" in figure.set(lr=1.1).stage.words
    figure.close()
