"""Measure the course's speed: `python -m tools.bench [section ...]`, all but `interact` if none is named.

Of `figures` and `interact` one chapter can be measured: figures:optimizers.
"""

import argparse
import os
import platform
import sys
from importlib import import_module
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_info

from . import page
from .report import HEAD, Row

SECTIONS = {
    "training": "digits and a larger net, against scikit-learn, PyTorch and the matrix products alone",
    "steps": "one step of each optimizer",
    "descents": "40 000 starts at once, and the race",
    "tuning": "random search, 64 trials on one core and on two",
    "augmentation": "10 000 digits shifted and turned, and what it adds to training",
    "imports": "import course_utils",
    "notebooks": "every notebook from top to bottom, and chapter 08 in JupyterLab",
    "figures": "every live figure in Chromium: from slider to picture; the race also through interact",
    "latency": "every millisecond from key to pixel, of a figure with one line and of the race",
    "interact": "every live figure through interact; takes some minutes more",
}
DEFAULT = [name for name in SECTIONS if name != "interact"]


def main(arguments=None):
    """Print the table; returns the exit code, 1 if a budget is exceeded."""
    listed = "\n".join(f"  {name:<10} {what}" for name, what in SECTIONS.items())
    parser = argparse.ArgumentParser(
        prog="bench", description=f"{__doc__}\n{listed}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sections", nargs="*", metavar="section")
    names = parser.parse_args(arguments).sections or DEFAULT
    for name in names:
        if name.partition(":")[0] not in SECTIONS:
            parser.error(f"no section {name!r}, but {', '.join(SECTIONS)}")
    print(machine(), flush=True)
    start = perf_counter()
    with page.closing():
        found = [row for name in names for row in section(name)]
    over = sum(row.over for row in found)
    print(f"\n{len(found)} rows, {over} over budget, {perf_counter() - start:.0f} s")
    return int(over > 0)


def machine():
    """The machine in a line; its load tells whether it does something else as well."""
    blas = next((b for b in threadpool_info() if b["user_api"] == "blas"), {})
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    return (
        f"{os.cpu_count()} CPUs, {load}, {platform.system()}, Python {platform.python_version()}, "
        f"NumPy {np.__version__}, {blas.get('internal_api', 'unknown BLAS')} {blas.get('version', '')} "
        f"on {blas.get('num_threads', '?')} threads"
    )


def section(name):
    """Print a section's rows as they come, and return them; what it says in between is only printed."""
    name, *chapter = name.split(":")
    module = import_module(f".{name}", __package__)
    print(f"\n{module.__doc__.strip()}\n{HEAD}", flush=True)
    found = []
    for row in module.rows(*chapter):
        print(row, flush=True)
        found += [row] if isinstance(row, Row) else []
    return found


if __name__ == "__main__":
    sys.exit(main())
