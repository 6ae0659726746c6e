"""The three parts of a split do not meet, keep the classes' shares, and come out the same from the same seed."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from course_utils import data
from course_utils.data import DATASETS, Data, Split, blobs, breast_cancer, digits, mnist1d, moons, spirals, split, wine

PARTS = ("train", "val", "test")


def numbered(n, classes=3):
    """Samples that are their own number, with labels of unequal frequency."""
    x = np.arange(n, dtype=float)[:, None]
    return x, np.minimum(np.arange(n) * classes // n + (np.arange(n) % 7 == 0), classes - 1)


def test_every_sample_ends_in_exactly_one_part_with_its_label():
    x, y = numbered(101)
    parts = split(x, y, val=0.2, test=0.1, rng=0)
    assert [len(getattr(parts, name).y) for name in PARTS] == [71, 20, 10]
    together = np.concatenate([getattr(parts, name).x[:, 0] for name in PARTS])
    np.testing.assert_array_equal(np.sort(together), x[:, 0])
    for name in PARTS:
        part = getattr(parts, name)
        np.testing.assert_array_equal(part.y, y[part.x[:, 0].astype(int)])


@pytest.mark.parametrize("seed", range(5))
def test_every_class_has_its_share_in_every_part(seed):
    x, y = numbered(400, classes=4)
    parts = split(x, y, val=0.2, test=0.1, rng=seed)
    for name, share in ("train", 0.7), ("val", 0.2), ("test", 0.1):
        counts = np.bincount(getattr(parts, name).y, minlength=4)
        assert (np.abs(counts - share * np.bincount(y)) <= 2).all()


@pytest.mark.parametrize("name", PARTS)
def test_the_parts_are_shuffled(name):
    part = getattr(split(*numbered(300), rng=0), name)
    assert (np.diff(part.y) < 0).any() and (np.diff(part.x[:, 0]) < 0).any()


def test_a_seed_and_a_generator_with_that_seed_give_the_same_split():
    x, y = numbered(50)
    same, other = split(x, y, rng=np.random.default_rng(3)), split(x, y, rng=4)
    np.testing.assert_array_equal(split(x, y, rng=3).train.x, same.train.x)
    assert not np.array_equal(same.train.x, other.train.x)


def test_parts_may_be_empty_and_still_know_their_width():
    parts = split(*numbered(10), val=0, test=0)
    assert parts.val.x.shape == (0, 1) and len(parts.train.y) == 10
    assert (parts.n_features, parts.n_classes) == (1, 3)


def test_the_split_owns_its_arrays():
    x, y = numbered(10)
    split(x, y).train.x[:] = -1
    assert (x >= 0).all()
    before = digits().train.x.copy()
    digits().train.x[:] = -1
    np.testing.assert_array_equal(digits().train.x, before)


@pytest.mark.parametrize("load", DATASETS.values(), ids=DATASETS)
def test_loaders_repeat_themselves_and_differ_between_seeds(load):
    a, b, c = load(rng=1), load(rng=1), load(rng=2)
    assert isinstance(a, Split)
    for name in PARTS:
        np.testing.assert_array_equal(getattr(a, name).x, getattr(b, name).x)
    assert not np.array_equal(a.train.x, c.train.x)
    assert set(np.unique(a.train.y)) == set(range(a.n_classes))


def test_digits_are_scikit_learns_scaled_to_one():
    from sklearn.datasets import load_digits

    parts = digits()
    assert (parts.n_features, parts.n_classes) == (64, 10)
    x = np.concatenate([getattr(parts, name).x for name in PARTS])
    assert (x.min(), x.max()) == (0, 1)
    np.testing.assert_allclose(x.sum() * 16, load_digits().data.sum())


@pytest.mark.parametrize(("load", "shape", "classes"), [(wine, (178, 13), 3), (breast_cancer, (569, 30), 2)])
def test_tables_are_scikit_learns_as_measured(load, shape, classes):
    from sklearn import datasets

    x, y = getattr(datasets, f"load_{load.__name__}")(return_X_y=True)
    parts = load()
    mine = np.concatenate([np.column_stack([*getattr(parts, name)]) for name in PARTS])
    assert x.shape == shape and parts.n_classes == classes
    given = np.column_stack([x, y])
    np.testing.assert_array_equal(mine[np.lexsort(mine.T)], given[np.lexsort(given.T)])


def test_spirals_are_the_curve_when_there_is_no_noise():
    x, y = spirals(n=300, classes=3, noise=0).train
    radius, angle = np.hypot(*x.T), np.arctan2(*x.T[::-1])
    turns = angle / (2 * np.pi) - y / 3 - 2 / 3 * radius
    np.testing.assert_allclose(turns - turns.round(), 0, atol=1e-9)
    assert radius.max() <= 1


def test_moons_are_two_half_circles_when_there_is_no_noise():
    x, y = moons(n=200, noise=0).train
    np.testing.assert_allclose(np.hypot(*x[y == 0].T), 1)
    np.testing.assert_allclose(np.hypot(*([1, 0.5] - x[y == 1]).T), 1)
    assert (x[y == 0, 1] >= 0).all() and (x[y == 1, 1] <= 0.5).all()


def test_flip_turns_its_share_of_the_labels():
    def sorted_labels(flip):
        parts = moons(n=200, flip=flip, rng=0)
        x, y = parts.train + parts.val + parts.test
        return y[np.lexsort(x.T)]

    assert (sorted_labels(0.12) != sorted_labels(0)).sum() == 24


def test_blobs_lie_around_their_centers():
    x, y = blobs(n=3000, classes=4, noise=0.1).train
    for k, center in enumerate([(1, 0), (0, 1), (-1, 0), (0, -1)]):
        np.testing.assert_allclose(x[y == k].mean(axis=0), center, atol=0.02)
        np.testing.assert_allclose(x[y == k].std(axis=0), 0.1, atol=0.02)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: split(np.zeros(5), np.zeros(5, int)), "x"),
        (lambda: split(np.full((5, 1), np.nan), np.zeros(5, int)), "x"),
        (lambda: split(np.zeros((0, 2)), np.zeros(0, int)), "x"),
        (lambda: split([["a"]], [0]), "x"),
        (lambda: split(np.zeros((5, 1)), np.zeros(4, int)), "y"),
        (lambda: split(np.zeros((5, 1)), np.zeros(5)), "y"),
        (lambda: split(np.zeros((5, 1)), np.full(5, -1)), "y"),
        (lambda: split(np.zeros((5, 1)), np.zeros(5, int), val=-0.1), "val"),
        (lambda: split(np.zeros((5, 1)), np.zeros(5, int), test=1.0), "test"),
        (lambda: split(np.zeros((5, 1)), np.zeros(5, int), val=0.6, test=0.6), "x"),
        (lambda: split(np.zeros((5, 1)), np.zeros(5, int), rng=None), "rng"),
        (lambda: spirals(n=-3), "n"),
        (lambda: spirals(noise=-1), "noise"),
        (lambda: moons(flip=1.5), "flip"),
        (lambda: blobs(classes=0), "classes"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()


def test_the_import_needs_no_scikit_learn():
    code = "import sys, course_utils.data; print('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"


def test_signals_are_those_that_the_package_mnist1d_makes_from_the_same_draws():
    """tests/reference/signals.py handed the package its draws, and kept what it made of them."""
    cases = json.loads(Path(__file__).parents[1].joinpath("reference/signals.json").read_text(encoding="utf-8"))
    y, wanted = (np.array([case.pop(key) for case in cases]) for key in ("label", "signal"))
    drawn = {key: np.array([case[key] for case in cases]) for key in cases[0]}
    np.testing.assert_allclose(data._signals(y, **drawn), wanted, rtol=0, atol=1e-13)


def test_signals_are_drawn_as_the_paper_says():
    drawn = data._drawn_signals(20_000, np.random.default_rng(0))
    ends = {key: (drawn[key].min(), drawn[key].max()) for key in ("padding", "shift", "scale", "tilt")}
    assert ends["padding"] == (36, 60) and ends["shift"] == (0, 47)
    assert ends["scale"] == pytest.approx((0.8, 1.2), abs=1e-3)
    assert ends["tilt"] == pytest.approx((-0.375, 0.375), abs=1e-3)
    assert drawn["background"].std() == pytest.approx(0.25, rel=0.01)
    assert drawn["noise"].std() == pytest.approx(0.02, rel=0.01)


def test_signals_are_standardized_as_one_and_classes_are_even():
    parts = mnist1d(rng=1)
    x = np.concatenate([part.x for part in (parts.train, parts.val, parts.test)])
    assert (len(parts.train.y), len(parts.val.y), len(parts.test.y)) == (4000, 1000, 1000)
    assert x.mean() == pytest.approx(0, abs=1e-12) and x.std() == pytest.approx(1)
    assert (np.bincount(parts.test.y) == 100).all()
    np.testing.assert_array_equal(parts.train.x, mnist1d(rng=1).train.x)
    assert not np.array_equal(parts.train.x, mnist1d(rng=2).train.x)


# --- data as a container


def ten():
    return Data(np.arange(20.0).reshape(10, 2), np.arange(10) % 3)


def test_data_is_a_container_of_samples():
    data = ten()
    x, y = data
    assert len(data) == 10 and x is data.x and y is data.y
    for which in slice(2, 7, 2), [3, 0, 3], data.y == 1, np.array([], int):
        some = data[which]
        np.testing.assert_array_equal(some.x, data.x[which])
        np.testing.assert_array_equal(some.y, data.y[which])
    both = data[:3] + data[8:]
    np.testing.assert_array_equal(both.y, [0, 1, 2, 2, 0])
    np.testing.assert_array_equal(both.x, data.x[[0, 1, 2, 8, 9]])


@pytest.mark.parametrize("which", [0, np.int64(3), None, ..., np.zeros((1, 2), int)])
def test_one_number_is_no_index(which):
    with pytest.raises(ValueError, match="^index: got .*, want a slice, indices or a mask"):
        ten()[which]


def test_as_many_labels_as_samples():
    with pytest.raises(ValueError, match="^y: got 9 labels, want one per sample, 10"):
        Data(ten().x, ten().y[1:])


def test_a_split_has_empty_parts_where_none_are_given_and_first_shortens_training_alone():
    alone = Split(ten())
    assert (len(alone.val), len(alone.test)) == (0, 0) and alone.val.x.shape == (0, 2)
    assert alone.val.y.dtype == alone.train.y.dtype
    whole = digits()
    few = whole.first(7)
    np.testing.assert_array_equal(few.train.x, whole.train.x[:7])
    assert few.val is whole.val and few.test is whole.test
    for n in 0, 1258, 2.5:
        with pytest.raises(ValueError, match="^n: got"):
            whole.first(n)
    for wrong in ({"train": (ten().x, ten().y)}, {"train": None}, {"train": ten(), "val": ten().x}):
        with pytest.raises(ValueError, match="want a Data"):
            Split(**wrong)
