"""Search spaces: where hyperparameters are searched, each on its own scale.

space = {"lr": LogUniform(1e-4, 1.0), "rho": OneMinus(0.9, 0.999), "width": Choice((16, 32, 64))}
sample(space, 9, rng=0)            # nine settings at random: [{"lr": 0.0353, "rho": 0.929, "width": 16}, ...]
grid(space, 3)                     # every combination of three values of each
borders(space, setting)            # where a setting sits on the border of its space: {"lr": "high"}
refine(space, good)                # the space around good settings, opened where the best one sits on a border
"""

from dataclasses import replace
from functools import partial
from itertools import product
from math import isfinite
from typing import Annotated

import numpy as np

from .._support.settings import FiniteNumber, PositiveNumber, Settings, plain, settings
from .._support.validation import fail, generator, integer, number

RESERVED = ("rng", "budget")


class Range(Settings):
    """Base of the ranges from low to high. On a range's own scale, equal lengths are equally likely.

    Raises ValueError for a range that is empty or reversed, low >= high.
    """

    def __post_init__(self):
        super().__post_init__()
        low, high = self.low, self.high
        if low > high:
            right = f"{type(self).__name__}({high:g}, {low:g})"
            fail("low", f"{low:g} > high = {high:g}", f"low < high: the range is reversed, write {right}")
        if low == high:
            fail("low", f"{low:g}, equal to high", "low < high; what is not searched needs no range")

    def __repr__(self):
        return f"{type(self).__name__}({self.low!r}, {self.high!r})"

    def at(self, u):
        """The value at a share u of the way from low (0) to high (1), a number or an array; u may lie outside."""
        low, high = self._scale(self.low), self._scale(self.high)
        value = self._unscale((1 - np.asarray(u)) * low + np.asarray(u) * high)
        return value if np.ndim(u) else float(value)

    def share(self, value):
        """How far a value is on the way from low (0) to high (1): the inverse of `at`."""
        low, high = self._scale(self.low), self._scale(self.high)
        return (self._scale(value) - low) / (high - low)

    def sample(self, rng, size=None):
        """Values at random: one, or an array of them."""
        return self.at(generator("rng", rng).random(size))

    def points(self, k):
        """k values, evenly spaced on the range's scale, both ends included; for k = 1 the middle."""
        k = integer("k", k, low=1)
        if k == 1:
            return [self.at(0.5)]
        # The ends as they are, which by way of the scale may be off in the last digit, and outside.
        return [self.low, *map(self.at, np.linspace(0, 1, k)[1:-1]), self.high]


@settings
class Uniform(Range):
    """Every value equally likely: for what acts by its difference, such as the share of units to keep.

    value = low + u · (high - low), u ~ U[0, 1)

    >>> Uniform(0.5, 1.0).points(3)
    [0.5, 0.75, 1.0]
    """

    low: FiniteNumber
    high: FiniteNumber

    def _scale(self, value):
        return value

    _unscale = _scale


@settings
class LogUniform(Range):
    """Every decade equally likely: for what acts by its size, such as a learning rate or the strength of a penalty.

    value = 10^r, r ~ U[log₁₀ low, log₁₀ high)

    Source: Bergstra and Bengio, "Random Search for Hyper-Parameter Optimization" (2012).

    >>> LogUniform(1e-6, 0.1).points(3)
    [1e-06, 0.00031622776601683794, 0.1]
    >>> LogUniform(1e-3, 1e-6)
    Traceback (most recent call last):
    ...
    ValueError: low: got 0.001 > high = 1e-06, want low < high: the range is reversed, write LogUniform(1e-06, 0.001)
    """

    low: PositiveNumber
    high: PositiveNumber

    def _scale(self, value):
        return np.log10(value)

    def _unscale(self, value):
        return 10.0**value


@settings
class OneMinus(Range):
    """1 - value is log-uniform: for the betas of moving averages, which look back over 1 / (1 - beta) steps.

    value = 1 - 10^r, r ~ U(log₁₀(1 - high), log₁₀(1 - low)]

    From 0.9 to 0.999, the window of 10 to 100 steps is as likely as that of 100 to 1000.

    >>> [round(beta, 6) for beta in OneMinus(0.9, 0.999).points(3)]
    [0.9, 0.99, 0.999]
    """

    low: Annotated[float, partial(plain, low=0, below=1)]
    high: Annotated[float, partial(plain, low=0, below=1)]

    def _scale(self, value):
        return -np.log10(1 - np.asarray(value))

    def _unscale(self, value):
        # A range that is opened downward ends at 0.
        return np.maximum(1 - 10.0**-value, 0)


def _options(name, value):
    listed = isinstance(value, (tuple, list, range)) and len(value)
    if not listed or not all(
        v is None or isinstance(v, str) or isinstance(v, (int, float)) and isfinite(v) for v in value
    ):
        fail(name, repr(value), "a tuple of numbers, texts, True, False or None, one at least")
    return tuple(value)


