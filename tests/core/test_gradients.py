"""The numerical gradient against closed forms; the check of a net finds planted mistakes and no others."""

import itertools

import numpy as np
import pytest

from course_utils.gradients import BANDS, check_gradients, compare, numerical_gradient, relative_error, verdict
from course_utils.initializers import zeros
from course_utils.layers import Dense, Layer, ReLU, Sigmoid, Tanh
from course_utils.losses import LOSSES, multiclass_hinge, softmax_cross_entropy
from course_utils.network import Network


def build(activation=Tanh, sizes=(6, 7, 5, 3), dtype=float):
    rng = np.random.default_rng(0)
    rows = [[Dense(n_in, n_out, rng=rng), activation()] for n_in, n_out in itertools.pairwise(sizes)]
    net = Network(sum(rows, [])[:-1], dtype=dtype)
    net.theta += 0.1 * rng.normal(size=net.n_params)
    return net


def batch(n=5):
    rng = np.random.default_rng(1)
    return rng.normal(size=(n, 6)), rng.integers(0, 3, n)


# --- numerical_gradient


def test_the_gradient_of_a_quadratic():
    a = np.random.default_rng(0).normal(size=(4, 4))
    x = np.random.default_rng(1).normal(size=4)
    for method, atol in ("centered", 1e-9), ("forward", 1e-4):
        np.testing.assert_allclose(numerical_gradient(lambda x: x @ a @ x, x, method=method), (a + a.T) @ x, atol=atol)


@pytest.mark.parametrize(("method", "order"), [("forward", 1), ("centered", 2)])
def test_the_error_falls_with_its_order(method, order):
    def error(h):
        return abs(numerical_gradient(np.sin, np.array(1.0), h, method) - np.cos(1))

    assert np.log10(error(1e-2) / error(1e-3)) == pytest.approx(order, abs=0.05)


def test_the_error_of_sin_at_1():
    def error(h):
        return abs(numerical_gradient(np.sin, np.array(1.0), h) - np.cos(1))

    assert 1e-12 < error(1e-5) < 1e-10
    assert 1e-6 < error(1e-12) < 1e-4


@pytest.mark.parametrize("method", ["centered", "forward"])
def test_x_comes_back_bit_for_bit(method):
    x = np.random.default_rng(0).normal(size=(3, 2)) * 1e5
    kept = x.copy()
    numerical_gradient(lambda _: float((x**2).sum()), x, method=method)
    np.testing.assert_array_equal(x, kept)

    def fails(_):
        if (x != kept).any():
            raise RuntimeError
        return 0.0

    with pytest.raises(RuntimeError):
        numerical_gradient(fails, x, method=method)
    np.testing.assert_array_equal(x, kept)


def test_f_may_look_at_x_from_elsewhere():
    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(numerical_gradient(lambda _: x.prod(), x), [2, 1])


def test_lists_integers_and_read_only_arrays_are_copied():
    frozen = np.array([1.0, 2.0])
    frozen.flags.writeable = False
    for x in [1, 2], np.array([1, 2]), frozen:
        np.testing.assert_allclose(numerical_gradient(lambda x: (x**2).sum(), x), [2, 4])


@pytest.mark.parametrize("h", [0, -1e-5, np.nan, "small"])
def test_a_step_that_is_none_is_refused(h):
    with pytest.raises(ValueError, match="^h: got .*, want a finite number > 0"):
        numerical_gradient(np.sum, np.ones(2), h)


# --- relative_error


def test_relative_error_takes_the_worst_coordinate():
    assert relative_error([1.0, -2.0, 0.0], [1.0, -2.0, 0.0]) == 0
    assert relative_error([1.0, 4.0], [1.0, 2.0]) == 0.5
    assert relative_error([1.0], [-1.0]) == 2
    assert relative_error([1e-20], [0.0]) < 1e-11
    assert relative_error([], []) == 0


def test_a_comparison_says_how_closely_two_arrays_agree():
    assert compare([[1.0, 0.0]], [[1.0, 1e-9]], "a", "b") == "a and b agree: 2 numbers, relative error below 1e-07."
    assert compare([0.0, 0.0], [0.0, 0.0]).endswith("below 1e-07.")
    assert compare([1.0, 4.0], [1.0, 2.0]).endswith("differ: 2 numbers, relative error 0.5, wrong.")
    assert "suspicious, unless there are kinks" in compare([1.0, 4.0], [1.0, 4.0 + 4e-6])
    assert "wrong" in compare([1.0, 0.0], [1.0, 0.5]), "one wrong entry of the size of the others"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (0, "right"),
        (1e-7, "right"),
        (2e-7, "suspicious, unless there are kinks"),
        (1e-3, "suspicious"),
        (0.011, "wrong"),
        (2, "wrong"),
    ],
)
def test_the_verdict_on_a_relative_error(error, words):
    assert verdict(error) == words
    assert words in dict(BANDS).values()


# --- check_gradients


@pytest.mark.parametrize("activation", [ReLU, Tanh, Sigmoid])
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_every_layer_and_loss_passes(activation, loss):
    result = check_gradients(build(activation), *batch(), loss=loss, n_per_array=1000)
    assert result.error < 1e-7 and result.verdict == "right"
    assert result.n_checked + result.n_skipped == 107 and result.n_skipped < 5


def test_the_check_leaves_theta_and_fills_grad():
    net = build()
    kept = net.theta.copy()
    check_gradients(net, *batch())
    np.testing.assert_array_equal(net.theta, kept)
    assert net.grad.any()


class TwiceDW(Dense):
    def backward(self, dout, input_grad=True):
        dx = super().backward(dout, input_grad)
        self.dW *= 2
        return dx


