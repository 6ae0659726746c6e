"""What was measured, as a line of the table: median, 90th percentile, ratio to another program, budget, verdict."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LINE = "  {:<46} {:>8} {:>8} {:<2} {:>8}   {:<18} {}"
HEAD = LINE.format("", "median", "p90", "", "ratio", "budget", "").rstrip()


@dataclass(frozen=True)
class Row:
    """A measurement, repeated or not, and what is asked of it.

    what : in words
    values : the repeated measurements, in `unit`; none at all is a failure where there is a budget
    ratio : of this one to another in the same run
    at_most : budget of the median, and of the 90th percentile where there are two
    at_least : budget of the ratio
    ratio_at_most : budget of the ratio, where less is better
    """

    what: str
    values: Sequence[float]
    unit: str = "ms"
    ratio: float | None = None
    at_most: Sequence[float] = ()
    at_least: float | None = None
    ratio_at_most: float | None = None

    @property
    def quantiles(self):
        """(median, 90th percentile); nan without values."""
        return tuple(np.quantile(self.values, [0.5, 0.9])) if len(self.values) else (np.nan, np.nan)

    @property
    def over(self):
        """Whether a budget is exceeded; a number that is missing exceeds it."""
        slow = any(not q <= most for q, most in zip(self.quantiles, self.at_most, strict=False))
        few = self.at_least is not None and not (self.ratio or 0) >= self.at_least
        return slow or few or (self.ratio_at_most is not None and not (self.ratio or np.inf) <= self.ratio_at_most)

    @property
    def budget(self):
        """The budget in words; empty if there is none."""
        most = " / ".join(f"{most:g}" for most in self.at_most)
        least = "" if self.at_least is None else f"at least {self.at_least:g} x"
        ratio = "" if self.ratio_at_most is None else f"<= {self.ratio_at_most:g} x"
        return ", ".join(filter(None, [most and f"<= {most} {self.unit}", ratio, least]))

    def __str__(self):
        median, p90 = map(digits, self.quantiles)
        ratio = "" if self.ratio is None else f"{digits(self.ratio)} x"
        verdict = ("OVER" if self.over else "ok") if self.budget else ""
        p90 = p90 if len(self.values) > 1 else ""
        return LINE.format(self.what, median, p90, self.unit, ratio, self.budget, verdict).rstrip()


def digits(value):
    """Three digits, and none after the point from 100 on."""
    if not np.isfinite(value):
        return "none"
    return f"{value:,.0f}" if abs(value) >= 99.5 else f"{value:.3g}"
