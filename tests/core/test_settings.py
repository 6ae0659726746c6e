from dataclasses import FrozenInstanceError
from functools import partial
from typing import Annotated

import numpy as np
import pytest

from course_utils._support.settings import Settings, numbers, settings


@settings
class Spring(Settings):
    stiffness: Annotated[float, partial(numbers, above=0)]
    damping: Annotated[float, partial(numbers, low=0, below=1)] = 0.5
    label: str = "spring"


def test_repr_shows_the_first_field_and_what_differs_from_its_default():
    assert repr(Spring(2)) == "Spring(stiffness=2)"
    assert repr(Spring(1 / 3, damping=0.5)) == "Spring(stiffness=0.333333)"
    assert repr(Spring(1e-7, 0.9, "stiff")) == "Spring(stiffness=1e-07, damping=0.9, label='stiff')"
    assert repr(Spring(np.ones((3, 1)))) == "Spring(stiffness=<array 3×1>)"
    assert repr(Spring(len and 1, label=len)) == "Spring(stiffness=1, label=len)"


@pytest.mark.parametrize("value", [2, np.float64(2), np.float32(2), np.int64(2), np.array(2)])
def test_a_number_becomes_a_python_float(value):
    assert type(Spring(value).stiffness) is float
    assert Spring(value) == Spring(2.0) and hash(Spring(value)) == hash(Spring(2.0))


def test_a_list_becomes_an_array():
    np.testing.assert_array_equal(Spring([1, 2]).stiffness, np.array([1.0, 2.0]))


@pytest.mark.parametrize("value", [0, -1, np.nan, np.inf, None, "2", 1j, [], [1, -1], [1, np.nan], [[1], [2, 3]]])
def test_a_value_out_of_range_is_named(value):
    with pytest.raises(ValueError, match="stiffness"):
        Spring(value)


def test_every_field_has_its_own_range():
    assert Spring(1, damping=0).damping == 0
    with pytest.raises(ValueError, match="damping: got 1.0, want a finite number >= 0 and < 1"):
        Spring(1, damping=1.0)
    with pytest.raises(ValueError, match="damping: got 1.5"):
        Spring(1, damping=[0.1, 1.5])


def test_settings_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Spring(1).stiffness = 2


def test_the_shape_of_the_settings():
    assert Spring(1).shape == ()
    assert Spring(np.ones((3, 1)), damping=np.zeros(4)).shape == (3, 4)


LATE = """
from __future__ import annotations
from course_utils._support.settings import Positive, Settings, settings

@settings
class Spring(Settings):
    stiffness: Positive
"""


def test_annotations_that_are_text_are_looked_up(tmp_path, monkeypatch):
    (tmp_path / "late_spring.py").write_text(LATE)
    monkeypatch.syspath_prepend(tmp_path)
    from late_spring import Spring

    assert Spring(2).stiffness == 2.0
    with pytest.raises(ValueError, match="stiffness: got -1"):
        Spring(-1)


def test_an_annotation_that_cannot_be_looked_up_is_refused():
    with pytest.raises(ValueError, match="class Late: got an annotation that cannot be looked up"):

        @settings
        class Late(Settings):
            stiffness: "Nowhere"  # noqa: F821
