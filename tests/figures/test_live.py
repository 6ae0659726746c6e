"""The engine of live figures without a browser: values, controls, threads, errors, memory."""

import asyncio
import base64
import gc
import inspect
import io
import re
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor

import ipywidgets as W
import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel
from matplotlib.figure import Figure
from PIL import Image
from test_runs import applied

from course_utils.live import FIGURES, Changed, Dials, Menu, Play, Point, Stops, controls, live, png
from course_utils.live.controls import control, extremes, read
from course_utils.live.turns import Turns


def made(setup, **options):
    """The live figure of a function that draws."""
    return live(alt="a planted figure", **options)(setup)()


@live(alt="a dot on a square")
def square_of(fig):
    """A dot on a square."""
    ax = fig.subplots()
    ax.set(xlim=(-1, 1), ylim=(-1, 1))
    (dot,) = ax.plot([], [], "o", ms=20)

    def update(
        lr: (1e-3, 1.0) = 0.1,
        start: Point() = (0.0, 0.0),
        kind: Menu(["fine", "broken", "title"]) = "fine",
    ):
        if kind == "broken":
            raise RuntimeError("planted <b>")
        np.log(np.zeros(2))  # would warn: a live figure keeps quiet
        dot.set_data([start[0]], [start[1]])
        ax.set_title("other" if kind == "title" else "")
        return [dot], f"<b>lr</b> = {lr:g}"

    return update


@pytest.fixture
def square():
    figure = square_of()
    yield figure
    figure.close()


def button(figure, label):
    row = figure.children[list(figure.children).index(figure.stage) - 1]
    return next(button for button in row.children[-1].children if button.description == label)


def frame(figure):
    """What a page makes of what it was sent."""
    picture = applied(figure.stage.runs, np.asarray(Image.open(io.BytesIO(figure.stage.rest))))
    assert (picture == figure.canvas.pixels).all()
    return picture[..., :3].astype(int)


@pytest.mark.filterwarnings("error")
def test_a_change_computes_and_draws(square):
    before = frame(square)
    square.controls["lr"].value = 0.5
    assert square.stage.words == "<b>lr</b> = 0.5"
    assert (frame(square) == before).all()
    square.set(start=(0.5, 0.5))
    assert (frame(square) != before).any()


def test_blitting_equals_a_full_draw(square):
    square.set(start=(0.3, -0.2)).set(start=(-0.6, 0.4))
    blitted = frame(square)
    square.canvas.rest = None
    square.set()
    assert (frame(square) == blitted).all()


def test_a_changed_title_is_drawn(square):
    before = frame(square)
    square.set(kind="title")
    assert (frame(square) != before).any()
    square.set(kind="fine")
    assert (frame(square) == before).all()


def test_error_in_words_then_recovery(square):
    before = frame(square)
    square.set(kind="broken", start=(0.5, 0.5))
    assert "RuntimeError: planted &lt;b&gt;" in square.stage.words
    assert (frame(square) == before).all()
    square.set(kind="fine")
    assert square.stage.words == "<b>lr</b> = 0.1"
    assert (frame(square) != before).any()


def test_set_moves_the_controls_and_reset_puts_them_back(square):
    square.set(lr=0.02, start=(0.1, 0.2), kind="title")
    assert square.controls["lr"].value == 0.02 and square.controls["kind"].value == "title"
    button(square, "Reset").click()
    assert square.values == {"lr": 0.1, "start": (0.0, 0.0), "kind": "fine"}
    assert read(square.controls["lr"]) == 0.1


def gray_share(figure):
    """The share of pixels that are gray as a ghost is."""
    picture = frame(figure)
    return (
        (abs(picture - picture.mean(axis=2, keepdims=True)).max(axis=2) < 2) & (abs(picture[..., 0] - 148) < 12)
    ).mean()


