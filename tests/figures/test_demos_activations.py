"""What the live figures of chapter 05 count and say, beyond that they run."""

import importlib

import numpy as np
import pytest

from course_utils import demos
from course_utils.activations import ACTIVATIONS, FLAT, TITLES
from course_utils.demos.activations import dead_share, health_of

grid, gallery, curves = (
    importlib.import_module(f"course_utils.demos.activations.{name}") for name in ("grid", "gallery", "curves")
)


def test_every_value_is_counted_once_and_in_its_bin():
    values = np.random.default_rng(0).normal(0.5, 0.4, (grid.SHOWN, 8, 30))
    flat = values > 0.7
    counts = grid.histograms(values, flat)
    assert counts.shape == (grid.SHOWN, 2, grid.BINS)
    edges = np.linspace(0, 1, grid.BINS + 1)
    edges[0], edges[-1] = -np.inf, np.inf
    for i in range(grid.SHOWN):
        for j, some in enumerate((values[i][~flat[i]], values[i][flat[i]])):
            np.testing.assert_array_equal(counts[i, j], np.histogram(some, edges)[0])


def test_counts_take_what_is_not_finite():
    values = np.full((grid.SHOWN, 1, 2), -np.inf)
    values[:, :, 1] = np.inf
    counts = grid.histograms(values, np.zeros(values.shape, bool))
    assert (counts[:, 0, 0] == 1).all() and (counts[:, 0, -1] == 1).all() and counts.sum() == 2 * grid.SHOWN


def test_the_default_shows_the_saturation_of_the_text():
    *_, flat = grid.signals_of("tanh", 0.2, 6, np.arange(6))
    np.testing.assert_allclose(flat.mean(axis=(1, 2))[[0, -1]], [0.408, 0.330], atol=0.02)


def test_choosing_an_init_moves_std_and_moving_std_leaves_the_init():
    figure = demos.activations.grid()
    figure.set(init="He, std √(2/n)")
    assert figure.values["std"] == pytest.approx((2 / grid.WIDTH) ** 0.5, rel=0.01)
    figure.set(std=figure.values["std"] * 1.03)  # where the slider may stop
    assert figure.values["init"] == "He, std √(2/n)"
    figure.set(std=0.5)
    assert (figure.values["init"], figure.values["std"]) == ("own std", 0.5)
    figure.close()


def test_words_name_the_illness():
    figure = demos.activations.grid()
    assert "Saturated" in figure.stage.words
    figure.set(init="too small", depth=12)
    assert "The signal dies" in figure.stage.words
    figure.set(init="LeCun, std 1/√n", activation="sigmoid")
    assert "The gradient dies" in figure.stage.words
    figure.set(activation="relu", std=2.0)
    assert "It explodes" in figure.stage.words and "0 for all 64 samples" in figure.stage.words
    figure.close()


@pytest.mark.parametrize("name", TITLES.values())
def test_the_gallery_s_slopes_are_those_of_its_curves(name):
    f = gallery.curve_of(name, 0.3, 3)
    s = np.linspace(-5, 5, 40)  # no kink within 1e-6 of a point
    h = 1e-6
    np.testing.assert_allclose(f(s)[1], (f(s + h)[0] - f(s - h)[0]) / (2 * h), atol=1e-7)


def test_the_gallery_calls_flat_what_the_counters_call_flat():
    figure = demos.activations.gallery()
    figure.set(activation="tanh", std=3.2)
    share = np.mean(abs(ACTIVATIONS["tanh"].derivative(3.2 * gallery.normals())) < FLAT)
    assert f"{share:.0%} of them" in figure.stage.words
    figure.close()


def test_a_large_rate_kills_and_a_small_one_does_not():
    assert dead_share(0.1) < 0.15 < 0.8 < dead_share(2.0)


def test_the_dashboard_s_runs_have_the_illness_they_are_named_for():
    healthy, small = health_of("healthy"), health_of("rate too small")
    assert (np.median(healthy.update_ratio, axis=0) > 5e-4).all() and healthy.dead.max() < 0.3
    assert np.median(small.update_ratio) < 2e-4 and small.dead.max() < 0.2
    assert health_of("rate too large").dead[-1].max() > 0.6
    assert health_of("weights too large").flat[-1].max() > 0.7
    fading = health_of("weights too small").activation_std[0]
    assert (fading[1:3] < fading[:2] / 4).all()
    fan = health_of("sigmoid").gradient_std[0]
    assert (fan[1:] > 3 * fan[:-1]).all()


def test_the_control_is_a_relu_without_its_mean():
    z = np.random.default_rng(0).normal(size=(1, 200_000))
    control, relu = curves.CenteredReLU(), curves.ReLU()
    out, plain = control.forward(z), relu.forward(z)
    assert out.mean() == pytest.approx(0, abs=0.005) and plain.mean() > 0.39
    np.testing.assert_array_equal(control.backward(z), relu.backward(z))
