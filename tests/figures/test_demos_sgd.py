"""What the figures of chapter 06 compute: against theory, and what is said of them."""

import numpy as np
import pytest

from course_utils.demos import sgd


def test_real_steps_are_what_the_forecast_says_up_to_the_best_rate():
    for epochs in (0, 2, 10):
        forecast = sgd.forecast(epochs)
        for batch in (16, 64, 256):
            for rate, (mean, error) in sgd.mean_change(epochs, batch).items():
                if rate < forecast.best_rate(batch):
                    assert forecast.change(rate, batch) == pytest.approx(mean, abs=4 * error + 0.1 * abs(mean))


def test_the_critical_batch_grows_as_the_net_learns():
    found = [sgd.forecast(epochs).critical_batch for epochs in (0, 2, 10)]
    assert found[0] < found[1] < found[2]


@pytest.mark.parametrize("offset", [1e-10, 1e-6, 1e-3])
def test_plain_descent_leaves_a_saddle_when_theory_says_so(offset):
    assert sgd.leaving(offset, lr=0.2)["plain SGD"] == pytest.approx(np.log(0.5 / offset) / np.log(1.2), abs=3)


def test_a_noisy_descent_does_not_care_how_near_to_the_ridge_it_starts():
    near, far = (sgd.leaving(offset)["SGD with noise"] for offset in (1e-12, 1e-4))
    assert near == pytest.approx(far, abs=8)


def test_full_batches_and_squared_error_hold_the_curvature_at_its_limit():
    for seed in (0, 1):
        assert sgd.late_curvature(lr=1.0, seed=seed).mean() == pytest.approx(2, rel=0.05)
    assert sgd.late_curvature("softmax_cross_entropy", 1.0).max() < 1
