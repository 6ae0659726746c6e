"""Averages of parameters: against closed forms, and the running averages that go with them."""

import numpy as np
import pytest

from course_utils.data import Data, Split, digits, moons
from course_utils.dropout import Dropout
from course_utils.ensembles import EMA, SWA, ema_update, reestimate
from course_utils.history import StepRecord
from course_utils.layers import Dense, ReLU, Tanh
from course_utils.network import Network
from course_utils.normalization import BatchNorm
from course_utils.optimizers import SGD, Momentum
from course_utils.training import evaluate, fit

THETAS = np.random.default_rng(0).normal(size=(20, 3))


def linear():
    return Network([Dense(2, 1, rng=0)])


def feed(average, thetas=THETAS):
    """Show an average so many parameters, as a run would: each step moves the same array."""
    net = linear()
    for step, theta in enumerate(thetas):
        net.theta = theta
        average(StepRecord(step, 0.0, theta, net))
    return average


def normed(*inner, seed=0):
    return Network([Dense(64, 20, rng=seed), BatchNorm(20), ReLU(), *inner, Dense(20, 10, rng=seed + 1)])


# Closed forms


def test_ema_is_the_weighted_sum_it_should_be():
    decay, n = 0.8, len(THETAS)
    weights = (1 - decay) * decay ** np.arange(n)[::-1]
    weights[0] = decay ** (n - 1)
    assert weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(feed(EMA(decay)).theta, weights @ THETAS, rtol=1e-12)


def test_ema_with_no_memory_is_the_newest():
    np.testing.assert_array_equal(feed(EMA(decay=0)).theta, THETAS[-1])


def test_swa_is_the_plain_mean_of_those_that_count():
    np.testing.assert_allclose(feed(SWA()).theta, THETAS.mean(axis=0), rtol=1e-12)
    late = feed(SWA(start=8, every=5))
    assert late.n == 3
    np.testing.assert_allclose(late.theta, THETAS[[7, 12, 17]].mean(axis=0), rtol=1e-12)


def test_an_average_is_no_view_of_the_run():
    for average in EMA(0.5), SWA():
        net = linear()
        net.theta = THETAS[0]
        average(StepRecord(0, 0.0, net.theta, net))
        net.theta = THETAS[1]
        np.testing.assert_array_equal(average.theta, THETAS[0])


def test_as_a_step_callback_it_sees_every_step_and_leaves_the_run_alone():
    split, runs = digits(), []
    for averages in [], [EMA(0.9), SWA(start=20)]:
        net = Network([Dense(64, 10, rng=0)])
        runs.append(fit(net, split, SGD(lr=0.1), 1, rng=0, record=1, step_callbacks=averages, progress=False))
    np.testing.assert_array_equal(runs[0].thetas, runs[1].thetas)
    ema, swa = averages
    expected = runs[0].thetas[1]
    for theta in runs[0].thetas[2:]:
        expected = ema_update(expected, theta, 0.9)
    np.testing.assert_allclose(ema.theta, expected, rtol=1e-12)
    np.testing.assert_allclose(swa.theta, runs[0].thetas[20:].mean(axis=0), rtol=1e-12)


def test_an_average_of_noisy_steps_is_nearer_to_the_minimum():
    split, average = moons(flip=0.2), [SWA(start=200), EMA(decay=0.99)]
    net, calm = Network([Dense(2, 2, rng=0)]), Network([Dense(2, 2, rng=0)])
    fit(net, split, SGD(lr=1.0), 40, 4, rng=0, step_callbacks=average, progress=False)
    fit(calm, split, SGD(lr=1.0), 1000, 400, progress=False)
    last, *averaged, least = (evaluate(n, split.train)[0] for n in (net, *(a.network(net) for a in average), calm))
    assert least < min(averaged) and max(averaged) < least + 0.01 < last - 0.05


# The network


def test_the_network_is_a_copy_and_float32_stays():
    net = Network([Dense(2, 1, rng=0)], dtype=np.float32)
    average = EMA(0.5)
    before = net.theta.copy()
    average(StepRecord(0, 0.0, before, net))
    net.theta += 1
    average(StepRecord(1, 0.0, before, net))
    averaged = average.network(net)
    assert averaged.theta.dtype == np.float32
    np.testing.assert_allclose(averaged.theta, before + 0.5)
    np.testing.assert_array_equal(net.theta, before + 1)


