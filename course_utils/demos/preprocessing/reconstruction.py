"""A digit from its first few principal components: how few numbers are enough."""

from functools import lru_cache

import numpy as np

from ...live import live
from ...plots import THEORY, TRAIN, VAL
from .shared import pca, split


def _variances():
    """The eigenvalues of the covariance over N, as a mean over samples wants them."""
    n = len(split().train.x)
    return pca().explained_variance_ * (n - 1) / n


@lru_cache(maxsize=2)
def _errors(part):
    """(65,) mean squared error per sample of reconstructions from 0, 1, ..., 64 components."""
    x = getattr(split(), part).x
    z = pca().transform(x)
    square = ((x - pca().mean_) ** 2).sum(axis=1).mean()
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
    right.set(xlim=(-1, 65), ylim=(-0.1, 5), xlabel="components kept", ylabel="squared error per sample")
    looks = {"training": ("o", TRAIN, TRAIN), "validation": ("s", VAL, "none")}
    dots = [
        right.plot([], [], m, color=color, mfc=fill, mew=2, ms=8, label=f"measured, {name}")[0]
        for name, (m, color, fill) in looks.items()
    ]
    right.legend()

    def update(components: (0, 64) = 16, digit: (0, 99) = 0):
        x = split().val.x[digit]
        z = pca().transform(x[None])[:, :components]
        images[0].set_data(x.reshape(8, 8))
        images[1].set_data((pca().mean_ + z @ pca().components_[:components]).reshape(8, 8))
        left_over = [_errors(part)[components] for part in ("train", "val")]
        for dot, error in zip(dots, left_over, strict=True):
            dot.set_data([components], [error])
        share, lost = pca().explained_variance_ratio_[:components].sum(), round(left_over[0], 3) + 0.0
        return [*images, *dots], (
            f"{components} of 64 numbers keep {share:.1%} of the variance; the rest, {lost:.3f} per sample, is lost."
        )

    return update


def _picture(ax, title):
    ax.set(xticks=[], yticks=[], title=title)
    ax.spines[:].set_visible(True)
    return ax.imshow(np.zeros((8, 8)), cmap="gray_r", vmin=0, vmax=1)
