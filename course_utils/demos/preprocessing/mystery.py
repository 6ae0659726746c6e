"""Four data sets of five features, three of which lack one step of preprocessing: material for a diagnosis."""

import numpy as np

NAMES = "ABCD"
MISSING = {"A": "scaling", "B": "nothing", "C": "centering", "D": "decorrelation"}


def mystery(name):
    """(200, 5) the samples of data set A, B, C or D."""
    rng = np.random.default_rng(NAMES.index(name))
    z = rng.normal(size=(200, 5))
    z -= z.mean(axis=0)
    z = z @ np.linalg.inv(np.linalg.cholesky(z.T @ z / 200)).T  # white
    if MISSING[name] == "decorrelation":
        z = z + 1.5 * z[:, :1]
        return z / z.std(axis=0)
    return {"centering": z + [2, -1, 3, 1, -2], "scaling": z * [0.2, 8, 1, 0.05, 2]}.get(MISSING[name], z)
