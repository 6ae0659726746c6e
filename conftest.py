"""Every run of tests, that of the notebooks alone as well: its environment, and what it says at the end."""

import os
import signal
from collections import Counter

import pytest

# Progress bars show timings, which differ from run to run.
os.environ["TQDM_DISABLE"] = "1"
# Without it jupyter_core warns that its folders will move.
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")
# Kernels inherit it, and would then show no inline figures.
os.environ.pop("MPLBACKEND", None)
os.environ["PYTHONHASHSEED"] = "0"
# Two workers and their kernels share the cores: products on all of them would wait for each other.
os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
# What a test answers is nobody's progress.
os.environ["COURSE_PROGRESS"] = "off"
# The exercises in the notebooks are blank, and are to run so.
os.environ.pop("COURSE_STRICT", None)

# A script there computes the reference values, with PyTorch; the tests read only what it stored.
collect_ignore_glob = ["tests/reference/*"]


def pytest_configure(config):
    """nbval looks for its sanitizer from the current folder; pytest may be started in any."""
    if getattr(config.option, "nbval_sanitize_with", None):
        config.option.nbval_sanitize_with = str(config.rootpath / config.option.nbval_sanitize_with)


@pytest.fixture
def interruptible():
    """Ctrl-C interrupts this process and those that a test starts.

    Where the tests run in the background of a shell or under nohup, Python ignores it, and so does every child.
    """
    kept = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, kept)


def pytest_collection_modifyitems(items):
    """Mark what is driven in a browser by its folder; a test marked counts("slips") counts as one of the slips."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker("browser")
        item.user_properties += [(mark.args[0], 1) for mark in item.iter_markers("counts")]


def pytest_terminal_summary(terminalreporter):
    """Say what has passed in units that mean something: one function may have a hundred cases."""
    passed = [report for report in terminalreporter.stats.get("passed", ()) if report.when == "call"]
    folders = Counter(report.nodeid.partition("/")[0] for report in passed)
    functions = {report.nodeid.partition("[")[0] for report in passed if report.nodeid.startswith("tests/")}
    counts = Counter({"test functions": len(functions), "cases of them": folders["tests"]})
    counts.update({"doctests": folders["course_utils"], "cells": folders["notebooks"]})  # those that nbval compares
    for what, n in (pair for report in passed for pair in report.user_properties):
        counts[what] += n
    if passed:
        terminalreporter.write_line("passed: " + ", ".join(f"{n:,} {what}" for what, n in counts.items() if n))
