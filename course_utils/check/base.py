"""What every checker is made of: a verdict in words, and the bank of exercises with their known slips.

A checker answers with a `Verdict` and never raises in class. With COURSE_STRICT=1 in the environment it raises
AssertionError with the same words unless the answer is correct, so that a test can run the solutions.
Checkers of functions are written with `compare.exercise`; `checker` is for answers of any other kind.
"""

import html
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

CORRECT, NOT_YET, NOT_DONE = "Correct.", "Not yet.", "Not done yet."
BARS = {
    CORRECT: "var(--jp-success-color1, #388e3c)",
    NOT_YET: "var(--jp-warn-color1, #f57c00)",
    NOT_DONE: "var(--jp-border-color1, #9e9e9e)",
}


@dataclass(frozen=True)
class Verdict:
    """A checker's answer: its first words, then a line for each thing there is to say; backticks mark code.

    >>> Verdict(NOT_YET, ("`theta` differs.", "Expected `1`, got `2`."))
    Not yet. theta differs.
    Expected 1, got 2.
    """

    state: str
    lines: tuple[str, ...]

    @property
    def correct(self):
        """Whether the exercise is solved."""
        return self.state == CORRECT

    def __repr__(self):
        return "\n".join((f"{self.state} {self.lines[0]}", *self.lines[1:])).replace("`", "")

    def _repr_html_(self):
        lines = [re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(line)) for line in self.lines]
        return (
            f'<div style="border-left: 4px solid {BARS[self.state]}; padding: 0.2em 1em">'
            f"<strong>{self.state}</strong> {'<br>'.join(lines)}</div>"
        )


@dataclass(frozen=True)
class Exercise:
    """An entry of the bank: a checker, an answer that it accepts, and wrong answers that it knows, by what it says."""

    check: Callable[[Any], Verdict]
    reference: Any
    slips: Mapping[str, Any]
    cases: Sequence[Mapping[str, Any]] = ()


BANK: dict[str, Exercise] = {}


def checker(reference, slips, cases=()):
    """Enter a function from an answer to a `Verdict` in the bank, as the checker of its name.

    Parameters
    ----------
    reference : object
        An answer that it accepts.
    slips : dict
        What the checker says, word for word, -> the wrong answer to which it says so.
    cases : list of dict, optional
        The inputs on which it tries functions.
    """

    def register(judge):
        @wraps(judge)
        def check(answer):
            verdict = _undone(judge.__name__, answer) or judge(answer)
            if os.environ.get("COURSE_STRICT") == "1" and not verdict.correct:
                raise AssertionError(repr(verdict))
            return verdict

        BANK[judge.__name__] = Exercise(check, reference, slips, cases)
        return check

    return register


def _undone(name, answer):
    return Verdict(NOT_DONE, (f"`{name}` is still blank.",)) if answer is None or answer is ... else None