def test_running_averages_are_those_of_the_averaged_weights():
    split, swa = digits(), SWA(start=60)
    net = normed()
    fit(net, split, Momentum(lr=0.3), 4, rng=0, step_callbacks=[swa], progress=False)
    averaged, x = swa.network(net, split.train.x, batch_size=2000), split.train.x
    first = averaged.layers[0].forward(x)
    np.testing.assert_allclose(averaged.layers[1].running_mean, first.mean(axis=0), rtol=1e-10)
    np.testing.assert_allclose(averaged.layers[1].running_var, first.var(axis=0, ddof=1), rtol=1e-10)
    assert not np.allclose(averaged.layers[1].running_mean, net.layers[1].running_mean, rtol=1e-3)
    assert averaged.layers[1].momentum == 0.9


def test_reestimate_weighs_batches_alike_and_goes_through_deeper_norms_in_training_mode():
    x = np.random.default_rng(1).normal(2, 3, (12, 4))
    net = Network([BatchNorm(4), Tanh(), Dense(4, 3, rng=0), BatchNorm(3)])
    reestimate(net, x, batch_size=4)
    batches = x.reshape(3, 4, 4)
    np.testing.assert_allclose(net.layers[0].running_mean, x.mean(axis=0))
    np.testing.assert_allclose(net.layers[0].running_var, batches.var(axis=1, ddof=1).mean(axis=0))
    seen = [net.layers[2].forward(np.tanh((b - b.mean(axis=0)) / np.sqrt(b.var(axis=0) + 1e-5))) for b in batches]
    np.testing.assert_allclose(net.layers[3].running_var, np.mean([s.var(axis=0, ddof=1) for s in seen], axis=0))


def test_no_batch_of_one_is_left_over():
    net, x = normed(), np.random.default_rng(0).normal(size=(9, 64))
    reestimate(net, x, batch_size=4)
    assert np.isfinite(net.layers[1].running_var).all()


def test_momentum_is_put_back_even_if_it_fails():
    net = normed()
    net.layers[2].forward = None
    with pytest.raises(TypeError):
        reestimate(net, np.ones((4, 64)))
    assert net.layers[1].momentum == 0.9


def test_only_networks_with_batch_norm_need_data():
    assert feed(EMA()).network(linear()).theta.shape == (3,)
    net, average = normed(Dropout(keep=0.5, rng=0)), EMA()
    average(StepRecord(0, 0.0, net.theta, net))
    assert isinstance(average.network(net, digits().train.x), Network)
    with pytest.raises(ValueError, match="^x: got None, want training data"):
        average.network(net)


def test_reprs():
    assert [repr(EMA(0.999)), repr(SWA(5))] == ["EMA(decay=0.999)", "SWA(start=5, every=1)"]


def test_of_an_odd_number_no_sample_is_a_batch_of_its_own():
    norm = BatchNorm(1)
    reestimate(Network([norm]), np.array([1.0, 3, 5, 7, 20])[:, None], batch_size=2)
    np.testing.assert_allclose(norm.running_mean, (3 + 13.5) / 2)
    reestimate(Network([norm := BatchNorm(1)]), np.array([[1.0], [4.0]]))
    np.testing.assert_allclose([norm.running_mean, norm.running_var], [[2.5], [4.5]])


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: EMA(decay=1), "decay"),
        (lambda: EMA(decay=-0.1), "decay"),
        (lambda: EMA(decay="long"), "decay"),
        (lambda: ema_update(0.0, 1.0, decay=-0.5), "decay"),
        (lambda: ema_update(0.0, 1.0, decay=1.5), "decay"),
        (lambda: ema_update(np.ones(3), np.ones((2, 1)), decay=0.5), "theta"),
        (lambda: ema_update(np.ones(3), 1.0, decay=0.5), "theta"),
        (lambda: feed(SWA())(StepRecord(9, 0.0, np.zeros(1), normed())), "theta"),
        (lambda: SWA(start=0), "start"),
        (lambda: SWA(every=0), "every"),
        (lambda: EMA().network(linear()), "network"),
        (lambda: feed(EMA()).network(normed()), "theta"),
        (lambda: reestimate(normed(), np.ones((1, 64))), "x"),
        (lambda: reestimate(normed(), np.ones((0, 64))), "x"),
        (lambda: reestimate(normed(), np.ones((9, 4))), "x"),
        (lambda: reestimate(normed(), np.ones((9, 64)), batch_size=1), "batch_size"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()


def test_data_of_a_split_is_what_it_takes():
    x, y = digits().train
    split = Split(Data(x[:50], y[:50]))
    net, average = normed(), EMA(0.5)
    fit(net, split, SGD(lr=0.1), 2, 25, rng=0, step_callbacks=[average], progress=False)
    assert evaluate(average.network(net, split.train.x), split.train)[1] > 0.1
