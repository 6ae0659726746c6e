"""Normalization layers: forward against formulas and PyTorch, backward against differences in both modes."""

import copy

import numpy as np
import pytest

from course_utils import normalization
from course_utils.gradients import check_gradients, numerical_gradient, relative_error
from course_utils.layers import Dense, ReLU, Tanh
from course_utils.network import Network
from course_utils.normalization import BatchNorm, GroupNorm, InstanceNorm, LayerNorm

LAYERS = {
    "BatchNorm": lambda: BatchNorm(4),
    "LayerNorm": lambda: LayerNorm(4),
    "GroupNorm": lambda: GroupNorm(4, groups=2, eps=0.5),
    "InstanceNorm": lambda: InstanceNorm(4),
}
SHAPES = {"plain": (5, 4), "positions": (3, 6, 4), "pictures": (3, 2, 3, 4)}
AXES = {"BatchNorm": (0, 1, 2), "LayerNorm": (3,), "InstanceNorm": (1, 2)}
FITTING = [
    pytest.param(name, shape, id=f"{name} {words}")
    for name in LAYERS
    for words, shape in SHAPES.items()
    if (name, words) != ("InstanceNorm", "plain")
]
MODES = pytest.mark.parametrize("training", [True, False], ids=["training", "test"])


def draw(seed=0, shape=(5, 4)):
    return np.random.default_rng(seed).normal(1, 3, size=shape)


def made(name, shape=(5, 4)):
    """A layer whose gamma, beta and running averages are not what they start at."""
    layer = LAYERS[name]()
    layer.gamma[:], layer.beta[:] = [0.5, -1, 2, 1.5], [1, 2, -3, 0]
    layer.forward(draw(9, shape), training=True)
    return layer


def net_with(layer):
    return Network([Dense(6, 4, rng=0), layer, Tanh(), Dense(4, 3, rng=1)])


def test_every_layer_is_here():
    classes = [c for c in vars(normalization).values() if isinstance(c, type) and issubclass(c, Dense.__base__)]
    assert {c.__name__ for c in classes} - {"Layer", "Normalization"} == LAYERS.keys()


@MODES
@pytest.mark.parametrize(("name", "shape"), FITTING)
def test_backward_is_the_gradient_of_forward(name, shape, training):
    layer, x = made(name, shape), draw(shape=shape)
    dout = draw(1, shape)
    layer.forward(x, training)
    dx = layer.backward(dout)
    grads = {key: getattr(layer, "d" + key).copy() for key in layer.params}

    def loss(_):
        # A copy: a forward pass in training moves the running averages.
        return np.sum(copy.deepcopy(layer).forward(x, training) * dout)

    assert relative_error(dx, numerical_gradient(loss, x)) < 1e-6
    for key, grad in grads.items():
        assert relative_error(grad, numerical_gradient(loss, getattr(layer, key))) < 1e-7


@pytest.mark.parametrize("name", AXES)
def test_entries_that_share_statistics_have_mean_0_and_variance_1(name):
    out = LAYERS[name]().forward(draw(shape=(6, 3, 5, 4)), training=True)
    np.testing.assert_allclose(out.mean(axis=AXES[name]), 0, atol=1e-12)
    np.testing.assert_allclose(out.var(axis=AXES[name]), 1, rtol=0.01)


def test_groups_are_of_neighboring_channels():
    out = GroupNorm(6, groups=2, eps=0).forward(draw(shape=(5, 7, 6)))
    for group in out[..., :3], out[..., 3:]:
        np.testing.assert_allclose(group.mean(axis=(1, 2)), 0, atol=1e-12)
        np.testing.assert_allclose(group.var(axis=(1, 2)), 1)


def test_group_norm_has_the_others_at_its_ends():
    x = draw(shape=(5, 4))
    np.testing.assert_allclose(GroupNorm(4, groups=1).forward(x), LayerNorm(4).forward(x))
    x = draw(shape=(5, 3, 4))
    np.testing.assert_allclose(GroupNorm(4, groups=4).forward(x), InstanceNorm(4).forward(x))


