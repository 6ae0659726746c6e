"""Live figures for notebooks: controls -> compute -> move the artists -> one new picture.

    @live(alt="A path down a surface, from a start and at a rate that can be set")
    def descent(fig):                                                      # runs once and draws what stays
        "Drag the ring, or set the rate."                                  # what Shift-Tab says
        ax = fig.subplots(); ax.contourf(...); line, = ax.plot([], [])
        def update(lr: (1e-3, 0.1) = 0.02, start: Point() = (-1, 1.5)):    # runs on every change, moves what moves
            line.set_data(*path(lr, start).T)
            return [line]                                                  # what moves, as in FuncAnimation(blit=True)
        return update

    descent()                                                              # shows it

An argument of `update` is a control: its annotation says how far it goes (see `controls`), its default where it starts.
`update` may also return `(artists, words)`: the words appear under the figure. It always returns the same artists (hide
one with `set_visible`): another list, or a changed limit or title, costs a full draw (90 ms instead of 10). What only
a choice changes is set where `changed(choice)` says that it did, with `changed = Changed()` beside `update`.

What happens at a change: the control's widget tells `Live`, which keeps the newest values and asks for its turn on the
main thread (`turns`); there `canvas` computes, draws and encodes, and one message takes picture and words to the page.
"""

import functools
import html
import inspect
import re
import traceback
from collections.abc import Callable

import ipywidgets as W
from PIL import Image

from ..plots import DPI, still
from .canvas import Canvas
from .cells import close_when_run_again
from .code_box import CodeBox
from .controls import Player, Point, arranged, control, extremes, read
from .hand import Hand
from .stage import Stage
from .turns import Turns

FIGURES: dict[str, Callable[..., "Live"]] = {}  # {"module.name": function that makes the figure}
TAGS = ((re.compile(r"<(?:br|tr)[^>]*>"), "\n"), (re.compile(r"<sup>"), "^"), (re.compile(r"<[^>]*>"), ""))


def live(*, alt, size=(9, 4), presets=None, columns=None, code=None):
    """Make a live figure of a function that draws, and register it.

    Decorates `setup(fig, ...) -> update`; what it makes is a function of the same name that takes the arguments after
    `fig` and returns a `Live`, which a notebook shows.

    Parameters
    ----------
    alt : what the picture shows, in a sentence, for those who do not see it
    size : of the figure, in inches
    presets : {control: f(values) -> {control: value}}, what else to set when that control is changed
    columns : {title: "names of controls"}, groups above the other controls
    code : f(**values) -> str, shown below, to be copied
    """

    def register(setup):
        @functools.wraps(setup)
        def make(*args, **kwargs):
            canvas = Canvas(lambda fig: setup(fig, *args, **kwargs), size)
            return Live(canvas, setup.__name__, alt, presets or {}, columns or {}, code)

        _, *parameters = inspect.signature(setup).parameters.values()
        make.__signature__ = inspect.Signature(parameters, return_annotation=Live)
        FIGURES[f"{setup.__module__}.{setup.__name__}"] = make
        return make

    return register


class Changed:
    """Whether something differs from the last time: `changed = Changed()`, and `if changed(surface):` in `update`.

    >>> changed = Changed()
    >>> changed("bowl", 2), changed("bowl", 2), changed("bowl", 3)
    (True, False, True)
    """

    def __init__(self):
        self._last = None

    def __call__(self, *key):
        """Whether this key is another than that of the last call; the first always is."""
        last, self._last = self._last, key
        return key != last


