"""A course for a class: all that `course.py lab` needs, and no solutions.

    python -m tools.handout [folder]         writes it into a new or empty folder (handout/)

The references of the checkers are in it, since a checker compares with them. They are packed into an archive, where
nobody reads them by accident; whoever wants to can unpack it.
"""

import argparse
import re
import shutil
import sys
import zipfile
from pathlib import Path

from course_utils.check import EXERCISES

from . import notebooks, stored

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


def main(arguments=None):
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(prog="handout", description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("handout"))
    folder = parser.parse_args(arguments).folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        parser.error(f"{folder} is not empty; name another folder, or remove it first")
    if (ROOT / "course_utils").resolve() in folder.parents:
        parser.error(f"{folder} lies within the package that is copied; name another folder")
    taken = write(folder)
    print(
        f"{folder}: {len(notebooks.find())} notebooks, {taken} solutions left out. To start it: python3 course.py lab"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
