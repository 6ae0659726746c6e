"""Formulas against what they predict: enumeration, simulation, and descents that are run."""

import itertools

import numpy as np
import pytest
from scipy.integrate import quad

from course_utils import theory
from course_utils.activations import ACTIVATIONS, relu, sigmoid
from course_utils.descent import descend
from course_utils.optimizers import SGD, Momentum, Nesterov
from course_utils.signal_propagation import trace
from course_utils.surfaces import bowl

# Chapter 06: mini-batches, quadratics, saddles


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


# Chapter 07: momentum on quadratics

KINDS = pytest.mark.parametrize(("method", "nesterov"), [(Momentum, False), (Nesterov, True)])


def _matrix(opt, curvature):
    """What one step makes of (x, v) on curvature · x² / 2, by the optimizer itself."""
    columns = []
    for x, v in np.eye(2):
        step, new = opt.update(np.array([curvature * x]), np.array([v]), 0)
        columns.append([x + step[0], new[0]])
    return np.array(columns).T


@KINDS
@pytest.mark.parametrize("rho", [0.0, 0.3, 0.9, 1.0])
@pytest.mark.parametrize("lr", [0.01, 0.1, 0.5, 1.5, 3.9])
def test_momentum_factor_is_the_spectral_radius_of_a_step(method, nesterov, lr, rho):
    for curvature in (1.0, 3.0, -0.5):
        radius = abs(np.linalg.eigvals(_matrix(method(lr=lr, rho=rho), curvature))).max()
        assert theory.momentum_factor(lr, rho, [curvature], nesterov) == pytest.approx(radius, abs=1e-7)


@KINDS
def test_momentum_factor_broadcasts_and_takes_the_slowest_direction(method, nesterov):
    lr, rho, eigenvalues = np.array([0.01, 0.1, 0.5]), np.array([[0.2], [0.9]]), [1.0, 0.3, 6.0]
    plane = theory.momentum_factor(lr, rho, eigenvalues, nesterov)
    assert plane.shape == (2, 3)
    for i, j in np.ndindex(2, 3):
        each = [theory.momentum_factor(lr[j], rho[i, 0], [one], nesterov) for one in eigenvalues]
        assert plane[i, j] == pytest.approx(max(each))


def test_without_momentum_it_is_plain_descent():
    lr = np.linspace(0.01, 0.12, 12)
    for nesterov in (False, True):
        np.testing.assert_allclose(
            theory.momentum_factor(lr, 0.0, [1, 20], nesterov), theory.convergence_factor(lr, [1, 20])
        )


@KINDS
@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_momentum_is_stable_up_to_the_largest_rate(method, nesterov, rho):
    limit = theory.largest_momentum_rate(rho, 20.0, nesterov)
    assert theory.momentum_factor(limit, rho, [20], nesterov) == pytest.approx(1)
    end = [descend(method(lr=limit * share, rho=rho), bowl(20), 2000, (0.0, 1.0)) for share in (0.99, 1.01)]
    assert end[0].diverged_at == -1 and abs(end[0].points[-1, 1]) < 1e-3
    assert end[1].diverged_at > 0


@KINDS
@pytest.mark.parametrize("kappa", [2.0, 20.0, 100.0])
def test_best_momentum_is_the_lowest_factor_of_any_setting(method, nesterov, kappa):
    lr, rho, factor = theory.best_momentum([kappa, 1.0, kappa / 2], nesterov)
    assert theory.momentum_factor(lr, rho, [1, kappa], nesterov) == pytest.approx(factor, abs=1e-7)
    plane = theory.momentum_factor(
        np.linspace(0.02, 4, 400) / kappa, np.linspace(0, 0.99, 298)[:, None], [1, kappa], nesterov
    )
    assert factor - 1e-7 <= plane.min() < factor + 0.03


def test_best_momentum_at_kappa_20_asymptotically_and_in_a_run():
    lr, rho, factor = theory.best_momentum([1, 20])
    assert factor == pytest.approx(0.6345, abs=5e-5)
    plain = theory.best_rate([1, 20])[0]
    for opt, steps in ((Momentum(lr=lr, rho=rho), 39), (SGD(lr=plain), 139)):
        distance = np.linalg.norm(descend(opt, bowl(20), 200, (1.0, 1.0)).points, axis=1)
        assert np.argmax(distance < 1e-6 * distance[0]) == steps


