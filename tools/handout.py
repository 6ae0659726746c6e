"""A course for a class: all that `course.py lab` needs, and no solutions.

    python -m tools.handout [folder]         writes it into a new or empty folder (handout/)
    python -m tools.handout --nbgrader [folder]         writes the chapters with exercises as assignments of nbgrader

The references of the checkers are in it, since a checker compares with them. They are packed into an archive, where
nobody reads them by accident; whoever wants to can unpack it.

For nbgrader a solution stands behind its stub, where `nbgrader generate_assignment` takes it out; and behind a check
stands a hidden test, which `nbgrader autograde` puts back: it fails with the checker's words, whatever a student set.
"""

import argparse
import re
import shutil
import sys
import zipfile
from pathlib import Path

from course_utils.check import EXERCISES

from . import exercises, notebooks, stored

ROOT = notebooks.FOLDER.parent
AS_THEY_ARE = [
    ".binder", ".gitignore", "LICENSE", "constraints.txt", "course.py", "course_utils", "docs/LICENSE-TEXT",
    "pyproject.toml", "requirements.txt", "tools/__init__.py", "tools/websocket.py",
]  # fmt: skip
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*", "*.pyc")
BANK = "bank.zip"
UNPACK = f'\n__path__.append(__file__.replace("__init__.py", "{BANK}"))  # the chapters\' modules lie in there\n'
SPEAKS_OF_SOLUTIONS = re.compile(
    r" ?[^.!?\n]*\b[Ss]olutions? (?:is|are|stands?) (?:collapsed|folded|below)\b[^.!?\n]*\."
)
README = """# How neural networks are trained

A course of JupyterLab notebooks, as given to a class: the exercises are here, their solutions are not.

You need Python 3.11 or newer. In this folder,

    python3 course.py lab

makes `.venv`, installs JupyterLab and the course into it, which takes some minutes and about 1 GB, and opens
`notebooks/00_start_here.ipynb`. On Windows, type `py course.py lab`. Later starts need no network.
With `--pinned`, everybody who starts it so gets the same versions of all packages.

Code: MIT (`LICENSE`). Text and pictures: CC BY 4.0 (`docs/LICENSE-TEXT`); the solutions have been left out.
"""
FIGURE = re.compile(r"demos\.\w+\.\w+\([^\n]*\)")
NBGRADER = """import os

c = get_config()
c.ClearSolutions.code_stub = {"python": ""}  # the stubs stand there already
c.Execute.timeout = 120  # seconds for a cell
os.environ["COURSE_PROGRESS"] = "off"  # what is graded is not the grader's progress
"""


def without_solutions(nb):
    """The notebook in its stored form, less the cells that hold solutions and the sentences that speak of them."""
    nb = stored.normal(nb)
    nb.cells = [cell for cell in nb.cells if not notebooks.is_solution(cell)]
    for _, cell in notebooks.markdown(nb):
        cell.source = SPEAKS_OF_SOLUTIONS.sub("", cell.source)
    nb.metadata.pop("course", None)  # it says which sources were run: these are others
    return nb


def write(folder):
    """Write the course for a class into a folder; returns how many solutions were left out."""
    for name in AS_THEY_ARE:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copy if (ROOT / name).is_file() else _copy_folder
        copy(ROOT / name, folder / name)
    (folder / "README.md").write_text(README, encoding="utf-8", newline="\n")
    _pack(folder / "course_utils" / "check")
    return _write_notebooks(folder / "notebooks")


def _copy_folder(source, target):
    shutil.copytree(source, target, ignore=LEFT_OUT)


def _pack(check):
    """Move the chapters' modules, which hold the references, into an archive from which Python imports them."""
    with zipfile.ZipFile(check / BANK, "w", zipfile.ZIP_DEFLATED) as bank:
        for chapter in EXERCISES:
            bank.write(check / f"{chapter}.py", f"{chapter}.py")
            (check / f"{chapter}.py").unlink()
    with open(check / "__init__.py", "a", encoding="utf-8", newline="\n") as init:
        init.write(UNPACK)


def _write_notebooks(folder):
    folder.mkdir()
    taken = 0
    for path in notebooks.find():
        nb = notebooks.read(path)
        copy = without_solutions(nb)
        taken += len(nb.cells) - len(copy.cells)
        (folder / path.name).write_text(notebooks.dumps(copy), encoding="utf-8", newline="\n")
    return taken


def assignment(nb):
    """The notebook as the source of an assignment: solutions, hidden tests, and the metadata of nbgrader."""
    copy = without_solutions(nb)
    for old, new in zip(exercises.find(nb), exercises.find(copy), strict=True):
        stub, test = copy.cells[new.stub], copy.cells[new.check]
        solution = f"{nb.cells[old.solution].source}\n{new.name} = {new.name}_solution"
        judged = f"assert (verdict := {test.source.splitlines()[-1]}).correct, verdict"
        stub.source += f"\n### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
        test.source += f"\n### BEGIN HIDDEN TESTS\n{judged}\n### END HIDDEN TESTS"
        stub.metadata.nbgrader = _nbgrader(new.name, solution=True)
        test.metadata.nbgrader = _nbgrader(f"check_{new.name}", grade=True, locked=True, points=1)
    for _, cell in notebooks.code(copy):
        if FIGURE.fullmatch(cell.source):  # a figure is not drawn again for a grade
            cell.metadata.tags = [*cell.metadata.get("tags", []), "skip-execution"]
    return copy


def _nbgrader(name, **values):
    return {"grade_id": name, "schema_version": 3, "grade": False, "locked": False, "solution": False} | values


def write_assignments(folder):
    """Write `source/<chapter>/<chapter>.ipynb` and the settings of nbgrader; returns the number of exercises."""
    graded = 0
    for path in notebooks.find():
        nb = notebooks.read(path)
        if exercises.find(nb):
            target = folder / "source" / path.stem / path.name
            target.parent.mkdir(parents=True)
            target.write_text(notebooks.dumps(assignment(nb)), encoding="utf-8", newline="\n")
            graded += len(exercises.find(nb))
    (folder / "nbgrader_config.py").write_text(NBGRADER, encoding="utf-8", newline="\n")
    return graded


def main(arguments=None):
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(prog="handout", description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("handout"))
    parser.add_argument("--nbgrader", action="store_true", help="write assignments of nbgrader instead")
    options = parser.parse_args(arguments)
    folder = options.folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        parser.error(f"{folder} is not empty; name another folder, or remove it first")
    if (ROOT / "course_utils").resolve() in folder.parents:
        parser.error(f"{folder} lies within the package that is copied; name another folder")
    if options.nbgrader:
        print(f"{folder}: {write_assignments(folder)} exercises. Next, there: nbgrader generate_assignment NAME")
        return 0
    taken = write(folder)
    print(
        f"{folder}: {len(notebooks.find())} notebooks, {taken} solutions left out. To start it: python3 course.py lab"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
