"""The anatomy of a chapter and links: each bound is crossed once, each kind of link broken once."""

from pathlib import Path

import pytest
from planted import code, new_notebook, none, only, text

from tools import anatomy, notebooks


def chapter():
    """A notebook with a chapter's proportions and no sense."""
    prose = "word " * 84
    cells = [text("# Race\n\n45 minutes. " + prose), code("import numpy as np")]
    for question in ("One", "Two", "Three"):
        cells += [
            text(f"## {question}\n\n{prose}"),
            code("x = 1<2\nx"),
            text(f"*Predict*: {prose}"),
            code("demos.optimizers.race()"),
            text(f"**What you should see**: {prose}"),
        ]
    cells += [text(f"## Slips\n\n{prose} 1<!-- = x -->"), text("## Exercises")]
    for i in range(3):
        cells += [
            text(f"{prose}<details></details>"),
            code(f"f{i} = ..."),
            code(f"check.f(f{i})"),
            code(f"{notebooks.SOLUTION}\nf{i}_solution = {i}"),
        ]
    cells += [text(f"## Summary\n\n{prose}"), text(f"## In practice\n\n{prose}"), text("## Further reading")]
    return new_notebook(cells=cells)


def gather(nb):
    """All prose in one cell, but for the exercises'."""
    prose = [cell for _, cell in notebooks.markdown(nb) if "<details>" not in cell.source]
    prose[0].source = "\n\n".join(cell.source for cell in prose)
    nb.cells = [cell for cell in nb.cells if not any(cell is other for other in prose[1:])]


def test_proportions_of_a_chapter():
    none(anatomy.faults(chapter()))


def test_a_chapter_is_as_long_as_its_understanding_takes():
    nb = chapter()
    nb.cells[0].source = nb.cells[0].source.replace("45", "80")
    nb.cells += [text("word " * 400) for _ in range(15)] + [text("x")] * 30
    none(anatomy.faults(nb))


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        (gather, "20 cells, want 25 or more"),
        (lambda nb: [nb.cells[i].update(source="Predict") for i in (4, 9, 14)], "1130 words, want 1200 or more"),
        (lambda nb: nb.cells[5].update(source="1"), "2 live figures, want 3 or more"),
        (lambda nb: nb.cells[1].update(source="x\n" * 11), "the set-up cell has 11 lines, more than 10"),
        (lambda nb: nb.cells[3].update(source="x\n" * 16), "cell 3: 16 lines of code, more than 15"),
        (lambda nb: nb.cells[17].update(source="## Slips"), "no claims"),
        (lambda nb: nb.cells[0].update(source="45 minutes"), "the first cell does not begin with the title"),
        (lambda nb: nb.cells[-2].update(source="word " * 76), "'In practice' stands 0 times"),
        (lambda nb: [nb.cells[i].update(source="word " * 76) for i in (4, 9)], "'Predict' stands 1 times, want 2"),
        (lambda nb: nb.cells[21].update(source="3"), "2 exercises, want 3 or more"),
        (lambda nb: nb.cells[0].update(source=nb.cells[0].source.replace("45", "80")), "it takes 47"),
        (lambda nb: nb.cells[0].update(source=nb.cells[0].source.replace("45", "20")), "20 minutes are said"),
    ],
)
def test_planted_fault_of_the_anatomy_is_found(plant, words):
    nb = chapter()
    plant(nb)
    only(anatomy.faults(nb), words)


@pytest.mark.parametrize(
    ("name", "expected"), [("08_optimizers.ipynb", True), ("00_start_here.ipynb", False), ("playground.ipynb", False)]
)
def test_chapters_have_numbers(name, expected):
    assert anatomy.is_chapter(Path(name)) == expected


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("[a](b.ipynb)", ""),
        ("[a](b.ipynb#What-**-is-it?)", "no such heading"),
        ("[a](b.ipynb#What-is-it?)", ""),
        ("[a](b.ipynb#what-is-it?)", "no such heading"),
        ("[a](#Here)", ""),
        ("[a](#There)", "no such heading"),
        ("[a](c.ipynb)", "no such file"),
        ("[a](https://example.org/c.ipynb)", ""),
        ("[a]()", "empty"),
        ("[a](b%20b.txt)", ""),
        ("[a](http://localhost:8888/b)", "a link to this machine"),
        ("`[a](c.ipynb)`", ""),
        ("![](b%20b.txt)", "without alt text"),
        ("![a picture](b%20b.txt)", ""),
        ('<a href="c.ipynb">a</a>', "no such file"),
        ("[a](b.ipynb#spot)", ""),
        ("```\n[a](c.ipynb)\n```", ""),
        ("[a $f(x)$ b](c.ipynb 'title')", "no such file"),
        ("[a [b] c](c.ipynb)", "no such file"),
        ("[a](b.ipynb#Momentum-(again))", ""),
    ],
)
def test_links(tmp_path, link, words):
    other = new_notebook(cells=[text('## **What** is `it`?\n<a id="spot"></a>\n\n### Momentum (again)')])
    (tmp_path / "b.ipynb").write_text(notebooks.dumps(other), encoding="utf-8")
    (tmp_path / "b b.txt").write_text("")
    nb = new_notebook(cells=[text("# Here"), text(f"See {link}." if not link.startswith("`") else link)])
    only(anatomy.links(nb, tmp_path / "a.ipynb"), *[words] * bool(words))


@pytest.mark.parametrize(
    ("prose", "words"),
    [
        ("[***Epochs***](glossary.ipynb#E)", ""),
        ("`***no term***` and **bold** and *italic*", ""),
        ("[***Epochal***](glossary.ipynb#E)", "'Epochal' is not in the glossary"),
        ("an ***epoch***", "'epoch' does not link"),
        ("[***epoch***](06_sgd.ipynb)", "'epoch' does not link"),
        ("[***epoch***](glossary.ipynb)", "'epoch' does not link"),
        ("[***epoch***](glossary.ipynb#D)", "'epoch' does not link"),
    ],
)
def test_a_term_is_looked_up_in_the_glossary(prose, words):
    glossary = new_notebook(cells=[text("## E\n\n| term |\n|---|\n| **epoch** | 에폭 |")])
    found = anatomy.terms(new_notebook(cells=[text(prose)]), glossary)
    only(found, words) if words else none(found)
