"""Four ReLU nets whose weights nobody has named: by what their layers multiply the signal and the gradient."""

import numpy as np

from ...initializers import glorot, he, lecun

WIDTHS = (2187, 729, 243, 81)
STARTS = {
    "A": lambda n_in, n_out, rng: rng.normal(0, n_out**-0.5, (n_in, n_out)), "B": lecun, "C": he, "D": glorot,
}  # fmt: skip


def stranger(name):
    """(signal, gradient): the factor of a layer of net A, B, C or D on the root mean square, there and back.

    The geometric mean over three ReLU layers, each with a third of the units of the one before, and 64 samples.
    """
    rng = np.random.default_rng(0)
    h = [rng.normal(size=(64, WIDTHS[0]))]
    sums, weights = [], []
    for n_in, n_out in zip(WIDTHS, WIDTHS[1:], strict=False):
        weights.append(STARTS[name](n_in, n_out, rng))
        sums.append(h[-1] @ weights[-1])
        h.append(np.maximum(0, sums[-1]))
    dout = first = rng.normal(size=h[-1].shape)
    for W, s in zip(weights[::-1], sums[::-1], strict=True):
        dout = (dout * (s > 0)) @ W.T
    layers = len(weights)
    return tuple((_size(there) / _size(here)) ** (1 / layers) for here, there in ((h[0], h[-1]), (first, dout)))


def _size(x):
    return float(np.sqrt(np.mean(x**2)))
