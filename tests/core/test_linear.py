"""Penalized regression: against scikit-learn, against closed forms, and against the conditions of a minimum."""

import numpy as np
import pytest
from sklearn.linear_model import ElasticNet, Lasso, Ridge

from course_utils.regularizers import elastic_net, first_l1, lasso, proximal_gradient, ridge, soft_threshold

LAMS = np.array([0.01, 0.1, 0.5, 2.0])


def problem(seed=0, n=40, d=6):
    """Correlated features, one of them a near copy of another, and a few true weights."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d)) + rng.normal(size=(n, 1))
    x[:, 1] = x[:, 0] + 0.3 * rng.normal(size=n)
    y = x @ np.where(np.arange(d) < 3, 2.0, 0.0) + rng.normal(size=n)
    return x, y


def orthonormal(n=30, d=4):
    q, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(n, d)))
    return q * np.sqrt(n)  # H = I


# scikit-learn


@pytest.mark.parametrize("lam", LAMS)
@pytest.mark.parametrize("seed", [0, 1])
def test_ridge_is_that_of_scikit_learn(seed, lam):
    x, y = problem(seed)
    want = Ridge(alpha=len(x) * lam, fit_intercept=False).fit(x, y).coef_
    np.testing.assert_allclose(ridge(x, y, lam), want, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("lam", LAMS)
@pytest.mark.parametrize("seed", [0, 1])
def test_lasso_is_that_of_scikit_learn(seed, lam):
    x, y = problem(seed)
    want = Lasso(alpha=lam, fit_intercept=False, tol=1e-14, max_iter=1_000_000).fit(x, y).coef_
    np.testing.assert_allclose(lasso(x, y, lam), want, rtol=0, atol=1e-6)


@pytest.mark.parametrize(("l1", "l2"), [(0.1, 0.1), (0.5, 0.01), (0.01, 2.0)])
def test_elastic_net_is_that_of_scikit_learn(l1, l2):
    x, y = problem()
    model = ElasticNet(alpha=l1 + l2, l1_ratio=l1 / (l1 + l2), fit_intercept=False, tol=1e-14, max_iter=1_000_000)
    np.testing.assert_allclose(elastic_net(x, y, l1, l2), model.fit(x, y).coef_, rtol=0, atol=1e-6)


# Closed forms


def test_orthonormal_features_shrink_by_one_factor_or_are_soft_thresholded():
    x = orthonormal()
    y = np.random.default_rng(2).normal(size=len(x)) * 3
    plain = x.T @ y / len(x)
    np.testing.assert_allclose(ridge(x, y, 0.5), plain / 1.5)
    np.testing.assert_allclose(lasso(x, y, 0.5), soft_threshold(plain, 0.5), atol=1e-12)
    np.testing.assert_allclose(elastic_net(x, y, 0.5, 1.0), soft_threshold(plain, 0.5) / 2, atol=1e-12)
    np.testing.assert_allclose(proximal_gradient(x, y, 0.5, n_steps=1)[1], soft_threshold(plain, 0.5), atol=1e-12)


def test_along_an_eigenvector_ridge_shrinks_by_l_over_l_plus_lam():
    x, y = problem()
    values, v = np.linalg.eigh(x.T @ x / len(x))
    np.testing.assert_allclose(v.T @ ridge(x, y, 0.7), values / (values + 0.7) * (v.T @ ridge(x, y, 0)), rtol=1e-8)


def test_ridge_without_enough_samples_is_the_shortest_solution():
    x, y = problem(n=4, d=6)
    np.testing.assert_allclose(ridge(x, y, 0), np.linalg.pinv(x) @ y, atol=1e-9)
    np.testing.assert_allclose(ridge(x, y, 1e-9), ridge(x, y, 0), atol=1e-5)


# The minimum


@pytest.mark.parametrize(("l1", "l2"), [(0.3, 0.0), (0.3, 0.2), (0.0, 0.2)])
def test_at_the_minimum_the_slope_is_held_by_the_penalty(l1, l2):
    x, y = problem()
    w = elastic_net(x, y, l1, l2)
    slope = x.T @ (x @ w - y) / len(x) + l2 * w
    np.testing.assert_allclose(slope[w != 0], -l1 * np.sign(w[w != 0]), atol=1e-6)
    assert (abs(slope[w == 0]) <= l1 + 1e-9).all()


def test_proximal_steps_go_down_to_the_minimum_of_coordinate_descent():
    x, y = problem()

    def total(w):
        return np.mean((y - x @ w) ** 2) / 2 + 0.3 * abs(w).sum() + 0.1 * w @ w

    way = proximal_gradient(x, y, 0.3, 0.2, n_steps=3000)
    assert (np.diff([total(w) for w in way[:200]]) <= 1e-12).all()
    np.testing.assert_allclose(way[-1], elastic_net(x, y, 0.3, 0.2), atol=1e-6)


def test_the_steps_are_as_long_as_the_curvature_allows():
    x, y = orthonormal(), np.arange(30.0)
    first = proximal_gradient(0.01 * x, y, 0.0, n_steps=1)[1]
    np.testing.assert_allclose(first, 100 * ridge(x, y, 0), err_msg="one step is all it takes, whatever the unit of x")


def test_from_the_first_l1_on_all_weights_are_0():
    x, y = problem()
    first = first_l1(x, y)
    assert not lasso(x, y, first).any()
    assert np.count_nonzero(lasso(x, y, 0.999 * first)) == 1


def test_a_path_is_its_points():
    x, y = problem()
    for solve in ridge, lasso, lambda x, y, lam: elastic_net(x, y, lam, 0.1):
        path = solve(x, y, LAMS.reshape(2, 2))
        assert path.shape == (2, 2, 6)
        np.testing.assert_allclose(path.reshape(4, 6), [solve(x, y, lam) for lam in LAMS], atol=1e-7)


def test_l2_lets_twins_share():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(50, 2))
    x[:, 1] = x[:, 0] + 0.1 * rng.normal(size=50)
    y = x @ [2.0, 2.0] + rng.normal(size=50)
    apart = [abs(np.subtract(*elastic_net(x, y, 0.1, l2))) for l2 in (0, 0.1, 1)]
    assert apart[0] > 5 * apart[1] > 25 * apart[2]


def test_a_feature_that_is_0_gets_no_weight():
    x, y = problem()
    x[:, 2] = 0
    for w in ridge(x, y, 0), lasso(x, y, 0.0), elastic_net(x, y, 0.1, 0.0), proximal_gradient(x, y, 0.1)[-1]:
        assert w[2] == pytest.approx(0, abs=1e-12)
    assert not elastic_net(np.zeros((3, 2)), np.ones(3), 0, 0).any()
    assert not proximal_gradient(np.zeros((3, 2)), np.ones(3), 0).any()


def test_max_sweeps_is_a_bound():
    x, y = problem()
    assert not np.allclose(elastic_net(x, y, 0.01, 0, max_sweeps=1), elastic_net(x, y, 0.01, 0))


X, Y = problem()


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: ridge(X, Y, -1), "lam"),
        (lambda: ridge(X, Y[:-1], 1), "y"),
        (lambda: ridge(X[:, 0], Y, 1), "x"),
        (lambda: ridge(X[:0], Y[:0], 1), "x"),
        (lambda: ridge(X, np.full(40, np.nan), 1), "y"),
        (lambda: lasso(X, Y, [0.1, -0.1]), "l1"),
        (lambda: elastic_net(X, Y, 0.1, "much"), "l2"),
        (lambda: elastic_net(X, Y, 0.1, [0.1, -0.1]), "l2"),
        (lambda: proximal_gradient(X, Y, -0.1), "l1"),
        (lambda: proximal_gradient(X, Y, 0.1, -0.1), "l2"),
        (lambda: elastic_net(X, Y, 0.1, 0.1, tol=0), "tol"),
        (lambda: elastic_net(X, Y, 0.1, 0.1, max_sweeps=0), "max_sweeps"),
        (lambda: proximal_gradient(X, Y, [0.1]), "l1"),
        (lambda: proximal_gradient(X, Y, 0.1, n_steps=-1), "n_steps"),
        (lambda: first_l1([["a"]], [1.0]), "x"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()
