"""Second-order methods: updates against SciPy's and against their definitions, directions against the true Hessian."""

import numpy as np
import pytest
from scipy import optimize

from course_utils.second_order import (
    BFGS,
    LBFGS,
    METHODS,
    DampedNewton,
    Failed,
    Newton,
    bfgs_update,
    two_loop_recursion,
)
from course_utils.second_order.methods import curved


def problem(seed=0, n=6, m=4):
    """(a Hessian, an estimate of its inverse, m steps, the changes of the gradient over them, a gradient)."""
    rng = np.random.default_rng(seed)
    a, b = (x @ x.T + np.eye(n) for x in rng.normal(size=(2, n, n)))
    s = rng.normal(size=(m, n))
    return a, b, s, s @ a, rng.normal(size=n)


def test_registry():
    assert list(METHODS) == ["Newton", "DampedNewton", "BFGS", "LBFGS"]
    assert all(cls.__name__ == name and isinstance(hash(cls()), int) for name, cls in METHODS.items())


def test_bfgs_update_is_of_rank_two_and_fulfils_the_secant_equation():
    _, b, s, y, _ = problem()
    new = bfgs_update(b, s[0], y[0])
    np.testing.assert_allclose(new @ y[0], s[0], atol=1e-10)
    np.testing.assert_allclose(new, new.T)
    assert np.linalg.eigvalsh(new).min() > 0
    assert np.linalg.matrix_rank(new - b, tol=1e-9) == 2


def test_bfgs_update_is_scipy_s():
    _, _, s, y, _ = problem()
    theirs, mine = optimize.BFGS(init_scale=1.0), np.eye(6)
    theirs.initialize(6, "inv_hess")
    for si, yi in zip(s, y, strict=True):
        theirs.update(si, yi)
        mine = bfgs_update(mine, si, yi)
    np.testing.assert_allclose(mine, theirs.get_matrix(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("m", [0, 1, 2, 4])
def test_two_loop_recursion_is_the_matrix_that_it_does_not_form(m):
    _, _, s, y, g = problem()
    s, y, before = s[:m], y[:m], g.copy()
    b = np.eye(6) * (s[-1] @ y[-1] / (y[-1] @ y[-1]) if m else 1)
    for si, yi in zip(s, y, strict=True):
        b = bfgs_update(b, si, yi)
    np.testing.assert_allclose(two_loop_recursion(g, list(zip(s, y, strict=True))), b @ g, rtol=1e-10)
    np.testing.assert_array_equal(g, before)


def test_two_loop_recursion_is_scipy_s():
    _, _, s, y, g = problem()
    y[-1] *= s[-1] @ y[-1] / (y[-1] @ y[-1])  # SciPy does not scale: here the scale is 1
    theirs = optimize.LbfgsInvHessProduct(s, y) @ g
    np.testing.assert_allclose(two_loop_recursion(g, list(zip(s, y, strict=True))), theirs, rtol=1e-9)


def test_lbfgs_keeps_the_last_m_pairs_and_skips_what_is_not_curved():
    method, state = LBFGS(m=2), LBFGS(m=2).init(np.zeros(6))
    _, _, s, y, g = problem()
    for si, yi in zip(s, y, strict=True):
        state, learned = method.learn(state, si, yi)
        assert learned
    assert len(state) == 2
    np.testing.assert_array_equal([si for si, _ in state], s[-2:])
    np.testing.assert_array_equal(method.direction(g, state, None), -two_loop_recursion(g, state))
    for bad in (-y[0], 0 * y[0]):
        assert method.learn(state, s[0], bad) == (state, False)


def test_bfgs_skips_what_is_not_curved_and_scales_its_first_guess():
    method, (_, _, s, y, g) = BFGS(), problem()
    state = method.init(np.zeros(6))
    np.testing.assert_array_equal(method.direction(g, state, None), -g)
    same, learned = method.learn(state, s[0], -y[0])
    assert same is state and not learned
    state, learned = method.learn(state, s[0], y[0])
    assert learned
    np.testing.assert_allclose(state.matrix, bfgs_update(s[0] @ y[0] / (y[0] @ y[0]) * np.eye(6), s[0], y[0]))
    later, _ = method.learn(state, s[1], y[1])
    np.testing.assert_allclose(later.matrix, bfgs_update(state.matrix, s[1], y[1]))


@pytest.mark.parametrize("method", [BFGS(), LBFGS()])
def test_the_first_step_is_at_most_one_long(method):
    state, (_, _, s, y, _) = method.init(np.zeros(6)), problem()
    for size in (1e-3, 1.0, 1e6):
        g = np.full(6, size)
        rate = method.first_rate(g, state)
        assert rate <= 1 and rate * np.linalg.norm(g) <= 1 + 1e-12
    assert method.first_rate(g, method.learn(state, s[0], y[0])[0]) == 1


def test_newton_solves_and_damped_newton_agrees_where_h_is_positive_definite():
    a, *_, g = problem()
    for method in (Newton(), DampedNewton()):
        np.testing.assert_allclose(a @ method.direction(g, (), lambda: a), -g, rtol=1e-8, atol=1e-10)


def test_damped_newton_turns_negative_curvatures_round():
    h, g = np.array([[1.0, 3.0], [3.0, 1.0]]), np.array([1.0, 2.0])  # eigenvalues 4 and -2
    np.testing.assert_allclose(np.linalg.solve(h, g), -Newton().direction(g, (), lambda: h))
    root = np.linalg.inv(np.array([[3.0, 1.0], [1.0, 3.0]]))  # eigenvalues 4 and 2, same vectors
    np.testing.assert_allclose(DampedNewton().direction(g, (), lambda: h), -root @ g)
    rng = np.random.default_rng(0)
    for x in rng.normal(size=(20, 4, 4)):
        g = rng.normal(size=4)
        assert DampedNewton().direction(g, (), lambda x=x: x + x.T) @ g < 0


def test_a_singular_hessian():
    h, g = np.diag([1.0, 0.0]), np.array([2.0, 3.0])
    with pytest.raises(Failed, match="the Hessian is singular"):
        Newton().direction(g, (), lambda: h)
    assert DampedNewton().direction(g, (), lambda: h) == pytest.approx([-2, -3e6])
    np.testing.assert_array_equal(DampedNewton().direction(g, (), lambda: 0 * h), -g)


def test_curved():
    s = np.array([1.0, 0.0])
    assert curved(s, np.array([1e-9, 1.0])) and curved(1e-9 * s, 1e-9 * s)
    assert not curved(s, np.array([1e-17, 1.0])) and not curved(s, -s) and not curved(0 * s, s)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: LBFGS(m=0), "m: got 0, want a whole number >= 1"),
        (lambda: BFGS(search="Wolfe"), "search: got 'Wolfe'"),
        (lambda: LBFGS(m=2.5), "m: got 2.5"),
        (lambda: Newton(search=None), "search: got None"),
    ],
)
def test_settings(make, words):
    with pytest.raises(ValueError, match=words):
        make()
