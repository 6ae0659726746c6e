"""What teachers take from the course: a course without solutions, and web pages."""

import ast
import html
import os
import re
import subprocess
import sys
import textwrap
import tomllib

import pytest

from course_utils import check
from tools import exercises, export, handout, notebooks


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("for a class")
    assert handout.main([str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def copies(folder):
    return {path.name: notebooks.read(path) for path in (folder / "notebooks").glob("*.ipynb")}


def python(folder, code):
    """What code prints in a fresh Python that knows the handout and not the course it was made from."""
    env = os.environ | {"PYTHONPATH": str(folder), "COURSE_PROGRESS": "off", "PYTHONUTF8": "1"}
    command = [sys.executable, "-B", "-c", textwrap.dedent(code)]  # no bytecode beside what is looked at
    return subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True, encoding="utf-8").stdout


def test_a_handout_has_every_notebook_and_no_solution(copies):
    assert copies.keys() == {path.name for path in notebooks.find()}
    for path in notebooks.find():
        nb, copy = notebooks.read(path), copies[path.name]
        assert not any("_solution" in cell.source for _, cell in notebooks.code(copy)), path.name
        assert len(nb.cells) - len(copy.cells) == sum(map(notebooks.is_solution, nb.cells))
        assert [e.name for e in exercises.find(copy)] == [e.name for e in exercises.find(nb)]


def test_sentences_that_speak_of_solutions_are_left_out_and_no_others(copies):
    for path in notebooks.find():
        for (i, old), (_, new) in zip(
            notebooks.markdown(notebooks.read(path)), notebooks.markdown(copies[path.name]), strict=True
        ):
            assert not re.search(r"\bsolutions? (is|are) (collapsed|folded)|open the solution", new.source), (path, i)
            assert (new.source == old.source) == ("solution is collapsed" not in old.source), (path, i)


def test_a_handout_has_the_launcher_the_licences_and_all_that_installing_needs(folder):
    launcher = (folder / "course.py").read_text(encoding="utf-8")
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {project["readme"], *project["license-files"], "requirements.txt", "docs/LICENSE-TEXT"}
    assert all((folder / name).is_file() for name in named)
    connection = re.search(r"kernel_websocket_connection_class=(tools\.\w+)\.", launcher)[1]
    assert python(folder, f"import {connection} as m; print(m.__file__)").startswith(str(folder))
    assert not (folder / "tests").exists() and not list(folder.rglob("__pycache__"))


def test_the_checkers_of_a_handout_judge_and_name_the_mistake(folder):
    said = python(folder, """
        from course_utils import check
        def first_step(theta, g, lr=0.1): return theta - lr * g
        print(check.__file__)
        print(check.first_step(first_step))
        def first_step(theta, g, lr=0.1): return theta + lr * g
        print(check.first_step(first_step))
        print(len(check.BANK))
    """)  # fmt: skip
    where, right, *wrong, n = said.strip().splitlines()
    assert where.startswith(str(folder))
    assert right.startswith("Correct") and "".join(wrong).startswith("Not yet")
    reference = check.first_step(lambda theta, g, lr=0.1: theta + lr * g)
    assert str(reference).partition(".")[0] in "".join(wrong)
    assert int(n) == len(check.BANK)


def test_the_references_of_the_checkers_are_not_there_to_be_read(folder):
    named = {name for names in check.EXERCISES.values() for name in names}
    for path in (folder / "course_utils" / "check").rglob("*.py"):
        defined = {
            node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)
        }
        assert not defined & named, path


@pytest.mark.notebook
def test_a_handout_runs(copies):
    nb = copies["00_start_here.ipynb"]
    with notebooks.kernel(notebooks.FOLDER) as kernel:
        assert not any(notebooks.error(kernel.run(cell.source)) for _, cell in notebooks.code(nb))


