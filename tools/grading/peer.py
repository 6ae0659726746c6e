"""Two processes that call each other's functions over a pipe, and trust each other as little as each can."""

import builtins
import io
import itertools
import pickle
import struct
import sys

import numpy as np

from course_utils.check._limits import Endless, Late

from . import wire

LONGEST = 100_000_000  # bytes of a message
MANY = 10_000  # of what an iterator gives, as the checkers have it
MOST = 1_000_000  # entries of lists in a message, one that stands there ten times counted ten times
WORDS = 500  # letters of an error's message


class Ended(Exception):
    """The other process is no more."""


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
        wire.Pickler(self, file, bases).dump(message)
        data = file.getbuffer()
        self._writes.write(struct.pack("<Q", len(data)))
        self._writes.write(data)
        self._writes.flush()

    def _receive(self, bases):
        (n,) = struct.unpack("<Q", self._exactly(8))
        if n > LONGEST:
            raise ValueError("too long a message")
        message = wire.Unpickler(self, io.BytesIO(self._exactly(n)), bases).load()
        if not self.trusting and wire.size(message, {}) > MOST:
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


def _arrays(arguments):
    return [a for a in arguments if isinstance(a, np.ndarray)]


def _mutable(arguments):
    """Those arguments whose state after a call is sent back."""
    kinds = np.ndarray | np.random.Generator
    return [a for a in arguments if isinstance(a, kinds) or wire.VALUES.match(type(a).__module__)]


def _message(error):
    try:
        return str(error)[:WORDS]
    except Exception:  # a learner's own kind of error may not even be able to
        return "no message"
