"""Two processes that call each other's functions over a pipe, and trust each other as little as each can.

A message is a pickle in which arrays, generators and functions are replaced by plain data or by a number under which
their owner holds them. What the judge reads may name nothing but the course's own kinds of optimizers, layers and the
like: whatever a student's program writes, it makes values and runs nothing.
"""

import builtins
import inspect
import io
import itertools
import pickle
import re
import struct
import sys
from inspect import Parameter
from types import EllipsisType, FunctionType, MethodType

import numpy as np

from course_utils.check._limits import Endless, Late

LONGEST = 100_000_000  # bytes of a message
MANY = 10_000  # of what an iterator gives, as the checkers have it
MOST = 1_000_000  # entries of lists in a message, one that stands there ten times counted ten times
WORDS = 500  # letters of an error's message
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


class Ended(Exception):
    """The other process is no more."""


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


class Peer:
    """One end of the line.

    Parameters
    ----------
    reads, writes : binary files
    offer : the function that the other side may call at first
    trusting : bool, whether any pickle of the other side is read
    around : gives the context in which the other side's calls are answered, told whether lines are counted there
    """

    def __init__(self, reads, writes, offer, trusting, around):
        self._reads, self._writes, self._around = reads, writes, around
        self.trusting, self._held, self.over = trusting, {0: offer}, None
        self._errors = {"Endless": Endless, "Late": Late}

    def call(self, key, /, *args, **kwargs):
        """Call what the other side holds under a number; errors there are raised here."""
        if self.over:
            raise self.over
        counting = sys.gettrace()
        sys.settrace(None)  # a limit that is passed within these lines would leave half a message on the line
        try:
            return self._call(key, counting is not None, args, kwargs)
        finally:
            sys.settrace(counting)

    def _call(self, key, counting, args, kwargs):
        arguments = [*args, *kwargs.values()]
        bases = _arrays(arguments)
        try:
            self._send(("call", key, counting, args, kwargs))
            while (message := self._receive(bases))[0] == "call":
                self._answer(*message[1:])
            what, *rest = message
            if what == "error":
                error = self._error(*rest)
            else:
                after, result = rest
                for old, new in zip(_mutable(arguments), after, strict=True):
                    self._write_back(old, new)
                return result
        except (OSError, EOFError, struct.error, ValueError, TypeError, LookupError, AttributeError, pickle.PickleError,
                RecursionError, MemoryError, OverflowError, ImportError, BufferError) as fault:  # fmt: skip
            self.over = Ended("the program with the answer ended, or what it returned cannot be read")
            raise self.over from fault
        except BaseException as stop:  # the checker's clock
            self.over = stop
            raise
        raise error

    def serve(self):
        """Answer the other side's calls until it hangs up."""
        while True:
            try:
                message = self._receive([])
            except EOFError:
                return
            self._answer(*message[1:])

    def _answer(self, key, counting, args, kwargs):
        arguments = [*args, *kwargs.values()]
        try:
            with self._around(counting):
                result = self._held[key](*args, **kwargs)
                if hasattr(result, "__next__"):
                    result = list(itertools.islice(result, MANY))
            after = [a.copy() if isinstance(a, np.ndarray) else a for a in _mutable(arguments)]
            self._send(("done", after, result), _arrays(arguments))
        except BaseException as error:
            self._errors[type(error).__name__] = type(error)
            self._send(("error", type(error).__name__, _message(error)))

    def _error(self, name, words):
        found = self._errors.get(name) or getattr(builtins, str(name), None)
        allowed = isinstance(found, type) and issubclass(found, Exception | SystemExit | Endless)
        try:
            return (found if allowed else type(str(name)[:80], (Exception,), {}))(words)
        except TypeError:  # one that wants more than words
            return type(name, (Exception,), {})(words)

    def _write_back(self, old, new):
        if isinstance(old, np.ndarray):
            if old.shape == new.shape and old.flags.writeable and not np.array_equal(old, new):
                old[...] = new
        elif isinstance(old, np.random.Generator):
            old.bit_generator.state = new.bit_generator.state
        elif self.trusting:
            vars(old).update(vars(new))

    def _send(self, message, bases=()):
        file = io.BytesIO()
        _Pickler(self, file, bases).dump(message)
        data = file.getbuffer()
        self._writes.write(struct.pack("<Q", len(data)))
        self._writes.write(data)
        self._writes.flush()

    def _receive(self, bases):
        (n,) = struct.unpack("<Q", self._exactly(8))
        if n > LONGEST:
            raise ValueError("too long a message")
        message = _Unpickler(self, io.BytesIO(self._exactly(n)), bases).load()
        if not self.trusting and _size(message, {}) > MOST:
            raise ValueError("a message that unfolds to too much")
        return message

    def _exactly(self, n):
        data = self._reads.read(n)
        if len(data) < n:
            raise EOFError
        return data

    def hold(self, thing):
        """The number under which the other side can name it."""
        self._held[id(thing)] = thing
        return id(thing)

    def held(self, key):
        return self._held[key]


class _Pickler(pickle.Pickler):
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


class _Unpickler(pickle.Unpickler):
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


def _size(value, known):
    """How many entries a list of lists has in all. A few bytes can stand for billions, which an array would hold."""
    if not isinstance(value, list | tuple | dict):
        return 1
    if id(value) not in known:
        inside = [*value, *value.values()] if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_size(entry, known) for entry in inside)
    return known[id(value)]


def _arrays(arguments):
    return [a for a in arguments if isinstance(a, np.ndarray)]


def _mutable(arguments):
    """Those arguments whose state after a call is sent back."""
    kinds = np.ndarray | np.random.Generator
    return [a for a in arguments if isinstance(a, kinds) or VALUES.match(type(a).__module__)]


def _message(error):
    try:
        return str(error)[:WORDS]
    except Exception:  # a learner's own kind of error may not even be able to
        return "no message"
