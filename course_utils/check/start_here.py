"""The checker of the start page: one step of gradient descent, to practise how exercises work."""

import numpy as np

from .compare import exercise


@exercise(
    cases=[
        {"theta": np.array([1.0, 2.0]), "g": np.array([4.0, -0.5])},
        {"theta": np.array([[0.3, -1.0], [2.0, 0.0]]), "g": np.array([[1.0, 3.0], [-2.0, 5.0]]), "lr": 0.02},
    ],
    slips={
        "The gradient is added: this walks up the slope.": lambda theta, g, lr=0.1: theta + lr * g,
        "The step is returned in place of the new theta.": lambda theta, g, lr=0.1: -lr * g,
        "lr is not used: the step is the whole gradient.": lambda theta, g, lr=0.1: theta - g,
        "The rate is 0.1 whatever is asked for: use lr.": lambda theta, g, lr=0.1: theta - 0.1 * g,
        "lr multiplies theta as well.": lambda theta, g, lr=0.1: lr * (theta - g),
    },
)
def first_step(theta, g, lr=0.1):
    """One step of gradient descent: from theta against the gradient g. theta and g are arrays of one shape."""
    return theta - lr * g
