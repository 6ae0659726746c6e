"""What the figures of chapter 03 compute: the one equation, a leak, and what four data sets lack."""

import numpy as np
import pytest

from course_utils.check.preprocessing import MISSING
from course_utils.demos import preprocessing


def second_moment(name):
    x = preprocessing.mystery(name)
    return x, np.linalg.eigvalsh(x.T @ x / len(x))


def test_each_step_removes_what_the_equation_says():
    raw, centered, normalized, turned, white = (preprocessing.curvatures(step) for step in range(5))
    assert raw[1] - centered[1] == pytest.approx(4.0**2 + 2.5**2, rel=0.05)  # the squared mean, nearly along the cloud
    assert sum(normalized) == pytest.approx(2)
    assert turned == pytest.approx(normalized)
    assert white == pytest.approx((1, 1))


def test_noise_is_promised_only_where_the_labels_leak():
    honest, leaky = preprocessing.promised(2000)
    assert abs(honest - 0.5) < 0.05 < 0.15 < leaky - 0.5
    assert np.subtract(*preprocessing.promised(20)) == 0, "twenty of twenty are no choice"


@pytest.mark.parametrize("name", "ABCD")
def test_a_data_set_lacks_what_the_checker_says(name):
    x, values = second_moment(name)
    centered = abs(x.mean(axis=0)).max() < 1e-9
    scaled = np.allclose(x.var(axis=0), 1)
    turned = np.allclose(np.cov(x.T, bias=True), np.diag(x.var(axis=0)), atol=1e-9)
    lacks = {"centering": not centered, "scaling": not scaled, "decorrelation": not turned}
    assert [step for step, lacking in lacks.items() if lacking] == [s for s in [MISSING[name]] if s != "nothing"]
