"""What travels between the two processes: values as they are, everything else under a number.

Arrays, numbers and generators become plain data. What the judge reads may name nothing but the course's own kinds of
optimizers, layers and the like: whatever a student's program writes, it makes values and runs nothing.
"""

import builtins
import inspect
import pickle
import re
from inspect import Parameter
from types import EllipsisType, FunctionType, MethodType

import numpy as np

KINDS = "biufcUS"  # of arrays that travel by value
PLAIN = {type(None), EllipsisType, bool, int, float, complex, str, bytes, tuple, list, dict, set, frozenset, range}
ORDER = [Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.VAR_POSITIONAL, Parameter.KEYWORD_ONLY,
         Parameter.VAR_KEYWORD]  # fmt: skip
NAMED = {"Ellipsis", "complex", "range", "set", "frozenset"}  # builtins that a pickle of these may name
VALUES = re.compile(
    r"course_utils\.(optimizers|schedules|network|layers|normalization|dropout|activations|initializers|regularizers"
    r"|augmentation|history|data)(\.|$)"
)
HELD = ("course_utils.check", "course_utils.clinic.laboratory")  # what the judge lends and does not send


class Held:
    """Something that the other side holds, of a class that goes by its class's name."""

    def __init__(self, peer, key, name, parameters=None):
        self._peer, self._key, self.__name__ = peer, key, str(name)
        if parameters is not None:
            self.__signature__ = inspect.Signature(
                [
                    Parameter(name, ORDER[kind], default=_Text(text) if text else Parameter.empty)
                    for name, kind, text in parameters
                ]
            )

    def __repr__(self):
        return self.__name__


class Remote(Held):
    """A function, or what else can be called; calling it is done there."""

    def __call__(self, /, *args, **kwargs):
        return self._peer.call(self._key, *args, **kwargs)


class Distant(Remote):
    """A Remote whose attributes are those of the original: what a student's program sees of a laboratory."""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self._peer.call(0, self, name)


class Pickler(pickle.Pickler):
    """Writes a message; `bases` are the other side's arrays, parts of which are sent as places in them."""

    def __init__(self, peer, file, bases):
        super().__init__(file, protocol=5)
        self._peer, self._bases = peer, bases

    def persistent_id(self, thing):
        kind = type(thing)
        if kind in PLAIN:
            return None
        if isinstance(thing, np.ndarray) and thing.dtype.kind in KINDS:
            return self._view(thing) or ("array", thing.dtype.str, thing.shape, thing.tobytes())
        if isinstance(thing, np.generic) and thing.dtype.kind in KINDS:
            return "number", thing.dtype.str, thing.tobytes()
        if isinstance(thing, np.dtype) and thing.kind in KINDS:
            return "dtype", thing.str
        if isinstance(thing, np.random.Generator):
            return "generator", type(thing.bit_generator).__name__, thing.bit_generator.state
        if isinstance(thing, Held):
            return "yours", thing._key
        if self._by_value(thing, kind):
            return None
        name = getattr(thing, "__name__", kind.__name__)
        return "mine", self._peer.hold(thing), kind.__name__, callable(thing), name, _parameters(thing)

    def _view(self, a):
        """Where an array lies in one of the other side's own, if it does."""
        for i, base in enumerate(self._bases):
            if np.may_share_memory(a, base):
                offset = a.__array_interface__["data"][0] - base.__array_interface__["data"][0]
                return "view", i, a.dtype.str, a.shape, a.tobytes(), offset, a.strides
        return None

    def _by_value(self, thing, kind):
        if not self._peer.trusting:  # the judge's things may be anything
            return not isinstance(thing, FunctionType | MethodType) and not kind.__module__.startswith(HELD)
        if isinstance(thing, type):
            return bool(VALUES.match(thing.__module__)) or (thing.__module__ == "builtins" and thing.__name__ in NAMED)
        return bool(VALUES.match(kind.__module__)) and not isinstance(thing, FunctionType)


class Unpickler(pickle.Unpickler):
    """Reads a message, and for a side that does not trust the other nothing but values."""

    def __init__(self, peer, file, bases):
        super().__init__(file)
        self._peer, self._bases = peer, bases

    def find_class(self, module, name):
        if self._peer.trusting:
            return super().find_class(module, name)
        if module == "builtins" and name in NAMED:
            return getattr(builtins, name)
        found = super().find_class(module, name) if VALUES.match(module) and "." not in name else None
        if not (isinstance(found, type) and found.__module__ == module):
            raise pickle.UnpicklingError(f"{module}.{name}")
        return found

    def persistent_load(self, reference):
        what, *rest = reference
        if what not in ("array", "view", "number", "dtype", "generator", "yours", "mine"):
            raise pickle.UnpicklingError(what)
        return getattr(self, f"_{what}")(*rest)

    def _array(self, dtype, shape, data):
        return np.frombuffer(data, _dtype(dtype)).reshape(shape).copy()

    def _view(self, i, dtype, shape, data, offset, strides):
        if not self._bases[i].flags.c_contiguous:
            return self._array(dtype, shape, data)
        return np.ndarray(shape, _dtype(dtype), self._bases[i], offset, strides)

    def _number(self, dtype, data):
        return np.frombuffer(data, _dtype(dtype))[0]

    def _dtype(self, dtype):
        return _dtype(dtype)

    def _generator(self, name, state):
        if name not in ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"):
            raise pickle.UnpicklingError(name)
        generator = np.random.Generator(getattr(np.random, name)())
        generator.bit_generator.state = state
        return generator

    def _yours(self, key):
        return self._peer.held(key)

    def _mine(self, key, kind, can_be_called, name, parameters):
        base = Distant if self._peer.trusting else Remote if can_be_called else Held
        return type(str(kind), (base,), {})(self._peer, key, name, parameters)


class _Text:
    """A default value, as the other side writes it."""

    def __init__(self, text):
        self._text = str(text)

    def __repr__(self):
        return self._text


def _dtype(text):
    dtype = np.dtype(text)
    if dtype.kind not in KINDS:
        raise pickle.UnpicklingError(text)
    return dtype


def _parameters(f):
    if not callable(f):
        return None
    try:
        found = inspect.signature(f).parameters.values()
        return [(p.name, int(p.kind), "" if p.default is p.empty else repr(p.default)[:80] or "?") for p in found]
    except (ValueError, TypeError):
        return None


def size(value, known):
    """How many entries a list of lists has in all. A few bytes can stand for billions, which an array would hold."""
    if not isinstance(value, list | tuple | dict):
        return 1
    if id(value) not in known:
        inside = [*value, *value.values()] if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(size(entry, known) for entry in inside)
    return known[id(value)]
