"""Live figures of chapter 01: boundaries, random search, the compass, numerical slopes, a small graph, bugs."""

from .chain import graph
from .directions import compass
from .hidden_layer import accuracy, boundaries
from .numerical import errors, numerical_error
from .planted import BUGS, bug_found, bugs
from .search import found, random_search

__all__ = [
    "BUGS", "accuracy", "boundaries", "bug_found", "bugs", "compass", "errors", "found", "graph",
    "numerical_error", "random_search",
]  # fmt: skip
