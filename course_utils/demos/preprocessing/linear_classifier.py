"""A linear classifier of two features on the chapter's cloud, raw or prepared: its loss, lowest point and border."""

from functools import lru_cache

import numpy as np

from ...plots import CLASSES
from ...preprocessing import PCA, Standardizer
from ...surfaces import Surface
from .cloud import CENTER, points

LIMIT = 5.0
ANGLE, STRETCH = 35, 3.0
PREPARE = {
    "zero-centered": [Standardizer(with_std=False)], "normalized": [Standardizer()],
    "whitened": [Standardizer(), PCA(whiten=True)],
}  # fmt: skip


def classifier(x, y):
    """The loss of a linear classifier of two features without a bias, a Surface over its two weights.

    Cross-entropy of the scores (0, w · x): mean(log(1 + e⁻ᵗ)) with t = w · x for class 1, -w · x for class 0.
    """
    signed = x * np.where(y == 1, 1, -1)[:, None]

    def margins(a, b):
        return np.stack([a, b], axis=-1) @ signed.T

    def weights(a, b):  # -dloss/dmargin of each sample
        return 1 / (1 + np.exp(margins(a, b))) / len(x)

    def curvatures(a, b):
        p = weights(a, b) * len(x)
        s = p * (1 - p) / len(x)
        return s @ x[:, 0] ** 2, s @ (x[:, 0] * x[:, 1]), s @ x[:, 1] ** 2

    return Surface(
        "linear classifier", "", lambda a, b: np.logaddexp(0, -margins(a, b)).mean(axis=-1),
        lambda a, b: tuple(np.moveaxis(-weights(a, b) @ signed, -1, 0)), curvatures,
        start=(0.0, 0.0), xlim=(-LIMIT, LIMIT), ylim=(-LIMIT, LIMIT),
    )  # fmt: skip


def lowest(surface):
    """The weights of least loss, by Newton's method with steps that are halved until they go down."""
    w = np.zeros(2)
    for _ in range(20):
        step = np.linalg.solve(surface.hess(w) + 1e-9 * np.eye(2), surface.grad(w))
        while surface.f(w - step) > surface.f(w) and np.abs(step).max() > 1e-12:
            step = step / 2
        w = w - step
    return w


@lru_cache(maxsize=64)
def scene(angle, stretch, prepared, center=tuple(CENTER)):
    """(x, y, loss surface, the weights of least loss, the condition number there)."""
    x, y = points(angle, stretch, center)
    for step in PREPARE.get(prepared, []):
        x = step.fit_transform(x)
    surface = classifier(x, y)
    best = lowest(surface)
    return x, y, surface, best, np.linalg.cond(surface.hess(best))


def class_dots(ax):
    """Empty markers for the two classes."""
    look = dict(ms=3.5, mew=0, ls="")
    return [
        ax.plot([], [], m, color=c, label=f"class {k}", **look)[0]
        for k, (m, c) in enumerate(zip("os", CLASSES, strict=False))
    ]


def decision_lines(weights):
    """The lines w · x = 0 of several weights, as one broken line."""
    along = np.stack([-weights[:, 1], weights[:, 0]], axis=1) / np.maximum(np.hypot(*weights.T), 1e-9)[:, None]
    ends = along[:, None] * np.array([-30, 30, np.nan])[:, None]
    return ends.reshape(-1, 2).T
