"""The learning-rate range test: one short run whose rate rises, to see where training starts and where it breaks."""

from typing import NamedTuple

import numpy as np

from .._support.validation import fail, integer, number
from ..training import fit


class RangeTest(NamedTuple):
    """What a range test saw: the rates, and the mini-batch's loss before each one's step; both end where it broke."""

    rates: np.ndarray
    losses: np.ndarray

    def smooth(self, beta=0.9):
        """The losses' moving average, corrected for its start at 0 as Adam's is.

        >>> RangeTest(np.array([0.1, 0.2]), np.array([2.0, 1.0])).smooth(beta=0.5).round(4)
        array([2.    , 1.3333])
        """
        number("beta", beta, low=0, below=1)
        mean, found = 0.0, np.empty(len(self.losses))
        for i, loss in enumerate(self.losses):
            mean = beta * mean + (1 - beta) * loss
            found[i] = mean / (1 - beta ** (i + 1))
        return found


def range_test(net, split, optimizer, low=1e-4, high=10.0, n_steps=100, batch_size=32, rng=0, blow_up=4.0):
    """Train while the rate rises from low to high by the same factor at every step. Changes `net`.

    lr(t) = low · (high / low)^(t / (n_steps - 1))

    The test stops when a loss is `blow_up` times the lowest so far, or is not finite.

    Parameters
    ----------
    net : Network
    split : data.Split
    optimizer : function lr -> optimizer, such as the class Adam
    low, high : float > 0, low < high
    n_steps : int >= 2
    batch_size, rng : as for `training.fit`
    blow_up : float > 1

    Returns
    -------
    RangeTest

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Notes
    -----
    Smith, "Cyclical Learning Rates for Training Neural Networks" (2017), section 3.3, with a rate that rises linearly;
    by a factor covers decades. Rules for reading it differ: the rate of the steepest fall, a tenth of that at which
    the loss is lowest, or half of that at which it blows up.

    >>> from course_utils.data import blobs
    >>> from course_utils.layers import Dense
    >>> from course_utils.network import Network
    >>> from course_utils.optimizers import SGD
    >>> range_test(Network([Dense(2, 3, rng=0)]), blobs(), SGD, 0.01, 1.0, n_steps=3).rates
    array([0.01, 0.1 , 1.  ])
    """
    low, high = number("low", low, above=0), number("high", high, above=low)
    n_steps, blow_up = integer("n_steps", n_steps, low=2), number("blow_up", blow_up, above=1)
    if not callable(optimizer):
        fail("optimizer", repr(optimizer), "a function of lr that gives an optimizer, such as the class Adam")
    rates, losses = np.geomspace(low, high, n_steps), []

    def watch(record):
        losses.append(record.loss)
        return len(losses) == n_steps or record.loss > blow_up * min(losses)

    # More epochs than it takes: the callback ends the run.
    fit(
        net,
        split,
        optimizer(lr=lambda t: rates[t]),
        n_steps,
        batch_size,
        rng,
        evaluate_every=0,
        step_callbacks=[watch],
        progress=False,
    )
    return RangeTest(rates[: len(losses)], np.array(losses))
