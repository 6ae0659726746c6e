"""One vector holds all parameters, whatever is done to it; the net computes what PyTorch computes."""

import copy
import itertools
import pickle

import numpy as np
import pytest

from course_utils import layers
from course_utils.data import Data, Split
from course_utils.gradients import check_gradients, numerical_gradient, relative_error
from course_utils.layers import Dense, Layer, ReLU, Tanh
from course_utils.losses import softmax_cross_entropy
from course_utils.network import Network
from course_utils.optimizers import OPTIMIZERS
from course_utils.training import fit


def build(sizes=(4, 5, 3), activation=Tanh, dtype=float, seed=0):
    rng = np.random.default_rng(seed)
    rows = [[Dense(n_in, n_out, rng=rng), activation()] for n_in, n_out in itertools.pairwise(sizes)]
    return Network(sum(rows, [])[:-1], dtype=dtype)


def batch(n=6, features=4, classes=3):
    rng = np.random.default_rng(1)
    return rng.normal(size=(n, features)), rng.integers(0, classes, n)


def follows(net):
    """True if the layers' arrays are windows on the vectors, and the net computes with them."""
    net.theta[:] = np.arange(net.n_params) / net.n_params
    net.backward(softmax_cross_entropy(net.forward(batch()[0]), batch()[1])[1])
    first, last = net.layers[0], net.layers[-1]
    x = batch()[0]
    w1, b1, w2, b2 = np.split(net.theta, [20, 25, 40])
    scores = np.tanh(x @ w1.reshape(4, 5) + b1) @ w2.reshape(5, 3) + b2
    return (
        np.array_equal(first.W.ravel(), net.theta[:20])
        and np.array_equal(last.db, net.grad[-3:])
        and net.grad.all()
        and np.allclose(net.forward(x), scores)
    )


def test_forward_is_the_layers_in_a_row():
    net, (x, _) = build(), batch()
    first, _, last = net.layers
    np.testing.assert_allclose(net.forward(x), np.tanh(x @ first.W + first.b) @ last.W + last.b)
    np.testing.assert_array_equal(net.predict(x), net.forward(x).argmax(axis=1))


def test_the_vector_starts_with_the_layers_own_weights():
    dense = Dense(4, 3, rng=0)
    w = dense.W.copy()
    np.testing.assert_array_equal(Network([dense]).theta, [*w.ravel(), 0, 0, 0])


def test_the_layers_follow_the_vector():
    assert follows(build())


def whole(net, value):
    net.theta = value


def in_place(net, value):
    net.theta[:] = value


def added(net, value):
    net.theta += value - net.theta


@pytest.mark.parametrize("assign", [whole, in_place, added])
def test_assignment_keeps_the_views(assign):
    net = build()
    value = np.linspace(-1, 1, net.n_params)
    kept, vector = value.copy(), net.theta
    assign(net, value)
    np.testing.assert_allclose(net.theta, kept, rtol=1e-14)
    np.testing.assert_array_equal(net.layers[0].W.ravel(), vector[:20])
    assert net.theta is vector and not np.shares_memory(vector, value)
    assert follows(net)
    np.testing.assert_array_equal(value, kept)


def test_the_gradient_can_be_added_to():
    net, (x, y) = build(), batch()
    net.backward(softmax_cross_entropy(net.forward(x), y)[1])
    before = net.grad.copy()
    net.grad += 2 * net.theta
    np.testing.assert_allclose(net.layers[0].dW.ravel(), (before + 2 * net.theta)[:20])


@pytest.mark.parametrize(
    "dup",
    [
        copy.deepcopy,
        copy.copy,
        Network.copy,
        lambda net: pickle.loads(pickle.dumps(net)),
        lambda net: pickle.loads(pickle.dumps(net, protocol=5)),
    ],
)
def test_a_copy_is_equal_and_its_own(dup):
    net = build()
    other = dup(net)
    np.testing.assert_array_equal(other.theta, net.theta)
    before = net.theta.copy()
    assert follows(other)
    np.testing.assert_array_equal(net.theta, before)
    np.testing.assert_array_equal(net.layers[0].W.ravel(), before[:20])
    assert follows(net)


