"""Minimizations: SciPy's minimum for about as many evaluations, closed forms, and every way in which a run can end."""

import numpy as np
import pytest
from scipy import optimize

from course_utils.data import Data, digits
from course_utils.initializers import he
from course_utils.layers import Dense, Tanh
from course_utils.losses import softmax_cross_entropy
from course_utils.network import Network
from course_utils.second_order import (
    BFGS,
    LBFGS,
    METHODS,
    Armijo,
    DampedNewton,
    Exact,
    FullStep,
    Newton,
    Wolfe,
    minimize,
    network_loss,
)
from course_utils.surfaces import SURFACES

EVERY = pytest.mark.parametrize("method", [cls() for cls in METHODS.values()], ids=METHODS)
QUASI = pytest.mark.parametrize("method", [BFGS(), LBFGS()], ids=["BFGS", "LBFGS"])
SCIPY = {"BFGS": "BFGS", "LBFGS": "L-BFGS-B"}


def quadratic(n, seed=0, kappa=100.0):
    """(theta -> loss and gradient, the Hessian, the minimum)."""
    rng = np.random.default_rng(seed)
    q = np.linalg.qr(rng.normal(size=(n, n)))[0]
    a, best = q @ np.diag(np.geomspace(1, kappa, n)) @ q.T, rng.normal(size=n)
    return (lambda p: ((p - best) @ a @ (p - best) / 2, a @ (p - best))), a, best


def long_rosenbrock(p):
    return optimize.rosen(p), optimize.rosen_der(p)


def scipys(method, f, start):
    name = SCIPY[type(method).__name__]
    only = {"ftol": 0.0} if name == "L-BFGS-B" else {}
    return optimize.minimize(f, start, jac=True, method=name, options={"gtol": 1e-8, "maxiter": 1000} | only)


# --- the same minimum


@EVERY
@pytest.mark.parametrize("seed", range(3))
def test_quadratics_to_their_minimum(method, seed):
    f, _, best = quadratic(8, seed)
    run = minimize(method, f, np.zeros(8), n_steps=300)
    assert run.converged and run.gradient_norms[-1] < 1e-7
    np.testing.assert_allclose(run.points[-1], best, atol=1e-7)


@QUASI
def test_scipy_s_minimum_for_about_as_many_evaluations(method):
    bowl, flat = quadratic(30)[0], lambda p: tuple(1e-3 * part for part in bowl(p))
    problems = [
        (bowl, np.zeros(30)),
        (flat, np.zeros(30)),
        (long_rosenbrock, np.array([-1.2, 1.0])),
        (long_rosenbrock, np.full(10, -1.0)),
        (long_rosenbrock, np.zeros(20)),
    ]
    counts = []
    for f, start in problems:
        mine, theirs = minimize(method, f, start, n_steps=1000), scipys(method, f, start)
        np.testing.assert_allclose(mine.points[-1], theirs.x, atol=1e-4)
        assert mine.converged
        counts.append((mine.n_evaluations, theirs.nfev))
    mine, theirs = np.transpose(counts)
    assert mine.sum() <= 1.2 * theirs.sum() and (mine <= 2.5 * theirs).all(), counts


@pytest.mark.parametrize("name", ["beale", "rosenbrock", "himmelblau", "styblinski_tang", "plateau", "cliff", "bowl"])
@pytest.mark.parametrize(
    "method", [DampedNewton(), BFGS(), LBFGS(), BFGS(search=Armijo()), LBFGS(search=Armijo())], ids=str
)
def test_surfaces_to_one_of_their_minima(method, name):
    run, s = minimize(method, name, n_steps=200), SURFACES[name]
    assert run.converged
    assert np.abs(np.array(s.minima) - run.points[-1]).max(axis=1).min() < 1e-6


# --- closed forms


def test_newton_solves_a_quadratic_in_one_step_also_by_differences():
    f, a, best = quadratic(8)
    for hess, tolerance in ((lambda p: a, 1e-10), (None, 1e-6)):
        run = minimize(Newton(), f, np.zeros(8), n_steps=1, hess=hess)
        np.testing.assert_allclose(run.points[-1], best, atol=tolerance)
        assert run.n_hessians == 1
        assert run.n_evaluations == 2 + (0 if hess else 16)


def test_newton_converges_quadratically():
    run = minimize(Newton(), "rosenbrock", tol=1e-15)
    errors = np.linalg.norm(run.points - 1, axis=1)
    assert (errors[3:6] < 2 * errors[2:5] ** 2).all() and errors[5] < 1e-4


