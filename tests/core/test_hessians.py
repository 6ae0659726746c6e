"""Hessians by differences, against exact ones: of surfaces, of a quadratic, and of a network."""

import numpy as np
import pytest

from course_utils.data import Data
from course_utils.gradients import numerical_gradient
from course_utils.layers import Dense, Tanh
from course_utils.network import Network
from course_utils.second_order import hessian, hessian_vector_product, largest_curvature, network_loss
from course_utils.surfaces import SURFACES


@pytest.mark.parametrize("name", SURFACES)
def test_hessian_of_a_surface(name):
    s, rng = SURFACES[name], np.random.default_rng(0)
    for p in rng.uniform(*np.transpose([s.xlim, s.ylim]), size=(5, 2)):
        np.testing.assert_allclose(hessian(s.grad, p), s.hess(p), rtol=1e-5, atol=1e-5 * (1 + abs(s.grad(p)).max()))


@pytest.fixture
def gradient():
    rng = np.random.default_rng(1)
    net = Network([Dense(3, 4, rng=rng), Tanh(), Dense(4, 2, rng=rng)])
    loss = network_loss(net, Data(rng.normal(size=(20, 3)), rng.integers(0, 2, 20)))
    return lambda theta: loss(theta)[1], net.theta.copy()


def test_product_on_a_network_is_the_slope_of_gradient_times_vector(gradient):
    grad, theta = gradient
    v = np.random.default_rng(2).normal(size=theta.size)
    slope = numerical_gradient(lambda theta: float(grad(theta) @ v), theta)
    np.testing.assert_allclose(hessian_vector_product(grad, theta, v), slope, atol=1e-7)
    np.testing.assert_allclose(hessian(grad, theta) @ v, slope, atol=1e-7)


def test_product_is_exact_on_a_quadratic_at_any_h_and_linear_in_v():
    a = np.array([[2.0, 1.0], [1.0, -3.0]])
    p, v = np.array([1.0, 5.0]), np.array([1.0, 2.0])
    for h in (None, 1e-3, 1.0, 100.0):
        np.testing.assert_allclose(hessian_vector_product(lambda p: a @ p, p, v, h), a @ v, rtol=1e-8)
    np.testing.assert_allclose(hessian_vector_product(lambda p: a @ p, p, 1e9 * v), 1e9 * a @ v, rtol=1e-8)
    np.testing.assert_array_equal(hessian_vector_product(lambda p: a @ p, p, 0 * v), 0 * v)


def test_largest_curvature_is_the_eigenvalue_largest_in_size(gradient):
    grad, theta = gradient
    values = np.linalg.eigvalsh(hessian(grad, theta))
    value, vector = largest_curvature(grad, theta, n_products=300)
    assert value == pytest.approx(values[np.argmax(abs(values))], rel=1e-4)
    np.testing.assert_allclose(hessian_vector_product(grad, theta, vector), value * vector, atol=1e-3)
    assert largest_curvature(lambda p: np.array([1.0, -7.0]) * p, np.zeros(2))[0] == pytest.approx(-7)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda g: hessian_vector_product(g, [1.0, 2.0], [1.0]), "v: got an array of shape"),
        (lambda g: hessian_vector_product(g, [1.0, np.nan], [1.0, 0.0]), "theta: got nan at index"),
        (lambda g: hessian_vector_product(g, [1.0, 2.0], [1.0, 0.0], h=0), "h: got 0, want a finite number > 0"),
        (
            lambda g: hessian_vector_product(lambda p: np.ones(3), [1.0, 2.0], [1.0, 0.0]),
            "grad: got a gradient of shape",
        ),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call(lambda p: p)
