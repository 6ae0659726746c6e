"""The engine of live figures in a real browser: what the reader's hands can do, and what must not go wrong."""

import io
import re

import numpy as np
import pytest
from PIL import Image

FIGURE = """
import numpy as np
from course_utils.live import Menu, Play, Point, live

@live(size=(6, 3), alt="a line that turns and a dot that moves")
def figure(fig):
    ax = fig.subplots()
    ax.set(xlim=(-1, 1), ylim=(-1, 1))
    ray, = ax.plot([], [], lw=6)
    dot, = ax.plot([], [], "o", ms=12)
    def update(
        lr: (1e-3, 1.0) = 0.1, slope: (-1.0, 1.0) = 0.0, step: Play(50) = 10, start: Point() = (0.0, 0.5),
        kind: Menu(["fine", "broken"]) = "fine",
    ):
        if kind == "broken":
            raise RuntimeError("planted")
        ray.set_data([-1, 1], [-slope, slope])
        dot.set_data([start[0]], [start[1]])
        return [ray, dot], f"lr {lr:g} slope {slope:g} step {step} start {start[0]:g} {start[1]:g}"
    return update
"""


@pytest.fixture(scope="module")
def shared(open_for_all):
    return open_for_all([FIGURE, "figure()"])


@pytest.fixture
def page(shared):
    """One page for all, put back to its start by its own reset button."""
    shared.locator(".course-picture").wait_for()
    shared.get_by_text("Reset", exact=True).click()
    says(shared, "lr 0.1 slope 0 step 10 start 0 0.5")
    return shared


def words(page, number=0):
    return page.locator(".course-words").nth(number)


def says(page, text, number=0):
    found = page.locator(".course-words").nth(number).filter(has_text=text)
    found.wait_for(timeout=30_000)


def pixels(locator):
    return np.asarray(Image.open(io.BytesIO(locator.screenshot())).convert("RGB")).astype(int)


def changed(page, act, number=0):
    """Share of the picture's pixels that an act changes."""
    picture = page.locator(".course-picture").nth(number)
    before, number = pixels(picture), picture.get_attribute("data-number")
    act()
    page.wait_for_function("([e, n]) => e.dataset.number !== n", arg=[picture.element_handle(), number])
    page.wait_for_timeout(300)
    return (abs(pixels(picture) - before).max(axis=2) > 40).mean()


def handle(page, number):
    return page.locator(".noUi-handle").nth(number)


def drag(page, number, by):
    box = handle(page, number).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by, y, steps=20)
    page.mouse.up()


def test_slider_by_keyboard(page):
    handle(page, 1).focus()
    assert changed(page, lambda: page.keyboard.press("End")) > 0.01
    says(page, "slope 1 ")
    assert page.errors == []


def test_slider_by_drag_shows_the_last_value(page):
    assert changed(page, lambda: drag(page, 1, 400)) > 0.01
    says(page, "slope 1 ")


def test_small_rates_keep_their_digits(page):
    handle(page, 0).focus()
    page.keyboard.press("Home")
    says(page, "lr 0.001 ")
    assert page.locator(".widget-readout").first.inner_text() == "0.001"


def test_typed_number(page):
    readout = page.locator(".widget-readout").nth(1)
    readout.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("0.62")
    page.keyboard.press("Enter")
    says(page, "slope 0.62 ")


def test_click_and_drag_in_the_picture(page):
    box = page.locator(".course-picture").bounding_box()

    def there(fx, fy):
        return box["x"] + fx * box["width"], box["y"] + fy * box["height"]

    assert changed(page, lambda: page.mouse.click(*there(0.3, 0.3))) > 0.001
    page.mouse.down()
    page.mouse.move(*there(1.5, 0.5), steps=10)  # out of the picture: the point stays at the border of its axes
    page.mouse.up()
    says(page, "start 1 ")


def test_arrow_keys_move_the_point(page):
    page.locator(".course-picture").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    says(page, "start 0.1 0.3")
    assert page.locator(".jp-Notebook.jp-mod-commandMode .jp-Cell").count() > 0


