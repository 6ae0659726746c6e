import sys

import pytest
from torch_or_skip import import_torch


@pytest.fixture
def no_torch(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # importing it raises ImportError


def test_without_pytorch_the_live_comparison_is_skipped(no_torch, monkeypatch):
    monkeypatch.delenv("COURSE_REQUIRE_TORCH", raising=False)
    with pytest.raises(pytest.skip.Exception, match="PyTorch is not installed"):
        import_torch()


def test_where_pytorch_must_be_its_absence_is_a_failure(no_torch, monkeypatch):
    monkeypatch.setenv("COURSE_REQUIRE_TORCH", "1")
    with pytest.raises(pytest.fail.Exception, match="COURSE_REQUIRE_TORCH=1, but"):
        import_torch()


def test_what_is_there_is_imported(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", sys)
    assert import_torch() is sys
