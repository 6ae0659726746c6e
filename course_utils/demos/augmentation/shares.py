"""The shares that chance brings: draws of mixup's lam, and what is left of a cutout at the border."""

import numpy as np

from ...augmentation import boxes, cutout_area, mixup_variance
from ...live import live
from ...plots import THEORY, TRAIN

SIDE, DRAWS = 32, 20_000
BINS = np.linspace(0, 1, 41)


@live(
    size=(9.6, 3.6),
    alt="Histogram of the shares that mixup draws, and the area that cutout hides on average against its side",
)
def shares(fig):
    """Left, shares lam drawn from Beta(a, a); right, how much a cutout of a given side hides in 32 x 32 pixels."""
    left, right = fig.subplots(ncols=2)
    left.set(title="Mixup: draws of lam", xlabel="lam", ylabel="share of the draws", xlim=(0, 1), ylim=(0, 0.5))
    heap = left.stairs(np.zeros(len(BINS) - 1), BINS, fill=True, color=TRAIN, alpha=0.75)
    for edge in 0.1, 0.9:
        left.axvline(edge, color="#777777", ls=":", lw=1.2)
    sides = np.arange(1, SIDE + 1)
    right.set(title=f"Cutout in {SIDE} x {SIDE} pixels", xlabel="side of the box", ylabel="share hidden", xlim=(0, 33))
    right.set(ylim=(0, 1.02))
    right.plot(sides, (sides / SIDE) ** 2, "--", color="#777777", label="the whole box")
    right.plot(sides, [cutout_area(SIDE, int(s)) for s in sides], color=THEORY, label="what is left of it, on average")
    (dot,) = right.plot([], [], "o", color=TRAIN, ms=8, label=f"measured on {DRAWS:,} draws")
    right.legend(loc="upper left")

    def update(a: (0.02, 20.0) = 0.2, side: (1, SIDE) = 16):
        rng = np.random.default_rng(0)
        lam = rng.beta(a, a, DRAWS)
        heap.set_data(np.histogram(lam, BINS)[0] / DRAWS)
        hidden = _hidden(rng, side)
        dot.set_data([side], [hidden])
        outside = np.mean((lam < 0.1) | (lam > 0.9))
        return [heap, dot], (
            f"<b>{outside:.0%}</b> of the shares lie outside the dotted lines; variance {lam.var():.3f}, "
            f"1 / (4 (2a + 1)) = {mixup_variance(a):.3f}. A box of side {side} hides {hidden:.1%} on average, "
            f"not {(side / SIDE) ** 2:.1%}."
        )

    return update


def _hidden(rng, side):
    box = boxes((SIDE, SIDE), np.full((DRAWS, 2), side), rng.integers(SIDE, size=(DRAWS, 2)))
    return float(((box[:, 1] - box[:, 0]) * (box[:, 3] - box[:, 2])).mean() / SIDE**2)
