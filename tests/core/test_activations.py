"""Every activation against its definition and PyTorch's, its derivative against differences, and any size of number."""

import numpy as np
import pytest
from scipy.special import erf, expit

from course_utils.activations import (
    ACTIVATIONS,
    dead_units,
    elu,
    elu_derivative,
    flat_fraction,
    gelu,
    gelu_derivative,
    leaky_relu,
    leaky_relu_derivative,
    maxout,
    maxout_derivative,
    relu,
    relu_derivative,
    saturation_fraction,
    sigmoid,
    sigmoid_derivative,
    silu,
    silu_derivative,
    tanh,
    tanh_derivative,
)
from course_utils.gradients import numerical_gradient

# No point lies within 1e-5 of a kink.
POINTS = np.linspace(-6, 6, 40)
EACH = pytest.mark.parametrize("name", ACTIVATIONS)


@EACH
def test_the_derivative_is_the_slope(name):
    f, derivative = ACTIVATIONS[name]
    slope = numerical_gradient(lambda x: f(x).sum(), POINTS.copy())
    np.testing.assert_allclose(derivative(POINTS), slope, atol=1e-9)


@EACH
@pytest.mark.filterwarnings("error")
def test_huge_numbers_give_no_warning_and_no_nan(name):
    x = np.array([-1e300, -1000.0, 0.0, 1000.0, 1e300])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for g in ACTIVATIONS[name]:
            assert np.isfinite(g(x)).all()


@EACH
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(name, dtype):
    for g in ACTIVATIONS[name]:
        assert g(np.ones(3, dtype)).dtype == dtype


@EACH
def test_lists_numbers_and_any_shape_will_do(name):
    for g in ACTIVATIONS[name]:
        np.testing.assert_array_equal(g([[-1, 2]]), g(np.array([[-1.0, 2.0]])))
        assert np.ndim(g(2.0)) == 0


def test_definitions():
    np.testing.assert_allclose(sigmoid(POINTS), 1 / (1 + np.exp(-POINTS)), rtol=1e-14)
    np.testing.assert_allclose(tanh(POINTS), 2 * sigmoid(2 * POINTS) - 1, atol=1e-15)
    np.testing.assert_array_equal(relu(POINTS), POINTS * (POINTS > 0))


def test_the_sigmoid_is_exact_far_out():
    np.testing.assert_allclose(sigmoid(-700.0), np.exp(-700.0), rtol=1e-12)
    np.testing.assert_allclose(sigmoid_derivative(np.array([-50.0, 50.0])), np.exp(-50.0), rtol=1e-12)
    np.testing.assert_array_equal(sigmoid(POINTS), expit(POINTS))


def test_the_slope_of_relu_at_its_kink_is_zero():
    assert relu_derivative(0.0) == 0


def test_definitions_of_the_rectifier_s_relatives():
    np.testing.assert_array_equal(leaky_relu(POINTS, slope=0.3), np.where(POINTS > 0, POINTS, 0.3 * POINTS))
    np.testing.assert_allclose(elu(POINTS, alpha=0.7), np.where(POINTS > 0, POINTS, 0.7 * (np.exp(POINTS) - 1)))
    np.testing.assert_allclose(gelu(POINTS), POINTS * (1 + erf(POINTS / 2**0.5)) / 2, rtol=1e-7)
    np.testing.assert_allclose(silu(POINTS), POINTS / (1 + np.exp(-POINTS)), rtol=1e-14)


@pytest.mark.parametrize(
    ("f", "derivative", "settings"),
    [(leaky_relu, leaky_relu_derivative, {"slope": 0.3}), (elu, elu_derivative, {"alpha": 0.5})],
)
def test_settings_reach_the_derivative(f, derivative, settings):
    slope = numerical_gradient(lambda x: f(x, **settings).sum(), POINTS.copy())
    np.testing.assert_allclose(derivative(POINTS, **settings), slope, atol=1e-9)


def test_slopes_at_the_kinks():
    assert (leaky_relu_derivative(0.0), elu_derivative(0.0), elu_derivative(0.0, alpha=0.5)) == (0.01, 1, 0.5)


def test_gelu_is_exact_in_its_left_tail():
    # x · Φ(x) at -20, where 1 + erf is 0: from the asymptotic series of the normal tail.
    series = -np.exp(-200) / np.sqrt(2 * np.pi) * (1 - 1 / 400 + 3 / 400**2 - 15 / 400**3)
    np.testing.assert_allclose(gelu(-20.0), series, rtol=1e-7)


