"""The proof of a notebook: all that two runs in one kernel can show of it."""

from . import claims, exercises, notebooks, stored


def faults(nb, kernel):
    """What is wrong with a notebook, a line each, found by running it in a fresh kernel.

    First it runs as it stands, each claim evaluated where it stands; each check must say that its exercise is not done
    (of a stub to be repaired: that it is wrong), and each cell must show what is stored of it. Then, in the same
    kernel, it runs again from the first exercise on with COURSE_STRICT=1 and each solution put in front of its check:
    what stands above does not know the difference.
    """
    wrong = claims.misplaced(nb) + exercises.faults(nb)
    found = exercises.find(nb)
    blank = _blank(nb, kernel, {e.check: e for e in found})
    if wrong or blank or not found:
        return wrong + blank
    return _solved(nb, kernel, {e.check: e for e in found}, min(e.stub for e in found))


def _blank(nb, kernel, checks):
    wrong, changed = [], []
    for i, cell in enumerate(nb.cells):
        if cell.cell_type == "markdown":
            wrong += [f"cell {i}: claim {fault}" for fault in claims.faults(cell, kernel)]
        elif cell.cell_type == "code":
            outputs = kernel.run(cell.source)
            if notebooks.error(outputs):
                return wrong + changed + [f"cell {i}: {notebooks.error(outputs)}"] + _unreached(nb, i)
            changed += [f"cell {i}: {line}" for line in stored.differences(cell, outputs)]
            if i in checks and not exercises.verdict(outputs).startswith(want := checks[i].unsolved(nb)):
                wrong.append(
                    f"cell {i}: blank exercise {checks[i].name}: want {want!r}, "
                    f"got {exercises.verdict(outputs)[:200]!r}"
                )
    return wrong + changed


def _unreached(nb, stop):
    return [
        f"cell {i}: claim never evaluated: the run stopped at cell {stop}"
        for i, cell in notebooks.markdown(nb)
        if i > stop and claims.OPENING.search(cell.source)
    ]


def _solved(nb, kernel, checks, start):
    kernel.run("import os; os.environ['COURSE_STRICT'] = '1'")
    wrong = []
    for i, cell in notebooks.code(nb):
        if i < start:
            continue
        outputs = kernel.run(checks[i].solved(nb) if i in checks else cell.source)
        if notebooks.error(outputs):
            return wrong + [f"cell {i}, solved: {notebooks.error(outputs)}"]
        if i in checks and not exercises.verdict(outputs).startswith(exercises.CORRECT):
            wrong.append(
                f"cell {i}: solution of {checks[i].name}: want {exercises.CORRECT!r}, "
                f"got {exercises.verdict(outputs)[:200]!r}"
            )
    return wrong
