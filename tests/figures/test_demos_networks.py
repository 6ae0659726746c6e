"""What the figures of chapter 02 show is so, and its checkers' references are the library's."""

import numpy as np
import pytest

from course_utils.bug_lab import SUSPECTS, suspects
from course_utils.check import BANK
from course_utils.demos.networks.boundaries import accuracy, folds_of, trained
from course_utils.demos.networks.bugs import LR, bug_found, bugs
from course_utils.demos.networks.bugs import trained as trained_with
from course_utils.demos.networks.graph import NODES, STEPS, graph_net, passes, rows_of
from course_utils.demos.networks.passes import AT_W1, LAST, moved, name_of, small_net
from course_utils.demos.networks.passes import passes as draw_passes
from course_utils.demos.networks.passes import run as run_passes
from course_utils.gradients import check_gradients, numerical_gradient, relative_error
from course_utils.layers import Dense, ReLU
from course_utils.losses import softmax_cross_entropy

# --- the network drawn


@pytest.mark.parametrize(("x", "y"), [((1.0, -0.6), 0), ((-0.7, 1.9), 1)])
def test_slopes_drawn_are_those_of_moving_each_number(x, y):
    net = small_net()
    found = run_passes(net, np.array([x]), y)
    np.testing.assert_allclose(moved(x, y), net.grad, atol=1e-5)
    last = net.layers[2]
    dh = numerical_gradient(
        lambda h: softmax_cross_entropy(h[None] @ last.W + last.b, np.array([y]))[0], found["h"].copy()
    )
    np.testing.assert_allclose(found["dh"], dh, atol=1e-9)


def test_the_counter_says_two_against_one_per_number_and_one():
    figure = draw_passes()
    counts = list(figure.figure.axes[1].texts)
    figure.set(step=AT_W1)
    assert [text.get_text() for text in counts] == ["2", "0"]
    figure.set(step=LAST)
    assert [text.get_text() for text in counts] == ["2", "18"]
    assert "b2[1] moved" in figure.stage.words
    figure.close()


@pytest.mark.parametrize(
    ("i", "name"), [(0, "W1[0, 0]"), (5, "W1[1, 2]"), (8, "b1[2]"), (12, "W2[1, 1]"), (15, "b2[0]")]
)
def test_every_number_has_its_name(i, name):
    assert name_of(i) == name


# --- the suspects


def test_each_suspect_is_wrong_where_its_mistake_is():
    x, y = np.random.default_rng(1).normal(size=(5, 4)), np.array([0, 1, 2, 3, 0])
    wrong = {
        letter: [name for name, error in check_gradients(net, x, y).errors.items() if error > 1e-2]
        for letter, net in suspects().items()
    }
    where = {
        "healthy": [], "bias of the last sample": ["2.b"], "W not transposed": ["0.W", "0.b"],
        "tanh's slope from its input": ["0.W", "0.b"],
    }  # fmt: skip
    assert wrong == {letter: where[verdict] for letter, verdict in SUSPECTS.items()}


# --- boundaries


def test_a_hidden_layer_bends_what_is_straight_without():
    assert accuracy(0) < 0.6 and accuracy(16) > 0.9


@pytest.mark.parametrize(("loss", "equal"), [("cross-entropy", np.log(3)), ("hinge", 2)])
@pytest.mark.parametrize("hidden", [0, 16])
def test_curves_start_at_the_loss_of_equal_scores(loss, equal, hidden):
    _, run = trained("spirals", hidden, "ReLU", loss, 1.0)
    assert run.losses[0] == pytest.approx(equal, rel=0.01)


def test_folds_are_where_a_hidden_unit_switches():
    net, _ = trained("spirals", 16, "ReLU", "cross-entropy", 1.0)
    ends = folds_of(net).T.reshape(16, 3, 2)
    assert np.isnan(ends[:, 2]).all()
    inputs = np.einsum("uek,ku->ue", ends[:, :2], net.layers[0].W) + net.layers[0].b[:, None]
    np.testing.assert_allclose(inputs, 0, atol=1e-9)


def test_a_run_that_diverges_is_told():
    figure = bugs()
    figure.set(bug="missing 1/N", lr=1.0)
    at = trained_with("missing 1/N", 1.0, 0).diverged_at
    assert at > 0 and f"with the one chosen: diverged at step {at}" in figure.stage.words
    figure.close()


# --- the graph


@pytest.mark.parametrize(("x", "y"), [((1.0, -0.6), 0), ((-0.7, 1.9), 1)])
def test_slopes_of_the_graph_are_those_of_differences(x, y):
    net, x = graph_net(1.0), np.array([x])
    values, slopes, loss = passes(net, x, y)

    def rest(layers, value):
        for layer in layers:
            value = layer.forward(value)
        return softmax_cross_entropy(value, np.array([y]))[0]

    for i, name in enumerate("xahcts"):
        want = numerical_gradient(lambda v, i=i: rest(net.layers[i:], v), values[name])
        assert relative_error(slopes[name], want) < 1e-7, name
    grad = net.grad.copy()
    assert relative_error(grad, numerical_gradient(lambda _: rest(net.layers, x), net.theta)) < 1e-7
    np.testing.assert_array_equal(np.concatenate([slopes[i].ravel() for i in "123"]), grad)
    assert values["loss"] == loss


def test_every_step_of_the_graph_names_something_shown():
    shown = {*NODES, *(f"d{name}" for name in NODES), "d1", "d2", "d3"}
    assert {what for what, _, _ in STEPS} <= shown
    assert rows_of(np.array([[-0.001, 1.0]])) == " 0.00  1.00"


# --- the planted bugs


@pytest.mark.parametrize(
    ("bug", "wrong"),
    [
        ("none", []),
        ("factor 2 in dW", ["0.W", "2.W"]),
        ("factor 4 in db", ["0.b", "2.b"]),
        ("missing 1/N", ["0.W", "0.b", "2.W", "2.b"]),
        ("ReLU by slope > 0", ["0.W", "0.b"]),
    ],
)
def test_the_curve_forgives_and_the_check_does_not(bug, wrong):
    run = trained_with(bug, LR, 0)
    assert (np.diff(run.train_loss[:6]) < 0).all() and run.final_val_accuracy > 0.85
    _, found = bug_found(bug)
    assert [array for array, error in found.errors.items() if error > 1e-2] == wrong
    assert found.verdict == ("wrong" if wrong else "right")


def test_a_missing_mean_hides_from_a_check_of_one_sample():
    assert bug_found("missing 1/N", samples=1)[1].verdict == "right"
    assert bug_found("missing 1/N", samples=2)[1].verdict == "wrong"


# --- the checkers' references


def test_layer_of_the_exercise_is_the_library_s():
    for case in BANK["layer_backward"].cases:
        dense, relu = Dense(*case["W"].shape, rng=0), ReLU()
        dense.W[:], dense.b[:] = case["W"], case["b"]
        relu.forward(dense.forward(case["x"]))
        want = dense.backward(relu.backward(case["dout"])), dense.dW, dense.db
        for got, right in zip(BANK["layer_backward"].reference(**case), want, strict=True):
            np.testing.assert_allclose(got, right, rtol=1e-12)
