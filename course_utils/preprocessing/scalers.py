"""Preprocessing: shifts, scales and turns that make the data round before a network sees them.

    s = Standardizer().fit(x_train)          # learns its numbers from the training data, and from nothing else
    s.transform(x_test)                      # applies them to any data
    split = prepare(wine(), Standardizer())  # both at once, for the three parts of a Split

The conventions are scikit-learn's: fit returns the object, what was learned ends in an underscore, x is
(n_samples, n_features). float32 stays float32, anything else becomes float64; no argument is changed.
"""

from dataclasses import dataclass

import numpy as np

from .._support.validation import array, choice, fail, integer, number
from ..data import Data, Split
from ._covariance import bounded, centered_product, principal_axes, whitening_scales


class Preprocessor:
    """Base of all: subclasses define `_fit(x)`, `_transform(x)` and `_inverse(z)`, which get checked arrays."""

    def fit(self, x):
        """Learn from the training data x (n_samples, n_features); returns the object itself."""
        x = _floats("x", x, (None, None))
        if x.size == 0:
            fail("x", f"an array of shape {x.shape}", "at least one sample and one feature")
        with np.errstate(over="ignore", invalid="ignore"):
            self._fit(x)
        self.n_features_in_ = x.shape[1]
        return self

    def transform(self, x):
        """x (n_samples, n_features) as the network should see it."""
        return self._transform(self._fitting("x", x, "n_features_in_"))

    def fit_transform(self, x):
        """fit(x), then transform(x): for training data only."""
        return self.fit(x).transform(x)

    def inverse_transform(self, z):
        """The x whose transform is z; what transform dropped comes back as the training data's mean."""
        return self._inverse(self._fitting("z", z, "_n_out"))

    @property
    def _n_out(self):
        return self.n_features_in_

    def _fitting(self, name, x, width):
        if not hasattr(self, "n_features_in_"):
            fail(type(self).__name__, "no training data yet", "fit(x_train) first")
        return _floats(name, x, (None, getattr(self, width)))


@dataclass(eq=False)
class Standardizer(Preprocessor):
    """Zero-center every feature and give it unit variance; also called normalizing, or z-scores.

    z = (x - mean_) / scale_

    Parameters
    ----------
    with_mean, with_std : bool
        Whether to center, whether to scale.

    Attributes
    ----------
    mean_, var_ : (n_features,) mean and variance over the training samples
    scale_ : (n_features,) √var_; 1 where a feature is constant to within rounding, so that it becomes 0, not NaN

    Raises
    ------
    ValueError : x with NaN, with other features than it was fitted to, or so large that its squares overflow.

    Notes
    -----
    As in scikit-learn's StandardScaler the variance is over n_samples; PCA's is over n_samples - 1. Constant is what
    has var <= n·ε·var + (n·ε·mean)², the rounding of the corrected two-pass variance: Chan, Golub and LeVeque (1983).

    >>> Standardizer().fit([[1.0, 5.0], [3.0, 5.0]]).transform([[1.0, 5.0], [4.0, 6.0]])
    array([[-1.,  0.],
           [ 2.,  1.]])
    """

    with_mean: bool = True
    with_std: bool = True

    def __post_init__(self):
        for name in ("with_mean", "with_std"):
            choice(name, getattr(self, name), (True, False))

    def _fit(self, x):
        self.mean_ = x.mean(axis=0, dtype=float)
        d = x - self.mean_
        self.var_ = bounded(np.maximum(np.einsum("ij,ij->j", d, d) / len(x) - d.mean(axis=0) ** 2, 0))
        rounding = len(x) * np.finfo(float).eps
        constant = self.var_ <= rounding * self.var_ + (rounding * self.mean_) ** 2
        self.scale_ = np.where(constant, 1, np.sqrt(self.var_))

    def _transform(self, x):
        z = x - self.mean_.astype(x.dtype) if self.with_mean else x.copy()
        if self.with_std:
            z /= self.scale_.astype(x.dtype)
        return z

    def _inverse(self, z):
        x = z * self.scale_.astype(z.dtype) if self.with_std else z.copy()
        if self.with_mean:
            x += self.mean_.astype(x.dtype)
        return x


