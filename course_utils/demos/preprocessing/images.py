"""PCA and whitening on pictures of digits: how few numbers are enough, and what white digits look like."""

from functools import lru_cache

import numpy as np

from ...data import digits
from ...live import live
from ...plots import THEORY, TRAIN, VAL
from ...preprocessing import PCA

SHOWN = 8
DIVIDE = {"√(λ + eps)": "root", "λ + eps, a slip": "slip"}


@lru_cache(maxsize=1)
def _split():
    return digits()


@lru_cache(maxsize=1)
def _pca():
    return PCA().fit(_split().train.x)


def _variances():
    """The eigenvalues of the covariance over N, as a mean over samples wants them."""
    n = len(_split().train.x)
    return _pca().explained_variance_ * (n - 1) / n


@lru_cache(maxsize=2)
def _errors(part):
    """(65,) mean squared error per sample of reconstructions from 0, 1, ..., 64 components."""
    x = getattr(_split(), part).x
    z = _pca().transform(x)
    square = ((x - _pca().mean_) ** 2).sum(axis=1).mean()
    return square - np.concatenate([[0], (z**2).mean(axis=0).cumsum()])


@live(
    size=(9.6, 3.8),
    alt="A digit, the same digit from a few principal components, and the squared error by number of components",
)
def reconstruction(fig):
    """A digit from the first few principal components, and the mean squared error that is left."""
    left, middle, right = fig.subplots(ncols=3, width_ratios=[1, 1, 2])
    images = [_picture(left, "A digit, 64 numbers"), _picture(middle, "From those kept")]
    k = np.arange(65)
    dropped = np.append(_variances()[::-1].cumsum()[::-1], 0)
    right.plot(k, dropped, color=THEORY, label="sum of the dropped eigenvalues")
    right.set(xlim=(-1, 65), ylim=(-0.1, 5), xlabel="components kept", ylabel="squared error a sample")
    looks = {"training": ("o", TRAIN, TRAIN), "validation": ("s", VAL, "none")}
    dots = [
        right.plot([], [], m, color=color, mfc=fill, mew=2, ms=8, label=f"measured, {name}")[0]
        for name, (m, color, fill) in looks.items()
    ]
    right.legend()

    def update(components: (0, 64) = 16, digit: (0, 99) = 0):
        x = _split().val.x[digit]
        z = _pca().transform(x[None])[:, :components]
        images[0].set_data(x.reshape(8, 8))
        images[1].set_data((_pca().mean_ + z @ _pca().components_[:components]).reshape(8, 8))
        left_over = [_errors(part)[components] for part in ("train", "val")]
        for dot, error in zip(dots, left_over, strict=True):
            dot.set_data([components], [error])
        share, lost = _pca().explained_variance_ratio_[:components].sum(), round(left_over[0], 3) + 0.0
        return [*images, *dots], (
            f"{components} of 64 numbers keep {share:.1%} of the variance; the rest, {lost:.3f} a sample, is lost."
        )

    return update


def _picture(ax, title):
    ax.set(xticks=[], yticks=[], title=title)
    ax.spines[:].set_visible(True)
    return ax.imshow(np.zeros((8, 8)), cmap="gray_r", vmin=0, vmax=1)


@live(
    size=(9.6, 4.0),
    alt="Variance after whitening along each principal axis with its theory, and digits before and after ZCA",
)
def whitening(fig):
    """The variances that whitening leaves, against λ / (λ + eps), and digits whitened by ZCA."""
    left, right = fig.subplots(ncols=2, width_ratios=[1.15, 1])
    left.set(xlim=(0, 62), ylim=(1e-6, 1e6), yscale="log", xlabel="principal axis", ylabel="variance along it")
    k = np.flatnonzero(_pca().explained_variance_) + 1
    before = _pca().explained_variance_[k - 1]
    left.plot(k, before, ":", color="#555555", label="before: λ")
    (theory,) = left.plot([], [], color=THEORY, label="λ / (λ + eps)")
    (dots,) = left.plot([], [], "o", color=TRAIN, ms=4, label="measured after whitening")
    left.legend(loc="upper left")
    image = right.imshow(np.zeros((2, 2)), cmap="gray_r", vmin=-1, vmax=1, extent=(0, 4, 0, 4))
    right.axis("off")
    right.set_title("Digits as they are, and after ZCA")
    theory.set_xdata(k)
    dots.set_xdata(k)

    def update(eps: (1e-6, 1.0) = 0.01, divide_by: DIVIDE = "root"):
        scale = np.sqrt(before + eps) if divide_by == "root" else before + eps
        z = _pca().transform(_split().train.x)[:, k - 1] / scale
        theory.set_ydata(before / (before + eps))
        measured = z.var(axis=0, ddof=1)
        dots.set_ydata(measured)
        white = z[:SHOWN] @ _pca().components_[k - 1]
        # White pixels have a standard deviation near 1: show three of them on either side of gray.
        image.set_data(_mosaic(_split().train.x[:SHOWN] * 2 - 1, np.clip(white / 3, -1, 1)))
        spans = [f"from {v.min():.2g} to {v.max():.2g}" for v in (before, measured)]
        return [theory, dots, image], f"Variances before whitening {spans[0]}, after it {spans[1]}."

    return update


def _mosaic(*groups):
    """Rows of four pictures of 8 x 8 with a blank line between them."""
    rows = [pictures.reshape(-1, 4, 8, 8) for pictures in groups]
    framed = np.pad(np.concatenate(rows), ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=-1)
    return framed.transpose(0, 2, 1, 3).reshape(-1, 40)
