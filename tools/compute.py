"""Compute what slow figures show, and write it down: `python3 course.py compute [beginning of a name ...]`."""

import sys

from course_utils import demos
from course_utils.records import RECORDED


def main(wanted):
    """Write the records whose names begin so, or all of them, and say how large each is."""
    for keeper in find(wanted):
        keeper.table(recompute=True)
        keeper.save()
        print(f"{keeper.name}: {len(keeper.jobs)} jobs, {keeper.path.stat().st_size / 1000:.0f} kB")


def find(wanted=()):
    """The recorded functions whose names begin so, or all."""
    for chapter in demos.CHAPTERS:
        getattr(demos, chapter)
    found = [keeper for name, keeper in sorted(RECORDED.items()) if not wanted or name.startswith(tuple(wanted))]
    if not found:
        sys.exit(f"compute: got {' '.join(wanted)}, want the beginning of one of {', '.join(sorted(RECORDED))}")
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
