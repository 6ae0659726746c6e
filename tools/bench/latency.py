"""Every millisecond between a key and the picture that it brings, by clocks in the page and in the kernel.

Medians of the spans of 25 presses; their sum is the whole. The first row is the echo, a bare widget in the same page.
"""

import numpy as np

from tools import lab

from . import page as pages
from .echo import KEY
from .report import Row

PRESSES, WARM_UP = 25, 3
IMPORTS = """
from course_utils import demos
from tools.bench.echo import Echo, one_line
echo = Echo()
display(echo)
"""
FIGURES = {"one line": "one_line()", "the race": "demos.optimizers.race()"}
# When a key went down, the first message left, the picture came, was decoded, and was on the screen; as epoch seconds.
WATCH = """
{
  const send = WebSocket.prototype.send;
  const now = () => performance.timeOrigin + performance.now();
  const mark = (what) => window.course?.seen && (window.course.seen[what] ??= now());
  WebSocket.prototype.send = function (...args) {
    mark("sent by the page");
    return send.apply(this, args);
  };
  const Native = WebSocket;
  window.WebSocket = class extends Native {
    constructor(...args) {
      super(...args);
      this.addEventListener("message", ({ data }) => { if (data.byteLength > 2000) mark("come to the page"); });
    }
  };
  window.addEventListener("keydown", (event) => {
    if (window.course?.seen) window.course.seen.key = performance.timeOrigin + event.timeStamp;
  }, true);
  document.addEventListener("load", (event) => {
    if (event.target.tagName !== "CANVAS") return;
    mark("decoded");
    requestAnimationFrame(() => setTimeout(() => mark("painted")));
  }, true);
}
"""
SPANS = {  # what is reached: what was done until then
    "sent by the page": "event to message", "heard": "message to the kernel", "its turn": "hop to the main thread",
    "computed": "compute, move the artists", "drawn": "draw", "encoded": "encode", "sent": "hand over",
    "come to the page": "message to the page", "decoded": "handle, draw on the page", "painted": "next frame, paint",
}  # fmt: skip


def rows():
    """Yield a row for each span, of each figure at each density."""
    if not lab.chromium():
        yield pages.NO_BROWSER
        return
    for scale in (1, 2):
        for name, make in FIGURES.items():
            echoes, found = presses(make, scale)
            yield Row(f"echo, beside {name}, density {scale}", echoes)
            marks = ["key", *SPANS]
            for start, end in zip(marks, marks[1:], strict=False):
                spans = [1e3 * (seen[end] - seen[start]) for seen in found]
                yield Row(f"  {name}, density {scale}: {SPANS[end]}", spans)
            whole = [1e3 * (seen["painted"] - seen["key"]) for seen in found]
            ratio = float(np.median(whole) / np.median(echoes)) if len(whole) else None
            yield Row(f"{name}, density {scale}, key to screen", whole, ratio=ratio)


def presses(make, scale):
    """(milliseconds of echoes, [{what was reached: seconds since the epoch}] of presses on the first slider)."""
    with pages.open_page([IMPORTS, f"echo.watch({make})"], scale, WATCH) as page:
        lab.run_all(page)
        page.locator(".course-picture").wait_for()
        page.locator(".noUi-handle").first.focus()
        page.wait_for_timeout(pages.SETTLE)
        echoes, found = [], []
        for i in range(WARM_UP + PRESSES):
            page.evaluate("course.seen = {}")
            pages.latency(page, lambda: page.keyboard.press("ArrowRight"))
            seen = {what: ms / 1e3 for what, ms in page.evaluate("course.seen").items()}
            page.evaluate("course.seen = null")
            echo = pages.latency(page, lambda: page.keyboard.press(KEY))
            seen |= dict(page.evaluate("course.marks ?? []"))
            if i >= WARM_UP and echo and {"key", *SPANS} <= seen.keys():
                echoes.append(echo)
                found.append(seen)
    return echoes, found
