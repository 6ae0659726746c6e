"""A live figure on a page without Jupyter: the messages of its widgets, as text and bytes.

    hear = show(demos.optimizers.race, tell)      # every message goes to tell(text, buffers)
    hear(text)                                    # what the reader did

The messages are those of ipywidgets' protocol, and a page has to draw what they describe.
"""

import inspect
import json
import uuid
from collections.abc import Callable
from functools import partial

import ipywidgets.comm


def show(make: Callable, tell: Callable[[str, list], None]) -> Callable[[str], None]:
    """Make a figure whose widgets have a page instead of a Jupyter to talk to; returns what hears the page.

    make : function that returns a widget
    tell : is given {"id": widget, "state": ..., "buffer_paths": ...}, as it is made and as it changes, or what else a
        widget sends; at last {"show": widget, "about": text}, which holds the others. JSON, and the buffers beside it.

    What is returned takes {"id": widget, "method": "update", "state": ...}, or "custom" with a "content".
    """
    lines: dict[str, _Line] = {}
    ipywidgets.comm.create_comm = partial(_Line, lines, tell)
    tell(json.dumps({"show": make().model_id, "about": inspect.getdoc(make)}), [])

    def hear(text):
        data = json.loads(text)
        lines[data["id"]].hear({"content": {"data": data}, "buffers": []})

    return hear


class _Line:
    """The line of one widget, as ipywidgets wants it."""

    def __init__(self, lines, tell, data=None, buffers=None, comm_id=None, **about):
        self.comm_id = comm_id or uuid.uuid4().hex
        self.hear = None
        self._lines = lines
        self._tell = tell
        lines[self.comm_id] = self
        self.send(data, buffers)

    def on_msg(self, hear):
        self.hear = hear

    def send(self, data=None, buffers=None, **about):
        self._tell(json.dumps({"id": self.comm_id, **data}), buffers or [])

    def close(self, **about):
        self._lines.pop(self.comm_id, None)
