from inspect import signature

import numpy as np
import pytest

from course_utils.descent import descend
from course_utils.optimizers import OPTIMIZERS, Optimizer
from course_utils.schedules import Constant, Cosine
from course_utils.surfaces import SURFACES

SGD, Momentum, Nesterov, AdaGrad, RMSProp, AdaDelta, Adam, Nadam, AdamW = OPTIMIZERS.values()
EVERY = pytest.mark.parametrize("cls", OPTIMIZERS.values(), ids=OPTIMIZERS)


def walk(opt, gradient, theta, n_steps):
    """theta after 0, 1, ..., n_steps steps."""
    path, state = [np.asarray(theta, dtype=float)], opt.init(theta)
    for t in range(n_steps):
        step, state = opt.update(gradient(path[-1]), state, t, path[-1])
        path.append(path[-1] + step)
    return np.array(path)


def steps(opt, n_steps, g=1.0):
    """Lengths of the steps against a constant gradient, in units of lr."""
    return -np.diff(walk(opt, lambda theta: np.full(1, g), np.zeros(1), n_steps)[:, 0]) / opt.lr


def arrays(state):
    return [a for a in (state if isinstance(state, tuple) else (state,)) if isinstance(a, np.ndarray)]


# --- the contract that all share


def test_registry():
    assert " ".join(OPTIMIZERS) == "SGD Momentum Nesterov AdaGrad RMSProp AdaDelta Adam Nadam AdamW"
    assert all(cls.__name__ == name and issubclass(cls, Optimizer) for name, cls in OPTIMIZERS.items())


@EVERY
def test_update_changes_nothing_that_it_was_given(cls):
    rng = np.random.default_rng(0)
    opt, theta = cls(lr=0.1), rng.normal(size=5)
    state = opt.init(theta)
    for t in range(3):
        grad = rng.normal(size=5)
        for a in [theta, grad, *arrays(state)]:
            a.flags.writeable = False  # an update in place would raise
        before = [theta.copy(), grad.copy(), *(a.copy() for a in arrays(state))]
        step, new = opt.update(grad, state, t, theta)
        again, _ = opt.update(grad, state, t, theta)
        np.testing.assert_array_equal(step, again)
        for a, b in zip([theta, grad, *arrays(state)], before, strict=True):
            np.testing.assert_array_equal(a, b)
        assert not any(np.shares_memory(step, a) for a in [grad, theta, *arrays(new)])
        theta, state = theta + step, new


@EVERY
def test_every_coordinate_is_on_its_own_whatever_the_shape(cls):
    rng = np.random.default_rng(1)
    theta, grads = rng.normal(size=(3, 4, 2)), rng.normal(size=(6, 3, 4, 2))
    whole, flat, one = (iter(grads), iter(grads.reshape(6, -1)), iter(grads[:, 1, 2, 0]))
    path = walk(cls(lr=0.1), lambda _: next(whole), theta, 6)
    np.testing.assert_array_equal(path.reshape(7, -1), walk(cls(lr=0.1), lambda _: next(flat), theta.ravel(), 6))
    np.testing.assert_allclose(path[:, 1, 2, 0], walk(cls(lr=0.1), lambda _: next(one), theta[1, 2, 0], 6), rtol=1e-13)


@EVERY
@pytest.mark.parametrize(
    "lr",
    [0.1, np.float64(0.1), Constant(0.1), np.cos, np.full(3, 0.1)],
    ids=["float", "float64", "schedule", "function", "array"],
)
def test_float32_stays_float32(cls, lr):
    opt, theta, grad = cls(lr=lr), np.ones(3, np.float32), np.full(3, 0.5, np.float32)
    state = opt.init(theta)
    for t in range(2):
        step, state = opt.update(grad, state, t, theta)
        assert {step.dtype, *(a.dtype for a in arrays(state))} == {np.dtype(np.float32)}
    assert np.isfinite(step).all() and step.any()


@EVERY
def test_whole_numbers_are_no_obstacle(cls):
    theta, grad = np.array([3, -2]), np.array([1, -4])
    step, state = cls(lr=0.1).update(grad, cls().init(theta), 0, theta)
    expected, _ = cls(lr=0.1).update(grad.astype(float), cls().init(theta.astype(float)), 0, theta)
    np.testing.assert_array_equal(step, expected)
    assert all(a.dtype == float for a in arrays(state))