def test_pin_keeps_a_gray_ghost_until_reset(square):
    empty, start = gray_share(square), frame(square)
    square.set(start=(0.5, 0.5), lr=0.5)
    button(square, "Pin").click()
    assert "Gray: this state" in square.stage.words
    square.set(start=(-0.5, -0.5), lr=0.2, kind="title")  # with a full draw
    assert gray_share(square) > empty + 0.0005
    assert "Gray: lr 0.5, start (0.5, 0.5), kind fine" in square.stage.words
    button(square, "Reset").click()
    assert (frame(square) == start).all() and "Gray" not in square.stage.words


def test_a_ghost_says_which_dials_were_otherwise():
    def setup(fig):
        start = dict.fromkeys("ABC", (True, 0.1))

        def update(rates: Dials(["A", "B", "C"], 0.01, 1.0) = start):
            return []

        return update

    figure = made(setup).pin()
    figure.set(rates={"A": (True, 0.1), "B": (False, 0.1), "C": (True, 0.5)})
    assert "Gray: B 0.1, C 0.1" in figure.stage.words
    figure.close()


@pytest.mark.parametrize("draw", [
    lambda ax: ax.plot([0.2, 0.8], [0.2, 0.8])[0],
    lambda ax: ax.bar([0.5], [0.5])[0],
    lambda ax: ax.fill([0, 1, 1], [0, 0, 1], alpha=0.2)[0],
    lambda ax: ax.scatter([0.5], [0.5], s=900, c=[0.3]),
    lambda ax: ax.quiver([0.5], [0.5], [1], [0]),
    lambda ax: ax.imshow([[0, 1]], extent=(0, 1, 0, 1), aspect="auto"),
    lambda ax: ax.imshow(np.eye(3)[None], extent=(0, 1, 0, 1), aspect="auto"),
], ids=["line", "bar", "area", "scatter", "quiver", "values", "colors"])  # fmt: skip
def test_a_ghost_of_each_kind_is_gray_and_leaves_its_artist_alone(draw):
    def setup(fig):
        ax = fig.subplots()
        ax.set(xlim=(0, 1), ylim=(0, 1))
        artist = draw(ax)

        def update(seen: bool = True):
            artist.set_visible(seen)
            return [artist]

        return update

    figure = made(setup)
    before = frame(figure)
    rest = figure.canvas.rest
    figure.pin().set(seen=False)
    inside = frame(figure)[100:300, 200:700]
    assert inside.max(axis=2).min() < 252, "a ghost is to be seen"
    assert abs(inside - inside.mean(axis=2, keepdims=True)).max() < 3, "without color"
    figure.reset()
    assert (frame(figure) == before).all() and figure.canvas.rest is rest
    figure.close()


def test_unknown_names_are_named(square):
    with pytest.raises(ValueError, match="rate.*lr"):
        square.set(rate=1)


def press(figure, x, y, number=1):
    """A pointer event at data coordinates, as the page sends it."""
    px, py = figure.figure.axes[0].transData.transform((x, y)) / figure.figure.bbox.size
    figure.stage.pointer = [px, 1 - py, number]


def test_pointer_moves_the_point(square):
    press(square, 0.5, -0.25)
    assert np.allclose(square.values["start"], (0.5, -0.25), atol=0.01)


def test_a_drag_that_leaves_the_axes_stays_at_their_border(square):
    press(square, 0.5, 0)
    press(square, 1.2, 0)
    assert square.values["start"][0] == 1.0


def test_a_press_outside_the_axes_does_nothing(square):
    press(square, 1.2, 0)
    press(square, 0.5, 0)
    assert square.values["start"] == (0.0, 0.0)


def test_arrow_keys_nudge_by_a_hundredth(square):
    square.stage.nudge = [10, 0]
    square.stage.nudge = [10, -5]
    assert np.allclose(square.values["start"], (0.2, -0.1), atol=0.006)