def test_arrow_keys_choose_in_a_menu(page):
    page.get_by_label("kind").focus()
    page.keyboard.press("ArrowDown")
    says(page, "This setting failed")
    page.keyboard.press("ArrowUp")
    says(page, "lr 0.1 slope 0")


def test_play_runs_to_the_end_and_restarts(page):
    play = page.locator(".widget-play button").first
    play.click()
    says(page, "step 50 ")
    play.click()
    says(page, re.compile(r"step [0-4]?\d "))  # not 0: it stands for a 25th of a second, and may be passed over
    says(page, "step 50 ")


def test_shift_and_an_arrow_key_move_a_slider_ten_steps(page):
    handle(page, 1).focus()
    page.keyboard.press("Shift+ArrowRight")
    says(page, "slope 0.2 ")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("ArrowLeft")
    says(page, "slope -0.02 ")
    assert page.locator(".jp-Notebook.jp-mod-commandMode .jp-Cell").count() > 0


def test_handles_and_buttons_have_names(page):
    names = page.locator(".noUi-handle").evaluate_all("handles => handles.map(e => e.ariaLabel)")
    assert names == ["lr", "slope", "step"]
    handle(page, 0).focus()
    said = "e => document.getElementById(e.getAttribute('aria-describedby')).textContent"
    assert handle(page, 0).evaluate(said) == "0.1"  # its aria-valuenow is the logarithm
    buttons = page.locator(".widget-play button").evaluate_all("buttons => buttons.map(e => e.ariaLabel)")
    assert buttons[:2] == ["Play or pause", "Stop, back to the first step"]


def test_what_has_the_focus_is_outlined(page):
    page.locator(".course-picture").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")  # a focus by key, which is one to show
    seen = []
    while page.evaluate("document.activeElement.matches('.course-figure *')"):
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", seen
        seen.append(page.evaluate("document.activeElement.className"))
        page.keyboard.press("Shift+Tab")
    assert len(seen) >= 10, "the picture, two buttons, the menu, two of Play, three sliders and their numbers"


def grays(page):
    picture = pixels(page.locator(".course-picture"))
    return ((np.ptp(picture, axis=2) < 3) & (abs(picture[..., 0] - 148) < 20)).mean()


def test_pin_leaves_a_gray_line_until_reset(page):
    before = grays(page)
    page.get_by_text("Pin", exact=True).click()
    says(page, "Gray: this state")
    handle(page, 1).focus()
    page.keyboard.press("End")
    says(page, "Gray: slope 0")
    page.wait_for_timeout(300)
    assert grays(page) > before + 0.005
    page.get_by_text("Reset", exact=True).click()
    page.locator(".course-words").filter(has_not_text="Gray").wait_for()
    page.wait_for_timeout(300)
    assert abs(grays(page) - before) < 0.001
    assert page.errors == []


def test_reset(page):
    drag(page, 1, 50)
    handle(page, 0).focus()
    page.keyboard.press("End")
    page.get_by_text("Reset", exact=True).click()
    says(page, "lr 0.1 slope 0 step 10 start 0 0.5")


def test_error_in_words_and_recovery(page):
    page.get_by_label("kind").select_option("broken")
    says(page, "This setting failed, so the picture is the one before it. RuntimeError: planted")
    page.get_by_label("kind").select_option("fine")
    says(page, "lr 0.1 slope 0")


def test_sharp_on_a_dense_screen(open_notebook):
    page = open_notebook([FIGURE, "figure()"], scale=2)
    picture = page.locator(".course-picture")
    picture.wait_for()
    page.wait_for_function("e => e.width === 1200 && e.clientWidth === 600", arg=picture.element_handle())


HASH = """async (canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const hash = await crypto.subtle.digest("SHA-256", data);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}"""


