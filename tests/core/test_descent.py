import warnings

import numpy as np
import pytest

from course_utils.descent import Trajectory, arrival, basins, descend, nearest_minimum, race
from course_utils.optimizers import OPTIMIZERS, SGD, AdaGrad, Adam, Momentum
from course_utils.schedules import Cosine
from course_utils.surfaces import SURFACES, bowl

EVERY = pytest.mark.parametrize("cls", OPTIMIZERS.values(), ids=OPTIMIZERS)


@pytest.fixture(autouse=True)
def no_warning_escapes():
    with warnings.catch_warnings(), np.errstate(all="warn"):
        warnings.simplefilter("error")
        yield


def assert_same(run, other, rtol=1e-12):
    assert isinstance(run, Trajectory) and isinstance(other, Trajectory)
    np.testing.assert_allclose(run.points, other.points, rtol=rtol, atol=1e-14)
    np.testing.assert_allclose(run.losses, other.losses, rtol=rtol, atol=1e-14)
    np.testing.assert_array_equal(run.diverged_at, other.diverged_at)


# --- descend


@EVERY
def test_a_descent_is_the_loop_that_it_stands_for(cls):
    opt, surface = cls(lr=0.01), SURFACES["himmelblau"]
    run = descend(opt, surface, 25)
    theta = np.array(surface.start)
    state = opt.init(theta)
    for t in range(25):
        np.testing.assert_array_equal(run.points[t], theta)
        assert run.losses[t] == pytest.approx(surface.f(theta), rel=1e-14)
        step, state = opt.update(surface.grad(theta), state, t, theta)
        theta = theta + step
    np.testing.assert_array_equal(run.points[25], theta)
    assert run.points.shape == (26, 2) and run.losses.shape == (26,)
    assert run.diverged_at == -1 and type(run.diverged_at) is int


def test_the_ravine_after_30_steps():
    opts = [SGD(0.95), Momentum(0.1), AdaGrad(1.5), Adam(0.3)]
    ends = [descend(opt, "ravine", 30, start=(-7, 2)).points[-1] for opt in opts]
    expected = [(-0.3504, 0.0848), (0.8964, 0.0881), (-0.1202, 0), (0.1360, 0.3182)]
    np.testing.assert_allclose(ends, expected, atol=5e-5)


@EVERY
def test_many_starts_are_so_many_descents(cls):
    starts = np.random.default_rng(0).uniform(-4, 4, size=(3, 4, 2))
    together = descend(cls(lr=0.02), "himmelblau", 30, starts)
    assert together.points.shape == (31, 3, 4, 2) and together.losses.shape == (31, 3, 4)
    assert together.diverged_at.shape == (3, 4)
    for i in np.ndindex(3, 4):
        alone = descend(cls(lr=0.02), "himmelblau", 30, starts[i])
        at = (slice(None), *i)
        assert_same(Trajectory(together.points[at], together.losses[at], together.diverged_at[i]), alone, rtol=1e-9)


def test_losses_of_many_starts_are_the_surface_at_the_points():
    starts = np.random.default_rng(0).uniform(-4, 4, size=(3000, 2))
    run = descend(Adam(0.1), "himmelblau", 50, starts)  # more than one block
    np.testing.assert_array_equal(run.losses, SURFACES["himmelblau"].f(run.points))


def test_no_steps_and_no_starts():
    run = descend(Adam(), "beale", 0)
    np.testing.assert_array_equal(run.points, [SURFACES["beale"].start])
    assert run.losses.shape == (1,) and run.diverged_at == -1
    assert descend(Adam(), "beale", 3, np.zeros((0, 2))).points.shape == (4, 0, 2)


def test_the_start_is_left_alone():
    start = np.array([1.0, 2.0])
    start.flags.writeable = False
    descend(SGD(0.1), "bowl", 5, start)
    np.testing.assert_array_equal(start, [1.0, 2.0])


def test_arrays_of_settings_widen_the_start():
    rates, rhos = np.array([0.01, 0.02, 0.05]), np.array([0.0, 0.9])
    plane = descend(Momentum(lr=rates[:, None, None], rho=rhos[:, None]), "bowl", 40)
    assert plane.points.shape == (41, 3, 2, 2)
    for i, j in np.ndindex(3, 2):
        alone = descend(Momentum(lr=rates[i], rho=rhos[j]), "bowl", 40)
        np.testing.assert_allclose(plane.points[:, i, j], alone.points, rtol=1e-12)


