"""Grade a class: FOLDER/<student>/<notebook>.ipynb -> FOLDER/grades.csv, and a table of what went wrong.

    python -m tools.grade FOLDER

Each notebook is the course's own with the student's answers in it. It is judged by a process of its own, which runs
nothing of the student's: that is done by another one, behind walls (`tools/grading`). What has been graded is kept in
FOLDER/.grades.jsonl by its content, so that a second call grades only what is new or has changed.
"""

import argparse
import contextlib
import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from course_utils._support.progress import progress_bar

from . import exercises, notebooks
from .grading import cells, walls

KEPT, GRADES = ".grades.jsonl", "grades.csv"
COLUMNS = ("student", "notebook", "exercise", "correct", "tries", "mistake", "seconds")
SECONDS = 600  # for a submission: the capstone of 18 may train for five minutes in each of two laboratories
OVER = "The submission took too long, or ended the judge."


@dataclass(frozen=True)
class Submission:
    """A student's file for a notebook of the course."""

    student: str
    notebook: str
    path: Path


def frames() -> dict[str, dict]:
    """Of each notebook that has exercises: its cells, less stubs, checks and solutions; its stubs; its exercises."""
    found = {}
    for path in notebooks.find():
        nb = notebooks.read(path)
        tasks = exercises.find(nb)
        stubs = {e.stub for e in tasks}
        left_out = stubs | {e.check for e in tasks} | {e.solution for e in tasks}
        if tasks:
            found[path.stem] = {
                "cells": [cell.source.strip() for i, cell in notebooks.code(nb) if i not in left_out],
                "stubs": [nb.cells[i].source.strip() for i in sorted(stubs)],
                "exercises": [{"name": e.name, "checker": e.checker} for e in tasks],
            }
    return found


def submissions(folder: Path, known: dict[str, dict]) -> tuple[list[Submission], list[Path]]:
    """(what is to be graded, files that belong to no notebook of the course).

    A file that is named as a notebook counts; where there is none, one whose name contains the notebook's does, the
    last of several.
    """
    found, others = [], []
    for student in sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()):
        files = sorted(path for path in student.iterdir() if path.suffix == ".ipynb")
        taken = {}
        for path in sorted(files, key=lambda path: path.stem in known):  # those of the right name come last, and win
            name = next((name for name in known if name in path.stem), None)
            if name:
                taken[name] = path
        others += [path for path in files if path not in taken.values()]
        found += [Submission(student.name, name, path) for name, path in sorted(taken.items())]
    return found, others


def key(submission: Submission, frame: dict, course: str) -> str:
    """A digest of all that the grade depends on."""
    digest = hashlib.sha256(json.dumps([course, submission.notebook, frame]).encode())
    try:
        digest.update(cells.content(submission.path))
    except ValueError as error:
        digest.update(str(error).encode())
    return digest.hexdigest()


