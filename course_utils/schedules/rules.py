"""Learning rates that change during a run: functions of the step t alone, so a run can be resumed, plotted or replayed.

Every optimizer takes one as its `lr`. t counts optimizer steps from 0, not epochs: with n_batches steps an epoch, a run
of n_epochs has n_steps = n_epochs * n_batches. The one rule that must see the run is Plateau (plateau.py).
"""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import numpy as np

from .._support.settings import Count, NonNegativeNumber, PositiveNumber, Settings, Share, Whole, settings
from .._support.validation import fail, integer, number


def _callable(name, value):
    return value if callable(value) else fail(name, repr(value), "a schedule, e.g. Constant(lr=0.1)")


class Schedule(Settings):
    """Base of the schedules: `self(t)` is the learning rate of step t, a float, or an array for an array of steps.

    Settings out of their range raise ValueError: rates are > 0 (lr_min may be 0), numbers of steps whole and >= 1.
    """

    def _at(self, t: np.ndarray) -> Any:
        raise NotImplementedError

    def __call__(self, t: int | np.ndarray) -> Any:
        lr = self._at(np.asarray(t))
        return lr if getattr(lr, "ndim", 0) else float(lr)


@settings
class Constant(Schedule):
    """The same learning rate at every step: lr(t) = lr.

    >>> Constant(lr=0.1)(t=1000)
    0.1
    """

    lr: PositiveNumber

    def _at(self, t):
        return np.full(np.shape(t), self.lr)


