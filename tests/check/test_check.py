"""The checkers: each knows its solution, its blank, and every slip of its bank by name."""

import warnings

import numpy as np
import pytest

from course_utils import check
from course_utils.check import BANK, EXERCISES, Verdict, _protocol, optimizers
from course_utils.check._protocol import compare, edits
from course_utils.check._verdict import CORRECT, NOT_DONE, NOT_YET
from course_utils.descent import descend
from course_utils.optimizers import SGD, AdaGrad, Adam, RMSProp

SLIPS = [
    pytest.param(exercise, words, id=f"{name}: {words}") for name, exercise in BANK.items() for words in exercise.slips
]
FUNCTIONS = [pytest.param(exercise, id=name) for name, exercise in BANK.items() if exercise.cases]
ALL = [pytest.param(exercise, id=name) for name, exercise in BANK.items()]
CASES = [
    {"w": np.array([1.0, 2.0]), "g": np.array([3.0, -4.0])},
    {"w": np.ones((2, 4)), "g": np.arange(8.0).reshape(2, 4), "lr": 0.5},
]


def sgd(w, g, lr=0.1):
    return w - lr * g


def pair(w, g, lr=0.1):
    return w - lr * g, w


def verdict(f, slips=None, reference=sgd, outputs=("w",)):
    return compare(f, reference, CASES, slips or {}, outputs)


@pytest.fixture(autouse=True)
def in_class(monkeypatch):
    monkeypatch.delenv("COURSE_STRICT", raising=False)
    _protocol._heard.clear()


# The bank


@pytest.mark.counts("slips")
@pytest.mark.parametrize(("exercise", "words"), SLIPS)
def test_every_slip_is_named(exercise, words):
    answer = exercise.check(exercise.slips[words])
    assert answer.state == NOT_YET
    assert words in repr(answer)
    assert any(words in mistake.replace("`", "") for mistake in answer.mistakes) or "It stops with" in words


@pytest.mark.parametrize("exercise", ALL)
def test_reference_is_correct_and_blank_is_not_done(exercise):
    assert exercise.check(exercise.reference).state == CORRECT
    assert exercise.check(...).state == exercise.check(None).state == NOT_DONE


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_stub_is_not_done(exercise):
    def raising(**arguments):
        raise NotImplementedError

    for stub in (lambda **arguments: None, lambda **arguments: ..., lambda **arguments: (None, None), raising):
        assert exercise.check(stub).state == NOT_DONE


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_cases_tell_all_slips_apart(exercise):
    assert _protocol.confused(exercise) == []


def test_confused_names_what_the_cases_cannot_tell():
    slips = edits({"rate": ("lr * g", "0.1 * g"), "sign": ("w - lr", "w + lr")})
    task = [_protocol.Exercise(None, sgd, slips, cases, ("w",)) for cases in (CASES[:1], CASES)]
    assert _protocol.confused(task[0]) == [("the reference", "rate")]
    assert _protocol.confused(task[1]) == []


@pytest.mark.parametrize("exercise", ALL)
def test_strict_raises_the_words(exercise, monkeypatch):
    monkeypatch.setenv("COURSE_STRICT", "1")
    assert exercise.check(exercise.reference).correct
    words, slip = next(iter(exercise.slips.items()))
    with pytest.raises(AssertionError) as e:
        exercise.check(slip)
    assert words in str(e.value)
    with pytest.raises(AssertionError, match=NOT_DONE):
        exercise.check(...)


def test_every_exercise_is_at_hand_as_check_dot_name():
    assert {name: getattr(check, name) for name in BANK} == {name: exercise.check for name, exercise in BANK.items()}
    assert BANK.keys() == {name for names in EXERCISES.values() for name in names} <= set(check.__all__)
    for name, exercise in BANK.items():
        assert exercise.check.__doc__.startswith("Check your ")
        assert name in EXERCISES[exercise.check.__module__.rpartition(".")[2]]
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        check.nothing  # noqa: B018


@pytest.mark.parametrize(
    ("name", "opt", "kept"),
    [
        ("adagrad_step", AdaGrad(lr=0.1, eps=1e-8), ("s",)),
        ("rmsprop_step", RMSProp(lr=0.01), ("s",)),
        ("adam_step", Adam(), ("m", "v")),
    ],
)
def test_references_walk_the_library_s_path(name, opt, kept):
    step, theta = BANK[name].reference, np.array([1.0, -2.0])
    state, mine, memory = opt.init(theta), theta, {key: np.zeros(2) for key in kept}
    for t in range(20):
        g = np.array([np.sin(t) + theta[0], 100.0 * theta[1]])
        delta, state = opt.update(g, state, t)
        theta = theta + delta
        count = {"t": t + 1} if name == "adam_step" else {}
        mine, *rest = step(theta=mine, g=g, **memory, **count)
        memory = dict(zip(kept, rest, strict=True))
        np.testing.assert_allclose(mine, theta, rtol=1e-9)