@pytest.mark.parametrize(
    ("f", "derivative", "lowest", "where", "slopes"),
    [
        (gelu, gelu_derivative, -0.170, -0.752, (-0.129, 1.129)),
        (silu, silu_derivative, -0.278, -1.278, (-0.100, 1.100)),
    ],
)
def test_the_docstrings_numbers(f, derivative, lowest, where, slopes):
    x = np.linspace(-10, 10, 200_001)
    assert round(f(x).min(), 3) == lowest
    assert abs(x[f(x).argmin()] - where) < 1e-3
    np.testing.assert_allclose((derivative(x).min(), derivative(x).max()), slopes, atol=5e-4)


def test_the_tanh_form_of_gelu_is_off_by_half_a_thousandth():
    x = np.linspace(-10, 10, 20_001)
    form = x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    assert 0.0004 < abs(form - gelu(x)).max() < 0.0005


# --- maxout


@pytest.mark.parametrize("pieces", [1, 2, 3])
def test_maxout_and_its_slopes(pieces):
    x = np.random.default_rng(0).normal(size=(4, 6))
    np.testing.assert_array_equal(maxout(x, pieces), x.reshape(4, 6 // pieces, pieces).max(axis=2))
    weights = np.arange(1.0, 6 // pieces + 1)
    slope = numerical_gradient(lambda x: np.sum(maxout(x, pieces) * weights), x.copy())
    np.testing.assert_allclose(maxout_derivative(x, pieces) * np.repeat(weights, pieces), slope, atol=1e-9)


def test_maxout_holds_relu_and_the_absolute_value():
    np.testing.assert_array_equal(maxout(np.stack([POINTS, 0 * POINTS], axis=1))[:, 0], relu(POINTS))
    np.testing.assert_array_equal(maxout(np.stack([POINTS, -POINTS], axis=1))[:, 0], abs(POINTS))


def test_maxout_among_equals_has_one_winner():
    np.testing.assert_array_equal(maxout_derivative(np.zeros(6), 3), [1, 0, 0, 1, 0, 0])
    assert maxout_derivative(np.zeros(6, np.float32)).dtype == np.float32


# --- counters


def test_saturation_counts_both_ends():
    h = np.array([[-1.0, -0.995, 0.0], [0.98, 0.991, 1.0]])
    assert saturation_fraction(h) == 4 / 6
    assert saturation_fraction(h, limit=0.97) == 5 / 6


@pytest.mark.parametrize("std", [0.1, 1.0, 3.2])
def test_saturation_of_tanh_is_its_flat_share(std):
    x = np.random.default_rng(0).normal(0, std, 5000)
    assert saturation_fraction(tanh(x)) == flat_fraction(x, tanh_derivative)
    assert saturation_fraction(2 * sigmoid(2 * x) - 1) == saturation_fraction(tanh(x))


def test_flat_share_of_relu_is_its_left_half():
    assert flat_fraction(POINTS, relu_derivative) == 0.5
    assert flat_fraction(POINTS, leaky_relu_derivative, limit=0.005) == 0


def test_saturation_agrees_with_the_normal_distribution():
    x = np.random.default_rng(0).normal(0, 3.2, 400_000)
    assert abs(saturation_fraction(np.tanh(x)) - (1 - erf(np.arctanh(0.99) / 3.2 / 2**0.5))) < 0.003


def test_dead_units_are_zero_for_all_samples():
    h = relu(np.array([[-1.0, 2.0, -3.0], [-2.0, -1.0, 0.0]]))
    np.testing.assert_array_equal(dead_units(h), [True, False, True])
    np.testing.assert_array_equal(dead_units(-h), [True, False, True])


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: saturation_fraction([]), "h"),
        (lambda: saturation_fraction([np.nan]), "h"),
        (lambda: saturation_fraction([0.5], limit=2), "limit"),
        (lambda: flat_fraction([], relu_derivative), "x"),
        (lambda: flat_fraction([1.0], "relu"), "derivative"),
        (lambda: flat_fraction([1.0], relu_derivative, limit=-1), "limit"),
        (lambda: dead_units(np.zeros(3)), "h"),
        (lambda: dead_units(np.zeros((0, 3))), "h"),
        (lambda: maxout(np.zeros(3)), "x"),
        (lambda: maxout(1.0), "x"),
        (lambda: maxout_derivative(np.zeros(3), 0), "pieces"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()
