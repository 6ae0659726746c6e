"""Live figures in Voila, which shows a notebook's outputs as a page."""

import pytest
from test_live_figures import FIGURE, drag, handle, says

from tools import lab as labs

# Voila looks for Font Awesome in a CDN, and tries extensions that were built for the JupyterLab beside it.
NOT_OURS = ("ERR_NAME_NOT_RESOLVED", "ERR_CONNECTION", "The getter for the shared module", labs.FOREIGN)


@pytest.fixture
def page(browser, tmp_path):
    """The figure on Voila's page."""
    folder = tmp_path / "work"
    folder.mkdir()
    name = labs.write(folder, [FIGURE, "figure()"])
    with labs.serve_page(tmp_path, name) as url, browser.new_context(device_scale_factor=2) as context:
        page = context.new_page()
        labs.note_errors(page)
        page.goto(url, wait_until="commit")
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
    width = "e => e.width / e.clientWidth"
    assert page.locator(".course-picture").evaluate(width) == pytest.approx(2, abs=0.01)
    page.get_by_label("kind").select_option(index=1)
    says(page, "This setting failed")
    assert [error for error in page.errors if not any(known in error for known in NOT_OURS)] == []
