"""What two curves show, in the order in which to ask."""

import numpy as np
import pytest

from course_utils.clinic import READINGS, read

FLAT = np.zeros(6)


@pytest.mark.parametrize(
    ("train", "val", "reading"),
    [
        (np.linspace(0.4, 0.9, 6), np.linspace(0.4, 0.85, 6), "train longer"),
        (np.linspace(0.4, 0.9, 6), np.linspace(0.5, 0.7, 6), "train longer"),  # a gap, but the run has not ended
        (np.linspace(0.4, 0.9, 6), FLAT + 0.6, "overfitting"),
        (np.linspace(0.4, 0.9, 6), np.linspace(0.7, 0.6, 6), "overfitting"),
        (FLAT + 0.6, FLAT + 0.58, "underfitting"),
        (FLAT + 0.94, FLAT + 0.93, "underfitting"),
        (FLAT + 0.6, np.linspace(0.4, 0.58, 6), "underfitting"),  # only one of them rises
        (FLAT + 0.6, FLAT + 0.9, "underfitting"),  # validation ahead is no gap
        (FLAT + 0.16, FLAT + 0.1, "underfitting"),  # a gap, and a far larger lack
        (FLAT + 0.75, FLAT + 0.65, "underfitting"),
        (FLAT + 0.75, FLAT + 0.5, "overfitting"),
        (FLAT + 0.99, FLAT + 0.97, "fine"),
        (np.r_[0.1, 0.5, FLAT + 0.99], np.r_[0.1, 0.4, FLAT + 0.97], "fine"),  # the beginning does not count
    ],
)
def test_reading(train, val, reading):
    assert read(train, val) == reading
    assert reading in READINGS


def test_thresholds_are_the_reader_s():
    train, val = FLAT + 0.9, FLAT + 0.8
    assert read(train, val) == "overfitting"
    assert read(train, val, gap=0.1001) == "underfitting"
    assert read(train, val, gap=0.1001, goal=0.9) == "fine"
    rising = np.linspace(0.5, 0.6, 6)
    assert read(rising, rising, rise=0.1001) == "underfitting"
    assert read(rising, rising, rise=0.09) == "train longer"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"train": FLAT[:5], "val": FLAT[:5]}, "train: got 5 values, and 5 of val, want as many of both, 6 at least"),
        ({"train": FLAT, "val": np.zeros(7)}, "train: got 6 values, and 7 of val"),
        ({"train": FLAT, "val": FLAT + np.nan}, "val: got nan"),
        ({"train": FLAT, "val": FLAT, "gap": -1}, "gap: got -1"),
        ({"train": FLAT, "val": FLAT, "goal": 95}, "goal: got 95"),
    ],
)
def test_bad_input(arguments, words):
    with pytest.raises(ValueError, match=words):
        read(**arguments)
