"""Runs of pixels: what a page makes of them is the picture."""

import numpy as np
import pytest

from course_utils.live import runs as module
from course_utils.live.runs import runs


def applied(written, rest):
    """What the runs make of an image, as stage.js does it."""
    picture = rest.copy()
    flat = picture.reshape(-1, 4)
    for one, two in np.frombuffer(written, "<u4").reshape(-1, 2).tolist():
        start, length = one & 0xFFFFFF, one >> 24 | two >> 24 << 8
        assert length > 0
        flat[start : start + length, :3] = [two & 0xFF, two >> 8 & 0xFF, two >> 16 & 0xFF]
    return picture


def image(height, width, colors, seed=0):
    picture = np.full((height, width, 4), 255, np.uint8)
    picture[..., :3] = np.random.default_rng(seed).integers(0, colors, (height, width, 1))
    return picture


@pytest.mark.parametrize("colors", [1, 2, 256])
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (5, 1), (30, 40), (3, 3000)])
def test_runs_make_one_image_of_another(shape, colors):
    rest = image(*shape, 2, seed=1)
    pixels = image(*shape, colors)
    assert (applied(runs(pixels, rest), rest) == pixels).all()


def test_a_row_of_one_color_is_one_run_and_ends_with_the_row():
    rest = image(4, 1000, 1)
    pixels = rest.copy()
    pixels[1:3, :, 0] = 200
    assert np.frombuffer(runs(pixels, rest), "<u4").reshape(-1, 2)[:, 0].tolist() == [
        1000 | (1000 & 0xFF) << 24,
        2000 | (1000 & 0xFF) << 24,
    ]
    assert (applied(runs(pixels, rest), rest) == pixels).all()


def test_nothing_moved_takes_nothing():
    assert runs(image(3, 5, 9), image(3, 5, 9)) == b""


def test_too_many_runs_or_pixels_are_none(monkeypatch):
    rest, pixels = image(10, 10, 1), image(10, 10, 200)
    for name in ("MOST", "PIXELS"):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, 50)
            assert runs(pixels, rest) is None
    assert runs(pixels, rest)