@pytest.mark.parametrize("axes", [(0,), (1,), (0, 1)])
def test_graph_form_and_short_form_are_equal(axes):
    x, dz = draw(shape=(8, 5)), draw(1, (8, 5))
    z, scale, _, _ = normalization.standardize(x, axes)
    short = normalization.standardize_backward(dz, z, scale, axes)
    np.testing.assert_allclose(normalization.standardize_backward_graph(dz, x, axes), short, rtol=0, atol=1e-12)


def test_layer_and_graph_form_are_equal():
    layer, x, dout = made("BatchNorm"), draw(), draw(1)
    layer.forward(x, training=True)
    graph = normalization.standardize_backward_graph(dout * layer.gamma, x, (0,))
    np.testing.assert_allclose(layer.backward(dout), graph, rtol=0, atol=1e-12)


# The two modes


@MODES
def test_gradients_of_a_net_are_right_in_both_modes(training):
    net = net_with(made("BatchNorm"))
    assert check_gradients(net, draw(shape=(5, 6)), np.array([0, 1, 2, 1, 0]), training=training).verdict == "right"


@MODES
def test_a_backward_pass_in_the_wrong_mode_is_found_out(training):
    class Confused(BatchNorm):
        def backward(self, dout, input_grad=True):
            self.training, self._count = not self.training, len(dout)
            return super().backward(dout, input_grad)

    layer = Confused(4)
    layer.forward(draw(9), training=True)
    found = check_gradients(net_with(layer), draw(shape=(5, 6)), np.array([0, 1, 2, 1, 0]), training=training)
    assert found.errors["0.W"] > 0.01
    assert found.errors["3.W"] < 1e-7


def test_a_net_knows_which_layers_differ_in_training():
    layers = [Dense(6, 4, rng=0), BatchNorm(4), ReLU(), Dense(4, 4, rng=0), LayerNorm(4), BatchNorm(4)]
    assert Network(layers).differ_in_training == {1: layers[1], 5: layers[5]}
    assert net_with(LayerNorm(4)).differ_in_training == {}
    x = draw(shape=(5, 6))
    for name in "BatchNorm", "LayerNorm", "GroupNorm":
        net = net_with(made(name))
        differs = not np.allclose(net.forward(x, training=True), net.forward(x))
        assert differs == bool(net.differ_in_training)


def test_training_uses_the_batch_and_test_the_running_averages():
    layer, x = made("BatchNorm"), draw()
    out = layer.forward(x, training=True)
    z = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    np.testing.assert_allclose(out, layer.gamma * z + layer.beta)
    z = (x - layer.running_mean) / np.sqrt(layer.running_var + 1e-5)
    np.testing.assert_allclose(layer.forward(x), layer.gamma * z + layer.beta)


def test_only_training_moves_the_running_averages():
    layer, x = BatchNorm(4, momentum=0.75), draw(shape=(5, 3, 4))
    layer.forward(x)
    np.testing.assert_array_equal([layer.running_mean, layer.running_var], [[0] * 4, [1] * 4])
    layer.forward(x, training=True)
    np.testing.assert_allclose(layer.running_mean, 0.25 * x.mean(axis=(0, 1)))
    np.testing.assert_allclose(layer.running_var, 0.75 + 0.25 * x.reshape(-1, 4).var(axis=0, ddof=1))


def test_in_test_mode_a_sample_does_not_see_the_others():
    net, x = net_with(made("BatchNorm")), draw(shape=(5, 6))
    np.testing.assert_allclose(net.forward(x)[:1], net.forward(x[:1]))


def test_a_copy_of_a_net_has_running_averages_of_its_own():
    net = net_with(made("BatchNorm"))
    before = net.layers[1].running_mean.copy()
    net.copy().forward(draw(shape=(5, 6)), training=True)
    np.testing.assert_array_equal(net.layers[1].running_mean, before)


# What the chapter says


