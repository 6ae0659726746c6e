"""Runs that fail, what is read from their curves, and a laboratory with a budget. Chapter 18."""

from .laboratory import Attempt, Lab, OverBudget
from .patients import EXAM, FAULTS, WARD, examine, facts
from .readings import READINGS, read

__all__ = [
    "Attempt",
    "EXAM",
    "FAULTS",
    "Lab",
    "OverBudget",
    "READINGS",
    "WARD",
    "examine",
    "facts",
    "read",
]
