"""Four small networks, some with a mistake in their backward pass: chapter 02 asks which has which.

    suspects()["A"]                   # a Network: Dense(4, 4), Tanh, Dense(4, 4)

All four compute the same kind of scores; only a look at their slopes tells them apart. W is square, so that one handed
down without its transpose has the shape that is wanted.
"""

import numpy as np

from ..layers import Dense, Tanh
from ..network import Network


class NotTransposed(Dense):
    """A dense layer that hands the slope down through W in place of its transpose."""

    def backward(self, dout, input_grad=True):
        """The layer's backward pass, dx from W."""
        super().backward(dout, input_grad=False)
        return dout @ self.W if input_grad else None


class LastSampleBias(Dense):
    """A dense layer whose db is the slope of the last sample, in place of the sum over all."""

    def backward(self, dout, input_grad=True):
        """The layer's backward pass, db from one sample."""
        dx = super().backward(dout, input_grad)
        self.db[:] = dout[-1]
        return dx


class InputSlopeTanh(Tanh):
    """A tanh that takes its slope from its input: 1 - a² in place of 1 - tanh(a)²."""

    def backward(self, dout):
        """dout · (1 - a²)."""
        return dout * (1 - self.x**2)


VERDICTS = {
    "healthy": (Tanh, Dense),
    "tanh's slope from its input": (InputSlopeTanh, Dense),
    "W not transposed": (Tanh, NotTransposed),
    "bias of the last sample": (Tanh, LastSampleBias),
}
TRUTH = {
    "A": "W not transposed",
    "B": "healthy",
    "C": "bias of the last sample",
    "D": "tanh's slope from its input",
}


def suspects() -> dict[str, Network]:
    """The four networks by letter, made anew, with weights of their own from fixed seeds.

    >>> list(suspects())
    ['A', 'B', 'C', 'D']
    """
    return {letter: _network(VERDICTS[verdict], seed) for seed, (letter, verdict) in enumerate(TRUTH.items())}


def _network(kinds, seed):
    bend, last = kinds
    rng = np.random.default_rng(seed)
    return Network([Dense(4, 4, rng=rng), bend(), last(4, 4, rng=rng)])
