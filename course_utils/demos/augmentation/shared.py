"""What the figures of this chapter show: two photos, squared paper, a sheet of digits; each is 2 high and 3 wide."""

from functools import lru_cache

import numpy as np

from ...augmentation import padded, photos, unflatten
from ...data import digits

HEIGHT = 160
SHEET = 4, 6  # digits on the sheet, down and across
EXTENT, SQUARE = (0, 3, 0, 2), (0, 1, 0, 1)
NAMES = "temple", "flower", "squared paper", "digits"


@lru_cache(maxsize=1)
def _pictures():
    temple, flower = photos(HEIGHT)
    paper = np.ones_like(temple) * (0.97, 0.97, 0.92)
    paper[::16] = paper[:, ::16] = (0.35, 0.55, 0.8)
    paper[:, 31:33] = (0.85, 0.3, 0.3)
    paper[48:80, 64:96] = (0.95, 0.75, 0.35)
    return {"temple": temple, "flower": flower, "squared paper": paper}


def picture(name):
    """A picture (1, height, width, 3), or (24, 8, 8, 1) digits; from 0 to 1."""
    return sheet()[0] if name == "digits" else _pictures()[name][None]


@lru_cache(maxsize=1)
def sheet():
    """(24, 8, 8, 1) digits that no net was trained on, every class twice or more, and their labels."""
    x, y = digits().val
    count = np.arange(SHEET[0] * SHEET[1])
    chosen = [np.flatnonzero(y == k % 10)[k // 10] for k in count]
    return unflatten(x[chosen], (8, 8)), y[chosen]


def as_seen(images):
    """Pixels (height, width, 3) to look at: a photo as it is, one digit or a sheet of them as dark ink on white."""
    images = np.clip(images, 0, 1)
    if images.shape[3] == 3:
        return images[0]
    ink = images if len(images) == 1 else tiled(padded(images, 1), *SHEET)[None]
    return np.repeat(1 - ink[0], 3, axis=2)


def tiled(images, down, across):
    """(down · height, across · width, channels) images side by side, row by row."""
    _, height, width, channels = images.shape
    rows = images.reshape(down, across, height, width, channels).swapaxes(1, 2)
    return rows.reshape(down * height, across * width, channels)


def show(ax, title="", extent=EXTENT, rim=True):
    """An empty picture in axes without ticks; a thin rim shows where a white one ends."""
    ax.set(title=title, xticks=[], yticks=[])
    ax.grid(False)
    # Moving artists cover the inner half of a spine.
    ax.spines[:].set(visible=rim, color="#d4d4d4", linewidth=2)
    return ax.imshow(np.ones((2, 2, 3)), extent=extent, vmin=0, vmax=1)
