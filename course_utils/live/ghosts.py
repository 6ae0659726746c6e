"""Gray copies of artists: what a pinned figure was like, behind what it is like now."""

import copy

import numpy as np
from matplotlib.collections import Collection
from matplotlib.colors import to_rgba_array
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

GRAY = "#949494"
FAINT = 0.25  # alpha of an area
BLEND = 0.4  # alpha of a picture over the one that follows it
LUMINANCE = 0.2126, 0.7152, 0.0722


def ghost(artist):
    """A gray copy of an artist that stays as it is when the artist moves on; None of texts, which would overlap."""
    for kind, pale in KINDS.items():
        if isinstance(artist, kind):
            twin = copy.copy(artist)
            twin.stale_callback = None  # it is none of the axes' children, so they need not be drawn anew for it
            pale(twin)
            return twin
    return None


def _line(line):
    """Gray in its own dashes, which tell it from others."""
    for part in ("color", "markerfacecolor", "markeredgecolor"):
        if getattr(line, f"get_{part}")() != "none":
            getattr(line, f"set_{part}")(GRAY)
    line.set_zorder(line.zorder - 0.01)


def _patch(patch):
    """The outline of a bar, over the bar that follows; an area that one sees through stays one."""
    if patch.get_facecolor()[3] < 1 and patch.get_fill():
        patch.set(facecolor=GRAY, edgecolor="none", alpha=FAINT)
        patch.set_zorder(patch.zorder - 0.01)
    else:
        patch.set(fill=False, edgecolor=GRAY, linewidth=1.5)
        patch.set_zorder(patch.zorder + 0.01)


def _collection(collection):
    collection.set_array(None)
    filled = len(collection.get_facecolor()) and to_rgba_array(collection.get_facecolor())[:, 3].any()
    collection.set_facecolor((GRAY, FAINT) if filled else "none")
    collection.set_edgecolor(GRAY)
    collection.set_zorder(collection.zorder - 0.01)


def _image(image):
    """Half transparent, over the picture that follows."""
    shades = image.to_rgba(image.get_array())[..., :3] @ LUMINANCE
    image.set_data(np.repeat(np.asarray(shades)[..., None], 3, axis=2))
    image.set(alpha=BLEND, zorder=image.zorder + 0.01)


KINDS = {Line2D: _line, Patch: _patch, Collection: _collection, AxesImage: _image}
