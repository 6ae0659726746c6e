"""Live figures: a function that draws, and controls that move it. The one place that knows ipywidgets and anywidget.

    @live(alt="A sine wave whose frequency is on a slider")
    def wave(fig):
        "Move the slider."  # what Shift-Tab says
        (line,) = fig.subplots().plot(x, np.sin(x))

        def update(frequency: (0.5, 2.0) = 1.0):
            line.set_ydata(np.sin(frequency * x))
            return [line], f"{frequency:g} waves in a second"

        return update

`wave()` in a cell shows it. `figure` says what `update` may do, `controls` what may stand after the colon.
"""

from .._support.extras import live_extra

with live_extra():
    from .controls import Dials, Menu, Play, Point, Stops
    from .figure import FIGURES, Changed, Live, live

__all__ = [
    "FIGURES",
    "Changed",
    "Dials",
    "Live",
    "Menu",
    "Play",
    "Point",
    "Stops",
    "live",
]
