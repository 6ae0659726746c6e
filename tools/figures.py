"""All live figures of the course: what `live` has registered among the demos."""

from course_utils import demos
from course_utils.live import FIGURES


def find(chapter=None):
    """[(chapter, function)] of the whole course, or of one chapter, by name."""
    return [(c, f) for c in ([chapter] if chapter else demos.CHAPTERS) for f in _figures(getattr(demos, c))]


def _figures(module):
    return sorted((f for f in FIGURES.values() if f.__module__.startswith(f"{module.__name__}.")), key=_name)


def _name(figure):
    return figure.__name__
