"""Live figures of chapter 01: boundaries, random search, the compass, numerical slopes, a small graph, bugs."""
from .boundaries import accuracy, boundaries
from .bugs import BUGS, bug_found, bugs
from .compass import compass
from .graph import graph
from .numerical import errors, numerical_error
from .search import found, random_search

__all__ = [
    "BUGS", "accuracy", "boundaries", "bug_found", "bugs", "compass", "errors", "found", "graph", "numerical_error",
    "random_search",
]  # fmt: skip
