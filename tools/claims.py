"""Claims: what the prose says, followed by an invisible comment with the expression that makes it true.

    **0.016**<!-- = loss[-1] -->                         equal to the digits shown
    about 64<!-- ~ loss[0] / loss[-1], rel=0.1 -->       within rel of the number shown (0.05 if the claim names none),
                                                         or within abs, in units of the expression
    dropout beats it<!-- ? a.mean() > b.mean() -->       True: a comparison, whatever the prose before it says
With a percent sign the value counts times 100. The number stands right before its comment; only emphasis, `$`,
backticks and blanks may stand between. Signs, thousands separators and powers of ten are read (1e-11, 3.2 · 10⁻⁵).
"""

import ast
import math
import re
from dataclasses import dataclass
from decimal import Decimal

from . import notebooks

OPENING = re.compile(r"<!--\s*[=~?]")
COMMENT = re.compile(r"<!--\s*([=~?])(.*?)-->", re.DOTALL)
NUMBER = re.compile(
    r"""(?<![\w.,/])
    (?:(?P<digits>(?:(?<![)\]])[-+])?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+))
       (?:[eE](?P<e>[-+]?\d+)|\s*(?:[·×]|\\cdot|\\times)\s*10\^\{?(?P<power>[-+]?\d+)\}?)?
      |10\^\{?(?P<bare>[-+]?\d+)\}?)
    (?P<percent>\s*\\?%)?$""",
    re.VERBOSE,
)
RAISED = re.compile(r"(?<=10)(?:([⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹]+)|<sup>([^<]+)</sup>)$")
PLAIN = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹−", "-+0123456789-")


@dataclass(frozen=True)
class Claim:
    """A number shown, the size of its last digit, and what is to be near it."""

    text: str
    shown: Decimal
    digit: Decimal
    percent: bool
    expression: str
    rel: float | None = None
    abs: float | None = None

    def fault(self, value):
        """What is wrong with the claim, given the expression's value; an empty string if nothing."""
        if not math.isfinite(value):
            return f"{self.text!r}: {self.expression} is {value}"
        value = Decimal(value) * (100 if self.percent else 1)
        if abs(value - self.shown) <= self._slack():
            return ""
        return f"{self.text!r}: {self.expression} is {float(value):.10g}{' %' if self.percent else ''}"

    def _slack(self):
        if self.abs is not None:
            return Decimal(self.abs) * (100 if self.percent else 1)
        if self.rel is not None:
            return Decimal(self.rel) * abs(self.shown)
        return self.digit / 2 * Decimal("1.000000001")  # a tie in decimals is seldom one in binary


@dataclass(frozen=True)
class Comparison:
    """A sentence that holds when its expression is True; a number or an array, however true, proves nothing."""

    text: str
    comparison: str

    @property
    def expression(self):
        """1 if the comparison is True, 0 if it is False, nan if it is neither; no name of the notebook is touched."""
        return f"(lambda v: v if type(v).__name__ in ('bool', 'bool_') else 'nan')({self.comparison})"

    def fault(self, value):
        """What is wrong with the claim, given the expression's value; an empty string if nothing."""
        if math.isnan(value):
            return f"{self.text!r}: {self.comparison} is neither True nor False"
        return "" if value else f"{self.text!r}: {self.comparison} is False"


def read(source):
    """The claims in a cell's text, and what is wrong with those that cannot be read."""
    found, wrong = [], []
    for match in COMMENT.finditer(source):
        before = source[: match.start()].rpartition("-->")[2][-60:]
        shown = (before.rsplit("\n", 1)[-1][-30:].lstrip(" ,;.") + match[0]).replace("\n", " ")
        try:
            found.append(_claim(before, match[1], match[2].strip(), shown))
        except (SyntaxError, ValueError) as e:
            wrong.append(f"{shown!r}: {e}")
    if len(OPENING.findall(source)) > len(found) + len(wrong):
        wrong.append("a claim's comment has no end, -->")
    return found, wrong


def _claim(before, kind, comment, text):
    expression, options = _parse(comment)
    if kind != "~" and options:
        raise ValueError(f"{kind} takes no options; ~ takes rel or abs")
    if kind == "?":
        return Comparison(text, expression)
    before = RAISED.sub(lambda m: "^" + (m[1] or m[2]), before.rstrip("*_`$ \t\n")).translate(PLAIN)
    number = NUMBER.search(re.sub(r"(?<=\d)(?:\{,\}|\\,|[\u2009\u202f])(?=\d{3})", ",", before))
    if number is None:
        raise ValueError("no number right before the comment")
    digits = Decimal((number["digits"] or "1").replace(",", ""))
    scale = Decimal(1).scaleb(int(number["e"] or number["power"] or number["bare"] or 0))
    digit = Decimal(1).scaleb(digits.as_tuple().exponent) * scale
    if kind == "~" and not options:
        options = {"rel": 0.05}
    return Claim(text, digits * scale, digit, bool(number["percent"]), expression, **options)


def _parse(comment):
    call = ast.parse(f"f({comment}\n)", mode="eval").body
    options = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    if len(call.args) != 1 or not options.keys() <= {"rel", "abs"} or len(options) > 1:
        raise ValueError("want one expression, and after it rel=... or abs=... at most")
    return ast.unparse(call.args[0]), options


def faults(cell, kernel):
    """Evaluate the claims of a text cell where it stands; what is wrong, a line each."""
    found, wrong = read(cell.source)
    for claim in found:
        try:
            wrong.append(claim.fault(kernel.value(claim.expression)))
        except ArithmeticError as e:
            wrong.append(f"{claim.text!r}: {e}")
    return [line for line in wrong if line]


def misplaced(nb):
    """Claims that nothing will evaluate, because they do not stand in a text cell."""
    return [
        f"cell {i}: a claim outside a text cell is never evaluated"
        for i, cell in enumerate(nb.cells)
        if cell.cell_type != "markdown" and OPENING.search(cell.source)
    ]


def count(nb):
    """How many claims a notebook makes."""
    return sum(len(OPENING.findall(cell.source)) for _, cell in notebooks.markdown(nb))