@pytest.mark.parametrize("scale, most", [(2, 100_000), (1, 1_000)])
def test_the_page_shows_exactly_the_pixels_of_the_kernel(open_notebook, scale, most):
    """As runs alone, and with whole pictures where runs are more than a thousand."""
    source = f"import hashlib\nfrom course_utils.live import runs\nruns.MOST = {most}\nf = figure()\nf"
    page = open_notebook([FIGURE, source], scale=scale)
    page.locator(".course-picture[data-number]").wait_for()
    hashes = set()
    for slider, key in ((1, "End"), (1, "Home"), (1, "PageUp"), (0, "End")):
        handle(page, slider).focus()
        page.keyboard.press(key)
        page.wait_for_timeout(500)
        hashes.add(page.locator(".course-picture").evaluate(HASH))
        last = page.locator(".course-picture").evaluate(HASH)
    _run_new_cell(page, "print(hashlib.sha256(f.canvas.pixels).hexdigest())")
    page.get_by_text(last, exact=True).wait_for()
    assert len(hashes) == 3, "the last key moves a rate, which is not drawn"


def test_words_are_readable_in_the_dark_theme(open_notebook):
    page = open_notebook([FIGURE, "figure()"], theme="dark")
    page.locator(".course-picture").wait_for()
    for what in (".course-words", ".widget-label"):
        ink, paper = page.locator(what).first.evaluate(
            "e => [getComputedStyle(e).color, getComputedStyle(e.closest('.jp-Notebook')).backgroundColor]"
        )
        assert abs(_gray(ink) - _gray(paper)) > 100, (what, ink, paper)


def _gray(css):
    return np.mean([float(v) for v in css[css.index("(") + 1 : -1].split(",")[:3]])


def test_two_figures_dragged_in_turn(open_notebook):
    page = open_notebook([FIGURE, "figure()", "figure()"])
    page.locator(".course-picture").nth(1).wait_for()
    for _ in range(3):
        drag(page, 1, 25)
        drag(page, 4, -25)
    first, second = (words(page, n).inner_text() for n in (0, 1))
    drag(page, 1, 400)
    drag(page, 4, -400)
    says(page, "slope 1 ", 0)
    says(page, "slope -1 ", 1)
    assert first != second
    assert page.errors == []


def test_a_drag_while_a_cell_runs_is_not_lost(open_notebook):
    page = open_notebook([FIGURE, "figure()"])
    drag(page, 1, 20)
    page.locator(".course-words", has_text=re.compile("slope 0.[1-9]")).wait_for()
    _run_new_cell(page, "import time\nfor _ in range(40): time.sleep(0.1)\nprint('cell is ' + 'over')")
    drag(page, 1, 400)
    says(page, "Waiting for the running cell to finish.")
    page.get_by_text("cell is over", exact=True).wait_for()
    says(page, "slope 1 ")
    assert page.errors == []


def test_the_callback_arrives_on_another_thread(open_notebook):
    """What the engine is built around; if this ever changes, `Live._request` can become simpler."""
    spy = """
import threading
f = figure()
f.controls["slope"].observe(lambda change: setattr(f, "thread", threading.current_thread()), "value")
f"""
    tell = "print('main' if f.thread is threading.main_thread() else 'another', 'thread')"
    page = open_notebook([FIGURE, spy])
    drag(page, 1, 100)
    _run_new_cell(page, tell)
    page.get_by_text("another thread", exact=True).wait_for(timeout=10_000)


def _run_new_cell(page, source):
    page.locator(".jp-CodeCell").last.click(position=dict(x=200, y=10))
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(source)
    page.keyboard.press("Control+Enter")


def test_reader_without_widgets_sees_the_still_picture(open_notebook):
    """What render stores: html with alt text and no widget view."""
    bundle = """
from IPython.display import display
b, _ = figure()._repr_mimebundle_()
b.pop("application/vnd.jupyter.widget-view+json")
display(b, raw=True)"""
    page = open_notebook([FIGURE, bundle])
    picture = page.get_by_alt_text("a line that turns and a dot that moves")
    picture.wait_for()
    assert picture.evaluate("e => e.naturalWidth") == 600
