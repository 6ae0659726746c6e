"""Live figures of chapter 01: scores and their losses, random search, the compass, landmarks, numerical slopes."""

from .directions import compass
from .landmarks import landmarks
from .numerical import errors, numerical_error
from .scores import scores
from .search import found, random_search

__all__ = ["compass", "errors", "found", "landmarks", "numerical_error", "random_search", "scores"]
