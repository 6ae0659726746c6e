"""The house holds: lint, format, types, what is declared; who imports whom, as CONTRIBUTING's table has it."""

import ast
import graphlib
import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
OUTSIDE = {  # what a floor imports that others made, beside the standard library and NumPy
    "support": {"threadpoolctl", "tqdm"},
    "numbers": {"scipy", "sklearn", "PIL", "packaging"},
    "runs": {"scipy", "sklearn", "joblib", "torch"},
    "pictures": {"matplotlib", "PIL", "IPython", "ipywidgets", "anywidget", "traitlets", "isal"},
    "demos": {"scipy", "sklearn", "joblib", "matplotlib", "PIL", "IPython"},
    "check": {"scipy", "IPython"},
}
FORBIDDEN = re.compile(
    # A path on somebody's machine; Ada is nobody, and tests plant paths of hers.
    r"(?<![\w.~:/-])/(?:work|tmp|root|home|Users|opt)/(?!ada\b)\w|\b[A-Z]:\\+Users\\+(?!ada\b)"
    r"|\b(?:pypi\.org|pythonhosted\.org|registry\.\w+\.(?:org|com)|npmjs\.(?:org|com)|deb\.debian\.org)\b"
)


TOOLS = [
    ["ruff", "check"],
    ["ruff", "format", "--check"],
    ["mypy"],
    ["deptry", "."],
    [
        "deptry",
        "course_utils",
        "--optional-dependencies-dev-groups",
        "test",
    ],  # it needs nothing of what only tests need
]


@pytest.mark.static
@pytest.mark.parametrize("command", TOOLS, ids=" ".join)
def test_a_tool_finds_nothing(command):
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_requirements_are_those_of_the_package_where_both_name_one():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = set(project["dependencies"]).union(*project["optional-dependencies"].values())
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    required = {line for line in lines if line[:1].isalpha()}
    assert {line.split()[0] for line in required} >= {
        "jupyterlab",
        "numpy",
        "matplotlib",
        "ipywidgets",
        "nbval",
        "pytest",
    }
    assert {line for line in required if line.split()[0] in {other.split()[0] for other in declared}} <= declared


def test_the_tested_versions_are_in_the_declared_ranges_and_complete():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    declared += [line for line in lines if line[:1].isalpha()]
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in pins if line[:1] != "#")
    tested = {canonicalize_name(name): version for name, version in pinned.items()}
    for wanted in map(Requirement, declared):
        if wanted.name not in ("setuptools", "course-utils"):  # which pip freeze leaves out
            assert wanted.specifier.contains(tested[canonicalize_name(wanted.name)]), wanted


def read_table(text):
    """CONTRIBUTING's table: ({floor: its modules}, {floor: the floors it may import})."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| ")]
    rows = [row for row in rows if len(row) == 4 and row[0] in OUTSIDE]
    modules, beneath = {}, {}
    for floor, names, below, _ in rows:
        modules.setdefault(floor, set()).update(re.findall(r"`(\w+)`", names))
        beneath[floor] = {floor, *re.findall(r"\w+", below)}
    return modules, beneath


def imports(path, package):
    """(line, parts of the imported name) for every import; what is ours starts with the package's own name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            folder = path.relative_to(package.parent).parts[: -node.level] if node.level else ()
            base = [*folder, *(node.module.split(".") if node.module else ())]
            yield from ((node.lineno, [*base, alias.name]) for alias in node.names)


def faults(package, table):
    """Imports that the table does not allow, a line each, and circles among the modules."""
    modules, beneath = table
    floors = {module: floor for floor, names in modules.items() for module in names}
    graph, found = {}, []
    for path in sorted(package.rglob("*.py")):
        own = path.relative_to(package).parts[0].removesuffix(".py")
        if own not in floors and own != "__init__":
            found.append(f"{own} has no floor in CONTRIBUTING's table")
            continue
        for line, (top, *rest) in imports(path, package):
            where, floor = f"{path.relative_to(package).as_posix()}:{line}", floors.get(own)
            if top == package.name and rest and rest[0] in floors and rest[0] != own:
                graph.setdefault(own, set()).add(rest[0])
                if floors[rest[0]] not in beneath.get(floor, ()):
                    found.append(f"{where}: {floor} may not import {rest[0]}")
                if any(part.startswith("_") and part != "_support" for part in rest[:-1]):
                    found.append(f"{where}: {'.'.join(rest)} is nobody else's")
            elif top not in {*sys.stdlib_module_names, "numpy", package.name, *OUTSIDE.get(floor, ())}:
                found.append(f"{where}: {floor} may not import {top}")
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        found.append("imports go in a circle: " + " <- ".join(error.args[1]))
    return found


def test_the_package_is_built_as_the_table_says():
    table = read_table((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    there = {path.stem for path in (ROOT / "course_utils").iterdir() if path.name[:2] != "__"} - {"py"}
    assert set().union(*table[0].values()) == there
    assert faults(ROOT / "course_utils", table) == []


TABLE = """
| support | `_support` | | |
| numbers | `data` `losses` | support | |
| runs | `training` | support, numbers | |
| pictures | `live` | support, numbers | |
"""


@pytest.mark.parametrize(("files", "words"), [
    ({"data.py": "from . import live"}, "numbers may not import live"),
    ({"data.py": "def f():\n    from course_utils.training import fit"}, "numbers may not import training"),
    ({"live/engine.py": "from ..training import fit"}, "pictures may not import training"),
    ({"data.py": "import ipywidgets"}, "numbers may not import ipywidgets"),
    ({"training.py": "from ._support.threads import x\nfrom .data._inner import y"}, "data._inner.y is nobody else's"),
    ({"nouns.py": ""}, "nouns has no floor"),
    ({"data.py": "from .losses import a", "losses.py": "from .data import b"}, "imports go in a circle"),
])  # fmt: skip
def test_a_planted_fault_is_named(tmp_path, files, words):
    for name, text in files.items():
        path = tmp_path / "course_utils" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = faults(tmp_path / "course_utils", read_table(TABLE))
    assert len(found) == 1 and words in found[0]


@pytest.mark.parametrize("module", ["course_utils", "course_utils.optimizers"])
def test_numbers_need_no_pictures(module):
    code = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert ("numpy" in loaded.split()) == (module != "course_utils")
    assert {"sklearn", "matplotlib", "ipywidgets", "anywidget", "IPython", "tqdm", "joblib"}.isdisjoint(loaded.split())


def test_no_file_names_a_machine_or_a_registry():
    names = subprocess.run(["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    if names.returncode:
        pytest.skip("not a git checkout")
    found = []
    for path in filter(Path.is_file, (ROOT / name for name in names.stdout.decode().split("\0") if name)):
        for number, line in enumerate(path.read_bytes().decode(errors="ignore").splitlines(), 1):
            found += [f"{path.relative_to(ROOT)}:{number}: {hit[0]}" for hit in FORBIDDEN.finditer(line)]
    assert found == []


@pytest.mark.parametrize("line", [
    "see /" + "work/main/notes", "open('/" + "tmp/x.log')", r"C:\Us" + r"ers\me\x", "https://py" + "pi.org/simple",
])  # fmt: skip
def test_a_machine_path_is_named(line):
    assert FORBIDDEN.search(line)
    assert not FORBIDDEN.search("notebooks/work/x, ~/tmp/x, https://python.org/home/x, #!/usr/bin/env bash")