def _pair(fig):
    ax = fig.subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1))

    def update(a: Point() = (0.2, 0.2), b: Point() = (0.8, 0.8), n: (1, 5) = 3):
        return []

    return update


def test_of_two_points_the_nearer_one_is_held_through_the_drag():
    figure = made(_pair)
    press(figure, 0.75, 0.75, 1)
    press(figure, 0.1, 0.1, 1)
    assert np.allclose(figure.values["b"], 0.1, atol=0.01) and figure.values["a"] == (0.2, 0.2)
    press(figure, 0.3, 0.3, 2)
    assert np.allclose(figure.values["a"], 0.3, atol=0.01)


def test_presets_follow_a_choice_but_not_a_reset():
    figure = made(_pair, presets={"n": lambda values: {"a": (values["n"] / 10, 0.5)}})
    figure.controls["n"].value = 4
    assert figure.values["a"] == (0.4, 0.5)
    figure.set(**figure._initial)
    assert figure.values["a"] == (0.2, 0.2)


def test_dense_screens_get_twice_the_pixels(square):
    low = frame(square).shape
    square.stage.ratio = 2.0
    assert frame(square).shape[:2] == (2 * low[0], 2 * low[1])


def test_bundle_has_a_still_picture_with_alt_text_and_stable_words(square):
    bundle, _ = square._repr_mimebundle_()
    assert 'alt="a dot on a square"' in bundle["text/html"] and "<div><b>lr</b> = 0.1</div>" in bundle["text/html"]
    assert bundle["text/plain"] == "square_of(lr=0.1, start=(0.0, 0.0), kind='fine')\nlr = 0.1"
    data = re.search('base64,([^"]+)', bundle["text/html"])[1]
    assert Image.open(io.BytesIO(base64.b64decode(data))).size == (900, 400)
    assert set(bundle) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}


def test_words_without_html_keep_their_lines_and_powers(square):
    square.stage.words = "first<br>(1 - a)<sup>3</sup> &lt; 1<table><tr><td>b</td></tr><tr><td>c</td></tr></table>"
    said = square._repr_mimebundle_()[0]["text/plain"].splitlines()[1:]
    assert said == ["first", "(1 - a)^3 < 1", "b", "c"]


def test_the_bundle_has_the_widget_managers_metadata(square, monkeypatch):
    """Colab shows third-party widgets only where this is said; anywidget says it of its own widgets there."""
    manager = {"application/vnd.jupyter.widget-view+json": {"colab": {"custom_widget_manager": {"url": "planted"}}}}
    monkeypatch.setattr(type(square.stage), "_repr_mimebundle_", lambda self, **kwargs: ({}, manager))
    assert square._repr_mimebundle_()[1] == manager


def test_dials_are_a_legend_of_colors_and_dashes():
    dials = Dials(["A", "B"], 0.01, 1.0, {"A": "#123456", "B": "red"}, {"A": (0, (4, 1.5))}).widget()
    swatches = [row.children[0].value for row in dials.children]
    assert "dashed #123456" in swatches[0] and "solid red" in swatches[1]


def test_callbacks_on_another_thread_draw_on_the_main_one():
    """Many changes off the main thread while it is busy end in one picture, drawn on it, of the newest values."""
    drawn = []

    def spy(fig):
        def update(k: (0, 100) = 0):
            drawn.append((k, threading.current_thread() is threading.main_thread()))
            return []

        return update

    async def session():
        figure = made(spy)
        worker = threading.Thread(target=lambda: [figure.set(k=k) for k in range(1, 51)])
        worker.start()
        worker.join()  # the main thread is busy
        await asyncio.sleep(0.05)

    playwrights = asyncio._get_running_loop()  # left running in this thread by a browser test that came before
    asyncio._set_running_loop(None)
    try:
        asyncio.run(session())
    finally:
        asyncio._set_running_loop(playwrights)
    assert drawn == [(0, True), (50, True)]


