"""What teachers take from the course: notebooks without solutions, and web pages."""

import re

import pytest

from tools import exercises, export, handout, notebooks


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    folder = tmp_path_factory.mktemp("for a class")
    assert handout.main([str(folder)]) == 0
    return {path.name: notebooks.read(path) for path in folder.glob("*.ipynb")}


def test_a_handout_has_every_notebook_and_no_solution(copies):
    assert copies.keys() == {path.name for path in notebooks.find()}
    for path in notebooks.find():
        nb, copy = notebooks.read(path), copies[path.name]
        assert not any("_solution" in cell.source for _, cell in notebooks.code(copy)), path.name
        assert len(nb.cells) - len(copy.cells) == sum(map(notebooks.is_solution, nb.cells))
        assert [e.name for e in exercises.find(copy)] == [e.name for e in exercises.find(nb)]


@pytest.mark.notebook
def test_a_handout_runs(copies):
    nb = copies["00_start_here.ipynb"]
    with notebooks.kernel(notebooks.FOLDER) as kernel:
        assert not any(notebooks.error(kernel.run(cell.source)) for _, cell in notebooks.code(nb))


def test_a_handout_is_not_written_over_the_course(capsys):
    with pytest.raises(SystemExit):
        handout.main([str(notebooks.FOLDER)])
    assert "name another" in capsys.readouterr().err


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("web pages")
    assert export.main([str(folder), "--mathjax", "mathjax/tex.js"]) == 0
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}


@pytest.mark.slow
def test_there_is_a_page_for_every_notebook_and_an_index(site):
    assert site.keys() == {path.with_suffix(".html").name for path in notebooks.find()} | {"index.html"}


@pytest.mark.slow
def test_pages_hold_their_pictures_and_link_to_each_other(site):
    for name, text in site.items():
        nb = notebooks.read(notebooks.FOLDER / f"{name.removesuffix('.html')}.ipynb") if name != "index.html" else None
        linked = {link.partition("#")[0] for link in re.findall(r'<a href="([^":]+)"', text)} - {""}
        assert linked <= site.keys(), f"{name}: {linked - site.keys()}"
        pictures = [o for _, cell in notebooks.code(nb) for o in cell.outputs if "<img" in str(o)] if nb else []
        assert text.count("<img alt=") >= len(pictures)
        assert "mathjax/tex.js" in text and "cdnjs.cloudflare.com/ajax/libs/mathjax" not in text


@pytest.mark.slow
def test_solutions_are_closed_and_whole(site):
    nb = notebooks.read(notebooks.FOLDER / "08_optimizers.ipynb")
    solutions = [cell for cell in nb.cells if notebooks.is_solution(cell)]
    assert solutions and site["08_optimizers.html"].count("<summary>Solution</summary>") == len(solutions)
    assert "adam_step_solution" in site["08_optimizers.html"]