def course() -> str:
    """A digest of the course's own code, which no submission may change."""
    digest = hashlib.sha256()
    for top in ("course_utils", "tools"):
        for path in sorted((walls.ROOT / top).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


class Judges:
    """Processes that judge, one for each submission that is being graded."""

    def __init__(self, behind_walls: bool, hidden: list[Path], seconds: float):
        self._walls, self._hidden, self._seconds = behind_walls, [str(path) for path in hidden], seconds
        self._running: dict[str, subprocess.Popen] = {}
        self._stopped = threading.Event()

    def rows(self, submission: Submission, frame: dict) -> list[dict]:
        """A row for each exercise of a notebook. Those that a judge did not come to are not correct."""
        if self._stopped.is_set():
            return []
        start = time.monotonic()
        mark = uuid.uuid4().hex
        task = {
            "path": str(submission.path),
            "frame": frame,
            "mark": mark,
            "walls": self._walls,
            "hidden": self._hidden,
            "seconds": self._seconds,
        }
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            judge = subprocess.Popen(
                [sys.executable, "-m", "tools.grading.judge"],
                cwd=folder,
                env=_environment(folder),
                start_new_session=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._running[mark] = judge
            try:
                seconds = 0 if self._stopped.is_set() else self._seconds
                said, _ = judge.communicate(json.dumps(task).encode(), timeout=seconds)
            except subprocess.TimeoutExpired:
                judge.kill()
                said, _ = judge.communicate()
            finally:
                self._end(judge, mark)
                del self._running[mark]
        told = _told(said)
        lost = {"correct": 0, "tries": 0, "mistake": OVER, "seconds": round(time.monotonic() - start, 2)}
        return [told.get(e["name"], {"exercise": e["name"], **lost}) for e in frame["exercises"]]

    def stop(self):
        """End them all."""
        self._stopped.set()
        for mark, judge in list(self._running.items()):
            self._end(judge, mark)

    def _end(self, judge, mark):
        if judge.poll() is None:
            judge.kill()
        if not self._walls or judge.wait():
            walls.sweep(mark)


def _told(said):
    """The rows that a judge wrote before it ended, by exercise; a line that was torn is passed over."""
    found = {}
    for line in said.splitlines():
        with contextlib.suppress(ValueError, TypeError, KeyError):
            row = json.loads(line)
            found[row["exercise"]] = {column: row[column] for column in COLUMNS[2:]}
    return found


def _environment(folder):
    """The user's own, less what has a say in how checkers answer."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "LOKY_MAX_CPU_COUNT"), "1")
    ours = {"PYTHONPATH": str(walls.ROOT), "PYTHONHASHSEED": "0", "COURSE_PROGRESS": "off", "TMPDIR": folder}
    return kept | threads | ours | {"TQDM_DISABLE": "1", "MPLBACKEND": "Agg"}


def graded(work: dict[str, Submission], known: dict[str, dict], judges: Judges) -> Iterator[tuple[str, list[dict]]]:
    """Yield (key, rows) as submissions are done, on all cores, with a bar."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {pool.submit(judges.rows, s, known[s.notebook]): key for key, s in work.items()}
        try:
            for job in progress_bar(as_completed(jobs), "submission", total=len(jobs)):
                yield jobs[job], job.result()
        finally:
            judges.stop()
            pool.shutdown(cancel_futures=True)


def kept(path: Path) -> dict[str, list[dict]]:
    """What an earlier call has graded; a line that was torn is passed over."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        with contextlib.suppress(ValueError, TypeError):
            found.update([json.loads(line)])
    return found


def write(path: Path, rows: list[dict]) -> None:
    """Write the table, whole or not at all."""
    new = path.with_name(f"{path.name}.new")
    with open(new, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(rows)
    new.replace(path)


def summary(rows: list[dict]) -> str:
    """Of each exercise: how many are right, and the two mistakes that were most often made."""
    by_exercise: dict[tuple[str, str], list[dict]] = {}
    for row in rows:
        by_exercise.setdefault((row["notebook"], row["exercise"]), []).append(row)
    lines = []
    for (notebook, exercise), some in by_exercise.items():
        right = sum(row["correct"] for row in some)
        lines.append(f"{notebook}  {exercise:24} {right:4} of {len(some):4} right  {right / len(some):4.0%}")
        mistakes = Counter(row["mistake"] for row in some if not row["correct"])
        lines += [f"    {n:4} x {mistake[:140]}" for mistake, n in mistakes.most_common(2)]
    return "\n".join(lines)


def main(arguments=None) -> int:
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(prog="grade", description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="one folder for each student in it, with the notebooks handed in")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for one submission (%(default)g)")
    options = parser.parse_args(arguments)
    folder = options.folder.resolve()
    if not folder.is_dir():
        parser.error(f"{options.folder} is no folder")
    known = frames()
    found, others = submissions(folder, known)
    if not found:
        parser.error(f"nothing to grade: want {options.folder}/<student>/<notebook>.ipynb, <notebook> as in notebooks/")
    for path in others:
        print(f"passed over: {ascii(str(path.relative_to(folder)))}", file=sys.stderr)
    return _grade(folder, known, found, options.seconds)


def _grade(folder, known, found, seconds):
    before, done = course(), kept(folder / KEPT)
    keys = [key(submission, known[submission.notebook], before) for submission in found]
    new = {k: submission for k, submission in zip(keys, found, strict=True) if k not in done}
    hidden = [folder, notebooks.FOLDER]
    behind_walls = walls.found(hidden)
    if not behind_walls:
        print("grade: no namespaces here. What that leaves open: docs/teaching.md, Grading.", file=sys.stderr)
    judges = Judges(behind_walls, hidden, seconds)
    with open(folder / KEPT, "a", encoding="utf-8") as file:
        for k, rows in graded(new, known, judges):
            done[k] = rows
            file.write(json.dumps([k, rows]) + "\n")
            file.flush()
    rows = [
        {"student": submission.student, "notebook": submission.notebook} | row
        for k, submission in zip(keys, found, strict=True)
        for row in done[k]
    ]
    write(folder / GRADES, rows)
    print(summary(rows))
    print(f"{len(found)} submissions, {len(new)} of them graded now: {ascii(str(folder / GRADES))[1:-1]}")
    if course() != before:
        print("grade: files of the course changed meanwhile. Do not trust these grades.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as Ctrl-C: what was started is ended
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\ngrade: stopped. The same command takes up where it left off.")
    except OSError as error:
        sys.exit(f"grade: the system says: {error}")
