"""Checkers of the chapter on dropout: forward in both modes, its way back, and DropConnect."""

import numpy as np

from ._protocol import edits, exercise


class Seeded(np.random.Generator):
    """A generator that says how it was made, for the verdicts."""

    def __init__(self, seed):
        super().__init__(np.random.PCG64(seed))
        self.seed = seed

    def __repr__(self):
        return f"np.random.default_rng({self.seed})"

    def __deepcopy__(self, memo):
        return Seeded(self.seed)


draws = np.random.default_rng(12)
ONES, X, DOUT = np.ones((2, 3)), draws.normal(0, 2, (4, 3)), draws.normal(size=(4, 3))
MASK = np.array([[1.0, 0, 1], [0, 0, 1], [1, 1, 1], [1, 0, 0]])
W, B = draws.normal(size=(3, 2)), np.array([1.0, -2.0])
DRAW = "rng.random(x.shape) < keep"
TEST = "x.copy(), np.ones(x.shape)"


@exercise(
    cases=[
        {"x": ONES, "keep": 0.5, "rng": Seeded(0), "training": True},
        {"x": ONES, "keep": 0.5, "rng": Seeded(0), "training": False},
        {"x": X, "keep": 0.8, "rng": Seeded(1), "training": True},
        {"x": X, "keep": 0.8, "rng": Seeded(1), "training": False},
        {"x": X, "keep": 0.1, "rng": Seeded(2), "training": True},
        {"x": X, "keep": 1.0, "rng": Seeded(3), "training": True},
    ],
    outputs=("out", "mask"),
    new=("out",),
    slips=edits(
        {
            "keep is taken for the share that drops: it is the probability to stay.": (
                DRAW,
                "rng.random(x.shape) < 1 - keep",
            ),
            "keep is taken for the share that drops, in the mask and in the scale: it is the probability to stay.": [
                (DRAW, "rng.random(x.shape) < 1 - keep"),
                ("mask / keep", "mask / np.float64(1 - keep)"),
            ],
            "The comparison is the wrong way round: u < keep happens with probability keep, u > keep with 1 - keep.": (
                DRAW,
                "rng.random(x.shape) > keep",
            ),
            "The mask is drawn from the normal distribution: z < 0.5 happens with probability 0.69. Want rng.random.": (
                "rng.random(",
                "rng.standard_normal(",
            ),
            "As likely, but not the draw that is asked for: want rng.random(x.shape) < keep.": (
                DRAW,
                "rng.binomial(1, keep, x.shape)",
            ),
            "As likely, but not the draw that is asked for: want < keep, not > 1 - keep.": (
                DRAW,
                "rng.random(x.shape) > 1 - keep",
            ),
            "One mask serves the whole batch: want one for each sample, of x's shape.": (
                f"({DRAW}) * 1.0",
                "(rng.random(x.shape[1]) < keep) * np.ones(x.shape)",
            ),
            "One mask serves the whole batch, in the shape of one sample: want one for each, of x's shape.": [
                (DRAW, "rng.random(x.shape[1]) < keep"),
                (TEST, "x.copy(), np.ones(x.shape[1])"),
            ],
            "Samples drop as a whole: want a number for each unit of each sample, of x's shape.": (
                f"({DRAW}) * 1.0",
                "(rng.random((len(x), 1)) < keep) * np.ones(x.shape)",
            ),
            "This is dropout as first published, scaled at test time. Inverted dropout divides by keep in training.": [
                ("mask / keep", "mask"),
                (TEST, "x * keep, np.ones(x.shape)"),
            ],
            "What is left is not divided by keep: the mean shrinks.": ("mask / keep", "mask"),
            "It multiplies by keep in training; want a division: few are left, and they have to stand for all.": (
                "mask / keep",
                "mask * keep",
            ),
            "It divides by 1 - keep, the share that drops; want keep.": ("mask / keep", "mask / np.float64(1 - keep)"),
            "It is scaled twice, in training and in test mode: with inverted dropout test mode leaves x alone.": (
                TEST,
                "x * keep, np.ones(x.shape)",
            ),
            "Units drop in test mode as well: there all stay.": ("if not training", "if False"),
            "Training and test are swapped.": ("if not training", "if training"),
            "The mask returned holds 1 / keep already: want 0 and 1, so that the way back divides once.": (
                "mask / keep, mask",
                "mask / keep, mask / keep",
            ),
        }
    ),
)
def dropout_forward(x, keep, rng, training):
    """Inverted dropout of x (n_samples, n): the output, and the mask of 0 and 1, of x's shape.

    The mask is drawn as rng.random(...) < keep, in x's shape. In test mode the output is a copy of x and the mask is
    all ones.
    """
    if not training:
        return x.copy(), np.ones(x.shape)
    mask = (rng.random(x.shape) < keep) * 1.0
    return x * mask / keep, mask


