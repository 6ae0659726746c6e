"""A leak that lies: features of pure noise, chosen with a look at all labels, and what they promise."""

import numpy as np

from ...live import live
from ...plots import DASHED, THEORY
from ...records import recorded

SAMPLES, CHOSEN, SEEDS = 100, 20, 20
COUNTS = (20, 50, 100, 200, 500, 1000, 2000, 5000)
LEAKY, HONEST = "#D55E00", "#0072B2"


@live(
    size=(9.6, 3.9),
    alt="Accuracy on test data by the number of noise features: with a leak it climbs far above one half, honestly not",
)
def leak(fig, recompute=False):
    """Noise, and twenty features chosen from it: by all labels, or by the training half. Which score is true?"""
    shares.table(recompute)
    left, right = fig.subplots(ncols=2, width_ratios=[1.2, 1])
    left.axhline(0.5, color=THEORY, lw=1.4, ls=DASHED, label="the truth: a coin")
    left.set(xscale="log", xlim=(17, 6000), ylim=(0.35, 0.9), xlabel="features to choose from", ylabel="test accuracy")
    left.set_title("Mean of 20 seeds, ± 2 standard errors")
    for color, label, i in ((LEAKY, "chosen by all labels", 1), (HONEST, "chosen by the training labels", 0)):
        found = np.array([[shares(d, seed)[i] for seed in range(SEEDS)] for d in COUNTS])
        reach = 2 * found.std(axis=1) / np.sqrt(SEEDS)
        left.errorbar(COUNTS, found.mean(axis=1), reach, color=color, marker="o", ms=5, capsize=3, label=label)
    left.legend(loc="upper left")
    right.set(xlim=(0.25, 1), ylim=(0, SEEDS * 0.6), xlabel="test accuracy", ylabel="seeds", title="All seeds")
    edges = np.linspace(0.25, 1, 16)
    heaps = [right.stairs(np.zeros(15), edges, fill=True, color=c, alpha=0.55) for c in (LEAKY, HONEST)]
    now = left.axvline(20, color="#999999", lw=1)

    def update(features: list(COUNTS) = 2000):
        found = np.array([shares(features, seed) for seed in range(SEEDS)])
        for heap, column in zip(heaps, found.T[::-1], strict=True):
            heap.set_data(np.histogram(column, edges)[0])
        now.set_xdata([features, features])
        honest, leaky = found.mean(axis=0)
        return [*heaps, now], (
            f"{CHOSEN} of {features:,} features of noise: chosen by all labels they promise {leaky:.0%}, chosen by the "
            f"training labels alone {honest:.0%}. New data would be a coin's throw: 50%."
        )

    return update


def promised(features=2000):
    """(honest, leaky): mean test accuracy over the seeds."""
    return tuple(float(m) for m in np.mean([shares(features, seed) for seed in range(SEEDS)], axis=0))


@recorded((d, seed) for d in COUNTS for seed in range(SEEDS))
def shares(d, seed):
    """Test accuracy of the nearest neighbor on the chosen features: (honest, leaky)."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(SAMPLES, d)), rng.permutation(np.arange(SAMPLES) % 2)
    train, test = slice(SAMPLES // 2), slice(SAMPLES // 2, None)
    found = []
    for looked_at in (train, slice(None)):
        part, label = x[looked_at] - x[looked_at].mean(axis=0), y[looked_at] - y[looked_at].mean()
        best = np.argsort(-abs(label @ part) / part.std(axis=0))[:CHOSEN]
        apart = ((x[test][:, None, best] - x[train][:, best]) ** 2).sum(axis=-1)
        found.append(np.mean(y[train][apart.argmin(axis=1)] == y[test]))
    return np.array(found)
