"""What the figures of chapter 01 show is so, and its checkers' references are the library's."""

import numpy as np
import pytest

from course_utils.check import BANK
from course_utils.demos.gradients import chain, directions, hidden_layer, numerical, planted, search
from course_utils.gradients import numerical_gradient, relative_error
from course_utils.layers import Dense, ReLU
from course_utils.losses import multiclass_hinge, softmax_cross_entropy
from course_utils.surfaces import SURFACES

# --- boundaries


def test_a_hidden_layer_bends_what_is_straight_without():
    assert hidden_layer.accuracy(0) < 0.6 and hidden_layer.accuracy(16) > 0.9


@pytest.mark.parametrize(("loss", "equal"), [("cross-entropy", np.log(3)), ("hinge", 2)])
@pytest.mark.parametrize("hidden", [0, 16])
def test_curves_start_at_the_loss_of_equal_scores(loss, equal, hidden):
    _, run = hidden_layer._trained("spirals", hidden, "ReLU", loss, 1.0)
    assert run.losses[0] == pytest.approx(equal, rel=0.01)


def test_folds_are_where_a_hidden_unit_switches():
    net, _ = hidden_layer._trained("spirals", 16, "ReLU", "cross-entropy", 1.0)
    ends = hidden_layer._folds(net).T.reshape(16, 3, 2)
    assert np.isnan(ends[:, 2]).all()
    inputs = np.einsum("uek,ku->ue", ends[:, :2], net.layers[0].W) + net.layers[0].b[:, None]
    np.testing.assert_allclose(inputs, 0, atol=1e-9)


def test_a_run_that_diverges_is_told():
    figure = planted.bugs()
    figure.set(bug="missing 1/m", lr=1.0)
    at = planted._trained("missing 1/m", 1.0, 0).diverged_at
    assert at > 0 and f"with the one chosen: diverged at step {at}" in figure.stage.words
    figure.close()


# --- the compass


@pytest.mark.parametrize("surface", directions.SHOWN)
def test_the_slope_along_u_is_u_times_g(surface):
    s, here = SURFACES[surface], np.array(directions.STARTS[surface][0])
    for u in directions._toward(directions.MEASURED):
        assert np.linalg.norm(u) == pytest.approx(1)
        assert directions._measured(s, here, u) == pytest.approx(u @ s.grad(here), abs=1e-6)


def test_where_the_gradient_is_0_the_compass_says_so():
    figure = directions.compass()
    figure.set(surface="saddle").set(here=(0.0, 0.0))
    assert "The gradient is 0" in figure.stage.words
    figure.close()


# --- the numerical gradient


@pytest.mark.parametrize("name", numerical.CURVES)
def test_the_derivatives_of_the_curves(name):
    curve = numerical.CURVES[name]
    for lower, higher in (curve.f, curve.d1), (curve.d1, curve.d2), (curve.d2, curve.d3):
        for x in -1.7, 0.4, 1.3:
            assert relative_error(higher(x), numerical_gradient(lambda x, f=lower: float(f(x)), np.array(x))) < 1e-7


@pytest.mark.parametrize(("method", "term"), [("forward", 0), ("centered", 1)])
def test_errors_are_as_theory_says_above_the_best_step(method, term):
    large = (numerical.STEPS > 1e-3) & (numerical.STEPS < 1e-1)
    theory = numerical._theory(numerical.CURVES["sin x"], 1.0)[term]
    np.testing.assert_allclose(numerical.errors("sin x", 1.0, method)[large], theory[large], rtol=0.1)


def test_rounding_stays_below_its_line_and_near_it():
    small = numerical.STEPS < 1e-9
    line = numerical._theory(numerical.CURVES["sin x"], 1.0)[2][small]
    error = numerical.errors("sin x", 1.0, "forward")[small]
    assert (error < 1.5 * line).all() and np.median(error / line) > 0.1


# --- the graph


