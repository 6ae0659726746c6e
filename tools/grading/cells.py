"""Which cells of a submission an answer consists of."""

import ast
import dis
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType

LARGEST = 20_000_000  # bytes of a notebook; the course's own stay below half a million
MAGIC = re.compile(r"^([ \t]*)(?:[%!].*|[\w.]+\?+[ \t]*)$", re.MULTILINE)
SOLUTION = "# Solution"
TRIED = ("Correct.", "Not yet.")  # what a checker has said of an answer


@dataclass(frozen=True)
class Cell:
    """A code cell: which names it sets, into which it writes, and which it needs."""

    source: str
    sets: frozenset = frozenset()
    touches: frozenset = frozenset()
    needs: frozenset = frozenset()
    imports: frozenset = frozenset()
    calls: tuple = ()  # (checker, what it is asked about) for each call of one
    fault: str = ""
    shown: tuple = ()  # texts among its stored outputs


@dataclass(frozen=True)
class Answer:
    """The cells that make an answer, in order, and the expression that is it then; or why there is none."""

    cells: list = field(default_factory=list)
    expression: str = ""
    missing: str = ""


def content(path: Path) -> bytes:
    """What is in a submitted file; ValueError for what should not be opened."""
    if path.is_symlink() or not path.is_file():
        raise ValueError("The file is a link or no file at all, and was not opened.")
    if path.stat().st_size > LARGEST:
        size = path.stat().st_size / 1e6
        raise ValueError(f"The file has {size:.0f} MB; a notebook of the course has less than one.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"The file cannot be read: {error.strerror}.") from error


def load(path: Path) -> list[Cell]:
    """The code cells of a submitted file.

    Raises
    ------
    ValueError
        What the file is, if it is no notebook.
    """
    data = content(path)
    try:
        written = json.loads(data.decode("utf-8-sig"))
        found = [cell for cell in written["cells"] if cell["cell_type"] == "code"]
        return [read("".join(cell["source"]), cell.get("outputs", ())) for cell in found]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, MemoryError) as error:
        raise ValueError(f"The file is no notebook ({type(error).__name__}).") from error


def read(source: str, outputs: object = ()) -> Cell:
    """What a cell does with names; IPython's own lines, %, ! and ?, are left out."""
    source = source.replace("\r\n", "\n").strip()
    texts = tuple("".join(output.get("data", {}).get("text/plain", "")) for output in outputs)
    try:
        try:
            tree = ast.parse(source)
        except SyntaxError:
            source = MAGIC.sub(r"\1pass", source)
            tree = ast.parse(source)
        sets, needs = _globals(compile(tree, "<cell>", "exec"))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Cell(source, fault=f"{type(error).__name__}: {error}", shown=texts)
    touches, imports = frozenset(_touched(tree)), frozenset(_imports(tree))
    return Cell(source, sets, touches, needs, imports, tuple(_calls(tree)), shown=texts)


def answer(exercise: dict, frame: dict, submitted: list[Cell]) -> Answer:
    """The cells that an exercise's answer needs, among the original's and the student's own.

    The last cell that sets the exercise's name counts, wherever it stands. If there is none, what the checker was last
    asked about is the answer. Cells count by the names that they set, or into whose values they write: one that an
    answer does not lead to is not run.
    """
    name, originals = exercise["name"], {*frame["cells"], *frame["stubs"]}
    own = [cell for cell in submitted if cell.source not in originals and not cell.source.startswith(SOLUTION)]
    expression = name
    if not any(name in cell.sets | cell.touches for cell in own):
        asked = [what for cell in own for checker, what in cell.calls if checker == exercise["checker"]]
        if not asked or asked[-1] == name:
            broken = [cell.fault for cell in own if cell.fault and name in cell.source]
            return Answer(missing=f"Its cell cannot be read: {broken[-1]}" if broken else f"`{name}` is still blank.")
        expression = asked[-1]
    written = any(name in cell.sets for cell in own)  # then its stub is no answer, should the cell stop before that
    stubs = [cell for cell in map(read, frame["stubs"]) if not (written and name in cell.sets)]
    first, *others = [*map(read, frame["cells"]), *stubs, *own]
    modules = first.imports.union(*(cell.imports for cell in others))  # np.random.seed(0) does not make np
    needed = {"*", *read(expression).needs}
    while True:
        chosen = [cell for cell in others if (cell.sets | cell.touches - modules) & needed]
        more = needed.union(*(cell.needs for cell in chosen))
        if more == needed:
            return Answer([cell.source for cell in (first, *chosen)], expression)
        needed = more


def tries(checker: str, submitted: list[Cell]) -> int:
    """How many verdicts of a checker, right or wrong, a notebook has stored; a cell run again replaces its own."""
    cells = [cell for cell in submitted if any(called == checker for called, _ in cell.calls)]
    return sum(text.startswith(TRIED) for cell in cells for text in cell.shown)


def _globals(code):
    """(names that a cell's code sets at its top level or declares global, names that it or its functions look up)."""
    sets, needs, inner = set(), set(), [code]
    for part in inner:
        inner += [const for const in part.co_consts if isinstance(const, CodeType)]
        for step in dis.get_instructions(part):
            if step.opname == "STORE_GLOBAL" or (step.opname == "STORE_NAME" and part is code):
                sets.add(step.argval)
            elif step.opname in ("LOAD_NAME", "LOAD_GLOBAL"):
                needs.add(step.argval)
            elif "IMPORT_STAR" in (step.opname, step.argrepr.removeprefix("INTRINSIC_")):  # the first in Python 3.11
                sets.add("*")
    return frozenset(sets), frozenset(needs)


def _touched(tree):
    """The names of things that are changed in place: x[0] = 1, x.lr = 1, x.append(1)."""
    for node in ast.walk(tree):
        changed = node.value.func if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else node
        if isinstance(changed, ast.Subscript | ast.Attribute) and (
            changed is not node or not isinstance(node.ctx, ast.Load)
        ):
            while isinstance(changed, ast.Subscript | ast.Attribute):
                changed = changed.value
            if isinstance(changed, ast.Name):
                yield changed.id


def _imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)


def _calls(tree):
    """(checker, what it is asked about)."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(ast.Name("check"), checker), [what], []):
                yield checker, ast.unparse(what)
