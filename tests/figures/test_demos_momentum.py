"""What chapter 07's figures compute: against the library, against theory, and against the other conventions."""

import numpy as np
import pytest

from course_utils.check import BANK
from course_utils.demos import momentum
from course_utils.demos.momentum.ball import GROUNDS, OWN, overshoot, runs_of
from course_utils.demos.momentum.conventions import STEPS, VALLEY, walk
from course_utils.demos.momentum.look_ahead import UpdatedVelocity
from course_utils.demos.momentum.look_ahead import runs_of as look_ahead_runs
from course_utils.demos.momentum.plane import METHODS, RATES, RHOS, measured_steps, steps_needed
from course_utils.descent import descend
from course_utils.optimizers import Momentum, Nesterov
from course_utils.surfaces import bowl
from course_utils.theory import momentum_factor, momentum_variance, stationary_variance


def test_conventions_walk_one_path_while_the_rate_is_constant():
    a, b, c = walk(0.02, 0.9, 25, 1.0, scale_c=True).swapaxes(0, 1)
    np.testing.assert_allclose(a, descend(Momentum(lr=0.02, rho=0.9), VALLEY, STEPS, a[0]).points)
    np.testing.assert_allclose(b, a, atol=1e-12)
    np.testing.assert_allclose(c, a, atol=1e-12)


def test_conventions_part_when_the_rate_changes():
    a, b, c = walk(0.02, 0.9, 25, 0.1, scale_c=True).swapaxes(0, 1)
    schedule = Momentum(lr=lambda t: 0.02 if t < 25 else 0.002, rho=0.9)
    np.testing.assert_allclose(a, descend(schedule, VALLEY, STEPS, a[0]).points)
    p, v = b[0], 0
    for t in range(STEPS):
        v = 0.9 * v + schedule.lr(t) * VALLEY.grad(p)
        p = p - v
        np.testing.assert_allclose(b[t + 1], p, atol=1e-12)
    assert np.linalg.norm(b - a, axis=1).max() > 0.5
    np.testing.assert_allclose(c, a, atol=1e-12)
    ratio = np.linalg.norm(np.diff(walk(0.02, 0.9, 25, 1.0, scale_c=False)[:2], axis=0), axis=2)[0]
    np.testing.assert_allclose(ratio[2] / ratio[0], 0.1)


def test_conventions_end_where_they_diverge():
    points = walk(0.5, 0.9, 25, 1.0, scale_c=False)
    assert np.isfinite(points[:5]).all() and np.isnan(points[-1, 0]).all()


@pytest.mark.parametrize("method", METHODS)
def test_the_measured_plane_is_that_of_theory(method):
    theory = momentum_factor(RATES / 20, RHOS[:, None], [1, 20], method == "Nesterov")
    measured = measured_steps(method, 20.0)
    sure = abs(theory - 1) > 0.005
    np.testing.assert_array_equal((measured < 1)[sure], (theory < 1)[sure])
    assert abs(measured - theory)[theory < 0.995].max() < 0.03


def test_steps_needed():
    np.testing.assert_allclose(steps_needed(np.array([0.1, 0.6345, 0.0])), [6, 30.4, 1], atol=0.05)
    assert np.isnan(steps_needed(np.array([1.0, 2.0]))).all()


def test_the_slip_s_first_step_and_border():
    first = [-m(lr=1.0, rho=0.9).update(np.ones(1), np.zeros(1), 0)[0][0] for m in (Nesterov, UpdatedVelocity)]
    np.testing.assert_allclose(first, [1.9, 2.71])
    inside, beyond = (descend(UpdatedVelocity(lr=a, rho=0.9), bowl(1), 5000, (1.0, 0.0)) for a in (0.855, 0.865))
    assert abs(inside.points[-1, 0]) < 1e-3 and beyond.diverged_at > 0


def test_the_ball_of_nesterov_takes_its_gradient_ahead():
    balls, ahead, *_ = look_ahead_runs((-4.0, 2.0), 0.05, 0.9)["Nesterov"]
    x, v = np.array([-4.0, 2.0]), 0
    for t in range(10):
        np.testing.assert_allclose(balls[t], x)
        np.testing.assert_allclose(ahead[t], x - 0.05 * 0.9 * v)
        v = 0.9 * v + bowl(5.0).grad(x - 0.05 * 0.9 * v)
        x = x - 0.05 * v


def test_overshoot_and_escape():
    start, lr = OWN["bowl"]
    run = runs_of("bowl", start, lr, 0.9)[1]
    passed, farthest = overshoot(GROUNDS["bowl"], run, 60)
    along = run.points @ [4.0, -2.0]
    assert along[passed - 1] <= 0 < along[passed] and along[farthest] == along[:61].max()
    assert overshoot(GROUNDS["bowl"], runs_of("bowl", start, lr, 0.0)[1], 60) is None
    start, lr = OWN["shallow"]
    ends = {rho: runs_of("shallow", start, lr, rho)[1].points[-1, 0] for rho in (0.0, 0.8, 0.9)}
    np.testing.assert_allclose(list(ends.values()), [-1, -1, 1.3], atol=0.02)


@pytest.mark.parametrize(("name", "opt"), [("momentum_step", Momentum(lr=0.1)), ("nesterov_step", Nesterov(lr=0.1))])
def test_references_walk_the_library_s_path(name, opt):
    step, theta, v = BANK[name].reference, np.array([-7.0, 2.0]), np.zeros(2)
    for point in descend(opt, "ravine", 20, theta).points[1:]:
        theta, v = step(theta, theta * [0.1, 2.0], v)
        np.testing.assert_allclose(theta, point)


def test_restarts_need_no_kappa():
    for kappa in (20, 100, 1000):
        steps = momentum.needed(kappa)
        assert steps["restarts"] < 1.6 * steps["best"] and steps["momentum"] == np.inf


def test_who_starts_at_the_minimum_has_arrived():
    assert set(momentum.needed(start=(0.0, 0.0)).values()) == {0}


def test_the_cloud_is_as_wide_as_theory_says():
    for lr, rho in ((0.02, 0.9), (0.1, 0.5)):
        same, reach, swung = momentum.widths(lr, rho)
        assert swung == pytest.approx(momentum_variance(lr, rho, 1.0, 1.0) ** 0.5, rel=0.05)
        assert reach == pytest.approx(stationary_variance(lr / (1 - rho), 1.0, 1.0) ** 0.5, rel=0.05)
        assert same < swung