@pytest.mark.parametrize(("call", "name"), [
    (lambda: theory.batch_noise(-1.0, 4), "std"), (lambda: theory.batch_noise(1.0, 0), "batch_size"),
    (lambda: theory.batch_noise(1.0, 5, n_samples=4), "n_samples"),
    (lambda: theory.best_rate([0.0, 1.0]), "eigenvalues"), (lambda: theory.best_rate(["a"]), "eigenvalues"),
    (lambda: theory.convergence_factor(-0.1, [1.0]), "lr"),
    (lambda: theory.convergence_factor(0.1, np.eye(2)), "eigenvalues"),
    (lambda: theory.stationary_variance(0.1, 0.0, 1.0), "curvature"),
    (lambda: theory.stationary_variance(np.nan, 1.0, 1.0), "lr"),
    (lambda: theory.stationary_variance(0.1, 1.0, -1.0), "noise"),
    (lambda: theory.momentum_factor(-0.1, 0.9, [1.0]), "lr"), (lambda: theory.momentum_factor(0.1, -0.9, [1.0]), "rho"),
    (lambda: theory.momentum_factor(0.1, 1.1, [1.0]), "rho"),
    (lambda: theory.momentum_factor(0.1, [0.5, 1.1], [1.0]), "rho"),
    (lambda: theory.momentum_factor(0.1, 0.9, np.eye(2)), "eigenvalues"),
    (lambda: theory.largest_momentum_rate(-0.1, 1.0), "rho"),
    (lambda: theory.largest_momentum_rate(0.9, 0.0), "curvature"),
    (lambda: theory.best_momentum([0.0, 1.0]), "eigenvalues"),
    (lambda: theory.definite_share(0), "n"), (lambda: theory.definite_share(13), "n"),
    (lambda: theory.definite_share(2.5), "n"),
])  # fmt: skip
def test_arguments_out_of_range_are_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got "):
        call()


# Chapter 04: the variance of layers, by quadrature


@pytest.mark.parametrize("std", [0.0, 1e-6, 0.3, 1.0, 64.0, 1e3])
@pytest.mark.parametrize("f", [np.tanh, relu, sigmoid], ids=lambda f: f.__name__)
def test_normal_mean_against_an_adaptive_integral(f, std):
    def density(z):
        return f(std * z) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)

    flank = 20 / max(std, 2)
    want = sum(quad(density, *ends, epsabs=1e-14)[0] for ends in itertools.pairwise([-12, -flank, 0, flank, 12]))
    assert theory.normal_mean(f, std) == pytest.approx(want, abs=1e-11)


def test_normal_mean_in_closed_form():
    for std in (0.1, 1.0, 3.0):
        assert theory.normal_mean(np.cos, std) == pytest.approx(np.exp(-(std**2) / 2), abs=1e-13)
        assert theory.normal_mean(lambda x: x**4, std) == pytest.approx(3 * std**4)


def test_normal_mean_of_many_std():
    stds = np.array([[0.5, 1.0], [2.0, 0.0]])
    np.testing.assert_allclose(theory.normal_mean(np.square, stds), stds**2, rtol=1e-12)


def test_relu_and_linear_nets_in_closed_form():
    scale, layers = 1.3, np.arange(1, 8)
    signal = theory.forward_signal(relu, np.full(7, scale), mean_square=2.0)
    q = 2 * (scale / 2) ** layers
    np.testing.assert_allclose(signal.mean_square, q, rtol=1e-10)
    np.testing.assert_allclose(signal.mean, np.sqrt(q / np.pi), rtol=1e-10)
    np.testing.assert_allclose(signal.std, np.sqrt(q * (1 - 1 / np.pi)), rtol=1e-10)
    np.testing.assert_allclose(signal.pre_std, np.sqrt(2 * q), rtol=1e-10)
    linear = theory.forward_signal(lambda x: x, [2.0, 0.5, 3.0])
    np.testing.assert_allclose(linear.mean_square, [2.0, 1.0, 3.0], rtol=1e-10)
    np.testing.assert_allclose(linear.mean, 0, atol=1e-12)


