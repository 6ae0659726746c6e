"""Deep nets without their weights are distributed as with them; the way back agrees with finite differences."""

import numpy as np
import pytest
from scipy import stats

from course_utils.activations import ACTIVATIONS, Activation, relu
from course_utils.gradients import numerical_gradient
from course_utils.signal_propagation import normal_layer, propagate, trace

LINEAR = Activation(lambda x: x, np.ones_like)


def plain(x, f, width, depth, std, rng):
    for _ in range(depth):
        x = f(x @ rng.normal(0, std, (x.shape[1], width)))
    return x


# One layer


@pytest.mark.parametrize("shape", [(3, 7), (6, 2), (1, 1)], ids=["wide", "more samples than features", "one number"])
def test_columns_have_mean_zero_and_the_covariance_of_the_gram_matrix(shape):
    x = np.random.default_rng(0).normal(size=shape)
    s = normal_layer(x, 200_000, 0.3, rng=1)
    want = 0.09 * x @ x.T
    size = np.sqrt(np.diag(want))
    np.testing.assert_allclose(s.mean(axis=1) / size, 0, atol=0.015)
    np.testing.assert_allclose(
        np.cov(s).reshape(want.shape) / np.outer(size, size), want / np.outer(size, size), atol=0.02
    )


def test_columns_are_independent_and_normal():
    x = np.random.default_rng(0).normal(size=(4, 10))
    draws = np.array([normal_layer(x, 3, 1.0, rng=seed) for seed in range(4000)])
    across = np.corrcoef(draws.reshape(4000, 12), rowvar=False).reshape(4, 3, 4, 3)
    for i in range(3):
        for j in range(i):
            np.testing.assert_allclose(across[:, i, :, j], 0, atol=0.06)
    assert stats.kstest(draws[:, 1, 2] / np.linalg.norm(x[1]), "norm").pvalue > 0.01


def test_it_agrees_in_distribution_with_the_plain_product():
    # One number of a net, many nets: both ways, the same distribution; another std is told apart.
    x = np.random.default_rng(0).normal(size=(4, 30))
    options = dict(f=np.tanh, width=30, depth=3)
    gram = [propagate(x, np.tanh, [30] * 3, [0.25] * 3, rng=k)[-1][1] for k in range(1500)]
    rng = np.random.default_rng(1)
    real = [plain(x, std=0.25, rng=rng, **options) for _ in range(1500)]
    other = [plain(x, std=0.21, rng=rng, **options) for _ in range(1500)]
    for number in (lambda h: h[0, 0], lambda h: h.std(), lambda h: (h[0] * h[1]).mean()):
        one, two, three = ([number(h) for h in nets] for nets in (gram, real, other))
        assert stats.ks_2samp(one, two).pvalue > 0.01
    assert stats.ks_2samp([h.std() for h in gram], [h.std() for h in other]).pvalue < 1e-6


def test_equal_rows_stay_equal_and_rows_in_proportion_stay_so():
    row = np.random.default_rng(0).normal(size=50)
    s = normal_layer(np.tile(row, (16, 1)), 400, 1.0, rng=0)
    np.testing.assert_allclose(s, np.tile(s[0], (16, 1)), atol=1e-6 * abs(s).max())
    assert s[0].std() == pytest.approx(np.linalg.norm(row), rel=0.15)
    s = normal_layer(np.stack([row, -3 * row, 0 * row]), 400, 1.0, rng=0)
    np.testing.assert_allclose(s[1], -3 * s[0], atol=1e-6 * abs(s).max())
    np.testing.assert_allclose(s[2], 0, atol=1e-6 * abs(s).max())
    deep = propagate(np.tile(row, (16, 1)), np.tanh, [200] * 6, [0.07] * 6, rng=0)[-1][1]
    np.testing.assert_allclose(deep, np.tile(deep[0], (16, 1)), atol=1e-5)


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_inputs_of_any_size(size):
    x = np.random.default_rng(0).normal(size=(3, 20))
    np.testing.assert_allclose(normal_layer(size * x, 5, 1.0, rng=0) / size, normal_layer(x, 5, 1.0, rng=0), rtol=1e-9)


def test_zeros_in_zeros_out_and_no_weights_no_signal():
    assert not normal_layer(np.zeros((2, 3)), 4, 1.0, rng=0).any()
    assert not normal_layer(np.ones((2, 3)), 4, 0.0, rng=0).any()


# Many layers


def test_layers_have_their_widths_and_activations():
    layers = propagate(np.ones((2, 3)), relu, widths=[5, 4], stds=[1.0, 0.5], rng=0)
    assert [(s.shape, h.shape) for s, h in layers] == [((2, 5), (2, 5)), ((2, 4), (2, 4))]
    for s, h in layers:
        np.testing.assert_array_equal(h, relu(s))
    assert propagate(np.ones((2, 3)), relu, [], [], rng=0) == []


def test_a_seed_repeats():
    a, b, c = (propagate(np.ones((2, 3)), np.tanh, [4, 4], [1.0, 1.0], rng=rng)[-1][1] for rng in (0, 0, 1))
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)


def test_growth_past_the_largest_float_is_no_error_and_no_warning(recwarn):
    layers = propagate(np.ones((2, 10)), LINEAR.f, [10] * 5, [1e100] * 5, rng=0)
    assert np.isfinite(layers[2][1]).all() and np.isnan(layers[-1][1]).all()
    assert not recwarn.list


# Real weights


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "relu"])
def test_trace_forward_and_backward(name):
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=shape) for shape in ((4, 9), (9, 8), (8, 2))]
    x, dout = rng.normal(size=(6, 4)), rng.normal(size=(6, 2))
    t = trace(weights, ACTIVATIONS[name], x, dout)
    f, h = ACTIVATIONS[name].f, x
    for s, out, w in zip(t.pre, t.out, weights, strict=True):
        np.testing.assert_allclose(s, h @ w, rtol=1e-12)
        h = f(s)
        np.testing.assert_array_equal(out, h)

    def rest(layer):
        """The loss Σ dout · out, as a function of one layer's pre-activations."""

        def loss(s):
            h = f(s)
            for w in weights[layer + 1 :]:
                h = f(h @ w)
            return float((dout * h).sum())

        return loss

    for layer in range(3):
        np.testing.assert_allclose(t.grad[layer], numerical_gradient(rest(layer), t.pre[layer]), rtol=1e-5, atol=1e-7)


def test_trace_of_one_layer():
    t = trace([np.eye(2)], LINEAR, np.ones((1, 2)), np.full((1, 2), 3.0))
    np.testing.assert_array_equal(t.grad[0], [[3.0, 3.0]])


X = np.ones((2, 3))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: normal_layer(X[0], 2, 1.0, 0), "x"),
        (lambda: normal_layer(X[:0], 2, 1.0, 0), "x"),
        (lambda: normal_layer(X * np.nan, 2, 1.0, 0), "x"),
        (lambda: normal_layer(X, 0, 1.0, 0), "n_out"),
        (lambda: normal_layer(X, 2, -1.0, 0), "std"),
        (lambda: normal_layer(X, 2, 1.0, None), "rng"),
        (lambda: propagate(X, np.tanh, [2, 2], [1.0], 0), "stds"),
        (lambda: propagate(X, np.tanh, [2, 0], [1.0, 1.0], 0), "n_out"),
        (lambda: trace([np.ones((3, 2)), np.ones((3, 2))], LINEAR, X, np.ones((2, 2))), r"weights\[1\]"),
        (lambda: trace([np.ones((3, 2))], LINEAR, X, np.ones((2, 3))), "dout"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()
