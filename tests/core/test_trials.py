"""The record of a search and its file: ranking, failures, resuming, torn lines, and files of something else."""

import json

import numpy as np
import pytest

from course_utils.tuning import Uniform
from course_utils.tuning.trials import Search, Trial, TrialFile

HEAD = {"trial": "f", "seed": "0 (1,)"}
TRIALS = [
    Trial(0, {"x": 0.1}, 0.5),
    Trial(1, {"x": 0.2}, None, "ValueError: no"),
    Trial(2, {"x": 1 / 3}, 0.9),
    Trial(3, {"x": 0.4}, 0.9),
]


def made(trials=TRIALS, n=4):
    return Search({"x": Uniform(0, 1)}, tuple(trials), n)


def filled(path, trials=TRIALS):
    file = TrialFile(path, HEAD)
    for trial in trials:
        file.add(trial)
    return path


def test_the_best_is_the_highest_score_and_of_equals_the_earlier():
    assert made().best == TRIALS[2]
    assert [t.number for t in made().ranked] == [2, 3, 0]
    assert [t.number for t in made().top(2)] == [2, 3] and len(made().top(9)) == 3
    assert made().failed == [TRIALS[1]]


def test_scores_and_values_are_arrays_with_an_entry_a_trial():
    np.testing.assert_array_equal(made().scores, [0.5, np.nan, 0.9, 0.9])
    np.testing.assert_array_equal(made().values("x"), [0.1, 0.2, 1 / 3, 0.4])


def test_a_search_says_what_it_found():
    assert repr(made()) == "Search(4 trials, 1 failed: best 0.9 at x=0.333)"
    assert repr(made(n=7)) == "Search(4 of 7 trials, 1 failed: best 0.9 at x=0.333)"
    assert repr(made(TRIALS[1:2], 1)) == "Search(1 trials, 1 failed)"


def test_without_a_score_there_is_no_best_and_the_reason_is_told():
    with pytest.raises(ValueError, match="all failed, the first with 'ValueError: no'"):
        _ = made(TRIALS[1:2], 1).best
    with pytest.raises(ValueError, match="trials: got 0, want"):
        made([], 4).top(2)


def test_a_file_gives_back_what_it_was_given(tmp_path):
    again = TrialFile(filled(tmp_path / "trials.jsonl"), HEAD)
    assert list(again.trials.values()) == TRIALS, "to the last digit"
    lines = (tmp_path / "trials.jsonl").read_text().splitlines()
    assert json.loads(lines[0]) == HEAD and json.loads(lines[3])["score"] == 0.9


def test_trials_are_in_the_file_as_they_come(tmp_path):
    path = tmp_path / "trials.jsonl"
    file = TrialFile(path, HEAD)
    assert not path.exists(), "an empty file says nothing"
    for i, trial in enumerate(TRIALS):
        file.add(trial)
        assert len(path.read_text().splitlines()) == i + 2


@pytest.mark.parametrize("cut", [1, 5, 30])
def test_a_torn_last_line_is_dropped_and_the_next_trial_takes_its_place(tmp_path, cut):
    path = filled(tmp_path / "trials.jsonl")
    path.write_bytes(path.read_bytes()[:-cut])
    file = TrialFile(path, HEAD)
    assert list(file.trials.values()) == TRIALS[:3]
    file.add(TRIALS[3])
    assert list(TrialFile(path, HEAD).trials.values()) == TRIALS


@pytest.mark.parametrize("kept", [0, 1, 12])
def test_a_torn_head_is_a_fresh_start(tmp_path, kept):
    path = tmp_path / "trials.jsonl"
    path.write_bytes(json.dumps(HEAD).encode()[:kept])
    assert TrialFile(path, HEAD).trials == {}
    assert list(TrialFile(filled(path), HEAD).trials.values()) == TRIALS


def test_two_searches_that_began_at_the_same_time_have_both_written_the_head(tmp_path):
    path = filled(tmp_path / "trials.jsonl")
    path.write_text(json.dumps(HEAD) + "\n" + path.read_text() + path.read_text().splitlines()[1] + "\n")
    assert list(TrialFile(path, HEAD).trials.values()) == TRIALS


@pytest.mark.parametrize("path", ["no_such_folder/trials.jsonl", ".", "", 5, b"trials.jsonl"])
def test_a_file_that_cannot_be_is_refused_before_the_search(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="file: got .*, want the path of a file, in a folder that exists"):
        TrialFile(path, HEAD)


def test_the_file_of_another_search_is_refused(tmp_path):
    path = filled(tmp_path / "trials.jsonl")
    with pytest.raises(ValueError, match=r"file: got results of another search: its seed 0 \(1,\) \(here 7 \(1,\)\)"):
        TrialFile(path, HEAD | {"seed": "7 (1,)"})


@pytest.mark.parametrize(
    "content, words",
    [
        ("# My notes\n", "a line 1 that is no head"),
        ("notes without an end", "a file that is no record of a search"),
        ('{"a": 1}\n', "a line 1 that is no head"),
        ("\n", "a file that is no record of a search"),
        (json.dumps(HEAD) + '\n{"numb\n{}\n', "a line 2 that is no trial"),
        (json.dumps(HEAD) + "\n[1, 2]\n", "a line 2 that is no trial"),
        (b"\xff\xfe\x00\n", "a line 1 that is no head"),
    ],
)
def test_what_is_no_record_is_refused_and_left_as_it_is(tmp_path, content, words):
    path = tmp_path / "notes.txt"
    content = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(content)
    with pytest.raises(ValueError, match=words):
        TrialFile(path, HEAD)
    assert path.read_bytes() == content


def test_without_a_path_it_is_all_in_memory():
    file = TrialFile(None, HEAD)
    file.add(TRIALS[0])
    assert file.trials == {0: TRIALS[0]}