def test_a_schedule_is_followed():
    run = descend(SGD(lr=Cosine(0.1, 20)), "ravine", 25)
    lengths = np.linalg.norm(np.diff(run.points, axis=0), axis=-1)
    slopes = np.linalg.norm(SURFACES["ravine"].grad(run.points[:-1]), axis=-1)
    np.testing.assert_allclose(lengths / slopes, Cosine(0.1, 20)(np.arange(25)), atol=1e-14)


def test_every_kth_step():
    whole = descend(Adam(0.1), "beale", 23)
    some = descend(Adam(0.1), "beale", 23, every=5)
    assert_same(some, Trajectory(whole.points[::5], whole.losses[::5], -1))
    assert len(descend(Adam(0.1), "beale", 3, every=10).points) == 1


# --- divergence


def test_divergence_is_recorded_at_its_first_step():
    # |x| grows by |1 - lr| a step on x² / 2: (3 - 1)ⁿ > 1e6 first at n = 20.
    run = descend(SGD(lr=3.0), bowl(1), 40, start=(1.0, 0.0))
    assert run.diverged_at == 20 and type(run.diverged_at) is int
    assert np.isfinite(run.points[:20]).all() and abs(run.points[19, 0]) == 2.0**19
    assert np.isnan(run.points[20:]).all() and np.isnan(run.losses[20:]).all() and np.isfinite(run.losses[:20]).all()


def test_the_limit_itself_is_still_on_the_map():
    assert descend(SGD(1.0), "bowl", 0, start=(1e6, -1e6)).diverged_at == -1
    assert descend(SGD(1.0), "bowl", 0, start=(0, -1.000001e6)).diverged_at == 0
    assert descend(SGD(1.0), "bowl", 0, start=[(1e6, -1e6), (1.1e6, 0)]).diverged_at.tolist() == [-1, 0]


def test_each_start_diverges_on_its_own():
    run = descend(SGD(lr=3.0), bowl(1), 40, start=[(1.0, 0.0), (0.0, 0.0), (0.0, -2.0)])
    assert run.diverged_at.tolist() == [20, -1, 19]
    assert np.isnan(run.points[20:, 0]).all() and np.isnan(run.points[19:, 2]).all()
    assert np.isfinite(run.points[:, 1]).all() and np.isfinite(run.losses[:, 1]).all()


def test_who_comes_back_has_diverged_all_the_same():
    rate = np.array([1e7, 1.0, 1.0])  # one step out of bounds, one step home
    run = descend(SGD(lr=lambda t: rate[t]), bowl(1), 3, start=(1.0, 0.0))
    assert run.diverged_at == 1 and np.isnan(run.points[1:]).all()


def test_divergence_in_steps_where_only_every_kth_is_kept():
    assert descend(SGD(lr=3.0), bowl(1), 40, start=(1.0, 0.0), every=8).diverged_at == 24
    assert descend(SGD(lr=0.1), bowl(1), 40, start=(1.0, 0.0), every=8).diverged_at == -1


@EVERY
@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("lr", [1e-8, 3.0, 1e10, 1e300])
def test_no_rate_raises_or_warns(cls, name, lr):
    run = descend(cls(lr=lr), name, 40)
    gone = np.isnan(run.points).any(axis=-1)
    assert run.diverged_at == (gone.argmax() if gone.any() else -1)
    assert (np.isnan(run.losses) == gone).all()


# --- noise


def test_noise_is_reproducible():
    one, same, other = (descend(SGD(0.01), "bowl", 20, noise=1.0, rng=seed) for seed in (3, 3, 4))
    assert_same(one, same)
    assert np.abs(one.points - other.points).max() > 1e-3
    assert_same(descend(SGD(0.01), "bowl", 20, noise=1.0, rng=np.random.default_rng(3)), one)


def test_no_noise_needs_no_rng():
    assert_same(descend(Adam(), "beale", 5, noise=0), descend(Adam(), "beale", 5, rng=1))


def test_noise_has_the_stated_size_on_every_coordinate_of_every_start():
    start = np.zeros((20_000, 2))
    steps = np.diff(descend(SGD(1.0), bowl(1), 1, start, noise=0.3, rng=0).points, axis=0)[0]
    np.testing.assert_allclose(steps.std(axis=0), 0.3, rtol=0.02)
    np.testing.assert_allclose(steps.mean(axis=0), 0, atol=0.01)
    assert abs(np.corrcoef(steps.T)[0, 1]) < 0.03