def test_log_sliders_where_the_range_spans_decades():
    assert isinstance(control("lr", (1e-3, 1.0), 0.1), W.FloatLogSlider)
    assert type(control("x", (0.5, 2.0), 1.0)) is W.FloatSlider
    assert isinstance(control("n", (1, 1000), 10), W.IntSlider)
    assert isinstance(control("on", bool, False), W.Checkbox)
    assert isinstance(control("kind", ["a", "b"], "b"), W.Dropdown)


def test_controls_show_enough_digits():
    slider = control("x", (0.0, 0.05), 0.01)
    assert slider.step == 0.0005 and slider.readout_format == ".4f"
    log = control("lr", (1e-5, 1.0), 0.001)
    log.value = 10**-3.3333
    assert log.readout_format == ".3" and read(log) == 0.000464


@pytest.mark.parametrize("spec", [object(), inspect.Parameter.empty, "(0, 1)", Point])
def test_a_spec_that_is_no_control(spec):
    with pytest.raises(ValueError, match="lr: got .*want .low, high."):
        control("lr", spec, 1)


def test_the_decorator_registers_and_passes_arguments_on():
    @live(alt="a line at a height")
    def planted(fig, height=0, *, color="red"):
        """What to do."""
        ax = fig.subplots()

        def update(k: (0, 9) = height):
            ax.set_title(color)
            return []

        return update

    assert FIGURES[f"{__name__}.planted"] is planted
    assert planted.__doc__ == "What to do." and list(inspect.signature(planted).parameters) == ["height", "color"]
    figure = planted(3, color="blue")
    assert figure.values == {"k": 3} and figure.figure.axes[0].get_title("left") == "blue"
    figure.close()


def test_two_displays_of_a_figure_share_no_widget():
    def steps(fig):
        fig.subplots()

        def update(step: Play(50) = 5, n: Stops([1, 2, 4]) = 2):
            return []

        return update

    make = live(alt="a planted figure")(steps)
    first, second = make(), make()
    first.set(step=7, n=4)
    assert second.values == {"step": 5, "n": 2}
    first.close()
    second.set(step=9)
    assert second.controls["step"].value == 9
    second.close()


def test_changed_asks_about_the_call_before():
    one, other = Changed(), Changed()
    assert [one(key) for key in ("a", "a", "b", "a")] == [True, False, True, True]
    assert other("a") and not other("a")


def test_extremes():
    assert extremes(control("lr", (1e-3, 1.0), 0.1)) == [0.001, 1.0]
    assert extremes(control("on", bool, False)) == [False, True]
    assert extremes(control("kind", {"A": 1, "B": 2}, 2)) == [1, 2]
    assert extremes(Play(7).widget()) == [0, 7]
    ends = extremes(Dials(["A", "B"], 0.1, 10.0).widget())
    assert ends[0]["A"] == (False, 0.1) and ends[2]["B"] == (True, 10.0)


def test_dials_read_and_write():
    dials = Dials(["A", "B"], 0.01, 1.0, colors={"A": "red", "B": "blue"}).widget()
    dials.value = {"A": (True, 0.05), "B": (False, 0.2)}
    assert dials.ticks["A"].value and dials.sliders["B"].value == 0.2
    dials.sliders["A"].value = 0.5
    assert dials.value["A"] == (True, 0.5)


def test_play_follows_its_value():
    play = Play(20).widget()
    play.value = 7
    assert play.slider.value == 7 and play.play.value == 7


@pytest.mark.parametrize("compress", [png.compress, zlib.compress], ids=["igzip, where there is one", "zlib"])
def test_a_png_is_the_picture(compress, monkeypatch):
    monkeypatch.setattr(png, "compress", compress)
    pixels = np.random.default_rng(0).integers(0, 256, (37, 53, 4), np.uint8)
    pixels[10:20] = pixels[10]
    image = Image.open(io.BytesIO(png.encode(pixels)))
    image.verify()  # the checksums
    assert (np.asarray(Image.open(io.BytesIO(png.encode(pixels)))) == pixels).all()


