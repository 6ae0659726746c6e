"""The weights have the variance that each initializer's formula gives them."""
import numpy as np
import pytest

from course_utils.initializers import INITIALIZERS, glorot, he, lecun, normal, zeros

VARIANCE = {
    "zeros": lambda n_in, n_out: 0,
    "normal": lambda n_in, n_out: 0.01**2,
    "lecun": lambda n_in, n_out: 1 / n_in,
    "glorot": lambda n_in, n_out: 2 / (n_in + n_out),
    "he": lambda n_in, n_out: 2 / n_in,
}


def test_every_initializer_has_its_variance_here():
    assert VARIANCE.keys() == INITIALIZERS.keys()


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize(("n_in", "n_out"), [(900, 100), (100, 900)])
def test_mean_and_variance(name, n_in, n_out):
    w = INITIALIZERS[name](n_in, n_out, np.random.default_rng(0))
    want = VARIANCE[name](n_in, n_out)
    assert w.shape == (n_in, n_out) and w.dtype == float
    # 90 000 draws: the variance is known to 0.5 %, the mean to 0.3 % of the standard deviation.
    np.testing.assert_allclose(w.var(), want, rtol=0.025)
    np.testing.assert_allclose(w.mean(), 0, atol=0.015 * want**0.5)


@pytest.mark.parametrize("init", [normal(0.3), lecun, glorot, he], ids=lambda init: init.__name__)
def test_a_seed_repeats_and_a_generator_goes_on(init):
    rng = np.random.default_rng(5)
    first, second = init(4, 3, rng), init(4, 3, rng)
    np.testing.assert_array_equal(init(4, 3, 5), first)
    assert not np.array_equal(first, second)


def test_he_keeps_the_mean_square_of_relu_layers():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 500))
    for _ in range(5):
        x = np.maximum(x @ he(500, 500, rng), 0)
    assert 0.4 < (x**2).mean() < 2.5
    assert (np.maximum(x @ lecun(500, 500, rng), 0)**2).mean() < 0.7 * (x**2).mean()


@pytest.mark.parametrize(("call", "name"), [
    (lambda: he(0, 3, 0), "n_in"),
    (lambda: glorot(3, -1, 0), "n_out"),
    (lambda: lecun(2.5, 3, 0), "n_in"),
    (lambda: zeros(3, 0), "n_out"),
    (lambda: he(2, 3, None), "rng"),
    (lambda: normal(-0.1), "std"),
    (lambda: normal(np.nan), "std"),
])
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()
