"""What the figures of chapter 04 say is so: verdicts at known settings, points beside the theory's line."""

import numpy as np
import pytest

from course_utils.demos import initialization
from course_utils.demos.initialization.both_ways import SHAPES, STARTS, expect, simulate
from course_utils.demos.initialization.signal import CURVES, NORMAL, REAL, theory_of
from course_utils.demos.initialization.twins import run


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "The signal vanishes."),
        ({"std": 0.05}, "Saturated: 33% of the last layer lies within 0.01 of -1 or 1."),
        ({"init": "lecun"}, "The signal fades."),
        ({"init": "lecun", "activation": "relu", "depth": 20}, "The signal vanishes."),
        ({"init": "he", "activation": "relu", "depth": 20}, "The signal stays alive."),
        ({"std": 1.0, "activation": "none"}, "The signal explodes."),
        ({"init": "lecun", "activation": "sigmoid", "depth": 20}, "The rows grow alike"),
        ({"init": "zeros"}, "Dead: the output does not depend on the input."),
        ({"init": "constant"}, "Every unit of a layer computes the same"),
        ({"init": "orthogonal"}, "real products at width 128"),
    ],
)
def test_verdicts(values, words):
    figure = initialization.signal()
    assert words in figure.set(**values).stage.words
    figure.close()


@pytest.mark.parametrize("init", sorted({*NORMAL, *REAL} - {"constant"}))
@pytest.mark.parametrize("activation", CURVES)
def test_points_lie_near_the_line(init, activation):
    seen = initialization.simulate(activation, init, 0.03, depth=3, width=1024)
    std, mean = theory_of(activation, init, seen, 3)
    np.testing.assert_allclose(seen.std, std, rtol=0.25, atol=1e-12)  # width 128 for those with real products
    np.testing.assert_allclose(seen.mean, mean, atol=0.15)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("init", STARTS.values())
def test_both_ways_follow_the_theory(shape, init):
    for found, want in zip(
        simulate(shape, "none", init, 1.2),
        expect(shape, "none", init, 1.2),
        strict=True,
    ):
        np.testing.assert_allclose(np.log(found), np.log(want), atol=0.35)


def test_twins_stay_twins_until_noise_parts_them():
    apart = {noise: np.ptp(run(0.5, noise)[2][-1], axis=1).max() for noise in (0.0, 1e-3)}
    assert apart[0.0] < 1e-9 and apart[1e-3] > 1
    assert not run(0.0, 0.0)[2].any()
    assert initialization.twins_accuracy(0.5, 0.0) < 0.93 < initialization.twins_accuracy(0.5, 0.1)


def test_relu_draws_two_inputs_together_as_its_closed_form_says():
    """Cho and Saul (2009): c' = (√(1 - c²) + (π - arccos c) c) / π."""
    c = 0.0
    for layer in range(1, 21):
        c = (np.sqrt(1 - c * c) + (np.pi - np.arccos(c)) * c) / np.pi
        assert initialization.told_apart(layer=layer) == pytest.approx(c, abs=0.01)


def test_an_odd_curve_keeps_a_right_angle_and_no_curve_keeps_every_angle():
    assert initialization.told_apart("tanh", 1.59) == pytest.approx(0, abs=1e-9)
    assert initialization.told_apart("none", 1.0, cosine=0.3) == pytest.approx(0.3, abs=1e-6)


def test_a_typical_narrow_net_has_less_than_the_mean():
    for width in (16, 64):
        mean, median, below = initialization.typical(width)
        assert median < mean and below > 0.7
    assert initialization.typical(1024)[1] == pytest.approx(1, abs=0.1)


def test_a_run_of_six_layers_lies_on_its_lines():
    for name in ("tanh, 0.01", "ReLU, 1/√n", "ReLU, √(2/n)"):
        np.testing.assert_allclose(initialization.measured(name, 3), initialization.predicted(name), rtol=0.12)


def test_glorot_s_compromise_is_told_as_growing_and_fading():
    figure = initialization.both_ways()
    figure.set(init="glorot")
    assert "it grows" in figure.stage.words and "it fades" in figure.stage.words
    figure.set(shape=SHAPES["constant, 96"])
    assert figure.stage.words.count("it stays level") == 2
    figure.close()
