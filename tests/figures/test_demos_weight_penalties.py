"""What the figures of chapter 12 compute: against closed forms, and early stopping against `fit`'s own."""

import numpy as np
import pytest

from course_utils.check import BANK
from course_utils.data import digits
from course_utils.demos.weight_penalties.contours import ellipse, equally_cheap, loss_at, solution
from course_utils.demos.weight_penalties.decay import OPTIMIZERS, STEPS, WEIGHTS, weights
from course_utils.demos.weight_penalties.decay import RATE as DECAY_RATE
from course_utils.demos.weight_penalties.early_stopping import BATCH, EPOCHS, RATE, net_at, stopped
from course_utils.demos.weight_penalties.early_stopping import run as early_stopping_run
from course_utils.demos.weight_penalties.paths import LAMS, data, path
from course_utils.demos.weight_penalties.shared import fresh_net
from course_utils.demos.weight_penalties.templates import run, split
from course_utils.optimizers import Adam
from course_utils.regularizers import L2, ElasticNet, elastic_net, soft_threshold
from course_utils.training import EarlyStopping, fit

PLAIN = np.array([1.5, 0.6])


# Contours


def test_without_correlation_the_dot_is_where_the_formulas_say():
    np.testing.assert_allclose(solution(PLAIN, 0.0, 0.4, 1.0), soft_threshold(PLAIN, 0.4), atol=1e-6)
    np.testing.assert_allclose(solution(PLAIN, 0.0, 0.4, 0.0), PLAIN / 1.4, atol=1e-6)


@pytest.mark.parametrize("l1_share", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("correlation", [-0.9, 0.0, 0.6])
def test_the_two_contours_touch_in_the_dot(correlation, l1_share):
    w = solution(PLAIN, correlation, 0.3, l1_share)
    loss = loss_at(w, PLAIN, correlation)
    on_ellipse, as_cheap = ellipse(PLAIN, correlation, loss), equally_cheap(w, l1_share)

    def cost(v):
        return l1_share * abs(v).sum(axis=-1) + (1 - l1_share) / 2 * (v * v).sum(axis=-1)

    np.testing.assert_allclose(cost(as_cheap), cost(w), rtol=1e-9)
    np.testing.assert_allclose([loss_at(v, PLAIN, correlation) for v in on_ellipse], loss, rtol=1e-6)
    assert min(loss_at(v, PLAIN, correlation) for v in as_cheap) >= loss - 1e-4
    assert cost(on_ellipse).min() >= cost(w) - 1e-4


# Paths


@pytest.mark.parametrize("l1_share", [0.0, 0.5, 1.0])
def test_paths_are_solutions(l1_share):
    _, x, y, x_val, y_val = data()
    w, errors = path(l1_share)
    for k in 5, 30, 50:
        lam = LAMS[k]
        exact = elastic_net(x, y, lam * l1_share, lam * (1 - l1_share))
        np.testing.assert_allclose(w[k], exact, atol=2e-3)
        wanted = [np.mean((b - a @ exact) ** 2) for a, b in ((x, y), (x_val, y_val))]
        np.testing.assert_allclose(errors[:, k], wanted, rtol=1e-3)
    np.testing.assert_allclose([x.mean(axis=0), x.std(axis=0)], [[0] * 10, [1] * 10], atol=1e-12)


# Decay


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_decay_shrinks_every_weight_alike(optimizer):
    want = (1 - DECAY_RATE * 0.7) ** np.arange(STEPS + 1)
    got = weights(optimizer, 0.7, True)
    np.testing.assert_allclose(got, np.tile(want[:, None], WEIGHTS), rtol=1e-6)


def test_only_sgd_does_the_same_with_l2():
    ends = {name: weights(name, 0.7, False)[-1] for name in OPTIMIZERS}
    want = (1 - DECAY_RATE * 0.7) ** STEPS
    np.testing.assert_allclose(ends["SGD"], want, rtol=1e-6)
    assert abs(ends["Momentum"]).max() < 0.01
    assert ends["Adam"][0] < 0.01 and ends["Adam"][-1] > 4 * want


# Few digits


def test_the_hundred_digits_are_not_among_the_others_and_as_many_are_wrong_as_asked_for():
    right, wrong = split(0), split(20)
    np.testing.assert_array_equal(right.train.y, digits().train.y[:100])
    assert np.sum(right.train.y != wrong.train.y) == 20
    assert len(right.train.y) == 100 and len(right.val.y) == 1697
    np.testing.assert_array_equal(right.val.y, wrong.val.y)


def test_only_l1_makes_zeros():
    assert not np.any(run("L2", 0.01)[0] == 0)
    assert np.mean(run("L1, proximal steps", 0.01)[0] == 0) > 0.5


# Early stopping


@pytest.mark.parametrize("patience", [1, 3, 10])
def test_the_figure_stops_where_fit_does_and_restores_what_fit_restores(patience):
    whole, _, small = early_stopping_run()
    net = fresh_net()
    history = fit(
        net,
        small,
        Adam(lr=RATE),
        EPOCHS,
        BATCH,
        rng=0,
        callbacks=[EarlyStopping(patience)],
        progress=False,
    )
    stop, best = stopped(patience)
    assert (history.n_steps, history.best_step) == (stop * whole.steps_per_epoch, best * whole.steps_per_epoch)
    np.testing.assert_array_equal(net.theta, net_at(best).theta)
    assert (stop, best) == BANK["early_stop"].reference(whole.val_loss, patience)


# The exercises agree with the package


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("l2_penalty", lambda W, b, lam: (L2(lam).penalty(W), L2(lam).gradient(W), np.zeros_like(b))),
        ("elastic_net", lambda W, l1, l2: (ElasticNet(l1, l2).penalty(W), ElasticNet(l1, l2).gradient(W))),
        ("soft_threshold", lambda w, t: (soft_threshold(w, t),)),
    ],
)
def test_a_reference_is_what_the_package_does(name, ours):
    for case in BANK[name].cases:
        got = BANK[name].reference(**case)
        for a, b in zip(got if isinstance(got, tuple) else (got,), ours(**case), strict=True):
            np.testing.assert_allclose(a, b, atol=1e-15)
