"""One course: titles, minutes, prerequisites and terms are the same wherever they are said."""

import re

import pytest

from tools import anatomy, notebooks

ROOT = notebooks.FOLDER.parent
CHAPTERS = [path for path in notebooks.find() if anatomy.is_chapter(path)]
MAP = re.compile(r"^\| (\d\d) \| \[(.+?)\]\((?:notebooks/)?(.+?)\) \|(?: (\d+) \| (.+?) \|)?$", re.MULTILINE)
HANGUL = re.compile(r"[가-힣]")
NUMBERS = re.compile(r"\b\d\d\b")


def prose(path):
    return "\n\n".join(cell.source for _, cell in notebooks.markdown(notebooks.read(path)))


def rows(path):
    """{file: (number, title, minutes, needs)} of a table of chapters."""
    text = prose(path) if path.suffix == ".ipynb" else path.read_text(encoding="utf-8")
    return {file: (number, title, minutes, needs) for number, title, file, minutes, needs in MAP.findall(text)}


def lesson(number):
    """A chapter's part of the page for teachers."""
    text = (ROOT / "docs/teaching.md").read_text(encoding="utf-8")
    return re.search(rf"^### {number} .*?(?=^##)", text, re.MULTILINE | re.DOTALL)[0]


@pytest.mark.parametrize("path", CHAPTERS, ids=[path.stem for path in CHAPTERS])
def test_a_chapter_is_described_alike_everywhere(path):
    own = prose(path)
    number, title = re.match(r"# (\d\d) (.+)", own).groups()
    need = re.search(r"\*\*You need\.\*\*.*", own)[0]
    minutes = re.search(r"About (\d+) minutes", need)[1]
    on_the_map = rows(notebooks.FOLDER / "00_start_here.ipynb")[path.name]
    assert on_the_map[:3] == (number, title, minutes)
    assert rows(ROOT / "README.md")[path.name][:2] == (number, title)

    taught = lesson(number)
    said = re.search(r"^### .*?\((\d+) minutes", taught)[1], re.search(r"^\*Needs\.\* (.*)", taught, re.MULTILINE)[1]
    assert said[0] == minutes
    needs = set(re.findall(r"\]\((\d\d)_\w+\.ipynb\)", need))
    assert needs <= {other.stem[:2] for other in CHAPTERS if other.stem < path.stem}
    for elsewhere in (on_the_map[3], said[1]):
        assert set(NUMBERS.findall(elsewhere)) == needs or elsewhere.lower().startswith("all before")


@pytest.mark.parametrize("path", CHAPTERS, ids=[path.stem for path in CHAPTERS])
def test_teachers_have_a_question_for_every_live_figure(path):
    asked = re.search(r"^\*Ask\.\* (.*)", lesson(path.stem[:2]), re.MULTILINE)[1]
    questions = re.findall(r"(?:^|[.?] )[A-Z][^:?.]*: (?=[^?]*\?)", asked)
    code = [cell.source for _, cell in notebooks.code(notebooks.read(path))]
    assert len(questions) == sum(
        bool(re.fullmatch(r"demos\.\w+\.(?!family_tree)\w+\([^)]*\)", source)) for source in code
    )


def test_every_term_of_the_glossary_is_linked_from_the_chapter_that_teaches_it():
    glossary = prose(notebooks.FOLDER / "glossary.ipynb")
    found = {path.name: {term.lower() for _, term, _ in anatomy.TERM.findall(prose(path))} for path in notebooks.find()}
    rows = re.findall(r"^\| \*\*(.+?)\*\* \|.*\| \[\d\d\]\((.+?)\) \|$", glossary, re.MULTILINE)
    assert len(rows) > 150
    unlinked = [f"{term}: {file}" for term, file in rows if not {term.lower(), f"{term.lower()}s"} & found[file]]
    assert unlinked == []


def test_the_glossary_has_a_section_for_each_letter_and_an_index_of_its_korean_terms():
    glossary = prose(notebooks.FOLDER / "glossary.ipynb")
    sections = re.findall(r"^## (\w)\n(.*?)(?=^## |\Z)", glossary, re.MULTILINE | re.DOTALL)
    rows = [
        (letter, term, names)
        for letter, section in sections
        for term, names in re.findall(r"^\| \*\*(.+?)\*\* \| (.+?) \|", section, re.MULTILINE)
    ]
    terms = [term.lower() for _, term, _ in rows]
    assert terms == sorted(set(terms))
    assert all(term[0].upper() == letter for letter, term, _ in rows)

    index = re.findall(r"^\| (.+?) \| \[(.+?)\]\(#(\w)\) \|$", glossary, re.MULTILINE)
    korean = {(name, term) for _, term, names in rows for name in re.split(r" \(|, |\)", names) if HANGUL.search(name)}
    assert {(name, term) for name, term, _ in index} == korean
    assert all(term[0].upper() == letter for _, term, letter in index)