@EVERY
def test_a_schedule_is_read_at_every_step(cls):
    rates = [0.1, 0.03, 0.2, 0.05]
    theta, grads = np.array([1.0, -2.0]), np.random.default_rng(2).normal(size=(4, 2))
    opt, state = cls(lr=lambda t: rates[t]), cls().init(theta)
    for t, grad in enumerate(grads):
        step, _ = opt.update(grad, state, t, theta)
        expected, state = cls(lr=rates[t]).update(grad, state, t, theta)
        np.testing.assert_array_equal(step, expected)


@EVERY
def test_arrays_of_settings_are_so_many_optimizers(cls):
    settings = [name for name in signature(cls).parameters if name not in ("bias_correction", "lr")]
    rates = np.array([0.01, 0.1, 0.5])
    values = {name: np.array([0.2, 0.9]) for name in settings}
    plane = cls(lr=rates[:, None, None], **{name: v[:, None] for name, v in values.items()})
    assert plane.shape == ((3, 2, 1) if settings else (3, 1, 1))
    theta = np.broadcast_to([1.0, -2.0], (3, 2, 2))
    path = walk(plane, lambda p: p * [1.0, 3.0], theta, 5)
    for i, j in np.ndindex(3, 2):
        one = cls(lr=rates[i], **{name: v[j] for name, v in values.items()})
        np.testing.assert_allclose(path[:, i, j], walk(one, lambda p: p * [1.0, 3.0], theta[i, j], 5), rtol=1e-12)


@EVERY
def test_a_zero_gradient_moves_nothing_and_warns_of_nothing(cls):
    theta = np.zeros(3)
    with np.errstate(all="raise"):
        step, _ = cls().update(np.zeros(3), cls().init(theta), 0, theta)
    np.testing.assert_array_equal(step, 0)


@EVERY
def test_frozen_hashable_equal(cls):
    opt = cls(lr=Cosine(0.1, 50))
    assert opt == cls(lr=Cosine(0.1, 50)) and len({opt, cls(lr=Cosine(0.1, 50)), cls(lr=0.2)}) == 2
    with pytest.raises(AttributeError):
        opt.lr = 0.2


@pytest.mark.parametrize(
    "opt, label",
    [
        (SGD(0.1), "SGD(lr=0.1)"),
        (Momentum(lr=0.1, rho=0.99), "Momentum(lr=0.1, rho=0.99)"),
        (Momentum(lr=0.1, rho=0.9), "Momentum(lr=0.1)"),
        (Adam(), "Adam(lr=0.001)"),
        (Adam(1e-5, bias_correction=False), "Adam(lr=1e-05, bias_correction=False)"),
        (AdamW(lr=np.float64(0.1), weight_decay=0.5), "AdamW(lr=0.1, weight_decay=0.5)"),
        (Adam(lr=Cosine(0.1, 50)), "Adam(lr=Cosine(lr=0.1, n_steps=50))"),
        (SGD(lr=np.ones((5, 1))), "SGD(lr=<array 5×1>)"),
        (SGD(lr=np.cos), "SGD(lr=cos)"),
    ],
)
def test_repr_is_the_legend_label(opt, label):
    assert repr(opt) == label


@EVERY
@pytest.mark.parametrize("lr", [0, -0.1, np.nan, np.inf, "fast", None, [0.1, -0.1], []])
def test_bad_rates_are_named(cls, lr):
    with pytest.raises(ValueError, match="^lr: got"):
        cls(lr=lr)


@pytest.mark.parametrize(
    "cls, setting",
    [
        (Momentum, {"rho": 1.1}),
        (Momentum, {"rho": -0.1}),
        (Nesterov, {"rho": "high"}),
        (RMSProp, {"rho": 1.0}),
        (RMSProp, {"eps": 0}),
        (AdaGrad, {"eps": -1e-8}),
        (AdaDelta, {"rho": 1.0}),
        (Adam, {"beta1": 1.0}),
        (Adam, {"beta1": -0.1}),
        (Adam, {"beta2": 1.0}),
        (Adam, {"beta2": [0.9, 1.0]}),
        (Adam, {"eps": 0.0}),
        (Adam, {"bias_correction": "yes"}),
        (AdamW, {"weight_decay": -0.1}),
        (Nadam, {"momentum_decay": -1}),
    ],
)
def test_bad_settings_are_named(cls, setting):
    with pytest.raises(ValueError, match=f"^{next(iter(setting))}: got"):
        cls(**setting)


