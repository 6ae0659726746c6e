"""The stored form of a notebook: its sources and what they show, nothing of the run that made it.

`normal` brings a notebook into that form, `faults` says what keeps one out of it, `differences` what a run shows anew.
"""

import hashlib
import itertools
import json
import os
import re
from difflib import SequenceMatcher, unified_diff

import nbformat

from . import notebooks

WIDGET = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}
MAX_BYTES, MAX_LINES = 1_000_000, 15
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
PATH = re.compile(r"(?<![\w.:/<])/(?:home|root|Users|tmp|private|var|usr|opt|mnt|work)/\S+|\b[A-Za-z]:\\\\?\w\S*")
TIMING = re.compile(r"\bWall time\b|\bCPU times\b|\bper loop\b|\d+/\d+ \[\d+:\d\d<[^\]]*\]")
PICTURE = re.compile(r"data:image/[^\"')\s]+")
IMG = re.compile(r"<img\b[^>]*>")
ALT = re.compile(r"""\balt=(?:"\s*[^"\s]|'\s*[^'\s])""")
NBVAL = re.compile(r"^\s*#\s*(NBVAL_\w+|PYTEST_VALIDATE_IGNORE_OUTPUT)\s*$", re.MULTILINE)


def digest(nb):
    """A fingerprint of the cells' sources, by which an edited notebook is told from the one that was run."""
    sources = [[cell.cell_type, _source(cell)] for cell in nb.cells]
    return hashlib.sha256(json.dumps(sources).encode()).hexdigest()


def normal(nb):
    """The notebook in its stored form; what it is given stays as it is."""
    counts, ids = itertools.count(1), set()
    cells = [_cell(cell, _id(cell, i, ids), counts) for i, cell in enumerate(nb.cells)]
    kept = {"course": nb.metadata["course"]} if "course" in nb.metadata else {}
    return nbformat.from_dict({"cells": cells, "metadata": METADATA | kept, "nbformat": 4, "nbformat_minor": 5})


def differences(cell, outputs):
    """Where a run of a cell shows something else than is stored, a line each; a picture may differ in its bytes."""
    want, got = (list(_lines(shown)) for shown in (cell.outputs, _outputs(outputs, cell.execution_count)))
    for tag, i, k, m, n in SequenceMatcher(None, want, got, autojunk=False).get_opcodes():
        if tag != "equal":
            # A line may be long: shown is what stands around the first letter that differs.
            start = len(os.path.commonprefix([*want[i:k][:1], *got[m:n][:1]])) if tag == "replace" else 0
            yield from (f"stored {line[max(start - 60, 0) :][:200]!r}" for line in want[i:k])
            yield from (f"shown {line[max(start - 60, 0) :][:200]!r}" for line in got[m:n])


def _lines(outputs):
    """What is compared of a cell's outputs, line by line."""
    for output in outputs:
        shown = {output.get("name", output["output_type"]): output.get("text", "")} | output.get("data", {})
        for kind, text in sorted(shown.items()):
            text = "" if kind.startswith("image/") else PICTURE.sub("PICTURE", str(text))
            yield from (f"{kind}: {line}" for line in text.splitlines() or [""])


def _source(cell):
    return "\n".join(line.rstrip() for line in cell.source.split("\n")).rstrip()


def _id(cell, i, taken):
    name = cell.get("id", "")
    while not name or name in taken:
        name = hashlib.sha256(f"{i} {name} {_source(cell)}".encode()).hexdigest()[:8]
    taken.add(name)
    return name


def _cell(cell, name, counts):
    metadata = {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
    if notebooks.is_solution(cell):
        metadata["jupyter"] = {"source_hidden": True}
    new = {"cell_type": cell.cell_type, "id": name, "metadata": metadata, "source": _source(cell)}
    if cell.get("attachments"):
        new["attachments"] = cell.attachments
    if cell.cell_type == "code":
        new["execution_count"] = next(counts)
        new["outputs"] = _outputs(cell.get("outputs", []), new["execution_count"])
    return new


def _outputs(outputs, count):
    new = []
    for output in outputs:
        if output.output_type == "stream":
            if new and new[-1].get("name") == output.name:
                new[-1]["text"] += output.text
            else:
                new.append({"output_type": "stream", "name": output.name, "text": output.text})
        elif output.output_type == "error":
            new.append(output)
        elif data := {mime: value for mime, value in output.data.items() if mime != WIDGET}:
            counted = {"execution_count": count} if output.output_type == "execute_result" else {}
            new.append({"output_type": output.output_type, "data": data, "metadata": {}} | counted)
    return new


def faults(nb, text=None):
    """What is wrong with a stored notebook, a line each; `text` is its file's."""
    try:
        nbformat.validate(nb)
    except nbformat.ValidationError as e:
        return [f"not a valid notebook: {e.message}"]
    rendered = nb.metadata.get("course", {}).get("sources")
    if rendered is None:
        return ["never rendered"]
    wrong = ["stale: its sources changed after its outputs were made"] if rendered != digest(nb) else []
    wrong += _notebook_faults(nb)
    want, text = notebooks.dumps(normal(nb)), notebooks.dumps(nb) if text is None else text
    if text != want:
        changes = unified_diff(text.splitlines(), want.splitlines(), "stored", "normal", n=0, lineterm="")
        wrong.append("not in normal form: " + " ".join(line.strip() for line in list(changes)[2:5])[:200])
    if len(want.encode()) > MAX_BYTES:
        wrong.append(f"{len(want.encode()) / 1e6:.1f} MB, more than {MAX_BYTES / 1e6:.0f}")
    return wrong


def _notebook_faults(nb):
    if "widgets" in nb.metadata:
        yield "widget state stored in the notebook's metadata"
    for i, cell in notebooks.code(nb):
        for wrong in itertools.chain(_code_faults(cell), *map(_output_faults, cell.outputs)):
            yield f"cell {i}: {wrong}"
    for i, cell in enumerate(nb.cells):
        if not cell.source.strip():
            yield f"cell {i}: empty"


def _code_faults(cell):
    n = len(cell.source.splitlines())
    if n > MAX_LINES:
        yield f"{n} lines of code, more than {MAX_LINES}"
    if cell.source.strip() and cell.execution_count is None:
        yield "was not executed (no execution count), so its outputs would never be compared"
    tags = [tag for tag in cell.metadata.get("tags", []) if tag.startswith("nbval-") or tag == "raises-exception"]
    for mark in tags + NBVAL.findall(cell.source):
        yield f"{mark} takes its outputs out of the comparison"


def _output_faults(output):
    if output.output_type == "error":
        yield f"error in its outputs: {output.ename}: {output.evalue}"
        return
    if output.get("name") == "stderr":
        yield f"stderr in its outputs: {output.text.strip()[:200]!r}"
    data = output.get("data", {})
    if WIDGET in data:
        yield "widget state stored in its outputs"
    pictures = IMG.findall(data.get("text/html", ""))
    if not all(map(ALT.search, pictures)) or (not pictures and any(mime.startswith("image/") for mime in data)):
        yield "picture without alt text (plots.show and live figures give it)"
    shown = [output.get("text", "")] + [v for mime, v in data.items() if mime.startswith("text/") and mime != WIDGET]
    for what, pattern in {"memory address": ADDRESS, "absolute path": PATH, "timing": TIMING}.items():
        for found in pattern.findall(PICTURE.sub("", "\n".join(shown))):
            yield f"{what} in its outputs: {found!r}"
