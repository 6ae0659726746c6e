"""The weights have the variance that each initializer's formula gives them."""

import numpy as np
import pytest

from course_utils.initializers import (
    INITIALIZERS,
    constant,
    glorot,
    glorot_uniform,
    he,
    lecun,
    normal,
    orthogonal,
    zeros,
)

VARIANCE = {  # mean square, since all but the constant have mean 0
    "zeros": lambda n_in, n_out: 0,
    "constant": lambda n_in, n_out: 0.1**2,
    "normal": lambda n_in, n_out: 0.01**2,
    "lecun": lambda n_in, n_out: 1 / n_in,
    "glorot": lambda n_in, n_out: 2 / (n_in + n_out),
    "glorot_uniform": lambda n_in, n_out: 2 / (n_in + n_out),
    "he": lambda n_in, n_out: 2 / n_in,
    "orthogonal": lambda n_in, n_out: 1 / max(n_in, n_out),
}
SCALED = [lecun, glorot, glorot_uniform, he, orthogonal]


def test_every_initializer_has_its_variance_here():
    assert VARIANCE.keys() == INITIALIZERS.keys()


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize(("n_in", "n_out"), [(900, 100), (100, 900)])
def test_mean_and_variance(name, n_in, n_out):
    w = INITIALIZERS[name](n_in, n_out, np.random.default_rng(0))
    want = VARIANCE[name](n_in, n_out)
    assert w.shape == (n_in, n_out) and w.dtype == float
    # 90 000 draws: the variance is known to 0.5 %, the mean to 0.3 % of the standard deviation.
    np.testing.assert_allclose((w**2).mean(), want, rtol=0.025)
    np.testing.assert_allclose(w.mean(), 0.1 if name == "constant" else 0, atol=0.015 * want**0.5)


@pytest.mark.parametrize("init", [normal(0.3), *SCALED], ids=lambda init: init.__name__)
def test_a_seed_repeats_and_a_generator_goes_on(init):
    rng = np.random.default_rng(5)
    first, second = init(4, 3, rng), init(4, 3, rng)
    np.testing.assert_array_equal(init(4, 3, 5), first)
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("init", SCALED, ids=lambda init: init.__name__)
def test_gain_multiplies(init):
    given = {"gain": 2**0.5} if init is he else {}
    np.testing.assert_allclose(init(30, 20, 0, gain=3.0), 3 / given.get("gain", 1) * init(30, 20, 0), rtol=1e-12)


def test_uniform_has_its_bounds_and_is_even():
    a = (6 / 1000) ** 0.5
    w = glorot_uniform(900, 100, 0)
    assert abs(w).max() <= a
    counts = np.histogram(w, bins=10, range=(-a, a))[0]
    np.testing.assert_allclose(counts, 9000, atol=450)


@pytest.mark.parametrize("shape", [(5, 5), (8, 3), (3, 8), (1, 4), (4, 1), (1, 1)])
def test_orthogonal_is_orthonormal_along_its_smaller_side(shape):
    w = orthogonal(*shape, rng=2, gain=1.5)
    assert w.shape == shape and w.flags.c_contiguous
    gram = w.T @ w if shape[0] >= shape[1] else w @ w.T
    np.testing.assert_allclose(gram, 1.5**2 * np.eye(min(shape)), atol=1e-12)


def test_orthogonal_is_even_over_all_rotations():
    # Without the signs of R's diagonal, QR would give the first entry one sign; here its mean is 0, its variance 1/n.
    rng = np.random.default_rng(0)
    draws = np.array([orthogonal(3, 3, rng) for _ in range(4000)])
    np.testing.assert_allclose(draws.mean(axis=0), 0, atol=0.04)
    np.testing.assert_allclose((draws**2).mean(axis=0), 1 / 3, atol=0.03)
    np.testing.assert_allclose(np.trace(draws, axis1=1, axis2=2).var(), 1, atol=0.1)  # 1 for Haar's measure


def test_he_keeps_the_mean_square_of_relu_layers():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 500))
    for _ in range(5):
        x = np.maximum(x @ he(500, 500, rng), 0)
    assert 0.4 < (x**2).mean() < 2.5
    assert (np.maximum(x @ lecun(500, 500, rng), 0) ** 2).mean() < 0.7 * (x**2).mean()


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: he(0, 3, 0), "n_in"),
        (lambda: glorot(3, -1, 0), "n_out"),
        (lambda: lecun(2.5, 3, 0), "n_in"),
        (lambda: zeros(3, 0), "n_out"),
        (lambda: he(2, 3, None), "rng"),
        (lambda: normal(-0.1), "std"),
        (lambda: constant(np.inf), "value"),
        (lambda: constant(1.0)(2, 0), "n_out"),
        (lambda: orthogonal(0, 3, 0), "n_in"),
        (lambda: orthogonal(3, 3, 0, gain=-1), "gain"),
        (lambda: glorot_uniform(3, 3, None), "rng"),
        (lambda: glorot_uniform(3, 3, 0, gain="2"), "gain"),
        (lambda: lecun(3, 3, 0, gain=np.nan), "gain"),
        (lambda: normal(np.nan), "std"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()
