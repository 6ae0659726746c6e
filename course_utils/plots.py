"""From records to axes: the house style, one color for one thing throughout, and the drawings that chapters share."""

import base64
import html
import io

import numpy as np

from ._support.extras import live_extra

with live_extra():
    import matplotlib
    from IPython.display import HTML, display
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure
    from PIL import Image

DPI = 100
STYLE = {
    "font.size": 10, "axes.titlesize": 11, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "#666666", "axes.labelcolor": "#333333",
    "xtick.color": "#444444", "ytick.color": "#444444", "xtick.labelsize": 9, "ytick.labelsize": 9,
    "axes.grid": True, "grid.color": "#e4e4e4", "grid.linewidth": 0.6, "axes.axisbelow": True,
    "legend.frameon": False, "legend.fontsize": 9, "lines.linewidth": 1.8, "lines.solid_capstyle": "round",
}  # fmt: skip

DASHED, DOTTED = (0, (4, 1.5)), (0, (1, 1.2))

# Color-blind safe and at least 3:1 on white; the line style is the second code. Families share a hue.
COLORS = {
    "SGD": "#333333", "Momentum": "#0072B2", "Nesterov": "#3A86C8",
    "AdaGrad": "#117733", "RMSProp": "#009E73", "AdaDelta": "#7A7A00",
    "Adam": "#D55E00", "Nadam": "#C2185B", "AdamW": "#8E44AD",
    "Newton": "#A0522D", "DampedNewton": "#B07D00", "BFGS": "#5A5AC8", "LBFGS": "#00868B",
}  # fmt: skip
STYLES = {
    "SGD": "-", "Momentum": "-", "Nesterov": DASHED,
    "AdaGrad": "-", "RMSProp": DASHED, "AdaDelta": DOTTED,
    "Adam": "-", "Nadam": DASHED, "AdamW": DOTTED,
    "Newton": DASHED, "DampedNewton": DOTTED, "BFGS": "-", "LBFGS": (0, (6, 1.5)),
}  # fmt: skip
CLASSES = ("#0072B2", "#D55E00", "#117733", "#8E44AD", "#7A7A00", "#C2185B", "#333333", "#009E73", "#A0522D", "#5A5AC8")
TRAIN, VAL, TEST = "#0072B2", "#D55E00", "#333333"
THEORY = "#C2185B"
FLAT_COLOR = "#D55E00"  # units where an activation's slope is next to nothing
TERRAIN = LinearSegmentedColormap.from_list("terrain", ["#b9cbe3", "#e3ebf5", "#fbfcfe"])  # pale: paths stand out


def new_figure(size=(9, 4), **subplots):
    """A figure in the house style and its axes, without pyplot: `fig, axes = new_figure(ncols=2)`."""
    with matplotlib.rc_context(STYLE):
        fig = Figure(size, dpi=DPI, layout="constrained")
        FigureCanvasAgg(fig)
        return fig, fig.subplots(**subplots)


def show(fig, alt):
    """Show a figure with alt text, as a small picture that every reader of the notebook can see."""
    if not alt or len(alt.split()) < 4:
        raise ValueError(f"alt: got {alt!r}, want a sentence that says what the picture shows")
    if not hasattr(fig.canvas, "buffer_rgba"):
        FigureCanvasAgg(fig)
    fig.canvas.draw()
    image = Image.fromarray(np.asarray(fig.canvas.buffer_rgba())[..., :3])
    display(Picture(still(image, alt, image.width), alt))


class Picture(HTML):
    """A picture on the page, whose text is its alt text."""

    def __init__(self, data, alt):
        super().__init__(data)
        self._alt = alt

    def __repr__(self):
        return f"Figure: {self._alt}"


def show_entries(legend, labels):
    """Show these entries of a legend and hide the others, whose lines are not drawn now."""
    for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=True):
        shown = text.get_text() in labels
        if text.get_visible() != shown:
            handle.set_visible(shown)
            text.set_visible(shown)
            legend.stale = True


def still(image, alt, width):
    """The HTML of a picture: palette PNG inside, alt text, and the width on the page in CSS pixels."""
    out = io.BytesIO()
    image.quantize(128, dither=Image.Dither.NONE).save(out, "png", optimize=True)
    data = base64.b64encode(out.getvalue()).decode()
    return (
        f'<img alt="{html.escape(alt)}" width="{width}" style="max-width:100%; background:white" '
        f'src="data:image/png;base64,{data}">'
    )


def terrain(ax, surface, n=160, levels=22):
    """Draw a surface's contours into the axes, spaced by the logarithm of the height above its lowest point here.

    Returns the artists, so that a live figure can take them away again.
    """
    x, y = (np.linspace(*lim, n) for lim in (surface.xlim, surface.ylim))
    with np.errstate(all="ignore"):
        z = surface.f(np.stack(np.meshgrid(x, y), axis=-1))
    height = np.log1p((z - z.min()) / (np.median(z) - z.min()) * 20)
    steps = np.linspace(0, height.max(), levels)
    filled = ax.contourf(x, y, height, steps, cmap=TERRAIN, zorder=0)
    lines = ax.contour(x, y, height, steps[1:], colors="#8fa6c4", linewidths=0.5, zorder=0.5)
    size = 13 if len(surface.minima) < 10 else 6
    stars = ax.plot(*np.reshape(surface.minima, (-1, 2)).T, "*", ms=size, mfc="white", mec="#333333", zorder=1)
    ax.set(xlim=surface.xlim, ylim=surface.ylim)
    return [filled, lines, *stars]
