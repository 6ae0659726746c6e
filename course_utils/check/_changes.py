"""Every small change of a function's syntax tree that a learner's mistake could be, and what a teacher calls it.

`changes` walks over a tree and yields them. Each is said in two ways: `clause`, of a right function that is changed
into a wrong one ("`m` is not divided by `1 - beta1**t`"), and `remedy`, of a wrong one that becomes right by it.
"""

import ast
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

TEXTS: dict = {}  # of nodes, while a tree is walked over; the node is kept so that its id is not given away
LONG = 44  # characters of code in a sentence
SIGNS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.BitAnd: "&",
    ast.BitOr: "|",
}
# What is done in place of what: (the clause, a cost); {a} and {b} are the operands.
EXCHANGES = {
    (ast.Add, ast.Sub): ("{b} is subtracted, not added", 1.0),
    (ast.Sub, ast.Add): ("{b} is added, not subtracted", 1.0),
    (ast.Mult, ast.Div): ("{a} is divided by {b}, not multiplied", 1.0),
    (ast.Div, ast.Mult): ("{a} is multiplied by {b}, not divided", 1.0),
    (ast.Add, ast.Mult): ("{a} and {b} are multiplied, not added", 1.2),
    (ast.Mult, ast.Add): ("{a} and {b} are added, not multiplied", 1.2),
    (ast.Mult, ast.Sub): ("{b} is subtracted from {a}, not multiplied", 1.4),
    (ast.Div, ast.Sub): ("{b} is subtracted from {a}, not divided by", 1.3),
    (ast.Pow, ast.Mult): ("{a} is multiplied by {b}, not raised to that power", 1.0),
    (ast.Mult, ast.Pow): ("{a} is raised to the power {b}, not multiplied by it", 1.2),
    (ast.MatMult, ast.Mult): ("{a} and {b} are multiplied entry by entry, without the sum of a matrix product", 1.2),
    (ast.Mult, ast.MatMult): ("{a} and {b} are multiplied as matrices, not entry by entry", 1.3),
    (ast.FloorDiv, ast.Div): ("the quotient of {a} and {b} is not rounded", 1.0),
    (ast.Div, ast.FloorDiv): ("the quotient of {a} and {b} is rounded down", 1.0),
    (ast.BitAnd, ast.BitOr): ("one of {a} and {b} is enough, where both are asked for", 1.0),
    (ast.BitOr, ast.BitAnd): ("both {a} and {b} are asked for, where one is enough", 1.0),
}
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE),
    ast.LtE: (ast.Lt, ast.GtE, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt, ast.LtE),
    ast.GtE: (ast.Gt, ast.LtE, ast.Lt),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE),
    ast.NotEq: (ast.Eq, ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
FUNCTIONS = {  # -> what is called in its place
    "mean": ("sum", "median", "max", "min"),
    "sum": ("mean", "max", "prod"),
    "max": ("min", "sum", "mean"),
    "min": ("max", "mean"),
    "median": ("mean",),
    "prod": ("sum",),
    "std": ("var", "mean"),
    "var": ("std",),
    "argmax": ("argmin", "max"),
    "argmin": ("argmax", "min"),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "exp": ("log", "exp2"),
    "log": ("log10", "log2", "exp"),
    "log10": ("log", "log2"),
    "log2": ("log", "log10"),
    "cos": ("sin",),
    "sin": ("cos",),
    "sqrt": ("square", "abs"),
    "square": ("sqrt", "abs"),
    "abs": ("square",),
    "all": ("any", "sum", "mean"),
    "any": ("all",),
    "zeros_like": ("ones_like",),
    "ones_like": ("zeros_like",),
    "zeros": ("ones",),
    "ones": ("zeros",),
    "round": ("floor", "ceil", "trunc"),
    "ceil": ("floor", "round"),
    "floor": ("ceil", "round"),
    "random": ("standard_normal",),
    "isfinite": ("isnan",),
    "integers": ("permutation",),
}
WORDS = {
    "sqrt": "root",
    "exp": "exponential",
    "log": "logarithm",
    "log10": "logarithm",
    "abs": "absolute value",
    "sum": "sum",
    "mean": "mean",
    "median": "median",
    "max": "maximum",
    "min": "minimum",
    "std": "standard deviation",
    "var": "variance",
    "prod": "product",
    "maximum": "larger one",
    "minimum": "smaller one",
    "round": "rounding",
    "sign": "sign",
    "square": "square",
    "cos": "cosine",
    "sin": "sine",
}
REDUCTIONS = {"mean", "sum", "max", "min", "median", "std", "var", "prod", "argmax", "argmin", "all", "any"}
SHAPES = {"len", "zeros_like", "ones_like", "empty_like", "full_like", "ndindex", "range", "reshape", "zeros", "ones"}
POSITIVE = {
    "sqrt",
    "exp",
    "len",
    "abs",
    "std",
    "var",
    "arange",
    "zeros",
    "ones",
    "random",
    "ptp",
    "square",
    "norm",
    "round",
}
UNCHANGED = {"copy", "asarray", "array", "astype", "float", "ascontiguousarray"}


@dataclass(frozen=True, eq=False)
class Change:
    """New nodes for slots of a tree, and what it means."""

    swaps: tuple[tuple, ...]
    clause: str
    remedy: str
    cost: float
    line: int

    def __enter__(self):
        self._put([(slot, new) for slot, new, _ in self.swaps])

    def __exit__(self, *exc):
        self._put([(slot, old) for slot, _, old in reversed(self.swaps)])

    @staticmethod
    def _put(pairs):
        for (node, field, index), new in pairs:
            if index is None:
                setattr(node, field, new)
            else:
                getattr(node, field)[index] = new


def code(node: ast.AST) -> str:
    """The text of a node as code in a sentence."""
    if id(node) not in TEXTS:
        text = ast.unparse(node).replace(" ** ", "**").replace("__old_", "")
        text = f"`{text}`" if len(text) <= LONG else f"`{text[: LONG // 2 - 2]} ... {text[-LONG // 2 + 2 :]}`"
        TEXTS[id(node)] = node, text
    return TEXTS[id(node)][1]


class Walker:
    """The changes of one function; `kinds` says of each argument whether it is a scalar, an array or something else."""

    def __init__(self, tree: ast.FunctionDef, kinds: Mapping[str, str], outputs: tuple[str, ...] = ()):
        self.tree, self.kinds, self.outputs = tree, {n: kind.split()[0] for n, kind in kinds.items()}, outputs
        self.shares = {n for n, kind in kinds.items() if kind.endswith("share")}
        self.counts = {n for n, kind in kinds.items() if kind.endswith("count")}
        self.positive = self.shares | self.counts | {n for n, kind in kinds.items() if kind.startswith("scalar")}
        self.params = [a.arg for a in (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs)]
        self.defaults = dict(zip(self.params[::-1], tree.args.defaults[::-1], strict=False))
        self.stored: dict[str, int] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.stored.setdefault(node.id, node.lineno)
        self.locals = [name for name in self.stored if not name.startswith("_")]
        self.parents = {}

    def __iter__(self) -> Iterator[Change]:
        TEXTS.clear()
        yield from self._whole()
        for slot, node, line in self._slots(self.tree, "body", self.tree.lineno):
            if isinstance(node, ast.stmt):
                yield from self._statement(slot, node)
            elif isinstance(node, ast.expr):
                yield from self._expression(slot, node, line)

    def _slots(self, node, only, line):
        """(slot, child, line) of all that may be changed, from the top down."""
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
            node.slice._index = True
        for field in (only,) if only else node._fields:
            value = getattr(node, field, None)
            if field in ("ctx", "op", "ops", "keywords_") or value is None:
                continue
            for i, child in enumerate(value) if isinstance(value, list) else ((None, value),):
                if not isinstance(child, ast.AST) or getattr(child, "_skip", False):
                    continue
                where = getattr(child, "lineno", line)
                yield (node, field, i), child, where
                yield from self._slots(child, None, where)

    # One change at one place

    def _one(self, slot, old, new, clause, remedy, cost, line):
        ast.fix_missing_locations(ast.copy_location(new, old) if not hasattr(new, "lineno") else new)
        return Change(((slot, new, old),), clause, remedy, cost, line)

    def _expression(self, slot, node, line):
        if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
            return
        make = {
            ast.BinOp: self._binary,
            ast.UnaryOp: self._unary,
            ast.Compare: self._compare,
            ast.BoolOp: self._bool,
            ast.IfExp: self._choice,
            ast.Call: self._call,
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.Name: self._name,
            ast.Constant: self._constant,
        }.get(type(node))
        if make:
            for new, clause, remedy, cost in make(node, slot):
                yield self._one(slot, node, new, clause, remedy, cost, line)
        if _asks_for_shape(slot) or _indexes(slot):
            return
        for new, clause, remedy, cost in self._wrapped(node, slot):
            yield self._one(slot, node, new, clause, remedy, cost, line)

    def _binary(self, node, slot):
        a, b, op = node.left, node.right, type(node.op)
        ca, cb = code(a), code(b)
        for (old, new), (words, cost) in EXCHANGES.items():
            if old is op:
                clause = words.format(a=ca, b=cb)
                remedy = f"the sign `{SIGNS[op]}` before {cb} is not the right one"
                yield ast.BinOp(a, new(), b), clause, remedy, cost
        yield from self._dropped(node, a, b, op, ca, cb)
        if op in (ast.Sub, ast.Div, ast.MatMult, ast.Pow, ast.FloorDiv) and ast.dump(a) != ast.dump(b):
            words = {
                ast.Sub: f"{ca} and {cb} have changed places in the difference",
                ast.Div: f"the quotient of {ca} and {cb} is upside down",
                ast.FloorDiv: f"the quotient of {ca} and {cb} is upside down",
                ast.MatMult: f"{ca} and {cb} have changed places in the product",
                ast.Pow: f"base and exponent have changed places in {code(node)}",
            }[op]
            yield ast.BinOp(b, node.op, a), words, words, 1.1
        yield from self._moved(node, a, b, op)
        if op is ast.MatMult:
            yield ast.BinOp(ast.Attribute(a, "T", ast.Load()), node.op, b), f"{ca} is transposed", *_more(ca, "T")
            yield ast.BinOp(a, node.op, ast.Attribute(b, "T", ast.Load())), f"{cb} is transposed", *_more(cb, "T")

    def _dropped(self, node, a, b, op, ca, cb):
        left, right = {
            ast.Add: (f"the term {ca} is left out", f"the term {cb} is left out"),
            ast.Sub: (f"{cb} stands alone, without {ca} from which it is subtracted", f"{cb} is not subtracted"),
            ast.Mult: (f"the factor {ca} is left out", f"the factor {cb} is left out"),
            ast.Div: (f"only the divisor {cb} is left", f"{ca} is not divided by {cb}"),
            ast.FloorDiv: (f"only the divisor {cb} is left", f"{ca} is not divided by {cb}"),
            ast.MatMult: (f"{ca} is left out", f"{ca} is not multiplied by {cb}"),
            ast.Pow: (f"the base of {code(node)} is left out", _power(ca, b)),
        }.get(op, (f"{ca} is left out", f"{cb} is left out"))
        remedies = {
            ast.Sub: f"{cb} should not be subtracted",
            ast.Div: f"{ca} should not be divided by {cb}",
            ast.Pow: f"{ca} should not be raised to the power {cb}",
        }
        yield a, right, remedies.get(op, f"{cb} does not belong here"), 0.95 if op is ast.Mult else 1.0
        yield b, left, f"{ca} does not belong here", {ast.Mult: 0.96, ast.Add: 1.05, ast.Sub: 1.1}.get(op, 1.5)
        if op is ast.Sub:
            minus = ast.UnaryOp(ast.USub(), a)
            yield minus, f"only the negative of {ca} is left", f"{cb} does not belong here, but a minus does", 1.2
            yield ast.UnaryOp(ast.USub(), b), f"{ca} is left out before `-`", f"{ca} does not belong here", 1.2
        if op is ast.Div and not (isinstance(a, ast.Constant) and a.value == 1):
            new = ast.BinOp(_number(1, node), ast.Div(), b)
            yield new, f"the numerator {ca} is left out", f"{ca} does not belong in the numerator", 1.3

    def _moved(self, node, a, b, op):
        """Brackets that stand elsewhere."""
        for new in self._rotations(node, a, b):
            words = f"it is computed as {code(new)}, where {code(node)} is meant"
            yield new, words, f"the brackets in {code(node)} stand elsewhere", 0.98
        cost = 1.15
        if isinstance(a, ast.Call) and _subject(a) is not None:
            clause = f"{code(b)} is part of what {_taken(a)} is taken of"
            yield _of_method(a, lambda x: ast.BinOp(x, node.op, b)), clause, _bracket(a, b), cost
        if isinstance(b, ast.Call) and _subject(b) is not None:
            clause = f"{code(a)} is part of what {_taken(b)} is taken of"
            yield _of_method(b, lambda x: ast.BinOp(a, node.op, x)), clause, _bracket(b, a), cost

    @staticmethod
    def _rotations(node, a, b):
        """The same operands in other brackets."""
        binary, op = ast.BinOp, node.op
        if isinstance(a, binary):
            yield binary(a.left, a.op, binary(a.right, op, b))
            if type(a.op) is not type(op):
                yield binary(binary(a.left, op, b), a.op, a.right)
            if isinstance(a.right, binary) and not isinstance(op, ast.Pow):
                x = a.right
                yield binary(a.left, a.op, binary(x.left, x.op, binary(x.right, op, b)))
        if isinstance(b, binary):
            yield binary(binary(a, op, b.left), b.op, b.right)
            if isinstance(b.right, binary):
                x = b.right
                yield binary(binary(a, op, binary(b.left, b.op, x.left)), x.op, x.right)
        if isinstance(a, ast.UnaryOp):
            yield ast.UnaryOp(a.op, binary(a.operand, op, b))

    def _unary(self, node, slot):
        inner = code(node.operand)
        if isinstance(node.op, ast.USub):
            yield node.operand, f"the minus before {inner} is missing", f"the minus before {inner} is too many", 1.0
            if isinstance(node.operand, ast.BinOp):
                x = node.operand
                words = f"the minus in {code(node)} covers less"
                yield ast.BinOp(ast.UnaryOp(node.op, x.left), x.op, x.right), words, words, 1.2
        else:
            yield node.operand, f"the condition {inner} is turned round", f"{inner} is turned round", 1.0

    def _compare(self, node, slot):
        a, b, op = node.left, node.comparators[0], type(node.ops[0])
        if len(node.ops) > 1:
            return
        for new in COMPARISONS.get(op, ()):
            strict = {op, new} in ({ast.Lt, ast.LtE}, {ast.Gt, ast.GtE})
            if strict:
                both = f"{code(a)} and {code(b)} are equal"
                counted = new in (ast.LtE, ast.GtE)
                clause = f"it also counts when {both}" if counted else f"it does not count when {both}"
                remedy = f"mind what happens when {both}"
            else:
                clause = f"the comparison of {code(a)} with {code(b)} is turned round"
                remedy = f"the comparison of {code(a)} with {code(b)} is the wrong way round"
            if op in SIGNS and new in SIGNS:
                clause = f"{clause}, `{SIGNS[new]}`"
            yield ast.Compare(a, [new()], [b]), clause, remedy, 1.0 if strict else 1.1
        if isinstance(a, ast.Call) and len(a.args) == 1 and not a.keywords:
            words = f"{code(a.func)} is taken after the comparison, not before"
            yield ast.Call(a.func, [ast.Compare(a.args[0], node.ops, [b])], []), words, words, 1.2
        yield a, f"{code(a)} itself stands where it is asked whether {code(node)}", f"{code(a)} is not asked", 1.1
        yield ast.Constant(True), f"{code(node)} is never asked", f"{code(node)} should not be asked", 1.4
        yield ast.Constant(False), f"{code(node)} never counts", f"{code(node)} should not be asked", 1.4

    def _bool(self, node, slot):
        all_, word = isinstance(node.op, ast.And), ("`and`", "`or`")
        other = ast.Or() if all_ else ast.And()
        words = f"{word[all_]} stands where {word[not all_]} belongs"
        parts = " and ".join(code(v) for v in node.values) if len(node.values) == 2 else "the conditions"
        yield ast.BoolOp(other, node.values), f"{words}, between {parts}", f"{word[not all_]} is the wrong word", 1.0
        for i, part in enumerate(node.values):
            rest = node.values[:i] + node.values[i + 1 :]
            new = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
            yield new, f"{code(part)} is not asked", f"{code(part)} should not be asked", 1.0
            if isinstance(part, ast.UnaryOp) or len(node.values) < 2:
                continue
            turned = ast.BoolOp(node.op, [*node.values[:i], ast.UnaryOp(ast.Not(), part), *node.values[i + 1 :]])
            yield turned, f"{code(part)} is turned round", f"{code(part)} is the wrong way round", 1.3
        if len(node.values) > 2:
            for i in range(len(node.values) - 1):
                pair = ast.BoolOp(other, node.values[i : i + 2])
                new = ast.BoolOp(node.op, [*node.values[:i], pair, *node.values[i + 2 :]])
                yield new, f"{words}, between {code(pair.values[0])} and {code(pair.values[1])}", words, 1.1

    def _choice(self, node, slot):
        test = code(node.test)
        yield (
            ast.IfExp(node.test, node.orelse, node.body),
            f"the cases of {test} are swapped",
            f"the cases of {test} have changed places",
            1.0,
        )
        yield (
            node.body,
            f"{code(node.body)} is always taken, not only if {test}",
            f"{test} should not be asked",
            1.0,
        )
        yield (
            node.orelse,
            f"{code(node.orelse)} is always taken, also if {test}",
            f"{test} should not be asked",
            1.0,
        )

    # Calls

    def _call(self, node, slot):
        name = _called(node)
        word = WORDS.get(name, f"`{name}`" if name else code(node.func))
        of = _subject(node)
        for other in FUNCTIONS.get(name, ()):
            new = ast.Call(_renamed(node.func, other), node.args, node.keywords)
            words = f"the {WORDS.get(other, f'`{other}`')} is taken, not the {word}"
            yield new, words, f"the {word} is not what is wanted here", 1.1
        if of is not None and not (isinstance(slot[0], ast.Expr)):
            where = f" of {code(of)}"
            missing = f"the {word}{where} is not taken" if name not in UNCHANGED else f"`{name}` is left out"
            yield of, missing, f"the {word}{where} is too many", 1.0 if name in WORDS else 1.2
        yield from self._arguments(node, name, word, of)
        yield from self._order_of_calls(node, name, word)

    def _arguments(self, node, name, word, of):
        for i, k in enumerate(node.keywords):
            rest = node.keywords[:i] + node.keywords[i + 1 :]
            left = f"`{k.arg}` is left out" + (f" of the {word}" if name in WORDS else "")
            if k.arg is None:
                continue
            if k.arg == "axis":
                left = f"the {word} is taken of everything together, without `axis`"
                for axis in (0, 1):
                    if ast.unparse(k.value) != str(axis):
                        other = ast.keyword("axis", _number(axis, node))
                        words = f"the {word} runs along `axis={axis}`, not along `axis={ast.unparse(k.value)}`"
                        new = ast.Call(node.func, node.args, [*node.keywords[:i], other, *node.keywords[i + 1 :]])
                        yield new, words, f"the {word} runs along the wrong axis", 1.0
            yield ast.Call(node.func, node.args, rest), left, f"`{k.arg}` does not belong here", 1.0
        have = {k.arg for k in node.keywords}
        if name in REDUCTIONS and "axis" not in have and of is not None and len(node.args) <= (_method(node) is None):
            for axis in (0, 1):
                new = ast.Call(node.func, node.args, [*node.keywords, ast.keyword("axis", _number(axis, node))])
                clause = f"the {word} is taken along `axis={axis}` only, not of everything"
                yield new, clause, f"the {word} is taken of everything; it wants an axis", 1.2
        if name in REDUCTIONS and "keepdims" not in have:
            new = ast.Call(node.func, node.args, [*node.keywords, ast.keyword("keepdims", _true(node))])
            yield new, f"the {word} keeps its axis", f"the {word} loses an axis: `keepdims`", 1.3
        if name in ("var", "std") and "ddof" not in have:
            new = ast.Call(node.func, node.args, [*node.keywords, ast.keyword("ddof", _number(1, node))])
            yield new, f"the {word} is over `N - 1`, not over `N`", f"the {word} is over `N`: mind `ddof`", 1.0
        if len(node.args) == 2 and name not in ("range",):
            a, b = node.args
            if name in ("maximum", "minimum", "max", "min"):
                yield a, f"nothing limits {code(a)}: {code(b)} is left out", f"{code(b)} does not belong here", 1.0
                yield b, f"{code(b)} stands alone: {code(a)} is left out", f"{code(a)} does not belong here", 1.1
            else:
                words = f"{code(a)} and {code(b)} have changed places in `{name}`"
                yield ast.Call(node.func, [b, a], node.keywords), words, words, 1.2
        if name == "where" and len(node.args) == 3:
            c, a, b = node.args
            words = f"the two cases of {code(c)} have changed places"
            yield ast.Call(node.func, [c, b, a], []), words, words, 1.0
            yield a, f"{code(a)} is taken everywhere, not only where {code(c)}", f"{code(c)} should not be asked", 1.0
            yield b, f"{code(b)} is taken also where {code(c)}", f"{code(c)} should not be asked", 1.0
        if name == "range":
            yield from self._range(node)
        for i, arg in enumerate(node.args):
            if name in REDUCTIONS and i == (_method(node) is None) and isinstance(arg, ast.Constant):
                for axis in (0, 1):
                    if arg.value != axis:
                        new = ast.Call(node.func, [*node.args[:i], _number(axis, node), *node.args[i + 1 :]], [])
                        yield new, f"the {word} runs along the wrong axis", f"the {word} runs along the wrong axis", 1.0

    def _range(self, node):
        for i, arg in enumerate(node.args):
            if i == 2:
                yield ast.Call(node.func, node.args[:2], []), "the stride of the loop is left out", "the stride", 1.0
                continue
            for op, word in ((ast.Sub(), "early"), (ast.Add(), "late")):
                new = ast.BinOp(arg, op, _number(1, node))
                which = "starts" if i == 0 and len(node.args) > 1 else "ends"
                words = f"the loop over {code(node)} {which} one too {word}"
                yield ast.Call(node.func, [*node.args[:i], new, *node.args[i + 1 :]], []), words, words, 1.1
        if len(node.args) == 1:
            new = ast.Call(node.func, [_number(1, node), *node.args], [])
            yield new, f"the loop over {code(node)} leaves out the first", "the loop leaves out the first", 1.1
        new = ast.Subscript(node, ast.Slice(step=_number(-1, node)), ast.Load())
        yield new, f"the loop over {code(node)} runs backward", "the loop runs the wrong way", 1.1

    def _order_of_calls(self, node, name, word):
        """f(g(x)) for g(f(x)), f(a) + b for f(a + b)."""
        of = _subject(node)
        if isinstance(of, ast.BinOp):
            for new_of, rest, first in ((of.left, of.right, False), (of.right, of.left, True)):
                call = _of_method(node, lambda x, y=new_of: y)
                new = ast.BinOp(rest, of.op, call) if first else ast.BinOp(call, of.op, rest)
                clause = f"the {word} is taken of {code(new_of)} alone, without {code(rest)}"
                if isinstance(of.op, ast.Pow):
                    clause = f"the {word} is taken first, and then the power"
                yield new, clause, f"the {word} covers too much: {code(rest)} does not belong under it", 1.1
        if isinstance(of, ast.Compare) and len(of.ops) == 1:
            new = ast.Compare(_of_method(node, lambda x: of.left), of.ops, of.comparators)
            words = f"the {word} is taken before the comparison with {code(of.comparators[0])}"
            yield new, words, words, 1.1
        if isinstance(of, ast.Call) and (inner := _subject(of)) is not None:
            new = _of_method(of, lambda x: _of_method(node, lambda y: inner))
            inner_word = WORDS.get(_called(of), f"`{_called(of)}`")
            words = f"the {word} is taken before the {inner_word}, not after it"
            yield new, words, f"{inner_word} and {word} have changed places", 1.1
        if isinstance(of, ast.UnaryOp):
            words = f"the sign stands outside the {word}"
            yield ast.UnaryOp(of.op, _of_method(node, lambda x: of.operand)), words, words, 1.1

    def _attribute(self, node, slot):
        if node.attr == "T":
            yield node.value, f"{code(node.value)} is not transposed", f"{code(node.value)} should not be transposed", 1
        if node.attr in ("size", "shape") and slot[1] != "value":
            new = ast.Call(ast.Name("len", ast.Load()), [node.value], [])
            yield new, f"the rows of {code(node.value)} are counted, not all its entries", "rows or entries", 1.2

    def _subscript(self, node, slot):
        s, whole = node.slice, code(node)
        if isinstance(s, ast.Slice):
            yield node.value, f"{code(node.value)} is taken whole, not {whole}", f"{whole} cuts too much away", 1.1
            for field, word in (("lower", "starts"), ("upper", "ends")):
                bound = getattr(s, field)
                if bound is not None:
                    yield self._bound(node, field, None), f"{whole} is not cut where it {word}", f"{whole}", 1.1
                    for op, far in ((ast.Sub(), "early"), (ast.Add(), "late")):
                        words = f"the part {whole} {word} one too {far}"
                        yield self._bound(node, field, ast.BinOp(bound, op, _number(1, node))), words, words, 1.1
        elif isinstance(s, ast.Tuple) and any(isinstance(e, ast.Constant) and e.value is None for e in s.elts):
            yield node.value, f"{whole} lacks its new axis", f"{whole} has an axis too many", 1.1
        if isinstance(s, ast.Constant) and isinstance(s.value, int) or isinstance(s, ast.UnaryOp):
            for other in (0, 1, -1, 2):
                if ast.unparse(s) != str(other):
                    words = f"{code(node.value)} is asked for entry {other}, not {ast.unparse(s)}"
                    new = ast.Subscript(node.value, _number(other, node), ast.Load())
                    yield new, words, f"{whole} is the wrong entry", 1.1
        elif not isinstance(s, ast.Slice | ast.Tuple | ast.Constant):
            yield node.value, f"{code(node.value)} stands for {whole}", f"{whole} picks too few", 1.3

    @staticmethod
    def _bound(node, field, new):
        s = node.slice
        bounds = {"lower": s.lower, "upper": s.upper, "step": s.step} | {field: new}
        return ast.Subscript(node.value, ast.Slice(**bounds), ast.Load())

    # Names and numbers

    def _name(self, node, slot):
        name, kind = node.id, self.kinds.get(node.id)
        if name not in self.params and name not in self.stored or slot[1] == "func" and kind != "function":
            return
        if kind == "function" or kind == "rng":
            return
        for other in self.params:
            if other != name and (kind is None or self.kinds.get(other) == kind) and kind != "flag":
                words = f"`{other}` stands where `{name}` belongs{self._in(slot)}"
                yield _load(other), words, f"`{name}` is the wrong name{self._in(slot)}", 1.2
        for other in self.locals:
            if other != name and self.stored[other] < node.lineno:
                words = f"`{other}` stands where `{name}` belongs{self._in(slot)}"
                yield _load(other), words, f"`{name}` is the wrong name{self._in(slot)}", 1.3
        if name in self.params and name in self.stored and node.lineno > self.stored[name]:
            words = f"the old `{name}` is used, as it came in{self._in(slot)}"
            yield _load(f"__old_{name}"), words, f"the new `{name}` stands where the old one belongs", 1.0
        if name in self.shares:
            new = ast.BinOp(_number(1, node), ast.Sub(), _load(name))
            words = f"`1 - {name}` stands for `{name}`{self._in(slot)}"
            yield new, words, f"`{name}` is used where 1 minus it belongs", 1.3
        if kind == "scalar" and isinstance(self.defaults.get(name), ast.Constant):
            value = ast.unparse(self.defaults[name])
            yield (
                _number(self.defaults[name].value, node),
                f"`{name}` is not used: it is {value} whatever is asked for",
                f"`{name}` is used where the number {value} belongs",
                1.0,
            )
        if (name in self.counts or kind is None) and not _asks_for_shape(slot):
            for op, word in ((ast.Add(), "+"), (ast.Sub(), "-")):
                words = f"`{name} {word} 1` stands for `{name}`{self._in(slot)}"
                yield ast.BinOp(_load(name), op, _number(1, node)), words, f"`{name}` is off by one", 1.4

    def _in(self, slot):
        parent = slot[0]
        return f", in {code(parent)}" if isinstance(parent, ast.expr) else ""

    def _constant(self, node, slot):
        value = node.value
        if isinstance(value, bool):
            yield ast.Constant(not value), f"`{not value}` stands for `{value}`", f"`{value}` is turned round", 1.1
        if isinstance(value, bool | str | bytes | None.__class__) or value is ...:
            return
        for other, cost in _numbers(value):
            words = f"{other:g} stands where {value:g} belongs{self._in(slot)}"
            yield _number(other, node), words, f"the number {value:g} is not the right one{self._in(slot)}", cost
        for name, kind in self.kinds.items():
            if kind == "scalar" and not isinstance(slot[0], ast.Subscript):
                words = f"`{name}` stands where {value:g} belongs{self._in(slot)}"
                yield _load(name), words, f"{value:g} stands where an argument belongs{self._in(slot)}", 1.5

    def _wrapped(self, node, slot):
        """Something is done to a value that should be left alone."""
        if isinstance(node, ast.Constant | ast.Tuple | ast.Starred | ast.Slice | ast.Lambda | ast.ListComp | ast.Dict):
            return
        if isinstance(node, ast.Name) and (
            self.kinds.get(node.id) in ("function", "rng") or node.id not in {*self.params, *self.stored}
        ):
            return
        c, power = code(node), isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)
        top = isinstance(slot[0], ast.Return | ast.Assign | ast.AugAssign | ast.Tuple)
        if self._is_flag(node):
            return
        signless = _forgets_sign(slot)
        if not power:
            new = ast.BinOp(node, ast.Pow(), _number(2, node))
            yield new, f"{c} is squared", f"{c} is not squared", 1.5
        if not isinstance(node, ast.Compare | ast.BoolOp):
            root = ast.BinOp(node, ast.Pow(), _number(0.5, node))
            yield root, f"the root of {c} is taken", f"the root of {c} is missing", 1.5
            if not signless and not self._positive(node):
                size = ast.Call(_load("abs"), [node], [])
                yield size, f"the absolute value of {c} is taken", f"the absolute value of {c} is missing", 1.6
            if not signless and not isinstance(slot[0], ast.UnaryOp):
                minus = ast.UnaryOp(ast.USub(), node)
                yield minus, f"{c} has the wrong sign", f"{c} has the wrong sign", 1.15 if top else 1.7
        if top or isinstance(node, ast.BinOp):
            for factor, word in ((2, "twice"), (0.5, "half")):
                new = ast.BinOp(_number(factor, node), ast.Mult(), node)
                yield new, f"{c} is {word} as large", f"{c} is {('half', 'twice')[factor == 0.5]} as large", 1.6
            for name in (n for n, kind in self.kinds.items() if kind == "array" and top):
                count = ast.Call(_load("len"), [_load(name)], [])
                yield (
                    ast.BinOp(node, ast.Div(), count),
                    f"{c} is divided by the length of `{name}`",
                    f"{c} is not divided by the length of `{name}`",
                    1.6,
                )
                yield (
                    ast.BinOp(node, ast.Mult(), count),
                    f"{c} is multiplied by the length of `{name}`",
                    f"{c} should not be divided by the length of `{name}`",
                    1.7,
                )
            for name in (n for n, kind in self.kinds.items() if kind == "scalar" and top):
                for op, word, back in (
                    (ast.Mult(), "multiplied by", "lacks the factor"),
                    (ast.Div(), "divided by", "is not divided by"),
                ):
                    if ast.unparse(node) == name:
                        continue
                    new = ast.BinOp(node, op, _load(name))
                    yield new, f"{c} is {word} `{name}`", f"{c} {back} `{name}`", 1.5

    def _is_flag(self, node):
        """Whether a value is True or False, of which no root or square is taken."""
        if isinstance(node, ast.Compare | ast.BoolOp | ast.List):
            return True
        if isinstance(node, ast.Name):
            return self.kinds.get(node.id) == "flag"
        return (
            isinstance(node, ast.UnaryOp)
            and isinstance(node.op, ast.Not)
            or (
                isinstance(node, ast.Call)
                and _called(node) in ("all", "any", "isfinite", "zip", "reversed", "enumerate")
            )
        )

    def _positive(self, node):
        """Whether a value is never negative, as far as its expression tells."""
        if isinstance(node, ast.Constant):
            return True
        if isinstance(node, ast.Name):
            return node.id in self.positive
        if isinstance(node, ast.Call):
            return _called(node) in POSITIVE
        if isinstance(node, ast.BinOp):
            even = isinstance(node.op, ast.Pow) and ast.unparse(node.right) == "2"
            parts = self._positive(node.left) and self._positive(node.right)
            return even or parts and isinstance(node.op, ast.Add | ast.Mult | ast.Div | ast.Pow | ast.FloorDiv)
        return isinstance(node, ast.Attribute) and node.attr == "pi"

    # Statements

    def _statement(self, slot, node):
        line = node.lineno
        text = code(node) if not isinstance(node, ast.If | ast.For | ast.While) else ""
        block, _, index = slot
        nothing = ast.copy_location(ast.Pass(), node)
        if isinstance(node, ast.AugAssign):
            yield Change(((slot, nothing, node),), f"{text} is left out", f"{text} is too many", 1.0, line)
            for other, words in (
                (ast.Add, "added"),
                (ast.Sub, "subtracted"),
                (ast.Mult, "multiplied"),
                (ast.Div, "divided"),
            ):
                if type(node.op) is not other:
                    new = ast.copy_location(ast.AugAssign(node.target, other(), node.value), node)
                    clause = f"{code(node.value)} is {words} in {text}"
                    yield Change(((slot, new, node),), clause, f"the sign in {text} is wrong", 1.1, line)
            new = ast.copy_location(ast.Assign([node.target], node.value), node)
            yield Change(((slot, new, node),), f"what was there is lost in {text}", f"{text}", 1.2, line)
        elif isinstance(node, ast.Assign):
            yield Change(((slot, nothing, node),), f"{text} is left out", f"{text} is too many", 1.1, line)
            if isinstance(node.targets[0], ast.Name | ast.Subscript):
                new = ast.copy_location(ast.AugAssign(node.targets[0], ast.Add(), node.value), node)
                yield Change(((slot, new, node),), f"{text} adds to what was there", f"{text}", 1.4, line)
        elif isinstance(node, ast.If):
            yield from self._if(slot, node, nothing)
        elif isinstance(node, ast.For):
            yield from self._for(slot, node)
            yield from self._in_and_out(slot, node)
        elif isinstance(node, ast.While):
            once = ast.copy_location(ast.If(node.test, node.body, []), node)
            yield Change(((slot, once, node),), "the loop makes one pass only", "one pass is enough", 1.1, line)
        elif isinstance(node, ast.Break | ast.Continue):
            yield Change(((slot, nothing, node),), f"the loop has no {text}", f"{text} is too many", 1.1, line)
        elif isinstance(node, ast.Return) and node.value is not None:
            yield from self._return(slot, node)
        if index is not None and index + 1 < len(getattr(block, slot[1])) and not isinstance(node, ast.Return):
            after = getattr(block, slot[1])[index + 1]
            if not isinstance(after, ast.Return) and not getattr(after, "_skip", False):
                swaps = ((slot, after, node), ((block, slot[1], index + 1), node, after))
                what = f"{code(node)} and {code(after)}" if text and not isinstance(after, ast.For | ast.If) else ""
                words = f"the lines {what} stand in the wrong order" if what else "two steps stand in the wrong order"
                yield Change(swaps, words, words, 1.0, line)

    def _in_and_out(self, slot, loop):
        """The statement after a loop moved into it, or its last one moved behind it."""
        block, field, index = slot
        true = ast.copy_location(ast.Constant(True), loop)
        following = getattr(block, field)[index + 1 :]
        if following and isinstance(following[0], ast.AugAssign | ast.Assign):
            after = following[0]
            kind = type(loop)
            fields = {name: getattr(loop, name) for name in loop._fields} | {"body": [*loop.body, after]}
            new = ast.copy_location(kind(**fields), loop)
            nothing = ast.copy_location(ast.Pass(), after)
            swaps = ((slot, new, loop), ((block, field, index + 1), nothing, after))
            words = f"{code(after)} happens in every pass of the loop, not once after it"
            yield Change(swaps, words, f"{code(after)} belongs into the loop before it", 1.05, after.lineno)
        if len(loop.body) > 1 and isinstance(loop.body[-1], ast.AugAssign | ast.Assign):
            last = loop.body[-1]
            fields = {name: getattr(loop, name) for name in loop._fields} | {"body": loop.body[:-1]}
            inner = ast.copy_location(type(loop)(**fields), loop)
            new = ast.copy_location(ast.If(true, [inner, last], []), loop)
            words = f"{code(last)} happens once after the loop, not in every pass"
            yield Change(((slot, new, loop),), words, f"{code(last)} belongs behind the loop", 1.05, last.lineno)

    def _if(self, slot, node, nothing):
        test, line = code(node.test), node.lineno
        turned = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
        yield Change(
            (((node, "test", None), turned, node.test),),
            f"the condition {test} is turned round",
            f"the condition {test} is the wrong way round",
            1.0,
            line,
        )
        for value, clause in (
            (True, f"what stands under `if` {test} is always done, whatever is asked"),
            (False, f"what stands under `if` {test} is never done"),
        ):
            new = ast.copy_location(ast.Constant(value), node.test)
            yield Change((((node, "test", None), new, node.test),), clause, f"{test} should not be asked", 1.0, line)
        for i, inner in enumerate(node.body):
            if not isinstance(inner, ast.Return | ast.Pass | ast.If):
                moved = [ast.copy_location(ast.If(node.test, node.body[:i] + node.body[i + 1 :], node.orelse), node)]
                if moved[0].body:
                    new = ast.copy_location(
                        ast.If(ast.copy_location(ast.Constant(True), node), [*moved, inner], []), node
                    )
                    ast.fix_missing_locations(new)
                    words = f"{code(inner)} happens also when it should not: only if {test}"
                    yield Change(((slot, new, node),), words, f"{code(inner)} belongs elsewhere", 1.1, line)

    def _for(self, slot, node):
        line, over = node.lineno, code(node.iter)
        stop = ast.copy_location(ast.Break(), node.body[-1])
        inner = ast.copy_location(ast.For(node.target, node.iter, [*node.body, stop], node.orelse), node)
        yield Change(((slot, inner, node),), "the loop ends after its first pass", "the loop ends too soon", 1.1, line)
        if not ast.unparse(node.iter).startswith("range"):
            for text, clause in (
                ("list({})[::-1]", f"the loop over {over} runs backward"),
                ("list({})[1:]", f"the loop over {over} leaves out the first"),
                ("list({})[:-1]", f"the loop over {over} leaves out the last"),
            ):
                new = ast.parse(text.format(ast.unparse(node.iter)), mode="eval").body
                for n in ast.walk(new):
                    ast.copy_location(n, node.iter)
                yield Change((((node, "iter", None), new, node.iter),), clause, f"mind the loop over {over}", 1.1, line)
        for i, statement in enumerate(node.body[:-1] if len(node.body) > 1 else ()):
            if isinstance(statement, ast.Assign | ast.AugAssign):
                body = node.body[:i] + node.body[i + 1 :]
                rest = ast.copy_location(ast.For(node.target, node.iter, body, node.orelse), node)
                new = ast.copy_location(
                    ast.If(ast.copy_location(ast.Constant(True), node), [statement, rest], []), node
                )
                words = f"{code(statement)} stands before the loop, not in it"
                yield Change(((slot, new, node),), words, f"{code(statement)} belongs before the loop", 1.2, line)

    def _return(self, slot, node):
        value, line = node.value, node.lineno
        names = self.outputs
        if isinstance(value, ast.Tuple) and 2 <= len(value.elts) <= 4:
            shown = names if len(names) == len(value.elts) else [ast.unparse(e) for e in value.elts]
            for order in itertools.permutations(range(len(value.elts))):
                if list(order) != sorted(order):
                    new = ast.copy_location(ast.Tuple([value.elts[i] for i in order], ast.Load()), value)
                    listed = ", ".join(shown[i] for i in order)
                    words = f"the results come back in another order: `return {listed}`"
                    yield Change((((node, "value", None), new, value),), words, "mind the order of `return`", 0.9, line)
        parts = value.elts if isinstance(value, ast.Tuple) else [value]
        for i, part in enumerate(parts):
            place = (value, "elts", i) if isinstance(value, ast.Tuple) else (node, "value", None)
            name = f"`{names[i]}`" if i < len(names) == len(parts) else code(part)
            for other in dict.fromkeys((*self.params, *self.locals)):
                if isinstance(part, ast.Name) and part.id == other or self.kinds.get(other) in ("function", "rng"):
                    continue
                changed = other in self.stored and other in self.params
                words, cost = f"{name} is not what comes back, but `{other}`", 1.2
                if other in self.params and f"`{other}`" == name and not changed:
                    words, cost = f"`{other}` comes back as it came in", 0.9
                new = ast.copy_location(_load(other), part)
                yield Change(((place, new, part),), words, f"{code(part)} is not what is to come back", cost, line)
            for other in (n for n in self.params if self.kinds.get(n) == "array" and isinstance(part, ast.Name)):
                if self.kinds.get(part.id) != "array":
                    entry = ast.copy_location(ast.Subscript(_load(other), _load(part.id), ast.Load()), part)
                    ast.fix_missing_locations(entry)
                    words = f"`{other}[{part.id}]` comes back, not {name}"
                    yield Change(((place, entry, part),), words, f"{code(part)} is not what is to come back", 1.2, line)

    # The same change at every place

    def _whole(self):
        uses: dict[str, list] = {}
        alike: dict[str, list] = {}
        for slot, node, line in self._slots(self.tree, "body", self.tree.lineno):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                uses.setdefault(node.id, []).append((slot, node))
            elif isinstance(node, ast.Call | ast.BinOp):
                alike.setdefault(ast.unparse(node), []).append((slot, node, line))
        names = [n for n in self.params if n in uses and self.kinds.get(n) not in ("function", "rng")]
        for a, b in itertools.combinations(names, 2):
            if self.kinds.get(a) == self.kinds.get(b):
                words = f"`{a}` and `{b}` are swapped throughout"
                yield self._names(uses, {a: _load(b), b: _load(a)}, words, words, 1.1)
        for a, b in itertools.permutations(names, 2):
            if self.kinds.get(a) == self.kinds.get(b) and len(uses[a]) > 1:
                words = f"`{b}` stands where `{a}` belongs, throughout"
                yield self._names(uses, {a: _load(b)}, words, f"`{a}` is the wrong name throughout", 1.3)
        for a in names:
            anchor = uses[a][0][1]
            if a in self.shares:
                new = ast.BinOp(_number(1, anchor), ast.Sub(), _load(a))
                words = f"`{a}` is taken for 1 minus it, throughout"
                yield self._names(uses, {a: new}, words, words, 1.2)
            if a in self.counts:
                for op, sign in ((ast.Add(), "+"), (ast.Sub(), "-")):
                    new = ast.BinOp(_load(a), op, _number(1, anchor))
                    words = f"`{a} {sign} 1` stands for `{a}` throughout"
                    yield self._names(uses, {a: new}, words, f"`{a}` is off by one", 1.25)
            if self.kinds.get(a) == "scalar":
                if isinstance(self.defaults.get(a), ast.Constant) and len(uses[a]) > 1:
                    value = self.defaults[a].value
                    words = f"`{a}` is not used: it is {value} whatever is asked for"
                    yield self._names(uses, {a: _number(value, anchor)}, words, words, 1.1)
                words = f"`{a}` is not used"
                yield self._names(uses, {a: _number(1, anchor)}, words, f"`{a}` does not belong here", 1.2)
        for group in alike.values():
            if len(group) > 1:
                yield from self._alike(group)

    def _names(self, uses, new, clause, remedy, cost):
        swaps = []
        for name, node in new.items():
            for slot, old in uses[name]:
                swaps.append((slot, ast.fix_missing_locations(ast.copy_location(_copy(node), old)), old))
        return Change(tuple(swaps), clause, remedy, cost, swaps[0][2].lineno)

    def _alike(self, group):
        """What is changed at each of several equal expressions."""
        slot, node, line = group[0]
        make = self._call if isinstance(node, ast.Call) else self._binary
        for found in zip(*(list(make(n, s)) for s, n, _ in group), strict=False):
            swaps = tuple(
                (s, ast.fix_missing_locations(ast.copy_location(new[0], old)), old)
                for (s, old, _), new in zip(group, found, strict=True)
            )
            _, clause, remedy, cost = found[0]
            yield Change(swaps, f"{clause}, throughout", f"{remedy}, throughout", cost + 0.1, line)


