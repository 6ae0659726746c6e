"""What the figures of this chapter share: one color and one line style for each size of batch, and the normal curve."""

import numpy as np

ONE, MINI, FULL = "#A0522D", "#5A5AC8", "#333333"
Z = np.linspace(-5, 5, 201)


def bell(mean, std):
    """(x, density) of the normal curve; nothing where it would be a spike, or no end to it."""
    if not 0.02 < std < 10:
        return [], []
    return mean + std * Z, np.exp(-0.5 * Z**2) / (std * np.sqrt(2 * np.pi))