def test_tanh_decays_like_one_over_twice_the_depth():
    std = theory.forward_signal(np.tanh, np.ones(3000)).std
    assert 2 * 6 * std[5] ** 2 == pytest.approx(1.040, abs=5e-4)
    assert 2 * 3000 * std[-1] ** 2 == pytest.approx(1, abs=2e-3)
    assert theory.forward_signal(np.tanh, np.full(100, 25 / 9)).std[[0, -1]] == pytest.approx([0.759, 0.6513], abs=5e-4)


@pytest.mark.parametrize(("name", "gain"), [("tanh", 1.0), ("tanh", 2.0), ("relu", 2**0.5), ("sigmoid", 1.0)])
def test_wide_nets_do_what_theory_says(name, gain):
    width, depth, rng = 600, 4, np.random.default_rng(0)
    activation = ACTIVATIONS[name]
    weights = [rng.normal(0, gain * width**-0.5, (width, width)) for _ in range(depth)]
    x, dout = rng.normal(size=(40, width)), rng.normal(size=(40, width))
    seen = trace(weights, activation, x, dout)
    scale = np.full(depth, gain**2)
    want = theory.forward_signal(activation.f, scale)
    np.testing.assert_allclose([h.std() for h in seen.out], want.std, rtol=0.08)
    np.testing.assert_allclose([h.mean() for h in seen.out], want.mean, atol=0.05)
    np.testing.assert_allclose([s.std() for s in seen.pre], want.pre_std, rtol=0.08)
    back = theory.backward_signal(activation.derivative, want.pre_std, scale)
    np.testing.assert_allclose([(d * d).mean() ** 0.5 for d in seen.grad], back, rtol=0.1)


def test_backward_signal_counts_outputs_and_leaves_out_the_first_layer():
    pre, scale = np.ones(3), np.array([100.0, 4.0, 9.0])
    np.testing.assert_allclose(theory.backward_signal(np.ones_like, pre, scale), [6.0, 3.0, 1.0])
    slope = theory.normal_mean(lambda x: ACTIVATIONS["tanh"].derivative(x) ** 2)
    np.testing.assert_allclose(theory.backward_signal(ACTIVATIONS["tanh"].derivative, [1.0], [5.0]), [slope**0.5])


def test_a_signal_that_grows_without_end_is_inf_and_no_warning(recwarn):
    signal = theory.forward_signal(relu, np.full(8, 1e100))
    assert np.isfinite(signal.std[:2]).all() and np.isinf(signal.std[-1]) and not recwarn.list
    dead = theory.forward_signal(np.tanh, np.zeros(3))
    assert not np.any(dead)
    assert theory.forward_signal(np.tanh, []).std.shape == (0,)


@pytest.mark.parametrize("f", [np.tanh, relu, sigmoid, np.abs], ids=lambda f: f.__name__)
def test_stable_gain_keeps_pre_activations_at_one(f):
    gain = theory.stable_gain(f)
    np.testing.assert_allclose(theory.forward_signal(f, [1.0, gain**2, gain**2]).pre_std, 1, rtol=1e-10)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: theory.normal_mean(np.tanh, -1.0), "std"),
        (lambda: theory.forward_signal(np.tanh, 1.0), "scale"),
        (lambda: theory.forward_signal(np.tanh, [1.0, -1.0]), "scale"),
        (lambda: theory.forward_signal(np.tanh, [1.0], mean_square=np.nan), "mean_square"),
        (lambda: theory.backward_signal(np.ones_like, [1.0], [1.0, 1.0]), "scale"),
        (lambda: theory.backward_signal(np.ones_like, [-1.0], [1.0]), "pre_std"),
        (lambda: theory.stable_gain(np.zeros_like), "f"),
    ],
)
def test_bad_input_of_the_variance_maps_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()