def prepared(node: ast.FunctionDef) -> ast.FunctionDef:
    """The tree with the old values of reassigned arguments kept, in place."""
    params = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    stored = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for name in reversed([p for p in params if p in stored]):
        keep = ast.Assign([ast.Name(f"__old_{name}", ast.Store())], _load(name))
        keep._skip = True
        ast.fix_missing_locations(ast.copy_location(keep, node.body[0]))
        node.body.insert(0, keep)
    for loop in ast.walk(node):
        for statement in getattr(loop, "body", ()) if isinstance(loop, ast.While) else ():
            if isinstance(statement, ast.Expr) and ast.unparse(statement) == "__tick__()":
                statement._skip = True
    return node


def _forgets_sign(slot):
    """Whether the sign of what stands in a slot does not matter."""
    parent, field, _ = slot
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Pow) and field == "left":
        return ast.unparse(parent.right) == "2"
    return isinstance(parent, ast.Call) and _called(parent) in ("abs", "square", "norm", "cos")


def _asks_for_shape(slot):
    """Whether only the shape of what stands in a slot matters."""
    parent = slot[0]
    if isinstance(parent, ast.Attribute):
        return parent.attr in ("shape", "size", "ndim", "dtype")
    return isinstance(parent, ast.Call) and _called(parent) in SHAPES


