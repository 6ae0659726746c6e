"""Random changes of whole images: what they draw, what they leave alone, and pipelines for `fit`."""

import pickle
from functools import partial

import numpy as np
import pytest
from scipy import stats

from course_utils.augmentation import (
    Pipeline,
    adjust_colors,
    affine,
    cutout,
    flip,
    jitter_colors,
    lens,
    mixup,
    random_affine,
    random_crop,
    random_erasing,
    random_flip,
    random_lens,
    unflatten,
)
from course_utils.augmentation import pipeline as augmentation
from course_utils.data import digits
from course_utils.layers import Dense
from course_utils.network import Network
from course_utils.optimizers import SGD
from course_utils.training import fit


def draw(shape=(4, 6, 5, 3)):
    return np.random.default_rng(0).random(shape)


def test_flip_mirrors_left_to_right_those_that_the_mask_names():
    x = draw()
    np.testing.assert_array_equal(flip(x), x[:, :, ::-1])
    mask = np.array([True, False, False, True])
    np.testing.assert_array_equal(flip(x, mask)[[0, 3]], x[[0, 3], :, ::-1])
    np.testing.assert_array_equal(flip(x, mask)[1:3], x[1:3])


def test_random_flip_has_its_probability():
    x = np.broadcast_to(np.array([1.0, 2]).reshape(1, 1, 2, 1), (5000, 1, 2, 1))
    for p in 0, 0.3, 1:
        assert abs((random_flip(x, 0, p)[:, 0, 0, 0] == 2).mean() - p) < 0.02


def test_random_affine_draws_evenly_within_its_amounts(monkeypatch):
    seen = {}
    monkeypatch.setattr(augmentation, "affine", lambda x, *values, **how: seen.update(values=values, how=how))
    random_affine(np.zeros((4000, 2, 2, 1)), 0, degrees=30, shift=2, stretch=0.5, shear=0.3, outside="edge")
    degrees, shift, stretch, shear = seen["values"]
    assert seen["how"] == {"outside": "edge"}
    drawn = (degrees, 30), (shift[:, 0], 2), (shift[:, 1], 2), (shear, 0.3), (np.log(stretch[:, 0]), np.log(1.5))
    for found, most in drawn:
        assert stats.kstest(found, stats.uniform(-most, 2 * most).cdf).pvalue > 0.01
    assert abs(np.corrcoef([degrees, shear, *shift.T, *stretch.T]) - np.eye(6)).max() < 0.05


def test_one_amount_more_does_not_change_the_draws_of_the_others(monkeypatch):
    seen = []
    monkeypatch.setattr(augmentation, "affine", lambda x, *values, **how: seen.append(values))
    random_affine(draw(), 0, degrees=30)
    random_affine(draw(), 0, degrees=30, shift=2, stretch=0.5, shear=0.3)
    np.testing.assert_array_equal(seen[0][0], seen[1][0])


def test_random_lens_bends_each_by_its_own_k():
    x = draw()
    np.testing.assert_array_equal(random_lens(x, 3, k=0.2), lens(x, np.random.default_rng(3).uniform(-0.2, 0.2, 4)))


def test_colors_by_their_formulas():
    x = 0.3 + 0.4 * draw()
    gray, mean = x.mean(axis=3, keepdims=True), x.mean(axis=(1, 2, 3), keepdims=True)
    np.testing.assert_allclose(adjust_colors(x), x)
    np.testing.assert_allclose(adjust_colors(x, brightness=0.1), x + 0.1)
    np.testing.assert_allclose(adjust_colors(x, contrast=0.5), (x + mean) / 2)
    np.testing.assert_allclose(adjust_colors(x, saturation=0), gray + 0 * x)
    assert adjust_colors(x, brightness=1).min() == 1 and adjust_colors(x, contrast=100).min() == 0
    each = adjust_colors(x, brightness=np.array([0, 0, 0.1, 0]))
    np.testing.assert_allclose(each - x, np.array([0, 0, 0.1, 0])[:, None, None, None] + 0 * x, atol=1e-12)
    one = x[..., :1]
    np.testing.assert_allclose(adjust_colors(one, saturation=7), one, err_msg="gray has no saturation")


def test_colors_of_float32_stay_float32():
    x = draw().astype(np.float32)
    np.testing.assert_allclose(jitter_colors(x, 0), jitter_colors(draw(), 0), atol=1e-6)
    assert jitter_colors(x, 0).dtype == adjust_colors(x, contrast=np.full(4, 0.5)).dtype == np.float32


def test_colors_may_be_changed_after_pixels_were_moved():
    x = np.ones((50, 8, 8, 1))
    turned = random_affine(x, 0, degrees=30, outside="edge")
    assert turned.max() > 1, "by rounding"
    assert jitter_colors(turned, 0).max() <= 1


def test_jitter_stays_within_its_amounts_and_each_image_has_its_own():
    x = np.full((3000, 1, 2, 1), 0.5)
    x[:, 0, 0], x[:, 0, 1] = 0.4, 0.6
    out = jitter_colors(x, 0, brightness=0.1, contrast=0.3)
    shift, width = out.mean(axis=(1, 2, 3)) - 0.5, np.ptp(out, axis=(1, 2, 3)) / 0.2
    assert stats.kstest(shift, stats.uniform(-0.1, 0.2).cdf).pvalue > 0.01
    assert stats.kstest(width, stats.uniform(0.7, 0.6).cdf).pvalue > 0.01