@pytest.mark.parametrize("first", [[], [Tanh()]], ids=["Dense first", "Tanh first"])
def test_the_gradient_of_the_input_on_request(first):
    net, (x, y) = Network([*first, Dense(4, 3, rng=0)]), batch()
    dscores = softmax_cross_entropy(net.forward(x), y)[1]
    assert net.backward(dscores) is None
    dx = net.backward(dscores, input_grad=True)
    slope = numerical_gradient(lambda x: softmax_cross_entropy(net.forward(x), y)[0], x)
    assert relative_error(dx, slope) < 1e-7


def test_nothing_is_computed_before_the_first_layer_with_weights():
    class Untouched(Layer):
        def forward(self, x, training=False):
            return x

        def backward(self, dout):
            raise AssertionError("not needed in training")

    net = Network([Untouched(), Dense(4, 3, rng=0)])
    x, y = batch()
    net.backward(softmax_cross_entropy(net.forward(x), y)[1])
    assert net.grad.all()
    with pytest.raises(AssertionError):
        net.backward(np.ones((6, 3)), input_grad=True)


def test_training_reaches_every_layer():
    class Spy(ReLU):
        def forward(self, x, training=False):
            self.seen = training
            return super().forward(x, training)

    spy = Spy()
    net = Network([spy, Dense(4, 3, rng=0)])
    net.forward(batch()[0])
    assert spy.seen is False
    net.forward(batch()[0], training=True)
    assert spy.seen is True


def test_float32_stays_float32():
    net, (x, y) = build(dtype=np.float32), batch()
    scores = net.forward(x)
    dscores = softmax_cross_entropy(scores, y)[1]
    dx = net.backward(dscores, input_grad=True)
    assert {a.dtype for a in (net.theta, net.grad, scores, dscores, dx)} == {np.dtype(np.float32)}
    wide = build()
    np.testing.assert_allclose(scores, wide.forward(x), atol=1e-5)


def test_unpack_names_every_array():
    net = build()
    views = net.unpack(net.theta)
    shapes = {name: view.shape for name, view in views.items()}
    assert shapes == {"0.W": (4, 5), "0.b": (5,), "2.W": (5, 3), "2.b": (3,)}
    assert all(np.shares_memory(view, net.theta) for view in views.values())


def test_the_repr_counts():
    assert repr(build()).splitlines() == [
        "Network: 43 parameters, float64",
        "  0  Dense(4, 5)  25",
        "  1  Tanh()",
        "  2  Dense(5, 3)  18",
    ]


@pytest.mark.filterwarnings("error")
def test_weights_that_ran_away_give_no_warning():
    net, (x, _) = build(activation=ReLU), batch()
    net.theta[:] = 1e300
    assert not np.isfinite(net.forward(x)).all()
    net.backward(np.full((6, 3), 1e300))


def test_layers_may_be_shared_after_a_deepcopy():
    dense = Dense(4, 3, rng=0)
    Network([dense])
    other = copy.deepcopy(dense)
    net = Network([other])
    net.theta[:] = 0
    assert dense.W.any() and not other.W.any()


# --- layers of a learner's own


class Scale(Layer):
    """Each feature times a number of its own, written as a learner would: views, assignment, no input_grad."""

    params = ("g",)

    def __init__(self, g):
        self.n_in = self.n_out = len(g)
        self.g = g

    def forward(self, x, training=False):
        self.x = x
        return self.g * x

    def backward(self, dout):
        self.dg = (dout * self.x).sum(axis=0)
        return self.g * dout


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    "g",
    [lambda n: np.linspace(1, 2, n), lambda n: np.arange(2.0, 2 + 2 * n).reshape(2, n)[1], lambda n: [1.5] * n],
    ids=["linspace", "a view", "a list"],
)
def test_a_layer_of_ones_own_trains_wherever_it_stands(place, g):
    rows = [Dense(4, 5, rng=0), Tanh(), Dense(5, 3, rng=1)]
    rows.insert(place, Scale(g(4 if place == 0 else 5)))
    net, (x, y) = Network(rows), batch()
    assert check_gradients(net, x, y).error < 1e-7
    before = net.layers[place].g.copy()
    fit(net, Split(Data(x, y)), OPTIMIZERS["SGD"](lr=0.1), epochs=2)
    assert (net.layers[place].g != before).all() and follows_its_layers(net)