def _indexes(slot):
    """Whether a slot is an index, a keyword's value, or the like."""
    parent, field, _ = slot
    if isinstance(parent, ast.Attribute | ast.Slice | ast.keyword) or getattr(parent, "_index", False):
        return True
    return field in ("func", "slice", "annotation")


def _load(name):
    return ast.Name(name, ast.Load())


def _copy(node):
    return (
        ast.BinOp(_copy(node.left), node.op, _copy(node.right))
        if isinstance(node, ast.BinOp)
        else (ast.Name(node.id, ast.Load()) if isinstance(node, ast.Name) else ast.Constant(node.value))
    )


def _number(value, like):
    if value < 0:
        return ast.fix_missing_locations(
            ast.copy_location(ast.UnaryOp(ast.USub(), ast.copy_location(ast.Constant(-value), like)), like)
        )
    return ast.copy_location(ast.Constant(value), like)


def _true(like):
    return ast.copy_location(ast.Constant(True), like)


def _numbers(value):
    """Numbers that stand for another, with a cost."""
    near = [value + 1, value - 1] if isinstance(value, int) else [value * 10, value / 10]
    far = [2 * value, value / 2, 0, 1] if value else [1]
    if isinstance(value, float) and 0 < value < 1:
        far.append(1 - value)
    return [(n, 1.3 if n in near else 1.4) for n in dict.fromkeys((*near, *far)) if n != value]


