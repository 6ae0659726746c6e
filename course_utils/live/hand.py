"""The points of a live figure, which a hand moves in the picture: by pressing, by dragging, by arrow keys."""

from itertools import product

import numpy as np


class Hand:
    """Knows which point is held, and where it goes.

    Parameters
    ----------
    figure : the matplotlib figure
    points : {control: Point}
    values : {control: value}, those of the points among them; read, not written
    """

    def __init__(self, figure, points, values):
        self.points = points
        self._figure = figure
        self._values = values
        self._press = None  # the number of the press that chose the point
        self._held = None
        self._nudged = (0, 0)

    def drag(self, x, y, press):
        """{control: value} after the pointer went to these fractions of the picture; empty if it holds nothing.

        A press takes the nearest of the points in the axes under it, and holds it until the next press.
        """
        pixel = self._figure.bbox.size * (x, 1 - y)
        if self._press != press:
            under = [name for name in self.points if self._axes(name).bbox.contains(*pixel)]
            self._held = min(under, key=lambda name: np.hypot(*(self._pixel(name) - pixel)), default=None)
            self._press = press
        return self._moved(self._held, pixel) if self._held else {}

    def nudge(self, total):
        """{control: value} after arrow keys, [right, up] in all so far, a hundredth of the axes each.

        They move the point that was held last.
        """
        name = self._held or next(iter(self.points))
        steps = np.subtract(total, self._nudged)
        self._nudged = total
        return self._moved(name, self._pixel(name) + steps * self._axes(name).bbox.size / 100)

    def places(self):
        """{control: the corners of its axes and their middle, which may be a minimum}."""
        limits = {name: (self._axes(name).get_xlim(), self._axes(name).get_ylim()) for name in self.points}
        return {name: [*product(xlim, ylim), (sum(xlim) / 2, sum(ylim) / 2)] for name, (xlim, ylim) in limits.items()}

    def _axes(self, name):
        return self._figure.axes[self.points[name].axes]

    def _pixel(self, name):
        return self._axes(name).transData.transform(self._values[name])

    def _moved(self, name, pixel):
        """The point at this pixel, within its axes, in no more digits than a pixel has."""
        axes = self._axes(name)
        pixel = np.clip(pixel, axes.bbox.min, axes.bbox.max)
        here, there = axes.transData.inverted().transform([pixel, pixel + 1])
        decimals = (max(0, int(np.ceil(-np.log10(abs(d))))) for d in there - here)
        return {name: tuple(round(float(v), n) for v, n in zip(here, decimals, strict=True))}
