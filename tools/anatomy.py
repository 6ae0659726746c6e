"""The anatomy of a chapter: what it must hold and how long a code cell may be; and links.

A chapter is as long as its understanding takes: cells, words, figures and exercises have a floor and no ceiling.

Chapters are the notebooks named by a number above 00; the others (the start, the playground, the glossary) need only
working links.
"""

import re
from urllib.parse import unquote

from . import claims, exercises, notebooks

CELLS, WORDS, FIGURES, EXERCISES = 25, 1200, 3, 3
CELL_LINES, SETUP_LINES = 15, 10
WORDS_A_MINUTE, LINES_A_MINUTE, FIGURE_MINUTES, EXERCISE_MINUTES = 180, 12, 2.5, 10
PARTS = {
    "Predict": 2,
    "What you should see": 2,
    "Summary": 1,
    "In practice": 1,
    "Further reading": 1,
    "minutes": 1,
}
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
FENCE = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`[^`\n]*`")
FIGURE = re.compile(r"\bdemos\.\w+\.\w+\(")
HEADING = re.compile(r"^ {0,3}#{1,6} +(.+?) *#* *$", re.MULTILINE)
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(\s*<?((?:[^()\s<>]|\([^()]*\))*)>?(?:\s+[\"'][^)]*)?\)")
ATTRIBUTE = re.compile(r"""<(?:a|img)\b[^>]*?\b(?:href|src)=["']([^"']+)["']""")
TERM = re.compile(r"(\[)?\*\*\*([^*\n]+)\*\*\*(?(1)\]\(([^)]*)\))")
ROW = re.compile(r"^\| \*\*(.+?)\*\* \|", re.MULTILINE)
IDS = re.compile(r"""\bid=["']([^"']+)["']""")


def is_chapter(path):
    """Whether a notebook's name begins with the number of a chapter."""
    return bool(re.match(r"(?!00)\d\d", path.name))


def words(source):
    """How many words a text cell has, its comments and tags left out."""
    return len(re.sub(r"<[^>]+>", " ", COMMENT.sub("", source)).split())


def minutes(nb):
    """How long a chapter takes a reader: its words, its lines of code, its figures and its exercises."""
    lines = sum(len(cell.source.splitlines()) for _, cell in notebooks.code(nb) if not notebooks.is_solution(cell))
    n_words = sum(words(cell.source) for _, cell in notebooks.markdown(nb))
    return (
        n_words / WORDS_A_MINUTE
        + lines / LINES_A_MINUTE
        + FIGURE_MINUTES * _figures(nb)
        + EXERCISE_MINUTES * len(exercises.find(nb))
    )


def _figures(nb):
    return sum(len(FIGURE.findall(cell.source)) for _, cell in notebooks.code(nb))


def faults(nb):
    """What of a chapter is missing, too little or too much, a line each."""
    return [*_numbers(nb), *_parts(nb)]


def _numbers(nb):
    code, texts = notebooks.code(nb), notebooks.markdown(nb)
    for what, n, least in [
        ("cells", len(nb.cells), CELLS),
        ("live figures", _figures(nb), FIGURES),
        ("words", sum(words(cell.source) for _, cell in texts), WORDS),
        ("exercises", len(exercises.find(nb)), EXERCISES),
    ]:
        if n < least:
            yield f"{n} {what}, want {least} or more"
    lines = {i: len(cell.source.splitlines()) for i, cell in code}
    yield from (f"cell {i}: {n} lines of code, more than {CELL_LINES}" for i, n in lines.items() if n > CELL_LINES)
    if (n := next(iter(lines.values()), 0)) > SETUP_LINES:
        yield f"the set-up cell has {n} lines, more than {SETUP_LINES}"
    if not claims.count(nb):
        yield "no claims: no number in the prose is proved"
    said, takes = re.search(r"(\d+) minutes", "".join(cell.source for _, cell in texts)), minutes(nb)
    if said and not 0.8 * takes <= int(said[1]) <= 1.25 * takes:
        yield f"{said[0]} are said; at a reader's pace it takes {takes:.0f}"


def _parts(nb):
    prose = "\n\n".join(cell.source for _, cell in notebooks.markdown(nb))
    if not nb.cells or not nb.cells[0].source.startswith("# "):
        yield "the first cell does not begin with the title, # ..."
    for part, times in PARTS.items():
        if (n := len(re.findall(rf"\b{part}", prose))) < times:
            yield f"{part!r} stands {n} times, want {times}"


def links(nb, path):
    """What is wrong with a notebook's local links and pictures."""
    for i, cell in notebooks.markdown(nb):
        text = CODE.sub("", FENCE.sub("", COMMENT.sub("", cell.source)))
        found = LINK.findall(text)
        yield from (f"cell {i}: picture {target} without alt text" for bang, alt, target in found if bang and not alt)
        for target in [target for _, _, target in found] + ATTRIBUTE.findall(text):
            if fault := _link_fault(target, nb, path):
                yield f"cell {i}: link {target!r}: {fault}"


def _link_fault(target, nb, path):
    if re.match(r"(?:https?:)?//|mailto:|data:|attachment:", target):
        return "a link to this machine" if re.search(r"//(localhost|127\.|0\.0\.0\.0)", target) else ""
    name, _, anchor = map(unquote, target.partition("#"))
    if not name and not anchor:
        return "empty"
    file = path.parent / name
    if name and not file.exists():
        return "no such file"
    if not anchor or (name and file.suffix != ".ipynb"):
        return ""
    return "" if anchor in anchors(notebooks.read(file) if name else nb) else "no such heading"


def terms(nb, glossary):
    """What is wrong with the terms in bold italics: each is in the glossary, and links to its letter there."""
    prose = "\n\n".join(cell.source for _, cell in notebooks.markdown(glossary))
    known = {name.lower() for term in ROW.findall(prose) for name in (term, f"{term}s")}
    for i, cell in notebooks.markdown(nb):
        for _, term, target in TERM.findall(CODE.sub("", FENCE.sub("", COMMENT.sub("", cell.source)))):
            if term.lower() not in known:
                yield f"cell {i}: the term {term!r} is not in the glossary"
            if target != f"glossary.ipynb#{term[0].upper()}":
                yield f"cell {i}: the term {term!r} does not link to its letter in the glossary"


def anchors(nb):
    """What a link may point at: each heading's text with hyphens for blanks, as JupyterLab has it, and explicit ids."""
    found = set()
    for _, cell in notebooks.markdown(nb):
        text = COMMENT.sub("", FENCE.sub("", cell.source))
        found.update(_plain(heading).replace(" ", "-") for heading in HEADING.findall(text))
        found.update(IDS.findall(text))
    return found


def _plain(heading):
    heading = re.sub(r"<[^>]+>", "", LINK.sub(lambda m: m[2], heading))
    return re.sub(r"\*\*|__|[*`]", "", heading).strip()
