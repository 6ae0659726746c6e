"""What moves in a picture, as runs of pixels of one color: a page can draw them as soon as they come.

The browser takes 4 to 8 ms to decode even a small PNG, since other threads do it, and its page has other work to do
before it hears of the result. Runs are written into an image in the message's own turn. A line is 5,000 of them.
"""

import numpy as np

PIXELS = 1 << 24  # what a run's start can address
MOST = 100_000  # 800 kB: above, a PNG of the whole is far smaller


def runs(pixels: np.ndarray, rest: np.ndarray) -> bytes | None:
    """The runs of pixels, left to right and top to bottom, that turn one image into another; None if they are too many.

    A run is two words of 32 bits, the lower byte first: its first pixel, counted row by row, in 24 bits and the lower
    8 bits of its length; its color, red in the lowest byte, in 24 bits and the upper 8 bits of its length. It ends with
    its row.

    Parameters
    ----------
    pixels : (height, width, 4) uint8, red, green, blue and alpha, all opaque
    rest : the same shape, the image to begin with
    """
    width = pixels.shape[1]
    now, before = (image.view("<u4").ravel() for image in (pixels, rest))
    at = np.flatnonzero(now != before)
    colors = now[at] & 0xFFFFFF
    begins = np.ones(len(at), bool)
    begins[1:] = (np.diff(at) != 1) | (np.diff(colors) != 0) | (at[1:] % width == 0)
    first = np.flatnonzero(begins)
    if len(first) > MOST or now.size > PIXELS or width >= 1 << 16:
        return None
    lengths = np.diff(first, append=len(at))
    words = np.stack([at[first] | (lengths & 0xFF) << 24, colors[first] | (lengths >> 8) << 24], axis=1)
    return words.astype("<u4").tobytes()
