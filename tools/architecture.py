"""The architecture, read from the source: who may import whom, how long things are, what has to be said.

numbers <- runs <- pictures <- demos <- notebooks. A new module gets its layer in LAYERS; no other line changes.
"""
import ast
import graphlib
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

PACKAGE = "course_utils"
MODULE_LINES, BODY_LINES = 300, 25

LAYERS = {
    "numbers": "validation settings environment data covariance preprocessing images warping crops augmentation mixing "
               "fractional_pooling initializers activations "
               "layers normalization losses network regularizers linear_paths gradients theory optimizers schedules "
               "plateau surfaces hessians line_search second_order search_spaces noise subnets combining",
    "runs": "descent minimization history training range_test tuning trials workers landscapes propagation health "
            "ensembles weight_averages frameworks programs bugs oracle closed_forms bug_checks "
            "readings patients laboratory",
    "plots": "plots",
    "live": "live stage controls code_box",
    "demos": "demos",
    "check": "check",
}
LAYER = {module: layer for layer, modules in LAYERS.items() for module in modules.split()}
BENEATH = {  # a layer, and those that it may import
    "numbers": {"numbers"},
    "runs": {"numbers", "runs"},
    "plots": {"numbers", "plots"},
    "live": {"numbers", "plots", "live"},
    "demos": {"numbers", "runs", "plots", "live", "demos"},
    "check": {"numbers", "runs", "check"},
}
OUTSIDE = {  # a layer, and what it may import that others made; what is in LATE it may import within a function only
    "numbers": {"numpy", "scipy", "sklearn", "pooch", "PIL", "packaging"},
    "runs": {"numpy", "scipy", "sklearn", "joblib", "threadpoolctl", "tqdm", "torch"},
    "plots": {"numpy", "matplotlib", "PIL", "IPython"},
    "live": {"numpy", "matplotlib", "PIL", "IPython", "ipywidgets", "anywidget", "traitlets", "threadpoolctl"},
    "demos": {"numpy", "scipy", "sklearn", "joblib", "tqdm", "matplotlib", "PIL", "IPython"},
    "check": {"numpy", "scipy", "IPython"},
}
LATE = {"sklearn", "pooch", "PIL", "joblib", "torch"}
OPTIONAL = {"torch"}  # what the package can do without, and does not ask for
DISTRIBUTION = {"sklearn": "scikit-learn", "PIL": "pillow", "IPython": "ipython"}

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
MACHINE = re.compile(
    # A path on somebody's machine; Ada is nobody, and tests plant paths of hers.
    r"(?<![\w.~:/-])/(?:work|tmp|root|home|Users|opt)/(?!ada\b)\w|\b[A-Z]:\\+Users\\+(?!ada\b)"
    r"|\b(?:pypi\.org|pythonhosted\.org|registry\.\w+\.(?:org|com)|npmjs\.(?:org|com)|deb\.debian\.org)\b"
)
NOT_OURS = {".git", ".venv", "__pycache__", ".ruff_cache", ".pytest_cache", ".ipynb_checkpoints"}


class Import(NamedTuple):
    """An imported module: its full name, the line, and whether a function does it when it is called."""

    name: str
    line: int
    late: bool


