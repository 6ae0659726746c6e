"""The stored form: what it drops, what it keeps, what it refuses."""

import copy

import pytest
from planted import GOOD, Namespace, code, new_output, none, only

from tools import notebooks, stored


@pytest.fixture
def rendered(monkeypatch):
    """The good notebook as it is stored."""
    monkeypatch.delenv("COURSE_STRICT", raising=False)
    nb, namespace = copy.deepcopy(GOOD), Namespace()
    for i, cell in notebooks.code(nb):
        cell.outputs, cell.execution_count = namespace.run(cell.source), i
    nb = stored.normal(nb)
    nb.metadata["course"] = {"sources": stored.digest(nb)}
    return nb


def output(nb, *data, cell=-1):
    nb.cells[cell].outputs += [d if "output_type" in d else new_output("display_data", d) for d in data]


def test_normal_form_has_no_fault_and_is_kept(rendered):
    none(stored.faults(rendered, notebooks.dumps(rendered)))
    assert notebooks.dumps(stored.normal(rendered)) == notebooks.dumps(rendered)
    assert [cell.execution_count for _, cell in notebooks.code(rendered)] == [1, 2, 3, 4, 5]
    assert rendered.cells[6].metadata == {"jupyter": {"source_hidden": True}}


def test_normal_form_drops_what_a_run_leaves(rendered):
    messy = copy.deepcopy(rendered)
    messy.metadata.update(widgets={"state": {}}, language_info={"name": "python", "version": "3.11.9"}, toc={})
    for i, cell in notebooks.code(messy):
        cell.metadata.update(execution={"iopub.status.busy": "2025-01-01"}, scrolled=True)
        cell.execution_count = 40 + i
    messy.cells[1].source += "   \n"
    del messy.cells[6].metadata["jupyter"]
    lines = messy.cells[-1].outputs[0].text
    messy.cells[-1].outputs = [new_output("stream", name="stdout", text=part) for part in (lines[:2], lines[2:])]
    result = new_output("execute_result", {"text/plain": "Live()", stored.WIDGET: {"model_id": "1"}})
    result["execution_count"] = 9
    output(messy, result, {stored.WIDGET: {}})
    clean = stored.normal(messy)
    assert clean.cells[-1].outputs.pop() == {
        "output_type": "execute_result",
        "data": {"text/plain": "Live()"},
        "metadata": {},
        "execution_count": 5,
    }
    assert notebooks.dumps(clean) == notebooks.dumps(rendered)


def test_normal_form_gives_missing_ids_and_keeps_the_others(rendered):
    nb = copy.deepcopy(rendered)
    del nb.cells[0]["id"]
    nb.cells[2]["id"] = nb.cells[1]["id"]
    once, twice = stored.normal(nb), stored.normal(nb)
    assert once == twice
    assert [cell.id for cell in once.cells[3:]] == [cell.id for cell in rendered.cells[3:]]
    assert len({cell.id for cell in once.cells}) == len(once.cells)


IMG = '<img alt="a ravine" src="data:image/png;base64,AAAA/home/0x7ffee2">'


@pytest.mark.parametrize(
    "harmless",
    [
        {"text/html": IMG, "text/plain": "Figure: a ravine"},
        {"text/html": IMG, "image/png": "AAAA", "text/plain": ""},
        {"text/plain": "a/b, 0x10, </usr/>, https://example.org/home/x, 1/tmp/2, C: 3"},
    ],
)
def test_outputs_that_may_stay(rendered, harmless):
    output(rendered, harmless)
    none(stored.faults(rendered))


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        (
            lambda nb: output(nb, {"text/plain": "<f at 0x7f3a2b4c5d60>"}),
            "memory address in its outputs: '0x7f3a2b4c5d60'",
        ),
        (
            lambda nb: output(nb, {"text/html": "from /home/ada/a.csv"}),
            "absolute path in its outputs: '/home/ada/a.csv'",
        ),
        (lambda nb: output(nb, {"text/plain": r"C:\Users\ada"}), "absolute path"),
        (lambda nb: output(nb, {"text/plain": "Wall time: 2 ms"}), "timing in its outputs: 'Wall time'"),
        (
            lambda nb: output(nb, {"text/plain": "75%|###5  | 183/243 [00:08<00:02, 22.82net/s]"}),
            "timing in its outputs",
        ),
        (lambda nb: output(nb, new_output("stream", name="stderr", text="oh")), "cell 7: stderr in its outputs: 'oh'"),
        (
            lambda nb: output(nb, new_output("error", ename="E", evalue="oh", traceback=[])),
            "error in its outputs: E: oh",
        ),
        (lambda nb: output(nb, {"image/png": "AAAA", "text/plain": "Figure"}), "picture without alt text"),
        (lambda nb: output(nb, {"image/jpeg": "AAAA", "text/html": "<b>x</b>"}), "picture without alt text"),
        (
            lambda nb: output(nb, {"text/html": '<img alt="" src="data:image/png;base64,AA">'}),
            "picture without alt text",
        ),
        (lambda nb: output(nb, {"text/html": IMG + "<img src='a.png'>"}), "picture without alt text"),
        (lambda nb: nb.cells[-1].update(execution_count=None), "cell 7: was not executed"),
        (lambda nb: nb.cells[-1].metadata.update(tags=["raises-exception"]), "raises-exception takes its outputs out"),
        (lambda nb: nb.cells[-1].metadata.update(tags=["nbval-skip"]), "nbval-skip takes its outputs out"),
    ],
)
def test_planted_fault_of_the_stored_form_is_found(rendered, plant, words):
    plant(rendered)
    assert words in stored.faults(rendered)[0]


def test_widget_state_is_found(rendered):
    output(rendered, {"text/plain": "Live()", stored.WIDGET: {"model_id": "1"}})
    rendered.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    only(
        stored.faults(rendered),
        "widget state stored in the notebook's metadata",
        "cell 7: widget state stored in its outputs",
        "not in normal form",
    )


def test_python_version_is_not_normal(rendered):
    rendered.metadata.language_info["version"] = "3.11.9"
    only(stored.faults(rendered), "not in normal form")


def test_edited_source_is_stale(rendered):
    rendered.cells[0].source += "!"
    only(stored.faults(rendered), "stale: its sources changed after its outputs were made")
    del rendered.metadata["course"]
    only(stored.faults(rendered), "never rendered")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("x = 1\n" * 15 + "x", "16 lines of code, more than 15"),
        ("", "cell 8: empty"),
        ("# NBVAL_IGNORE_OUTPUT\n1", "NBVAL_IGNORE_OUTPUT takes its outputs out of the comparison"),
    ],
)
def test_cells_that_are_refused(rendered, source, words):
    rendered.cells.append(code(source, execution_count=6, id="new"))
    rendered.metadata["course"] = {"sources": stored.digest(rendered)}
    only(stored.faults(rendered), words)


def test_more_than_a_megabyte_is_refused(rendered):
    output(rendered, {"text/html": IMG.replace("AAAA", "A" * 1_000_000)})
    only(stored.faults(rendered), "1.0 MB, more than 1")


def test_invalid_notebook_is_told(rendered):
    rendered.cells[0]["outputs"] = []
    only(stored.faults(rendered), "not a valid notebook")
