"""A notebook without a fault, stored as it runs, in which tests plant one, and a plain dict to run it in."""

import ast
import contextlib
import copy
import io

from nbformat.v4 import new_code_cell as code
from nbformat.v4 import new_markdown_cell as text
from nbformat.v4 import new_notebook, new_output

from tools import notebooks


class Namespace:
    """A kernel's stand-in: cells run in a dict of names."""

    def __init__(self):
        self.names = {}

    def run(self, source):
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                shown = self._shown(source)
        except Exception as e:
            return [new_output("error", ename=type(e).__name__, evalue=str(e), traceback=[])]
        streams = [new_output("stream", name="stdout", text=printed.getvalue())] if printed.getvalue() else []
        return streams + (
            [new_output("execute_result", {"text/plain": repr(shown)}, execution_count=1)] if shown is not None else []
        )

    def _shown(self, source):
        body = ast.parse(source).body
        last = ast.Expression(body.pop().value) if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), "cell", "exec"), self.names)
        return eval(compile(last, "cell", "eval"), self.names) if last else None

    def value(self, expression):
        try:
            return float(eval(expression, self.names))
        except Exception as e:
            raise ArithmeticError(f"{type(e).__name__}: {e}") from e


def run(nb):
    """The notebook with the outputs of its cells, as they are stored."""
    namespace = Namespace()
    for n, (_, cell) in enumerate(notebooks.code(nb), 1):
        cell.outputs, cell.execution_count = namespace.run(cell.source), n
    return nb


GOOD = run(
    new_notebook(
        cells=[
            text("# Halve the loss"),
            code("from course_utils import check\nloss = [1.0, 0.0156]"),
            text(
                "It falls to **0.016**<!-- = loss[-1] -->, by a factor of about 64<!-- ~ loss[0] / loss[-1] -->."
                " So it learns<!-- ? loss[-1] < loss[0] -->."
            ),
            text("Write it.\n\n<details><summary>Hint</summary>Square first.</details>"),
            code("def adagrad_step(theta, g, s, lr=0.1, eps=1e-8):\n    ..."),
            code("check.adagrad_step(adagrad_step)"),
            code(
                f"{notebooks.SOLUTION}\ndef adagrad_step_solution(theta, g, s, lr=0.1, eps=1e-8):\n"
                "    s = s + g**2\n    return theta - lr * g / (s**0.5 + eps), s"
            ),
            code("print(f'done {loss[0]}')"),
        ]
    )
)


def edited(cell, old, new):
    """The good notebook with a piece of a cell's source replaced."""
    nb = copy.deepcopy(GOOD)
    assert old in nb.cells[cell].source
    nb.cells[cell].source = nb.cells[cell].source.replace(old, new)
    return nb


def none(faults):
    """No fault at all."""
    faults = list(faults)
    assert not faults, "\n".join(faults)


def only(faults, *words):
    """One fault for each of these words, and no other."""
    faults = list(faults)
    assert len(faults) == len(words), faults
    for fault, word in zip(faults, words, strict=True):
        assert word in fault
