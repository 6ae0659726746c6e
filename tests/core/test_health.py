"""The health of layers against what is counted by hand, in one look and through a run."""

import numpy as np
import pytest

from course_utils.activations import dead_units, flat_fraction, relu_derivative, saturation_fraction
from course_utils.data import blobs
from course_utils.health import Health, LayerHealth, Monitor, layer_health, update_ratio
from course_utils.initializers import normal
from course_utils.layers import Dense, Maxout, ReLU, Tanh
from course_utils.network import Network
from course_utils.optimizers import SGD
from course_utils.training import fit

SPLIT = blobs(n=200)


def build(activation=ReLU, seed=0, std=1.0):
    rng = np.random.default_rng(seed)
    return Network(
        [
            Dense(2, 8, normal(std), rng),
            activation(),
            Dense(8, 8, normal(std), rng),
            activation(),
            Dense(8, 3, normal(std), rng),
        ]
    )


def test_one_look_counts_what_the_counters_count():
    x, net = SPLIT.train.x, build()
    net.layers[0].b[:3] = -100
    net.layers[2].b[0] = -100
    first, second = layer_health(net, x)
    h = net.layers[1].forward(net.layers[0].forward(x))
    assert first == LayerHealth(h.std(), flat_fraction(net.layers[0].forward(x), relu_derivative), dead_units(h).mean())
    assert first.dead >= 3 / 8
    assert second.flat > 1 / 8


def test_tanh_s_flat_share_is_its_saturation():
    x, net = SPLIT.train.x, build(Tanh, std=3.0)
    look = layer_health(net, x)[0]
    assert look.flat == saturation_fraction(np.tanh(x @ net.layers[0].W)) > 0.3
    assert look.dead == 0


def test_only_activations_of_one_number_are_looked_at():
    net = Network([Dense(2, 8, rng=0), Maxout(8), Dense(4, 3, rng=1)])
    assert layer_health(net, SPLIT.train.x) == []


def test_update_ratio():
    assert update_ratio(np.full((3, 2), 0.5), np.full((3, 2), -50.0)) == pytest.approx(0.01)
    assert update_ratio(np.ones(2), np.zeros(2)) == np.inf
    assert update_ratio(np.zeros(2), np.ones(2)) == 0


def run(net, epochs=3, every=1, lr=0.1):
    monitor, theirs = Monitor(SPLIT.train.x, every=every), []

    def by_hand(record):
        w, dw, step = (record.net.unpack(v)["2.W"] for v in (record.net.theta, record.net.grad, record.update))
        theirs.append((dw.std(), np.linalg.norm(step) / np.linalg.norm(w)))

    history = fit(net, SPLIT, SGD(lr=lr), epochs, 50, rng=0, step_callbacks=[by_hand, monitor], progress=False)
    return history, monitor.health(), np.array(theirs)


def test_a_run_is_recorded_step_by_step():
    net = build()
    history, health, theirs = run(net)
    assert isinstance(health, Health)
    np.testing.assert_array_equal(health.steps, np.arange(1, history.n_steps + 1))
    assert health.flat.shape == health.dead.shape == health.activation_std.shape == (history.n_steps, 2)
    assert health.update_ratio.shape == health.gradient_std.shape == (history.n_steps, 3)
    np.testing.assert_allclose(np.stack([health.gradient_std[:, 1], health.update_ratio[:, 1]], axis=1), theirs)
    last = layer_health(net, SPLIT.train.x)
    np.testing.assert_array_equal([health.activation_std[-1], health.flat[-1], health.dead[-1]], np.transpose(last))


def test_looking_changes_nothing():
    watched, other = build(), build()
    run(watched)
    fit(other, SPLIT, SGD(lr=0.1), 3, 50, rng=0, progress=False)
    np.testing.assert_array_equal(watched.theta, other.theta)


def test_every_other_step():
    history, health, _ = run(build(), every=2)
    np.testing.assert_array_equal(health.steps, np.arange(1, history.n_steps + 1, 2))


@pytest.mark.filterwarnings("error")
def test_a_run_that_diverges_is_recorded_in_silence():
    history, health, _ = run(build(Tanh), lr=1e307, epochs=5)
    assert history.diverged_at >= 0
    assert len(health.steps) == history.n_steps


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: layer_health("net", SPLIT.train.x), "net"),
        (lambda: layer_health(build(), np.ones((3, 5))), "x"),
        (lambda: Monitor(np.ones(3)), "x"),
        (lambda: Monitor(np.ones((3, 2)), every=0), "every"),
        (lambda: Monitor(np.ones((3, 2))).health(), "monitor"),
        (lambda: update_ratio(np.ones(3), np.ones(2)), "weights"),
        (lambda: update_ratio([np.nan], [1.0]), "step"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()