# What a checker says


def test_correct():
    assert repr(verdict(lambda w, g, lr=0.1: w - lr * g)) == "Correct. sgd agrees with the reference on all 2 inputs."


def test_difference_names_the_first_input_and_both_values():
    answer = verdict(lambda w, g, lr=0.1: w - 0.1 * g)
    assert answer.state == NOT_YET
    assert repr(answer).split("\n") == [
        "Not yet. Your answer is what comes out if lr is not used: it is 0.1 whatever is asked for.",
        "w differs. 7 of its 8 entries are wrong, w[0, 1] first.",
        "Input 2 of 2: w = array of shape (2, 4), g = array of shape (2, 4), lr = 0.5",
        "Expected w[0, 1] = 0.5",
        "Got w[0, 1] = 0.9",
    ]
    assert repr(verdict(lambda w, g, lr=0.1: w + lr * g)).split("\n")[2:] == [
        "Input 1 of 2: w = [1, 2], g = [3, -4]",
        "Expected w = [0.7, 2.4]",
        "Got w = [1.3, 1.6]",
    ]


def test_close_values_are_shown_with_the_digits_that_differ():
    answer = repr(verdict(lambda w, g, lr=0.1: w - lr * g + 1e-6))
    assert "Expected w = [0.7, 2.4]" in answer
    assert "Got w = [0.700001, 2.4]" in answer


def test_slip_comes_first_and_only_if_it_agrees_on_every_case():
    slips = {
        "The gradient is added.": lambda w, g, lr=0.1: w + lr * g,
        "The rate is always 0.1.": lambda w, g, lr=0.1: w - 0.1 * g,
    }
    assert verdict(slips["The gradient is added."], slips).lines[0] == "The gradient is added."
    assert verdict(slips["The rate is always 0.1."], slips).lines[0] == "The rate is always 0.1."
    assert verdict(lambda w, g, lr=0.1: w + 0.1 * g, slips).lines[0].startswith("`w` differs")


def test_one_output_of_several_is_named():
    answer = verdict(lambda w, g, lr=0.1: (w - lr * g, w + 1), reference=pair, outputs=("new", "old"))
    assert "`old` differs. `new` agrees." in answer.lines


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda w, g, lr=0.1: w - lr * g, "It returns an array of shape (2,); want return new, old."),
        (lambda w, g, lr=0.1: (w, g, w), "It returns a tuple of 3; want return new, old."),
        (lambda w, g, lr=0.1: [w, g, w], "It returns a list of 3; want return new, old."),
        (lambda w, g, lr=0.1: (w - lr * g, None), "old is None, want an array of shape (2,)."),
    ],
)
def test_wrong_number_of_outputs(f, words):
    assert words in repr(verdict(f, reference=pair, outputs=("new", "old")))


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda w, g, lr=0.1: (w - lr * g)[:, None], "w is an array of shape (2, 1), want an array of shape (2,)."),
        (lambda w, g, lr=0.1: 0.5, "w is a number, want an array of shape (2,)."),
        (lambda w, g, lr=0.1: "w - lr g", "w is str w - lr g, want an array of shape (2,)."),
        (lambda w, g, lr=0.1: {"w": w}, "w is dict {'w': array([1., 2.])}, want an array of shape (2,)."),
        (lambda w, g, lr=0.1: [[1], [2, 3]], "w is a list of 2, want an array of shape (2,)."),
        (lambda w, g, lr=0.1: w / 0, "w is inf where a finite number should be."),
        (lambda w, g, lr=0.1: w - lr * np.sqrt(g), "w is nan where a finite number should be."),
        (lambda x, g, lr=1: x, "It takes (x, g, lr=1), and is called with arguments of these names: (w, g, lr=0.1)."),
        (lambda w, g: w, "It takes (w, g), and is called with arguments of these names: (w, g, lr=0.1)."),
        (sgd(1, 2), "The checker wants the function itself, check.sgd(sgd), and was given float 0.8."),
    ],
)
def test_other_faults_in_words(f, words):
    assert words in repr(verdict(f))


def test_exception_is_told_with_the_line_of_the_learner():
    def broken(w, g, lr=0.1):
        helper = w - lr * g
        return np.dot(helper, np.ones(7))

    answer = repr(verdict(broken))
    line = broken.__code__.co_firstlineno + 2
    assert (
        f"It stops with ValueError: shapes (2,) and (7,) not aligned: 2 (dim 0) != 7 (dim 0) in its line {line}: "
        "return np.dot(helper, np.ones(7))" in answer
    )


def test_writing_into_an_argument_is_told():
    def in_place(w, g, lr=0.1):
        w -= lr * g
        return w

    given = {key: value.copy() for key, value in CASES[0].items()}
    assert repr(verdict(in_place)).startswith("Not yet. The values are right, but it writes into its argument w,")
    assert "It also writes into its argument g" in repr(verdict(lambda w, g, lr=0.1: np.multiply(g, 2, out=g)))
    np.testing.assert_equal(CASES[0], given)


