"""One unit: the sum of many products, how large it is, and where on the tanh that leaves the unit."""

from functools import lru_cache

import numpy as np

from ...live import live
from ...plots import THEORY

COUNTS, SIDE, BINS = (1, 3, 10, 30, 100, 300, 1000, 3000, 10000), 100, 40


@live(
    size=(9.6, 3.7), alt="Size of a unit's sum against the number of its inputs, and a histogram of the tanh of the sum"
)
def unit(fig):
    """A unit sums n products, N(0, 1) inputs by N(0, std²) weights: the size of the sum, and what tanh makes of it."""
    left, right = fig.subplots(ncols=2)
    left.set(xscale="log", yscale="log", xlim=(0.7, 15000), ylim=(1e-3, 300))
    left.set(xlabel="inputs, n", ylabel="std of the sum s", title="The sum of n products")
    right.set(xlim=(-1.05, 1.05), ylim=(0, 52), xlabel="tanh(s)", ylabel="sums (%)", title="After the tanh")
    (line,) = left.plot([], [], color=THEORY, label="std · √n")
    (dots,) = left.plot([], [], "o", color="#333333", ms=5, label=f"measured, {SIDE**2:,} sums")
    (ring,) = left.plot([], [], "o", ms=12, mfc="none", mec="#333333", mew=2)
    left.legend(loc="upper left")
    edges = np.linspace(-1, 1, BINS + 1)
    bars = right.bar(edges[:-1], np.zeros(BINS), np.diff(edges), align="edge", color="#0072B2", ec="white", lw=0.4)

    def update(n: list(COUNTS) = 1000, std: (1e-3, 1.0) = 1.0):
        sums = {count: std * s for count, s in _sums().items()}
        found = {count: s.std() for count, s in sums.items()}
        line.set_data(COUNTS, std * np.sqrt(COUNTS))
        dots.set_data(list(found), list(found.values()))
        ring.set_data([n], [found[n]])
        h = np.tanh(sums[n])
        for bar, count in zip(bars, np.histogram(h, edges)[0], strict=True):
            bar.set_height(100 * count / h.size)
        return [line, dots, ring, *bars], (
            f"std of s: {found[n]:.3g} measured, {std * n**0.5:.3g} = std · √n. "
            f"{np.mean(abs(h) > 0.99):.0%} of them are saturated: |tanh(s)| > 0.99."
        )

    return update


@lru_cache(maxsize=1)
def _sums():
    """{n: sums of n products of two N(0, 1) numbers}: 100 inputs by 100 units of each."""
    rng = np.random.default_rng(0)
    return {n: (rng.normal(size=(SIDE, n)) @ rng.normal(size=(n, SIDE))).ravel() for n in COUNTS}
