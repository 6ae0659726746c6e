"""The site in a real browser, as far as pure Python reaches: kernel, widgets, checkers' limits, bars.

COURSE_PYODIDE names the folder that fetch_pyodide.py has filled. NumPy and the like come from Pyodide's CDN alone; with
them the site is tried where it is published (.github/workflows/pages.yml).
"""

import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest

from course_utils import __version__
from tools import lab, lite, notebooks

PYODIDE = os.environ.get("COURSE_PYODIDE")
pytestmark = pytest.mark.skipif(not PYODIDE, reason="COURSE_PYODIDE: fill a folder by tests/browser/fetch_pyodide.py")

# A picture of 40 times 30 pixels, made without NumPy.
RED = """import struct, types, zlib

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

header = chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0))
pixels = zlib.compress(30 * (b"\\0" + 40 * b"\\xff\\x00\\x00"))
png = b"\\x89PNG\\r\\n\\x1a\\n" + header + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
red = types.SimpleNamespace(rest=png, runs=b"")
"""

CELLS = [
    """import ipywidgets as W
slider, word = W.IntSlider(3), W.Label("untouched")
slider.observe(lambda change: setattr(word, "value", f"moved to {change['new']}"), "value")
W.VBox([slider, word])""",
    # The modules that need no NumPy, each without its package, which does.
    RED
    + """import importlib.util, pathlib
import course_utils
home = pathlib.Path(course_utils.__file__).parent

def module(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found

stage = module(home / "live/stage.py").Stage(alt="red", width=40, height=30)
stage.show(red, "It is <b>red</b>.")
stage""",
    """limits = module(home / "check/_limits.py")
def endless():
    while True:
        pass

try:
    with limits.limited():
        endless()
except limits.Endless as stopped:
    print(stopped)""",
    """progress = module(home / "_support/progress.py")
for _ in progress.progress_bar(range(3), "step", delay=0):
    pass
print("no thread was needed")""",
    """from course_utils import check
from course_utils.check._progress import CORRECT, note

print(check.progress().solved, "solved so far")
note("first_step", CORRECT)
print(check.progress().solved, "solved now")""",
    """from course_utils import environment
environment.check()""",
]


STAND_IN = (
    RED
    + """
import ipywidgets as W
from course_utils.live.stage import Stage

def race():
    "Move the slider."
    slider, stage = W.IntSlider(3, description="step"), Stage(alt="nothing", width=9, height=9, words="at 3")
    slider.observe(lambda change: stage.show(red, f"at {change['new']}"), "value")
    return W.VBox([slider, stage]).add_class("course-figure")
"""
)


@contextmanager
def site(home, **patches):
    """A site below home with the fetched Pyodide and one notebook of CELLS; yields its address."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    notebook.metadata |= notebooks.read(notebooks.find()[0]).metadata
    nbformat.write(notebook, home / "00_scratch.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lite.notebooks, "find", lambda: [home / "00_scratch.ipynb"])
        patch.setattr(lite, "PAGES", with_hashes_of(Path(PYODIDE), home / "pages"))
        for name, value in patches.items():
            patch.setattr(lite, name, value)
        lite.write(home / "site", Path(PYODIDE))
    with lite.serving(home / "site") as url:
        yield url


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    """The site with one notebook, all its cells run."""
    with site(tmp_path_factory.mktemp("lite")) as url:
        page = browser.new_page(viewport={"width": 1300, "height": 1500})
        page.goto(f"{url}lab/index.html?path=00_scratch.ipynb")
        page.get_by_text("| Idle").wait_for(timeout=120_000)
        lab.run_all(page)
        yield page
        page.close()


def a_package_without_numpy():
    """In the place of course_utils: what carries a figure's messages, and a figure that needs no NumPy."""
    names = ("live/page.py", "live/stage.py", "live/stage.js", "live/stage.css")
    files = {f"course_utils/{name}": (lite.ROOT / "course_utils" / name).read_bytes() for name in names}
    files |= {f"course_utils/{name}__init__.py": b"" for name in ("", "live/", "demos/")}
    files["course_utils/demos/optimizers.py"] = STAND_IN.encode()
    files["course_utils-0.dist-info/METADATA"] = b"Metadata-Version: 2.1\nName: course-utils\nVersion: 0\n"
    return lite._source("course-utils", "0", ["anywidget", "ipywidgets"], files)


def test_the_worker_of_the_page_to_try_starts_python_and_passes_messages_both_ways(browser, tmp_path):
    with site(tmp_path, this_package=a_package_without_numpy, lacks=lambda lock: []) as url:
        page = browser.new_page()
        page.goto(f"{url}try.html")
        words = page.locator(".course-words")
        words.filter(has_text="at 3").wait_for(timeout=120_000)
        assert page.locator("#state").text_content() == "Move the slider."
        page.locator("input[type=range]").press("ArrowRight")
        words.filter(has_text="at 4").wait_for(timeout=30_000)
        page.goto(f"{url}try.html?figure=optimizers.no_such_figure")
        page.locator("#state").filter(has_text="It did not work").filter(has_text="no_such_figure").wait_for()
        page.close()


def with_hashes_of(wheels, pages):
    """The pages with a lock that takes these files for Pyodide's own, which is built anew from the same sources."""
    shutil.copytree(lite.PAGES, pages)
    lock = json.loads((pages / lite.LOCK).read_text(encoding="utf-8"))
    for entry in lock["packages"].values():
        if (wheels / entry["file_name"]).exists():
            entry["sha256"] = lite.sha256(wheels / entry["file_name"])
    (pages / lite.LOCK).write_text(json.dumps(lock), encoding="utf-8")
    return pages


def says(page, text):
    page.locator(".jp-OutputArea-output").filter(has_text=text).first.wait_for(timeout=30_000)


def test_a_slider_reaches_python_and_comes_back(page):
    page.locator(".noUi-handle").press("ArrowRight")
    says(page, "moved to 4")


def test_the_stage_of_the_live_figures_shows_its_picture_and_its_words(page):
    says(page, "It is red.")
    assert page.locator(".course-picture[data-number]").evaluate("e => [e.width, e.height]") == [40, 30]


def test_an_endless_loop_of_a_learner_comes_back_as_words(page):
    says(page, "it was stopped after 200,000 lines")


def test_a_bar_needs_no_thread(page):
    says(page, "no thread was needed")
    assert "TqdmMonitorWarning" not in page.locator(".jp-Notebook").text_content()


def test_the_environment_check_speaks_of_the_site_and_sees_what_is_missing(page):
    says(page, "Python runs in your browser")
    shown = page.locator(".jp-OutputArea-output").last.text_content()
    assert "ipywidgets    OK" in shown and "threadpoolctl OK" in shown
    assert "numpy         not installed: reload the page" in shown


def test_what_was_solved_is_known_when_the_page_is_opened_again(page):
    says(page, "0 solved so far")
    says(page, "1 solved now")
    page.reload()
    page.get_by_text("| Idle").wait_for(timeout=120_000)
    lab.run_all(page)
    says(page, "1 solved so far")


def test_what_a_reader_writes_is_kept_under_the_version(page):
    names = page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))")
    assert f"How neural networks are trained {__version__}" in names
