"""Programs: all that a training run is made of, part by part, so that one part can be exchanged and the rest stay.

    program = Program(opt=Adam(lr=1e-3))       # digits, standardized; 64-64-10 with a ReLU
    net, history = program.run()
    Program(norm=BatchNorm).run(epochs=3)

`bugs.py` plants a bug by exchanging one part; `checks.py` looks at a program from outside and says what it found.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from ..data import digits
from ..initializers import he, normal
from ..layers import Dense, ReLU
from ..losses import softmax_cross_entropy
from ..network import Network
from ..optimizers import SGD, Optimizer
from ..preprocessing import Standardizer, prepare
from ..training import fit

HIDDEN, CLASSES, BATCH = 64, 10, 32


def standardized(split):
    """Every pixel with mean 0 and variance 1 over the training data; validation and test data by the same numbers."""
    return prepare(split, Standardizer())


@dataclass(frozen=True, eq=False, repr=False)
class Program:
    """A program that trains a net with one hidden layer on digits; every part is a field.

    Dense(64, 64), then `norm` if there is one, `activation`, `dropout` if there is one, Dense(64, 10).

    Attributes
    ----------
    dense, activation : layer classes
    norm : class of a layer that takes its number of features, such as BatchNorm; None for none
    dropout : function rng -> layer; None for none
    network : class of the network
    loss : function (scores, y) -> (loss, dscores)
    opt : Optimizer
    regularizer : see training.fit; None for none
    prepare : function from a data.Split, pixels from 0 to 1, to the Split that is trained on; None: as they are

    >>> program = Program(opt=SGD(lr=0.1))
    >>> net, history = program.run(epochs=1)
    >>> program, bool(history.final_val_accuracy > 0.8)
    (Program(Dense, ReLU, Dense; SGD(lr=0.1)), True)
    """

    dense: type = Dense
    norm: type | None = None
    activation: type = ReLU
    dropout: Callable | None = None
    network: type = Network
    loss: Callable = softmax_cross_entropy
    opt: Optimizer = SGD(lr=0.02)
    regularizer: object = None
    prepare: Callable | None = standardized

    def split(self):
        """The data as this program sees them."""
        return _prepared(self.prepare)

    def net(self, rng=0):
        """The untrained net. Its last weights are small, so that its first guesses are even."""
        rng = np.random.default_rng(rng)
        first = self.dense(64, HIDDEN, he, rng)
        norm = [self.norm(HIDDEN)] if self.norm else []
        drop = [self.dropout(rng)] if self.dropout else []
        return self.network([first, *norm, self.activation(), *drop, self.dense(HIDDEN, CLASSES, normal(0.05), rng)])

    def run(self, split=None, epochs=10, rng=0, batch_size=BATCH, **options):
        """Train a new net: (net, History). `split` stands in for the program's own data; options are those of `fit`."""
        net = self.net(rng)
        options = {"loss": self.loss, "regularizer": self.regularizer, "progress": False} | options
        return net, fit(net, split or self.split(), self.opt, epochs, batch_size, rng, **options)

    def __repr__(self):
        parts = ", ".join(type(layer).__name__ for layer in self.net().layers)
        penalty = f", {self.regularizer}" if self.regularizer else ""
        return f"Program({parts}; {self.opt}{penalty})"


@cache
def _prepared(prepare):
    return prepare(digits()) if prepare else digits()
