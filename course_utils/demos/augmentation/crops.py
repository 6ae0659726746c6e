"""Crops: random ones in training, with colors that change, and the same five or ten in testing."""

import numpy as np

from ...augmentation import five_crops, jitter_colors, padded, random_flip, random_scaled_crop
from ...live import Menu, live
from ...plots import CLASSES
from .shared import EXTENT, HEIGHT, picture, show, tiled

MODES = {"training: random crops": "training", "test: five crops": "five", "test: five and their mirror images": "ten"}
TILE, GAP, ROWS, COLUMNS = 64, 3, 2, 5
RIM = GAP / (TILE + 2 * GAP)
COLORS = [CLASSES[i % len(CLASSES)] for i in range(ROWS * COLUMNS)]


@live(
    size=(9.6, 3.0),
    alt="A photo with the frames of ten random crops in color, and beside it the ten crops as small pictures",
    columns={"Crop": "smallest largest mirror", "Color": "brightness contrast saturation"},
)
def crops(fig):
    """Left, where the crops lie; right, what the net gets. In training every image gets its own; in testing all alike.

    smallest and largest are the side of a random crop, in percent of the height; test crops have the smallest.
    """
    left, right = fig.subplots(ncols=2, width_ratios=[3, 5])
    photo, tiles = show(left, "Where"), show(right, "What the net gets", (0, COLUMNS, 0, ROWS), rim=False)
    frames = [left.plot([], [], color=color, lw=2)[0] for color in COLORS]
    rims = [right.plot([], [], color=color, lw=2.5)[0] for color in COLORS]
    left.set(xlim=EXTENT[:2], ylim=EXTENT[2:])
    right.set(xlim=(0, COLUMNS), ylim=(0, ROWS))

    def update(
        picture: Menu(["temple", "flower", "squared paper"]) = "temple",
        mode: MODES = "training",
        smallest: (30, 100) = 50,
        largest: (30, 100) = 90,
        brightness: (0.0, 0.5, 0.01) = 0.2,
        contrast: (0.0, 1.0) = 0.2,
        saturation: (0.0, 1.0) = 0.2,
        mirror: (0.0, 1.0) = 0.5,
        draw: (0, 20) = 0,
    ):
        x, rng = with_places(picture), np.random.default_rng(draw)
        sides = min(smallest, largest), max(smallest, largest)
        if mode == "training":
            found, boxes = random(x, rng, sides, (brightness, contrast, saturation), mirror)
        else:
            found, boxes = fixed(x, sides[0], mode == "ten")
        if photo.get_label() != picture:  # as in the gallery
            photo.set_data(x[0, :, :, :3])
            photo.set_label(picture)
        tiles.set_data(_mosaic(found))
        for i, (frame, rim) in enumerate(zip(frames, rims, strict=True)):
            shown = i < len(found)
            frame.set_data(*(_around(*boxes[i]) if shown else ([], [])))
            row, column = divmod(i, COLUMNS)
            up = ROWS - 1 - row
            rim.set_data(*(_around(column + RIM, column + 1 - RIM, up + RIM, up + 1 - RIM) if shown else ([], [])))
        return [tiles, *frames, *rims], _tell(mode, sides)

    return update


def with_places(name):
    """A picture with two channels more: how far to the right and how far up each pixel is."""
    x = picture(name)
    height, width = x.shape[1:3]
    right, up = np.meshgrid((np.arange(width) + 0.5) / height * 2, 2 - (np.arange(height) + 0.5) / height * 2)
    return np.concatenate([x, right[None, ..., None], up[None, ..., None]], axis=3)


def random(x, rng, sides, amounts, mirror):
    """(tiles, their boxes on the page): random crops, in other light, some mirrored."""
    scales = [100 * TILE / (HEIGHT * side) for side in sides[::-1]]
    found = random_scaled_crop(np.repeat(x, ROWS * COLUMNS, axis=0), rng, TILE, scales)
    # Rounding may leave the range by 1e-16.
    colors = np.clip(found[..., :3], 0, 1)
    return random_flip(jitter_colors(colors, rng, *amounts), rng, mirror), _boxes(found)


def fixed(x, side, mirrored):
    """(tiles, their boxes on the page): the corners and the center."""
    found = five_crops(x, round(HEIGHT * side / 100), mirrored)[:, 0]
    return np.stack([_shrunk(crop[..., :3]) for crop in found]), _boxes(found)


def _boxes(found):
    """[(left, right, bottom, top), ...] on the page, from the channels that hold the places."""
    places = found[..., 3:].reshape(len(found), -1, 2)
    return np.stack([places.min(axis=1), places.max(axis=1)], axis=2).reshape(-1, 4)


def _shrunk(image):
    pick = ((np.arange(TILE) + 0.5) * len(image) / TILE).astype(int)
    return image[pick][:, pick]


def _mosaic(found):
    tiles = np.ones((ROWS * COLUMNS, TILE, TILE, 3))
    tiles[: len(found)] = found
    return tiled(padded(tiles, GAP, fill=1), ROWS, COLUMNS)


def _around(left, right, bottom, top):
    return [left, right, right, left, left], [bottom, bottom, top, top, bottom]


def _tell(mode, sides):
    if mode == "training":
        words = f"Ten draws for one photo: side from {sides[0]} to {sides[1]}% of the height, anywhere, some mirrored"
        return words + ", each in its own light."
    n, which = (5, "corners and center") if mode == "five" else (10, "corners and center, and their mirror images")
    return f"No draw at all: {which}. The net answers {n} times; the {n} answers are averaged."
