"""The drawing of a live figure: computes, moves the artists, and gives the picture as PNG.

What stays is drawn once and kept as pixels; a new picture is those pixels, and over them the artists that move. All
is drawn anew where something that stays has changed: a limit, a title, the list of artists, the density. The page
keeps what stays as well, and is given only the pixels that differ from it.
"""

import inspect
from typing import NamedTuple

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .._support.threads import one_thread
from ..plots import DPI, STYLE
from .ghosts import ghost
from .png import encode
from .runs import runs


class Picture(NamedTuple):
    """A picture in two parts: what stays, and what moves over it.

    rest : PNG of the whole, without what moves; or with it, where almost everything does
    runs : the pixels over it, as `runs.runs` gives them
    """

    rest: bytes
    runs: bytes


class Canvas:
    """A matplotlib figure with what `setup` draws in it.

    Parameters
    ----------
    setup : function of the figure that draws what stays, and returns `update`
    size : of the figure, in inches

    Attributes
    ----------
    figure : the matplotlib figure, without pyplot: its figures and its "current axes" belong to the reader's own cells
    update : f(**values) -> artists that move, or (artists, words)
    moving : those artists, as of the last picture
    rest : (height, width, 4) uint8, the pixels of what stays, another object after all was drawn anew
    """

    def __init__(self, setup, size):
        self.figure = Figure(size, dpi=DPI, layout="constrained")
        FigureCanvasAgg(self.figure)
        with matplotlib.rc_context(STYLE):
            self.update = setup(self.figure)
        self.moving = []
        self._ghosts = []
        self.rest = None

    @property
    def arguments(self):
        """{name: inspect.Parameter} of `update`."""
        return inspect.signature(self.update).parameters

    def draw(self, values, ratio=1.0):
        """(`Picture` of the figure at these values, what it says), with `ratio` pixels to a CSS pixel."""
        # Small products are many times slower on all cores while the browser is busy.
        with np.errstate(all="ignore"), one_thread(), matplotlib.rc_context(STYLE):
            result = self.update(**values)
        moving, words = result if isinstance(result, tuple) else (result, "")
        self._animate(list(moving or []))
        self._blit(DPI * ratio)
        return self._encode(), words

    @property
    def pixels(self):
        """(height, width, 4) uint8, the last picture."""
        return np.asarray(self.figure.canvas.buffer_rgba())

    def pin(self):
        """Keep what moves now as a gray ghost, behind what will move."""
        self._ghosts = [found for artist in self.moving if artist.get_visible() and (found := ghost(artist))]

    def unpin(self):
        """Take the ghosts away."""
        self._ghosts = []

    @property
    def pinned(self):
        """Whether there are ghosts."""
        return bool(self._ghosts)

    def close(self):
        """Let go of the figure."""
        self.figure = self.update = self.rest = None
        self.moving = []
        self._ghosts = []

    def _animate(self, moving):
        """Leave these artists out of what stays; another list than the last one means to draw that anew."""
        if moving != self.moving:
            for artist in self.moving:
                artist.set_animated(False)
            for artist in moving:
                artist.set_animated(True)
            self.moving = moving
            self.rest = None

    def _blit(self, dpi):
        figure, canvas = self.figure, self.figure.canvas
        if figure.dpi != dpi:
            figure.set_dpi(dpi)
            self.rest = None
        if self.rest is None or figure.stale:
            canvas.draw()
            self.rest = self.pixels.copy()
            self._encoded_rest = encode(self.rest)
        self.pixels[:] = self.rest
        for artist in sorted([*self._ghosts, *self.moving], key=lambda artist: artist.zorder):
            artist.draw(canvas.get_renderer())

    def _encode(self):
        moved = runs(self.pixels, self.rest)
        return Picture(encode(self.pixels), b"") if moved is None else Picture(self._encoded_rest, moved)
