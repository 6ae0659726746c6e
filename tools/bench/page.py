"""One JupyterLab and one Chromium for all sections, and a page that notes when input came and when pictures came."""

import shutil
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from playwright.sync_api import TimeoutError

from tools import lab

NO_BROWSER = "  not measured: no Chromium found. Debian: apt install chromium; else install Google Chrome."
PACE, PATIENCE, SETTLE = 150, 3000, 700  # ms from press to press at least, to wait for a picture, and after a drag
MOVES = 60  # in a drag of a second
# Listeners that capture come before all others and hear of an image's load, which neither bubbles nor gets to window.
LISTEN = """
const PICTURES = ["IMG", "CANVAS"];  // through interact, and ours
window.course = { inputs: [], pictures: [] };
for (const kind of ["keydown", "change", "pointerup"])
  window.addEventListener(kind, (event) => course.inputs.push(event.timeStamp), true);
document.addEventListener("load", (event) => {
  if (PICTURES.includes(event.target.tagName)) course.pictures.push(performance.now());
}, true);
"""
CLEAR = "course.inputs.length = course.pictures.length = 0"
LATENCY = "course.pictures.length ? course.pictures.at(-1) - course.inputs[0] : null"
LAG = "course.pictures.length ? Math.max(0, course.pictures.at(-1) - course.inputs.at(-1)) : null"
_running = ExitStack()


@contextmanager
def closing():
    """End what `session` has started, if it has."""
    with _running:
        yield
    session.cache_clear()


@cache
def session():
    """(JupyterLab's address, the folder that it shows, Chromium), started at the first call."""
    home = Path(_running.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
    shutil.copytree(lab.ROOT / "notebooks", home / "work")
    browser = _running.enter_context(lab.browser())
    return _running.enter_context(lab.serve(home)), home / "work", browser


@contextmanager
def open_page(what, scale=1, script=""):
    """A page with a notebook, by its name or by the sources of its cells; it has not been run.

    scale : pixels to a CSS pixel
    script : JavaScript that comes before the page's own
    """
    url, folder, browser = session()
    context = browser.new_context(viewport=dict(width=1400, height=1600), device_scale_factor=scale)
    context.add_init_script(script)
    page = lab.open_page(context, url, what if isinstance(what, str) else lab.write(folder, what))
    page.evaluate(LISTEN)
    yield page
    context.close()


def latency(page, act):
    """Milliseconds from an input to the last picture that it brings; None if it brings none."""
    page.evaluate(CLEAR)
    begin = perf_counter()
    act()
    with suppress(TimeoutError):
        page.wait_for_function("course.pictures.length", timeout=PATIENCE)
    page.wait_for_timeout(max(0, PACE - 1e3 * (perf_counter() - begin)))
    return page.evaluate(LATENCY)


def lag(page, start, end):
    """Milliseconds from the end of a one-second drag to the last picture; None if the drag brings no pictures."""
    page.mouse.move(*start)
    page.mouse.down()
    page.evaluate(CLEAR)
    begin = perf_counter()
    for i in range(1, MOVES + 1):
        page.mouse.move(*(a + (b - a) * i / MOVES for a, b in zip(start, end, strict=True)))
        sleep(max(0, begin + i / MOVES - perf_counter()))
    page.mouse.up()
    page.wait_for_timeout(SETTLE)
    return page.evaluate(LAG)


def at(locator, x=0.5, y=0.5):
    """The point in an element at these fractions of its width and height."""
    box = locator.bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]
