"""A live figure as `ipywidgets.interact` shows it: the same drawing and controls, and a whole new picture each time.

The figure is kept and drawn again. Most use of interact builds a new one at every change, which takes longer still.
"""

import ipywidgets as W
import matplotlib
from IPython.display import HTML, display

from course_utils.live.controls import read
from course_utils.plots import STYLE


def through_interact(figure):
    """Take the controls of a `Live` away from it and hand them to interact, under `%matplotlib inline`."""
    for widget in figure.controls.values():
        widget.unobserve_all("value")

    def draw(**values):
        values = {name: read(widget) for name, widget in figure.controls.items()}
        with matplotlib.rc_context(STYLE):
            result = figure.update(**figure.values | values)
            artists, words = result if isinstance(result, tuple) else (result, "")
            for artist in artists or []:
                artist.set_animated(False)
            display(figure.figure, HTML(words))

    shown = W.interactive_output(draw, figure.controls)
    row = W.HBox(list(figure.controls.values()), layout={"flex_flow": "row wrap"})
    return W.VBox([row, shown])
