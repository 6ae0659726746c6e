"""Every notebook in JupyterLab: all cells run, every live figure shows and moves, and nothing complains."""
from pathlib import Path

import pytest

NOTEBOOKS = sorted(path.name for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
COMPLAINTS = "[data-mime-type='application/vnd.jupyter.stderr'], [data-mime-type='application/vnd.jupyter.error']"
SHOWN = "images => images.filter(e => e.complete && e.naturalWidth > 300).map(e => e.alt)"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_runs_and_every_figure_moves(open_notebook, name):
    page = open_notebook(name)
    assert page.locator(COMPLAINTS).count() == 0
    pictures = page.locator(".course-picture")
    source = (Path(__file__).parents[2] / "notebooks" / name).read_text(encoding="utf-8")
    assert pictures.count() == source.count('"demos.'), "live figures on the page"
    for i in range(pictures.count()):
        _move(page, pictures.nth(i))
    assert page.errors == []


def _move(page, picture):
    """Press keys on the first slider of a figure until its picture changes."""
    picture.evaluate("e => e.scrollIntoView({block: 'center'})")
    assert picture.evaluate("e => e.complete && e.naturalWidth > 0")
    handle = picture.locator("xpath=ancestor::div[contains(@class, 'jp-OutputArea-child')][1]").locator(".noUi-handle")
    if handle.count() == 0:
        _choose(page, picture)
        return
    src = picture.get_attribute("src")
    handle.first.focus()
    for key in ("ArrowRight", "ArrowLeft", "ArrowLeft", "Home"):
        page.keyboard.press(key)
    _changed(page, picture, src)


def _choose(page, picture):
    """A figure without sliders has a menu: choose its last option."""
    menu = picture.locator("xpath=ancestor::div[contains(@class, 'jp-OutputArea-child')][1]").locator("select").first
    src = picture.get_attribute("src")
    menu.select_option(index=menu.locator("option").count() - 1)
    _changed(page, picture, src)


def _changed(page, picture, src):
    page.wait_for_function("([e, s]) => e.src !== s && e.complete", arg=[picture.element_handle(), src], timeout=15_000)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_opened_without_running_the_still_pictures_show(open_notebook, name):
    page = open_notebook(name, run=False)
    source = (Path(__file__).parents[2] / "notebooks" / name).read_text(encoding="utf-8")
    seen, figures = set(), source.count('"demos.')
    for cell in range(page.locator(".jp-Cell").count()):  # Lab renders an output when it comes near
        page.locator(".jp-Cell").nth(cell).scroll_into_view_if_needed()
        seen |= set(page.locator(".jp-OutputArea-output img[alt]").evaluate_all(SHOWN))
    assert len(seen) >= figures
    assert page.get_by_text("model not found").count() == 0


def test_click_on_the_race_moves_the_start(open_notebook):
    page = open_notebook("00_start_here.ipynb")
    picture = page.locator(".course-picture").first
    box, src = picture.bounding_box(), picture.get_attribute("src")
    page.mouse.click(box["x"] + 0.35 * box["width"], box["y"] + 0.3 * box["height"])
    _changed(page, picture, src)
