"""The floor of every live figure: a bare widget that sends a number and gets it back; and a figure with one line."""

from time import time

import anywidget
import numpy as np
import traitlets as T

from course_utils.live import canvas, live

KEY = "F9"
# Hears its key wherever the focus is, so that it can be pressed between two presses on a slider.
LISTEN = f"""
function render({{ model }}) {{
  const press = (event) => {{
    if (event.key !== "{KEY}") return;
    model.set("number", model.get("number") + 1);
    model.save_changes();
  }};
  window.addEventListener("keydown", press, true);
  model.on("change:answer", () => window.course?.pictures.push(performance.now()));
  model.on("change:marks", () => {{ if (window.course) window.course.marks = model.get("marks"); }});
  return () => window.removeEventListener("keydown", press, true);
}}
export default {{ render }};
"""


class Echo(anywidget.AnyWidget):
    """Answers a number with itself; `marks` hands out when the kernel did what, for a figure that is watched."""

    _esm = LISTEN
    number = T.Int().tag(sync=True)
    answer = T.Int().tag(sync=True)
    marks = T.List().tag(sync=True)  # [[what was reached, seconds since the epoch], ...]

    def __init__(self):
        super().__init__()
        self._seen = []
        self.observe(self._answer, "number")

    def _answer(self, change):
        self.marks, self._seen = self._seen, []
        self.answer = change["new"]

    def watch(self, figure):
        """Note when a figure hears a control, gets its turn, has computed, drawn, encoded and sent."""
        self._mark(figure, "_on_control", before="heard")
        self._mark(figure._turns, "_work", before="its turn")
        self._mark(figure.canvas, "update", after="computed")
        self._mark(canvas, "runs", before="drawn", after="encoded")
        self._mark(figure.stage, "show", after="sent")
        return figure

    def _mark(self, owner, name, before=None, after=None):
        act = getattr(owner, name)

        def marked(*args, **kwargs):
            if before:
                self._seen.append([before, time()])
            result = act(*args, **kwargs)
            if after:
                self._seen.append([after, time()])
            return result

        object.__setattr__(owner, name, marked)


@live(alt="A line whose slope is on a slider", size=(6, 3))
def one_line(fig):
    """The least that a live figure can be."""
    ax = fig.subplots()
    ax.set(xlim=(-1, 1), ylim=(-1, 1))
    (line,) = ax.plot([], [])
    x = np.linspace(-1, 1, 50)

    def update(slope: (-1.0, 1.0) = 0.0):
        line.set_data(x, slope * x)
        return [line], f"slope {slope:g}"

    return update