@pytest.mark.parametrize("n", [2, 5, 12])
def test_bfgs_with_exact_search_is_done_after_n_steps_and_knows_the_inverse(n):
    f, a, best = quadratic(n, kappa=10.0)
    run = minimize(BFGS(search=Exact()), f, np.zeros(n), n_steps=n, tol=0)
    np.testing.assert_allclose(run.points[-1], best, atol=1e-8)
    np.testing.assert_allclose(run.state.matrix, np.linalg.inv(a), atol=1e-7)
    assert run.gradient_norms[-2] > 1e-6, "and not before"
    full = minimize(LBFGS(m=n, search=Exact()), f, np.zeros(n), n_steps=n, tol=0)
    np.testing.assert_allclose(full.points, run.points, atol=1e-7)


# --- the record


@EVERY
def test_the_record_agrees_with_itself(method):
    s, calls = SURFACES["beale"], []

    def f(p):
        calls.append(p)
        return s.f(p), s.grad(p)

    run = minimize(method, f, [1.5, 1.0], n_steps=6, hess=s.hess)
    assert run.points.shape == (run.n_steps + 1, 2) and run.n_evaluations == len(calls) == run.evaluations[-1]
    np.testing.assert_array_equal(run.losses, s.f(run.points))
    np.testing.assert_allclose(run.gradient_norms, np.linalg.norm(s.grad(run.points), axis=1))
    steps, changes = np.diff(run.points, axis=0), np.diff(s.grad(run.points), axis=0)
    np.testing.assert_allclose(run.curvatures, (steps * changes).sum(1) / (steps * steps).sum(1))
    assert len(run.rates) == run.n_steps and (np.diff(run.evaluations) >= 1).all()
    with pytest.raises(AttributeError):
        run.stopped = "no"


@QUASI
def test_a_run_again_is_the_same_and_leaves_its_start_alone(method):
    start = np.array([-1.2, 1.0])
    start.flags.writeable = False
    one, two = (minimize(method, "rosenbrock", start) for _ in range(2))
    np.testing.assert_array_equal(one.points, two.points)
    np.testing.assert_array_equal(one.points[0], start)


def test_skipped_updates_are_told():
    run = minimize(BFGS(search=Armijo()), "himmelblau")
    steps, changes = np.diff(run.points, axis=0), np.diff(SURFACES["himmelblau"].grad(run.points), axis=0)
    assert run.skipped == tuple(np.flatnonzero((steps * changes).sum(axis=1) <= 0)) == (0, 1)
    assert "2 updates skipped" in repr(run)
    assert minimize(BFGS(search=Wolfe()), "himmelblau").skipped == ()


# --- how a run ends


@pytest.mark.parametrize(
    ("method", "name", "words"),
    [
        (Newton(), "saddle", "no minimum: the gradient is 0, but the Hessian is that of a saddle"),
        (Newton(), "himmelblau", "no minimum: the gradient is 0, but the Hessian is that of a maximum"),
        (Newton(), "cliff", "the Hessian is singular"),
        (Newton(search=Armijo()), "himmelblau", "the direction does not lead down"),
        (DampedNewton(), "saddle", "diverged: a coordinate is beyond 1e6 after step"),
        (BFGS(), "monkey_saddle", "diverged: a coordinate is beyond 1e6 after step"),
        (LBFGS(search=FullStep(rate=10.0)), "ravine", "diverged"),
    ],
)
def test_words_for_an_end_that_is_no_minimum(method, name, words):
    run = minimize(method, name)
    assert words in run.stopped and not run.converged
    assert np.isfinite(run.points).all() and np.isfinite(run.losses).all()


@EVERY
def test_every_method_stays_on_a_saddle_where_the_gradient_is_zero_and_says_so(method):
    run = minimize(method, "saddle", start=[0.0, 0.0])
    assert run.n_steps == 0 and "saddle" in run.stopped and not run.converged


def test_the_end_of_the_steps_and_a_wrong_gradient():
    assert minimize(BFGS(), "rosenbrock", n_steps=3).stopped == "all steps taken"
    assert minimize(BFGS(), "rosenbrock", n_steps=0).n_steps == 0
    wrong = minimize(BFGS(), lambda p: (float(p @ p), -2 * p), np.ones(2))
    assert "found no lower point" in wrong.stopped and not wrong.converged


def test_a_loss_that_ends_at_a_wall_of_nan():
    def f(p):
        return (float(p @ p), 2 * p) if np.abs(p).max() < 3 else (np.nan, p)

    run = minimize(LBFGS(search=FullStep(rate=100.0)), f, np.ones(2))
    assert run.stopped == "diverged: the loss or its gradient is not finite after step 1" and run.n_steps == 0
    assert minimize(LBFGS(), f, np.ones(2)).converged
    wild = minimize(Newton(), f, np.ones(2), hess=lambda p: np.full((2, 2), np.inf))
    assert wild.stopped == "the Hessian is not finite here"


# --- networks and mini-batches


