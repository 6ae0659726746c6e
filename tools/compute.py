"""Compute what slow figures show, and write it down: `python3 course.py compute [beginning of a name ...]`.

With `--check` first, nothing is written: each record is compared with what its code computes today.
"""

import sys

import numpy as np

from course_utils import demos
from course_utils.records import RECORDED


def main(wanted):
    """Write the records whose names begin so, or all of them, and say how large each is; the number that differ."""
    differ = 0
    check, wanted = wanted[:1] == ["--check"], [name for name in wanted if name != "--check"]
    for keeper in find(wanted):
        if check:
            _, results = keeper.kept()
            alike = np.mean([share_alike(results[job], keeper.compute(*job)) > 0.9 for job in keeper.jobs])
            differ += int(alike <= 0.95)
            print(f"{keeper.name}: {alike:.0%} of {len(keeper.jobs)} jobs are what the code computes", flush=True)
            continue
        keeper.table(recompute=True)
        keeper.save()
        print(f"{keeper.name}: {len(keeper.jobs)} jobs, {keeper.path.stat().st_size / 1000:.0f} kB")
    return differ


def share_alike(kept, again):
    """The share of numbers that agree to 1 % of their own size and of the usual size.

    Another machine sums in another order, and in a run on the edge of divergence that grows: so not all have to.
    """
    kept, again = _flat(kept), _flat(again)
    if kept.shape != again.shape:
        return 0.0
    usual = np.nanmedian(abs(kept))
    return np.isclose(again, kept, rtol=0.01, atol=0.01 * usual, equal_nan=True).mean()


def _flat(result):
    """A result as one vector of numbers."""
    parts = result.values() if isinstance(result, dict) else [result]
    return np.concatenate([np.ravel(part).astype(float) for part in parts])


def find(wanted=()):
    """The recorded functions whose names begin so, or all."""
    for chapter in demos.CHAPTERS:
        getattr(demos, chapter)
    found = [keeper for name, keeper in sorted(RECORDED.items()) if not wanted or name.startswith(tuple(wanted))]
    if not found:
        sys.exit(f"compute: got {' '.join(wanted)}, want the beginning of one of {', '.join(sorted(RECORDED))}")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