def follows_its_layers(net):
    return all(np.shares_memory(getattr(layer, name), net.theta) for layer in net.layers for name in layer.params)


def test_assignment_copies_into_the_network():
    net = build()
    for name, vector in ("W", net.theta), ("dW", net.grad):
        value = np.full((4, 5), 7.0)
        setattr(net.layers[0], name, value)
        assert (vector[:20] == 7).all() and getattr(net.layers[0], name).base is vector
        value[:] = 0
        assert (vector[:20] == 7).all()
    net.layers[0].W *= 2
    net.layers[0].W = net.layers[0].W - 4
    assert (net.theta[:20] == 10).all() and follows(net)


@pytest.mark.parametrize("dup", [copy.deepcopy, copy.copy])
def test_a_copy_of_a_layer_is_free(dup):
    net = build()
    other = dup(net.layers[0])
    before = net.theta.copy()
    other.W = np.ones((7, 2))
    assert other.W.shape == (7, 2)
    np.testing.assert_array_equal(net.theta, before)


def test_backward_wants_a_forward_pass():
    net, (x, _) = build(), batch()
    with pytest.raises(ValueError, match="^backward: got no batch, want a forward pass before it"):
        net.backward(np.ones((6, 3)))
    net.forward(x)
    net.copy().backward(np.ones((6, 3)))


class Lost(Dense):
    """Its params name an array that it does not make."""

    params = ("W", "b", "c")


USED = Dense(4, 3, rng=0)
Network([USED])
TWICE = ReLU()


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: Network([]), "layers"),
        (lambda: Network([ReLU()]), "layers"),
        (lambda: Network([layers.Maxout(4)]), "layers"),
        (lambda: Network([Dense, ReLU()]), r"layers\[0\]"),
        (lambda: Network([Dense(4, 3, rng=0), np.tanh]), r"layers\[1\]"),
        (lambda: Network([Lost(4, 3, rng=0)]), r"layers\[0\]"),
        (lambda: setattr(build().layers[0], "W", np.ones((5, 4))), "W"),
        (lambda: setattr(build().layers[0], "db", 0.0), "db"),
        (lambda: Network([Dense(4, 5, rng=0), ReLU(), Dense(6, 3, rng=0)]), r"layers\[2\]"),
        (lambda: Network([USED]), r"layers\[0\]"),
        (lambda: Network([TWICE, Dense(4, 3, rng=0), TWICE]), r"layers\[2\]"),
        (lambda: Network([Dense(4, 3, rng=0)], dtype=int), "dtype"),
        (lambda: Network([Dense(4, 3, rng=0)], dtype="foo"), "dtype"),
        (lambda: build().forward(np.ones((2, 5))), "x"),
        (lambda: build().forward(np.ones(4)), "x"),
        (lambda: build().predict([[np.nan, 0, 0, 0]]), "x"),
        (lambda: build().forward([["a", "b", "c", "d"]]), "x"),
        (lambda: setattr(build(), "theta", np.zeros(42)), "theta"),
        (lambda: setattr(build(), "theta", 0.0), "theta"),
        (lambda: setattr(build(), "grad", np.zeros((43, 1))), "grad"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()


def test_the_joint_that_does_not_fit_is_named():
    with pytest.raises(ValueError, match=r"^layers\[2\]: got Dense\(6, 3\) after .* 5 outputs, want .*n_in = 5"):
        Network([Dense(4, 5, rng=0), ReLU(), Dense(6, 3, rng=0)])
