"""The picture of a live figure on the page, and the words under it."""

from pathlib import Path

import anywidget
import traitlets as T

HERE = Path(__file__).parent


def _up(trait):
    """A trait that the page sets: it need not hear its own value back."""
    return trait.tag(sync=True, echo_update=False)


class Stage(anywidget.AnyWidget):
    """Pictures and words come down; pointer, arrow keys and the screen's pixel ratio go up."""

    _esm = HERE / "stage.js"
    _css = HERE / "stage.css"
    rest = T.Bytes().tag(sync=True)  # what stays, and what moves over it: see `canvas.Picture`
    runs = T.Bytes().tag(sync=True)
    number = T.Int().tag(sync=True)  # of the picture, from 1
    words = T.Unicode().tag(sync=True)  # HTML
    alt = T.Unicode().tag(sync=True)
    clickable = T.Bool().tag(sync=True)
    width = T.Int().tag(sync=True)
    height = T.Int().tag(sync=True)
    ratio = _up(T.Float(1.0))
    pointer = _up(T.List(T.Float()))  # [x, y, which press], x and y as fractions of the picture
    nudge = _up(T.List(T.Int(), default_value=[0, 0]))  # arrow keys so far: [right, up]

    def show(self, picture, words):
        """A new picture and its words, in one message."""
        with self.hold_sync():
            self.rest = picture.rest
            self.runs = picture.runs
            self.number += 1
            self.words = words