def test_no_friction_is_allowed():
    assert Momentum(rho=1).rho == 1


def test_adamw_says_that_it_needs_theta():
    with pytest.raises(ValueError, match="^theta: got None, want the parameters"):
        AdamW().update(np.ones(2), AdamW().init(np.ones(2)), 0)


# --- closed forms: descent


def peaks(opt, n_steps, curvature=1.0):
    return np.abs(walk(opt, lambda x: curvature * x, np.ones_like(opt.lr), n_steps))


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
@pytest.mark.parametrize(
    "cls, limit",
    [
        (SGD, lambda rho: 2.0),
        (Momentum, lambda rho: 2 * (1 + rho)),
        (Nesterov, lambda rho: 2 * (1 + rho) / (1 + 2 * rho)),
    ],
)
def test_largest_stable_rate_on_a_quadratic(cls, limit, rho):
    settings = {} if cls is SGD else {"rho": rho}
    below, above = peaks(cls(lr=limit(rho) * np.array([0.99, 1.01]) / 3, **settings), 3000, curvature=3.0)[-1]
    assert below < 1e-3 and above > 1e3


def test_nesterovs_limit_at_rho_09():
    below, above = peaks(Nesterov(lr=np.array([1.356, 1.358])), 8000)[-1]
    assert below < 1 < above


def test_sgds_best_rate_on_a_bowl():
    path = walk(SGD(lr=2 / 21), SURFACES["bowl"].grad, [1.0, 1.0], 200)
    distance = np.linalg.norm(path, axis=1)
    np.testing.assert_allclose(distance[1:] / distance[:-1], 19 / 21, rtol=1e-9)
    assert distance[1] / distance[0] == pytest.approx(0.9048, abs=5e-5)
    assert np.argmax(distance <= 1e-6 * distance[0]) == 139
    for lr in (2 / 21 * 0.98, 2 / 21 * 1.02):
        assert np.linalg.norm(walk(SGD(lr), SURFACES["bowl"].grad, [1.0, 1.0], 200)[-1]) > distance[-1]


def test_heavy_balls_best_settings_on_a_bowl():
    root = np.sqrt(20)
    rate = (root - 1) / (root + 1)
    opt = Momentum(lr=(2 / (1 + root)) ** 2, rho=rate**2)
    distance = np.linalg.norm(walk(opt, SURFACES["bowl"].grad, [1.0, 1.0], 400), axis=1)
    assert rate == pytest.approx(0.6345, abs=5e-5)
    assert np.argmax(distance <= 1e-6 * distance[0]) == 39
    # The double root makes it n · rateⁿ, which a factor (n + 1) / n a step slows down.
    assert (distance[300] / distance[200]) ** (1 / 100) == pytest.approx(rate * (301 / 201) ** 0.01, rel=1e-3)


# --- closed forms: momentum and its conventions


def test_momentum_sums_up_a_constant_gradient():
    lengths = steps(Momentum(lr=0.1, rho=0.9), 200)
    np.testing.assert_allclose(lengths, (1 - 0.9 ** np.arange(1, 201)) / (1 - 0.9), rtol=1e-10)
    assert steps(Momentum(lr=0.1, rho=1.0), 5) == pytest.approx([1, 2, 3, 4, 5])


def gradient(p):
    return SURFACES["beale"].grad(p)


def other_momentum(lr, theta, n_steps, gain, rate_inside):
    """v = rho v + gain · [lr] · g; theta -= [lr] · v."""
    path, v = [np.array(theta)], 0.0
    for t in range(n_steps):
        inside, outside = (lr(t), 1.0) if rate_inside else (1.0, lr(t))
        v = 0.9 * v + gain * inside * gradient(path[-1])
        path.append(path[-1] - outside * v)
    return np.array(path)