@settings
class Choice(Settings):
    """One of several options, each equally likely: a width, an optimizer's name, a switch. They have no order.

    Options are plain values, so that a file of results can hold them: for an optimizer, its name in OPTIMIZERS.

    >>> Choice(("SGD", "Momentum", "Adam")).sample(rng=0)
    'Adam'
    """

    options: Annotated[tuple, _options]

    def __repr__(self):
        return f"Choice({self.options!r})"

    def sample(self, rng):
        """An option at random."""
        return self.options[generator("rng", rng).integers(len(self.options))]

    def points(self, k=None):
        """All options, whatever k."""
        return list(self.options)


SPACES = {"uniform": Uniform, "log-uniform": LogUniform, "1 - beta": OneMinus, "choice": Choice}


def checked(space):
    """A space as a dict, or ValueError: empty, with a name that no argument can have, or without a range."""
    if not isinstance(space, dict) or not space:
        fail("space", repr(space), "a dict of at least one hyperparameter, such as {'lr': LogUniform(1e-4, 1.0)}")
    for name, entry in space.items():
        if not isinstance(name, str) or not name.isidentifier() or name in RESERVED:
            fail("space", f"the name {name!r}", f"names of arguments, other than {' and '.join(RESERVED)}")
        if not isinstance(entry, tuple(SPACES.values())):
            fail(f"space[{name!r}]", repr(entry), "one of " + ", ".join(kind.__name__ for kind in SPACES.values()))
    return space


def sample(space, n, rng):
    """n settings at random, a list of dicts. The first ones stay the same when n grows.

    >>> sample({"lr": LogUniform(1e-4, 1.0), "width": Choice((16, 32))}, 1, rng=0)
    [{'lr': 0.0353058..., 'width': 32}]
    """
    checked(space)
    n, rng = integer("n", n, low=1), generator("rng", rng)
    return [{name: entry.sample(rng) for name, entry in space.items()} for _ in range(n)]


def grid(space, k):
    """Every combination of k values of each range and all options of each choice: k^d settings for d ranges.

    >>> len(grid({"lr": LogUniform(1e-4, 1.0), "rho": OneMinus(0.9, 0.99), "width": Choice((16, 32))}, 3))
    18
    """
    checked(space)
    return [dict(zip(space, values, strict=True)) for values in product(*(entry.points(k) for entry in space.values()))]


def borders(space, setting, margin=0.1):
    """Where a setting is within `margin` of an end of its range, on the range's scale: {name: "low" or "high"}.

    The best setting of a search there says that a better one may lie outside.

    >>> space = {"lr": LogUniform(1e-4, 1e-3), "reg": LogUniform(1e-4, 1.0)}
    >>> borders(space, {"lr": 9.47e-4, "reg": 1.43e-3})
    {'lr': 'high'}
    """
    checked(space)
    number("margin", margin, low=0, below=0.5)
    ranges = {name: entry for name, entry in space.items() if isinstance(entry, Range)}
    shares = {name: entry.share(number(f"setting[{name!r}]", _value(setting, name))) for name, entry in ranges.items()}
    return {name: "low" if u < margin else "high" for name, u in shares.items() if not margin <= u <= 1 - margin}


def refine(space, good, margin=0.1, grow=0.5):
    """The space for the next, finer search: what the good settings span, and beyond a border where the best one sits.

    Parameters
    ----------
    space : dict
    good : list of dict, best first. Ranges shrink to what these span and a `margin` on both sides; of choices remain
        the options among them.
    margin : share of the old range, on its scale, that counts as its border; above 0, below 0.5.
    grow : by how much, as a share of the old range, it is opened where the best setting is on the border.

    >>> space = {"lr": LogUniform(1e-6, 1e-3), "reg": LogUniform(1e-5, 1e5)}
    >>> found = refine(space, [{"lr": 1e-3, "reg": 1e-3}, {"lr": 1e-4, "reg": 1e-1}], grow=1.0)
    >>> {name: f"{r.low:.1e} to {r.high:.1e}" for name, r in found.items()}
    {'lr': '5.0e-05 to 1.0e+00', 'reg': '1.0e-04 to 1.0e+00'}
    """
    number("grow", grow, low=0)
    number("margin", margin, above=0, below=0.5)
    if not len(good):
        fail("good", "no settings", "at least one")
    open_at = borders(space, good[0], margin)
    return {
        name: _refined(entry, [_value(setting, name) for setting in good], margin, grow, open_at.get(name))
        for name, entry in space.items()
    }


def _refined(entry, values, margin, grow, side):
    if isinstance(entry, Choice):
        kept = tuple(option for option in entry.options if option in values)
        return Choice(kept) if kept else fail("good", values, f"settings with options of {entry}")
    shares = [min(1.0, max(0.0, entry.share(value))) for value in values]
    low = -grow if side == "low" else max(0.0, min(shares) - margin)
    high = 1 + grow if side == "high" else min(1.0, max(shares) + margin)
    return replace(entry, low=entry.at(low), high=entry.at(high))


def _value(setting, name):
    return setting[name] if name in setting else fail("setting", sorted(setting), f"a value for {name!r}")
