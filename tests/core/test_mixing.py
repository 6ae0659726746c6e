"""Cutout, erasing, mixup and CutMix: boxes against loops, shares against closed forms, labels against pixels."""

import numpy as np
import pytest
from scipy import stats

from course_utils.augmentation import (
    boxes,
    cutmix,
    cutout,
    cutout_area,
    inside,
    mixing,
    mixup,
    one_hot,
    paste,
    random_erasing,
)


def flags(n=400, size=(9, 7)):
    """Images of one number each, and labels: number and label say the same."""
    y = np.random.default_rng(1).integers(0, 2, n)
    return y[:, None, None, None] * np.ones((n, *size, 1)), y


def test_boxes_are_cut_off_at_the_border_as_a_loop_does_it():
    rng, size = np.random.default_rng(0), (9, 7)
    sides, centers = rng.integers(0, 12, (200, 2)), np.stack([rng.integers(m, size=200) for m in size], axis=1)
    masks = inside(size, boxes(size, sides, centers))
    for mask, (tall, wide), (row, column) in zip(masks[..., 0], sides, centers, strict=True):
        want = np.zeros(size, dtype=bool)
        for i in range(row - tall // 2, row - tall // 2 + tall):
            for j in range(column - wide // 2, column - wide // 2 + wide):
                if 0 <= i < size[0] and 0 <= j < size[1]:
                    want[i, j] = True
        np.testing.assert_array_equal(mask, want)


def test_cutout_hides_one_box_and_leaves_the_rest():
    x = np.random.default_rng(0).random((300, 9, 7, 2)) + 1
    out = cutout(x, 0, side=(4, 3), fill=-1)
    hidden = out[..., 0] == -1
    assert np.array_equal(hidden, out[..., 1] == -1)
    np.testing.assert_array_equal(out[~hidden], x[~hidden])
    assert hidden.sum(axis=(1, 2)).max() == 12 and hidden[:, 0, 0].any() and hidden[:, -1, -1].any()


def test_cutout_of_16_in_32_hides_19_percent_not_25():
    counted = np.mean([len(set(range(c - 8, c + 8)) & set(range(32))) for c in range(32)]) / 32
    assert cutout_area(32, 16) == pytest.approx(counted**2) == pytest.approx(0.19140625)
    hidden = 1 - cutout(np.ones((20_000, 32, 32, 1), np.float32), 0, side=16).mean()
    assert hidden == pytest.approx(cutout_area(32, 16), abs=0.002)
    assert cutout_area(8, 1) == 1 / 64


def test_erased_rectangles_lie_within_and_have_their_share_and_aspect():
    x = np.full((3000, 40, 60, 1), 2.0)
    out = random_erasing(x, 0, p=0.6, area=(0.1, 0.3), aspect=0.5)
    erased = (out != 2)[..., 0]
    touched = erased.any(axis=(1, 2))
    assert abs(touched.mean() - 0.6) < 0.03
    heights, widths = (erased[touched].any(axis=axis).sum(axis=1) for axis in (2, 1))
    share = heights * widths / 2400
    np.testing.assert_array_equal(erased[touched].sum(axis=(1, 2)), heights * widths, err_msg="no rectangle")
    assert 0.09 < share.min() < 0.12 and 0.28 < share.max() < 0.31 and abs(share.mean() - 0.2) < 0.01
    ratio = np.log(heights / widths)
    assert abs(ratio).max() < np.log(2.2) and abs(ratio.mean()) < 0.03 and ratio.std() > 0.3
    noise = out[out != 2]
    assert stats.kstest(noise[:5000], "uniform").pvalue > 0.01


def test_a_rectangle_that_never_fits_is_left_out():
    out = random_erasing(np.full((50, 2, 40, 1), 2.0), 0, p=1, area=(1, 1), aspect=0.9)
    assert (out == 2).all()


def test_rectangles_may_be_squares_and_of_the_flattest_kind_none_fits():
    out = random_erasing(np.full((200, 9, 9, 1), 2.0), 0, p=1, aspect=1)[..., 0] != 2
    np.testing.assert_array_equal(out.any(axis=1).sum(axis=1), out.any(axis=2).sum(axis=1))
    assert (random_erasing(np.full((20, 9, 9, 1), 2.0), 0, p=1, aspect=1e-300) == 2).mean() > 0.9


def test_mixup_does_to_labels_what_it_does_to_images():
    x = np.eye(5)[np.arange(200) % 5]
    mixed, y = mixup(x, np.arange(200) % 5, 0, a=0.7, n_classes=5)
    np.testing.assert_allclose(y, mixed, atol=1e-12)
    np.testing.assert_allclose(y.sum(axis=1), 1)


def test_mixup_draws_shares_from_beta_and_partners_from_the_batch(monkeypatch):
    n, share = 4000, 1.0
    x = np.arange(float(n))[:, None]
    monkeypatch.setattr(mixing, "_blend", lambda one, other, lam: np.column_stack([one[:, 0], other[:, 0], lam]))
    (own, other, share), _ = (part.T for part in mixup(x, np.zeros(n, int), 0, a=0.4, n_classes=1))
    np.testing.assert_array_equal(own, x[:, 0])
    np.testing.assert_array_equal(np.sort(other), x[:, 0])
    assert stats.kstest(share, stats.beta(0.4, 0.4).cdf).pvalue > 0.01
    assert share.var() == pytest.approx(mixing.mixup_variance(0.4), rel=0.05)


@pytest.mark.parametrize("a", [0.2, 1, 8])
def test_the_variance_of_the_share(a):
    assert mixing.mixup_variance(a) == pytest.approx(stats.beta(a, a).var())


def test_cutmix_counts_labels_by_pixels():
    x, y = flags()
    mixed, probabilities = cutmix(x, y, 0, a=1, n_classes=2)
    np.testing.assert_allclose(mixed.mean(axis=(1, 2, 3)), probabilities[:, 1], atol=1e-12)
    assert set(np.unique(mixed)) == {0, 1}, "pasted, not blended"
    assert len(np.unique(probabilities)) > 20


def test_pasted_boxes_have_the_sides_of_their_share():
    x, centers = np.zeros((5, 20, 40, 1)), np.tile([10, 20], (5, 1))
    lam = np.array([1, 0.75, 0.5, 0.25, 0])
    mixed, kept = paste(x, x + 1, lam, centers)
    tall, wide = ((mixed[..., 0] > 0).any(axis=axis).sum(axis=1) for axis in (2, 1))
    np.testing.assert_array_equal(tall, [0, 10, 14, 17, 20])
    np.testing.assert_array_equal(wide, [0, 20, 28, 35, 40])
    np.testing.assert_allclose(kept, 1 - mixed.mean(axis=(1, 2, 3)))
    corner = paste(x, x + 1, lam, np.zeros((5, 2), int))[1]
    assert (corner[1:] > kept[1:]).all() and corner[1] == 1 - 1 / 16


def test_probabilities_may_be_mixed_again():
    y = np.array([[0.5, 0.5], [1, 0]])
    mixed, again = mixup(y, y, 0)
    np.testing.assert_allclose(mixed, again)


def test_the_generator_is_the_only_chance_and_the_input_stays():
    x, y = flags(8)
    kept = x.copy()
    for f in (
        lambda rng: cutout(x, rng, 3),
        lambda rng: random_erasing(x, rng),
        lambda rng: mixup(x, y, rng, 1, 2)[0],
        lambda rng: cutmix(x, y, rng, 1, 2)[0],
    ):
        np.testing.assert_array_equal(f(5), f(np.random.default_rng(5)))
        assert not np.array_equal(f(5), f(6))
        np.testing.assert_array_equal(x, kept)


def test_float32_stays_float32():
    x, y = flags(8)
    x = x.astype(np.float32)
    for out in cutout(x, 0, 3), random_erasing(x, 0), mixup(x, y, 0, 1, 2)[0], cutmix(x, y, 0, 1, 2)[0]:
        assert out.dtype == np.float32


X, Y = flags(4)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: boxes((9, 7), [[2, 2]], [[9, 0]]), "centers"),
        (lambda: boxes((9, 7), [[2, 2]], [[0, -1]]), "centers"),
        (lambda: boxes((9, 7), [[-2, 2]], [[0, 0]]), "sides"),
        (lambda: boxes((9, 7), [2, 2], [0, 0]), "sides"),
        (lambda: boxes((9, 7), [[2.5, 2]], [[0, 0]]), "sides"),
        (lambda: boxes((9, 7), [[2, 2]], [[0, 0], [1, 1]]), "centers"),
        (lambda: cutout(X[0], 0, 3), "images"),
        (lambda: cutout(X, 0, 0), "side"),
        (lambda: cutout(X, None, 3), "rng"),
        (lambda: cutout(X, 0, 3, fill=np.inf), "fill"),
        (lambda: cutout_area(0, 3), "n"),
        (lambda: random_erasing(X, 0, p=2), "p"),
        (lambda: random_erasing(X, 0, p=-0.1), "p"),
        (lambda: random_erasing(X, 0, area=(0.5, 0.2)), "area"),
        (lambda: random_erasing(X, 0, area=(0.5, 2)), "area"),
        (lambda: random_erasing(X, 0, aspect=0), "aspect"),
        (lambda: mixup(X, Y, 0), "n_classes"),
        (lambda: mixup(X, Y, 0, a=0, n_classes=2), "a"),
        (lambda: mixup(X, Y, 0, n_classes=1), "y"),
        (lambda: mixup(X, Y[:3], 0, n_classes=2), "y"),
        (lambda: mixup(X, np.eye(3), 0), "y"),
        (lambda: mixup(X * np.nan, Y, 0, n_classes=2), "x"),
        (lambda: mixup(None, Y, 0, n_classes=2), "x"),
        (lambda: cutmix(X[..., 0], Y, 0, n_classes=2), "images"),
        (lambda: paste(X, X[:2], np.ones(4), np.zeros((4, 2), int)), "others"),
        (lambda: paste(X, X, np.array([0, 0, 0, 1.5]), np.zeros((4, 2), int)), "lam"),
        (lambda: paste(X, X, np.array([-0.5, 1, 1, 1]), np.zeros((4, 2), int)), "lam"),
        (lambda: paste(X, X, np.ones(3), np.zeros((4, 2), int)), "lam"),
        (lambda: paste(X, X, np.ones(4), np.full((4, 2), 9)), "centers"),
        (lambda: one_hot(np.array([0.5]), 2), "y"),
        (lambda: one_hot(1, 2), "y"),
        (lambda: mixing.mixup_variance(0), "a"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()
