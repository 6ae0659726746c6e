"""The environment of every test run, of the notebooks alone as well: what a user's own settings must not change."""
import os

import pytest

# Progress bars show timings, which differ from run to run.
os.environ["TQDM_DISABLE"] = "1"
# Without it jupyter_core warns that its folders will move.
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")
# Kernels inherit it, and would then show no inline figures.
os.environ.pop("MPLBACKEND", None)

# A script there computes the reference values, with PyTorch; the tests read only what it stored.
collect_ignore_glob = ["tests/reference/*"]


def pytest_configure(config):
    """nbval looks for its sanitizer from the current folder; pytest may be started in any."""
    if getattr(config.option, "nbval_sanitize_with", None):
        config.option.nbval_sanitize_with = str(config.rootpath / config.option.nbval_sanitize_with)


@pytest.fixture(scope="session")
def torch():
    """PyTorch, where it is installed; a failure instead of a skip where COURSE_REQUIRE_TORCH is set."""
    try:
        import torch
    except ImportError:
        advice = "PyTorch is not installed, so nothing is compared with it live: pip install torch"
        pytest.fail(advice) if os.environ.get("COURSE_REQUIRE_TORCH") else pytest.skip(advice)
    return torch
