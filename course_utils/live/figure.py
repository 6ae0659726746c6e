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

Updates are never queued: the newest values win. Callbacks may arrive on another thread (JupyterLab >= 4.4 with
ipykernel >= 7 sends them to a subshell); matplotlib is not thread-safe, so the work hops to the kernel's main thread,
and waits there while a cell runs. No pyplot: its figures and its "current axes" belong to the reader's own cells.
"""

import asyncio
import contextvars
import functools
import html
import inspect
import io
import threading
import traceback
from collections import defaultdict
from collections.abc import Callable

import ipywidgets as W
import matplotlib
import numpy as np
from IPython import get_ipython
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from .._support.threads import one_thread
from ..plots import DPI, STYLE, still
from .code_box import CodeBox
from .controls import Player, Point, arranged, control, extremes, read
from .stage import Stage

FIGURES: dict[str, Callable[..., "Live"]] = {}  # {"module.name": function that makes the figure}


def live(*, alt, size=(9, 4), presets=None, columns=None, code=None):
    """Make a live figure of a function that draws, and register it.

    Decorates `setup(fig, ...) -> update`; what it makes is a function of the same name that takes the arguments after
    `fig` and returns a `Live`, which a notebook shows.

    alt : what the picture shows, in a sentence, for those who do not see it
    size : of the figure, in inches
    presets : {control: f(values) -> {control: value}}, what else to set when that control is changed
    columns : {title: "names of controls"}, groups above the other controls
    code : f(**values) -> str, shown below, to be copied
    """

    def register(setup):
        @functools.wraps(setup)
        def make(*args, **kwargs):
            return Live(
                lambda fig: setup(fig, *args, **kwargs),
                setup.__name__,
                alt=alt,
                size=size,
                presets=presets,
                columns=columns,
                code=code,
            )

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
    """A live figure: `set(lr=0.1)` moves its controls from code, `values` tells where they stand; `live` makes it."""

    def __init__(self, setup, name, *, alt, size, presets, columns, code):
        self._base, self._moving, self._due, self._active, self._nudged = None, [], None, None, (0, 0)
        self._name, self._presets = name, presets or {}
        self._chosen, self._behind = set(), set()  # what has presets to follow; controls that have yet to show a value
        self._saying = threading.Lock()
        try:
            self._loop = asyncio.get_running_loop()  # the kernel's main loop
        except RuntimeError:
            self._loop = None
        self.figure = Figure(size, dpi=DPI, layout="constrained")
        FigureCanvasAgg(self.figure)
        with matplotlib.rc_context(STYLE):
            self.update = setup(self.figure)
        arguments = inspect.signature(self.update).parameters
        self.values = {k: p.default for k, p in arguments.items()}
        specs = {k: p.annotation for k, p in arguments.items()}
        self.points = {k: p for k, p in specs.items() if isinstance(p, Point)}
        self.controls = {k: control(k, s, self.values[k]) for k, s in specs.items() if k not in self.points}
        self._initial, self._code = dict(self.values), code
        self._build(alt, size, columns or {})
        self._draw()
        _forget_when_run_again(self)

    def _build(self, alt, size, columns):
        width, height = (round(DPI * inches) for inches in size)
        self.stage = Stage(alt=alt, width=width, height=height, clickable=bool(self.points))
        self.message = W.HTML().add_class("course-words")
        reset = W.Button(description="Reset", icon="undo", tooltip="Back to where it started", layout={"width": "auto"})
        self.code = CodeBox(layout={"width": f"{width}px"}) if self._code else None
        for name, widget in self.controls.items():
            widget.observe(lambda change, name=name: self._on_control(name), "value")
        reset.on_click(lambda button: self.set(**self._initial))
        self.stage.observe(self._on_pointer, "pointer")
        self.stage.observe(self._on_nudge, "nudge")
        self.stage.observe(lambda change: self._request(), "ratio")
        below = [self.code] if self.code else []
        above = arranged(self.controls, reset, columns, width)
        W.VBox.__init__(self, [*above, self.stage, self.message, *below])

    def set(self, **values):
        """Take new values, and what the presets make of them; the controls follow, and one new picture."""
        if unknown := values.keys() - self.values.keys():
            raise ValueError(f"values: got {sorted(unknown)}, want names among {sorted(self.values)}")
        self._lead(values)
        self._take(values)
        return self

    def _take(self, values):
        self.values.update(values)
        if values != self._initial:  # a reset asks for all of them as they were
            self._chosen |= self._presets.keys() & values.keys()
        self._request()

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
            self._request()
        else:
            self._take({name: value})

    def _request(self):
        """Draw now, or once soon on the main thread: the newest values only."""
        if self._loop is None or threading.current_thread() is threading.main_thread():
            self._show()
        elif not self._due:
            request = self._due = object()  # a later one has waited less than this one's timer
            self._loop.call_soon_threadsafe(self._show)
            threading.Timer(0.5, contextvars.copy_context().run, [self._say_waiting, request]).start()

    def _say_waiting(self, request):
        with self._saying:  # or it might be said just after the answer
            if self._due is request:
                self.message.value = "Waiting for the running cell to finish."

    def _show(self):
        with self._saying:
            self._due = None
        if self.figure is None:  # closed meanwhile
            return
        try:
            self._follow()
            self._draw()
        except Exception as error:
            where = html.escape("".join(traceback.format_exception(error)))
            what = html.escape(f"{type(error).__name__}: {error}")
            self.message.value = (
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
        """Compute; then draw everything if anything that stays has changed, else only what moves, over the rest."""
        values = dict(self.values)  # another thread may bring newer ones before the code is written
        # Small products are many times slower on all cores while the browser is busy.
        with np.errstate(all="ignore"), one_thread(), matplotlib.rc_context(STYLE):
            result = self.update(**values)
        moving, words = result if isinstance(result, tuple) else (result, "")
        self._animate(list(moving or []))
        figure, canvas = self.figure, self.figure.canvas
        if figure.dpi != (dpi := DPI * self.stage.ratio):
            figure.set_dpi(dpi)
            self._base = None
        if self._base is None or figure.stale:
            canvas.draw()
            self._base = canvas.copy_from_bbox(figure.bbox)
        canvas.restore_region(self._base)
        for artist in sorted(self._moving, key=lambda artist: artist.zorder):
            artist.draw(canvas.get_renderer())
        self.stage.frame = self._png()
        self.message.value = words
        if self.code:
            self.code.code = self._code(**values)

    def _animate(self, moving):
        if moving != self._moving:
            for artist in self._moving:
                artist.set_animated(False)
            for artist in moving:
                artist.set_animated(True)
            self._moving, self._base = moving, None

    def _png(self):
        out = io.BytesIO()
        self._image().save(out, "png", compress_level=1)
        return out.getvalue()

    def _image(self):
        return Image.fromarray(np.ascontiguousarray(np.asarray(self.figure.canvas.buffer_rgba())[..., :3]))

    def _on_pointer(self, change):
        """Move the point that the press chose (the nearest one in the axes under it), within its axes."""
        x, y, press = change["new"]
        pixel = self.figure.bbox.size * (x, 1 - y)
        if not self._active or self._active[0] != press:
            under = [k for k, p in self.points.items() if self.figure.axes[p.axes].bbox.contains(*pixel)]
            self._active = press, min(under, key=lambda k: np.hypot(*(self._pixel(k) - pixel)), default=None)
        if self._active[1]:
            self._move(self._active[1], pixel)

    def _on_nudge(self, change):
        """Move the point that was last held by a hundredth of its axes for each arrow key."""
        name = (self._active and self._active[1]) or next(iter(self.points))
        box = self.figure.axes[self.points[name].axes].bbox
        self._move(name, self._pixel(name) + np.subtract(change["new"], self._nudged) * box.size / 100)
        self._nudged = change["new"]

    def _pixel(self, name):
        return self.figure.axes[self.points[name].axes].transData.transform(self.values[name])

    def _move(self, name, pixel):
        ax = self.figure.axes[self.points[name].axes]
        pixel = np.clip(pixel, ax.bbox.min, ax.bbox.max)
        here, there = ax.transData.inverted().transform([pixel, pixel + 1])
        decimals = (max(0, int(np.ceil(-np.log10(abs(d))))) for d in there - here)  # no finer than a pixel
        self.set(**{name: tuple(round(float(v), n) for v, n in zip(here, decimals, strict=True))})

    def extremes(self):
        """{name: the values at its ends}, for tests: sliders' ends, menus' options, the corners of a point's axes."""
        corners = {}
        for name, point in self.points.items():
            (x0, x1), (y0, y1) = (getattr(self.figure.axes[point.axes], f"get_{k}lim")() for k in "xy")
            corners[name] = [(x0, y0), (x0, y1), (x1, y0), (x1, y1)]
        return corners | {name: extremes(widget) for name, widget in self.controls.items()}

    def close(self):
        """Free the figure and everything on the page."""
        self.figure = self.update = self._base = self._presets = self._code = None
        self._moving = []
        _close(self)

    def __repr__(self):
        return f"{self._name}({', '.join(f'{k}={v!r}' for k, v in self.values.items() if k not in self._long())})"

    def _long(self):
        return [name for name, value in self.values.items() if isinstance(value, dict)]

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)  # readers without widgets see the still picture
        return bundle | {"text/plain": repr(self), "text/html": still(self._image(), self.stage.alt, self.stage.width)}


_of_cell: defaultdict[str | None, list[Live]] = defaultdict(list)


def _forget_when_run_again(figure):
    """When its cell is run again, close the figure it showed before."""
    shell = get_ipython()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    if cell := parent.get("metadata", {}).get("cellId"):
        if not _of_cell:
            shell.events.register("pre_run_cell", _close_those_of)
        _of_cell[cell].append(figure)


def _close_those_of(info):
    for figure in _of_cell.pop(info.cell_id, []):
        figure.close()
    _of_cell.setdefault(None, [])  # stays true: the hook is registered once


def _close(widget):
    for part in (*getattr(widget, "children", ()), getattr(widget, "layout", None), getattr(widget, "style", None)):
        if isinstance(part, W.Widget):
            _close(part)
    W.Widget.close(widget)
