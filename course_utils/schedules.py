"""Learning rates that change during a run: functions of the step t alone, so a run can be resumed, plotted or replayed.

Every optimizer takes one as its `lr`. t counts optimizer steps from 0, not epochs: with n_batches steps an epoch, a run
of n_epochs has n_steps = n_epochs * n_batches.
"""
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np

from .settings import Settings
from .validation import fail, integer, number


def _callable(name, value):
    return value if callable(value) else fail(name, repr(value), "a schedule, e.g. Constant(lr=0.1)")


Rate = Annotated[float, partial(number, above=0)]
schedule = dataclass(frozen=True, repr=False)


class Schedule(Settings):
    """Base of the schedules: `self(t)` is the learning rate of step t, a float, or an array for an array of steps."""

    def __call__(self, t):
        lr = self._at(t)
        return lr if getattr(lr, "ndim", 0) else float(lr)


@schedule
class Constant(Schedule):
    """The same learning rate at every step: lr(t) = lr.

    >>> Constant(lr=0.1)(t=1000)
    0.1
    """
    lr: Rate

    def _at(self, t):
        return np.full(np.shape(t), self.lr)


@schedule
class Cosine(Schedule):
    """Half a cosine wave from lr down to lr_min: slow at both ends, fast in the middle.

    lr(t) = lr_min + (lr - lr_min) · (1 + cos(π t / n_steps)) / 2    for t <= n_steps, lr_min afterwards

    Parameters
    ----------
    lr : float > 0
        Rate of step 0.
    n_steps : int >= 1
        Steps of the run. lr_min is reached at t = n_steps, one step after the last.
    lr_min : float >= 0

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2017), equation 5, without restarts.
    Equal to PyTorch's CosineAnnealingLR(T_max=n_steps, eta_min=lr_min) up to t = n_steps; then PyTorch climbs again.

    Examples
    --------
    >>> rate = Cosine(lr=0.1, n_steps=100)
    >>> [round(rate(t), 4) for t in (0, 50, 100, 150)]
    [0.1, 0.05, 0.0, 0.0]
    """
    lr: Rate
    n_steps: Annotated[int, partial(integer, low=1)]
    lr_min: Annotated[float, partial(number, low=0)] = 0.0

    def _at(self, t):
        progress = np.minimum(t, self.n_steps) / self.n_steps
        return self.lr_min + (self.lr - self.lr_min) * (1 + np.cos(np.pi * progress)) / 2


@schedule
class Warmup(Schedule):
    """A linear climb in front of any schedule: small steps until the averages and the weights have settled.

    lr(t) = min(1, (t + 1) / n_warmup) · schedule(t)

    Parameters
    ----------
    schedule : callable
        The rate without warm-up: Constant(...), Cosine(...), or any function of t.
    n_warmup : int >= 0
        Steps of the climb; 0 and 1 mean no warm-up.

    Raises
    ------
    ValueError
        If `schedule` is not callable or `n_warmup` is not a whole number >= 0.

    Notes
    -----
    Goyal et al., "Accurate, Large Minibatch SGD" (2017), section 2.2. Sources disagree twice:

    - the first rate. Here lr / n_warmup, since a step of rate 0 would be a batch wasted; the full rate is that of step
      n_warmup - 1. So does PyTorch's LinearLR(start_factor=1/n_warmup, total_iters=n_warmup-1).
    - the clock. Here the climb is a factor on the schedule, which keeps its own clock, so the run stays n_steps long
      whatever n_warmup is (PyTorch's ChainedScheduler). Others start the schedule after the climb (SequentialLR).

    Examples
    --------
    >>> rate = Warmup(Constant(lr=0.1), n_warmup=4)
    >>> [round(rate(t), 3) for t in range(6)]
    [0.025, 0.05, 0.075, 0.1, 0.1, 0.1]
    """
    schedule: Annotated[Callable, _callable]
    n_warmup: Annotated[int, integer]

    def _at(self, t):
        return np.minimum(1.0, (np.asarray(t) + 1) / max(self.n_warmup, 1)) * self.schedule(t)


SCHEDULES = {cls.__name__: cls for cls in (Constant, Cosine, Warmup)}
