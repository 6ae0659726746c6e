"""The controls of a live figure: from short specs to widgets, what they read, and how far they go.

A spec is an abbreviation as `ipywidgets.interact` knows it, (low, high), (low, high, step), a list, a dict or bool, or
one of `Point`, `Play`, `Stops`, `Menu` and `Dials`. A pair of positive floats that spans two decades or more becomes a
log slider. A spec only says what is wanted: the widgets are made anew for each figure that is shown.
"""

import math
from dataclasses import dataclass
from time import monotonic

import ipywidgets as W
import traitlets as T

from .._support.validation import fail


@dataclass(frozen=True)
class Point:
    """A parameter (x, y) that the reader sets by clicking, dragging or arrow keys in axes number `axes`."""

    axes: int = 0


@dataclass(frozen=True)
class Play:
    """A step from 0 to `n` that plays and scrubs; `interval` milliseconds between two steps of `stride`.

    fine : 0, or buttons go back and on by one step up to `fine` and by `stride` beyond.
    """

    n: int
    interval: int = 40
    stride: int = 1
    fine: int = 0

    def widget(self):
        """The buttons and the slider."""
        return Player(self.n, self.interval, self.stride, self.fine)


@dataclass(frozen=True)
class Stops:
    """A slider over a list of values, or over {label: value}: batch sizes, say, which have no even spacing."""

    options: list | dict

    def widget(self):
        """The slider."""
        return W.SelectionSlider(options=self.options, continuous_update=True)


@dataclass(frozen=True)
class Menu:
    """A menu of a list of values, or of {label: value}: as the list or the dict itself, where that holds texts."""

    options: list | dict

    def widget(self):
        """The menu."""
        return W.Dropdown(options=self.options)


@dataclass(frozen=True)
class Dials:
    """A log slider and a tick for each name; reads {name: (ticked, value)}.

    With `colors`, and the line `styles` of matplotlib, it is a legend as well.
    """

    names: list
    low: float
    high: float
    colors: dict | None = None
    styles: dict | None = None

    def widget(self):
        """The grid of sliders and ticks."""
        return DialGrid(self.names, self.low, self.high, self.colors or {}, self.styles or {})


