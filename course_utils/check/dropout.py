"""Checkers of chapter 13: dropout forward in both modes, its way back, and DropConnect."""

import numpy as np

from .compare import exercise


class Seeded(np.random.Generator):
    """A generator that says how it was made, for the verdicts."""

    def __init__(self, seed):
        super().__init__(np.random.PCG64(seed))
        self.seed = seed

    def __repr__(self):
        return f"np.random.default_rng({self.seed})"


draws = np.random.default_rng(12)
ONES, X, DOUT = np.ones((2, 3)), draws.normal(0, 2, (4, 3)), draws.normal(size=(4, 3))
MASK = np.array([[1.0, 0, 1], [0, 0, 1], [1, 1, 1], [1, 0, 0]])
W, B = draws.normal(size=(3, 2)), np.array([1.0, -2.0])


def _forward(
    draw=lambda rng, shape, keep: rng.random(shape) < keep,
    factor=lambda keep: 1 / keep,
    at_test=lambda keep: 1.0,
    trains=lambda training: training,
    returned=lambda mask, keep: mask,
):
    """A dropout_forward that makes a mistake."""

    def f(x, keep, rng, training):
        if not trains(training):
            return x * at_test(keep), np.ones(x.shape)
        mask = draw(rng, x.shape, keep) * np.ones(x.shape)
        return x * mask * factor(keep), returned(mask, keep)

    return f


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
    slips={
        "keep is taken for the share that drops: it is the probability to stay.": _forward(
            lambda rng, shape, keep: rng.random(shape) < 1 - keep
        ),
        "keep is taken for the share that drops, in the mask and in the scale: it is the probability to stay.": _forward(
            lambda rng, shape, keep: rng.random(shape) < 1 - keep, lambda keep: 1 / (1 - keep)
        ),
        "The comparison is the wrong way round: u < keep happens with probability keep, u > keep with 1 - keep.": _forward(
            lambda rng, shape, keep: rng.random(shape) > keep
        ),
        "The mask is drawn from the normal distribution: z < 0.5 happens with probability 0.69. Want rng.random.": _forward(
            lambda rng, shape, keep: rng.standard_normal(shape) < keep
        ),
        "As likely, but not the draw that is asked for: want rng.random(x.shape) < keep.": _forward(
            lambda rng, shape, keep: rng.binomial(1, keep, shape)
        ),
        "As likely, but not the draw that is asked for: want < keep, not > 1 - keep.": _forward(
            lambda rng, shape, keep: rng.random(shape) > 1 - keep
        ),
        "One mask serves the whole batch: want one for each sample, of x's shape.": _forward(
            lambda rng, shape, keep: rng.random(shape[1]) < keep
        ),
        "Samples drop as a whole: want a number for each unit of each sample, of x's shape.": _forward(
            lambda rng, shape, keep: rng.random((shape[0], 1)) < keep
        ),
        "This is dropout as first published, scaled at test time. Inverted dropout divides by keep in training.": _forward(
            factor=lambda keep: 1.0, at_test=lambda keep: keep
        ),
        "What is left is not divided by keep: the mean shrinks.": _forward(factor=lambda keep: 1.0),
        "It multiplies by keep in training; want a division: few are left, and they have to stand for all.": _forward(
            factor=lambda keep: keep
        ),
        "It divides by 1 - keep, the share that drops; want keep.": _forward(
            factor=lambda keep: np.divide(1.0, 1 - keep)
        ),
        "It is scaled twice, in training and in test mode: with inverted dropout test mode leaves x alone.": _forward(
            at_test=lambda keep: keep
        ),
        "Units drop in test mode as well: there all stay.": _forward(trains=lambda training: True),
        "Training and test are swapped.": _forward(trains=lambda training: not training),
        "The mask returned holds 1 / keep already: want 0 and 1, so that the way back divides once.": _forward(
            returned=lambda mask, keep: mask / keep
        ),
    },
)
def dropout_forward(x, keep, rng, training):
    """Inverted dropout of x (n_samples, n): the output, and the mask of 0 and 1, of x's shape.

    The mask is rng.random(x.shape) < keep. In test mode the output is x and the mask is all ones.
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
    slips={
        "The mask is missing: a unit that was dropped did nothing to the loss, its gradient is 0.": lambda dout, mask, keep, training: (
            dout / keep if training else dout
        ),
        "The division by keep is missing: what x was multiplied with, its gradient is multiplied with too.": lambda dout, mask, keep, training: (
            dout * mask
        ),
        "It multiplies by keep; want a division, as on the way forward.": lambda dout, mask, keep, training: (
            dout * mask * keep if training else dout
        ),
        "It divides by keep in test mode too: there the output is x itself.": lambda dout, mask, keep, training: (
            dout * mask / keep
        ),
        "It divides by 1 - keep; want keep.": lambda dout, mask, keep, training: (
            dout * mask / (1 - keep) if training else dout
        ),
        "The gradient goes through the dropped units: the mask is turned round.": lambda dout, mask, keep, training: (
            dout * (1 - mask) / keep if training else dout
        ),
    },
)
def dropout_backward(dout, mask, keep, training):
    """∂loss/∂x of inverted dropout from dout = ∂loss/∂out, the mask of 0 and 1, and the mode of the forward pass."""
    return dout * mask / keep if training else dout.copy()


def _connect(
    shape=lambda x, W: (len(x), *W.shape),
    factor=lambda keep: 1 / keep,
    at_test=lambda keep: 1.0,
    bias=lambda rng, b, keep: b,
    trains=lambda training: training,
    chance=lambda keep: keep,
    own="random",
):
    """A dropconnect_forward that makes a mistake."""

    def f(x, W, b, keep, rng, training):
        if not trains(training):
            return at_test(keep) * (x @ W) + b
        mask = getattr(rng, own)(shape(x, W)) < chance(keep)
        return np.einsum("ni,nio->no", x, mask * W * np.ones((len(x), 1, 1))) * factor(keep) + bias(rng, b, keep)

    return f


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
    slips={
        "One mask serves the whole batch: want one of W's shape for each sample, (n_samples, n_in, n_out) in all.": _connect(
            lambda x, W: W.shape
        ),
        "Inputs drop, with all their connections: that is dropout. Want a number for each weight.": _connect(
            lambda x, W: (len(x), W.shape[0], 1)
        ),
        "Outputs drop, with all their connections: want a number for each weight.": _connect(
            lambda x, W: (len(x), 1, W.shape[1])
        ),
        "The division by keep is missing in training.": _connect(factor=lambda keep: 1.0),
        "This is the first published form, x · W times keep in test mode. Here training divides by keep.": _connect(
            factor=lambda keep: 1.0, at_test=lambda keep: keep
        ),
        "It is scaled twice, in training and in test mode.": _connect(at_test=lambda keep: keep),
        "The bias is missing.": lambda x, W, b, keep, rng, training: _connect()(x, W, 0 * b, keep, rng, training),
        "The bias is divided by keep as well: it never drops.": _connect(bias=lambda rng, b, keep: b / keep),
        "The bias is masked as well: only weights drop here.": _connect(
            bias=lambda rng, b, keep: b * (rng.random(b.shape) < keep)
        ),
        "Connections drop in test mode as well: there all are used.": _connect(trains=lambda training: True),
        "keep is taken for the share that drops: it is the probability to stay.": _connect(
            chance=lambda keep: 1 - keep
        ),
        "The mask is drawn from the normal distribution; want rng.random.": _connect(own="standard_normal"),
    },
)
def dropconnect_forward(x, W, b, keep, rng, training):
    """Output (n_samples, n_out) of a dense layer whose weights drop, a mask for each sample; divided by keep.

    The masks are rng.random((n_samples, n_in, n_out)) < keep. In test mode the output is x · W + b.
    """
    if not training:
        return x @ W + b
    mask = rng.random((len(x), *W.shape)) < keep
    return np.einsum("ni,nio->no", x, mask * W) / keep + b
