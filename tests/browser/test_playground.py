"""The playground in a real browser: it retrains, plays on, steps, winds back, and hands out its code."""

import pytest

from tools import lab as labs

CELLS = ["from course_utils import demos", "demos.playground.playground()"]


@pytest.fixture(scope="module")
def shared(open_for_all):
    return open_for_all(CELLS)


@pytest.fixture
def page(shared):
    shared.locator(".course-picture").wait_for()
    shared.get_by_text("Reset", exact=True).click()
    says(shared, "Step 300, epoch 21.4.")
    return shared


def says(page, text):
    page.locator(".course-words").filter(has_text=text).wait_for(timeout=60_000)


def code(page, text):
    page.locator(".course-code pre").filter(has_text=text).wait_for(timeout=60_000)


def button(page, title):
    return page.locator(f"button[title='{title}']")


def test_a_slider_retrains_and_the_code_follows(page):
    number = page.locator(".course-picture").get_attribute("data-number")
    slider = page.locator(".course-group .widget-hslider", has=page.get_by_text("lr", exact=True))
    slider.locator(".noUi-handle").focus()
    page.keyboard.press("End")
    code(page, "opt = optimizers.Adam(lr=10.0)")
    assert page.locator(".course-picture").get_attribute("data-number") != number
    assert page.errors == []


def test_menus_and_columns(page):
    titles = page.locator(".course-group-name").all_inner_texts()
    assert [title.strip() for title in titles] == ["Data", "Net", "Descent", "Against overfitting"]
    page.get_by_label("data", exact=True).select_option("digits")
    code(page, "split = data.digits(rng=0)")
    page.get_by_label("batch norm", exact=True).check()
    code(page, "normalization.BatchNorm(32)")
    assert page.errors == []


def test_play_trains_on_pauses_steps_and_winds_back(page):
    play = page.locator(".widget-play button")
    play.first.click()
    page.wait_for_function("parseInt(document.querySelector('.course-words').innerText.slice(5)) > 400", timeout=60_000)
    play.first.click()
    page.wait_for_timeout(1500)
    paused = page.locator(".course-words").inner_text().split(",")[0]
    page.wait_for_timeout(1500)
    assert page.locator(".course-words").inner_text().startswith(paused + ",")
    step = int(paused.removeprefix("Step "))
    button(page, "A step on").click()
    says(page, f"Step {step + 10},")
    play.nth(1).click()
    says(page, "Step 0,")
    button(page, "A step on").click()
    says(page, "Step 1,")
    code(page, "record.step + 1 == 1]")
    assert page.errors == []


def test_the_button_copies_the_code_that_is_shown(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_text("Copy", exact=True).click()
    page.get_by_text("Copied", exact=True).wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator(".course-code pre").text_content()
    assert "history = training.fit(net, split, opt, epochs=22, batch_size=32, rng=0," in copied


def test_without_a_clipboard_the_code_is_selected(open_notebook):
    page = open_notebook(CELLS)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_text("Copy", exact=True).click()
    page.get_by_text("Copied", exact=True).wait_for()
    assert page.evaluate("getSelection().toString()").startswith("import numpy as np")


def test_the_code_runs_in_a_cell_of_the_notebook(open_notebook):
    page = open_notebook(CELLS)
    copied = page.locator(".course-code pre").text_content()
    page = open_notebook([copied, "print(history)"])
    labs.run_all(page)
    page.get_by_text("History(300 steps, 21.4286 epochs: accuracy ").wait_for()
