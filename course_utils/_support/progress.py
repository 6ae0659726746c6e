"""Progress: a bar for what takes longer than a moment."""

from collections.abc import Iterable
from typing import Any

from tqdm import tqdm


def progress_bar(
    work: int | Iterable,
    unit: str,
    show: bool = True,
    *,
    total: int | None = None,
    done: int = 0,
    what: str | None = None,
    delay: float = 2,
) -> Any:
    """A bar that appears after `delay` seconds and vanishes at the end.

    Parameters
    ----------
    work : how much there is to do, then `update()` moves the bar on; or what to loop over
    unit : what is counted, such as "step"
    show : False: never. Nor is a bar shown where the environment variable TQDM_DISABLE is 1.
    total : how many there are in `work` if it cannot say so itself
    done : how many of `total` were done before
    what : words in front of the bar

    >>> list(progress_bar(range(3), "step"))
    [0, 1, 2]
    """
    loop, total = ((), work) if isinstance(work, int) else (work, total)
    # disable=False would overrule TQDM_DISABLE.
    hidden = {} if show else {"disable": True}
    options = {"total": total, "initial": done, "unit": unit, "desc": what, "delay": delay, "leave": False}
    return _Bar(loop, **options, **hidden)


class _Bar(tqdm):
    # tqdm would start a thread that looks after bars which are seldom updated. It is not needed, and in
    # the browser there are no threads.
    monitor_interval = 0
