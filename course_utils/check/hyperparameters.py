"""Checkers of the chapter on hyperparameters: draws over decades, for rates and betas, and which border to widen.

Draws come from u, uniform in 0 to 1, so that the same draws have to give the same values.
"""

import numpy as np

from ._protocol import edits, exercise

U = np.random.default_rng(0).random(200)
EVEN = np.linspace(0, 1, 5)


def _search(draws):
    """A range, and a best value anywhere in it."""
    low, high = 10.0 ** draws.uniform([-6, -2], [-3, 1])
    return {"low": low, "high": high, "best": low * (high / low) ** draws.random()}


SEARCHES = [_search(np.random.default_rng(seed)) for seed in range(30)]
RATE = "10 ** (np.log10(low) + u * (np.log10(high) - np.log10(low)))"


@exercise(
    cases=[
        {"low": 1e-6, "high": 0.1, "u": EVEN},
        {"low": 1e-4, "high": 1.0, "u": U},
        {"low": 0.5, "high": 30.0, "u": U},
    ],
    slips=edits(
        {
            "The values are drawn evenly: take the logarithm of both bounds first, and draw between those.": (
                RATE,
                "low + u * (high - low)",
            ),
            "These are the exponents: the last step, 10 to their power, is missing.": ("10 ** ", ""),
            "The logarithm is natural and the power one of 10: take the same base both ways.": (
                RATE,
                RATE.replace("log10", "log"),
            ),
            "The logarithm is of base 10 and the power one of e: take the same base both ways.": ("10 **", "np.e **"),
            "The range is reversed: u = 0 is to give low, and u = 1 high.": (RATE, "high * (low / high) ** u"),
            "The bounds are taken for exponents: low and high are rates, such as 1e-6 and 0.1.": (
                RATE,
                "10 ** (low + u * (high - low))",
            ),
            "It starts at 1: the factor low is missing.": ("np.log10(low) + u", "u"),
            "It ends too high: r goes from log low by u times the difference of the logarithms, not by u times log high.": (
                "(np.log10(high) - np.log10(low))",
                "np.log10(high)",
            ),
            "The logarithm is taken of the difference: it is the difference of the logarithms.": (
                "(np.log10(high) - np.log10(low))",
                "np.log10(high - low)",
            ),
            "The logarithms are added: from log low to log high it is their difference.": (
                "np.log10(high) - np.log10(low)",
                "np.log10(high) + np.log10(low)",
            ),
            "The exponents are rounded, so that only powers of ten come: every value between is wanted, too.": (
                RATE,
                RATE.replace("10 ** (", "10 ** np.round("),
            ),
            "u is not used: all values are the middle of the range.": ("u *", "0 * u + 0.5 *"),
            "The draws are even and bent afterward: it is the exponent that has to be drawn evenly.": (
                RATE,
                "np.log10(10**low + u * (10**high - 10**low))",
            ),
        }
    ),
)
def log_uniform(low, high, u):
    """Values between low and high of which every decade is equally likely, one for each u: u = 0 gives low, 1 high.

    10^r with r = log₁₀ low + u · (log₁₀ high - log₁₀ low). u: an array of draws from 0 to 1.
    """
    return 10 ** (np.log10(low) + u * (np.log10(high) - np.log10(low)))


BETA = "1 - 10 ** (np.log10(1 - low) + u * (np.log10(1 - high) - np.log10(1 - low)))"


