"""Crops: parts of images against slices, every place equally likely, and boxes that do not fit."""

import numpy as np
import pytest
from scipy import stats

from course_utils.augmentation import crop, five_crops, padded, random_crop, random_scaled_crop


def numbered(n=3, height=6, width=8):
    """Images whose every pixel is another number."""
    return np.arange(float(n * height * width)).reshape(n, height, width, 1)


def test_a_crop_is_a_slice_of_each():
    x = numbered()
    np.testing.assert_array_equal(crop(x, 1, 2, (3, 4)), x[:, 1:4, 2:6])
    got = crop(x, np.array([0, 1, 3]), np.array([4, 0, 2]), (3, 4))
    np.testing.assert_array_equal(got, [x[0, 0:3, 4:8], x[1, 1:4, 0:4], x[2, 3:6, 2:6]])


def test_every_place_is_equally_likely_and_each_image_has_its_own():
    x = np.broadcast_to(numbered(1, 6, 8), (7000, 6, 8, 1))
    first = random_crop(x, rng=0, size=(5, 3))[:, 0, 0, 0]
    corners, counts = np.unique(first, return_counts=True)
    assert corners.tolist() == [0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13]
    assert stats.chisquare(counts).pvalue > 0.01


def test_padding_makes_shifts():
    x = numbered() + 1
    out = random_crop(x, rng=1, pad=2)
    assert out.shape == x.shape
    around = padded(x, 2)
    assert around.shape == (3, 10, 12, 1) and around.sum() == x.sum()
    for image, source in zip(out, around, strict=True):
        assert any((image == source[i : i + 6, j : j + 8]).all() for i in range(5) for j in range(5))


def test_a_crop_of_full_size_is_the_image():
    np.testing.assert_array_equal(random_crop(numbered(), rng=0, size=(6, 8)), numbered())
    np.testing.assert_allclose(random_scaled_crop(numbered(), rng=0, size=(6, 8), scales=(1, 1)), numbered(), atol=1e-9)
    assert random_scaled_crop(numbered(1, 100, 100), rng=0, size=29, scales=(0.29, 0.29)).shape == (1, 29, 29, 1)


def test_scaled_crops_see_parts_of_the_size_that_their_scale_allows():
    ramp = np.broadcast_to(np.linspace(0, 1, 60)[:, None, None], (4000, 60, 40, 1))
    out = random_scaled_crop(ramp, rng=0, size=20, scales=(0.5, 2))
    step = np.diff(out[:, 5:-5, 10, 0], axis=1) * 59
    np.testing.assert_allclose(step, step[:, :1] * np.ones((1, 9)), atol=1e-9)
    assert stats.kstest(1 / step[:, 0], stats.uniform(0.5, 1.5).cdf).pvalue > 0.01
    assert out[:, 0].min() < 0.02 and out[:, -1].max() > 0.98


def test_five_crops_are_corners_and_center_and_ten_are_mirrored():
    x = numbered()
    five = five_crops(x, (4, 5))
    want = [x[:, :4, :5], x[:, :4, 3:], x[:, 2:, :5], x[:, 2:, 3:], x[:, 1:5, 1:6]]
    np.testing.assert_array_equal(five, want)
    ten = five_crops(x, (4, 5), flips=True)
    np.testing.assert_array_equal(ten[:5], five)
    np.testing.assert_array_equal(ten[5:], five[:, :, :, ::-1])


def test_the_generator_is_the_only_chance():
    x = numbered()
    for f in (lambda rng: random_crop(x, rng, 4), lambda rng: random_scaled_crop(x, rng, 4)):
        np.testing.assert_array_equal(f(5), f(np.random.default_rng(5)))
        assert not np.array_equal(f(5), f(6))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: crop(x, 0, 0, 7), "size: got 7 x 7, want at most the images' 6 x 8"),
        (lambda x: crop(x, 4, 0, 3), "top: got 4, want 0 to 3"),
        (lambda x: crop(x, 0, -1, 3), "left: got -1, want 0 to 5"),
        (lambda x: crop(x, 0.5, 0, 3), "top: got float64"),
        (lambda x: crop(x, [0, 1], 0, 3), "top: got"),
        (lambda x: crop(x[0], 0, 0, 3), "images: got"),
        (lambda x: random_crop(x, None, 3), "rng: got None"),
        (lambda x: random_crop(x, 0, 9), "size: got 9 x 9"),
        (lambda x: random_crop(x, 0, pad=-1), "pad: got -1"),
        (lambda x: padded(x, 1, fill=np.nan), "fill: got nan"),
        (lambda x: random_scaled_crop(x, 0, 6, scales=(0.9, 1)), "size: got"),
        (lambda x: random_scaled_crop(x, 0, 4, scales=(2, 1)), "scales: got"),
        (lambda x: random_scaled_crop(x, 0, 4, scales=(0, 1)), "scales: got"),
        (lambda x: five_crops(x, 7), "size: got"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call(numbered())
