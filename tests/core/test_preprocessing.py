"""Preprocessing against scikit-learn, against closed forms, and on what usually breaks it."""

import warnings

import numpy as np
import pytest
from scipy.linalg import fractional_matrix_power
from sklearn import decomposition, preprocessing

from course_utils.data import Split, breast_cancer, digits, moons, split, wine
from course_utils.preprocessing import PCA, ZCA, MinMaxScaler, Standardizer, prepare
from course_utils.preprocessing._covariance import principal_axes

PAIRS = [
    (Standardizer(), preprocessing.StandardScaler()),
    (Standardizer(with_mean=False), preprocessing.StandardScaler(with_mean=False)),
    (Standardizer(with_std=False), preprocessing.StandardScaler(with_std=False)),
    (MinMaxScaler(), preprocessing.MinMaxScaler()),
    (MinMaxScaler(feature_range=(-1, 3)), preprocessing.MinMaxScaler(feature_range=(-1, 3))),
    (PCA(), decomposition.PCA()),
    (PCA(3), decomposition.PCA(3)),
    (PCA(0.9), decomposition.PCA(0.9)),
    (PCA(4, whiten=True), decomposition.PCA(4, whiten=True)),
]
LEARNED = (
    "mean_",
    "scale_",
    "var_",
    "data_min_",
    "data_max_",
    "data_range_",
    "min_",
    "components_",
    "n_components_",
    "explained_variance_",
    "explained_variance_ratio_",
    "singular_values_",
    "n_features_in_",
)
ALL = [Standardizer(), MinMaxScaler(), PCA(), PCA(whiten=True), ZCA()]
EVERY = pytest.mark.parametrize("p", ALL, ids=repr)


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def tilted(n, d, rng=0):
    """Correlated data far from the origin, with features on scales from 0.01 to 100."""
    rng = np.random.default_rng(rng)
    return rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) * np.geomspace(0.01, 100, d) + 10 * rng.normal(size=d)


# Parity with scikit-learn


@pytest.mark.parametrize("load", [wine, breast_cancer, digits])
@pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=[repr(ours) for ours, _ in PAIRS])
def test_agrees_with_scikit_learn(ours, theirs, load):
    x, new = load().train.x, load().test.x
    theirs.fit(x)
    z, w = ours.fit(x).transform(new), theirs.transform(new)
    np.testing.assert_allclose(z, w, rtol=1e-9, atol=1e-10 * abs(w).max())
    back = theirs.inverse_transform(w)
    np.testing.assert_allclose(ours.inverse_transform(z), back, rtol=1e-9, atol=1e-10 * abs(back).max())


@pytest.mark.parametrize(("n", "d"), [(200, 6), (30, 6), (6, 6), (5, 8), (2, 3)])
@pytest.mark.parametrize(("ours", "theirs"), PAIRS[:6], ids=[repr(ours) for ours, _ in PAIRS[:6]])
def test_learned_attributes_are_scikit_learns(ours, theirs, n, d):
    x = tilted(n, d)
    ours.fit(x)
    theirs.fit(x)
    both = [name for name in LEARNED if getattr(theirs, name, None) is not None]
    assert "n_features_in_" in both and len(both) > 1
    rank = min(n - 1, d)  # beyond it the axes are arbitrary
    for name in both:
        mine, other = getattr(ours, name), getattr(theirs, name)
        if name == "components_":
            mine, other = mine[:rank], other[:rank]
        np.testing.assert_allclose(mine, other, rtol=1e-7, atol=1e-9 * np.max(np.abs(other)), err_msg=name)


