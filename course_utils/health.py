"""Health: how the layers of a network fare while it is trained, looked at from inside.

    layer_health(net, x)                           # one look: spread, flat share and dead units of every layer
    monitor = Monitor(x, every=5)                  # a look every 5 steps, always at the same samples
    fit(net, split, opt, step_callbacks=[monitor])
    monitor.health()                               # Health: arrays (n_looks, n_layers), ready to plot

A loss curve says that a run is ill. These numbers say where. Chapter 05.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ._support.validation import array, fail, integer
from .activations import FLAT
from .layers import Pointwise
from .network import Network

# Sources: Karpathy, CS231n notes, "Neural Networks 3" (2015): the update should be about a thousandth of the weights.
GOOD_RATIO = 1e-3


class LayerHealth(NamedTuple):
    """An activation layer at one look: std of its outputs, flat share of its slopes, dead share of its units."""

    std: float
    flat: float
    dead: float


@dataclass(frozen=True, eq=False, repr=False)
class Health:
    """How the layers fared in a run; columns are layers, first to last.

    Attributes
    ----------
    steps : (n_looks,) steps taken before each look
    activation_std : (n_looks, n_activations) standard deviation of each activation layer's outputs
    flat : (n_looks, n_activations) share of its pre-activations where the slope is below activations.FLAT
    dead : (n_looks, n_activations) share of its units that are 0 for every sample looked at
    gradient_std : (n_looks, n_weights) standard deviation of each weight array's gradient, of the step's mini-batch
    update_ratio : (n_looks, n_weights) ‖step‖ / ‖W‖
    """

    steps: np.ndarray
    activation_std: np.ndarray
    flat: np.ndarray
    dead: np.ndarray
    gradient_std: np.ndarray
    update_ratio: np.ndarray

    def __repr__(self):
        layers = f"{self.flat.shape[1]} activation and {self.update_ratio.shape[1]} weight layers"
        return f"Health({len(self.steps)} looks at {layers})"


def update_ratio(step, weights):
    """How much a step changes the weights: ‖step‖ / ‖weights‖, about 1e-3 in a healthy run.

    Far above, the weights are rewritten at every step; far below, hardly anything is learned. inf if all weights are 0.
    Sources disagree: some take the quotient of the standard deviations; the two are alike where the means are near 0.

    >>> update_ratio(np.array([0.003, -0.004]), np.array([3.0, 4.0]))
    0.001
    """
    step = array("step", step)
    weights = array("weights", weights, shape=step.shape)
    return _ratio(step, weights)


def layer_health(net, x):
    """One look at every activation layer of a network, first to last, on a batch x: a list of LayerHealth.

    Dead means 0 for all of x: the more samples, the surer.

    >>> from course_utils.layers import Dense, Tanh
    >>> net = Network([Dense(3, 2, init=lambda n_in, n_out, rng: np.full((3, 2), 9.0), rng=0), Tanh()])
    >>> layer_health(net, np.ones((4, 3)))
    [LayerHealth(std=0.0, flat=1.0, dead=0.0)]
    """
    if not isinstance(net, Network):
        fail("net", type(net).__name__, "a Network")
    net.forward(x)
    with np.errstate(all="ignore"):
        return [_look(layer) for layer in net.layers if isinstance(layer, Pointwise)]


class Monitor:
    """A step callback for training.fit that takes a look every `every` steps, at the samples x.

    >>> from course_utils.data import blobs
    >>> from course_utils.layers import Dense, ReLU
    >>> from course_utils.optimizers import SGD
    >>> from course_utils.training import fit
    >>> data, monitor = blobs(), Monitor(blobs().train.x)
    >>> run = fit(Network([Dense(2, 9, rng=0), ReLU(), Dense(9, 3, rng=1)]), data, SGD(), 5, step_callbacks=[monitor])
    >>> monitor.health()
    Health(35 looks at 1 activation and 2 weight layers)
    """

    def __init__(self, x, every=1):
        self.x, self.every = array("x", x, shape=(None, None)), integer("every", every, low=1)
        self._looks = []

    def __call__(self, record):
        if record.step % self.every:
            return
        net = record.net
        grads, steps, weights = (net.unpack(v) for v in (net.grad, record.update, net.theta))
        names = [name for name, w in weights.items() if w.ndim > 1]
        self._looks.append(
            (
                record.step + 1,
                np.reshape(layer_health(net, self.x), (-1, 3)),
                [float(grads[name].std()) for name in names],
                [_ratio(steps[name], weights[name]) for name in names],
            )
        )

    def health(self):
        """The Health of the run so far; one look at least is needed."""
        if not self._looks:
            fail("monitor", "no look yet", "a run with step_callbacks=[monitor]")
        steps, layers, grads, ratios = zip(*self._looks, strict=True)
        return Health(np.array(steps), *np.moveaxis(np.array(layers), -1, 0), np.array(grads), np.array(ratios))


def _look(layer):
    h, slopes = layer.f(layer.x), layer.derivative(layer.x)
    return LayerHealth(float(h.std()), float(np.mean(abs(slopes) < FLAT)), float(np.mean(~h.any(axis=0))))


def _ratio(step, weights):
    norm = np.linalg.norm(weights)
    return float(np.linalg.norm(step) / norm) if norm else np.inf
