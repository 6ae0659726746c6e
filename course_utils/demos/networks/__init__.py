"""Live figures of chapter 02: a network drawn with its passes, the same in matrices, boundaries, and mistakes."""

from .boundaries import accuracy, boundaries, final_loss, sure_at
from .bugs import BUGS, bug_found, bugs
from .graph import graph
from .passes import passes

__all__ = ["BUGS", "accuracy", "boundaries", "bug_found", "bugs", "final_loss", "graph", "passes", "sure_at"]
