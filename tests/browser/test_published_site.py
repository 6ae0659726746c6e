"""The site with Pyodide's own NumPy, SciPy and the like, as a visitor gets it: needs the network, and runs when asked.

COURSE_SITE names the folder that `course.py lite` has written; .github/workflows/pages.yml asks before it publishes.
"""

import os
from pathlib import Path

import pytest

from tools import lab, lite

SITE = os.environ.get("COURSE_SITE")
pytestmark = [
    pytest.mark.skipif(not SITE, reason="COURSE_SITE: the folder of a site, to be tried with Pyodide's CDN"),
    pytest.mark.timeout(900),
]


@pytest.fixture(scope="module")
def site():
    with lite.serving(Path(SITE)) as url:
        yield url


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1300, "height": 1500})
    page.errors = []
    page.on("pageerror", lambda e: page.errors.append(str(e)))
    yield page
    page.close()


def moves(page, slider):
    """Press a key on a slider, and wait for another picture in its figure."""
    picture = page.locator(".course-figure").filter(has=slider).locator(".course-picture")
    before = picture.get_attribute("data-number")
    slider.press("ArrowLeft")
    page.wait_for_function("([e, old]) => e.dataset.number !== old", arg=[picture.element_handle(), before])


@pytest.mark.parametrize("figure", ["optimizers.race", "playground.playground"])
def test_a_figure_to_try_appears_and_moves(site, page, figure):
    page.goto(f"{site}try.html?figure={figure}")
    page.locator(".course-picture[data-number]").wait_for(timeout=300_000)
    moves(page, page.locator("input[type=range]").first)
    assert "It did not work" not in page.locator("#state").text_content() and page.errors == []


def test_the_first_chapter_runs_and_its_race_moves(site, page):
    page.goto(f"{site}lab/index.html?path=00_start_here.ipynb")
    page.get_by_text("| Idle").wait_for(timeout=300_000)
    lab.start_all(page)
    page.wait_for_function(lab.STARTED, timeout=60_000)
    page.wait_for_function(lab.DONE, timeout=600_000)
    race = page.locator(".course-figure").nth(1)
    race.scroll_into_view_if_needed()
    moves(page, race.locator(".noUi-handle").first)
    shown = page.locator(".jp-OutputArea-output")
    assert shown.filter(has_text="Python runs in your browser").count() == 1
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").all_text_contents() == []
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0 and page.errors == []