@dataclass(eq=False)
class MinMaxScaler(Preprocessor):
    """Stretch every feature so that the training data just fill a given range; new data may fall outside.

    z = x · scale_ + min_,  scale_ = (high - low) / (data_max_ - data_min_),  min_ = low - data_min_ · scale_

    Parameters
    ----------
    feature_range : (low, high), with low < high

    Attributes
    ----------
    data_min_, data_max_, data_range_, scale_, min_ : (n_features,)

    Notes
    -----
    A feature whose range is below 10·ε (2.2e-15 in float64) counts as constant and becomes `low`, as in scikit-learn.

    >>> MinMaxScaler().fit([[0.0, 7.0], [4.0, 7.0]]).transform([[1.0, 7.0], [6.0, 7.0]])
    array([[0.25, 0.  ],
           [1.5 , 0.  ]])
    """

    feature_range: tuple = (0, 1)

    def __post_init__(self):
        low, high = array("feature_range", self.feature_range, shape=(2,))
        if low >= high:
            fail("feature_range", self.feature_range, "(low, high) with low < high")

    def _fit(self, x):
        low, high = self.feature_range
        self.data_min_, self.data_max_ = x.min(axis=0), x.max(axis=0)
        self.data_range_ = bounded(self.data_max_ - self.data_min_)
        constant = self.data_range_ < 10 * np.finfo(x.dtype).eps
        self.scale_ = (high - low) / np.where(constant, 1, self.data_range_)
        self.min_ = low - self.data_min_ * self.scale_

    def _transform(self, x):
        z = x * self.scale_.astype(x.dtype)
        z += self.min_.astype(x.dtype)
        return z

    def _inverse(self, z):
        x = z - self.min_.astype(z.dtype)
        x /= self.scale_.astype(z.dtype)
        return x


class _Turn(Preprocessor):
    """z = (x - mean_) · A and x = z · B + mean_, for the pair (A, B) that a subclass's `_fit` leaves in `_matrices`."""

    def _transform(self, x):
        return centered_product(x, self.mean_, self._matrices[0])

    def _inverse(self, z):
        x = z @ self._matrices[1].astype(z.dtype)
        x += self.mean_.astype(x.dtype)
        return x


