"""All live figures of the course, found among the demos."""

import inspect

from course_utils import demos


def figures(module):
    """The live figures of a chapter: its public functions that return live(...)."""
    functions = inspect.getmembers(module, inspect.isfunction)
    return [f for name, f in functions if name[0] != "_" and "return live(" in inspect.getsource(f)]


def find(chapter=None):
    """[(chapter, function)] of the whole course, or of one chapter."""
    return [(c, f) for c in ([chapter] if chapter else demos.CHAPTERS) for f in figures(getattr(demos, c))]