@pytest.mark.parametrize(("x", "y"), [((1.0, -0.6), 0), ((-0.7, 1.9), 1)])
def test_slopes_of_the_graph_are_those_of_differences(x, y):
    net, x = chain._net(1.0), np.array([x])
    values, slopes, loss = chain.passes(net, x, y)

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
    shown = {*chain.NODES, *(f"d{name}" for name in chain.NODES), "d1", "d2", "d3"}
    assert {what for what, _, _ in chain.STEPS} <= shown
    assert chain._rows(np.array([[-0.001, 1.0]])) == " 0.00  1.00"


# --- the planted bugs


@pytest.mark.parametrize(
    ("bug", "wrong"),
    [
        ("none", []),
        ("factor 2 in dW", ["0.W", "2.W"]),
        ("4/m in db", ["0.b", "2.b"]),
        ("missing 1/m", ["0.W", "0.b", "2.W", "2.b"]),
        ("ReLU by delta > 0", ["0.W", "0.b"]),
    ],
)
def test_the_curve_forgives_and_the_check_does_not(bug, wrong):
    run = planted._trained(bug, planted.LR, 0)
    assert (np.diff(run.train_loss[:6]) < 0).all() and run.final_val_accuracy > 0.85
    _, found = planted.bug_found(bug)
    assert [array for array, error in found.errors.items() if error > 1e-2] == wrong
    assert found.verdict == ("wrong" if wrong else "right")


def test_a_missing_mean_hides_from_a_check_of_one_sample():
    assert planted.bug_found("missing 1/m", samples=1)[1].verdict == "right"
    assert planted.bug_found("missing 1/m", samples=2)[1].verdict == "wrong"


# --- random search


@pytest.mark.parametrize("find", [search._guesses, search._steps, search._descent])
def test_every_way_starts_at_weights_of_0_and_tells_its_own_loss(find):
    losses, weights = find(0.1)
    assert losses[0] == pytest.approx(np.log(10)) and not weights[0].any()
    for i in 7, search.EVALUATIONS:
        assert search._loss(weights[i])[0] == losses[i]


def test_the_searches_keep_only_what_is_better_and_the_slope_wins():
    for find in search._guesses, search._steps:
        assert (np.diff(find(0.1)[0]) <= 0).all()
    guess, walk, slope = (search.found(way)[0] for way in search.WAYS)
    assert slope < 0.2 < 1 < walk < 2 < guess


def test_the_montage_shows_the_weights_of_each_digit():
    W = np.zeros((64, 10))
    W[9, 3] = -2.0  # row 1, column 1 of the digit 3
    picture = search._montage(W)
    assert picture.shape == (8, 89) and picture[1, 3 * 9 + 1] == -1 and np.count_nonzero(picture) == 1


# --- the checkers' references


@pytest.mark.parametrize(
    ("name", "ours"), [("softmax_cross_entropy", softmax_cross_entropy), ("hinge", multiclass_hinge)]
)
def test_losses_of_the_exercises_are_the_library_s(name, ours):
    for case in BANK[name].cases:
        for got, want in zip(BANK[name].reference(**case), ours(**case), strict=True):
            np.testing.assert_allclose(got, want, atol=1e-12)


def test_numerical_gradient_of_the_exercise_is_the_library_s():
    for case in BANK["numerical_gradient"].cases:
        np.testing.assert_allclose(BANK["numerical_gradient"].reference(**case), numerical_gradient(**case), rtol=1e-9)


def test_layer_of_the_exercise_is_the_library_s():
    for case in BANK["layer_backward"].cases:
        dense, relu = Dense(*case["W"].shape, rng=0), ReLU()
        dense.W[:], dense.b[:] = case["W"], case["b"]
        relu.forward(dense.forward(case["x"]))
        want = dense.backward(relu.backward(case["dout"])), dense.dW, dense.db
        for got, right in zip(BANK["layer_backward"].reference(**case), want, strict=True):
            np.testing.assert_allclose(got, right, rtol=1e-12)
