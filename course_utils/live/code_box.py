"""A box of code under a live figure, with a button that copies it."""

from pathlib import Path

import anywidget
import traitlets as T


class CodeBox(anywidget.AnyWidget):
    """Shows `code` as text that can be selected; the button puts it on the clipboard."""

    _esm = Path(__file__).parent / "code_box.js"
    code = T.Unicode().tag(sync=True)
