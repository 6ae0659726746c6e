"""When a cell is run again, what it showed before is closed: else every run would keep its figure for ever."""

from collections import defaultdict
from functools import cache

from IPython import get_ipython

_shown_by: defaultdict[str, list] = defaultdict(list)  # {cell: what it shows}


def close_when_run_again(shown):
    """Close this (it has a `close`) as soon as the cell that runs now is run again."""
    shell = get_ipython()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}  # JupyterLite's has none
    if cell := parent.get("metadata", {}).get("cellId"):
        _watch(shell)
        _shown_by[cell].append(shown)


@cache
def _watch(shell):
    shell.events.register("pre_run_cell", _close_those_of)


def _close_those_of(info):
    for shown in _shown_by.pop(info.cell_id, []):
        shown.close()
