"""A laboratory: few and poor digits of its own, a budget of trials, and a count of every look at the test digits.

lab = Lab(rng=0)
history = lab.fit(net, Momentum(lr=0.05), epochs=20)     # a trial: trains on lab.train, looks at lab.val
lab.test(net)                                            # once, at the end
"""

from typing import NamedTuple

import numpy as np

from .._support.validation import fail, generator, integer
from ..data import Data, Split, digits
from ..data import split as split_data
from ..history import History
from ..training import evaluate, fit

SAMPLES, WRONG, BLUR, DECADES = 400, 0.2, 0.2, 1.0


class OverBudget(RuntimeError):
    """A trial beyond the budget of its laboratory."""


class Attempt(NamedTuple):
    """A trial: the optimizer, what happened, where the parameters ended, and what penalized them."""

    opt: object
    history: History
    theta: np.ndarray
    regularizer: object = None


class Lab:
    """Digits as a poor scanner gives them: 400 to train, 359 for validation, 1038 to test. Trials are counted.

    Every pixel has a unit of its own, from a tenth to ten times the usual one, and noise on it. A fifth of the training
    labels are wrong; those of validation and test were checked by hand.

    Parameters
    ----------
    rng : numpy.random.Generator or int, for the split, the units, the noise and the wrong labels
    trials : int >= 1, how many runs `fit` allows
    epochs : int >= 1, the longest run that it allows

    Attributes
    ----------
    train, val : Data
    attempts : list of Attempt, one for each trial so far
    looks : how often the test digits were looked at

    >>> Lab()
    Lab(0 of 12 trials, 0 looks at the test digits)
    """

    def __init__(self, rng=0, trials=12, epochs=20):
        self.budget, self.epochs = integer("trials", trials, low=1), integer("epochs", epochs, low=1)
        self._split = _scanned(generator("rng", rng))
        self.train, self.val = self._split.train, self._split.val
        self.attempts, self.looks = [], 0

    def fit(self, net, opt, epochs=10, batch_size=32, rng=0, *, regularizer=None, augment=None, callbacks=()):
        """Train a network on this laboratory's digits: a trial. Arguments and result are those of `training.fit`.

        Raises
        ------
        OverBudget
            The budget is spent.
        ValueError
            More epochs than a trial may have, or what `training.fit` refuses; that is no trial then.
        """
        if len(self.attempts) == self.budget:
            raise OverBudget(f"trial {self.budget + 1}: the budget is {self.budget}")
        if integer("epochs", epochs) > self.epochs:
            fail("epochs", epochs, f"at most {self.epochs} in a trial")
        # Without the test digits: neither a callback nor a layer can come upon them.
        seen = Split(self.train, self.val)
        history = fit(
            net,
            seen,
            opt,
            epochs,
            batch_size,
            rng,
            regularizer=regularizer,
            augment=augment,
            callbacks=callbacks,
            progress=False,
        )
        self.attempts.append(Attempt(opt, history, net.theta.copy(), regularizer))
        return history

    def test(self, net):
        """Share of the test digits that a network gets right. What is chosen by it can no longer be tested by it."""
        self.looks += 1
        return evaluate(net, self._split.test)[1]

    def attempt(self, net):
        """The Attempt at whose end a network had the parameters that it has now; None if there is none."""
        return next((a for a in reversed(self.attempts) if np.array_equal(a.theta, net.theta, equal_nan=True)), None)

    def __repr__(self):
        looks = f"{self.looks} look{'' if self.looks == 1 else 's'} at the test digits"
        return f"Lab({len(self.attempts)} of {self.budget} trials, {looks})"


def _scanned(rng):
    """The split of a laboratory."""
    whole = digits()
    x, y = whole.train + whole.val + whole.test
    clean = split_data(x, y, val=0.2, test=0.8 - SAMPLES / len(y), rng=rng)
    units = 10 ** rng.uniform(-DECADES, DECADES, x.shape[1])
    train, val, test = (
        Data(units * (part.x + BLUR * rng.standard_normal(part.x.shape)), part.y)
        for part in (clean.train, clean.val, clean.test)
    )
    wrong = rng.random(len(train)) < WRONG
    y = np.where(wrong, (train.y + rng.integers(1, 10, len(train))) % 10, train.y)
    return Split(Data(train.x, y), val, test)
