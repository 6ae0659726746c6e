"""What the figures of the start page show is so: a first net learns, and the reader's own step walks."""

import numpy as np
import pytest

from course_utils.demos.start_here import first_net, reached, walk


def test_the_first_net_learns_at_its_rate_and_not_at_one_too_small_or_too_large():
    assert reached(0.3)[0] < 0.2 and reached(0.3)[1] > 0.85
    assert reached(0.3, step=0)[0] == pytest.approx(np.log(10), abs=0.3)
    assert reached(0.03)[1] < 0.7 and reached(3.0)[1] < 0.2


@pytest.mark.parametrize(("rate", "words"), [(0.01, "too small"), (5.0, "too large")])
def test_words_say_what_is_wrong_with_a_rate(rate, words):
    figure = first_net()
    assert "too" not in figure.stage.words
    figure.set(rate=rate)
    assert words in figure.stage.words
    figure.close()


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (lambda theta, g, lr: theta + lr * g, "goes up"),
        (lambda theta, g, lr: theta - lr * g, "goes down"),
        (lambda theta, g, lr: theta, "goes nowhere"),
        (lambda theta, g, lr: None, "returns no point"),
        (lambda theta, g, lr: lr * g[0], "returns no point"),
    ],
)
def test_the_walk_takes_the_steps_of_the_function_given(step, words):
    figure = walk(step)
    assert words in figure.stage.words
    figure.close()
