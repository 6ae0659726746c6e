"""Whitening pictures of digits: the variances that it leaves, and what white digits look like."""

import numpy as np

from ...live import live
from ...plots import THEORY, TRAIN
from .shared import pca, split

SHOWN = 8  # in two rows
DIVIDE = {"√(λ + eps)": "root", "λ + eps, a slip": "slip"}


@live(
    size=(9.6, 4.0),
    alt="Variance after whitening along each principal axis with its theory, and digits before and after ZCA",
)
def whitening(fig):
    """The variances that whitening leaves, against λ / (λ + eps), and digits whitened by ZCA."""
    left, right = fig.subplots(ncols=2, width_ratios=[1, 1.15])
    left.set(xlim=(0, 62), ylim=(1e-6, 1e6), yscale="log", xlabel="principal axis", ylabel="variance along it")
    k = np.flatnonzero(pca().explained_variance_) + 1
    before = pca().explained_variance_[k - 1]
    left.plot(k, before, ":", color="#555555", label="before: λ")
    (theory,) = left.plot([], [], color=THEORY, label="λ / (λ + eps)")
    (dots,) = left.plot([], [], "o", color=TRAIN, ms=4, label="measured after whitening")
    left.legend(loc="upper left")
    image = right.imshow(np.zeros((2, 2)), cmap="gray_r", vmin=-1, vmax=1, extent=(0, 4, 0, 4))
    right.axis("off")
    right.set_title("Digits, and below each itself after ZCA")
    theory.set_xdata(k)
    dots.set_xdata(k)

    def update(eps: (1e-6, 1.0) = 0.1, divide_by: DIVIDE = "root"):
        scale = np.sqrt(before + eps) if divide_by == "root" else before + eps
        z = pca().transform(split().train.x)[:, k - 1] / scale
        theory.set_ydata(before / (before + eps))
        measured = z.var(axis=0, ddof=1)
        dots.set_ydata(measured)
        white = z[:SHOWN] @ pca().components_[k - 1]
        white /= abs(white).max(axis=1, keepdims=True)  # each picture over its own range, gray at 0
        image.set_data(_mosaic(split().train.x[:SHOWN] * 2 - 1, white))
        spans = [f"from {v.min():.2g} to {v.max():.2g}" for v in (before, measured)]
        return [theory, dots, image], f"Variances before whitening {spans[0]}, after it {spans[1]}."

    return update


def _mosaic(*groups):
    """Rows of four pictures of 8 x 8, those of one group above those of the next, with a blank line between them."""
    rows = np.stack([pictures.reshape(-1, 4, 8, 8) for pictures in groups], axis=1).reshape(-1, 4, 8, 8)
    framed = np.pad(rows, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=-1)
    return framed.transpose(0, 2, 1, 3).reshape(-1, 40)
