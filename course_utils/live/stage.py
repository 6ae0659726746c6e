"""The picture of a live figure on the page."""

from pathlib import Path

import anywidget
import traitlets as T

HERE = Path(__file__).parent


class Stage(anywidget.AnyWidget):
    """PNG frames come down; pointer, arrow keys and the screen's pixel ratio go up."""

    _esm, _css = HERE / "stage.js", HERE / "stage.css"
    frame = T.Bytes().tag(sync=True)
    alt, clickable = T.Unicode().tag(sync=True), T.Bool().tag(sync=True)
    width, height, ratio = T.Int().tag(sync=True), T.Int().tag(sync=True), T.Float(1.0).tag(sync=True)
    pointer = T.List(T.Float()).tag(sync=True)  # [x, y, which press], x and y as fractions of the picture
    nudge = T.List(T.Int(), default_value=[0, 0]).tag(sync=True)  # arrow keys so far: [right, up]
