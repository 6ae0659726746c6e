"""Every activation against its definition, its derivative against differences, and numbers of any size."""
import numpy as np
import pytest
from scipy.special import expit

from course_utils.activations import ACTIVATIONS, relu, relu_derivative, sigmoid, sigmoid_derivative, tanh
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
