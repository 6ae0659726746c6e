"""The code on which a function of a chapter depends, as text."""

import ast
import inspect
import sys
from functools import cache
from importlib.util import resolve_name


def code_of(function):
    """The text, without layout and docstrings, of a function and of all in the package of demos that it uses by name.

    What it takes from the library is not in it: that the library still finds the same is for the tests to say.
    """
    found = {}
    _collect(function.__module__, function.__name__, found)
    return "\n".join(sorted(found.values()))  # wherever they are defined


def _collect(module, name, found):
    definitions, imports = _top_level(module)
    if name in imports:
        module, name = imports[name]
        definitions = _top_level(module)[0] if ".demos." in module else {}
    if name not in definitions or (module, name) in found:
        return
    node, found[module, name] = definitions[name]
    for used in ast.walk(node):
        if isinstance(used, ast.Name):
            _collect(module, used.id, found)


def _top_level(module):
    """({name: (node, text)} of what a module defines, {name: (module, name)} of what it imports)."""
    return _read(inspect.getsource(sys.modules[module]), module.rpartition(".")[0])


@cache
def _read(source, package):
    definitions, imports = {}, {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom):
            origin = resolve_name("." * node.level + (node.module or ""), package)
            imports |= {alias.asname or alias.name: (origin, alias.name) for alias in node.names}
        else:
            text = _bare(node, source)
            definitions |= dict.fromkeys(_defined(node), (node, text))
    return definitions, imports


def _defined(node):
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        node.decorator_list = []  # neither a cache nor the list of jobs changes what a function returns
        return [node.name]
    return [part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]


def _bare(node, source):
    text = ast.get_source_segment(source, node)
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        text = text.replace(ast.get_docstring(node, clean=False) or "", "")
    return "".join(text.split())
