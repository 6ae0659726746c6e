"""What a checker answers: a state, the mistakes that it recognized, and the details, as data, as text and as a page."""

import html
import re
from dataclasses import dataclass

CORRECT, NOT_YET, NOT_DONE = "Correct.", "Not yet.", "Not done yet."
BARS = {
    CORRECT: "var(--jp-success-color1, #388e3c)",
    NOT_YET: "var(--jp-warn-color1, #f57c00)",
    NOT_DONE: "var(--jp-border-color1, #9e9e9e)",
}


@dataclass(frozen=True)
class Verdict:
    """A checker's answer.

    Attributes
    ----------
    state : str
        "Correct.", "Not yet." or "Not done yet.".
    lines : tuple of str
        Everything else there is to say, the mistakes first, then what differs; backticks mark code.
    mistakes : tuple of str
        The sentences among them that name a mistake; empty if none was recognized.

    >>> Verdict(NOT_YET, ("The gradient is added.", "`theta` differs."), mistakes=("The gradient is added.",))
    Not yet. The gradient is added.
    theta differs.
    """

    state: str
    lines: tuple[str, ...]
    mistakes: tuple[str, ...] = ()

    @property
    def correct(self) -> bool:
        """Whether the exercise is solved."""
        return self.state == CORRECT

    def __repr__(self):
        return "\n".join((f"{self.state} {self.lines[0]}", *self.lines[1:])).replace("`", "")

    def _repr_html_(self):
        first = f"<strong>{self.state}</strong> {_marked(self.lines[0])}"
        more = [_marked(line) for line in self.lines[1:] if line in self.mistakes]
        rest = [_marked(line) for line in self.lines[1:] if line not in self.mistakes]
        body = "".join(f'<div style="margin: 0.2em 0">{part}</div>' for part in (first, *more))
        if rest:
            body += f'<div style="margin-top: 0.4em; opacity: 0.8; font-size: 0.95em">{"<br>".join(rest)}</div>'
        return f'<div style="border-left: 4px solid {BARS[self.state]}; padding: 0.2em 1em">{body}</div>'


def named(*mistakes: str, details: tuple[str, ...] = ()) -> Verdict:
    """Not yet, because of these mistakes."""
    return Verdict(NOT_YET, (*mistakes, *details), mistakes)


def unnamed(*lines: str) -> Verdict:
    """Not yet, and nothing is known but what differs."""
    return Verdict(NOT_YET, lines)


def undone(*lines: str) -> Verdict:
    """Nothing to judge yet."""
    return Verdict(NOT_DONE, lines)


def correct(*lines: str) -> Verdict:
    """Solved."""
    return Verdict(CORRECT, lines)


def _marked(line):
    """HTML in which what stood between backticks is code, and the first letter a capital."""
    line = line[:1].upper() + line[1:]
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(line))