RERUN = """
import gc
from matplotlib.figure import Figure
import ipywidgets
from course_utils.live import live
@live(alt="a line")
def figure(fig):
    line, = fig.subplots().plot([0, 1])
    def update(k: (0, 9) = 1):
        line.set_ydata([0, k])
        return [line]
    return update
"""
COUNT = """
gc.collect()
print(sum(type(o) is Figure for o in gc.get_objects()), len(ipywidgets.widgets.widget._instances))
"""


@pytest.mark.slow
@pytest.mark.parametrize("per_cell", [1, 2])
def test_memory_is_flat_over_25_runs_of_a_cell(per_cell):
    """Figures and widgets alive after the second run and after the 25th: the same number."""
    manager, client = start_new_kernel()
    try:
        run(client, RERUN, "setup")
        counts = []
        for _ in range(25):
            run(client, "\n".join(["display(figure())"] * per_cell), "figures")
            counts.append(run(client, COUNT, "count").split())
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert counts[1] == counts[-1]
    assert int(counts[-1][0]) == per_cell


def run(client, code, cell):
    """Run code as JupyterLab does, which tells the kernel which cell it is; returns what it printed."""
    content = dict(code=code, silent=False, store_history=True, user_expressions={}, allow_stdin=False)
    message = client.session.msg("execute_request", content, metadata={"cellId": cell})
    client.shell_channel.send(message)
    printed = ""
    while True:
        reply = client.get_iopub_msg(timeout=60)
        if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        assert reply["msg_type"] != "error", reply["content"]
        printed += reply["content"].get("text", "")
        if reply["content"].get("execution_state") == "idle":
            return printed


def test_close_frees_the_figure():
    gc.collect()
    before = sum(type(o) is Figure for o in gc.get_objects())
    figure = made(_pair)
    figure.close()
    gc.collect()
    assert sum(type(o) is Figure for o in gc.get_objects()) == before


def _three(fig):
    """Three controls and nothing to see."""
    fig.subplots()

    def update(a: (0, 9) = 1, b: (0, 9) = 2, c: (0, 9) = 3):
        return []

    return update


def test_groups_are_titled_columns_above_the_other_controls():
    figure = made(_three, columns={"First": "b", "Second": "a"})
    groups, row = figure.children[:2]
    assert [column.children[0].value for column in groups.children] == ["First", "Second"]
    assert [column.children[1:] for column in groups.children] == [(figure.controls["b"],), (figure.controls["a"],)]
    assert row.children[0] is figure.controls["c"] and [button.description for button in row.children[1].children] == [
        "Pin",
        "Reset",
    ]
    figure.close()
    with pytest.raises(ValueError, match="columns: got .'d'., want names among .'a', 'b', 'c'."):
        made(_three, columns={"First": "a d"})


def test_the_code_under_a_figure_follows_its_values():
    figure = made(_three, code=lambda a, b, c: f"print({a}, {b}, {c})")
    assert figure.children[-1] is figure.code and figure.code.code == "print(1, 2, 3)"
    figure.controls["b"].value = 7
    assert figure.code.code == "print(1, 7, 3)"
    figure.close()
    assert made(_three).code is None


STEPS = [(0, 0, 1), (7, 6, 8), (20, 19, 25), (25, 20, 30), (27, 20, 30), (50, 45, 50)]


@pytest.mark.parametrize("value, back, on", STEPS)
def test_buttons_of_play_take_single_steps_at_first_and_strides_later(value, back, on):
    for button, there in zip((1, 2), (back, on), strict=True):
        play = Play(50, stride=5, fine=20).widget()
        play.value = value
        play.children[button].click()
        assert play.value == play.slider.value == there
    assert len(Play(50).widget().children) == 2