@exercise(
    cases=[
        {"low": 0.9, "high": 0.999, "u": EVEN},
        {"low": 0.5, "high": 0.99, "u": U},
        {"low": 0.2, "high": 0.9999, "u": U},
    ],
    slips=edits(
        {
            "beta itself is drawn evenly: nearly all windows are short. Draw 1 - beta over its decades.": (
                BETA,
                "low + u * (high - low)",
            ),
            "beta is drawn over its decades; it is 1 - beta that has any.": (BETA, "low * (high / low) ** u"),
            "The bounds are not turned into 1 - beta: draw between 1 - low and 1 - high.": (
                BETA,
                "1 - low * (high / low) ** u",
            ),
            "This is 1 - beta: the last step back is missing.": ("1 - 10 **", "10 **"),
            "1 - beta is added: the last step back is 1 minus it.": ("1 - 10 **", "1 + 10 **"),
            "u = 0 gives high and u = 1 low: the range runs the other way.": (
                BETA,
                "1 - (1 - high) * ((1 - low) / (1 - high)) ** u",
            ),
            "The windows are drawn evenly: nearly all are long. Draw their logarithm.": (
                BETA,
                "1 - 1 / (1 / (1 - low) + u * (1 / (1 - high) - 1 / (1 - low)))",
            ),
            "These are the windows 1 / (1 - beta), not beta.": ("1 - 10 ** (", "1 / 10 ** ("),
            "The logarithm is natural and the power one of 10: take the same base both ways.": (
                BETA,
                BETA.replace("log10", "log"),
            ),
            "The brackets around the difference of the logarithms are missing: u multiplies both.": (
                "u * (np.log10(1 - high) - np.log10(1 - low))",
                "u * np.log10(1 - high) - np.log10(1 - low)",
            ),
            "u is not used: all values are the middle of the range.": ("u *", "0 * u + 0.5 *"),
        }
    ),
)
def sample_beta(low, high, u):
    """Betas between low and high whose windows 1 / (1 - beta) are equally likely in every decade: u = 0 gives low.

    1 - beta = 10^r, r evenly between log₁₀(1 - low) and log₁₀(1 - high). u: an array of draws from 0 to 1.
    """
    return 1 - 10 ** (np.log10(1 - low) + u * (np.log10(1 - high) - np.log10(1 - low)))


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
        {"low": 1e-4, "high": 0.1, "best": 4e-4},
        {"low": 1.0, "high": 10.0, "best": 1.9},
        {"low": 1.0, "high": 3.9, "best": 3.4},
        *SEARCHES,
    ],
    outputs=("low", "high"),
    slips=edits(
        {
            "The place of the best is measured on the even scale, where most decades lie close to low.": (
                "np.log(best / low) / np.log(high / low)",
                "(best - low) / (high - low)",
            ),
            "The wrong border is widened: a best at the high end says that higher may be better.": [
                ("share < 0.1", "share > 0.9 "),
                ("share > 0.9 else", "share < 0.1 else"),
            ],
            "Both borders are widened, whichever the best sits on.": [
                ("share < 0.1", "not 0.1 <= share <= 0.9"),
                ("if share > 0.9", "if not 0.1 <= share <= 0.9"),
            ],
            "The range is widened even where the best lies inside.": [("share < 0.1", "True"), ("share > 0.9", "True")],
            "It never widens.": [("low / 10 if share < 0.1 else ", ""), ("high * 10 if share > 0.9 else ", "")],
            "The low border is never widened.": ("low / 10 if share < 0.1 else ", ""),
            "The high border is never widened.": ("high * 10 if share > 0.9 else ", ""),
            "The range gets narrower: outward is low / 10 and high * 10.": [
                ("low / 10", "low * 10"),
                ("high * 10", "high / 10"),
            ],
            "10 is subtracted and added: a decade is a factor of 10.": [
                ("low / 10", "low - 10"),
                ("high * 10", "high + 10"),
            ],
            "The whole range is moved: widen one side, and leave the other.": [
                ("low / 10 if share < 0.1 else low", "low / 10 if share < 0.1 else low * 10 if share > 0.9 else low"),
                ("else high", "else high / 10 if share < 0.1 else high"),
            ],
            "Only a best exactly on the bound counts; the outer tenth of the range is wanted.": [
                ("share < 0.1", "share <= 0"),
                ("share > 0.9", "share >= 1"),
            ],
            "Half the range counts as border; the outer tenth is wanted.": [("< 0.1", "< 0.5"), ("> 0.9", "> 0.5")],
            "A fifth of the range counts as border; the outer tenth is wanted.": [
                ("< 0.1", "< 0.2"),
                ("> 0.9", "> 0.8"),
            ],
            "It is widened by a factor of 2; want a decade, 10.": [("/ 10", "/ 2"), ("* 10", "* 2")],
            "It is widened by two decades; want one, a factor of 10.": [("/ 10", "/ 100"), ("* 10", "* 100")],
        }
    ),
)
def widen_border(low, high, best):
    """The range for the next search: a decade wider on the side where the best value sits on the border.

    It does if it lies in the outer tenth of the range, measured on the logarithmic scale. Otherwise the range stays.
    Returns (low, high).
    """
    share = np.log(best / low) / np.log(high / low)
    return low / 10 if share < 0.1 else low, high * 10 if share > 0.9 else high
