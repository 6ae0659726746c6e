"""Every layer forward against its formula, backward against differences of its output."""

import numpy as np
import pytest

from course_utils import layers
from course_utils.gradients import check_gradients, numerical_gradient, relative_error
from course_utils.initializers import zeros
from course_utils.layers import ELU, GELU, Dense, LeakyReLU, Maxout, ReLU, Sigmoid, SiLU, Tanh
from course_utils.losses import softmax_cross_entropy
from course_utils.network import Network

LAYERS = {
    "Dense": lambda: Dense(4, 3, rng=0),
    "ReLU": ReLU,
    "Tanh": Tanh,
    "Sigmoid": Sigmoid,
    "LeakyReLU": lambda: LeakyReLU(0.2),
    "ELU": lambda: ELU(0.5),
    "GELU": GELU,
    "SiLU": SiLU,
    "Maxout": lambda: Maxout(4, pieces=2),
}
EACH = pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)


def batch(seed=0, shape=(5, 4)):
    return np.random.default_rng(seed).normal(size=shape)


def test_every_layer_is_here():
    # Of the module alone: other tests' layers are subclasses as well.
    classes = [c for c in vars(layers).values() if isinstance(c, type) and c.__module__ == layers.__name__]
    bases = {base for c in classes for base in c.__bases__}
    assert {c.__name__ for c in classes if c not in bases} == LAYERS.keys()


@EACH
def test_backward_is_the_gradient_of_forward(make):
    layer, x = make(), batch()
    dout = batch(1, layer.forward(x).shape)
    dx = layer.backward(dout)
    assert relative_error(dx, numerical_gradient(lambda x: np.sum(layer.forward(x) * dout), x)) < 1e-7
    for name in layer.params:
        slope = numerical_gradient(lambda _: np.sum(layer.forward(x) * dout), getattr(layer, name))
        assert relative_error(getattr(layer, "d" + name), slope) < 1e-7


@EACH
def test_neither_pass_changes_what_it_is_given(make):
    layer, x = make(), batch()
    dout = np.ones_like(layer.forward(x))
    kept, kept_dout = x.copy(), dout.copy()
    layer.forward(x, training=True)
    layer.backward(dout)
    np.testing.assert_array_equal(x, kept)
    np.testing.assert_array_equal(dout, kept_dout)


def test_dense_is_x_w_plus_b():
    layer, x = Dense(4, 3, rng=0), batch()
    layer.b[:] = [1, 2, 3]
    np.testing.assert_allclose(layer.forward(x), np.einsum("ni,io->no", x, layer.W) + [1, 2, 3])
    assert layer.n_params == 15


def test_dense_starts_at_its_initializer_and_bias_zero():
    assert not Dense(4, 3, rng=0).b.any()
    assert not Dense(4, 3, init=zeros).W.any()
    np.testing.assert_allclose(Dense(900, 100, rng=0).W.std(), (2 / 900) ** 0.5, rtol=0.02)


def test_dense_owns_its_weights():
    w = np.ones((2, 2))
    layer = Dense(2, 2, init=lambda n_in, n_out, rng: w)
    layer.W += 1
    np.testing.assert_array_equal(w, 1)


def test_dense_skips_the_gradient_of_its_input_when_told():
    layer, x = Dense(4, 3, rng=0), batch()
    layer.forward(x)
    assert layer.backward(np.ones((5, 3)), input_grad=False) is None
    np.testing.assert_allclose(layer.dW, x.T @ np.ones((5, 3)))


def test_relu_knows_its_pattern():
    layer = ReLU()
    layer.forward(np.array([[-1.0, 0.0, 2.0]]))
    np.testing.assert_array_equal(layer.pattern(), [[False, False, True]])


def test_kinked_layers_know_their_patterns():
    x = np.array([[-1.0, 0.5, 2.0, 1.0]])
    for layer in (LeakyReLU(), ELU()):
        layer.forward(x)
        np.testing.assert_array_equal(layer.pattern(), x > 0)
    layer = Maxout(4)
    layer.forward(x)
    np.testing.assert_array_equal(layer.pattern(), [[False, True, True, False]])


def test_reprs():
    assert [repr(make()) for make in LAYERS.values()] == [
        "Dense(4, 3)",
        "ReLU()",
        "Tanh()",
        "Sigmoid()",
        "LeakyReLU(0.2)",
        "ELU(0.5)",
        "GELU()",
        "SiLU()",
        "Maxout(4, pieces=2)",
    ]


def test_maxout_halves_the_features():
    layer = Maxout(6, pieces=3)
    np.testing.assert_array_equal(layer.forward(np.array([[1.0, 3.0, 2.0, -1.0, -3.0, -2.0]])), [[3, -1]])
    np.testing.assert_array_equal(layer.backward(np.array([[5.0, 7.0]])), [[0, 5, 0, 7, 0, 0]])
    assert (layer.n_in, layer.n_out, layer.n_params) == (6, 2, 0)


@pytest.mark.parametrize("make", [Tanh, LeakyReLU, ELU, GELU, SiLU, lambda: Maxout(6, pieces=2)])
def test_every_activation_in_a_net_and_its_copy(make):
    wide = 3 if isinstance(make(), Maxout) else 6
    net = Network([Dense(4, 6, rng=0), make(), Dense(wide, 3, rng=1)]).copy()
    assert check_gradients(net, batch(), np.array([0, 1, 2, 1, 0]), softmax_cross_entropy).verdict == "right"


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: Maxout(5, pieces=2), "n_in"),
        (lambda: Maxout(4, pieces=0), "pieces"),
        (lambda: LeakyReLU(slope="small"), "slope"),
        (lambda: ELU(alpha=-1), "alpha"),
        (lambda: Dense(0, 3, rng=0), "n_in"),
        (lambda: Dense(3, 1.5, rng=0), "n_out"),
        (lambda: Dense(3, 2), "rng"),
        (lambda: Dense(3, 2, init="he", rng=0), "init"),
        (lambda: Dense(3, 2, init=lambda n_in, n_out, rng: np.ones(3), rng=0), "init"),
        (lambda: Dense(3, 2, rng=0).forward(np.ones((5, 2))), "x"),
        (lambda: Dense(3, 2, rng=0).forward(np.ones(3)), "x"),
        (lambda: Dense(3, 2, rng=0).backward(np.ones((1, 2))), "backward"),
        (lambda: Tanh().backward(np.ones((1, 2))), "backward"),
        (lambda: Maxout(4).backward(np.ones((1, 2))), "backward"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}.*: got .*, want "):
        call()
