"""Live figures in Jupyter Notebook 7, which looks for its own keys before the figure hears of them."""

import pytest
from test_live_figures import FIGURE, drag, handle, says

from tools import lab as labs

RACE = "(reading 'schema')"  # jupyter/notebook#7862: its shortcuts are looked at before they have been read


@pytest.fixture
def page(browser, tmp_path):
    """The figure in Notebook 7, which JupyterLab's server shows at another address."""
    folder = tmp_path / "work"
    folder.mkdir()
    name = labs.write(folder, [FIGURE, "figure()"])
    with labs.serve(tmp_path) as url, browser.new_context(viewport=dict(width=1400, height=1600)) as context:
        page = context.new_page()
        labs.note_errors(page)
        page.goto(f"{url}/notebooks/{name}")
        page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for(timeout=90_000)
        labs.run_all(page)
        page.locator(".course-picture").wait_for()
        yield page


def test_hands_and_keys_move_slider_menu_and_point(page):
    handle(page, 1).focus()
    page.keyboard.press("ArrowRight")
    says(page, "slope 0.02 ")
    page.keyboard.press("Shift+ArrowDown")
    says(page, "slope -0.18 ")
    drag(page, 1, 400)
    says(page, "slope 1 ")
    page.locator(".course-picture").focus()
    page.keyboard.press("ArrowRight")
    says(page, "start 0.02 0.5")
    page.get_by_label("kind").focus()
    page.keyboard.press("ArrowDown")
    says(page, "This setting failed")
    page.keyboard.press("Shift+Enter")  # all other keys are still the notebook's
    page.locator(".jp-CodeCell .jp-InputPrompt", has_text="[3]:").wait_for()
    assert [error for error in page.errors if RACE not in error] == []