class Live(W.VBox):
    """A live figure, as `live` makes it.

    Attributes
    ----------
    values : {control: where it stands}
    controls : {control: its widget}; points have none
    stage : the picture and the words
    canvas : what draws it; `figure` and `update` are its own
    """

    def __init__(self, canvas, name, alt, presets, columns, code):
        self._name = name
        self._presets = presets
        self._chosen = set()  # controls with presets that have yet to follow
        self._behind = set()  # controls that have yet to show a value
        self._code = code
        self._turns = Turns(self._show, self._say_waiting)
        self.canvas = canvas
        self.figure = canvas.figure
        self.update = canvas.update
        self.values = {name: argument.default for name, argument in canvas.arguments.items()}
        self._initial = dict(self.values)
        self._pinned = None  # the values of the gray ghost
        specs = {name: argument.annotation for name, argument in canvas.arguments.items()}
        self.points = {name: spec for name, spec in specs.items() if isinstance(spec, Point)}
        others = {name: spec for name, spec in specs.items() if name not in self.points}
        self.controls = {name: control(name, spec, self.values[name]) for name, spec in others.items()}
        self._hand = Hand(self.figure, self.points, self.values)
        self._build(alt, columns)
        self._draw()
        close_when_run_again(self)

    def _build(self, alt, columns):
        width, height = (round(DPI * inches) for inches in self.figure.get_size_inches())
        self.stage = Stage(alt=alt, width=width, height=height, clickable=bool(self.points))
        self.code = CodeBox(layout={"width": f"{width}px"}) if self._code else None
        pin = _button("Pin", "thumb-tack", "Keep this state in gray, to compare the next ones with", self.pin)
        reset = _button("Reset", "undo", "Back to where it started, without what is pinned", self.reset)
        for name, widget in self.controls.items():
            widget.observe(lambda change, name=name: self._on_control(name), "value")
        self.stage.observe(lambda change: self.set(**self._hand.drag(*change["new"])), "pointer")
        self.stage.observe(lambda change: self.set(**self._hand.nudge(change["new"])), "nudge")
        self.stage.observe(lambda change: self._turns.ask(), "ratio")
        above = arranged(self.controls, W.HBox([pin, reset]), columns, width)
        super().__init__([*above, self.stage, *([self.code] if self.code else [])])
        self.add_class("course-figure")

    def set(self, **values):
        """Take new values, and what the presets make of them; the controls follow, and one new picture."""
        if unknown := values.keys() - self.values.keys():
            raise ValueError(f"values: got {sorted(unknown)}, want names among {sorted(self.values)}")
        if values:
            self._lead(values)
            self._take(values)
        return self

    def pin(self):
        """Keep what moves now as a gray ghost in its panels."""
        self._pinned = dict(self.values)
        self.canvas.pin()
        self._turns.ask()
        return self

    def reset(self):
        """Back to the initial values, without a ghost."""
        self._pinned = None
        self.canvas.unpin()
        return self.set(**self._initial)

    def _take(self, values):
        self.values.update(values)
        if values != self._initial:  # a reset asks for all of them as they were
            self._chosen |= self._presets.keys() & values.keys()
        self._turns.ask()

    def _lead(self, values):
        """Let the controls of these values follow them; a run that plays stops, or its next beat would undo them."""
        for name in self.controls.keys() & values.keys():
            if isinstance(self.controls[name], Player):
                self.controls[name].halt()
            self._behind.add(name)

    def _on_control(self, name):
        value = read(self.controls[name])
        if value == self.values[name]:  # the change came from `set`
            return
        if getattr(self.controls[name], "halted", False):  # a beat that was on its way: the control goes back
            self._behind.add(name)
            self._turns.ask()
        else:
            self._take({name: value})

    def _say_waiting(self):
        self.stage.words = "Waiting for the running cell to finish."

    def _show(self):
        if self.figure is None:  # closed meanwhile
            return
        try:
            self._follow()
            self._draw()
        except Exception as error:
            where = html.escape("".join(traceback.format_exception(error)))
            what = html.escape(f"{type(error).__name__}: {error}")
            self.stage.words = (
                f"This setting failed, so the picture is the one before it. {what}"
                f"<details><summary>Where</summary><pre>{where}</pre></details>"
            )

    def _follow(self):
        """Set what the presets of the changed controls ask for, and let the controls show what code has set.

        No other control is written: on another thread it may have a newer value, of which it is just about to tell.
        """
        while self._chosen:
            wanted = self._presets[self._chosen.pop()](dict(self.values))
            changed = {name: value for name, value in wanted.items() if value != self.values[name]}
            self._lead(changed)
            self.values.update(changed)
        while self._behind:
            name = self._behind.pop()
            if self.values[name] != read(self.controls[name]):
                self.controls[name].value = self.values[name]

    def _draw(self):
        values = dict(self.values)  # another thread may bring newer ones before the code is written
        picture, words = self.canvas.draw(values, self.stage.ratio)
        self.stage.show(picture, words + _of_the_ghost(self._pinned, values))
        if self.code:
            self.code.code = self._code(**values)

    def extremes(self):
        """{name: the values at its ends}, for tests: sliders' ends, menus' options, a point's corners and middle."""
        return self._hand.places() | {name: extremes(widget) for name, widget in self.controls.items()}

    def close(self):
        """Free the figure and everything on the page."""
        self.canvas.close()
        self.figure = self.update = self._hand = self._presets = self._code = None
        _close(self)

    def __repr__(self):
        short = {name: value for name, value in self.values.items() if not isinstance(value, dict)}
        return f"{self._name}({', '.join(f'{name}={value!r}' for name, value in short.items())})"

    def _repr_mimebundle_(self, **kwargs):
        """The widget; and for readers without widgets a still picture, its legend and the words."""
        image = Image.fromarray(self.canvas.pixels).convert("RGB")
        picture = still(image, self.stage.alt, self.stage.width)
        below = f"<div>{self.stage.words}</div>" if self.stage.words else ""
        bundle = super()._repr_mimebundle_(**kwargs) | {
            "text/plain": "\n".join(filter(None, [repr(self), _plain(self.stage.words)])),
            "text/html": picture + below,
        }
        _, metadata = self.stage._repr_mimebundle_(**kwargs)  # Colab asks which widget manager anywidget wants
        return bundle, metadata


def _plain(words):
    """The words without their HTML; what began a line there begins one here."""
    for tag, text in TAGS:
        words = tag.sub(text, words)
    return html.unescape(words)


def _button(label, icon, tip, act):
    button = W.Button(description=label, icon=icon, tooltip=tip, layout={"width": "auto"})
    button.on_click(lambda button: act())
    return button


def _of_the_ghost(pinned, values):
    """Which settings are drawn in gray: those that differ from the present ones."""
    if pinned is None:
        return ""
    other = ", ".join(_differences(pinned, values))
    return f'<div class="course-pinned">Gray: {html.escape(other) or "this state"}</div>'


def _differences(old, new):
    """Yield "name value" of what was otherwise; of dials, each by its own name."""
    for name, value in old.items():
        if value == new[name]:
            continue
        if isinstance(value, dict):
            yield from _differences(value, new[name])
        elif isinstance(value, tuple) and isinstance(value[0], bool):
            yield f"{name} {value[1]:g}" if value[0] else f"{name} off"
        else:
            yield f"{name.replace('_', ' ')} {value:g}" if isinstance(value, float) else f"{name} {value}"


def _close(widget):
    for part in (*getattr(widget, "children", ()), getattr(widget, "layout", None), getattr(widget, "style", None)):
        if isinstance(part, W.Widget):
            _close(part)
    W.Widget.close(widget)
