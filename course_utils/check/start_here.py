"""The checker of the start page: one step of gradient descent, to practise how exercises work."""

import numpy as np

from ._protocol import edits, exercise


@exercise(
    cases=[
        {"theta": np.array([1.0, 2.0]), "g": np.array([4.0, -0.5])},
        {"theta": np.array([[0.3, -1.0], [2.0, 0.0]]), "g": np.array([[1.0, 3.0], [-2.0, 5.0]]), "lr": 0.02},
    ],
    slips=edits(
        {
            "The gradient is added: this walks up the slope.": ("theta - lr", "theta + lr"),
            "The step is returned in place of the new theta.": ("theta - lr", "-lr"),
            "lr is not used: the step is the whole gradient.": ("lr * g", "g"),
            "lr multiplies theta as well.": ("theta - lr * g", "lr * (theta - g)"),
            "The gradient's size is lost: only its sign is used.": ("lr * g", "lr * np.sign(g)"),
            "The gradient is divided by its length: every step would be lr long.": (
                "lr * g",
                "lr * g / np.linalg.norm(g)",
            ),
        }
    ),
)
def first_step(theta, g, lr=0.1):
    """One step of gradient descent: from theta against the gradient g. theta and g are arrays of one shape."""
    return theta - lr * g