def test_a_small_spread_about_a_large_mean_keeps_its_digits():
    # sigmoid(s) = 1/2 + s/4 for small s, so the std is a quarter of that of s; q - mean² would have no digit left.
    assert theory.forward_signal(sigmoid, [1e-18]).std[0] == pytest.approx(0.25e-9, rel=1e-5)


# What a step is worth, and momentum in the noise


def test_the_forecast_of_a_step_is_exact_on_a_quadratic():
    """Mean over many noisy steps on l x² / 2, in two directions."""
    rng, curvatures, sigma = np.random.default_rng(0), np.array([1.0, 4.0]), np.array([0.5, 0.2])
    p, B, lr = np.array([1.0, -0.5]), 4, 0.3
    g = curvatures * p
    noise = rng.normal(size=(200_000, 2)) * sigma / np.sqrt(B)
    after = p - lr * (g + noise)
    change = (curvatures * (after**2 - p**2)).sum(axis=1) / 2
    forecast = theory.step_forecast(g @ g, g @ (curvatures * g), curvatures @ sigma**2)
    assert forecast.change(lr, B) == pytest.approx(change.mean(), abs=4 * change.std() / np.sqrt(len(change)))


def test_all_samples_at_once_have_no_noise_and_the_critical_batch_is_still_half():
    finite, endless = (theory.step_forecast(0.7, 0.9, 50.0, n) for n in (1000, None))
    assert finite.best_rate(1000) == finite.best_rate(np.inf) == endless.best_rate(np.inf)
    assert finite.best_rate(1) == endless.best_rate(1)
    assert finite.best_rate(finite.critical_batch) == pytest.approx(finite.best_rate(1000) / 2)


def test_the_best_rate_is_where_the_forecast_is_lowest_and_the_critical_batch_where_it_is_half():
    forecast = theory.step_forecast(slope=0.7, curvature=0.9, noise=50.0)
    rates = np.linspace(1e-3, 1, 20_001)
    for batch in (1, 16, 1000, np.inf):
        assert rates[forecast.change(rates, batch).argmin()] == pytest.approx(forecast.best_rate(batch), abs=1e-4)
    full, half = (forecast.best_rate(batch) for batch in (np.inf, forecast.critical_batch))
    assert half == pytest.approx(full / 2)
    assert forecast.change(half, forecast.critical_batch) == pytest.approx(forecast.change(full, np.inf) / 2)


@pytest.mark.parametrize(
    ("lr", "rho", "curvature"), [(0.02, 0.9, 1.0), (0.3, 0.5, 2.0), (0.1, 0.0, 1.0), (1.5, 0.9, 2.0)]
)
def test_the_variance_under_momentum_is_that_of_runs(lr, rho, curvature):
    rng, x, v, seen = np.random.default_rng(1), np.zeros(4000), np.zeros(4000), []
    for t in range(600):
        v = rho * v + curvature * x + 0.7 * rng.normal(size=4000)
        x = x - lr * v
        if t >= 300:
            seen.append(np.mean(x**2))
    assert theory.momentum_variance(lr, rho, curvature, 0.7) == pytest.approx(np.mean(seen), rel=0.03)


def test_without_momentum_the_variance_is_that_of_plain_descent_and_without_a_limit_there_is_none():
    for lr in (0.1, 1.0, 1.9):
        assert theory.momentum_variance(lr, 0.0, 1.0, 2.0) == pytest.approx(theory.stationary_variance(lr, 1.0, 2.0))
    assert theory.momentum_variance(3.81, 0.9, 1.0, 1.0) == np.inf


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: theory.step_forecast(0, 1, 1), "slope"),
        (lambda: theory.step_forecast(1, -1, 1), "curvature"),
        (lambda: theory.step_forecast(1, 1, -1), "noise"),
        (lambda: theory.momentum_variance(0, 0.9, 1, 1), "lr"),
        (lambda: theory.momentum_variance(0.1, 1.0, 1, 1), "rho"),
        (lambda: theory.momentum_variance(0.1, 0.9, 0, 1), "curvature"),
    ],
)
def test_bad_input_of_the_new_formulas_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
