"""Images: shapes in and out, the photos, and what is refused."""

import numpy as np
import pytest

from course_utils.augmentation import images
from course_utils.data import digits


def test_flat_digits_become_images_row_by_row_and_come_back():
    x = digits().val.x
    pictures = images.unflatten(x, (8, 8))
    np.testing.assert_array_equal(pictures[3, 2, :, 0], x[3, 16:24])
    np.testing.assert_array_equal(images.flatten(pictures), x)
    np.testing.assert_array_equal(images.unflatten(x, (4, 8, 2))[0, 1, 0], x[0, 16:18])


def test_photos_are_small_in_color_and_nobody_s_changes_stay():
    photos = images.photos(32)
    assert photos.shape == (2, 32, 48, 3) and 0 <= photos.min() < 0.1 and 0.9 < photos.max() <= 1
    # The temple stands before a bright sky, the flower before dark leaves.
    assert photos[0, :8].mean() > 2 * photos[1, :8].mean()
    photos[:] = 0
    assert images.photos(32).max() > 0


def test_float32_stays_and_whole_numbers_become_floats():
    assert images.batch("x", np.zeros((1, 2, 2, 1), np.float32)).dtype == np.float32
    assert images.batch("x", np.zeros((1, 2, 2, 1), int)).dtype == float


def test_from_0_to_1_but_for_a_rounding_error():
    x = np.array([-1e-9, 0, 0.5, 1, 1 + 1e-9]).reshape(1, 1, 5, 1)
    np.testing.assert_array_equal(images.unit_batch("x", x), x)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: images.batch("x", np.zeros((8, 8))), r"x: got an array of shape \(8, 8\), want shape \(n, height"),
        (lambda: images.batch("x", np.zeros((0, 8, 8, 1))), "x: got an array of shape"),
        (lambda: images.batch("x", np.full((1, 2, 2, 1), np.nan)), "x: got nan"),
        (lambda: images.unit_batch("x", np.full((1, 2, 2, 1), 255)), "x: got values from 255 to 255, want 0 to 1"),
        (lambda: images.unit_batch("x", np.array([-0.1, 0.5]).reshape(1, 1, 2, 1)), "x: got values from -0.1 to 0.5"),
        (lambda: images.unit_batch("x", np.array([0.5, 1.1]).reshape(1, 1, 2, 1)), "x: got values from 0.5 to 1.1"),
        (lambda: images.unflatten(np.zeros((5, 63)), (8, 8)), "x: got an array of shape .*want rows of 64 pixels"),
        (lambda: images.unflatten(np.zeros(64), (8, 8)), "x: got"),
        (lambda: images.unflatten(np.zeros((5, 64)), (64,)), "shape: got"),
        (lambda: images.unflatten(np.zeros((5, 64)), 8), "shape: got 8, want"),
        (lambda: images.unflatten(np.zeros((5, 64)), (-8, -8)), "shape: got -8"),
        (lambda: images.unflatten(np.zeros((5, 64)), (8.0, 8.0)), "shape: got 8.0"),
        (lambda: images.pair("size", (2, 3, 4)), "size: got"),
        (lambda: images.pair("size", 0), "size: got 0"),
        (lambda: images.photos(428), "height: got 428"),
        (lambda: images.photos(0), "height: got 0"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