def _more(operand, attribute):
    return f"{operand} is not transposed", 1.2


def _power(base, exponent):
    text = ast.unparse(exponent)
    if text == "2":
        return f"{base} is not squared"
    return f"the root of {base} is not taken" if text == "0.5" else f"{base} is not raised to the power `{text}`"


def _taken(call):
    name = _called(call)
    return f"the {WORDS[name]}" if name in WORDS else f"`{name}`"


def _bracket(call, rest):
    return f"{code(rest)} stands outside of {_taken(call)}"


def _called(node):
    """The last name of what is called."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _renamed(func, name):
    if isinstance(func, ast.Attribute):
        return ast.Attribute(func.value, name, ast.Load())
    return ast.Attribute(_load("np"), name, ast.Load()) if name not in ("sum", "max", "min", "abs") else _load(name)


def _method(node):
    """The object whose method is called; None for a function, or a function of a module."""
    f = node.func
    return f.value if isinstance(f, ast.Attribute) and not ast.unparse(f.value).startswith(("np", "math")) else None


def _subject(node):
    """What a call works on: the object of a method, else its first argument."""
    method = _method(node)
    if method is not None:
        return method if not (isinstance(method, ast.Name) and method.id == "rng") else None
    return node.args[0] if node.args and not isinstance(node.args[0], ast.Starred) else None


def _of_method(node, change):
    """The same call of something else."""
    if _method(node) is not None:
        return ast.Call(ast.Attribute(change(node.func.value), node.func.attr, ast.Load()), node.args, node.keywords)
    return ast.Call(node.func, [change(node.args[0]), *node.args[1:]], node.keywords)