@exercise(
    cases=[
        {"dout": np.ones((1, 3)), "mask": np.array([[1.0, 0, 1]]), "keep": 0.5, "training": True},
        {"dout": DOUT, "mask": MASK, "keep": 0.8, "training": True},
        {"dout": DOUT, "mask": np.ones((4, 3)), "keep": 0.8, "training": False},
        {"dout": DOUT, "mask": MASK, "keep": 0.25, "training": True},
    ],
    outputs=("dx",),
    slips=edits(
        {
            "The mask is missing: a unit that was dropped did nothing to the loss, its gradient is 0.": (
                "dout * mask / keep",
                "dout / keep",
            ),
            "The division by keep is missing: what x was multiplied with, its gradient is multiplied with too.": (
                "mask / keep",
                "mask",
            ),
            "It multiplies by keep; want a division, as on the way forward.": ("mask / keep", "mask * keep"),
            "It divides by keep in test mode too: there the output is x itself.": (" if training else dout.copy()", ""),
            "It divides by 1 - keep; want keep.": ("mask / keep", "mask / (1 - keep)"),
            "The gradient goes through the dropped units: the mask is turned round.": (
                "dout * mask",
                "dout * (1 - mask)",
            ),
            "In test mode nothing comes back: there the output is x itself, and its gradient is dout.": (
                "dout.copy()",
                "0 * dout",
            ),
        }
    ),
)
def dropout_backward(dout, mask, keep, training):
    """∂loss/∂x of inverted dropout from dout = ∂loss/∂out, the mask of 0 and 1, and the mode of the forward pass."""
    return dout * mask / keep if training else dout.copy()


@exercise(
    cases=[
        {
            "x": np.ones((1, 2)),
            "W": np.array([[1.0, 10], [2, 20]]),
            "b": np.zeros(2),
            "keep": 0.5,
            "rng": Seeded(0),
            "training": True,
        },
        {"x": X, "W": W, "b": B, "keep": 0.8, "rng": Seeded(1), "training": True},
        {"x": X, "W": W, "b": B, "keep": 0.8, "rng": Seeded(1), "training": False},
        {"x": X, "W": W, "b": B, "keep": 0.3, "rng": Seeded(2), "training": True},
        {"x": X, "W": W, "b": B, "keep": 1.0, "rng": Seeded(3), "training": True},
    ],
    outputs=("out",),
    slips=edits(
        {
            "One mask serves the whole batch: want one of W's shape for each sample, (n_samples, n_in, n_out) in all.": (
                "(len(x), *W.shape)",
                "(1, *W.shape)",
            ),
            "Inputs drop, with all their connections: that is dropout. Want a number for each weight.": (
                "(len(x), *W.shape)",
                "(len(x), W.shape[0], 1)",
            ),
            "Outputs drop, with all their connections: want a number for each weight.": (
                "(len(x), *W.shape)",
                "(len(x), 1, W.shape[1])",
            ),
            "The division by keep is missing in training.": ("mask * W) / keep", "mask * W)"),
            "It multiplies by keep in training; want a division: few weights are left, and they have to stand for all.": (
                "mask * W) / keep",
                "mask * W) * keep",
            ),
            "This is the first published form, x · W times keep in test mode. Here training divides by keep.": [
                ("mask * W) / keep", "mask * W)"),
                ("x @ W", "keep * (x @ W)"),
            ],
            "It is scaled twice, in training and in test mode.": ("x @ W", "keep * (x @ W)"),
            "The bias is missing.": [("x @ W + b", "x @ W"), ("keep + b", "keep")],
            "The bias is divided by keep as well: it never drops.": ("keep + b", "keep + b / keep"),
            "The bias is masked as well: only weights drop here.": (
                "keep + b",
                "keep + b * (rng.random(b.shape) < keep)",
            ),
            "Connections drop in test mode as well: there all are used.": ("if not training", "if False"),
            "keep is taken for the share that drops: it is the probability to stay.": ("< keep", "< 1 - keep"),
            "The mask is drawn from the normal distribution; want rng.random.": ("rng.random(", "rng.standard_normal("),
        }
    ),
)
def dropconnect_forward(x, W, b, keep, rng, training):
    """Output (n_samples, n_out) of a dense layer whose weights drop, a mask for each sample; divided by keep.

    The masks are drawn as rng.random(...) < keep, of shape (n_samples, n_in, n_out). In test mode the output is
    x · W + b.
    """
    if not training:
        return x @ W + b
    mask = rng.random((len(x), *W.shape)) < keep
    return np.einsum("ni,nio->no", x, mask * W) / keep + b