def test_rate_inside_the_velocity_is_the_same_path_only_while_it_is_constant():
    path = walk(Momentum(lr=0.002), gradient, [1.0, 1.5], 50)
    np.testing.assert_allclose(other_momentum(lambda t: 0.002, [1.0, 1.5], 50, 1.0, True), path, rtol=1e-10)
    cosine = Cosine(0.004, 50)
    path = walk(Momentum(lr=cosine), gradient, [1.0, 1.5], 50)
    np.testing.assert_allclose(other_momentum(cosine, [1.0, 1.5], 50, 1.0, False), path, rtol=1e-10)
    assert np.abs(other_momentum(cosine, [1.0, 1.5], 50, 1.0, True) - path).max() > 0.05


def test_averaged_gradients_want_a_rate_ten_times_as_large():
    path = walk(Momentum(lr=0.002), gradient, [1.0, 1.5], 50)
    np.testing.assert_allclose(other_momentum(lambda t: 0.02, [1.0, 1.5], 50, 0.1, False), path, rtol=1e-9)


def test_nesterovs_ball_is_one_velocity_behind_the_look_ahead_point():
    lr, rho = 0.002, 0.9
    path = walk(Nesterov(lr=lr, rho=rho), gradient, [1.0, 1.5], 50)
    ball, v, seen = np.array([1.0, 1.5]), np.zeros(2), [np.array([1.0, 1.5])]
    for _ in range(50):
        v = rho * v - lr * gradient(ball + rho * v)
        ball = ball + v
        seen.append(ball + rho * v)
    np.testing.assert_allclose(path, seen, rtol=1e-10)


def test_nesterov_in_terms_of_the_old_velocity():
    lr, rho = 0.002, 0.9
    path = walk(Nesterov(lr=lr, rho=rho), gradient, [1.0, 1.5], 50)
    x, v, seen = np.array([1.0, 1.5]), np.zeros(2), [np.array([1.0, 1.5])]
    for _ in range(50):
        old, v = v, rho * v - lr * gradient(x)
        x = x - rho * old + (1 + rho) * v
        seen.append(x)
    np.testing.assert_allclose(path, seen, rtol=1e-10)


def test_nesterovs_first_step():
    assert steps(Nesterov(lr=0.1, rho=0.9), 1)[0] == pytest.approx(1.9)


# --- closed forms: adaptive steps


def test_adagrad_slows_down_like_the_root_of_t():
    lengths = steps(AdaGrad(lr=0.1), 100, g=7.0)
    np.testing.assert_allclose(lengths, 1 / np.sqrt(np.arange(1, 101)), rtol=1e-9)
    assert lengths.sum() == pytest.approx(18.59, abs=5e-3)


@pytest.mark.parametrize("rho, first", [(0.9, 3.16), (0.99, 10.0)])
def test_rmsprops_first_step(rho, first):
    assert steps(RMSProp(lr=0.1, rho=rho), 1, g=50.0)[0] == pytest.approx(first, abs=5e-3)
    assert steps(RMSProp(lr=0.1, rho=rho), 3000, g=50.0)[-1] == pytest.approx(1)


def test_adadeltas_first_step():
    assert steps(AdaDelta(), 1, g=50.0)[0] == pytest.approx(0.00447, abs=5e-6)
    assert steps(AdaDelta(rho=0.9, eps=1e-4), 1, g=50.0)[0] == pytest.approx(np.sqrt(1e-4 / 0.1), rel=1e-6)


def test_adadelta_steps_are_in_units_of_theta():
    # The loss x² with x in meters, and in centimeters: v has the units of g², u those of x², eps is nearly nothing.
    state = np.array([0.3]), np.array([0.7])
    meters, _ = AdaDelta(eps=1e-30).update(np.array([2.0]), state, 5)
    centimeters, _ = AdaDelta(eps=1e-30).update(np.array([2.0 / 100]), (state[0] / 100**2, state[1] * 100**2), 5)
    assert centimeters == pytest.approx(100 * meters)


@pytest.mark.parametrize("g", [1e-3, 1.0, -1.0, 1e6])
def test_adams_first_step_is_lr_whatever_the_scale(g):
    assert steps(Adam(lr=0.1), 1, g=g)[0] == pytest.approx(np.sign(g), rel=1e-4)


