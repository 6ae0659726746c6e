"""Notebooks from top to bottom, each in a fresh kernel; chapter 08 also in JupyterLab, to the first picture."""

from time import perf_counter

from tools import lab, notebooks

from . import page as pages
from .report import Row

LIVE = "08_optimizers.ipynb"
SHOWN = "() => [...document.querySelectorAll('.course-picture')].some(e => e.dataset.number)"


def rows():
    """Yield a row for each notebook; one that ends in an error has no time."""
    for path in notebooks.find():
        seconds, error = run(path)
        yield Row(f"{path.stem}{error}", seconds, "s", at_most=(30,))
    if lab.chromium():
        yield Row(f"{LIVE}, Run All to the first picture", [first_picture(LIVE)], "s", at_most=(5,))
    else:
        yield pages.NO_BROWSER


def run(path):
    """([seconds], "") for all cells of a notebook and its kernel's start; ([], what went wrong) if a cell fails."""
    start = perf_counter()
    try:
        with notebooks.kernel(path.parent) as kernel:
            for _, cell in notebooks.code(notebooks.read(path)):
                if error := notebooks.error(kernel.run(cell.source)):
                    return [], f": {error}"
    except notebooks.RUN_ERRORS as error:
        return [], f": {type(error).__name__}"
    return [perf_counter() - start], ""


def first_picture(name):
    """Seconds from Run All to the first picture of a live figure; the kernel is up by then."""
    with pages.open_page(name) as page:
        lab.start_all(page)
        start = perf_counter()
        page.wait_for_function(SHOWN, timeout=120_000)
        return perf_counter() - start
