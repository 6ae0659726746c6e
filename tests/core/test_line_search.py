"""Line searches: the conditions that their answers meet, the closed forms, and what they do with overflow."""

import numpy as np
import pytest

from course_utils.second_order import Armijo, Exact, FullStep, Wolfe
from course_utils.surfaces import SURFACES

NAMES = ["bowl", "ravine", "beale", "rosenbrock", "himmelblau", "styblinski_tang", "rastrigin", "plateau", "cliff"]


def problem(name, seed):
    """(f, a random point of the surface's window, loss, gradient and the direction down the gradient there)."""
    s, rng = SURFACES[name], np.random.default_rng(seed)
    p = rng.uniform(*np.transpose([s.xlim, s.ylim]))
    return (lambda p: (float(s.f(p)), s.grad(p))), p, float(s.f(p)), s.grad(p), -s.grad(p)


def scaled_parabola(theta):
    return float(theta @ theta), 2 * theta


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", NAMES)
def test_wolfe_s_answer_meets_both_conditions(name, seed):
    f, p, loss, g, d = problem(name, seed)
    for search in (Wolfe(), Wolfe(c1=0.05, c2=0.2)):
        for first in (1e-3, 1.0, 30.0):
            trial = search(f, p, loss, g, d, first)
            np.testing.assert_array_equal(trial.theta, p + trial.rate * d)
            assert trial.loss == f(trial.theta)[0] <= loss + search.c1 * trial.rate * (g @ d)
            assert abs(trial.grad @ d) <= -search.c2 * (g @ d)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", NAMES)
def test_armijo_s_answer_is_the_first_of_its_rates_that_will_do(name, seed):
    f, p, loss, g, d = problem(name, seed)
    trial = Armijo(c1=0.2, shrink=0.7)(f, p, loss, g, d, first=2.0)
    k = round(np.log(trial.rate / 2) / np.log(0.7))
    assert trial.rate == pytest.approx(2 * 0.7**k)
    enough = [f(p + 2 * 0.7**i * d)[0] <= loss + 0.2 * 2 * 0.7**i * (g @ d) for i in range(k + 1)]
    assert enough == [False] * k + [True]


def test_wolfe_takes_few_trials():
    calls = []

    def f(theta):
        calls.append(theta)
        return scaled_parabola(theta)

    Wolfe(c2=0.1)(f, np.array([1.0]), 1.0, np.array([2.0]), np.array([-2e6]))
    assert len(calls) <= 9, "from a rate a million times too large, the cubic leads back"
    calls.clear()
    Wolfe(c2=0.1)(f, np.array([1.0]), 1.0, np.array([2.0]), np.array([-2e-4]))
    assert len(calls) <= 9, "from a rate ten thousand times too small"


def test_exact_is_the_lowest_point_of_a_quadratic():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(5, 5))
    a, p, d = a @ a.T + np.eye(5), rng.normal(size=5), rng.normal(size=5)
    g = a @ p
    d *= -np.sign(g @ d)
    f = lambda p: (p @ a @ p / 2, a @ p)  # noqa: E731
    for probe in (0.01, 1.0, 100.0):
        trial = Exact(probe)(f, p, *f(p), d)
        assert trial.rate == pytest.approx(-(g @ d) / (d @ a @ d))
        assert abs(trial.grad @ d) < 1e-9 * np.linalg.norm(g) * np.linalg.norm(d)
    assert Exact()(lambda p: (-p @ p, -2 * p), np.ones(1), -1.0, -2 * np.ones(1), np.ones(1)) is None


@pytest.mark.parametrize("wall", [np.nan, np.inf])
@pytest.mark.parametrize("search", [Armijo(), Wolfe()])
def test_what_is_not_finite_is_too_far(search, wall):
    def f(theta):
        return (wall, theta) if abs(theta[0]) > 1 else (float(theta[0] ** 2), 2 * theta)

    trial = search(f, np.array([0.5]), 0.25, np.array([1.0]), np.array([-100.0]))
    assert trial.finite and trial.loss < 0.25


@pytest.mark.parametrize("search", [Armijo(tries=5), Wolfe(tries=5)])
def test_nothing_lower_is_none(search):
    assert search(lambda p: (1.0, np.ones(1)), np.zeros(1), 0.0, np.ones(1), -np.ones(1)) is None


def test_full_step_takes_what_it_finds():
    trial = FullStep(rate=0.5)(scaled_parabola, np.array([1.0]), 1.0, np.array([2.0]), np.array([8.0]))
    assert trial.rate == 0.5 and trial.loss == 25.0


@pytest.mark.parametrize("search", [Armijo(), Wolfe()])
def test_a_direction_that_does_not_lead_down(search):
    with pytest.raises(ValueError, match="direction: got one with slope 4, want a direction that leads down"):
        search(scaled_parabola, np.array([1.0]), 1.0, np.array([2.0]), np.array([2.0]))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Armijo(c1=0.0), "c1: got 0.0, want a finite number > 0 and < 1"),
        (lambda: Armijo(shrink=1.0), "shrink: got 1.0"),
        (lambda: Armijo(tries=0), "tries: got 0, want a whole number >= 1"),
        (lambda: Wolfe(c1=0.5, c2=0.4), "c1: got 0.5, want less than c2 = 0.4"),
        (lambda: FullStep(rate=-1.0), "rate: got -1.0"),
        (lambda: Exact(probe=np.nan), "probe: got nan"),
    ],
)
def test_settings_out_of_range(make, words):
    with pytest.raises(ValueError, match=words):
        make()