class Player(W.HBox):
    """The widget of `Play`."""

    value = T.Int()

    def __init__(self, n, interval, stride, fine):
        self.play = W.Play(min=0, max=n, step=stride, interval=interval, show_repeat=False)
        self.slider = W.IntSlider(min=0, max=n, layout={"width": "480px" if fine else "260px"})
        W.jslink((self.play, "value"), (self.slider, "value"))
        buttons = [self._button(*way) for way in (("step-backward", -1), ("step-forward", 1))] if fine else []
        super().__init__([self.play, *buttons, self.slider], layout={"overflow": "visible"})
        self.min, self.max, self.stride, self.fine, self._until = 0, n, stride, fine, 0.0
        T.link((self, "value"), (self.slider, "value"))
        self.observe(lambda change: setattr(self.play, "value", change["new"]), "value")

    def halt(self):
        """Stop playing; beats that are on their way from the browser are not heard any more."""
        if self.play.playing:
            self.play.playing, self._until = False, monotonic() + 0.5

    @property
    def halted(self):
        """Whether it was halted a moment ago."""
        return monotonic() < self._until

    def _button(self, icon, way):
        tip = "A step back" if way < 0 else "A step on"
        button = W.Button(icon=icon, tooltip=tip, layout={"width": "34px", "flex": "0 0 auto"})
        button.on_click(lambda button: self._go(way))
        return button

    def _go(self, way):
        """To the next stop in that direction: every step up to `fine`, every `stride` beyond."""
        width = 1 if self.value + min(way, 0) < self.fine else self.stride
        there = self.value + way if width == 1 else (self.value // width + way) * width
        self.value = min(max(there, self.min), self.max)


class DialGrid(W.GridBox):
    """The widget of `Dials`."""

    value = T.Dict()
    _writing = False

    def __init__(self, names, low, high, colors, styles):
        beside, level = {"width": "98px", "margin": "0 0 0 6px"}, {"align_items": "center"}
        self.ticks = {name: W.Checkbox(description=name, indent=False, layout=beside) for name in names}
        self.sliders = {name: _log_slider(low, high, layout={"width": "180px"}, tooltip=name) for name in names}
        swatches = {name: _swatch(color, styles.get(name, "-")) for name, color in colors.items()}
        rows = [
            W.HBox([*([W.HTML(swatches[name])] if colors else []), tick, self.sliders[name]], layout=level)
            for name, tick in self.ticks.items()
        ]
        columns = "repeat(auto-fill, minmax(316px, 1fr))"
        super().__init__(rows, layout={"grid_template_columns": columns, "width": "100%"})
        for widget in (*self.ticks.values(), *self.sliders.values()):
            widget.observe(self._read, "value")
        self.observe(self._write, "value")
        self._read()

    def _read(self, change=None):
        if not self._writing:
            self.value = {name: (tick.value, _digits(self.sliders[name].value)) for name, tick in self.ticks.items()}

    def _write(self, change):
        self._writing = True  # or every tick and slider would report a value of its own on the way
        for name, (ticked, value) in change["new"].items():
            self.ticks[name].value = ticked
            if _digits(self.sliders[name].value) != value:
                self.sliders[name].value = value
        self._writing = False


def control(name, spec, default):
    """The widget for a spec, set to the default."""
    if isinstance(spec, (Play, Stops, Menu, Dials)):
        widget = spec.widget()
    elif _spans_decades(spec):
        widget = _log_slider(*spec)
    elif spec is bool:
        widget = W.Checkbox()
    else:
        widget = W.interactive.widget_from_abbrev(spec, default) if isinstance(spec, (tuple, list, dict)) else None
    if widget is None:
        fail(
            name, repr(spec), "(low, high), (low, high, step), a list, a dict, bool, Point, Play, Stops, Menu or Dials"
        )
    if isinstance(widget, W.FloatSlider):
        widget.step = spec[2] if len(spec) > 2 else _tidy_step(widget.max - widget.min)
        widget.readout_format = f".{_decimals(widget.step)}f"
    label = getattr(widget, "slider", widget)  # a Player has its words on its slider
    if hasattr(label, "description"):
        label.description = label.description or name.replace("_", " ")
        label.style.description_width = "initial"
    widget.value = default
    return widget


def arranged(controls, last, groups, width):
    """Rows of widgets: {title: "names of controls"} as columns, `width` pixels in all; then the others and `last`."""
    named = {title: names.split() for title, names in groups.items()}
    if unknown := {name for names in named.values() for name in names} - controls.keys():
        raise ValueError(f"columns: got {sorted(unknown)}, want names among {sorted(controls)}")
    columns = [_column(title, [controls[name] for name in names]) for title, names in named.items()]
    grouped = {name for names in named.values() for name in names}
    rest = [widget for name, widget in controls.items() if name not in grouped]
    row = W.HBox([*rest, last], layout={"flex_flow": "row wrap"}).add_class("course-controls")
    return [W.Box(columns, layout={"max_width": f"{width}px"}).add_class("course-groups"), row] if columns else [row]


def _column(title, widgets):
    for widget in widgets:
        widget.style.description_width = "72px"
        widget.layout.width = "auto"
    return W.VBox([W.HTML(title).add_class("course-group-name"), *widgets]).add_class("course-group")


def read(widget):
    """What the control says, in as many digits as it shows."""
    if isinstance(widget, W.FloatLogSlider):
        return _digits(widget.value)
    if isinstance(widget, W.FloatSlider):
        return round(widget.value, _decimals(widget.step))
    return widget.value


def extremes(widget):
    """The values at a control's ends: both ends of a slider, every option of a menu, all ticked and none."""
    if isinstance(widget, W.FloatLogSlider):
        return [_digits(widget.base**widget.min), _digits(widget.base**widget.max)]
    if isinstance(widget, DialGrid):
        ends = {name: extremes(slider) for name, slider in widget.sliders.items()}
        return [{name: (on, pair[i]) for name, pair in ends.items()} for on, i in ((False, 0), (True, 0), (True, 1))]
    if isinstance(widget, W.Checkbox):
        return [False, True]
    if hasattr(widget, "options"):
        return [value for _, value in widget._options_full]
    if hasattr(widget, "max"):
        return [widget.min, widget.max]
    return [widget.value]


def _swatch(color, style):
    """A piece of a line in its color and style."""
    dashes = {"-": "solid", "--": "dashed", ":": "dotted"}
    pattern = dashes.get(style) or ("dotted" if style[1][0] < 2 else "dashed")  # or (offset, (on, off))
    line = f"display:inline-block; width:1.6em; border-top:3px {pattern} {color}"
    chip = "display:inline-block; vertical-align:middle; padding:4px 3px; background:white; border-radius:3px"
    return f'<span style="{chip}; line-height:0"><span style="{line}"></span></span>'  # white in the dark theme too


def _spans_decades(spec):
    return (
        isinstance(spec, tuple) and len(spec) == 2 and all(type(v) is float for v in spec)
        and 0 < spec[0] and spec[1] / spec[0] >= 99
    )  # fmt: skip


def _log_slider(low, high, **kw):
    """A log slider with thirty stops a decade whose readout shows three digits without trailing zeros."""
    ends = dict(min=math.log10(low), max=math.log10(high), step=1 / 30)
    return W.FloatLogSlider(value=low, base=10, readout_format=".3", **ends, **kw)


def _tidy_step(span):
    """1, 2 or 5 times a power of ten, so that a slider has about a hundred stops."""
    raw = span / 100
    power = 10.0 ** math.floor(math.log10(raw))
    return next(power * tidy for tidy in (1, 2, 5, 10) if power * tidy >= raw * (1 - 1e-9))


def _decimals(step):
    return max(0, -math.floor(math.log10(step) + 1e-9))


def _digits(value):
    return float(f"{value:.3g}")
