"""Functions made from the source of others: slips that an author writes as edits, and whatever the search tries."""

import ast
import inspect
import textwrap
import tokenize
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ._limits import Endless

PASSES = 400  # of a `while` in a function that was made from a changed source
FORBIDDEN = {"open", "exec", "eval", "input", "globals", "os", "shutil", "subprocess", "sys", "Path", "requests"}


@dataclass(frozen=True)
class Edit:
    """What a learner changes in the reference: pieces of its source, each of which stands there exactly once."""

    pairs: tuple[tuple[str, str], ...]

    def of(self, reference: Callable) -> Callable:
        """The reference with these pieces exchanged.

        Raises
        ------
        ValueError
            If a piece does not stand there exactly once.
        """
        text = source(reference)
        for old, new in self.pairs:
            if text.count(old) != 1:
                raise ValueError(f"edits: {old!r} stands {text.count(old)} times in {reference.__name__}, want once")
            text = text.replace(old, new)
        return made(parsed(text), reference)


def edits(slips: Mapping[str, tuple]) -> dict[str, Edit]:
    """Slips of a reference solution, each written as what a learner changes in it.

    Parameters
    ----------
    slips : dict
        A sentence about a mistake -> (piece of the reference's source, what stands there instead), or a list of such
        pairs. A piece stands exactly once in the source. The docstring counts as source: take pieces of code that it
        does not hold.

    Examples
    --------
    >>> edits({"The gradient is added.": ("theta - lr", "theta + lr")})
    {'The gradient is added.': Edit(pairs=(('theta - lr', 'theta + lr'),))}
    """
    return {words: Edit(tuple(pairs) if isinstance(pairs, list) else (pairs,)) for words, pairs in slips.items()}


def source(f: Callable) -> str:
    """The source of a function as it was typed, without its decorators and its docstring.

    Raises
    ------
    ValueError
        If there is none, or it is no `def`.
    """
    lines, _ = _typed(f)
    node = _definition(ast.parse("\n".join(lines)))
    text = lines[node.lineno - 1 :]
    if ast.get_docstring(node, clean=False) is not None:
        doc = node.body[0]
        text = lines[node.lineno - 1 : doc.lineno - 1] + lines[doc.end_lineno :]
    return "\n".join(text)


def tree(f: Callable) -> ast.FunctionDef:
    """The syntax tree of a function, without decorators, annotations and docstring; lines count as in its cell or file.

    A notebook keeps the text of its cells, so that this works there too.
    """
    lines, start = _typed(f)
    node = parsed("\n".join(lines))
    ast.increment_lineno(node, start - 1)
    return node


def _typed(f):
    """(lines, number of the first one) of a function's source."""
    try:
        lines, start = inspect.getsourcelines(inspect.unwrap(f))
        lines = textwrap.dedent("".join(lines)).splitlines()
        _definition(ast.parse("\n".join(lines)))
    except (OSError, TypeError, SyntaxError, IndexError, tokenize.TokenError) as error:
        raise ValueError(f"no source of a {type(f).__name__}: {error}") from error
    return lines, max(start, 1)


def _definition(module):
    node = next((n for n in module.body if isinstance(n, ast.FunctionDef | ast.Assign)), None)
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda) and isinstance(node.targets[0], ast.Name):
        back = ast.copy_location(ast.Return(node.value.body), node.value.body)
        f = ast.FunctionDef(node.targets[0].id, node.value.args, [back], [], type_params=[])
        return ast.copy_location(f, node)
    if not isinstance(node, ast.FunctionDef):
        raise ValueError("no `def` in the source")
    return node


def parsed(text: str) -> ast.FunctionDef:
    """The one function that a text defines, without decorators, annotations and docstring."""
    node = _definition(ast.parse(text))
    node.decorator_list, node.returns = [], None
    for argument in ast.walk(node.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    if ast.get_docstring(node, clean=False) is not None:
        node.body = node.body[1:] or [ast.Pass(lineno=node.lineno, col_offset=0)]
    return node


def made(node: ast.FunctionDef, original: Callable) -> Callable:
    """The function of a syntax tree, with the names that the original sees. It prints nothing."""
    found: dict = {}
    exec(compile(ast.Module([node], []), f"<{node.name}, changed>", "exec"), surroundings(original), found)
    return found[node.name]


def surroundings(f: Callable) -> dict:
    """What a function made from f's source sees: f's globals, and what f encloses."""
    f = inspect.unwrap(f)
    enclosed = {}
    for name, cell in zip(f.__code__.co_freevars, f.__closure__ or (), strict=True):
        try:
            enclosed[name] = cell.cell_contents
        except ValueError:  # not bound yet
            continue
    return {**f.__globals__, **enclosed, "print": _silent, "__tick__": tick}


def tame(node: ast.AST) -> bool:
    """Whether a learner's function may be run in changed forms: it touches nothing but its arguments."""
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return names.isdisjoint(FORBIDDEN) and not any(isinstance(n, ast.Global | ast.Nonlocal) for n in ast.walk(node))


def ticking(node: ast.FunctionDef) -> ast.FunctionDef:
    """The same tree in place, with every `while` counted: `tick.left` passes are allowed in all."""
    for loop in [n for n in ast.walk(node) if isinstance(n, ast.While)]:
        call = ast.Expr(ast.Call(ast.Name("__tick__", ast.Load()), [], []))
        ast.fix_missing_locations(ast.copy_location(call, loop))
        loop.body.insert(0, call)
    return node


class _Tick:
    left = PASSES

    def __call__(self):
        self.left -= 1
        if self.left < 0:
            raise Endless("its loop never ends")


tick = _Tick()


def _silent(*args, **kwargs):
    pass
