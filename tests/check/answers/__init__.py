"""Answers to the exercises as students write them, most of them collected before the search for mistakes was written.

One module a chapter. A function's name is its exercise, `wrong` says in a few words what its mistake is, `right` in
which style it is right. Half of them, chosen by a hash of their words, were held out: nobody looked at what the
checkers say to those before the search was done.
"""

import importlib
import pkgutil
import zlib
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """Something handed in: to which exercise, whether it is right, in a few words, the thing itself.

    `said` is a part of what it has to be told: readers found that the checkers said nothing of it, or something wrong.
    """

    exercise: str
    right: bool
    words: str
    given: Any
    said: str = ""

    @property
    def held_out(self):
        return zlib.crc32(f"{self.exercise}: {self.words}".encode()) % 2 == 0

    @property
    def id(self):
        return f"{self.exercise}: {self.words}"


ANSWERS: list[Answer] = []


def wrong(words, exercise=None, said=""):
    """Enter a wrong function, or anything else that is handed in to `exercise`, and what a mistake is to be called."""
    return _enter(False, words, exercise, said)


def right(words, exercise=None):
    """Enter a right one."""
    return _enter(True, words, exercise)


def _enter(is_right, words, exercise, said=""):
    def enter(given):
        ANSWERS.append(Answer(exercise or given.__name__, is_right, words, given, said))
        return given

    return enter


for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
