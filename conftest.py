"""The environment of every test run, of the notebooks alone as well: what a user's own settings must not change."""

import os

# Progress bars show timings, which differ from run to run.
os.environ["TQDM_DISABLE"] = "1"
# Without it jupyter_core warns that its folders will move.
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")
# Kernels inherit it, and would then show no inline figures.
os.environ.pop("MPLBACKEND", None)
os.environ["PYTHONHASHSEED"] = "0"
# Two workers and their kernels share the cores: products on all of them would wait for each other.
os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
# The exercises in the notebooks are blank, and are to run so.
os.environ.pop("COURSE_STRICT", None)

# A script there computes the reference values, with PyTorch; the tests read only what it stored.
collect_ignore_glob = ["tests/reference/*"]


def pytest_configure(config):
    """nbval looks for its sanitizer from the current folder; pytest may be started in any."""
    if getattr(config.option, "nbval_sanitize_with", None):
        config.option.nbval_sanitize_with = str(config.rootpath / config.option.nbval_sanitize_with)