class SumForMean(Dense):
    def backward(self, dout, input_grad=True):
        dx = super().backward(dout, input_grad)
        self.db *= 4
        return dx


class OneWrong(Dense):
    def backward(self, dout, input_grad=True):
        dx = super().backward(dout, input_grad)
        self.dW[0, 0] += 0.1
        return dx


class SlopeOfDelta(ReLU):
    def backward(self, dout):
        return dout * (dout > 0)


@pytest.mark.parametrize(
    ("layers", "wrong"),
    [
        ([TwiceDW(6, 4, rng=0), Tanh(), Dense(4, 3, rng=1)], ["0.W"]),
        ([Dense(6, 4, rng=0), Tanh(), SumForMean(4, 3, rng=1)], ["2.b"]),
        ([Dense(6, 4, rng=0), Tanh(), OneWrong(4, 3, rng=1)], ["2.W"]),
        ([Dense(6, 4, rng=0), SlopeOfDelta(), Dense(4, 3, rng=1)], ["0.W", "0.b"]),
    ],
    ids=["twice dW", "4 db", "one coordinate", "slope of delta"],
)
def test_a_planted_mistake_is_found_and_where(layers, wrong):
    result = check_gradients(Network(layers), *batch())
    assert result.verdict == "wrong"
    assert [name for name, error in result.errors.items() if error > 1e-2] == wrong
    assert all(error < 1e-7 for name, error in result.errors.items() if name not in wrong)


def test_a_small_mistake_is_suspicious():
    class Slightly(Dense):
        def backward(self, dout, input_grad=True):
            dx = super().backward(dout, input_grad)
            self.dW *= 1.001
            return dx

    result = check_gradients(Network([Slightly(6, 3, rng=0)]), *batch())
    assert result.verdict == "suspicious" and result.errors["0.b"] < 1e-7
    assert "0.W" in repr(result) and "21 coordinates" in repr(result)


def test_a_coordinate_at_a_kink_is_skipped_and_counted():
    x, y = batch()
    net = Network([Dense(6, 4, rng=0), ReLU(), Dense(4, 3, rng=1)])
    # The first unit is 0 for the first sample: whichever way a weight into it moves, it crosses the kink.
    net.layers[0].b[0] = -(x[0] @ net.layers[0].W[:, 0])
    result = check_gradients(net, x, y, n_per_array=1000)
    assert result.verdict == "right" and result.n_skipped == 7
    # Without the bookkeeping the same net looks wrong.
    net.layers[1].pattern = lambda: None
    assert check_gradients(net, x, y, n_per_array=1000).error > 1e-4


def test_the_kinks_of_a_loss_are_skipped_too():
    x, y = batch(1)
    net = Network([Dense(6, 3, rng=0)])
    # One wrong class just meets its margin.
    net.layers[0].b[(y[0] + 1) % 3] += net.forward(x)[0, y[0]] - net.forward(x)[0, (y[0] + 1) % 3] - 1
    result = check_gradients(net, x, y, loss=multiclass_hinge, n_per_array=1000)
    assert result.verdict == "right" and result.n_skipped == 14
    blind = check_gradients(net, x, y, loss=lambda scores, y: multiclass_hinge(scores, y), n_per_array=1000)
    assert blind.verdict == "wrong"


def test_an_array_whose_gradient_is_zero_is_right():
    net = Network([Dense(6, 4, init=zeros), Tanh(), Dense(4, 3, init=zeros)])
    result = check_gradients(net, *batch())
    assert result.verdict == "right" and len(result.errors) == 4


def test_a_gradient_that_is_nothing_but_rounding_is_right():
    class Center(Layer):
        def forward(self, x, training=False):
            return x - x.mean(axis=0)

        def backward(self, dout):
            return dout - dout.mean(axis=0)

    net = Network([Dense(6, 4, rng=0), Center(), Tanh(), Dense(4, 3, rng=1)])
    x, y = batch()
    assert check_gradients(net, x, y).verdict == "right"
    # The bias before it is redundant: both its gradients are rounding errors.
    slope = numerical_gradient(lambda _: softmax_cross_entropy(net.forward(x), y)[0], net.layers[0].b)
    assert np.abs(net.layers[0].db).max() < 1e-15 and 0 < np.abs(slope).max() < 1e-9


def test_when_every_coordinate_is_at_a_kink_the_check_says_so():
    net = Network([Dense(6, 4, init=zeros), ReLU(), Dense(4, 3, rng=0)])
    result = check_gradients(net, *batch())
    assert result.errors.keys() == {"2.W", "2.b"} and result.n_skipped == 28


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: numerical_gradient(np.sum, np.ones(2), method="backward"), "method"),
        (lambda: numerical_gradient(np.sum, [np.nan]), "x"),
        (lambda: numerical_gradient(lambda x: x, np.ones(2)), "f"),
        (lambda: relative_error([1.0], [1.0, 2.0]), "b"),
        (lambda: relative_error([np.nan], [1.0]), "a"),
        (lambda: compare([1.0], [1.0, 2.0]), "b"),
        (lambda: check_gradients(build(dtype=np.float32), *batch()), "net"),
        (lambda: check_gradients(build(), *batch(), h=0), "h"),
        (lambda: verdict(-1), "error"),
        (lambda: verdict(np.nan), "error"),
        (lambda: check_gradients(build(), *batch(), n_per_array=0), "n_per_array"),
        (lambda: check_gradients(build(), batch()[0], np.full(5, 3)), "y"),
        (lambda: check_gradients(build(), np.ones((5, 2)), batch()[1]), "x"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()
