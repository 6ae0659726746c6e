"""Warps against SciPy's own affine transform, NumPy's turns and rolls, Pillow's resizing, and closed forms."""

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from course_utils.augmentation import affine, lens, resize, sample, warping


def draw(shape=(3, 7, 9, 2), seed=0):
    return np.random.default_rng(seed).random(shape)


def ramps(height, width):
    """One image with two channels: how far down, how far right."""
    return np.moveaxis(np.indices((height, width)), 0, 2)[None].astype(float)


def test_nothing_asked_nothing_changed():
    x = draw()
    for same in affine(x), lens(x), resize(x, x.shape[1:3]):
        np.testing.assert_allclose(same, x, rtol=0, atol=1e-12)


@pytest.mark.parametrize("side", [5, 6])
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_quarter_turns_are_those_of_numpy(side, turns):
    x = draw((2, side, side, 2))
    np.testing.assert_allclose(affine(x, degrees=90 * turns), np.rot90(x, turns, axes=(1, 2)), atol=1e-12)


def test_a_shift_moves_down_and_right_and_blank_comes_in():
    x = draw()
    shifted = affine(x, shift=(2, -1))
    np.testing.assert_allclose(shifted[:, 2:, :-1], x[:, :-2, 1:], atol=1e-12)
    assert not shifted[:, :2].any() and not shifted[:, :, -1:].any()
    np.testing.assert_allclose(affine(x, shift=(0.5, 0))[:, 1:], (x[:, 1:] + x[:, :-1]) / 2, atol=1e-12)


def test_shear_moves_the_rows_above_to_the_right():
    x = draw((1, 3, 7, 1))
    slanted = affine(x, shear=2)
    np.testing.assert_allclose(slanted[0, 0, 2:], x[0, 0, :-2], atol=1e-12)
    np.testing.assert_allclose(slanted[0, 1], x[0, 1], atol=1e-12)
    np.testing.assert_allclose(slanted[0, 2, :-2], x[0, 2, 2:], atol=1e-12)


def test_stretch_makes_taller_and_wider():
    x = ramps(9, 9) - 4
    tall = affine(x, stretch=(2, 1))
    np.testing.assert_allclose(tall[0, :, :, 0], x[0, :, :, 0] / 2, atol=1e-12)
    np.testing.assert_allclose(tall[0, :, :, 1], x[0, :, :, 1], atol=1e-12)


@pytest.mark.parametrize("outside", warping.OUTSIDE)
@pytest.mark.parametrize("order", [0, 1])
def test_equal_to_scipy_s_affine_transform(order, outside):
    x, rng = draw(), np.random.default_rng(1)
    degrees, shear, stretch, shift = (
        rng.uniform(*ends, size) for ends, size in (((-90, 90), 3), ((-1, 1), 3), ((0.5, 2), (3, 2)), ((-2, 2), (3, 2)))
    )
    got = affine(x, degrees, shift, stretch, shear, order, outside, fill=0.3)
    center = np.array([3, 4])
    for i in range(3):
        turn = np.radians(degrees[i])
        forward = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ [[1, 0], [-shear[i], 1]]
        back = np.linalg.inv(forward @ np.diag(stretch[i]))
        for k in range(2):
            want = ndimage.affine_transform(
                x[i, :, :, k],
                back,
                center - back @ (center + shift[i]),
                order=order,
                mode=warping.OUTSIDE[outside],
                cval=0.3,
            )
            # A place that rounding puts on the other side of a half is another pixel at order 0.
            assert np.isclose(got[i, :, :, k], want, atol=1e-6).mean() > 0.98