def test_adams_first_step_at_a_gradient_as_small_as_eps():
    assert steps(Adam(lr=0.1), 1, g=1e-8)[0] == pytest.approx(0.5)


def test_adam_under_a_constant_gradient():
    np.testing.assert_allclose(steps(Adam(lr=0.1), 100), 1, rtol=1e-6)
    raw = steps(Adam(lr=0.1, bias_correction=False), 100)
    n = np.arange(1, 101)
    np.testing.assert_allclose(raw, (1 - 0.9**n) / np.sqrt(1 - 0.999**n), rtol=1e-5)
    assert raw[0] == pytest.approx(3.162, abs=5e-4)
    assert raw.max() == pytest.approx(6.57, abs=5e-3) and n[raw.argmax()] == 12


def test_adam_as_written_in_the_paper():
    rng, m, v = np.random.default_rng(3), 0.0, 0.0
    opt = Adam(lr=0.1, beta1=0.8, beta2=0.95, eps=0.01)
    state = opt.init(np.zeros(4))
    for n in range(1, 20):
        g = rng.normal(size=4)
        m, v = 0.8 * m + 0.2 * g, 0.95 * v + 0.05 * g**2
        step, state = opt.update(g, state, n - 1)
        np.testing.assert_allclose(step, -0.1 * (m / (1 - 0.8**n)) / (np.sqrt(v / (1 - 0.95**n)) + 0.01), rtol=1e-12)
        np.testing.assert_allclose(state, [m, v], rtol=1e-12)


def test_nadam_with_a_constant_beta1():
    rng, m, v = np.random.default_rng(4), 0.0, 0.0
    opt = Nadam(lr=0.1, momentum_decay=1e4)
    state = opt.init(np.zeros(4))
    for n in range(1, 20):
        g = rng.normal(size=4)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        step, state = opt.update(g, state, n - 1)
        ahead = 0.9 * m / (1 - 0.9 ** (n + 1)) + 0.1 * g / (1 - 0.9**n)
        np.testing.assert_allclose(step, -0.1 * ahead / (np.sqrt(v / (1 - 0.999**n)) + 1e-8), rtol=1e-9)


def test_adamw_decays_theta_apart_from_the_gradient():
    theta, grad = np.array([10.0, -10.0]), np.array([3.0, 1.0])
    plain, _ = Adam(lr=0.1).update(grad, Adam().init(theta), 0)
    decayed, _ = AdamW(lr=0.1, weight_decay=0.5).update(grad, AdamW().init(theta), 0, theta)
    np.testing.assert_allclose(decayed, plain - 0.1 * 0.5 * theta)
    path = walk(AdamW(lr=0.1, weight_decay=0.5), np.zeros_like, theta, 20)
    np.testing.assert_allclose(path[-1], theta * (1 - 0.05) ** 20)


# --- every optimizer on every surface


RATES = {"AdaGrad": 0.5, "RMSProp": 0.05, "AdaDelta": 5.0, "Adam": 0.1, "Nadam": 0.1, "AdamW": 0.1}
# Without a division by the gradient's size the rate has to suit the surface.
GRADIENT_RATES = {
    "bowl": 0.02,
    "ravine": 0.1,
    "canyon": 0.1,
    "saddle": 0.02,
    "monkey_saddle": 0.02,
    "beale": 0.002,
    "rosenbrock": 0.0005,
    "himmelblau": 0.004,
    "styblinski_tang": 0.01,
    "rastrigin": 0.001,
    "plateau": 0.6,
    "cliff": 0.03,
}


@EVERY
@pytest.mark.parametrize("name", SURFACES)
def test_every_optimizer_descends_every_surface(cls, name):
    surface = SURFACES[name]
    run = descend(cls(lr=RATES.get(cls.__name__, GRADIENT_RATES[name])), surface, 200)
    if surface.floor is None:
        assert np.nanmin(run.losses) < 0 < run.losses[0]
    else:
        assert run.diverged_at == -1
        assert run.losses[-1] - surface.floor < 0.5 * (run.losses[0] - surface.floor)
