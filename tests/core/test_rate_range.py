import numpy as np
import pytest

from course_utils.data import blobs
from course_utils.layers import Dense
from course_utils.network import Network
from course_utils.optimizers import SGD
from course_utils.schedules import RangeTest, range_test
from course_utils.training import fit, minibatches


def net():
    return Network([Dense(2, 3, rng=0)])


def test_the_rates_rise_by_the_same_factor_and_the_run_is_that_of_fit():
    tested = net()
    test = range_test(tested, blobs(), SGD, 1e-3, 1.0, n_steps=5, batch_size=16)
    np.testing.assert_allclose(test.rates, 1e-3 * 1000 ** (np.arange(5) / 4))
    again, theta, losses = net(), net().theta.copy(), []
    x, y = blobs().train
    from course_utils.losses import softmax_cross_entropy

    for lr, batch in zip(test.rates, minibatches(len(x), 16, 0), strict=False):
        again.theta = theta
        loss, dscores = softmax_cross_entropy(again.forward(x[batch], training=True), y[batch])
        again.backward(dscores)
        theta = theta - lr * again.grad
        losses.append(loss)
    np.testing.assert_allclose(test.losses, losses)
    np.testing.assert_allclose(tested.theta, theta)


def test_it_goes_on_over_several_epochs_and_stops_after_n_steps():
    test = range_test(net(), blobs(), SGD, 1e-4, 1e-2, n_steps=30, batch_size=32)  # 7 steps an epoch
    assert len(test.rates) == len(test.losses) == 30 and test.rates[-1] == pytest.approx(1e-2)


def test_it_stops_where_the_loss_blows_up():
    test = range_test(net(), blobs(noise=0.5), SGD, 1e-2, 1e5, n_steps=100)
    assert len(test.rates) == len(test.losses) < 100
    assert test.losses[-1] > 4 * test.losses[:-1].min()
    assert (test.losses[:-1] <= 4 * np.minimum.accumulate(test.losses[:-1])).all()


def test_a_loss_that_overflows_ends_it_in_silence():
    def explode(lr):
        return SGD(lr=lambda t: 1e308)

    test = range_test(net(), blobs(), explode, 1e-2, 1.0, n_steps=10, blow_up=1e300)
    assert len(test.losses) < 10 and np.isfinite(test.losses).all()


def test_smooth():
    losses = np.array([3.0, 3.0, 3.0])
    np.testing.assert_allclose(RangeTest(losses, losses).smooth(), losses)
    losses = np.array([2.0, 1.0, 4.0])
    m = [0.2 * 2, 0.2 * 0.8 * 2 + 0.2 * 1]
    np.testing.assert_allclose(RangeTest(losses, losses).smooth(0.8)[:2], [m[0] / 0.2, m[1] / 0.36])


@pytest.mark.parametrize(
    "bad, name",
    [
        ({"low": 0.0}, "low"),
        ({"low": 1.0, "high": 1.0}, "high"),
        ({"n_steps": 1}, "n_steps"),
        ({"blow_up": 1}, "blow_up"),
        ({"batch_size": 0}, "batch_size"),
        ({"optimizer": SGD(lr=0.1)}, "optimizer"),
    ],
)
def test_bad_arguments_are_named(bad, name):
    with pytest.raises(ValueError, match=rf"^{name}: got"):
        range_test(**{"net": net(), "split": blobs(), "optimizer": SGD} | bad)


def test_the_training_that_follows_is_not_touched():
    net_ = net()
    range_test(net_, blobs(), SGD, 1e-4, 1e-3, n_steps=3)
    assert fit(net_, blobs(), SGD(lr=0.1), epochs=1).diverged_at == -1
