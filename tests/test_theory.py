"""Formulas against what they predict: enumeration, simulation, and descents that are run."""
import itertools

import numpy as np
import pytest

from course_utils import theory
from course_utils.descent import descend
from course_utils.optimizers import SGD
from course_utils.surfaces import bowl

# Chapter 05: mini-batches, quadratics, saddles


def test_noise_of_every_possible_batch():
    values = np.random.default_rng(0).normal(size=7)
    for size in range(1, 8):
        means = [np.mean(batch) for batch in itertools.combinations(values, size)]
        assert theory.batch_noise(values.std(), size, n_samples=7) == pytest.approx(np.std(means), abs=1e-12)
    means = [np.mean(batch) for batch in itertools.product(values, repeat=3)]
    assert theory.batch_noise(values.std(), 3) == pytest.approx(np.std(means))


def test_noise_of_arrays_and_of_a_single_sample():
    np.testing.assert_allclose(theory.batch_noise([1.0, 3.0], 4), [0.5, 1.5])
    assert theory.batch_noise(2.0, 1, n_samples=1) == 0
    assert theory.batch_noise(2.0, 1) == 2


def test_best_rate_is_the_lowest_factor_of_any_rate():
    eigenvalues = [3.0, 0.5, 10.0]
    lr, factor = theory.best_rate(eigenvalues)
    rates = np.linspace(0, 0.25, 25_001)
    factors = theory.convergence_factor(rates, eigenvalues)
    assert rates[factors.argmin()] == pytest.approx(lr, abs=1e-5)
    assert factors.min() == pytest.approx(factor, abs=1e-4)
    assert theory.best_rate([1, 20])[1] == pytest.approx(0.9048, abs=5e-5)


@pytest.mark.parametrize("lr", [0.01, 0.09, 0.0952, 0.099, 0.11])
def test_convergence_factor_is_what_a_descent_shrinks_by(lr):
    run = descend(SGD(lr=lr), bowl(20), 400, start=(3.0, -1.0))
    distance = np.linalg.norm(run.points, axis=1)
    last = np.flatnonzero(np.isfinite(distance))[-1]
    assert distance[last] / distance[last - 1] == pytest.approx(theory.convergence_factor(lr, [1, 20]), rel=1e-3)


@pytest.mark.parametrize(("lr", "curvature", "noise"), [(0.1, 1.0, 1.0), (0.5, 3.0, 0.2), (1.9, 1.0, 1.0)])
def test_stationary_variance_is_that_of_many_runs(lr, curvature, noise):
    rng, x = np.random.default_rng(0), np.zeros(20_000)
    for _ in range(300):
        x = x - lr * (curvature * x + noise * rng.standard_normal(x.size))
    assert theory.stationary_variance(lr, curvature, noise) == pytest.approx(x.var(), rel=0.04)


def test_stationary_variance_has_no_bound_from_the_largest_stable_rate_on():
    np.testing.assert_array_equal(theory.stationary_variance([1.0, 2.0, 3.0], 1.0, 1.0), [1, np.inf, np.inf])
    assert theory.stationary_variance(0.1, 1.0, 0.0) == 0


def test_definite_share_in_closed_form_and_by_a_slower_route():
    closed = [1, 1 - 0.5**0.5, 0.5 - 2**0.5 / np.pi]
    np.testing.assert_allclose([theory.definite_share(n) for n in (1, 2, 3)], closed, rtol=1e-12)
    # The same determinant with 80 digits (mpmath).
    precise = {6: 9.2403749551e-6, 9: 1.23330035319e-11, 12: 1.17848253168e-19}
    for n, share in precise.items():
        assert theory.definite_share(n) == pytest.approx(share, rel=1e-4)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_definite_share_is_that_of_random_matrices(n):
    a = np.random.default_rng(n).standard_normal((100_000, n, n))
    signs = np.sign(np.linalg.eigvalsh(a + a.swapaxes(1, 2))).sum(axis=1)
    share = (abs(signs) == n).mean()
    exact = theory.definite_share(n)
    assert share == pytest.approx(exact, abs=4 * (exact * (1 - exact) / len(a)) ** 0.5)


@pytest.mark.parametrize(("call", "name"), [
    (lambda: theory.batch_noise(-1.0, 4), "std"), (lambda: theory.batch_noise(1.0, 0), "batch_size"),
    (lambda: theory.batch_noise(1.0, 5, n_samples=4), "n_samples"),
    (lambda: theory.best_rate([0.0, 1.0]), "eigenvalues"), (lambda: theory.best_rate(["a"]), "eigenvalues"),
    (lambda: theory.convergence_factor(-0.1, [1.0]), "lr"),
    (lambda: theory.convergence_factor(0.1, np.eye(2)), "eigenvalues"),
    (lambda: theory.stationary_variance(0.1, 0.0, 1.0), "curvature"),
    (lambda: theory.stationary_variance(np.nan, 1.0, 1.0), "lr"),
    (lambda: theory.stationary_variance(0.1, 1.0, -1.0), "noise"),
    (lambda: theory.definite_share(0), "n"), (lambda: theory.definite_share(13), "n"),
    (lambda: theory.definite_share(2.5), "n"),
])  # fmt: skip
def test_arguments_out_of_range_are_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got "):
        call()
