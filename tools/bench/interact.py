"""Live figures and the same drawings through interact, side by side. ratio: how many times as long interact takes."""

from tools.figures import find

from . import figures


def rows(chapter=None):
    """Yield the rows of `figures` with all of them compared."""
    return figures.rows(chapter, compared=[(chapter, f.__name__) for chapter, f in find(chapter)])
