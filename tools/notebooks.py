"""A notebook as the tools see it: found, read from a file, turned into text, and run in a kernel of this Python."""

import os
from contextlib import contextmanager
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

FOLDER = Path(__file__).parents[1] / "notebooks"
SOLUTION = "# Solution: click to open"
RUN_ERRORS = (CellTimeoutError, DeadKernelError)


def find(names=()):
    """The notebooks of these names or paths; without any, all of the course in order."""
    if not names:
        return sorted(FOLDER.glob("*.ipynb"))
    found = [Path(n) if Path(n).is_file() else FOLDER / f"{Path(n).name.removesuffix('.ipynb')}.ipynb" for n in names]
    missing = [name for name, path in zip(names, found, strict=True) if not path.is_file()]
    if missing:
        raise FileNotFoundError(f"no notebook {missing[0]}: neither a file nor one of {FOLDER.name}/*.ipynb")
    return found


def read(path):
    """The notebook in a file, its sources and texts joined to strings."""
    return nbformat.v4.reads(Path(path).read_text(encoding="utf-8"))


def dumps(nb):
    """The text of a notebook's file: what JupyterLab would write."""
    return nbformat.v4.writes(nb) + "\n"


def code(nb):
    """The code cells, each with its index among all cells."""
    return [(i, cell) for i, cell in enumerate(nb.cells) if cell.cell_type == "code"]


def markdown(nb):
    """The text cells, each with its index among all cells."""
    return [(i, cell) for i, cell in enumerate(nb.cells) if cell.cell_type == "markdown"]


def is_solution(cell):
    """Whether a cell holds the solution of an exercise."""
    return cell.cell_type == "code" and cell.source.partition("\n")[0].rstrip() == SOLUTION


def error(outputs):
    """The error among a cell's outputs in one line, or an empty string."""
    return next((f"{o.ename}: {o.evalue}" for o in outputs if o.output_type == "error"), "")


class Kernel:
    """Where cells run, one after the other: `run` and `value` are all that the checks of a notebook ask of it."""

    def __init__(self, client):
        self._client = client

    def run(self, source):
        """Run a cell and return its outputs, with the error among them if there was one."""
        cells = self._client.nb.cells
        cells.append(nbformat.v4.new_code_cell(source, outputs=[]))
        self._client.execute_cell(cells[-1], len(cells) - 1)
        return cells[-1].outputs

    def value(self, expression):
        """The number that an expression stands for now; ArithmeticError if it stands for none."""
        outputs = self.run(f"print(float(\n{expression}\n).hex())")
        if error(outputs):
            raise ArithmeticError(error(outputs))
        return float.fromhex(next(o.text for o in outputs if o.get("name") == "stdout"))


@contextmanager
def kernel(cwd, timeout=120):
    """A fresh kernel of the current environment, whatever kernels are registered for the machine's user."""
    env = {k: v for k, v in os.environ.items() if k != "COURSE_STRICT"} | {"TQDM_DISABLE": "1", "PYTHONHASHSEED": "0"}
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    client = NotebookClient(
        nbformat.v4.new_notebook(),
        km=manager,
        timeout=timeout,
        allow_errors=True,
        record_timing=False,
        store_widget_state=False,
        extra_arguments=["--log-level=ERROR"],
    )
    with client.setup_kernel(cwd=str(cwd), env=env, cleanup_kc=True):
        yield Kernel(client)