def test_the_bias_before_it_has_no_gradient():
    net = net_with(made("BatchNorm"))
    net.forward(draw(shape=(5, 6)), training=True)
    net.backward(draw(1, (5, 3)))
    np.testing.assert_allclose(net.layers[0].db, 0, atol=1e-13)
    assert abs(net.layers[0].dW).min() > 1e-6


def test_gamma_and_beta_can_undo_it():
    layer, x = BatchNorm(4), draw()
    layer.gamma[:], layer.beta[:] = np.sqrt(x.var(axis=0) + layer.eps), x.mean(axis=0)
    np.testing.assert_allclose(layer.forward(x, training=True), x)


def test_a_channel_without_variance_gives_beta():
    x = np.column_stack([np.full(5, 7.0), draw(shape=(5, 3))])
    for eps in 0, 1e-5:
        layer = BatchNorm(4, eps=eps)
        layer.beta[:] = 3
        np.testing.assert_array_equal(layer.forward(x, training=True)[:, 0], 3)
        assert np.isfinite(layer.backward(np.ones((5, 4)))).all()


@pytest.mark.parametrize("name", ["BatchNorm", "LayerNorm", "GroupNorm"])
def test_float32_stays_float32(name):
    net = Network([Dense(6, 4, rng=0), LAYERS[name](), Dense(4, 3, rng=1)], dtype=np.float32)
    x = draw(shape=(5, 6)).astype(np.float32)
    for training in True, False:
        assert net.forward(x, training).dtype == np.float32
        assert net.backward(np.ones((5, 3), np.float32), input_grad=True).dtype == np.float32


def test_it_may_be_the_first_layer_of_a_net():
    net = Network([BatchNorm(6), Dense(6, 3, rng=0)])
    net.forward(draw(shape=(5, 6)), training=True)
    assert net.backward(np.ones((5, 3))) is None
    assert net.layers[0].dbeta.any()


@pytest.mark.parametrize("name", LAYERS)
def test_neither_pass_changes_what_it_is_given(name):
    layer, x = LAYERS[name](), draw(shape=(5, 3, 4))
    dout = draw(1, x.shape)
    kept, kept_dout = x.copy(), dout.copy()
    for training in True, False:
        layer.forward(x, training)
        layer.backward(dout)
    np.testing.assert_array_equal(x, kept)
    np.testing.assert_array_equal(dout, kept_dout)


def test_whole_numbers_are_taken_as_floats():
    np.testing.assert_allclose(BatchNorm(1, eps=0).forward(np.array([[4], [8]])), [[4], [8]])


def test_reprs():
    assert [repr(make()) for make in LAYERS.values()] == [
        "BatchNorm(4)",
        "LayerNorm(4)",
        "GroupNorm(4, groups=2)",
        "InstanceNorm(4)",
    ]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: BatchNorm(0), "n"),
        (lambda: BatchNorm(4, momentum=1.1), "momentum"),
        (lambda: BatchNorm(4, eps=-1e-5), "eps"),
        (lambda: LayerNorm(4, eps="small"), "eps"),
        (lambda: GroupNorm(4, groups=3), "groups"),
        (lambda: GroupNorm(4, groups=0), "groups"),
        (lambda: BatchNorm(4).forward(np.ones((1, 4)), training=True), "x: got a batch of one"),
        (lambda: BatchNorm(4).forward(np.ones((5, 3))), "x"),
        (lambda: BatchNorm(4).forward(np.ones(4)), "x"),
        (lambda: BatchNorm(4).forward(np.ones((0, 4))), "x"),
        (lambda: InstanceNorm(4).forward(np.ones((5, 4))), "x"),
        (lambda: GroupNorm(4, groups=4).forward(np.ones((5, 1, 4))), "x"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}.*(: got)?.*, want "):
        call()


def test_a_batch_of_one_is_welcome_where_there_are_positions_or_in_test_mode():
    assert BatchNorm(4).forward(draw(shape=(1, 3, 4)), training=True).shape == (1, 3, 4)
    assert BatchNorm(4).forward(draw(shape=(1, 4))).shape == (1, 4)
    assert LayerNorm(4).forward(draw(shape=(1, 4)), training=True).shape == (1, 4)
