"""Is everything here that the course needs? A line for each library: OK, or what to do."""

import sys
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

MEND = "run `python3 course.py setup` in the folder of the course, then restart the kernel"
MEND_SITE = "reload the page; if that does not help, tell those who host it"
LAB = ("jupyterlab", "ipykernel")


def check():
    """Print a line for each library that the course needs: OK, or what is wrong and how to mend it.

    >>> check()  # doctest: +ELLIPSIS
    anywidget ... OK
    ...
    """
    if _in_browser():
        print("Python runs in your browser, with the libraries of the site.")
    needed = [Requirement(line) for line in (*requires("course_utils"), *(() if _in_browser() else LAB))]
    # The figures belong to the course; what is for some machines only is not asked for.
    needed = sorted((r for r in needed if str(r.marker) in ("None", 'extra == "live"')), key=lambda r: r.name)
    for requirement in needed:
        print(f"{requirement.name:13}", verdict(requirement))


def verdict(requirement):
    """OK, or in words what is wrong with the installed version.

    >>> verdict(Requirement("numpy >=99"))
    'found ..., want >=99: run `python3 course.py setup` in the folder of the course, then restart the kernel'
    """
    try:
        found = version(requirement.name)
    except PackageNotFoundError:
        return f"not installed: {_mend()}"
    if not requirement.specifier.contains(found, prereleases=True):
        return f"found {found}, want {requirement.specifier}: {_mend()}"
    return "OK"


def _in_browser():
    return sys.platform == "emscripten"


def _mend():
    return MEND_SITE if _in_browser() else MEND