def test_sgds_stationary_variance():
    run = descend(SGD(lr=0.1), bowl(1), 100, np.zeros((10_000, 2)), noise=1.0, rng=0, every=100)
    expected = 0.1 / (2 - 0.1)
    assert expected == pytest.approx(0.0526, abs=5e-5)
    assert run.points[-1].var() == pytest.approx(expected, rel=0.03)


# --- race


@pytest.mark.parametrize("noise", [0.0, 0.5])
@pytest.mark.parametrize("start", [None, (0.5, -0.5), [[1.0, 1.0], [-2.0, 3.0], [0.0, 0.1]]])
def test_a_race_is_so_many_descents_through_the_same_noise(noise, start):
    opts = [cls(lr=0.02) for cls in OPTIMIZERS.values()] + [SGD(lr=Cosine(0.02, 20))]
    for opt, run in zip(opts, race(opts, "himmelblau", 30, start, noise, rng=7), strict=True):
        alone = descend(opt, "himmelblau", 30, start, noise, rng=7)
        assert_same(run, alone, rtol=1e-9)
        assert type(run.diverged_at) is type(alone.diverged_at)


def test_a_racer_that_diverges_leaves_the_others_alone():
    lost, fine = race([SGD(lr=3.0), SGD(lr=0.5)], bowl(1), 40, start=(1.0, 0.0))
    assert (lost.diverged_at, fine.diverged_at) == (20, -1)
    assert np.isnan(lost.losses[20:]).all() and fine.losses[-1] < 1e-20


def test_a_race_of_nobody():
    assert race([], "bowl", 10) == []


def test_a_racer_with_an_array_of_rates_widens_the_field():
    slow, plane = race([SGD(0.01), SGD(np.array([[0.01], [0.02]]))], "bowl", 10)
    np.testing.assert_array_equal(plane.points[:, 0], slow.points[:, 0])
    np.testing.assert_array_equal(plane.points[:, 1], descend(SGD(0.02), "bowl", 10).points)


# --- basins


def test_basins_are_where_the_descents_end():
    x, y = np.linspace(-5, 5, 7), np.linspace(-4, 4, 7)
    n_steps = 14  # enough for most starts, not for all
    grid = basins(SGD(0.01), "himmelblau", n_steps, xlim=(-5, 5), ylim=(-4, 4), n=7)
    minima = np.array(SURFACES["himmelblau"].minima)
    for i, j in np.ndindex(7, 7):
        end = descend(SGD(0.01), "himmelblau", n_steps, start=(x[j], y[i])).points[-1]
        distance = np.linalg.norm(end - minima, axis=1)
        assert grid[i, j] == (distance.argmin() if distance.min() < 0.1 else -1)
    assert set(grid.ravel()) == {-1, 0, 1, 2, 3}


def test_basins_over_the_whole_window_by_default():
    surface = SURFACES["styblinski_tang"]
    np.testing.assert_array_equal(
        basins(Adam(0.1), surface, 50, n=12), basins(Adam(0.1), surface, 50, surface.xlim, surface.ylim, 12)
    )
    assert basins(Adam(0.1), surface, 0, n=5).shape == (5, 5)
    assert basins(Adam(0.1), surface, 5, n=1).shape == (1, 1)
    assert (basins(SGD(1.0), bowl(1), 1, n=4) == 0).all()  # one step of rate 1 / curvature


def test_basins_of_what_diverges_or_has_no_minima():
    assert (basins(SGD(10.0), "himmelblau", 50, n=5) == -1).all()
    assert (basins(SGD(0.1), "saddle", 50, n=5) == -1).all()


def test_nearest_minimum():
    surface = SURFACES["rastrigin"]
    points = np.array([[[0.05, 0.0], [0.4, 0.0]], [[np.nan, 0.0], [1e300, -np.inf]]])
    index = nearest_minimum(points, surface, tol=0.2)
    assert surface.minima[index[0, 0]] == (0.0, 0.0) and index.tolist()[0][1] == -1
    assert index[1].tolist() == [-1, -1]
    assert nearest_minimum([3.0, 2.0], "himmelblau") == 0
    assert nearest_minimum([3.0, 2.11], "himmelblau") == -1
    assert nearest_minimum([3.0, 2.19], "himmelblau", tol=0.2) == 0
    assert nearest_minimum([3.0, 2.21], "himmelblau", tol=0.2) == -1
    with pytest.raises(ValueError, match="^p: got an array of shape"):
        nearest_minimum([1.0, 2.0, 3.0], "himmelblau")
    # Of two within tol the nearer.
    assert nearest_minimum([3.5, -1.0], "himmelblau", tol=100) == 3
    np.testing.assert_array_equal(nearest_minimum(surface.minima, surface), np.arange(len(surface.minima)))


