"""What the figures of chapter 01 show is so, and its checkers' references are the library's."""

import numpy as np
import pytest

from course_utils.check import BANK
from course_utils.demos.gradients.compass import MEASURED, SHOWN, STARTS, compass, measured_slopes, toward_at
from course_utils.demos.gradients.landmarks import START, descent, stationary
from course_utils.demos.gradients.numerical_error import CURVES, STEPS, errors, theory_of
from course_utils.demos.gradients.random_search import (
    EVALUATIONS,
    WAYS,
    descent_run,
    found,
    guesses,
    loss_of,
    montage,
    steps_of,
)
from course_utils.demos.gradients.scores import scores
from course_utils.gradients import numerical_gradient, relative_error
from course_utils.losses import multiclass_hinge, softmax, softmax_cross_entropy
from course_utils.surfaces import SURFACES

# --- scores


def test_the_words_tell_both_losses_and_their_slopes():
    figure = scores()
    figure.set(A=(0.0, 6.0))
    p = softmax(np.array([6.0, 1.0, -1.0]))
    slopes = ", ".join(f"{v:.3f}" for v in p - [0, 1, 0])
    assert f"Cross-entropy {-np.log(p[1]):.3f}, its slopes p - onehot = ({slopes})" in figure.stage.words
    assert "Hinge 6.000, its slopes (+1, -1, 0)" in figure.stage.words
    figure.close()


def test_a_top_stays_over_its_bar():
    figure = scores()
    figure.set(C=(0.3, 4.0))
    assert figure.values["C"] == (2, 4.0)
    figure.close()


# --- landmarks


def test_every_landmark_is_of_its_kind_and_all_are_found():
    kinds, surface = stationary(), SURFACES["styblinski_tang"]
    assert {kind: len(places) for kind, places in kinds.items()} == {
        "global minimum": 1, "local minimum": 3, "saddle": 4, "maximum": 1
    }  # fmt: skip
    for kind, places in kinds.items():
        for place in places:
            assert np.abs(surface.grad(place)).max() < 1e-9
            signs = np.sign(np.linalg.eigvalsh(surface.hess(place)))
            assert tuple(signs) == {"saddle": (-1, 1), "maximum": (-1, -1)}.get(kind, (1, 1))
    assert surface.f(kinds["global minimum"][0]) == pytest.approx(surface.floor)


def test_beside_a_saddle_the_gradient_falls_and_rises_again():
    points, losses, slopes = descent(START)
    dip = int(slopes[:30].argmin())
    assert 0 < dip < 30 and slopes[dip] < slopes[0] / 50 and slopes[dip:50].max() > 10 * slopes[dip]
    assert losses[-1] == pytest.approx(-50.06, abs=0.01) and (np.diff(losses) <= 0).all()


# --- the compass


@pytest.mark.parametrize("surface", SHOWN)
def test_the_slope_along_u_is_u_times_g(surface):
    s, here = SURFACES[surface], np.array(STARTS[surface][0])
    for u in toward_at(MEASURED):
        assert np.linalg.norm(u) == pytest.approx(1)
        assert measured_slopes(s, here, u) == pytest.approx(u @ s.grad(here), abs=1e-6)


def test_where_the_gradient_is_0_the_compass_says_so():
    figure = compass()
    figure.set(surface="saddle").set(here=(0.0, 0.0))
    assert "The gradient is 0" in figure.stage.words
    figure.close()


# --- the numerical gradient


@pytest.mark.parametrize("name", CURVES)
def test_the_derivatives_of_the_curves(name):
    curve = CURVES[name]
    for lower, higher in (curve.f, curve.d1), (curve.d1, curve.d2), (curve.d2, curve.d3):
        for x in -1.7, 0.4, 1.3:
            assert relative_error(higher(x), numerical_gradient(lambda x, f=lower: float(f(x)), np.array(x))) < 1e-7


@pytest.mark.parametrize(("method", "term"), [("forward", 0), ("centered", 1)])
def test_errors_are_as_theory_says_above_the_best_step(method, term):
    large = (STEPS > 1e-3) & (STEPS < 1e-1)
    theory = theory_of(CURVES["sin x"], 1.0)[term]
    np.testing.assert_allclose(errors("sin x", 1.0, method)[large], theory[large], rtol=0.1)


def test_rounding_stays_below_its_line_and_near_it():
    small = STEPS < 1e-9
    line = theory_of(CURVES["sin x"], 1.0)[2][small]
    error = errors("sin x", 1.0, "forward")[small]
    assert (error < 1.5 * line).all() and np.median(error / line) > 0.1


# --- random search


@pytest.mark.parametrize("find", [guesses, steps_of, descent_run])
def test_every_way_starts_at_weights_of_0_and_tells_its_own_loss(find):
    losses, weights = find(0.1)
    assert losses[0] == pytest.approx(np.log(10)) and not weights[0].any()
    for i in 7, EVALUATIONS:
        assert loss_of(weights[i])[0] == losses[i]


def test_the_searches_keep_only_what_is_better_and_the_slope_wins():
    for find in guesses, steps_of:
        assert (np.diff(find(0.1)[0]) <= 0).all()
    guess, walk, slope = (found(way)[0] for way in WAYS)
    assert slope < 0.2 < 1 < walk < 2 < guess


def test_the_montage_shows_the_weights_of_each_digit():
    W = np.zeros((64, 10))
    W[9, 3] = -2.0  # row 1, column 1 of the digit 3
    picture = montage(W)
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
