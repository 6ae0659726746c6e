"""Data: what a network learns from, in three parts that must not meet. Everything here works without a network.

    split = digits()                 # DATASETS: digits, mnist1d, wine, breast_cancer, ...
    x, y = split.train               # x: (n_samples, n_features), y: (n_samples,) labels 0 .. n_classes - 1
    split.train[:100]                # its first hundred samples, with their labels
    split.first(100)                 # the same validation and test data, but a hundred samples to train on

The same `rng` gives the same data and split.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from ._support.validation import array, fail, generator, integer, labels, number


@dataclass(frozen=True, eq=False, repr=False)
class Data:
    """Samples and their labels: a container of samples that unpacks into x and y.

    Parameters
    ----------
    x : (n_samples, n_features)
    y : (n_samples,) labels; or (n_samples, n_classes) probabilities, where labels are mixed

    Raises
    ------
    ValueError
        Not as many labels as samples. An index that is one number: data.x[3] is a sample.

    >>> data = Data(np.arange(8.0).reshape(4, 2), np.array([0, 1, 0, 1]))
    >>> len(data), data[:3], data[data.y == 1]
    (4, Data(3 samples), Data(2 samples))
    >>> x, y = data[[0, 3]] + data[:1]
    >>> y
    array([0, 1, 0])
    """

    x: np.ndarray
    y: np.ndarray

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            fail("y", f"{len(self.y)} labels", f"one per sample, {len(self.x)}")

    def __len__(self) -> int:
        return len(self.x)

    def __iter__(self) -> Iterator[np.ndarray]:
        return iter((self.x, self.y))

    def __getitem__(self, which: slice | Sequence | np.ndarray) -> "Data":
        """The samples of a slice, of a list of indices, or of a mask, with their labels."""
        if not isinstance(which, slice) and np.ndim(which) != 1:
            fail("index", repr(which), "a slice, indices or a mask; data.x[i] is one sample")
        return Data(self.x[which], self.y[which])

    def __add__(self, other: "Data") -> "Data":
        """These samples, and then the others."""
        return Data(np.concatenate([self.x, other.x]), np.concatenate([self.y, other.y]))

    def __repr__(self) -> str:
        return f"Data({len(self)} samples)"


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """Data in three parts. Train on `train`, choose with `val`, and look at `test` once, at the end.

    train, val, test : Data; val and test may be empty, and are when they are left out.

    >>> Split(digits().train[:20])
    Split(train 20, val 0, test 0; 64 features, 10 classes)
    """

    train: Data
    val: Data = None  # type: ignore[assignment]
    test: Data = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        for name in ("train", "val", "test"):
            part = getattr(self, name)
            if part is None and name != "train":
                object.__setattr__(self, name, self.train[:0])
            elif not isinstance(part, Data):
                fail(name, type(part).__name__, "a Data(x, y)")

    def first(self, n: int) -> "Split":
        """The split with only the first n training samples; validation and test data stay.

        >>> digits().first(100)
        Split(train 100, val 270, test 270; 64 features, 10 classes)
        """
        if integer("n", n, low=1) > len(self.train):
            fail("n", n, f"at most {len(self.train)}, the number of training samples")
        return replace(self, train=self.train[:n])

    @property
    def n_features(self):
        """Numbers per sample."""
        return self.train.x.shape[1]

    @property
    def n_classes(self):
        """The largest label of all three parts, plus 1."""
        return 1 + max(int(part.y.max(initial=0)) for part in (self.train, self.val, self.test))

    def __repr__(self):
        sizes = ", ".join(f"{name} {len(getattr(self, name))}" for name in ("train", "val", "test"))
        return f"Split({sizes}; {self.n_features} features, {self.n_classes} classes)"


def split(
    x: np.ndarray,
    y: np.ndarray,
    val: float = 0.15,
    test: float = 0.15,
    rng: np.random.Generator | int = 0,
) -> Split:
    """Shuffle, and split into train, validation and test so that each class has nearly its share in every part.

    Parameters
    ----------
    x : (n_samples, n_features)
    y : (n_samples,) integers >= 0
    val, test : shares, each >= 0, together below 1; parts of round(share · n_samples) samples.
    rng : numpy.random.Generator or int

    >>> split(np.zeros((20, 2)), np.arange(20) % 2)
    Split(train 14, val 3, test 3; 2 features, 2 classes)
    """
    x = array("x", x, shape=(None, None))
    y = labels("y", y, len(x), n_classes=np.iinfo(int).max)
    rng = generator("rng", rng)
    sizes = [round(number(name, share, low=0, below=1) * len(x)) for name, share in (("val", val), ("test", test))]
    if not x.size or sum(sizes) >= len(x):
        fail("x", f"shape {x.shape} with val={val} and test={test}", "at least one sample left to train on")
    order = rng.permutation(len(x))
    # Sorted by label, evenly spaced picks take the same share of every class.
    order = order[np.argsort(y[order], kind="stable")]
    parts = []
    for size in sizes:
        picked = np.diff(np.arange(len(order) + 1) * size // len(order)) > 0
        parts.append(rng.permutation(order[picked]))
        order = order[~picked]
    return Split(*(Data(x[part], y[part]) for part in (rng.permutation(order), *parts)))


def digits(rng: np.random.Generator | int = 0) -> Split:
    """1797 handwritten digits, 8 x 8 pixels from 0 to 1, 10 classes: the course's work-horse.

    Source: Alpaydin and Kaynak, UCI "Optical Recognition of Handwritten Digits" (1998), as shipped with scikit-learn.

    >>> digits()
    Split(train 1257, val 270, test 270; 64 features, 10 classes)
    """
    return split(*_digits(), rng=rng)


def mnist1d(n=6000, rng=0):
    """Signals of 40 numbers in ten classes, 4,000 to train on: small, and hard for a net that does not know shifts.

    Each class has a template of twelve numbers, drawn like the digit's outline. A sample is its template made longer or
    shorter, taller or flatter, shifted along a line of 72 places, tilted, and put into noise: correlated where there
    was nothing, and a little everywhere. A sixth of the n samples is for validation and a sixth for testing.

    Source: Greydanus and Kobak, "Scaling Down Deep Learning with MNIST-1D" (ICML 2024), with the parameters of their
    package. There, a linear model reads 32% of the test signals, a dense net 68%, a convolutional one 94%.

    >>> mnist1d(n=600)
    Split(train 400, val 100, test 100; 40 features, 10 classes)
    """
    rng, y = generator("rng", rng), _labels(n, 10)
    x = _signals(y, **_drawn_signals(n, rng))
    x = (x - x.mean()) / x.std()
    return split(x, y, val=1 / 6, test=1 / 6, rng=rng)


def wine(rng: np.random.Generator | int = 0) -> Split:
    """178 Italian wines, 13 chemical measurements on very different scales, 3 growers.

    The features are as measured: proline goes up to 1680, hue to 1.71. Source: Forina et al., UCI "Wine" (1991), as
    shipped with scikit-learn.

    >>> wine()
    Split(train 124, val 27, test 27; 13 features, 3 classes)
    """
    return split(*_shipped("wine"), rng=rng)


def breast_cancer(rng: np.random.Generator | int = 0) -> Split:
    """569 tumors, 30 measurements of their cell nuclei, malignant (0) or benign (1).

    The features are as measured, from thousandths to thousands. Source: Wolberg, Mangasarian, Street and Street, UCI
    "Breast Cancer Wisconsin (Diagnostic)" (1995), as shipped with scikit-learn.

    >>> breast_cancer()
    Split(train 399, val 85, test 85; 30 features, 2 classes)
    """
    return split(*_shipped("breast_cancer"), rng=rng)


def spirals(n=600, classes=3, noise=0.05, rng=0):
    """Arms of a galaxy, one a class: no straight line parts them.

    n samples in all, in the plane, out to radius 1; every arm winds through 2/3 of a turn; noise is the standard
    deviation of what is added to both coordinates.

    >>> spirals(n=300)
    Split(train 210, val 45, test 45; 2 features, 3 classes)
    """
    rng, y = generator("rng", rng), _labels(n, classes)
    radius = rng.uniform(0, 1, n)
    return split(_around(_on_circle(y / classes + 2 / 3 * radius) * radius[:, None], noise, rng), y, rng=rng)


def moons(n=400, noise=0.15, flip=0.0, rng=0):
    """Two half circles, each reaching into the other: the smallest data that a straight line cannot part.

    n samples in all; noise is the standard deviation of what is added to both coordinates; flip, from 0 to 1, is the
    share of all labels that are wrong, to show overfitting: clean moons do not overfit harmfully.

    >>> moons(n=200, flip=0.1)
    Split(train 140, val 30, test 30; 2 features, 2 classes)
    """
    rng, y = generator("rng", rng), _labels(n, 2)
    upper = _on_circle(rng.uniform(0, 0.5, n))
    x = _around(np.where(y[:, None] == 0, upper, [1, 0.5] - upper), noise, rng)
    wrong = rng.permutation(n)[: round(number("flip", flip, low=0, high=1) * n)]
    y[wrong] = 1 - y[wrong]
    return split(x, y, rng=rng)


def blobs(n=300, classes=3, noise=0.25, rng=0):
    """Round clouds with their centers on the unit circle, one a class: straight lines part them, if noise is small.

    n samples in all, in the plane; noise is the standard deviation of a cloud.

    >>> blobs(n=100, classes=4)
    Split(train 70, val 15, test 15; 2 features, 4 classes)
    """
    rng, y = generator("rng", rng), _labels(n, classes)
    return split(_around(_on_circle(y / classes), noise, rng), y, rng=rng)


def _labels(n, classes):
    n, classes = integer("n", n, low=1), integer("classes", classes, low=1)
    return np.arange(n) % classes


def _on_circle(turns):
    return np.stack([np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)], axis=-1)


def _around(points, noise, rng):
    return points + rng.normal(0, number("noise", noise, low=0), points.shape)


# The outlines of the ten digits as Greydanus and Kobak drew them, a row each.
_TEMPLATES = np.array(
    [
        [5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5],
        [5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5],
        [5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5],
        [5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5],
        [5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5],
        [5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5],
        [5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5],
        [5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5],
        [5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5],
        [5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5],
    ]
)
_PLACES = 72  # of the line on which a template is shifted, before it is read at 40


def _drawn_signals(n, rng):
    """What chance decides about n signals, an entry or a row of places each."""
    return {
        "padding": rng.integers(36, 61, n),
        "scale": 1 + 0.4 * rng.uniform(-0.5, 0.5, n),
        "shift": rng.integers(48, size=n),
        "tilt": 0.75 * rng.uniform(-0.5, 0.5, n),
        "background": 0.25 * rng.normal(size=(n, _PLACES)),
        "noise": 0.02 * rng.normal(size=(n, _PLACES)),
    }


def _signals(y, padding, scale, shift, tilt, background, noise):
    """(n, 40) the signals of these classes before they are standardized."""
    from scipy.ndimage import gaussian_filter1d

    templates = (_TEMPLATES - _TEMPLATES.mean(1, keepdims=True)) / _TEMPLATES.std(1, keepdims=True)
    templates = (templates - templates[:, :1]) / 6 + 1e-8  # so that an outline's own zeros are no empty places
    long = np.pad(templates, [(0, 0), (0, _PLACES)])[y]
    x = _read(long, np.linspace(0, 1, _PLACES) * (templates.shape[1] - 1 + padding)[:, None])
    x = np.take_along_axis(x * scale[:, None], (np.arange(_PLACES) - shift[:, None]) % _PLACES, axis=1)
    x = np.where(x != 0, x, gaussian_filter1d(background, 2, axis=1)) + noise
    x -= tilt[:, None] * np.linspace(-0.5, 0.5, _PLACES)
    return _read(x, np.broadcast_to(np.linspace(0, _PLACES - 1, 40), (len(x), 40)))


def _read(rows, places):
    """Each row read at places between its entries, along straight lines."""
    below = np.minimum(places.astype(int), rows.shape[1] - 2)
    left, right = (np.take_along_axis(rows, i, axis=1) for i in (below, below + 1))
    return left + (places - below) * (right - left)


@cache
def _digits() -> tuple[np.ndarray, np.ndarray]:
    x, y = _shipped("digits")
    return x / 16, y


@cache
def _shipped(name: str) -> tuple[np.ndarray, np.ndarray]:
    from sklearn import datasets

    return getattr(datasets, f"load_{name}")(return_X_y=True)


DATASETS = {
    "digits": digits,
    "mnist1d": mnist1d,
    "wine": wine,
    "breast_cancer": breast_cancer,
    "spirals": spirals,
    "moons": moons,
    "blobs": blobs,
}
