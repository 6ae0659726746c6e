"""What the checkers say to answers that students give: none is judged wrongly, and most hear which mistake it is."""

import pytest
from answers import ANSWERS

from course_utils.check import BANK, _protocol
from course_utils.check._protocol import Exercise, judge

RIGHT = [pytest.param(answer, id=answer.id) for answer in ANSWERS if answer.right]
WRONG = [pytest.param(answer, id=answer.id) for answer in ANSWERS if not answer.right]
FUNCTIONS = [answer for answer in ANSWERS if not answer.right and BANK[answer.exercise].outputs]


@pytest.fixture(autouse=True)
def in_class(monkeypatch):
    monkeypatch.delenv("COURSE_STRICT", raising=False)
    _protocol._heard.clear()


def share(verdicts):
    return sum(bool(verdict.mistakes) for verdict in verdicts) / len(verdicts)


def test_there_are_enough_of_them():
    assert len(WRONG) >= 200 and len(RIGHT) >= 40
    assert len({answer.id for answer in ANSWERS}) == len(ANSWERS)
    assert {answer.exercise for answer in ANSWERS} <= BANK.keys()


@pytest.mark.parametrize("answer", RIGHT)
def test_a_right_answer_is_correct_in_any_style(answer):
    assert repr(BANK[answer.exercise].check(answer.given)).startswith("Correct.")


@pytest.mark.parametrize("answer", WRONG)
def test_a_wrong_answer_is_not_accepted_and_breaks_nothing(answer):
    verdict = BANK[answer.exercise].check(answer.given)
    assert verdict.state == "Not yet."
    assert "a fault of the course" not in repr(verdict)
    assert verdict.lines[: len(verdict.mistakes)] == verdict.mistakes or verdict.lines[0][0].isdigit()
    assert not answer.said or any(answer.said in mistake for mistake in verdict.mistakes)


def test_the_bank_and_the_search_name_nine_mistakes_in_ten():
    assert share([BANK[answer.exercise].check(answer.given) for answer in FUNCTIONS[::3]]) >= 0.9


def test_the_search_alone_names_seven_in_ten():
    def without_slips(answer):
        task = BANK[answer.exercise]
        return judge(
            answer.given,
            Exercise(None, task.reference, {}, task.cases, task.outputs, task.also, task.view, task.new),
        )

    assert share([without_slips(answer) for answer in FUNCTIONS[::5]]) >= 0.7
