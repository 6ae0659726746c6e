"""What the figures of this chapter share: lengths that a log axis can show, however a run ends."""

import numpy as np

LOW, HIGH = 1e-12, 1e9


def length(vectors):
    """The lengths of vectors (..., 2); NaN where they are."""
    with np.errstate(all="ignore"):
        return np.clip(np.hypot(vectors[..., 0], vectors[..., 1]), LOW, HIGH)


def geometric(start, factor, n_steps):
    """A length that every step multiplies by the factor, (n_steps + 1,)."""
    with np.errstate(all="ignore"):
        return np.clip(start * factor ** np.arange(n_steps + 1.0), LOW, HIGH)
