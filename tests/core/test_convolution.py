"""Convolution and pooling: values by plain loops, gradients by differences, windows that share weights."""

import numpy as np
import pytest

from course_utils.convolution import Conv1D, Conv2D, GlobalMeanPool, MaxPool1D, MaxPool2D
from course_utils.gradients import check_gradients
from course_utils.layers import Dense, ReLU, Tanh
from course_utils.network import Network
from course_utils.optimizers import Adam


def test_an_output_is_the_sum_over_its_window():
    """By a loop over places, filters and the pixels of the window."""
    layer = Conv2D((5, 4, 2), n_filters=3, size=(2, 3), stride=2, padding=1, rng=0)
    layer.b[:] = [1.0, 2.0, 3.0]
    x = np.random.default_rng(1).normal(size=(2, 5, 4, 2))
    out = layer.forward(x.reshape(2, -1)).reshape(2, *layer.out_shape)
    padded, W = np.pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)]), layer.W.reshape(2, 3, 2, 3)
    for n, i, j, f in np.ndindex(out.shape):
        window = padded[n, 2 * i : 2 * i + 2, 2 * j : 2 * j + 3]
        assert out[n, i, j, f] == pytest.approx((window * W[..., f]).sum() + layer.b[f])


@pytest.mark.parametrize("dtype", [float, np.float32])
def test_gradients_of_a_net(dtype):
    rng = np.random.default_rng(0)
    first = Conv2D((7, 6, 2), 4, (3, 2), stride=2, padding=1, rng=rng)
    pool = MaxPool2D(first.out_shape, 2, stride=1)
    last = Conv2D(pool.out_shape, 3, 2, rng=rng)
    net = Network([first, Tanh(), pool, last, ReLU(), GlobalMeanPool(last.out_shape)], dtype=dtype)
    x, y = rng.normal(size=(5, net.n_in)), rng.integers(0, 3, 5)
    if dtype is float:
        assert check_gradients(net, x, y).verdict == "right"
    else:
        assert net.forward(x.astype(dtype)).dtype == dtype


def test_gradients_of_a_net_over_signals():
    rng = np.random.default_rng(0)
    conv = Conv1D((12, 1), 3, 4, rng=rng)
    pool = MaxPool1D(conv.out_shape, 2)
    net = Network([conv, Tanh(), pool, Dense(pool.n_out, 3, rng=rng)])
    assert check_gradients(net, rng.normal(size=(4, 12)), np.array([0, 1, 2, 1])).verdict == "right"


def test_a_window_as_large_as_the_sample_is_a_dense_layer():
    conv, dense = Conv2D((4, 3, 2), 5, (4, 3), rng=0), Dense(24, 5, rng=0)
    x = np.random.default_rng(1).normal(size=(6, 24))
    np.testing.assert_array_equal(conv.W, dense.W)
    np.testing.assert_allclose(conv.forward(x), dense.forward(x), rtol=1e-13)


def test_a_shifted_signal_gives_a_shifted_answer_and_the_same_mean():
    conv = Conv1D((20, 1), 4, 3, rng=0)
    x = np.zeros((2, 20))
    x[0, 5:9] = x[1, 8:12] = [1.0, -2.0, 3.0, 0.5]
    one, other = conv.forward(x).reshape(2, *conv.out_shape)
    np.testing.assert_array_equal(one[:-3], other[3:])
    means = GlobalMeanPool(conv.out_shape).forward(conv.forward(x))
    np.testing.assert_allclose(means[0], means[1])


def test_a_number_that_is_not_finite_is_not_lost_in_a_pool():
    out = MaxPool1D((4, 1), 2).forward(np.array([[1.0, np.nan, 2.0, np.inf]]))
    assert np.isnan(out[0, 0]) and out[0, 1] == np.inf


def test_of_equal_numbers_the_first_gets_the_gradient():
    pool = MaxPool1D((4, 1), 2)
    pool.forward(np.array([[7.0, 7.0, 1.0, 2.0]]))
    np.testing.assert_array_equal(pool.backward(np.array([[1.0, 10.0]])), [[1, 0, 0, 10]])


def test_a_convolution_learns_where_it_is_trained():
    """A bump in one half or another of kind: which kind, wherever it is. A dense layer of one unit cannot say."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 200)
    x = np.zeros((200, 20))
    for row, label, start in zip(x, y, rng.integers(0, 16, 200), strict=True):
        row[start : start + 4] = [1, -1, 1, -1] if label else [1, 1, -1, -1]
    conv = Conv1D((20, 1), 4, 4, rng=rng)
    net = Network([conv, ReLU(), GlobalMeanPool(conv.out_shape), Dense(4, 2, rng=rng)])
    opt = Adam(lr=0.05)
    state = opt.init(net.theta)
    for t in range(150):
        scores = net.forward(x, training=True)
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        net.backward((p / p.sum(axis=1, keepdims=True) - np.eye(2)[y]) / len(y))
        step, state = opt.update(net.grad, state, t, net.theta)
        net.theta += step
    assert (net.forward(x).argmax(axis=1) == y).mean() > 0.98


@pytest.mark.parametrize(("make", "words"), [
    (lambda: Conv1D(40, 4, 3, rng=0), "shape: got 40, want 2 whole numbers >= 1"),
    (lambda: Conv2D((8, 8), 4, 3, rng=0), "shape: got (8, 8), want 3 whole numbers"),
    (lambda: Conv2D((8, 8, 0), 4, 3, rng=0), "shape[2]: got 0"),
    (lambda: Conv2D((8, 8, 1), 0, 3, rng=0), "n_filters: got 0"),
    (lambda: Conv2D((8, 8, 1), 4, 9, rng=0), "size: got (9, 9), want at most the padded sides (8, 8)"),
    (lambda: Conv2D((8, 8, 1), 4, (3,), rng=0), "size: got (3,), want 2 whole numbers"),
    (lambda: Conv2D((8, 8, 1), 4, 3, stride=0, rng=0), "stride: got 0"),
    (lambda: Conv2D((8, 8, 1), 4, 3, padding=-1, rng=0), "padding: got -1"),
    (lambda: Conv2D((8, 8, 1), 4, 3, padding="full", rng=0), "padding: got 'full', want one of 'same'"),
    (lambda: Conv2D((8, 8, 1), 4, 2, padding="same", rng=0), "padding: got 'same' with size (2, 2)"),
    (lambda: Conv2D((8, 8, 1), 4, 3), "rng: got None"),
    (lambda: Conv2D((8, 8, 1), 4, 3, init=3, rng=0), "init: got 3"),
    (lambda: Conv2D((8, 8, 1), 4, 3, rng=0).forward(np.ones((2, 63))), "x: got an array of shape (2, 63)"),
    (lambda: MaxPool2D((4, 4, 1), 5), "size: got 5, want at most the sides (4, 4)"),
    (lambda: MaxPool1D((4, 1), 2).forward(np.ones(4)), "x: got an array of shape (4,)"),
    (lambda: GlobalMeanPool(3), "shape: got 3"),
    (lambda: Network([Conv1D((40, 1), 4, 3, rng=0), Dense(40, 10, rng=0)]), "layers[1]"),
])  # fmt: skip
def test_bad_input_is_named(make, words):
    with pytest.raises(ValueError) as error:
        make()
    assert words in str(error.value)
