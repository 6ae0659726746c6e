"""What figures and photos need beyond the numbers, and may be missing: the extra `live` of the package."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def live_extra() -> Iterator[None]:
    """Around imports of what the extra `live` brings: an ImportError says how to install it where it is missing.

    >>> with live_extra():
    ...     import a_library_that_nobody_has
    Traceback (most recent call last):
    ImportError: a_library_that_nobody_has is not installed: pip install "course-utils[live]"
    """
    try:
        yield
    except ModuleNotFoundError as missing:
        raise ImportError(f'{missing.name} is not installed: pip install "course-utils[live]"') from missing