@pytest.mark.parametrize(
    "column",
    [
        np.full(100, 0.1),
        np.full(100, 1e9 + 0.1),
        np.full(100, 3.0) + 1e-17,
        np.zeros(100),
        np.full(100, -7.3e-200),
        1e8 + 1e-7 * np.arange(100),
        1 + 1e-9 * np.arange(100.0),
        1e-12 * np.arange(100.0),
    ],
    ids=["tenth", "large", "rounded", "zero", "tiny", "steps of rounding", "small steps", "small"],
)
def test_constant_and_nearly_constant_features_as_in_scikit_learn(column):
    x = np.column_stack([column, np.arange(100.0)])
    new = x[:5] + [[1.0, 0.0]]
    for ours, theirs in PAIRS[:5]:
        w = theirs.fit(x).transform(new)
        np.testing.assert_allclose(ours.fit(x).transform(new), w, rtol=1e-6, atol=1e-9)
        assert np.isfinite(ours.transform(x)).all()


# Closed forms


def test_a_constant_feature_becomes_zero_and_new_values_keep_their_unit():
    x = np.column_stack([np.full(50, 7.0), np.arange(50.0)])
    s = Standardizer().fit(x)
    np.testing.assert_array_equal(s.transform(x)[:, 0], 0)
    np.testing.assert_array_equal(s.transform([[9.0, 0.0]])[0, 0], 2)
    np.testing.assert_array_equal(MinMaxScaler().fit_transform(x)[:, 0], 0)