@pytest.fixture(scope="module")
def problem():
    rng = np.random.default_rng(0)
    net = Network([Dense(64, 12, init=he, rng=rng), Tanh(), Dense(12, 10, init=he, rng=rng)])
    x, y = digits().train
    return net, Data(x, y)[:300], net.theta.copy()


def test_network_loss_is_the_loss_and_the_gradient(problem):
    net, data, start = problem
    f = network_loss(net, data)
    value, grad = f(start)
    expected, dscores = softmax_cross_entropy(net.forward(data.x), data.y)
    assert value == pytest.approx(expected)
    v = np.random.default_rng(1).normal(size=start.size)
    assert (f(start + 1e-6 * v)[0] - f(start - 1e-6 * v)[0]) / 2e-6 == pytest.approx(grad @ v, rel=1e-6)
    np.testing.assert_array_equal(grad, f(start)[1])


def test_lbfgs_trains_a_network_as_scipy_s_does(problem):
    net, data, start = problem
    f = network_loss(net, data)
    mine = minimize(LBFGS(), f, start, n_steps=60)
    theirs = optimize.minimize(f, start, jac=True, method="L-BFGS-B", options={"maxfun": mine.n_evaluations})
    assert mine.losses[-1] < 1e-3 and mine.losses[-1] < 2 * theirs.fun
    assert (np.diff(mine.losses) < 0).all() and mine.skipped == ()


@pytest.mark.parametrize("one_batch", [False, True])
def test_gradients_are_compared_on_two_batches_or_on_one(one_batch):
    centers, at = np.array([[0.0, 0.0], [5.0, 1.0], [-3.0, 2.0]]), [0]
    a = np.diag([1.0, 4.0])

    def f(p):
        d = p - centers[at[0] % 3]
        return float(d @ a @ d) / 2, a @ d

    def resample(t):
        at[0] = t

    run = minimize(LBFGS(m=5, search=FullStep()), f, np.ones(2), n_steps=4, resample=resample, one_batch=one_batch)
    s, y = (np.array(part) for part in zip(*run.state, strict=True))
    if one_batch:
        np.testing.assert_allclose(y, s @ a, atol=1e-12)
    else:
        shift = np.diff(centers[np.arange(5) % 3], axis=0)
        expected = [si @ a - di @ a for si, di in zip(np.diff(run.points, axis=0), shift, strict=True)]
        kept = [e for i, e in enumerate(expected) if i not in run.skipped]
        np.testing.assert_allclose(y, kept, atol=1e-12)
    assert run.n_evaluations == 1 + 2 * 4


def test_noise_breaks_lbfgs_and_all_the_data_does_not(problem):
    net, data, start = problem
    everything, present, rng = network_loss(net, data), [], np.random.default_rng(0)

    def draw(t=0):
        rows = rng.permutation(300)[:30]
        present[:] = [network_loss(net, Data(data.x[rows], data.y[rows]))]

    draw()
    noisy = minimize(LBFGS(), lambda theta: present[0](theta), start, n_steps=30, resample=draw)
    exact = minimize(LBFGS(), everything, start, n_steps=30)
    assert everything(noisy.points[-1])[0] > 20 * exact.losses[-1]


# --- bad input


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: minimize(BFGS, "bowl"), "method: got .*want a second-order method"),
        (lambda: minimize(BFGS(), "bowel"), "loss: got 'bowel', want one of 'bowl'"),
        (lambda: minimize(BFGS(), 3), "loss: got 3, want a Surface"),
        (lambda: minimize(BFGS(), "bowl", start=[1.0]), "start: got an array of shape"),
        (lambda: minimize(BFGS(), "bowl", start=[1.0, np.nan]), "start: got nan"),
        (lambda: minimize(BFGS(), lambda p: (np.nan, p), [1.0]), "start: got a point where the loss is nan"),
        (lambda: minimize(BFGS(), lambda p: (1.0, p[:1]), [1.0, 2.0]), "loss: got a gradient of shape"),
        (lambda: minimize(BFGS(), "bowl", tol=-1), "tol: got -1"),
        (lambda: minimize(Newton(), lambda p: (p @ p, 2 * p), [1.0, 2.0], hess=lambda p: np.ones(2)), "hess: got"),
        (lambda: minimize(Newton(), lambda p: (p @ p, 2 * p), [1.0, 2.0], hess=lambda p: [[2.0]]), "hess: got"),
        (lambda: minimize(BFGS(), lambda p: (p @ p, 2 * p), [0.0, 0.0], hess=lambda p: np.eye(3)), "hess: got"),
        (lambda: minimize(BFGS(), "bowl", n_steps=-1), "n_steps: got -1"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_no_warning_escapes(recwarn):
    for name in SURFACES:
        for method in (Newton(), DampedNewton(), BFGS(), LBFGS(search=FullStep(rate=3.0))):
            minimize(method, name)
    assert not recwarn.list