@pytest.fixture(scope="module")
def assignments(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nbgrader") / "course"
    assert handout.main(["--nbgrader", str(folder)]) == 0
    compile((folder / "nbgrader_config.py").read_text("utf-8"), "nbgrader_config.py", "exec")
    return {path.parent.name: notebooks.read(path) for path in folder.glob("source/*/*.ipynb")}


def released(source):
    """A cell's source as `nbgrader generate_assignment` leaves it, with the stub that our settings name."""
    return re.sub(r"\n### BEGIN (SOLUTION|HIDDEN TESTS)\n.*?### END \1", "", source, flags=re.DOTALL)


def test_an_assignment_is_released_as_a_handout_has_it(assignments, copies):
    exercised = {name.removesuffix(".ipynb") for name, copy in copies.items() if exercises.find(copy)}
    assert assignments.keys() == exercised
    for name, nb in assignments.items():
        assert [released(c.source) for c in nb.cells] == [c.source for c in copies[f"{name}.ipynb"].cells], name


def test_nbgrader_keeps_what_a_student_writes_and_grades_each_check(assignments, copies):
    for name, nb in assignments.items():
        marked = {cell.metadata.nbgrader.grade_id: cell for cell in nb.cells if "nbgrader" in cell.metadata}
        names = [e.name for e in exercises.find(copies[f"{name}.ipynb"])]
        assert marked.keys() == {*names, *(f"check_{i}" for i in names)}, name
        for i, cell in marked.items():
            told, graded = cell.metadata.nbgrader, i.startswith("check_")
            assert (told.grade, told.locked, told.solution, told.get("points")) == (
                (True, True, False, 1) if graded else (False, False, True, None)
            )
            assert ("### BEGIN HIDDEN TESTS" if graded else "### BEGIN SOLUTION") in cell.source


def test_a_hidden_test_passes_the_solution_and_fails_with_the_mistake(assignments):
    stub, test = (
        next(c.source for c in assignments["07_momentum"].cells if c.metadata.get("nbgrader", {}).get("grade_id") == i)
        for i in ("momentum_step", "check_momentum_step")
    )
    exec(stub + "\n" + test, {"check": check})
    with pytest.raises(AssertionError, match="Not done yet"):
        exec(released(stub) + "\n" + test, {"check": check})
    with pytest.raises(AssertionError, match="The gradient is added"):
        exec(stub.replace("theta - lr", "theta + lr") + "\n" + test, {"check": check})


def test_what_only_shows_a_figure_is_not_run_for_a_grade(assignments):
    for name, nb in assignments.items():
        for _, cell in notebooks.code(nb):
            (*before, last) = ast.parse(cell.source).body
            shows = not before and isinstance(last, ast.Expr) and cell.source.startswith("demos.")
            assert shows == ("skip-execution" in cell.metadata.get("tags", [])), (name, cell.source)


@pytest.mark.parametrize("name", [".", "notebooks", "course_utils/new"])
def test_a_handout_is_not_written_over_the_course_or_into_it(name, capsys):
    with pytest.raises(SystemExit):
        handout.main([str(handout.ROOT / name)])
    assert "name another" in capsys.readouterr().err
    assert not (handout.ROOT / "course_utils/new").exists()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("web pages")
    assert export.main([str(folder), "--mathjax", "mathjax/tex.js"]) == 0
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}


@pytest.mark.slow
def test_there_is_a_page_for_every_notebook_and_an_index(site):
    assert site.keys() == {path.with_suffix(".html").name for path in notebooks.find()} | {"index.html"}


@pytest.mark.slow
def test_pages_link_to_each_other_down_to_the_heading(site):
    for name, text in site.items():
        for link in re.findall(r'<a href="([^":]+)"', text):
            page, _, heading = link.partition("#")
            assert page in {"", *site}, f"{name}: {link}"
            assert not heading or f'id="{heading}"' in site[page or name], f"{name}: {link}"


def words(markup):
    """The text of HTML, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


@pytest.mark.slow
def test_pages_hold_their_pictures_with_what_these_say(site):
    for path in notebooks.find():
        text = site[path.with_suffix(".html").name]
        outputs = [o for _, cell in notebooks.code(notebooks.read(path)) for o in cell.outputs]
        shown = [data for o in outputs if "<img" in (data := o.get("data", {}).get("text/html", ""))]
        assert text.count("<img alt=") >= len(shown), path.name
        there = words(text)
        assert [said for said in map(words, shown) if said not in there] == [], path.name


@pytest.mark.slow
def test_pages_say_their_language_and_title_and_are_made_for_telephones_and_dark_rooms(site):
    for name, text in site.items():
        assert '<html lang="en">' in text and 'content="width=device-width' in text, name
        assert '<style media="(prefers-color-scheme: dark)">' in text and "max-width: 45rem" in text, name
        assert "mathjax/tex.js" in text and "cdnjs.cloudflare.com/ajax/libs/mathjax" not in text
    assert "<title>08 Race the optimizers over a loss surface</title>" in site["08_optimizers.html"]


@pytest.mark.parametrize("live", ["https://a.school/course", ".."])
def test_a_page_leads_to_where_its_chapter_runs_if_that_is_known(monkeypatch, tmp_path, live):
    monkeypatch.setattr(export.notebooks, "find", lambda: [notebooks.FOLDER / "glossary.ipynb"])
    for arguments, links in ([], 0), (["--live", f"{live}/"], 1):
        assert export.main([str(tmp_path), *arguments]) == 0
        text = (tmp_path / "glossary.html").read_text(encoding="utf-8")
        assert text.count(f'href="{live}/lab/index.html?path=glossary.ipynb"') == links


@pytest.mark.slow
def test_solutions_are_closed_and_whole(site):
    nb = notebooks.read(notebooks.FOLDER / "08_optimizers.ipynb")
    solutions = [cell for cell in nb.cells if notebooks.is_solution(cell)]
    assert solutions and site["08_optimizers.html"].count("<summary>Solution</summary>") == len(solutions)
    assert "adam_step_solution" in site["08_optimizers.html"]