@dataclass(eq=False)
class PCA(_Turn):
    """Turn the data to the axes along which they vary most, and keep the first few; the new features are uncorrelated.

    z = (x - mean_) · components_ᵀ,  and with whiten=True  z = z / √(explained_variance_ + eps)

    Parameters
    ----------
    n_components : int, or a share of the variance between 0 and 1, or None for min(n_samples, n_features)
    whiten : bool
        Give every new feature the same variance as well: 1, or λ / (λ + eps).
    eps : float >= 0, a variance: keeps directions of little variance, mostly noise, from being blown up

    Attributes
    ----------
    mean_ : (n_features,)
    components_ : (n_components, n_features) orthonormal eigenvectors of the covariance; the largest entry is positive
    explained_variance_ : (n_components,) its eigenvalues λ, largest first; 0 where they are no more than rounding
    explained_variance_ratio_ : (n_components,) their shares of the total variance
    singular_values_ : (n_components,) √((n_samples - 1) · λ)
    n_components_ : int

    Raises
    ------
    ValueError : fewer than two samples; more components than min(n_samples, n_features); as in Standardizer.

    Notes
    -----
    The covariance is over n_samples - 1, as in np.cov and scikit-learn. So the mean squared error of a reconstruction,
    a mean over n_samples, is the sum of the dropped λ times (n_samples - 1) / n_samples.
    Whitening drops directions in which the training data do not vary; scikit-learn divides rounding by rounding there.
    Sources: Pearson (1901); Hotelling, "Analysis of a complex of statistical variables" (1933).

    >>> x = np.array([[-3.0, -4.0], [0.0, 0.0], [3.0, 4.0]])
    >>> pca = PCA(n_components=1).fit(x)
    >>> pca.components_, pca.transform(x).ravel()
    (array([[0.6, 0.8]]), array([-5.,  0.,  5.]))
    """

    n_components: int | float | None = None
    whiten: bool = False
    eps: float = 0.0

    def __post_init__(self):
        if isinstance(self.n_components, float):
            number("n_components", self.n_components, above=0, below=1)
        elif self.n_components is not None:
            integer("n_components", self.n_components, low=1)
        choice("whiten", self.whiten, (True, False))
        number("eps", self.eps, low=0)

    def _fit(self, x):
        self.mean_, variances, axes = principal_axes(x)
        total = variances.sum()
        ratio = variances / total if total else variances
        self.n_components_ = k = self._count(ratio)
        self.components_ = axes[:k].copy()
        self.explained_variance_, self.explained_variance_ratio_ = variances[:k], ratio[:k]
        self.singular_values_ = np.sqrt(variances[:k] * (len(x) - 1))
        gain, stretch = whitening_scales(variances[:k], self.eps) if self.whiten else np.ones((2, k))
        self._matrices = self.components_.T * gain, self.components_ * stretch[:, None]

    def _count(self, ratio):
        if self.n_components is None:
            return len(ratio)
        if isinstance(self.n_components, float):
            return min(int(np.searchsorted(ratio.cumsum(), self.n_components, side="right")) + 1, len(ratio))
        if self.n_components > len(ratio):
            fail("n_components", self.n_components, f"at most {len(ratio)}, the smaller of n_samples and n_features")
        return self.n_components

    @property
    def _n_out(self):
        return self.n_components_


@dataclass(eq=False)
class ZCA(_Turn):
    """Whiten and turn back: of all ways to whiten, the one that changes the data least. Images still look like images.

    z = (x - mean_) · whitening_,  whitening_ = U · diag(1 / √(λ + eps)) · Uᵀ

    Parameters
    ----------
    eps : float >= 0, in the units of a variance
        The covariance of z is U · diag(λ / (λ + eps)) · Uᵀ: the identity for eps = 0.

    Attributes
    ----------
    mean_ : (n_features,)
    whitening_ : (n_features, n_features), symmetric
    components_, explained_variance_ : Uᵀ and λ, as in PCA, of the covariance over n_samples - 1

    Notes
    -----
    Directions in which the training data do not vary are dropped.
    Sources: Bell and Sejnowski, "The 'independent components' of natural scenes are edge filters" (1997); least change:
    Kessy, Lewin and Strimmer, "Optimal whitening and decorrelation" (2018).

    >>> z = ZCA().fit_transform([[2.0, 0.0], [-2.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    >>> np.allclose(np.cov(z.T), np.eye(2))
    True
    """

    eps: float = 0.0

    def __post_init__(self):
        number("eps", self.eps, low=0)

    def _fit(self, x):
        self.mean_, self.explained_variance_, self.components_ = principal_axes(x)
        scales = whitening_scales(self.explained_variance_, self.eps)
        self.whitening_, back = ((self.components_.T * scale) @ self.components_ for scale in scales)
        self._matrices = self.whitening_, back


def prepare(split, *steps):
    """A Split whose three parts have gone through the steps, each fitted to the training part alone.

    >>> from course_utils.data import wine
    >>> prepare(wine(), Standardizer(), PCA(n_components=2))
    Split(train 124, val 27, test 27; 2 features, 3 classes)
    """
    parts = split.train, split.val, split.test
    for step in steps:
        step.fit(parts[0].x)
        parts = [Data(step.transform(part.x), part.y) for part in parts]
    return Split(*parts)


def _floats(name, x, shape):
    return array(name, x, shape, np.float32 if getattr(x, "dtype", None) == np.float32 else float)
