"""Exercises: a stub to fill in, hints, a call of its checker, and a collapsed solution under another name."""

import ast
import re
from dataclasses import dataclass

from . import notebooks

CALL = re.compile(r"^\s*check\.(\w+)\((.*)\)\s*;?\s*$")
REPAIR = "# To be repaired"
NOT_DONE, NOT_YET, CORRECT = "Not done yet.", "Not yet.", "Correct."


@dataclass(frozen=True)
class Exercise:
    """Where an exercise stands in its notebook: the indices of its cells, None for one that is missing."""

    name: str
    checker: str
    stub: int | None
    check: int
    solution: int | None
    hints: bool

    def unsolved(self, nb):
        """What its checker says of it as it stands: that it is not done, or that a stub to be repaired is wrong."""
        return NOT_YET if REPAIR in nb.cells[self.stub].source else NOT_DONE

    def solved(self, nb):
        """The source of its check cell with the solution in front."""
        return "\n".join(
            [nb.cells[self.solution].source, f"{self.name} = {self.name}_solution", nb.cells[self.check].source]
        )

    def faults(self, nb):
        """What its cells lack."""
        if self.stub is None:
            yield f"no stub: no cell above the check defines {self.name}"
        if self.solution is None:
            yield (
                f"no solution: no cell below the check begins with {notebooks.SOLUTION!r} "
                f"and defines {self.name}_solution"
            )
        elif self.name in _names(nb.cells[self.solution]):
            yield f"its solution overwrites {self.name}, the learner's own"
        if not self.hints:
            yield "no hints in <details>, neither right above its stub nor between it and the solution"


def find(nb):
    """The exercises of a notebook in order."""
    calls = [
        (i, CALL.match(cell.source.rstrip().rpartition("\n")[2]))
        for i, cell in notebooks.code(nb)
        if not notebooks.is_solution(cell)
    ]
    return [_exercise(nb, i, call[1], call[2]) for i, call in calls if call and call[2].isidentifier()]


def _exercise(nb, i, checker, name):
    code = notebooks.code(nb)
    stub = max((j for j, cell in code if j < i and name in _names(cell)), default=None)
    solution = min(
        (j for j, cell in code if j > i and notebooks.is_solution(cell) and f"{name}_solution" in _names(cell)),
        default=None,
    )
    start = max((j for j, _ in code if stub is not None and j < stub), default=0)
    hints = any("<details" in cell.source for j, cell in notebooks.markdown(nb) if start < j < (solution or i))
    return Exercise(name, checker, stub, i, solution, hints)


def _names(cell):
    """The names that a cell defines or assigns at its top level."""
    names = set()
    for node in _tree(cell).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            names.update(n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return names


def _tree(cell):
    try:
        return ast.parse(cell.source)
    except SyntaxError:  # IPython's own syntax, or a fault that running will show
        return ast.Module([], [])


def faults(nb):
    """What is wrong with the exercises as written, before anything runs."""
    found = find(nb)
    wrong = [f"cell {e.check}: exercise {e.name}: {fault}" for e in found for fault in e.faults(nb)]
    for i, cell in notebooks.code(nb):
        calls = len(re.findall(r"\bcheck\.\w+\(", cell.source))
        if calls and not notebooks.is_solution(cell) and (calls > 1 or i not in {e.check for e in found}):
            wrong.append(f"cell {i}: want one call check.name(your_name), the last line of its cell")
    claimed = {e.solution for e in found}
    wrong += [
        f"cell {i}: a solution that belongs to no exercise"
        for i, cell in notebooks.code(nb)
        if notebooks.is_solution(cell) and i not in claimed
    ]
    return wrong


def verdict(outputs):
    """The words that a checker answered with."""
    return next((o.data["text/plain"] for o in reversed(outputs) if "text/plain" in o.get("data", {})), "")
