"""Live figures of chapter 01: scores and their losses, random search, the compass, landmarks, numerical slopes."""

from .compass import compass
from .landmarks import landmarks
from .numerical_error import errors, numerical_error
from .random_search import found, found_by_chance, random_search
from .scores import scores

__all__ = ["compass", "errors", "found", "found_by_chance", "landmarks", "numerical_error", "random_search", "scores"]
