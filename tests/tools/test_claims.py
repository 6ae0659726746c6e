"""Claims: numbers hold or fail at the edge of the digits shown, comparisons are true or fail."""

import numpy as np
import pytest
from planted import Namespace, code, new_notebook, none, only, text

from tools import claims


@pytest.mark.parametrize(
    ("before", "low", "high"),
    [
        ("0.016", 0.0155, 0.0165),
        ("**2.30**", 2.295, 2.305),
        ("`40,000`", 39_999.5, 40_000.5),
        ("-0.35", -0.355, -0.345),
        ("\u22120.35", -0.355, -0.345),
        ("$-0.35$", -0.355, -0.345),
        ("x-0.35", 0.345, 0.355),
        ("12 %", 0.115, 0.125),
        ("**12.5%**", 0.1245, 0.1255),
        ("$12\\%$", 0.115, 0.125),
        ("1e-11", 0.5e-11, 1.5e-11),
        ("2.5e+3", 2450, 2550),
        ("3.2 · 10^-5", 3.15e-5, 3.25e-5),
        ("$3.2 \\cdot 10^{-5}$", 3.15e-5, 3.25e-5),
        ("3.2 × 10⁻⁵", 3.15e-5, 3.25e-5),
        ("10⁻³", 0.5e-3, 1.5e-3),
        ("10<sup>4</sup>", 5000, 15_000),
        ("of .4904", 0.49035, 0.49045),
        ("| 7 ", 6.5, 7.5),
        ("- 8", 7.5, 8.5),
        ("from 3 to **5**", 4.5, 5.5),
        ("$40{,}000$", 39_999.5, 40_000.5),
        ("(+2", 1.5, 2.5),
        ("40\u202f000", 39_999.5, 40_000.5),
    ],
)
def test_number_is_equal_to_the_digits_shown(before, low, high):
    [claim], wrong = claims.read(f"It is {before}<!-- = x -->, so")
    edge = (high - low) / 1e4
    assert not wrong
    values = low - edge, low + edge, high - edge, high + edge
    assert [bool(claim.fault(x)) for x in values] == [True, False, False, True]


@pytest.mark.parametrize(
    ("source", "low", "high"),
    [
        ("64<!-- ~ x -->", 60.8, 67.2),
        ("64<!-- ~ x, rel=0.1 -->", 57.6, 70.4),
        ("64<!-- ~ x, abs=2 -->", 62, 66),
        ("-64<!-- ~ x -->", -67.2, -60.8),
        ("40 %<!-- ~ x, abs=0.02 -->", 0.38, 0.42),
        ("40 %<!-- ~ x -->", 0.38, 0.42),
    ],
)
def test_number_is_near(source, low, high):
    [claim], wrong = claims.read(source)
    assert not wrong
    edge = (high - low) / 1e4
    values = low - edge, low + edge, high - edge, high + edge
    assert [bool(claim.fault(x)) for x in values] == [True, False, False, True]


@pytest.mark.parametrize("before", ["", "no number", "1/2", "twice.", "1,00", "v1", "0.5 MB", "**0.5** of", "1.2.3"])
def test_what_is_no_number(before):
    found, wrong = claims.read(f"It is {before}<!-- = x -->")
    assert not found
    only(wrong, "no number right before the comment")


def test_claims_in_tables_lists_and_one_after_the_other():
    found, wrong = claims.read(
        "| a | 1<!-- = x[0] --> | **2.0**<!-- ~ f(x, k=3), rel=1e-3 --> |\n"
        "- 3<!-- = x[2] --> and 4<!-- =x[3]-->; <!-- a remark --> <!-- TODO = 1 -->\n"
        "- 5<!-- = sum(\n    x) -->"
    )
    assert not wrong
    assert [(str(claim.shown), claim.expression) for claim in found] == [
        ("1", "x[0]"),
        ("2.0", "f(x, k=3)"),
        ("3", "x[2]"),
        ("4", "x[3]"),
        ("5", "sum(x)"),
    ]


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("min(a) > b", ""),
        ("np.mean(a) > b", ""),
        ("all(x > b for x in a)", ""),
        ("min(a)\n    > b", ""),
        ("max(a) < b", "max(a) < b is False"),
        ("np.mean(a) < b", "np.mean(a) < b is False"),
        ("b", "b is neither True nor False"),
        ("b, min(a) > b", "want one expression"),
        ("'a' if b else 'b'", "neither True nor False"),
        ("np.array(a) > b", "neither True nor False"),
        ("np.array(a) > b > 0", "ValueError"),
        ("c > b", "NameError"),
        ("min(a) >", "invalid syntax"),
        ("min(a) > b)", "unmatched"),
        ("min(a) > b, rel=0.1", "takes no options"),
        ("", "want one expression"),
    ],
)
def test_comparison_is_true_or_the_claim_fails(expression, fault):
    kernel = Namespace()
    kernel.names.update(a=[0.84, 0.85], b=0.82, np=np)
    found = claims.faults(text(f"Dropout beats it<!-- ? {expression} -->, and so on."), kernel)
    only(found, fault) if fault else none(found)
    assert kernel.names.keys() - {"__builtins__"} == {"a", "b", "np"}


def test_comparison_needs_no_number_and_is_counted():
    nb = new_notebook(cells=[text("<!-- ? 2 > 1 --> and 3<!-- = 3 --><!-- ? 3 > 2 -->"), code("# <!-- ? 2 > 1 -->")])
    assert claims.count(nb) == 3
    none(claims.faults(nb.cells[0], Namespace()))
    only(claims.misplaced(nb), "cell 1: a claim outside a text cell")
