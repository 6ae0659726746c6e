"""Checkers of chapter 16: draws over decades, for rates and for betas, and which border of a range to widen.

Draws come from u, uniform in 0 to 1, so that the same draws have to give the same values.
"""

import numpy as np

from .compare import exercise

U = np.random.default_rng(0).random(200)
EVEN = np.linspace(0, 1, 5)


@exercise(
    cases=[
        {"low": 1e-6, "high": 0.1, "u": EVEN},
        {"low": 1e-4, "high": 1.0, "u": U},
        {"low": 0.5, "high": 30.0, "u": U},
    ],
    slips={
        "The values are drawn evenly: take the logarithm of both bounds first, and draw between those.": lambda low, high, u: (
            low + u * (high - low)
        ),
        "These are the exponents: the last step, 10 to their power, is missing.": lambda low, high, u: (
            np.log10(low) + u * (np.log10(high) - np.log10(low))
        ),
        "The logarithm is natural and the power one of 10: take the same base both ways.": lambda low, high, u: (
            10 ** (np.log(low) + u * (np.log(high) - np.log(low)))
        ),
        "The logarithm is of base 10 and the power one of e: take the same base both ways.": lambda low, high, u: (
            np.exp(np.log10(low) + u * (np.log10(high) - np.log10(low)))
        ),
        "The range is reversed: u = 0 is to give low, and u = 1 high.": lambda low, high, u: high * (low / high) ** u,
        "The bounds are taken for exponents: low and high are rates, such as 1e-6 and 0.1.": lambda low, high, u: (
            10 ** (low + u * (high - low))
        ),
        "It starts at 1: the factor low is missing.": lambda low, high, u: (high / low) ** u,
        "It ends too high: r goes from log low by u times the difference of the logarithms, not by u times log high.": lambda low, high, u: (
            10 ** (np.log10(low) + u * np.log10(high))
        ),
        "u is not used: all values are the middle of the range.": lambda low, high, u: np.full(
            np.shape(u), np.sqrt(low * high)
        ),
        "The draws are even and bent afterward: it is the exponent that has to be drawn evenly.": lambda low, high, u: (
            np.log10(10**low + u * (10**high - 10**low))
        ),
    },
)
def log_uniform(low, high, u):
    """Values between low and high of which every decade is equally likely, one for each u: u = 0 gives low, 1 high.

    10^r with r = log₁₀ low + u · (log₁₀ high - log₁₀ low). u: an array of draws from 0 to 1.
    """
    return 10 ** (np.log10(low) + u * (np.log10(high) - np.log10(low)))


@exercise(
    cases=[
        {"low": 0.9, "high": 0.999, "u": EVEN},
        {"low": 0.5, "high": 0.99, "u": U},
        {"low": 0.2, "high": 0.9999, "u": U},
    ],
    slips={
        "beta itself is drawn evenly: nearly all windows are short. Draw 1 - beta over its decades.": lambda low, high, u: (
            low + u * (high - low)
        ),
        "beta is drawn over its decades; it is 1 - beta that has any.": lambda low, high, u: low * (high / low) ** u,
        "This is 1 - beta: the last step back is missing.": lambda low, high, u: (
            (1 - low) * ((1 - high) / (1 - low)) ** u
        ),
        "u = 0 gives high and u = 1 low: the range runs the other way.": lambda low, high, u: (
            1 - (1 - high) * ((1 - low) / (1 - high)) ** u
        ),
        "The windows are drawn evenly: nearly all are long. Draw their logarithm.": lambda low, high, u: (
            1 - 1 / (1 / (1 - low) + u * (1 / (1 - high) - 1 / (1 - low)))
        ),
        "These are the windows 1 / (1 - beta), not beta.": lambda low, high, u: (
            1 / ((1 - low) * ((1 - high) / (1 - low)) ** u)
        ),
        "The logarithm is natural and the power one of 10: take the same base both ways.": lambda low, high, u: (
            1 - 10 ** (np.log(1 - low) + u * (np.log(1 - high) - np.log(1 - low)))
        ),
        "u is not used: all values are the middle of the range.": lambda low, high, u: np.full(
            np.shape(u), 1 - np.sqrt((1 - low) * (1 - high))
        ),
    },
)
def sample_beta(low, high, u):
    """Betas between low and high whose windows 1 / (1 - beta) are equally likely in every decade: u = 0 gives low.

    1 - beta = 10^r, r evenly between log₁₀(1 - low) and log₁₀(1 - high). u: an array of draws from 0 to 1.
    """
    return 1 - 10 ** (np.log10(1 - low) + u * (np.log10(1 - high) - np.log10(1 - low)))


def _widen(log=True, edge=0.1, by=10, sides=("low", "high"), shift=False, where=None):
    """A widen_border that makes a mistake."""

    def f(low, high, best):
        share = np.log(best / low) / np.log(high / low) if log else (best - low) / (high - low)
        at = where(share) if where else "low" if share < edge else "high" if share > 1 - edge else ""
        if at == "low" and "low" in sides:
            return low / by, high / by if shift else high
        if at == "high" and "high" in sides:
            return low * by if shift else low, high * by
        return low, high

    return f


@exercise(
    cases=[
        {"low": 1e-4, "high": 1e-3, "best": 9.47e-4},
        {"low": 1e-4, "high": 1.0, "best": 1.43e-3},
        {"low": 1e-6, "high": 1e-3, "best": 1.2e-6},
        {"low": 1e-3, "high": 1.0, "best": 0.45},
        {"low": 1e-3, "high": 1.0, "best": 0.6},
        {"low": 1e-5, "high": 1e5, "best": 3e-5},
        {"low": 1e-4, "high": 1.0, "best": 0.3},
        {"low": 1e-4, "high": 0.1, "best": 0.1},
    ],
    outputs=("low", "high"),
    slips={
        "The place of the best is measured on the even scale, where most decades lie close to low.": _widen(log=False),
        "The wrong border is widened: a best at the high end says that higher may be better.": _widen(
            where=lambda share: "high" if share < 0.1 else "low" if share > 0.9 else ""
        ),
        "Both borders are widened, whichever the best sits on.": lambda low, high, best: (
            (low, high) if 0.1 <= np.log(best / low) / np.log(high / low) <= 0.9 else (low / 10, high * 10)
        ),
        "The range is widened even where the best lies inside.": lambda low, high, best: (low / 10, high * 10),
        "It never widens.": lambda low, high, best: (low, high),
        "The low border is never widened.": _widen(sides=("high",)),
        "The high border is never widened.": _widen(sides=("low",)),
        "The whole range is moved: widen one side, and leave the other.": _widen(shift=True),
        "Only a best exactly on the bound counts; the outer tenth of the range is wanted.": _widen(edge=1e-9),
        "Half the range counts as border; the outer tenth is wanted.": _widen(edge=0.5),
        "It is widened by a factor of 2; want a decade, 10.": _widen(by=2),
    },
)
def widen_border(low, high, best):
    """The range for the next search: a decade wider on the side where the best value sits on the border.

    It does if it lies in the outer tenth of the range, measured on the logarithmic scale. Otherwise the range stays.
    Returns (low, high).
    """
    share = np.log(best / low) / np.log(high / low)
    return low / 10 if share < 0.1 else low, high * 10 if share > 0.9 else high
