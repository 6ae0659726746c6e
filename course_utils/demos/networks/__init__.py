"""Live figures of chapter 02: a network drawn with its passes, the same in matrices, boundaries, and mistakes."""

from .boundaries import accuracy, boundaries
from .drawing import passes
from .graph import graph
from .mistakes import BUGS, bug_found, bugs

__all__ = ["BUGS", "accuracy", "boundaries", "bug_found", "bugs", "graph", "passes"]
