"""The environment check: what it says of a library that is there, too old, or missing."""

import pytest
from packaging.requirements import Requirement

from course_utils import environment


@pytest.mark.parametrize(
    "line, words",
    [
        ("numpy >=2", "OK"),
        ("numpy <1", "want <1: run `python3 course.py setup`"),
        ("no-such-library >=1", "not installed: run `python3 course.py setup`"),
    ],
)
def test_verdict(line, words):
    assert words in environment.verdict(Requirement(line))


def test_check_lists_what_the_course_declares_and_not_what_only_its_tests_need(capsys):
    environment.check()
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert {"numpy", "jupyterlab", "anywidget"} <= set(names)
    assert "pytest" not in names and names == sorted(names)


def test_in_the_browser_it_speaks_of_the_site(monkeypatch, capsys):
    monkeypatch.setattr(environment.sys, "platform", "emscripten")
    environment.check()
    said = capsys.readouterr().out
    assert said.startswith("Python runs in your browser") and "numpy" in said
    assert "jupyterlab" not in said and "setup" not in said
    assert "setup" not in environment.verdict(Requirement("no-such-library >=1"))
