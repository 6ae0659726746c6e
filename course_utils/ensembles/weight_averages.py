"""Averages of a run's parameters: one network that stands for many of one run, at the price of one.

    ema = EMA(decay=0.99)
    fit(net, split, SGD(lr=0.1), epochs=10, step_callbacks=[ema])
    averaged = ema.network(net, split.train.x)            # a copy of net with ema.theta, ready for use

An average of weights is not the average of what networks answer: it works where these are close, in one valley. Two
runs that began elsewhere have no such average.
"""

import numpy as np

from .._support.validation import array, fail, integer, number
from ..normalization import BatchNorm


def ema_update(average, theta, decay):
    """One step of the exponential moving average: decay · average + (1 - decay) · theta.

    Of equal shape, or numbers; decay from 0, the newest alone, to 1, which never moves. It remembers about
    1 / (1 - decay) steps: the weight of a step halves every ln 2 / -ln decay steps.

    Source: Polyak and Juditsky (1992) average all; with decay e.g. Tarvainen and Valpola, "Mean Teachers" (2017).

    >>> ema_update(np.array([1.0, 2.0]), np.array([3.0, 2.0]), decay=0.75)
    array([1.5, 2. ])
    """
    number("decay", decay, low=0, high=1)
    _same_shape(theta, average)
    return decay * average + (1 - decay) * theta


class WeightAverage:
    """Base of the averages: step callbacks for `fit`, one for each run.

    theta : (n_params,) the average so far; None before the first
    n : how many thetas are in it
    """

    theta, n = None, 0

    def __call__(self, record):
        """Take in the parameters after a step."""
        if self.due(record.step + 1):
            theta = record.net.theta
            if self.theta is not None:
                _same_shape(theta, self.theta)
            self.theta = theta.copy() if self.theta is None else self.updated(theta)
            self.n += 1

    def due(self, n_steps):
        """Whether the average takes in the parameters after so many steps."""
        return True

    def updated(self, theta):
        """The average with one more theta in it."""
        raise NotImplementedError

    def network(self, net, x=None, batch_size=256):
        """A copy of net with the averaged parameters and, where it has batch norm, averages of its own from x.

        x : (n_samples, n_in) training data; only networks with batch norm need it; batch_size as for `reestimate`

        Raises
        ------
        ValueError
            Nothing has been averaged yet, another network, or batch norm without x.
        """
        if self.theta is None:
            fail("network", "an average of nothing", "an average that has been a step callback of a run")
        averaged = net.copy()
        averaged.theta = self.theta
        if _norms(averaged):
            if x is None:
                fail(
                    "x",
                    None,
                    "training data, for the running averages of batch norm: net's are not those of the "
                    "averaged weights",
                )
            reestimate(averaged, x, batch_size)
        return averaged


class EMA(WeightAverage):
    """Exponential moving average of the parameters, over every step: `ema_update`, starting with the first theta seen.

    decay : 0 <= decay < 1. It begins with the parameters after the first step, as PyTorch's AveragedModel with
        get_ema_multi_avg_fn does. Sources disagree: TensorFlow's ExponentialMovingAverage can grow the decay during the
        first steps, and an average that starts at 0 needs Adam's correction.

    >>> EMA(decay=0.99)
    EMA(decay=0.99)
    """

    def __init__(self, decay=0.99):
        self.decay = float(number("decay", decay, low=0, below=1))

    def updated(self, theta):
        return ema_update(self.theta, theta, self.decay)

    def __repr__(self):
        return f"EMA(decay={self.decay:g})"


class SWA(WeightAverage):
    """Stochastic weight averaging: the plain mean of the parameters at regular steps late in a run.

    average ← average + (theta - average) / (n + 1)

    start : int >= 1, number of steps taken at the first theta that counts
    every : int >= 1, steps from one to the next: an epoch's, or a cycle's if the rate goes in cycles

    Source: Izmailov, Podoprikhin, Garipov, Vetrov and Wilson, "Averaging Weights Leads to Wider Optima and Better
    Generalization" (2018), algorithm 1. PyTorch's AveragedModel.

    >>> SWA(start=100, every=10)
    SWA(start=100, every=10)
    """

    def __init__(self, start=1, every=1):
        self.start, self.every = integer("start", start, low=1), integer("every", every, low=1)

    def due(self, n_steps):
        return n_steps >= self.start and (n_steps - self.start) % self.every == 0

    def updated(self, theta):
        return self.theta + (theta - self.theta) / (self.n + 1)

    def __repr__(self):
        return f"SWA(start={self.start}, every={self.every})"


def reestimate(net, x, batch_size=256):
    """Give every BatchNorm of a network the running averages that belong to its parameters, in place.

    The plain mean over batches of x of each batch's mean and variance (divided by N - 1), all from one pass in training
    mode. Other layers stay as they are.

    x : (n_samples, n_in) training data, at least two; batches of nearly equal size, at most batch_size, or 3

    Source: Izmailov et al. (2018), section 3.2. PyTorch's torch.optim.swa_utils.update_bn.

    >>> from course_utils.network import Network
    >>> net = Network([BatchNorm(1)])
    >>> reestimate(net, np.array([[1.0], [3.0], [5.0]]))
    >>> net.layers[0].running_mean, net.layers[0].running_var
    (array([3.]), array([4.]))
    """
    x = array("x", x, shape=(None, net.n_in), dtype=net.dtype)
    if len(x) < 2:
        fail("x", f"{len(x)} samples", "at least two")
    # Of an odd number, batches of two would leave one alone, which has no variance.
    n_batches = min(-(-len(x) // integer("batch_size", batch_size, low=2)), len(x) // 2)
    norms = _norms(net)
    kept = [norm.momentum for norm in norms]
    try:
        for k, batch in enumerate(np.array_split(x, n_batches)):
            for norm in norms:
                # The share that stays: 0, 1/2, 2/3, ... gives all batches the same weight.
                norm.momentum = k / (k + 1)
            net.forward(batch, training=True, check=False)
    finally:
        for norm, momentum in zip(norms, kept, strict=True):
            norm.momentum = momentum


def _same_shape(theta, average):
    if np.shape(theta) != np.shape(average):
        fail("theta", f"shape {np.shape(theta)}", f"shape {np.shape(average)}, that of the average so far")


def _norms(net):
    return [layer for layer in net.layers if isinstance(layer, BatchNorm)]