@pytest.mark.parametrize(
    "losses, steps",
    [
        ([3.0, 0.1, 2.0, 0.2, 0.1], 3),  # below, above again, and below for good
        ([3.0, 2.0, 0.5], 2),
        ([0.5, 0.5], 0),  # always
        ([3.0, 0.5, 1.0], np.inf),  # the level itself is not below it
        ([0.1, np.nan, 0.1], 2),
        ([0.1, np.nan, np.nan], np.inf),
    ],
)
def test_arrival(losses, steps):
    assert arrival(losses, level=1) == steps
    assert steps == np.inf or isinstance(arrival(losses, level=1), int)


# --- bad input


@pytest.mark.parametrize("losses", [[], 1.0, [[1.0, 0.1]]])
def test_losses_of_another_shape_are_named(losses):
    with pytest.raises(ValueError, match="^losses: got an array of shape"):
        arrival(losses, level=1)


def test_a_level_that_is_no_number_is_named():
    with pytest.raises(ValueError, match="^level: got"):
        arrival([1.0, 0.1], level=np.nan)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"start": (1, 2, 3)}, r"start: got an array of shape \(3,\), want shape"),
        ({"start": 1.0}, "start: got an array of shape"),
        ({"start": (np.nan, 1)}, "start: got nan at index"),
        ({"start": "here"}, "start: got str"),
        ({"n_steps": -1}, "n_steps: got -1, want a whole number >= 0"),
        ({"n_steps": 2.5}, "n_steps: got 2.5"),
        ({"noise": -0.1, "rng": 0}, "noise: got -0.1"),
        ({"noise": np.nan, "rng": 0}, "noise: got nan"),
        ({"noise": 0.1}, "rng: got None, want np.random.default_rng"),
        ({"noise": 0.1, "rng": "seed"}, "rng: got 'seed'"),
        ({"every": 0}, "every: got 0"),
        ({"surface": "hill"}, "surface: got 'hill', want one of 'bowl', "),
        ({"surface": None}, "surface: got None"),
        ({"opt": "adam"}, "optimizer: got 'adam'"),
        ({"opt": Adam}, "optimizer: got .*Adam"),
        ({"opt": SGD(np.ones(3))}, r"start: got shape \(2,\), want a shape that broadcasts with .* \(3,\)"),
    ],
)
def test_bad_arguments_are_named(change, message):
    arguments = {"opt": SGD(0.1), "surface": "bowl", "n_steps": 5, **change}
    with pytest.raises(ValueError, match=f"^{message}"):
        descend(**arguments)
    if "every" not in change:
        with pytest.raises(ValueError, match=f"^{message}"):
            race([SGD(0.1), arguments.pop("opt")], **arguments)


@pytest.mark.parametrize(
    "change, name",
    [
        ({"n": 0}, "n"),
        ({"xlim": (1, 2, 3)}, "xlim"),
        ({"ylim": (0, np.inf)}, "ylim"),
        ({"tol": 0}, "tol"),
        ({"tol": -1}, "tol"),
        ({"n_steps": -1}, "n_steps"),
    ],
)
def test_bad_grids_are_named(change, name):
    with pytest.raises(ValueError, match=f"^{name}: got"):
        basins(**{"opt": SGD(0.1), "surface": "bowl", "n_steps": 2, "n": 3, **change})


def test_a_surface_that_only_learners_have():
    class Mine:
        start = (1.0, 1.0)

        def f(self, p):
            return np.sum(p**2, axis=-1)

        def grad(self, p):
            return 2 * p

    assert descend(SGD(0.1), Mine(), 100).losses[-1] < 1e-15


def test_an_optimizer_that_only_learners_have():
    class Mine:
        def init(self, theta):
            return None

        def update(self, grad, state, t, theta=None):
            return -0.05 * grad, None

    np.testing.assert_allclose(descend(Mine(), "bowl", 20).points, descend(SGD(0.05), "bowl", 20).points)
    assert_same(race([Mine(), SGD(0.05)], "bowl", 20)[0], descend(Mine(), "bowl", 20))
