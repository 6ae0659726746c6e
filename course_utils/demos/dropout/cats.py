"""Co-adaptation: a cat known by ears, tail and fur, learned with and without dropout on the three."""

from functools import lru_cache

import numpy as np

from ...dropout import all_masks, mask_probabilities
from ...live import live
from .shared import ALL, KEPT

PARTS = "ears", "tail", "fur"
SEEN = np.array([1.0, 0.6, 0.4])  # how much of each a cat shows; of a dog, as much less
NOISE = 0.3  # of each part by itself
SIGHTS = "all there", "no ears", "no tail", "no fur"
SLOT = 0.38


@live(
    size=(9.6, 4.0),
    alt="Weights on ears, tail and fur, and accuracy on cats that lack one of them, with and without dropout",
)
def cats(fig):
    """Weights of a cat detector trained with dropout on its three inputs, and its answers when a part is hidden.

    Outlines: the same detector trained without dropout. The light shifts all three measurements of a photo together.
    """
    left, right = fig.subplots(ncols=2, width_ratios=(3, 4))
    left.set(title="Weights, scaled to length 1", xticks=range(3), xticklabels=PARTS, ylim=(-1.05, 1.05))
    right.set(title="Accuracy on new photos", xticks=range(4), xticklabels=SIGHTS, ylim=(0, 1.05))
    left.set(xlabel="measured on the photo", ylabel="weight")
    right.set(xlabel="what the photo shows", ylabel="share of answers that are right")
    left.axhline(0, color="#666666", lw=0.8)
    right.axhline(0.5, color="#666666", ls=":", lw=1)
    pairs = [_bars(ax, n) for ax, n in ((left, 3), (right, 4))]
    fig.legend(handles=pairs[0], loc="outside lower center", ncols=2)

    def update(keep: (0.1, 1.0) = 0.5, light: (0.0, 2.0) = 1.0):
        for k, at in enumerate((keep, 1.0)):
            weights, right_answers = weights_of(at, light), accuracies(at, light)
            for (bars, outlines), heights in zip(pairs, (weights, right_answers), strict=True):
                for bar, height in zip((bars, outlines)[k], heights, strict=True):
                    bar.set_height(height)
        return [bar for pair in pairs for bars in pair for bar in bars], _tell(keep, light)

    return update


def _bars(ax, n):
    """Filled bars beside outlines, n of each."""
    at = np.arange(n)
    filled = ax.bar(at - SLOT / 2, np.zeros(n), SLOT, color=KEPT, label="trained with dropout")
    outlined = ax.bar(
        at + SLOT / 2, np.zeros(n), SLOT, facecolor="none", edgecolor=ALL, hatch="///", lw=1.2, label="trained without"
    )
    return filled, outlined


@lru_cache(maxsize=1)
def photos(n=300):
    """(+1 for a cat and -1 for a dog, the light of each photo, the noise of each part)."""
    rng = np.random.default_rng(0)
    return np.where(np.arange(n) % 2, 1.0, -1.0), rng.standard_normal(n), NOISE * rng.standard_normal((n, 3))


@lru_cache(maxsize=1024)
def fitted(keep, light):
    """Weights and bias with the lowest logistic loss, averaged exactly over all eight masks; by Newton's method."""
    from scipy.special import expit

    y, shift, noise = photos()
    x = y[:, None] * SEEN + light * shift[:, None] + noise
    masks = all_masks(3)
    chance = np.repeat(mask_probabilities(masks, keep), len(y)) / len(y)
    x = np.column_stack([np.concatenate([x * mask / keep for mask in masks]), np.ones(8 * len(y))])
    x *= np.tile(y, 8)[:, None]
    w = np.zeros(4)
    for _ in range(30):
        p = expit(-x @ w)
        step = np.linalg.solve(x.T @ (x * (chance * p * (1 - p))[:, None]) + 1e-9 * np.eye(4), x.T @ (chance * p))
        w += step
        if abs(step).max() < 1e-9:
            break
    return w


def weights_of(keep, light=1.0):
    """(3,) the weights on ears, tail and fur, divided by their length."""
    w = fitted(keep, light)[:3]
    return w / np.linalg.norm(w)


def accuracies(keep, light=1.0):
    """(4,) the share of new photos that is right: with all parts, without ears, without tail, without fur.

    Sums of normal numbers are normal, so it is exact. A hidden part measures 0, in cats and in dogs.
    """
    from scipy.special import ndtr

    w, there = fitted(keep, light), np.vstack([np.ones(3), 1 - np.eye(3)])
    mean, std = (there * w[:3]) @ SEEN, np.hypot(light * (there @ w[:3]), NOISE * np.linalg.norm(there * w[:3], axis=1))
    return (ndtr((mean + w[3]) / std) + ndtr((mean - w[3]) / std)) / 2


def _tell(keep, light):
    rows = []
    for name, at in (("With dropout", keep), ("without", 1.0)):
        whole, *lacking = accuracies(at, light)
        rows.append(f"{name}: {whole:.0%} with all parts, {min(lacking):.0%} with the worst one hidden")
    return "; ".join(rows) + "."