@pytest.mark.parametrize("k", [0, 1, 5, 16, 63])
def test_the_error_of_a_reconstruction_is_the_sum_of_the_dropped_eigenvalues_over_n(k):
    x = digits().train.x
    lam = np.linalg.eigvalsh(np.cov(x.T, bias=True))[::-1]
    full = PCA().fit(x)
    if k:
        rebuilt = PCA(k).fit(x)
        rebuilt = rebuilt.inverse_transform(rebuilt.transform(x))
    else:
        rebuilt = full.mean_
    error = ((x - rebuilt) ** 2).sum(axis=1).mean()
    np.testing.assert_allclose(error, lam[k:].sum(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(error, full.explained_variance_[k:].sum() * (len(x) - 1) / len(x), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("n", "d"), [(500, 5), (20, 5), (8, 5)])
@pytest.mark.parametrize("eps", [0.0, 0.3])
def test_whitened_variances_are_lambda_over_lambda_plus_eps(n, d, eps):
    x = tilted(n, d) / 10
    lam, u = np.linalg.eigh(np.cov(x.T))
    kept = lam / (lam + eps)
    z = PCA(whiten=True, eps=eps).fit_transform(x)
    np.testing.assert_allclose(np.cov(z.T), np.diag(kept[::-1]), atol=1e-6)
    np.testing.assert_allclose(np.cov(ZCA(eps).fit_transform(x).T), u @ np.diag(kept) @ u.T, atol=1e-6)


@pytest.mark.parametrize("eps", [0.0, 0.1])
def test_zca_is_the_inverse_root_of_the_covariance_and_pca_turned_back(eps):
    x = tilted(300, 4) / 10
    z = ZCA(eps).fit(x)
    root = fractional_matrix_power(np.cov(x.T) + eps * np.eye(4), -0.5)
    np.testing.assert_allclose(z.whitening_, root, rtol=1e-6, atol=1e-9 * abs(root).max())
    np.testing.assert_allclose(z.whitening_, z.whitening_.T, atol=1e-12 * abs(root).max())
    pca = PCA(whiten=True, eps=eps).fit(x)
    np.testing.assert_allclose(z.transform(x), pca.transform(x) @ pca.components_, atol=1e-9)


def test_zca_changes_standardized_data_least():
    x = Standardizer().fit_transform(tilted(400, 3))
    white = PCA(whiten=True).fit_transform(x)
    change = ((x - ZCA().fit_transform(x)) ** 2).sum()
    for seed in range(20):
        turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
        assert ((x - white @ turn) ** 2).sum() > change


@pytest.mark.parametrize(("n", "d"), [(300, 4), (9, 4), (4, 9)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_axes_are_orthonormal_eigenvectors_largest_first(n, d, dtype):
    x = (tilted(n, d) / 10).astype(dtype)
    mean, lam, axes = principal_axes(x)
    tol = 1e-9 if dtype == np.float64 else 1e-3
    np.testing.assert_allclose(axes @ axes.T, np.eye(min(n, d)), atol=tol)
    np.testing.assert_allclose(np.cov(x.T) @ axes.T, axes.T * lam, atol=tol * lam[0])
    assert (np.diff(lam) <= 0).all() and (lam >= 0).all()
    assert (axes[np.arange(len(axes)), abs(axes).argmax(axis=1)] > 0).all()


# Few samples, many features


@EVERY
@pytest.mark.parametrize(("n", "d"), [(60, 4), (5, 12), (2, 3)])
def test_training_data_come_back(p, n, d):
    x = tilted(n, d)
    np.testing.assert_allclose(p.inverse_transform(p.fit(x).transform(x)), x, atol=1e-8 * abs(x).max())


@pytest.mark.parametrize(("n", "d"), [(6, 10), (200, 10)])
def test_directions_without_variance_are_dropped_not_blown_up(n, d):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, 3)) @ rng.normal(size=(3, d)) + 5
    new = x + rng.normal(size=x.shape)
    for eps in (0.0, 0.01):
        pca, z = PCA(whiten=True, eps=eps).fit(x), ZCA(eps).fit(x)
        np.testing.assert_array_equal(pca.explained_variance_[3:], 0)
        np.testing.assert_array_equal(pca.transform(new)[:, 3:], 0)
        assert abs(z.transform(new)).max() < 100
        assert np.linalg.matrix_rank(z.whitening_, tol=1e-6) == 3


def test_one_sample():
    x = np.array([[3.0, -1.0]])
    np.testing.assert_array_equal(Standardizer().fit_transform(x), [[0, 0]])
    np.testing.assert_array_equal(MinMaxScaler().fit_transform(x), [[0, 0]])
    for p in (PCA(), ZCA()):
        with pytest.raises(ValueError, match="^x: got 1 sample, want at least two"):
            p.fit(x)


@pytest.mark.parametrize("p", ALL[2:], ids=repr)
def test_samples_that_are_all_the_same(p):
    z = p.fit_transform(np.full((5, 3), 2.5))
    np.testing.assert_array_equal(z, 0)
    np.testing.assert_array_equal(p.inverse_transform(z), 2.5)
    assert np.isfinite(p.explained_variance_).all()


# Contract


@EVERY
def test_nothing_that_was_given_is_changed(p):
    x = tilted(40, 3)
    x.flags.writeable = False
    z = p.fit(x).transform(x)
    assert p.fit(x) is p and not np.shares_memory(z, x)
    np.testing.assert_array_equal(p.fit_transform(x), z)
    assert not np.shares_memory(p.inverse_transform(z), z)
    for flag in ("with_mean", "with_std"):
        assert not np.shares_memory(Standardizer(**{flag: False}).fit_transform(x), x)
    assert not np.shares_memory(Standardizer(False, False).fit_transform(x), x)


@EVERY
def test_float32_stays_float32_and_agrees(p):
    x = tilted(80, 3) / np.geomspace(0.01, 100, 3)  # on one scale: 7 digits cannot hold both 0.01² and 100²
    z, z32 = p.fit_transform(x), p.fit_transform(x.astype(np.float32))
    assert z32.dtype == p.inverse_transform(z32).dtype == np.float32
    np.testing.assert_allclose(z32, z, atol=2e-3 * abs(z).max())
    assert p.fit_transform([[1, 2], [3, 5], [4, 4]]).dtype == np.float64


def test_float32_means_of_many_samples_are_exact():
    x = np.full((200_000, 1), 0.1, np.float32)
    x[::2] = 1000.1
    np.testing.assert_allclose(Standardizer().fit(x).mean_, x.astype(float).mean(axis=0), rtol=1e-12)


@EVERY
def test_an_empty_part_stays_empty(p):
    p.fit(tilted(20, 3))
    assert p.transform(np.zeros((0, 3))).shape == (0, 3)


def test_prepare_fits_each_step_to_the_training_part_alone():
    parts = wine()
    ready = prepare(parts, Standardizer(), PCA(5, whiten=True))
    s = Standardizer().fit(parts.train.x)
    p = PCA(5, whiten=True).fit(s.transform(parts.train.x))
    assert isinstance(ready, Split) and ready.n_features == 5
    for mine, given in zip((ready.train, ready.val, ready.test), (parts.train, parts.val, parts.test), strict=True):
        np.testing.assert_array_equal(mine.x, p.transform(s.transform(given.x)))
        np.testing.assert_array_equal(mine.y, given.y)
    assert prepare(split(*moons().train, val=0, test=0), MinMaxScaler()).val.x.shape == (0, 2)


# Bad input


@EVERY
@pytest.mark.parametrize(
    ("x", "words"),
    [
        ([[1.0, np.nan], [2.0, 3.0]], r"x: got nan at index \(0, 1\), want finite"),
        ([[1.0, np.inf], [2.0, 3.0]], "x: got inf at index"),
        ([1.0, 2.0], r"x: got an array of shape \(2,\)"),
        (np.zeros((0, 3)), r"x: got an array of shape \(0, 3\), want at least one sample"),
        (np.zeros((3, 0)), r"x: got an array of shape \(3, 0\), want at least one sample"),
        ([["a", "b"]], "x: got list"),
        ([[1e300, 1.0], [-1e300, 2.0], [3e299, 0.0]], "x: got numbers so large"),
    ],
    ids=["nan", "inf", "1-D", "no samples", "no features", "text", "overflow"],
)
def test_bad_data_are_named(p, x, words):
    if isinstance(p, MinMaxScaler) and "large" in words:
        x = [[1.7e308, 1.0], [-1.7e308, 2.0]]
    with pytest.raises(ValueError, match="^" + words):
        p.fit(x)


@EVERY
def test_other_feature_counts_and_missing_fits_are_named(p):
    fresh = type(p)()
    for call in (fresh.transform, fresh.inverse_transform):
        with pytest.raises(ValueError, match=f"^{type(p).__name__}: got no training data yet, want fit"):
            call(np.zeros((2, 3)))
    p.fit(tilted(20, 3))
    with pytest.raises(ValueError, match=r"^x: got an array of shape \(5, 4\), want shape \(any, 3\)"):
        p.transform(np.zeros((5, 4)))
    with pytest.raises(ValueError, match=r"^z: got an array of shape \(5, 2\), want shape \(any, 3\)"):
        p.inverse_transform(np.zeros((5, 2)))
    with pytest.raises(ValueError, match="^x: got nan"):
        p.transform([[np.nan, 0, 0]])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: PCA(0), "n_components: got 0, want a whole number >= 1"),
        (lambda: PCA(1.5), "n_components: got 1.5, want a finite number > 0 and < 1"),
        (lambda: PCA("two"), "n_components: got 'two'"),
        (lambda: PCA(4).fit(np.eye(3)), "n_components: got 4, want at most 3"),
        (lambda: PCA(3).fit(np.eye(5)[:2]), "n_components: got 3, want at most 2"),
        (lambda: PCA(eps=-1), "eps: got -1"),
        (lambda: PCA(whiten="yes"), "whiten: got 'yes'"),
        (lambda: ZCA(eps=np.nan), "eps: got nan"),
        (lambda: Standardizer(with_mean=None), "with_mean: got None"),
        (lambda: MinMaxScaler((1, 0)), r"feature_range: got \(1, 0\), want \(low, high\)"),
        (lambda: MinMaxScaler(3), "feature_range: got an array"),
    ],
)
def test_bad_options_are_named(make, words):
    with pytest.raises(ValueError, match="^" + words):
        make()
