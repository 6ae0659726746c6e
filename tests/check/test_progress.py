"""Progress: what is solved and tried is kept beside the notebooks, by any number of kernels, and never in the way."""

import subprocess
import sys
from pathlib import Path

import pytest

from course_utils import check
from course_utils.check import EXERCISES, _progress

RIGHT, WRONG = (lambda theta, g, lr=0.1: theta - lr * g), (lambda theta, g, lr=0.1: theta + lr * g)


@pytest.fixture(autouse=True)
def notebooks(tmp_path, monkeypatch):
    """A folder of notebooks to work in."""
    monkeypatch.delenv("COURSE_STRICT", raising=False)
    monkeypatch.setenv("COURSE_PROGRESS", "")
    monkeypatch.chdir(tmp_path)
    for name in ("00_start_here", "08_optimizers", "07_momentum"):
        Path(f"{name}.ipynb").touch()
    return tmp_path


def kept():
    return Path(_progress.FILE).read_text()


def test_tried_then_solved_and_no_line_twice():
    check.first_step(...)
    assert not Path(_progress.FILE).exists()
    for f in (WRONG, WRONG, RIGHT, WRONG, RIGHT):
        check.first_step(f)
    assert kept() == "first_step tried\nfirst_step solved\n"
    assert _progress.read() == {"first_step": "solved"}


def test_it_is_shown_by_chapter_in_the_order_of_the_notebooks():
    check.first_step(RIGHT)
    check.momentum_step(lambda theta, g, v, lr=0.1, rho=0.9: (theta, v))
    progress = check.progress()
    assert list(progress.chapters)[:3] == ["00 start here", "07 momentum", "08 optimizers"]
    assert progress.chapters["00 start here"] == {"first_step": "solved"}
    assert progress.chapters["07 momentum"]["momentum_step"] == "tried"
    total = sum(map(len, EXERCISES.values()))
    assert (progress.solved, progress.total) == (1, total)
    assert repr(progress).startswith(f"1 of {total} exercises are solved.\n00 start here")
    assert "◐ momentum_step  ○ matching_rate" in repr(progress)
    assert '<code>momentum_step</code> <span style="opacity: 0.7">tried</span>' in progress._repr_html_()


@pytest.mark.parametrize("off", [("COURSE_PROGRESS", "off"), ("COURSE_PROGRESS", "0"), ("COURSE_STRICT", "1")])
def test_nothing_is_kept_when_it_is_off(monkeypatch, off):
    monkeypatch.setenv(*off)
    assert check.first_step(RIGHT).correct
    assert not Path(_progress.FILE).exists()
    assert check.progress().solved == 0


def test_nothing_is_kept_where_there_are_no_notebooks(tmp_path, monkeypatch):
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert check.first_step(RIGHT).correct
    assert list(Path().iterdir()) == []


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(monkeypatch):
    Path(_progress.FILE).mkdir()  # whoever may write anywhere cannot write a line into a folder either
    assert check.first_step(RIGHT).correct
    assert check.progress().solved == 0


def test_lines_that_are_none_are_passed_over():
    Path(_progress.FILE).write_bytes(b"first_step solved\n\xff\xfe\nmomentum_step\nadam_step tri")
    assert _progress.read() == {"first_step": "solved"}


def test_kernels_that_share_it_lose_nothing():
    code = (
        "import sys; from course_utils.check import _progress as p\n"
        "for i in range(200): p.note(f'{sys.argv[1]}_{i}', 'Correct.')"
    )
    workers = [subprocess.Popen([sys.executable, "-c", code, name]) for name in "abc"]
    assert [worker.wait(120) for worker in workers] == [0, 0, 0]
    assert _progress.read() == {f"{name}_{i}": "solved" for name in "abc" for i in range(200)}


def test_git_ignores_it():
    assert _progress.FILE in (Path(__file__).parents[2] / ".gitignore").read_text().splitlines()
