"""Which exercises were tried and solved, kept in one small file beside the notebooks.

A line is added when an exercise is first tried and when it is first solved, by one write to a file opened for
appending: kernels that share it cannot tear or lose each other's lines, and no lock is left behind. Nothing here ever
fails a checker. COURSE_PROGRESS=off in the environment turns it off.
"""

import html
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ._verdict import CORRECT, NOT_DONE

FILE = ".course_progress"
CHAPTER = re.compile(r"(\d\d)_(\w+)\.ipynb")
MARKS = {"solved": "●", "tried": "◐", "": "○"}


@dataclass(frozen=True)
class Progress:
    """The state of every exercise, by chapter: "solved", "tried" or "" (not yet tried)."""

    chapters: Mapping[str, Mapping[str, str]]

    @property
    def solved(self) -> int:
        return sum(state == "solved" for states in self.chapters.values() for state in states.values())

    @property
    def total(self) -> int:
        return sum(map(len, self.chapters.values()))

    def __repr__(self):
        width = max(map(len, self.chapters), default=0)
        lines = [
            f"{chapter:{width}}  {'  '.join(f'{MARKS[state]} {name}' for name, state in states.items())}"
            for chapter, states in self.chapters.items()
        ]
        return "\n".join([f"{self.solved} of {self.total} exercises are solved.", *lines, "● solved  ◐ tried  ○ to do"])

    def _repr_html_(self):
        rows = "".join(
            f'<tr><th scope="row" style="text-align: left">{html.escape(chapter)}</th><td style="text-align: left">'
            + " &nbsp; ".join(
                f'<span aria-hidden="true">{MARKS[state]}</span> <code>{name}</code> '
                f'<span style="opacity: 0.7">{state or "to do"}</span>'
                for name, state in states.items()
            )
            + "</td></tr>"
            for chapter, states in self.chapters.items()
        )
        return f"<p>{self.solved} of {self.total} exercises are solved.</p><table>{rows}</table>"


def note(name: str, state: str) -> None:
    """Keep that an exercise was tried, or solved, if that is news."""
    if state == NOT_DONE or _off():
        return
    word = "solved" if state == CORRECT else "tried"
    try:
        if not any(CHAPTER.fullmatch(entry) for entry in os.listdir()):
            return  # a test, a script: not the folder of the notebooks
        if read().get(name) in (word, "solved"):
            return
        file = os.open(FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(file, f"{name} {word}\n".encode())
        finally:
            os.close(file)
    except OSError:  # a folder that is read only, a full disk
        pass


def read() -> dict[str, str]:
    """Exercise -> "tried" or "solved", from the file; lines that are none are passed over."""
    try:
        lines = Path(FILE).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    found: dict[str, str] = {}
    for name, _, word in (line.partition(" ") for line in lines):
        if word in ("tried", "solved") and found.get(name) != "solved":
            found[name] = word
    return found


def summary(exercises: Mapping[str, tuple[str, ...]]) -> Progress:
    """The progress in all exercises, chapter -> their names; chapters are numbered as the notebooks beside the file."""
    known = {} if _off() else read()
    numbers = {found[2]: found[1] for entry in sorted(os.listdir()) if (found := CHAPTER.fullmatch(entry))}
    order = sorted(exercises, key=lambda chapter: (numbers.get(chapter, "99"), chapter))
    return Progress(
        {
            f"{numbers.get(chapter, '')} {chapter.replace('_', ' ')}".strip(): {
                name: known.get(name, "") for name in exercises[chapter]
            }
            for chapter in order
        }
    )


def _off():
    return os.environ.get("COURSE_PROGRESS", "").lower() in ("off", "0", "no") or os.environ.get("COURSE_STRICT") == "1"