def test_settings_for_each_image_are_those_of_images_one_by_one():
    x = draw()
    settings = dict(
        degrees=np.array([10.0, -20, 30]),
        shift=np.array([[1.0, 0], [0, 1], [2, 2]]),
        stretch=np.array([[1.0, 1], [0.5, 1], [2, 3]]),
        shear=np.array([0.0, 0.1, 0.2]),
    )
    one_by_one = [affine(x[i : i + 1], **{key: value[i] for key, value in settings.items()})[0] for i in range(3)]
    np.testing.assert_allclose(affine(x, **settings), one_by_one, atol=1e-12)
    k = np.array([-0.3, 0.1, 0.5])
    np.testing.assert_allclose(lens(x, k), [lens(x[i : i + 1], k[i])[0] for i in range(3)], atol=1e-12)


def test_a_lens_finds_the_source_at_r_times_1_plus_k_r_squared():
    x = ramps(9, 13) - np.array([4, 6])
    for k in -0.3, -0.1, 0.2:
        square = (x**2).sum(axis=3, keepdims=True) / (4**2 + 6**2)
        want = (1 + k * square) * x
        seen = (abs(want) <= [4, 6]).all(axis=3)
        np.testing.assert_allclose(lens(x, k, outside="edge")[seen], want[seen], atol=1e-12)
        assert seen.all() == (k < 0)


def test_resizing_up_is_pillow_s():
    x = draw((1, 5, 7, 1)).astype(np.float32)
    want = Image.fromarray(x[0, :, :, 0]).resize((20, 13), Image.Resampling.BILINEAR)
    np.testing.assert_allclose(resize(x, (13, 20))[0, :, :, 0], np.asarray(want), atol=1e-5)


def test_the_nearest_pixel_invents_no_values():
    x = draw()
    assert set(affine(x, degrees=33, order=0, outside="edge").ravel()) <= set(x.ravel())


def test_images_and_channels_do_not_leak_into_each_other():
    x = np.zeros((3, 6, 6, 2))
    x[1, :, :, 1] = 1
    out = affine(x, degrees=np.array([10, 20, 30.0]), shift=(0.3, 0.4))
    assert not out[[0, 2]].any() and not out[1, :, :, 0].any() and out[1, 2:4, 2:4, 1].min() > 0.99


def test_what_lies_outside():
    row = np.array([1.0, 2, 3]).reshape(1, 1, 3, 1)
    look = {
        name: sample(row, np.zeros((1, 3)), np.array([[-2.0, -1, 0]]), outside=name, fill=9).ravel()
        for name in warping.OUTSIDE
    }
    assert {name: seen.tolist() for name, seen in look.items()} == {
        "fill": [9, 9, 1],
        "edge": [1, 1, 1],
        "mirror": [2, 1, 1],
    }


def test_float32_stays_float32_and_the_input_as_it_was():
    x = draw().astype(np.float32)
    kept = x.copy()
    assert {f(x).dtype for f in (affine, lens, lambda x: resize(x, 4))} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(x, kept)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: affine(x[0]), "images"),
        (lambda x: affine(x, degrees=[1, 2]), "degrees"),
        (lambda x: affine(x, degrees=np.inf), "degrees"),
        (lambda x: affine(x, shift=1), "shift"),
        (lambda x: affine(x, shift=np.zeros((2, 2))), "shift"),
        (lambda x: affine(x, stretch=(1, 0)), "stretch"),
        (lambda x: affine(x, shear="much"), "shear"),
        (lambda x: affine(x, order=3), "order"),
        (lambda x: affine(x, outside="wrap"), "outside"),
        (lambda x: affine(x, fill=np.nan), "fill"),
        (lambda x: lens(x, k=-0.5), "k"),
        (lambda x: lens(x, k=[0.1, 0.1]), "k"),
        (lambda x: resize(x, 0), "size"),
        (lambda x: sample(x, np.zeros(3), np.zeros(3)), "rows"),
        (lambda x: sample(x, np.zeros((2, 4, 4)), np.zeros((2, 4, 4))), "rows"),
        (lambda x: sample(x, np.zeros((0, 4)), np.zeros((0, 4))), "rows"),
        (lambda x: sample(x, np.zeros((2, 4)), np.zeros((3, 4))), "columns"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call(draw())