def faults(root):
    """Every breach of the rules by the package under `root`, a line each; none if all is well."""
    found, graph, used = [], {}, set()
    for path in sorted((root / PACKAGE).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        tree, where, name = ast.parse(text), path.relative_to(root).as_posix(), _name(path, root)
        imported = imports(tree, path, root)
        used |= {i.name.split(".")[0] for i in imported}
        graph[name] = {i.name for i in imported if _is_ours(i.name)}
        wrong = import_faults(name, imported) + length_faults(text, tree) + docstring_faults(tree)
        found += [f"{where}:{line}: {words}" for line, words in wrong]
    return found + _circles(graph) + _undeclared(root, used)


def imports(tree, path, root):
    """The modules that the module at `path` imports."""
    late = {node for function in ast.walk(tree) if isinstance(function, FUNCTIONS) for node in ast.walk(function)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, node.lineno, node in late) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [Import(name, node.lineno, node in late) for name in _reached(node, path, root)]
    return found


def _reached(node, path, root):
    """`from base import a, b` reaches base.a where that is a module, and otherwise base."""
    folder = path.relative_to(root).parts[:-node.level] if node.level else ()
    base = ".".join([*folder, node.module] if node.module else folder)
    if not _is_ours(base):
        return [f"{base}.{alias.name}" for alias in node.names]
    names = {f"{base}.{alias.name}": root.joinpath(*base.split("."), alias.name) for alias in node.names}
    return {name if p.is_dir() or p.with_suffix(".py").exists() else base for name, p in names.items()}


def _is_ours(name):
    return name.split(".")[0] == PACKAGE


def _name(path, root):
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def import_faults(name, imported):
    """Where the module called `name` imports what its layer may not: pairs of line and words."""
    if name == PACKAGE:
        return [(i.line, f"imports {i.name}; the package itself imports nothing") for i in imported]
    module = name.split(".")[1]
    if module not in LAYER:
        return [(1, f"{module} has no layer yet; give it one in tools/architecture.py")]
    return [(i.line, words) for i in imported if (words := _import_fault(LAYER[module], i))]


def _import_fault(layer, i):
    top, module = (i.name.split(".") + [""])[:2]
    if top in sys.stdlib_module_names:
        return None
    if top == PACKAGE:
        return None if LAYER.get(module, layer) in BENEATH[layer] else f"{layer} may not import {i.name}"
    if top not in OUTSIDE[layer]:
        return f"{layer} may not import {top}"
    if i.name.startswith("matplotlib.pyplot"):
        return "no pyplot: its figures and its current axes belong to the reader's own cells"
    if top in LATE and layer in ("numbers", "runs") and not i.late:
        return f"{top} takes long to import: import it in the function that needs it"
    return None


def length_faults(text, tree):
    """Modules and function bodies that are too long: pairs of line and words."""
    lines = len(text.splitlines())
    found = [(lines, f"has {lines} lines, at most {MODULE_LINES} are allowed")] if lines > MODULE_LINES else []
    lengths = [(f, body_lines(f)) for f in ast.walk(tree) if isinstance(f, FUNCTIONS)]
    return found + [(f.lineno, f"the body of {f.name} has {n} lines, at most {BODY_LINES} are allowed")
                    for f, n in lengths if n > BODY_LINES]


def body_lines(function):
    """The lines of a body, without its docstring and without the functions within it: those are counted themselves."""
    first = function.body[ast.get_docstring(function) is not None:][:1]
    lines = set(range(first[0].lineno, function.end_lineno + 1)) if first else set()
    inner = (f for f in ast.walk(function) if isinstance(f, FUNCTIONS) and f is not function)
    return len(lines.difference(*(range(f.lineno - len(f.decorator_list), f.end_lineno + 1) for f in inner)))


def docstring_faults(tree):
    """Modules, public functions and public classes that have no docstring: pairs of line and words."""
    public = [n for n in tree.body if isinstance(n, (*FUNCTIONS, ast.ClassDef)) and not n.name.startswith("_")]
    found = [] if ast.get_docstring(tree) else [(1, "the module has no docstring")]
    return found + [(n.lineno, f"{n.name} has no docstring") for n in public if not ast.get_docstring(n)]


def _circles(graph):
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return ["imports go in a circle: " + " <- ".join(error.args[1])]
    return []


def _undeclared(root, used):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.match(r"[\w-]+", requirement)[0] for requirement in project["dependencies"]}
    others = sorted(DISTRIBUTION.get(name, name) for name in used - sys.stdlib_module_names - OPTIONAL - {PACKAGE})
    return [f"pyproject.toml: {name} is imported and not among the dependencies" for name in set(others) - declared]


def machine_faults(root):
    """Lines in the project's files that name a path on somebody's machine, or the host of a package registry."""
    found = []
    for path in project_files(root):
        lines = path.read_bytes().decode("utf-8", errors="ignore").splitlines()
        hits = ((number, MACHINE.search(line)) for number, line in enumerate(lines, 1))
        found += [f"{path.relative_to(root).as_posix()}:{number}: {hit[0]}" for number, hit in hits if hit]
    return found


def project_files(root):
    """The files that git follows; where there is no git, all that are not plainly somebody else's."""
    if (root / ".git").exists():
        names = subprocess.run(["git", "-c", f"safe.directory={root}", "ls-files", "-z"], cwd=root, check=True,
                               capture_output=True).stdout.decode("utf-8").split("\0")
        return [root / name for name in names if name and (root / name).is_file()]
    return [p for p in root.rglob("*") if p.is_file() and not NOT_OURS.intersection(p.relative_to(root).parts)]


def name_faults(code):
    """What a notebook's code takes from the package although it is not there."""
    tree, bound, found = ast.parse(code), {}, []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in filter(lambda alias: _is_ours(alias.name), node.names):
                module = import_module(alias.name)
                bound[alias.asname or PACKAGE] = module if alias.asname else import_module(PACKAGE)
        elif isinstance(node, ast.ImportFrom) and _is_ours(node.module or ""):
            found += [f"{node.module} has no {a.name}" for a in node.names if not _has(node.module, a.name)]
            bound |= {a.asname or a.name: sys.modules.get(f"{node.module}.{a.name}") for a in node.names}
    chains = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return found + [words for chain in sorted(chains) if (words := _missing(chain, bound))]


def _has(module, name):
    try:
        return hasattr(import_module(module), name) or bool(import_module(f"{module}.{name}"))
    except ImportError:
        return False


def _missing(chain, bound):
    name, *attributes = chain.split(".")
    value = bound.get(name)
    for attribute in attributes:
        if not isinstance(value, ModuleType) or not attribute.isidentifier():
            return None
        if not hasattr(value, attribute):
            return f"{value.__name__} has no {attribute}"
        value = getattr(value, attribute)
    return None