def test_the_code_is_that_of_the_picture_even_if_newer_values_came_meanwhile():
    def three(fig):
        def update(a: (0, 9) = 1, b: (0, 9) = 2, c: (0, 9) = 3):
            if a == 5:
                figure.values["a"] = 6  # as another thread does while this one draws
            return []

        return update

    figure = made(three, code=lambda a, b, c: f"print({a})")
    figure.values["a"] = 5
    figure._draw()
    assert figure.code.code == "print(5)"
    figure.close()


def test_a_value_that_comes_while_an_older_one_is_drawn_is_not_put_back():
    """A widget has its new value a moment before it tells of it: time enough to answer an older request."""
    figure = made(_three)
    with figure.controls["a"].hold_trait_notifications():
        figure.controls["a"].value = 7
        figure._show()
    assert figure.values["a"] == figure.controls["a"].value == 7
    figure.close()


def test_waiting_is_said_of_a_request_that_waits_and_of_no_later_one():
    figure, request = made(_three), object()
    figure._turns._due = request
    figure._turns._say_waiting(object())  # the timer of a request that has been answered since
    assert "Waiting" not in figure.stage.words
    figure._turns._say_waiting(request)
    assert "Waiting" in figure.stage.words
    figure.close()


def test_an_answer_while_waiting_is_being_said_has_the_last_word():
    request, answers, said = object(), [], []

    def say_waiting():  # the moment between the question whether it waits and the word
        answers.append(threading.Thread(target=turns._do))
        answers[0].start()
        answers[0].join(0.3)
        said.append("waiting")

    turns = Turns(lambda: said.append("answer"), say_waiting)
    turns._due = request
    turns._say_waiting(request)
    answers[0].join()
    assert said == ["waiting", "answer"]


def test_an_answer_faster_than_its_timer_leaves_nothing_waiting(monkeypatch):
    """On a busy machine the main thread may have answered before the thread that asks has started its timer."""
    figure, timers = made(_three), []

    class AtOnce:
        def call_soon_threadsafe(self, show):
            show()

    class Timer:
        def __init__(self, seconds, function, args):
            timers.append(lambda: function(*args))

        def start(self):
            pass

    figure._turns._loop = AtOnce()
    with monkeypatch.context() as patch:
        patch.setattr("course_utils.live.turns.threading.Timer", Timer)
        with ThreadPoolExecutor(1) as other:
            other.submit(figure.set, a=7).result()
    timers[0]()
    assert "Waiting" not in figure.stage.words
    figure.close()


def test_reset_stops_a_run_that_plays_and_a_beat_on_its_way_is_not_heard(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(controls, "monotonic", lambda: now[0])

    def steps(fig):
        fig.subplots()

        def update(step: Play(50) = 5):
            return []

        return update

    figure = made(steps)
    play = figure.controls["step"]
    play.value, play.play.playing = 30, True
    figure.set(**figure._initial)  # what the button does
    assert not play.play.playing and figure.values["step"] == play.value == 5
    play.value = 31  # the beat that the browser had sent before it heard of the reset
    assert figure.values["step"] == play.value == 5
    now[0] += 1
    play.value = 31
    assert figure.values["step"] == 31
    figure.close()


def test_a_run_that_plays_stops_where_another_control_sets_its_step_and_else_goes_on():
    def steps(fig):
        fig.subplots()

        def update(step: Play(50) = 0, lr: (0, 9) = 1):
            return []

        return update

    figure = made(steps, presets={"lr": lambda values: {"step": min(values["step"], 20)}})
    play = figure.controls["step"]
    play.value, play.play.playing = 10, True
    figure.controls["lr"].value = 2
    assert play.play.playing and figure.values == {"step": 10, "lr": 2}
    play.value = 30
    figure.controls["lr"].value = 3
    play.value = 31  # a beat that was on its way
    assert not play.play.playing and play.value == 20 and figure.values == {"step": 20, "lr": 3}
    figure.close()
