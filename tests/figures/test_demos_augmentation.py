"""What the figures of chapter 14 say: frames lie where the crops are, labels count pixels, nets are judged fairly."""

import numpy as np
import pytest

from course_utils.augmentation import flatten, unflatten
from course_utils.data import digits
from course_utils.demos.augmentation.crops import fixed, random, with_places
from course_utils.demos.augmentation.gallery import changed
from course_utils.demos.augmentation.mixing import METHODS, mixed, pair
from course_utils.demos.augmentation.shared import HEIGHT, sheet
from course_utils.demos.augmentation.training import accuracies, moved, small_split, trained
from course_utils.training import evaluate


def test_frames_of_fixed_crops_are_the_corners_and_the_center():
    found, boxes = fixed(with_places("temple"), 50, mirrored=True)
    want = [(0, 1, 1, 2), (2, 3, 1, 2), (0, 1, 0, 1), (2, 3, 0, 1), (1, 2, 0.5, 1.5)]
    # From pixel center to pixel center: a pixel short of the border, in all.
    np.testing.assert_allclose(boxes, 2 * want, atol=0.02)
    np.testing.assert_array_equal(found[5:], found[:5, :, ::-1])


def test_frames_of_random_crops_hold_what_the_net_gets():
    x = with_places("flower")
    found, boxes = random(x, np.random.default_rng(0), (30, 100), (0, 0, 0), mirror=0)
    for crop, (left, right, bottom, top) in zip(found, boxes, strict=True):
        height = HEIGHT
        rows, columns = (
            slice(round(a * height / 2), round(b * height / 2)) for a, b in ((2 - top, 2 - bottom), (left, right))
        )
        np.testing.assert_allclose(crop.mean(axis=(0, 1)), x[0, rows, columns, :3].mean(axis=(0, 1)), atol=0.02)
        assert 0.29 < (right - left) / 2 < 1.01


@pytest.mark.parametrize("pictures", ["photos", "digits"])
@pytest.mark.parametrize("method", METHODS)
def test_labels_count_the_pixels_that_are_left(method, pictures):
    shape, rng = pair(pictures)[0].shape, np.random.default_rng(0)
    for _ in range(50):
        center = [rng.integers(n) for n in shape[1:3]]
        share, aspect = rng.random(), np.exp(rng.uniform(-1, 1))
        new, label, box, words = mixed(method, np.full(shape, 2.0), np.full(shape, 3.0), share, aspect, center)
        if method in ("mixup", "CutMix"):
            assert 3 - new.mean() == pytest.approx(label)
        else:
            hidden = np.mean((new != 2).any(axis=3))
            assert label == 1 and f"{hidden:.1%}" in words
            assert hidden == pytest.approx(np.prod(np.diff(box.reshape(2, 2))) / np.prod(shape[1:3]))


def test_the_sheet_is_of_digits_that_the_reader_was_not_trained_on():
    x, y = sheet()
    known = {row.tobytes() for row in digits().train.x}
    assert not known & {row.tobytes() for row in flatten(x)}
    assert set(y) == set(range(10))
    np.testing.assert_array_equal(changed(x).round(12), x)


def test_trained_nets_are_judged_on_digits_that_they_have_not_seen():
    split = small_split(3)
    assert split.train.x.shape == (100, 64) and len(split.val.y) == 1427
    net = trained("none", 3)
    assert evaluate(net, split.val)[1] == pytest.approx(accuracies("as they are", 40, "constant")["none"][3])
    assert evaluate(net, split.train)[1] > 0.99


def test_moved_digits_are_moved_and_the_others_are_not():
    x = small_split(0).val.x
    np.testing.assert_array_equal(moved(0, "as they are"), x)
    shifted = unflatten(moved(0, "shifted by up to 1 pixel"), (8, 8))
    assert not np.allclose(flatten(shifted), x) and np.corrcoef(flatten(shifted).ravel(), x.ravel())[0, 1] > 0.6
