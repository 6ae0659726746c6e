"""The page of single figures (tools/site/try.html): how it draws widgets, with this Python in the worker's place."""

import base64
import json
import shutil

import ipywidgets.comm
import pytest
from test_accessibility import serious

from course_utils import demos
from course_utils.live import page as pages
from tools import lite

# Stands where worker.js would: passes every message on to this process.
WORKER = """
window.Worker = class {
  async postMessage(message) {
    for (const data of await window.python(message)) {
      data.buffers = data.buffers?.map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
      this.onmessage({ data });
    }
  }
};
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "pages"
    shutil.copytree(lite.PAGES, folder)
    with lite.serving(folder) as url:
        yield url


@pytest.fixture
def open_figure(browser, site, monkeypatch):
    """open_figure(address) -> the page; `page.heard` counts what Python was told."""
    monkeypatch.setattr(ipywidgets.comm, "create_comm", ipywidgets.comm.create_comm)  # put back afterwards
    context = browser.new_context(viewport={"width": 1100, "height": 1000})
    told, hear = [], []

    def tell(text, buffers):
        told.append({"text": text, "buffers": [base64.b64encode(b).decode() for b in buffers]})

    def python(message):
        if name := message.get("figure"):
            chapter, figure = name.split(".")
            hear.append(pages.show(getattr(getattr(demos, chapter), figure), tell))
        else:
            hear[0](json.dumps(message))
        page.heard += 1
        answers = [*told, {"done": True}]
        told.clear()
        return answers

    page = context.new_page()
    page.heard, page.errors = 0, []
    page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: page.errors.append(str(e)))
    page.expose_function("python", python)
    page.add_init_script(WORKER)

    def go(address):
        page.goto(site + address)
        page.locator(".course-picture[data-number]").wait_for(timeout=60_000)
        return page

    yield go
    context.close()


def number(page):
    return page.locator(".course-picture").get_attribute("data-number")


def changed(page, act):
    before = number(page)
    act()
    page.wait_for_function("old => document.querySelector('.course-picture').dataset.number !== old", arg=before)


def test_the_race_is_drawn_and_every_kind_of_control_moves_it(open_figure):
    page = open_figure("try.html")
    words = page.locator(".course-words")
    assert "Lowest loss after 200 steps" in words.text_content()
    assert page.locator(".course-picture").evaluate("e => e.width") > 900
    assert page.locator(".widget-checkbox").count() == 9 == page.locator(".widget-floatlogslider").count()
    changed(page, lambda: page.locator(".widget-floatlogslider input").first.press("ArrowRight"))
    changed(page, lambda: page.locator(".widget-checkbox input").first.click())
    changed(page, lambda: page.locator("select").select_option(index=2))
    changed(page, lambda: page.locator(".course-picture").click(position={"x": 200, "y": 150}))
    changed(page, lambda: page.locator(".widget-intslider input").press("ArrowLeft"))
    assert "after 199 steps" in words.text_content()
    changed(page, lambda: page.get_by_text("Pin", exact=True).click())
    changed(page, lambda: page.get_by_text("Reset", exact=True).click())
    assert "after 200 steps" in words.text_content()
    assert page.locator(".widget-checkbox input").first.is_checked(), "the controls follow"
    assert page.errors == []


def test_a_run_plays_and_its_slider_goes_with_it(open_figure):
    page = open_figure("try.html")
    page.locator(".widget-play button").click()  # from the end it begins anew
    page.wait_for_function(
        "() => { const n = document.querySelector('.widget-intslider output').textContent; return 3 < n && n < 190; }"
    )
    page.locator(".widget-play button").click()
    step = int(page.locator(".widget-intslider output").text_content())
    page.locator(".course-words").filter(has_text=f"after {step} steps").wait_for(timeout=30_000)


def test_of_a_drag_python_hears_only_what_it_can_draw(open_figure):
    page = open_figure("try.html")
    page.wait_for_function("() => document.querySelector('.course-words').textContent")
    before = page.heard
    page.evaluate(
        """() => { const input = document.querySelector(".widget-intslider input");
        for (let k = 1; k <= 100; k++) { input.value = k; input.dispatchEvent(new Event("input")); } }"""
    )
    page.locator(".course-words").filter(has_text="after 100 steps").wait_for(timeout=30_000)
    assert page.heard - before <= 6, "a hundred moves in one moment are the first and the last, and what they link"


def test_the_playground_with_its_groups_and_its_code(open_figure):
    page = open_figure("try.html?figure=playground.playground")
    assert page.locator(".course-group-name").count() > 2 and page.locator(".course-code pre").count() == 1
    changed(page, lambda: page.locator("select").first.select_option(index=2))
    assert page.errors == []


@pytest.mark.parametrize("figure", ["optimizers.race", "playground.playground", "hyperparameters.halving"])
def test_everyone_can_use_it(open_figure, figure):
    page = open_figure(f"try.html?figure={figure}")
    assert serious(page) == []
