"""Regularizers: gradients against differences, projections against the minimum they stand for, and `fit` with each."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from course_utils.data import blobs
from course_utils.gradients import numerical_gradient, relative_error
from course_utils.layers import Dense, Tanh
from course_utils.network import Network
from course_utils.normalization import BatchNorm
from course_utils.optimizers import SGD, AdamW
from course_utils.regularizers import L1, L2, REGULARIZERS, ElasticNet, MaxNorm, ProximalL1, WeightDecay, soft_threshold
from course_utils.training import fit

MADE = {
    "L2": L2(0.3),
    "L1": L1(0.3),
    "ElasticNet": ElasticNet(0.2, 0.7),
    "MaxNorm": MaxNorm(1.0),
    "ProximalL1": ProximalL1(0.3),
    "WeightDecay": WeightDecay(0.3),
}
W = np.random.default_rng(0).normal(size=(4, 3))
ALL = pytest.mark.parametrize("name", MADE)


def test_every_regularizer_is_here():
    assert MADE.keys() == REGULARIZERS.keys()
    assert all(type(made) is REGULARIZERS[name] for name, made in MADE.items())


# Penalties and gradients


@pytest.mark.parametrize(
    ("regularizer", "want"),
    [
        (L2(0.5), 0.25 * 30),
        (L1(0.5), 0.5 * 10),
        (ProximalL1(0.5), 0.5 * 10),
        (ElasticNet(0.5, 2.0), 0.5 * 10 + 1.0 * 30),
        (MaxNorm(0.5), 0),
    ],
)
def test_penalties(regularizer, want):
    penalty = regularizer.penalty(np.array([[1.0, -2.0], [3.0, -4.0]]))
    assert type(penalty) is float
    assert penalty == pytest.approx(want)


@pytest.mark.parametrize("name", ["L2", "L1", "ElasticNet", "MaxNorm"])
def test_the_gradient_is_that_of_the_penalty(name):
    assert abs(W).min() > 1e-3
    assert relative_error(MADE[name].gradient(W), numerical_gradient(MADE[name].penalty, W.copy())) < 1e-7


def test_the_gradient_of_l1_is_0_at_0():
    np.testing.assert_array_equal(L1(0.3).gradient(np.array([0.0, -0.0, 1.0])), [0, 0, 0.3])


def test_what_acts_in_the_projection_has_no_gradient():
    for name in "MaxNorm", "ProximalL1", "WeightDecay":
        np.testing.assert_array_equal(MADE[name].gradient(W), np.zeros((4, 3)))


@pytest.mark.parametrize("name", ["L2", "L1", "ElasticNet"])
def test_what_acts_in_the_gradient_does_not_project(name):
    w = W.copy()
    MADE[name].project(w, 0.1)
    np.testing.assert_array_equal(w, W)


@ALL
def test_an_elastic_net_of_one_part_is_that_part(name):
    np.testing.assert_array_equal(ElasticNet(0.3, 0).gradient(W), L1(0.3).gradient(W))
    np.testing.assert_array_equal(ElasticNet(0, 0.3).gradient(W), L2(0.3).gradient(W))


@ALL
def test_penalty_and_gradient_leave_the_weights_alone(name):
    w = W.copy()
    MADE[name].penalty(w), MADE[name].gradient(w)
    np.testing.assert_array_equal(w, W)


# Projections


@pytest.mark.parametrize("w", [-2.0, -0.3, 0.0, 0.3, 0.50001, 2.0])
def test_soft_threshold_is_the_minimum_it_stands_for(w):
    found = minimize_scalar(
        lambda v: (v - w) ** 2 / 2 + 0.5 * abs(v), bounds=(-3, 3), method="bounded", options={"xatol": 1e-9}
    ).x
    assert soft_threshold(np.array(w), 0.5) == pytest.approx(found, abs=1e-6)


def test_soft_threshold_makes_exact_zeros_without_a_sign():
    small = soft_threshold(np.array([-0.4, 0.4, -0.0, 0.5]), 0.5)
    np.testing.assert_array_equal(small, 0)
    assert not np.signbit(small).any()


def test_soft_threshold_takes_a_threshold_for_each():
    np.testing.assert_allclose(soft_threshold([1.0, 1.0, -1.0], np.array([0.0, 0.25, 3.0])), [1, 0.75, 0])


def test_proximal_l1_moves_by_the_rate_times_lam():
    w = W.copy()
    ProximalL1(0.5).project(w, 0.4)
    np.testing.assert_allclose(w, soft_threshold(W, 0.2))
    assert (w == 0).any()


def test_max_norm_shortens_the_long_columns_alone():
    w = np.array([[3.0, 0.3, 0.0], [4.0, 0.4, 0.0]])
    MaxNorm(2.0).project(w, 0.1)
    np.testing.assert_allclose(w, [[1.2, 0.3, 0], [1.6, 0.4, 0]])


def test_max_norm_takes_a_vector_for_one_unit():
    w = np.array([3.0, 4.0])
    MaxNorm(1.0).project(w, 0.1)
    np.testing.assert_allclose(w, [0.6, 0.8])


# In training


def net():
    rng = np.random.default_rng(1)
    return Network([Dense(2, 8, rng=rng), BatchNorm(8), Tanh(), Dense(8, 3, rng=rng)])


@ALL
def test_fit_takes_it_and_biases_gamma_and_beta_do_not_feel_it(name):
    trained = net()
    before = trained.unpack(trained.theta.copy())
    fit(trained, blobs(60), SGD(lr=0.1), 1, 1000, rng=0, regularizer=MADE[name])
    plain = net()
    fit(plain, blobs(60), SGD(lr=0.1), 1, 1000, rng=0)
    for key, value in trained.unpack(trained.theta).items():
        same = np.array_equal(value, plain.unpack(plain.theta)[key])
        assert same != key.endswith("W"), key
        assert not np.array_equal(value, before[key])


def test_losses_in_the_history_are_those_of_the_data():
    assert fit(net(), blobs(60), SGD(lr=1e-9), 0, 60, regularizer=L2(100.0)).train_loss[0] < 10


def test_a_large_max_norm_changes_nothing():
    one, other = net(), net()
    fit(one, blobs(60), SGD(lr=0.1), 2, 10, regularizer=MaxNorm(1e6))
    fit(other, blobs(60), SGD(lr=0.1), 2, 10)
    np.testing.assert_array_equal(one.theta, other.theta)


def test_max_norm_holds_at_every_step():
    norms = []
    fit(
        net(),
        blobs(60),
        SGD(lr=0.5),
        3,
        10,
        regularizer=MaxNorm(0.7),
        step_callbacks=[lambda s: norms.append(max(np.linalg.norm(w, axis=0).max() for w, _ in s.net.weights))],
    )
    assert len(norms) >= 10
    assert max(norms[1:]) == pytest.approx(0.7)


def test_l2_under_sgd_is_decay_at_the_step():
    def distance(lr):
        """Between the two, relative to what the penalty did in the same time."""
        ends = []
        for regularizer in L2(0.2), WeightDecay(0.2), None:
            trained = net()
            fit(trained, blobs(60), SGD(lr=lr), round(1 / lr), 1000, rng=0, regularizer=regularizer)
            ends.append(trained.theta)
        return np.linalg.norm(ends[0] - ends[1]) / np.linalg.norm(ends[0] - ends[2])

    # They differ by lr · lam of the step: a tenth of the rate, a tenth of the distance.
    assert distance(0.1) < 0.05
    assert distance(0.01) == pytest.approx(distance(0.1) / 10, rel=0.3)


@pytest.mark.parametrize("opt", [SGD(lr=0.1), AdamW(lr=0.1, weight_decay=0)])
def test_weight_decay_multiplies_after_the_step(opt):
    one, other = net(), net()
    fit(one, blobs(60), opt, 1, 1000, rng=0, regularizer=WeightDecay(0.5))
    fit(other, blobs(60), opt, 1, 1000, rng=0)
    for (w, _), (plain, _) in zip(one.weights, other.weights, strict=True):
        np.testing.assert_allclose(w, 0.95 * plain)


def test_proximal_steps_make_zeros_where_the_gradient_does_not():
    def zeros(regularizer):
        trained = net()
        fit(trained, blobs(60), SGD(lr=0.1), 30, 10, rng=0, regularizer=regularizer)
        return sum(np.count_nonzero(w == 0) for w, _ in trained.weights)

    assert zeros(ProximalL1(0.2)) > 5
    assert zeros(L1(0.2)) == 0


@ALL
def test_float32_stays_float32(name):
    w = W.astype(np.float32)
    assert MADE[name].gradient(w).dtype == np.float32
    MADE[name].project(w, 0.1)
    assert w.dtype == np.float32
    assert soft_threshold(w, 0.1).dtype == np.float32


def test_numpy_numbers_do_not_widen_float32():
    assert L2(np.float64(0.1)).gradient(W.astype(np.float32)).dtype == np.float32


# Words


def test_reprs():
    assert [repr(made) for made in MADE.values()] == [
        "L2(lam=0.3)",
        "L1(lam=0.3)",
        "ElasticNet(l1=0.2, l2=0.7)",
        "MaxNorm(c=1)",
        "ProximalL1(lam=0.3)",
        "WeightDecay(lam=0.3)",
    ]


def test_they_are_settings_that_can_be_told_apart():
    assert {L2(0.1), L2(0.1), L1(0.1), L2(0.2)} == {L2(0.1), L1(0.1), L2(0.2)}


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: L2(-0.1), "lam"),
        (lambda: L1(np.nan), "lam"),
        (lambda: L1("much"), "lam"),
        (lambda: ProximalL1(-1), "lam"),
        (lambda: WeightDecay(-1), "lam"),
        (lambda: L2(np.array([0.1, 0.2])), "lam"),
        (lambda: ElasticNet(-0.1, 0.1), "l1"),
        (lambda: ElasticNet(0.1, np.inf), "l2"),
        (lambda: MaxNorm(0), "c"),
        (lambda: soft_threshold(W, -0.1), "t"),
        (lambda: MaxNorm(1).project([1.0, 2.0], 0.1), "W"),
        (lambda: ProximalL1(1).project(np.array([1, 2]), 0.1), "W"),
        (lambda: WeightDecay(1).project(np.broadcast_to(1.0, (2, 2)), 0.1), "W"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()
