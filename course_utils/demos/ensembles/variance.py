"""The mean of correlated numbers: how its variance falls with their number, and where it stops."""

import numpy as np

from ...ensembles import variance_of_mean
from ...live import live
from ...plots import DASHED, THEORY
from .shared import MEMBER, TOGETHER

MOST, DRAWS = 50, 4000
SIZES, BINS = np.arange(1, MOST + 1), np.linspace(-4, 4, 65)


@live(
    size=(9.6, 3.8),
    alt="The variance of the mean of n correlated errors against n, and a histogram of it beside a single error's",
)
def variance(fig):
    """Errors of variance 1, each pair with correlation rho: the variance of the mean of n, and how the mean scatters.

    Dots: measured in 4,000 draws. Line: rho + (1 - rho) / n. Dashed: what no number of members takes away.
    """
    left, right = fig.subplots(ncols=2, width_ratios=[1.1, 1])
    left.set(xlim=(0, MOST + 2), ylim=(0, 1.25), xlabel="number of members n", ylabel="variance of their mean error")
    left.set_title("The more the better, down to rho")
    right.set(xlim=(-4, 4), ylim=(0, 1.3), xlabel="error", ylabel="density, scaled to a peak of 1")
    right.set_title("One member, and the mean of n")
    (line,) = left.plot([], [], color=THEORY, label="rho + (1 - rho) / n")
    (floor,) = left.plot([], [], color=THEORY, ls=DASHED, lw=1.2, label="rho")
    (dots,) = left.plot([], [], "o", color=TOGETHER, ms=4, label="measured")
    (mark,) = left.plot([], [], "o", ms=12, mfc="none", mec=TOGETHER, mew=2)
    left.legend(loc="upper right", ncols=3)
    (one,) = right.plot(BINS, np.exp(-(BINS**2) / 2), color=MEMBER, label="one member")
    heap = right.stairs(np.zeros(len(BINS) - 1), BINS, fill=True, color=TOGETHER, alpha=0.6, label="mean of n")
    right.legend(handles=[one, heap], loc="upper right")

    def update(rho: (0.0, 1.0) = 0.3, n: (1, MOST) = 10):
        own, common = draws()
        means = np.sqrt(rho) * common[:, None] + np.sqrt(1 - rho) * own.cumsum(axis=1) / SIZES
        measured = means.var(axis=0)
        line.set_data(SIZES, variance_of_mean(1.0, rho, SIZES))
        floor.set_data([0, MOST + 2], [rho, rho])
        dots.set_data(SIZES, measured)
        mark.set_data([n], [measured[n - 1]])
        heap.set_data(np.histogram(means[:, n - 1], BINS, density=True)[0] * np.sqrt(2 * np.pi * measured[n - 1]))
        return [line, floor, dots, mark, heap], _tell(rho, n, measured[n - 1])

    return update


_kept = []


def draws():
    """(DRAWS, MOST) errors of each member's own, and (DRAWS,) errors that all have in common."""
    if not _kept:
        rng = np.random.default_rng(0)
        _kept.append((rng.standard_normal((DRAWS, MOST)), rng.standard_normal(DRAWS)))
    return _kept[0]


def _tell(rho, n, measured):
    theory = variance_of_mean(1.0, rho, n)
    worth = 1 / theory
    these = f"these {n} are" if n > 1 else "this one is"
    return f"Formula {theory:.3f}, measured {measured:.3f}: {these} worth <b>{worth:.1f}</b> independent ones; " + (
        f"any number of them at most {1 / rho:.1f}." if rho else "there is no limit."
    )
