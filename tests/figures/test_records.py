"""Records: what is kept is what the code computes, and nothing is kept that other code has made."""

import importlib
import linecache
import sys

import numpy as np
import pytest

from course_utils import demos
from course_utils.records import _recorded, recorded
from tools import compute

ALL = compute.find()
ONE_FILE, ALL_FILES = 200_000, 2_000_000


@pytest.mark.parametrize("keeper", ALL, ids=lambda keeper: keeper.name)
def test_a_record_is_there_from_this_code_and_small(keeper):
    made_by, results = keeper.kept()
    assert made_by.get("code") == keeper.code, f"python3 course.py compute {keeper.name}"
    assert list(results) == keeper.jobs
    assert keeper.path.stat().st_size < ONE_FILE


def test_all_records_together_are_small_and_each_has_a_function():
    files = set(_recorded.FOLDER.glob("*.npz"))
    assert files == {keeper.path for keeper in ALL}
    assert sum(file.stat().st_size for file in files) < ALL_FILES


@pytest.mark.parametrize("keeper", ALL, ids=lambda keeper: keeper.name)
def test_a_part_of_each_record_is_what_the_code_computes(keeper):
    _, results = keeper.kept()
    n = 1 if len(keeper.jobs) < 20 else 2  # of few jobs, each is a long one
    for i in np.random.default_rng(len(keeper.jobs)).choice(len(keeper.jobs), n, replace=False):
        job = keeper.jobs[i]
        assert compute.share_alike(results[job], keeper.compute(*job)) > 0.9, f"{keeper.name}{job}"


def test_a_record_that_the_code_does_not_compute_is_found(monkeypatch, capsys):
    keeper = min(ALL, key=lambda keeper: keeper.path.stat().st_size)
    made_by, results = keeper.kept()
    monkeypatch.setattr(compute, "find", lambda wanted: [keeper])
    monkeypatch.setattr(keeper, "compute", lambda *job: results[job])
    assert compute.main(["--check"]) == 0
    monkeypatch.setattr(keeper, "compute", lambda *job: compute._flat(results[job]) + 1)
    assert compute.main(["--check", keeper.name]) == 1
    assert "0% of" in capsys.readouterr().out


def test_a_figure_computes_anew_with_a_bar_and_shows_the_same(monkeypatch):
    bars = []

    def bar(jobs, unit, what, delay):
        bars.append((what, len(jobs), delay))
        return jobs

    monkeypatch.setattr(_recorded, "progress_bar", bar)
    figures = demos.ensembles.disagreement(), demos.ensembles.disagreement(recompute=True)
    assert bars[-1] == ("computing ensembles.disagreement.weights", 2, 0) and bars[0][1] == 0
    assert figures[0].stage.words == figures[1].stage.words
    for figure in figures:
        figure.close()


@pytest.fixture
def double(tmp_path, monkeypatch):
    """A function with a record, both of its own; `double.calls` has the arguments of those that were computed."""
    monkeypatch.setattr(_recorded, "FOLDER", tmp_path)
    monkeypatch.setattr(_recorded, "RECORDED", {})
    return make_double()


def make_double():
    calls = []

    @recorded([(1, "a"), (2, "b")])
    def double(x, name, power=1):
        calls.append((x, name, power))
        return {"numbers": 2 * np.arange(x) ** power, "half": x / 2}

    double.calls = calls
    return double


def test_a_function_is_computed_once_for_each_argument(double):
    assert list(double(3, "c")["numbers"]) == [0, 2, 4]
    assert double(3, name="c") is double(3, "c", 1)
    assert double.calls == [(3, "c", 1)]


@pytest.mark.parametrize("keep", [False, True])
def test_a_table_has_all_jobs_computed_or_kept(double, keep):
    if keep:
        double.save()
        double = make_double()
    table = double.table()
    assert list(table) == [(1, "a", 1), (2, "b", 1)]
    result = table[2, "b", 1]
    assert result is double(2, "b") is double(2, name="b", power=1)
    assert result["half"] == 1.0 and result["half"].dtype == np.float32
    assert list(result["numbers"]) == [0, 2] and result["numbers"].dtype == int
    assert len(double.calls) == (0 if keep else 2)


def test_a_table_is_computed_again_on_request(double):
    double.table(), double.table()
    assert len(double.calls) == 2
    double.table(recompute=True)
    assert len(double.calls) == 4


def test_results_cannot_be_changed_by_who_shows_them(double):
    double.save()
    for result in (double(2, "b"), make_double()(2, "b")):
        with pytest.raises(ValueError, match="read-only"):
            result["numbers"][0] = 7


def test_jobs_that_a_file_cannot_hold_are_named(double):
    double.jobs.append((np.arange(2).sum(), "c", 1))
    with pytest.raises(ValueError, match="jobs: got np.int64"):
        double.save()


CHAPTER = """
import numpy as np
from course_utils.records import recorded
from .shared import depth

RATE = 0.1

@recorded([(1,)])
def run(seed):
    '''What it does.'''
    return np.array([seed * RATE * depth()])

def other():
    return 1
"""
SHARED = """
DEPTH = 3

def depth():
    return DEPTH
"""


@pytest.fixture
def code(tmp_path, monkeypatch):
    """code(chapter=..., shared=...): the code of `run` in a package of two modules with these contents."""
    monkeypatch.setattr(_recorded, "RECORDED", {})
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(tmp_path)
    folder = tmp_path / "planted" / "demos" / "chapter"
    folder.mkdir(parents=True)
    for package in (folder, *folder.parents[:2]):
        (package / "__init__.py").touch()

    def code(chapter=CHAPTER, shared=SHARED):
        (folder / "figure.py").write_text(chapter, encoding="utf-8")
        (folder / "shared.py").write_text(shared, encoding="utf-8")
        for name in [name for name in sys.modules if name.split(".")[0] == "planted"]:
            del sys.modules[name]
        importlib.invalidate_caches()
        linecache.clearcache()
        return importlib.import_module("planted.demos.chapter.figure").run.code

    return code


@pytest.mark.parametrize(
    "file, old, new",
    [
        ("chapter", "seed * RATE", "seed + RATE"),
        ("chapter", "RATE = 0.1", "RATE = 0.2"),
        ("shared", "return DEPTH", "return -DEPTH"),
        ("shared", "DEPTH = 3", "DEPTH = 4"),
    ],
)
def test_a_change_of_anything_that_the_function_uses_is_seen(code, file, old, new):
    text = {"chapter": CHAPTER, "shared": SHARED}[file]
    assert text.count(old) == 1
    assert code() != code(**{file: text.replace(old, new)})


@pytest.mark.parametrize(
    "old, new",
    [("What it does", "In other words"), ("RATE = 0.1", "RATE  =  0.1"), ("return 1", "return 2"), ("(1,)", "(2,)")],
    ids=["docstring", "layout", "another function", "jobs"],
)
def test_what_changes_no_result_changes_no_code(code, old, new):
    assert CHAPTER.count(old) == 1
    assert code() == code(CHAPTER.replace(old, new))


def test_a_record_that_other_code_has_made_is_not_taken(double, monkeypatch):
    double.save()
    monkeypatch.setattr(_recorded, "code_of", lambda function: "other code")
    double = make_double()
    double.table()
    assert len(double.calls) == 2


def test_compute_refuses_a_name_that_begins_no_record():
    with pytest.raises(SystemExit, match="got no.such, want the beginning of one of"):
        compute.main(["no.such"])
