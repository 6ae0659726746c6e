"""The gallery: one picture, every change on a slider, and what a net still reads."""

from functools import lru_cache

import numpy as np

from ...augmentation import adjust_colors, affine, flatten, flip, lens
from ...augmentation.warping import OUTSIDE
from ...data import digits
from ...layers import Dense, ReLU
from ...live import live
from ...network import Network
from ...optimizers import Adam
from ...plots import VAL
from ...training import fit
from .shared import NAMES, SHEET, as_seen, sheet, show
from .shared import picture as photo_of


@live(
    size=(9.6, 3.7),
    alt="A photo of a temple at the left, and the same photo turned, shifted, stretched or recolored at the right",
    columns={
        "Place": "degrees down right",
        "Shape": "taller wider shear lens",
        "Color": "brightness contrast saturation",
    },
)
def gallery(fig):
    """A picture before and after. Shifts are in percent of its height; on the sheet each digit is changed by itself.

    A cross marks a digit that a net trained on upright digits misreads.
    """
    left, right_ax = fig.subplots(ncols=2)
    before, after = show(left, "As it is"), show(right_ax, "As the net may see it")
    (crosses,) = right_ax.plot([], [], "x", color=VAL, ms=13, mew=3)

    def update(
        picture: list(NAMES) = "temple",
        degrees: (-180, 180) = 15,
        down: (-50, 50) = 0,
        right: (-50, 50) = 0,
        taller: (0.5, 2.0) = 1.0,
        wider: (0.5, 2.0) = 1.0,
        shear: (-1.0, 1.0) = 0.0,
        lens: (-0.3, 0.6) = 0.0,
        brightness: (-0.5, 0.5) = 0.0,
        contrast: (0.0, 2.0) = 1.0,
        saturation: (0.0, 2.0) = 1.0,
        mirrored: bool = False,
        outside: list(OUTSIDE) = "fill",
    ):
        x = photo_of(picture)
        x_new = changed(
            x, degrees, down, right, taller, wider, shear, lens, brightness, contrast, saturation, mirrored, outside
        )
        if before.get_label() != picture:  # what stays is drawn again, as slow as ever, only where it changes
            before.set_data(as_seen(x))
            before.set_label(picture)
        after.set_data(as_seen(x_new))
        wrong = readings(x_new) != sheet()[1] if picture == "digits" else np.zeros(0, dtype=bool)
        row, column = np.divmod(np.flatnonzero(wrong), SHEET[1])
        crosses.set_data((column + 0.5) / 2, 2 - (row + 0.5) / 2)
        return [after, crosses], _tell(picture, x_new, wrong)

    return update


def changed(
    x,
    degrees=0,
    down=0,
    right=0,
    taller=1.0,
    wider=1.0,
    shear=0.0,
    k=0.0,
    brightness=0.0,
    contrast=1.0,
    saturation=1.0,
    mirrored=False,
    outside="fill",
):
    """Images (n, height, width, channels) with everything done to them; shifts in percent of the height."""
    x = adjust_colors(flip(x, mirrored), brightness, contrast, saturation)
    x = affine(x, degrees, np.array([down, right]) / 100 * x.shape[1], (taller, wider), shear, outside=outside)
    # Each resampling blurs a little: none where there is nothing to bend.
    return lens(x, k, outside=outside) if k else x


def right_of_24(**changes):
    """How many of the 24 digits on the sheet a net reads right after these changes."""
    x, y = sheet()
    return int((readings(changed(x, **changes)) == y).sum())


@lru_cache(maxsize=1)
def _reader():
    net = Network([Dense(64, 50, rng=0), ReLU(), Dense(50, 10, rng=1)])
    fit(net, digits(), Adam(lr=3e-3), 15, rng=0, evaluate_every=0, progress=False)
    return net


def readings(images):
    """(n,) what a net that was trained on digits as they are reads in images (n, 8, 8, 1)."""
    return _reader().predict(flatten(images))


def _tell(name, x, wrong):
    if name == "digits":
        return f"A net that was trained on digits as they are reads <b>{(~wrong).sum()} of {wrong.size}</b> right."
    words = f"Numbers from {x.min():.2f} to {x.max():.2f}, mean {x.mean():.2f}."
    clipped = np.mean((x <= 0) | (x >= 1))
    return words + (f" {clipped:.0%} of them are black or full: lost, or outside." if clipped > 0.02 else "")
