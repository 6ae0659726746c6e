"""Copies of the notebooks without the solutions, to hand out to a class.

python -m tools.handout [folder]         writes them, and what they link to, into the folder (handout/)
"""

import argparse
import sys
from pathlib import Path

from . import notebooks, stored


def without_solutions(nb):
    """The notebook in its stored form, less the cells that hold solutions."""
    nb = stored.normal(nb)
    nb.cells = [cell for cell in nb.cells if not notebooks.is_solution(cell)]
    nb.metadata.pop("course", None)  # it says which sources were run: these are others
    return nb


def main(arguments=None):
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(prog="handout", description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("handout"))
    folder = parser.parse_args(arguments).folder
    if folder.resolve() == notebooks.FOLDER.resolve():
        parser.error("this is the folder of the notebooks themselves; name another one")
    folder.mkdir(parents=True, exist_ok=True)
    taken = 0
    for path in notebooks.find():
        nb = notebooks.read(path)
        copy = without_solutions(nb)
        taken += len(nb.cells) - len(copy.cells)
        (folder / path.name).write_text(notebooks.dumps(copy), encoding="utf-8", newline="\n")
    print(f"{len(notebooks.find())} notebooks in {folder}, {taken} solutions left out")
    return 0


if __name__ == "__main__":
    sys.exit(main())
