"""The live figures, one module a chapter: `demos.optimizers.race()`. A chapter is imported when it is first named."""

from importlib import import_module
from pkgutil import iter_modules

from .._support.extras import live_extra

CHAPTERS = [module.name for module in iter_modules(__path__) if module.ispkg]


def __getattr__(name):
    if name not in CHAPTERS:
        raise AttributeError(f"demos has no chapter {name!r}, but {', '.join(CHAPTERS)}")
    with live_extra():
        return import_module(f"{__name__}.{name}")


def __dir__():
    return CHAPTERS