def test_nothing_but_words_reaches_the_page(recwarn):
    class Hostile:
        def __array__(self, *args, **kwargs):
            raise RuntimeError("no")

    assert verdict(lambda w, g, lr=0.1: Hostile()).state == NOT_YET
    assert verdict(lambda w, g, lr=0.1: np.exp(w * 1e6)).state == NOT_YET
    assert verdict(lambda w, g, lr=0.1: warnings.warn("old", stacklevel=1) or w).state == NOT_YET
    assert not recwarn.list


def test_verdict_displays_words_first_and_escapes_them():
    shown = Verdict(NOT_YET, ("the sign is wrong.", "`a < b` differs.", "Got `<script>`"), ("the sign is wrong.",))
    shown = shown._repr_html_()
    assert "<strong>Not yet.</strong> The sign is wrong.</div>" in shown
    assert "<code>a &lt; b</code> differs.<br>Got <code>&lt;script&gt;</code></div>" in shown
    assert "var(--jp-warn-color1" in shown


# Chapter 08's choice of optimizers


def test_no_plain_sgd_meets_any_goal_and_the_choice_does_with_a_fifth_to_spare():
    rates = np.geomspace(1e-4, 10, 800)[:, None]
    for name, (low, steps) in optimizers.GOALS.items():
        above = ~(descend(SGD(lr=rates), name, steps).losses <= low)
        assert above[-1].all()
        assert (descend(optimizers.CHOICE[name], name, steps).losses[int(0.8 * steps) :] <= low).all()


def test_a_choice_half_made_is_not_done_and_says_how_the_rest_went():
    answer = check.choose_optimizers({"ravine": ..., "plateau": AdaGrad(lr=0.5), "rosenbrock": None})
    assert answer.state == NOT_DONE
    assert "plateau: AdaGrad(lr=0.5) takes 14 steps; 40 are allowed." in repr(answer)


@pytest.mark.parametrize(
    ("opt", "words"),
    [
        ("Adam", "ravine: it stops with ValueError: optimizer: got 'Adam', want an optimizer, e.g. Adam(lr=0.1)"),
        (np.ones(2), "ravine: it stops with ValueError: optimizer: got array([1., 1.]), want an optimizer"),
        (SGD(lr=np.array([[0.1], [0.2]])), "stands for many optimizers at once; want one."),
    ],
)
def test_a_choice_that_is_no_optimizer(opt, words):
    assert words in repr(check.choose_optimizers(optimizers.CHOICE | {"ravine": opt}))


# Chapter 04's initializers, judged by what they draw


@pytest.mark.parametrize(
    "draw",
    [
        lambda n_in, n_out, rng: rng.normal(size=(n_in, n_out)) * np.sqrt(2 / n_in),
        lambda n_in, n_out, rng: rng.uniform(-np.sqrt(6 / n_in), np.sqrt(6 / n_in), (n_in, n_out)),
        lambda n_in, n_out, rng: rng.choice([-1, 1], (n_in, n_out)) * np.sqrt(2 / n_in),
        lambda n_in, n_out, rng: rng.standard_normal((n_in, n_out)).astype(np.float32) * np.float32(np.sqrt(2 / n_in)),
    ],
)
def test_any_distribution_of_the_right_variance_is_correct(draw):
    assert check.he_init(draw).state == CORRECT


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            lambda n_in, n_out, rng: rng.normal(0, 1.1 * (2 / n_in) ** 0.5, (n_in, n_out)),
            "At n_in = 900, n_out = 100 the std of the weights is 0.05",
        ),
        (lambda n_in, n_out, rng: rng.normal(0.05, (2 / n_in) ** 0.5, (n_in, n_out)), "the mean of the weights is 0.0"),
        (lambda n_in, n_out, rng: rng.normal(0, 1, n_in), "its shape is (900,), want (n_in, n_out)."),
        (lambda n_in, n_out, rng: [[0.0] * n_out] * n_in, "It returns a list; want an array of floats"),
        (lambda n_in, n_out, rng: 0.1, "It returns a float; want an array of floats"),
        (lambda n_in, n_out, rng: np.full((n_in, n_out), np.nan), "Some of its weights are not finite."),
        (lambda n_in, n_out, rng: rng.norm(0, 1), "It stops with AttributeError"),
        (lambda n_in, n_out: 0, "It takes (n_in, n_out), and is called"),
        (np.ones((3, 2)), "The checker wants the function itself, check.he_init(he_init), and was given an array"),
    ],
)
def test_a_wrong_initializer_is_told_what_is_wrong(answer, words):
    verdict = check.he_init(answer)
    assert verdict.state == NOT_YET
    assert words in repr(verdict)


def test_an_initializer_without_return_is_not_done():
    assert check.he_init(lambda n_in, n_out, rng: None).state == NOT_DONE
    assert check.xavier_init(lambda n_in, n_out, rng: ...).state == NOT_DONE
