"""The judge of one submission. It reads what to judge as JSON, writes a verdict a line, and runs no student's code."""

import contextlib
import json
import re
import sys
import threading
import time
from pathlib import Path

from course_utils import check

from . import cells, peer, walls

SHARE = 10  # of a submission's time, the part that the cells of one exercise may take
LETTERS = 300  # of a sentence


def judged(task: dict):
    """Yield a row for each exercise of the frame: correct, tries, the sentence about a mistake, seconds."""
    try:
        submitted, fault = cells.load(Path(task["path"])), ""
    except ValueError as error:
        submitted, fault = [], str(error)
    with Program(task) as program:
        for exercise in task["frame"]["exercises"]:
            start = time.monotonic()
            try:
                correct, words = (False, fault) if fault else _verdict(exercise, task["frame"], submitted, program)
            except BaseException as error:  # whatever it is, the next exercise has its turn
                correct, words = False, f"It could not be judged: {type(error).__name__}: {error}"
            yield {
                "exercise": exercise["name"],
                "correct": int(correct),
                "tries": cells.tries(exercise["checker"], submitted),
                "mistake": _line(words),
                "seconds": round(time.monotonic() - start, 2),
            }


def _verdict(exercise, frame, submitted, program):
    """(whether it is right, the sentence about the mistake)."""
    found = cells.answer(exercise, frame, submitted)
    if found.missing:
        return False, found.missing
    try:
        value = program.value(found)
    except Exception as error:  # its cells stop, or do not stop, or end the process
        return False, f"There is no answer: {error}."
    verdict = getattr(check, exercise["checker"])(value)
    return verdict.correct, "" if verdict.correct else (verdict.mistakes or verdict.lines)[0]


class Program:
    """The student's process. A new one is started where the last has been ended."""

    def __init__(self, task):
        self._task, self._open, self._peer = task, contextlib.ExitStack(), None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._open.close()

    def value(self, answer: cells.Answer):
        """What an answer is there."""
        if self._peer is None or self._peer.over:
            self._open.close()
            self._start()
        watch = threading.Timer(self._task["seconds"] / SHARE, self._child.kill)
        watch.start()
        try:
            return self._peer.call(0, answer.cells, answer.expression)
        finally:
            watch.cancel()

    def _start(self):
        command = [sys.executable, "-m", f"{__package__}.student"]
        task = self._task
        process = walls.process(command, task["mark"], task["walls"], task["hidden"])
        self._child = self._open.enter_context(process)
        lines = self._child.stdout, self._child.stdin
        self._peer = peer.Peer(*lines, _attribute, trusting=False, around=contextlib.nullcontext)


def _attribute(thing, name):
    """What a student's program may look up in a laboratory that it was given."""
    if name.startswith("_"):
        raise AttributeError(name)
    return getattr(thing, name)


def _line(words):
    """Words in one line of what can be printed."""
    text = "".join(letter if letter.isprintable() else " " for letter in words.replace("`", ""))
    return re.sub(r" +", " ", text).strip()[:LETTERS]


def main():
    """Judge what stands on the standard input."""
    walls.limit(walls.JUDGE)
    for row in judged(json.load(sys.stdin)):
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
