"""Every notebook in JupyterLab: its still pictures before it runs; then all cells run and every live figure moves."""

import pytest

from tools import figures as course_figures
from tools import lab as labs

LIVE = [f'"demos.{chapter}.{figure.__name__}(' for chapter, figure in course_figures.find()]
NOTEBOOKS = sorted((labs.ROOT / "notebooks").glob("*.ipynb"))
COMPLAINTS = "[data-mime-type='application/vnd.jupyter.stderr'], [data-mime-type='application/vnd.jupyter.error']"
SHOWN = "images => images.filter(e => e.complete && e.naturalWidth > 300).map(e => e.alt)"
OUTPUT = "xpath=ancestor::div[contains(@class, 'jp-OutputArea-child')][1]"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_stills_show_then_every_cell_runs_and_every_figure_moves(open_notebook, path):
    page = open_notebook(path.name, run=False)
    text = path.read_text(encoding="utf-8")
    figures = sum(text.count(call) for call in LIVE)
    assert len(_stills(page)) >= text.count('"demos.'), "still pictures before anything has run"
    assert page.get_by_text("model not found").count() == 0

    labs.run_all(page)
    assert page.locator(COMPLAINTS).all_inner_texts() == []
    pictures = page.locator(".course-picture")
    assert pictures.count() == figures, "live figures on the page"
    for i in range(figures):
        _move(page, pictures.nth(i))
    assert page.errors == []


def _stills(page):
    """The alt texts of the pictures that show; Lab renders an output when it comes near."""
    seen = set()
    for cell in range(page.locator(".jp-Cell").count()):
        page.locator(".jp-Cell").nth(cell).scroll_into_view_if_needed()
        seen |= set(page.locator(".jp-OutputArea-output img[alt]").evaluate_all(SHOWN))
    return seen


def _move(page, picture):
    """Press keys on the first slider of a figure, or choose from its menu, until its picture changes."""
    picture.evaluate("e => e.scrollIntoView({block: 'center'})")
    page.wait_for_function("e => e.dataset.number", arg=picture.element_handle())
    number = picture.get_attribute("data-number")
    handle = picture.locator(OUTPUT).locator(".noUi-handle")
    if handle.count():
        handle.first.focus()
        start = handle.first.get_attribute("aria-valuenow")
        for key in ("ArrowRight", "ArrowLeft", "ArrowLeft", "Home"):
            page.keyboard.press(key)
        if handle.first.get_attribute("aria-valuenow") == start:  # it opened at its lower end
            page.keyboard.press("End")
    else:
        menu = picture.locator(OUTPUT).locator("select").first
        last = menu.locator("option").count() - 1
        menu.select_option(index=0 if menu.evaluate("menu => menu.selectedIndex") == last else last)
    _changed(page, picture, number)


def _changed(page, picture, number):
    page.wait_for_function("([e, n]) => e.dataset.number !== n", arg=[picture.element_handle(), number], timeout=45_000)


def test_click_on_the_race_moves_the_start(open_notebook):
    page = open_notebook("08_optimizers.ipynb")
    picture = page.locator(".course-picture").first
    picture.scroll_into_view_if_needed()  # to run all has scrolled to the last cell
    box, number = picture.bounding_box(), picture.get_attribute("data-number")
    picture.click(position=dict(x=0.35 * box["width"], y=0.3 * box["height"]))
    _changed(page, picture, number)
