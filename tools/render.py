"""Run notebooks and store what they show, in one normal form.

python -m tools.render [notebook ...]            runs them (all, if none is named) and writes their files
python -m tools.render --check [notebook ...]    runs nothing: says which are stale or not in normal form, and why
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from . import notebooks, stored


def render(path):
    """Run a notebook and write it back in its stored form; what keeps it from being stored, a line each."""
    nb = notebooks.read(path)
    try:
        with notebooks.kernel(path.parent) as kernel:
            wrong = _run(nb, kernel)
    except notebooks.RUN_ERRORS as e:
        wrong = [str(e)]
    if wrong:
        return wrong
    nb = stored.normal(nb)
    nb.metadata["course"] = {"sources": stored.digest(nb)}
    wrong = stored.faults(nb)
    if not wrong:
        path.write_text(notebooks.dumps(nb), encoding="utf-8", newline="\n")
    return wrong


def _run(nb, kernel):
    for n, (i, cell) in enumerate(notebooks.code(nb), 1):
        cell.outputs, cell.execution_count = kernel.run(cell.source), n
        for output in cell.outputs:
            if output.output_type == "error":
                return [f"cell {i}: {output.ename}: {output.evalue}", *output.traceback]
    nb.metadata.pop("widgets", None)
    return []


def check(path):
    """What keeps a notebook's file from being up to date and in its stored form, a line each."""
    return stored.faults(notebooks.read(path), path.read_text(encoding="utf-8"))


def main(arguments=None):
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(prog="render", description=__doc__.split("\n")[0])
    parser.add_argument("notebooks", nargs="*", help="names or paths; all of notebooks/ if none is given")
    parser.add_argument("--check", action="store_true", help="run nothing; exit with 1 if one would change")
    options = parser.parse_args(arguments)
    try:
        paths = notebooks.find(options.notebooks)
    except FileNotFoundError as e:
        parser.error(str(e))
    start = time.perf_counter()
    with ProcessPoolExecutor(2) as pool:  # two kernels at once: a chapter seldom keeps two cores busy
        results = map(check, paths) if options.check else pool.map(render, paths)
        bad = sum([_report(path, wrong, options.check) for path, wrong in zip(paths, results, strict=True)])
    print(f"{len(paths)} notebooks, {bad} with something wrong, {time.perf_counter() - start:.0f} s")
    return int(bad > 0)


def _report(path, wrong, checked):
    done = "as stored" if checked else f"stored, {path.stat().st_size / 1000:.0f} kB"
    print(f"{path.name}:" + ("\n    ".join(["", *wrong]) if wrong else f" {done}"), flush=True)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
