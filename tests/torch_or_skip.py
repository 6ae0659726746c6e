"""PyTorch where it is installed. No test needs it: without it the comparison is with values that it once computed."""

import importlib
import os

import pytest


def import_torch():
    """The torch module; without it a skip, or a failure where COURSE_REQUIRE_TORCH=1 says that it must be there."""
    try:
        return importlib.import_module("torch")
    except ImportError as error:
        if os.environ.get("COURSE_REQUIRE_TORCH") == "1":
            pytest.fail(f"COURSE_REQUIRE_TORCH=1, but PyTorch cannot be imported: {error}")
        pytest.skip("no live comparison: PyTorch is not installed (the values it once computed are compared)")