@settings
class Step(Schedule):
    """A staircase: the rate is multiplied by `factor` after every `every` steps.

    lr(t) = lr · factor^⌊t / every⌋

    Source: common practice, e.g. He et al., "Deep Residual Learning" (2016), with factor 0.1. PyTorch's StepLR.

    >>> [round(Step(lr=0.1, every=10)(t), 4) for t in (0, 9, 10, 20)]
    [0.1, 0.1, 0.01, 0.001]
    """

    lr: PositiveNumber
    every: Count
    factor: Annotated[float, partial(number, above=0, high=1)] = 0.1

    def _at(self, t):
        return self.lr * self.factor ** (t // self.every)


@settings
class Exponential(Schedule):
    """The same share is lost at every step, so the rate halves every ln 2 / k steps.

    lr(t) = lr · exp(-k t)

    k >= 0 is per step. PyTorch's ExponentialLR(gamma=exp(-k)), whose gamma is per call of its `step`.

    >>> round(Exponential(lr=0.1, k=0.01)(np.log(2) / 0.01), 6)
    0.05
    """

    lr: PositiveNumber
    k: NonNegativeNumber

    def _at(self, t):
        return self.lr * np.exp(-self.k * t)


@settings
class InverseTime(Schedule):
    """1/t decay: halved after 1 / k steps, and then ever more slowly.

    lr(t) = lr / (1 + k t)

    With k > 0 the rates sum to infinity and their squares do not: Robbins and Monro (1951) need both for convergence.

    >>> InverseTime(lr=0.1, k=0.01)(t=100)
    0.05
    """

    lr: PositiveNumber
    k: NonNegativeNumber

    def _at(self, t):
        return self.lr / (1 + self.k * t)


@settings
class InverseSqrt(Schedule):
    """Constant for n_hold steps, then falling with one over the root of the step. It needs no end of the run.

    lr(t) = lr · min(1, √(n_hold / (t + 1)))

    Behind a warm-up of n_hold steps it is the schedule of Vaswani et al., "Attention Is All You Need" (2017), section
    5.3: Warmup(InverseSqrt(lr, n), n). They count steps from 1 and fix the peak at 1 / √(width · n); here it is lr.

    >>> [InverseSqrt(lr=0.1, n_hold=4)(t) for t in (0, 3, 15)]
    [0.1, 0.1, 0.05]
    """

    lr: PositiveNumber
    n_hold: Count = 1

    def _at(self, t):
        return self.lr * np.minimum(1, np.sqrt(self.n_hold / (t + 1)))


@settings
class Polynomial(Schedule):
    """A power of what is left of the run.

    lr(t) = lr_min + (lr - lr_min) · (1 - t / n_steps)^power    for t <= n_steps, lr_min afterwards

    power > 0: 1 is a straight line, 2 falls early, 0.5 late. PyTorch's PolynomialLR(total_iters=n_steps): lr_min = 0.

    >>> Polynomial(lr=0.1, n_steps=100)(t=50)
    0.025
    """

    lr: PositiveNumber
    n_steps: Count
    power: PositiveNumber = 2.0
    lr_min: NonNegativeNumber = 0.0

    def _at(self, t):
        return self.lr_min + (self.lr - self.lr_min) * (1 - _progress(t, self.n_steps)) ** self.power


@settings
class Linear(Schedule):
    """A straight line from lr down to lr_min.

    lr(t) = lr + (lr_min - lr) · t / n_steps    for t <= n_steps, lr_min afterwards

    PyTorch's LinearLR(start_factor=1, end_factor=lr_min / lr, total_iters=n_steps).

    >>> Linear(lr=0.1, n_steps=100)(t=50)
    0.05
    """

    lr: PositiveNumber
    n_steps: Count
    lr_min: NonNegativeNumber = 0.0

    def _at(self, t):
        return self.lr + (self.lr_min - self.lr) * _progress(t, self.n_steps)


@settings
class Cosine(Schedule):
    """Half a cosine wave from lr down to lr_min: slow at both ends, fast in the middle. Its midpoint is its mean.

    lr(t) = lr_min + (lr - lr_min) · (1 + cos(π t / n_steps)) / 2    for t <= n_steps, lr_min afterwards

    lr_min is reached at t = n_steps, one step after the last.

    Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2017), equation 5, without
    restarts. Equal to PyTorch's CosineAnnealingLR(T_max=n_steps) up to t = n_steps; then PyTorch climbs again.

    >>> rate = Cosine(lr=0.1, n_steps=100)
    >>> [round(rate(t), 4) for t in (0, 50, 100, 150)]
    [0.1, 0.05, 0.0, 0.0]
    """

    lr: PositiveNumber
    n_steps: Count
    lr_min: NonNegativeNumber = 0.0

    def _at(self, t):
        return self.lr_min + (self.lr - self.lr_min) * _half_wave(_progress(t, self.n_steps))


@settings
class CosineRestarts(Schedule):
    """Cosine after cosine: at the end of each the rate jumps back to lr.

    lr(t) = lr_min + (lr - lr_min) · (1 + cos(π s / T)) / 2,    s steps into a cycle of T

    The first cycle has `period` steps, every other `growth` (a whole number >= 1) times as many as the one before it.

    Source: Loshchilov and Hutter, SGDR (2017), equation 5. PyTorch's CosineAnnealingWarmRestarts(T_0, T_mult).

    >>> [round(CosineRestarts(lr=0.1, period=10)(t), 4) for t in (0, 5, 10, 15)]
    [0.1, 0.05, 0.1, 0.05]
    """

    lr: PositiveNumber
    period: Count
    growth: Count = 1
    lr_min: NonNegativeNumber = 0.0

    def _at(self, t):
        # Rounded, or the logarithm puts the first step of a long cycle into the one before it.
        cycle = (
            t // self.period
            if self.growth == 1
            else np.floor(np.log1p(t / self.period * (self.growth - 1)) / np.log(self.growth) + 1e-12)
        )
        start = self.period * (cycle if self.growth == 1 else (self.growth**cycle - 1) / (self.growth - 1))
        return self.lr_min + (self.lr - self.lr_min) * _half_wave((t - start) / (self.period * self.growth**cycle))


@settings
class OneCycle(Schedule):
    """Up to a rate that would be too large for long, and down to almost nothing, in half cosine waves.

    From lr · first at t = 0 up to lr at t = rise · n_steps - 1, then down to lr · last at t = n_steps - 1.

    n_steps >= 2; rise, first, last between 0 and 1. The last step has the lowest rate, unlike Cosine's. Equal to
    PyTorch's OneCycleLR(max_lr=lr, total_steps=n_steps), which also cycles the momentum; this does not.

    Source: Smith and Topin, "Super-Convergence" (2017), there with straight lines.

    >>> [round(OneCycle(lr=0.1, n_steps=100)(t), 4) for t in (0, 29, 99)]
    [0.004, 0.1, 0.0]
    """

    lr: PositiveNumber
    n_steps: Annotated[int, partial(integer, low=2)]
    rise: Share = 0.3
    first: Share = 0.04
    last: Share = 4e-6

    def _at(self, t):
        peak, end = max(self.rise * self.n_steps - 1, 0), self.n_steps - 1
        down = _half_wave(np.clip((t - peak) / (end - peak), 0, 1))
        up = _half_wave(1 - np.minimum(t / max(peak, 1e-12), 1))
        return self.lr * np.where(t < peak, self.first + (1 - self.first) * up, self.last + (1 - self.last) * down)


@settings
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
        If `schedule` is not callable, or `n_warmup` is not a whole number >= 0 or is more than schedule.n_steps.

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
    n_warmup: Whole

    def __post_init__(self):
        super().__post_init__()
        n_steps = getattr(self.schedule, "n_steps", np.inf)
        if self.n_warmup > n_steps:
            fail("n_warmup", self.n_warmup, f"at most the {n_steps} steps of the run")

    def _at(self, t):
        return np.minimum(1.0, (t + 1) / max(self.n_warmup, 1)) * self.schedule(t)


SCHEDULES = {
    cls.__name__: cls
    for cls in (
        Constant,
        Step,
        Exponential,
        InverseTime,
        InverseSqrt,
        Linear,
        Polynomial,
        Cosine,
        CosineRestarts,
        OneCycle,
        Warmup,
    )
}


def _progress(t, n_steps):
    return np.minimum(t, n_steps) / n_steps


def _half_wave(progress):
    """From 1 at progress 0 down to 0 at progress 1."""
    return (1 + np.cos(np.pi * progress)) / 2