def test_the_generator_is_the_only_chance():
    x = draw((20, 6, 5, 3))
    for f in random_flip, partial(random_affine, degrees=20), random_lens, jitter_colors:
        np.testing.assert_array_equal(f(x, 5), f(x, np.random.default_rng(5)))
        assert not np.array_equal(f(x, 5), f(x, 7)), f
        np.testing.assert_array_equal(x, draw(x.shape), err_msg=f"{f} has changed its argument")


# Pipelines


def test_a_pipeline_takes_its_steps_in_order_from_one_generator():
    x, y = draw(), np.arange(4)
    steps = partial(random_affine, degrees=20), partial(cutout, side=2)
    got, labels = Pipeline(*steps)(x, y, np.random.default_rng(3))
    rng = np.random.default_rng(3)
    np.testing.assert_array_equal(got, steps[1](steps[0](x, rng), rng))
    np.testing.assert_array_equal(labels, y)


def test_flat_rows_come_back_as_flat_rows():
    x, y = digits().val
    got, _ = Pipeline(partial(random_affine, shift=1), shape=(8, 8))(x, y, 0)
    want = random_affine(unflatten(x, (8, 8)), 0, shift=1)
    np.testing.assert_array_equal(got, want.reshape(len(x), 64))


def test_mixing_comes_last_and_gives_probabilities():
    x, y = digits().val
    got, probabilities = Pipeline(random_erasing, mix=partial(mixup, a=1, n_classes=10), shape=(8, 8))(x, y, 0)
    assert got.shape == x.shape and probabilities.shape == (len(x), 10)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)


def test_fit_trains_on_what_the_pipeline_makes_in_its_own_precision():
    seen = []

    def look(images, rng):
        seen.append(images)
        return images

    augment = Pipeline(partial(random_crop, pad=1), look, mix=partial(mixup, n_classes=10), shape=(8, 8))
    net = Network([Dense(64, 10, rng=0)], dtype=np.float32)
    history = fit(net, digits(), SGD(lr=0.5), epochs=6, rng=0, augment=augment)
    assert history.val_accuracy[-1] > 0.6
    assert {images.dtype for images in seen} == {np.dtype(np.float32)} and seen[0].shape[1:] == (8, 8, 1)


def test_a_pipeline_can_be_sent_to_another_process_and_tells_what_it_does():
    augment = Pipeline(random_flip, partial(random_affine, degrees=10), mix=partial(mixup, a=0.2), shape=(8, 8))
    assert repr(augment) == "Pipeline(random_flip, random_affine(degrees=10), mixup(a=0.2))"
    assert repr(pickle.loads(pickle.dumps(augment))) == repr(augment)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: flip(x[0]), "images"),
        (lambda x: flip(x, np.array([0, 1, 0, 1])), "mask"),
        (lambda x: flip(x, np.array([True])), "mask"),
        (lambda x: random_flip(x, 0, p=1.5), "p"),
        (lambda x: random_flip(x, 0, p=-0.5), "p"),
        (lambda x: random_flip(x, None), "rng"),
        (lambda x: random_affine(x, 0, degrees=-1), "degrees"),
        (lambda x: random_affine(x, 0, stretch=-0.5), "stretch"),
        (lambda x: random_lens(x, 0, k=0.4), "k"),
        (lambda x: adjust_colors(255 * x), "images"),
        (lambda x: adjust_colors(x, contrast=[1, 1, -1, 1]), "contrast"),
        (lambda x: adjust_colors(x, brightness=[1, 2]), "brightness"),
        (lambda x: adjust_colors(x, brightness="much"), "brightness"),
        (lambda x: Pipeline(shape=8), "shape"),
        (lambda x: jitter_colors(x - 1, 0), "images"),
        (lambda x: jitter_colors(x, 0, contrast=2), "contrast"),
        (lambda x: jitter_colors(x, 0, brightness=-1), "brightness"),
        (lambda x: Pipeline(7), r"steps\[0\]"),
        (lambda x: Pipeline(mix="mixup"), "mix"),
        (lambda x: Pipeline(shape=(8, 8))(x, None, 0), "x"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call(draw())


def test_jitter_is_adjusting_with_its_draws():
    x, (b, c, s) = draw(), np.random.default_rng(2).uniform(-1, 1, (3, 4))
    want = adjust_colors(x, 0.1 * b, 1 + 0.3 * c, 1 + 0.5 * s)
    np.testing.assert_array_equal(jitter_colors(x, 2, 0.1, 0.3, 0.5), want)


def test_random_affine_is_affine_with_its_draws():
    x, rng = draw(), np.random.default_rng(2)
    turned, slanted = rng.uniform(-1, 1, (2, 4))
    moved, grown = rng.uniform(-1, 1, (2, 4, 2))
    want = affine(x, 10 * turned, 2 * moved, 1.5**grown, 0.2 * slanted)
    np.testing.assert_array_equal(random_affine(x, 2, 10, 2, 0.5, 0.2), want)
