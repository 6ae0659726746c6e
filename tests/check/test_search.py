"""The search for a mistake that no bank lists: what it finds in the reference and in the learner's own source."""

import numpy as np
import pytest

from course_utils.check import BANK, _protocol, _search, _source
from course_utils.check._protocol import compare, edits
from course_utils.check._source import Edit
from course_utils.check._symptoms import symptoms

RNG = np.random.default_rng(0)
CASES = [
    {"w": np.array([1.0, 2.0]), "g": np.array([3.0, -4.0]), "s": np.array([0.5, 2.0])},
    {"w": RNG.normal(size=(2, 3)), "g": RNG.normal(size=(2, 3)), "s": RNG.random((2, 3)), "lr": 0.5, "rho": 0.75},
]


def step(w, g, s, lr=0.1, rho=0.9):
    s = rho * s + (1 - rho) * g**2
    return w - lr * g / np.sqrt(s), s


@pytest.fixture(autouse=True)
def in_class(monkeypatch):
    monkeypatch.delenv("COURSE_STRICT", raising=False)
    _protocol._heard.clear()


def said(f, reference=step, cases=CASES, outputs=("w", "s"), **options):
    return compare(f, reference, cases, outputs=outputs, **options).mistakes


# In the reference


def old_s(w, g, s, lr=0.1, rho=0.9):
    return w - lr * g / np.sqrt(s), rho * s + (1 - rho) * g**2


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda w, g, s, lr=0.1, rho=0.9: step(w, -g, s, lr, rho), "`lr * g / np.sqrt(s)` is added, not subtracted"),
        (lambda w, g, s, lr=0.1, rho=0.9: step(w, g, s, 0.1, rho), "`lr` is not used: it is 0.1 whatever is asked for"),
        (lambda w, g, s, lr=0.1, rho=0.9: step(w, g, s, lr, 1 - rho), "`rho` is taken for 1 minus it, throughout"),
        (lambda w, g, s, lr=0.1, rho=0.9: step(g, w, s, lr, rho), "`w` and `g` are swapped throughout"),
        (lambda w, g, s, lr=0.1, rho=0.9: step(w, g, s, lr, rho)[::-1], "in another order: `return s, w`"),
        (lambda w, g, s, lr=0.1, rho=0.9: (w, step(w, g, s, lr, rho)[1]), "`w` comes back as it came in"),
        (lambda w, g, s, lr=0.1, rho=0.9: old_s(w, g, s, lr, rho), "the old `s` is used, as it came in"),
        (lambda w, g, s, lr=0.1, rho=0.9: (w - lr * g, step(w, g, s, lr, rho)[1]), "not divided by `np.sqrt(s)`"),
    ],
)
def test_one_change_of_the_reference_is_named(f, words):
    mistakes = said(f)
    assert len(mistakes) == 1
    assert mistakes[0].startswith("Your answer is what comes out if ") and words in mistakes[0]


def test_two_changes_are_named_together():
    def two(w, g, s, lr=0.1, rho=0.9):
        s = rho * s + g**2
        return w + lr * g / np.sqrt(s), s

    assert "the factor `1 - rho` is left out" in said(two)[0]
    assert "is added, not subtracted" in said(two)[0]


def test_another_solution_that_is_as_right_is_accepted_and_searched():
    def halves(w, g, s, lr=0.1, rho=0.9):
        s = rho * s + (1 - rho) * g**2
        return w - lr * g / (2 * np.sqrt(s)), s

    verdict = compare(halves, step, CASES, outputs=("w", "s"), also=[halves])
    assert verdict.correct
    assert "`rho`" in said(lambda w, g, s, lr=0.1, rho=0.9: halves(w, g, s, lr, 0.9), also=[halves])[0]


def test_what_is_free_in_a_result_does_not_count():
    options = {"reference": lambda x: x, "cases": [{"x": np.arange(3.0)}], "outputs": ("x",), "view": np.sort}
    options["reference"].__name__ = "f"
    assert compare(lambda x: x[::-1], options["reference"], options["cases"], outputs=("x",), view=np.sort).correct


# In the learner's own source


def test_a_change_of_the_learners_own_source_names_its_line():
    def in_a_style_of_its_own(w, g, s, lr=0.1, rho=0.9):
        average = np.stack([s, np.square(g) + g])
        shares = np.array([rho, 1 - rho]).reshape(-1, *[1] * g.ndim)
        average = (shares * average).sum(axis=0)
        return w - np.multiply(lr, g) * average**-0.5, average

    line = in_a_style_of_its_own.__code__.co_firstlineno + 1
    (words,) = said(in_a_style_of_its_own)
    assert words.startswith(f"Look at line {line}, `average = np.stack([s, np.square(g) + g])`: `g` does not belong")


def test_the_second_time_it_says_more():
    def wrong(w, g, s, lr=0.1, rho=0.9):
        s = rho * s + (1 - rho) * g**2
        return w + lr * g / np.sqrt(s), s

    first, second = (compare(wrong, step, CASES, outputs=("w", "s")) for _ in range(2))
    assert len(first.mistakes) == 1 and second.mistakes[0] == first.mistakes[0]
    line = wrong.__code__.co_firstlineno + 2
    assert second.mistakes[1].startswith(f"Look at line {line}, `return w + lr * g / np.sqrt(s), s`: the sign `+`")
    compare(step, step, CASES, outputs=("w", "s"))
    assert len(compare(wrong, step, CASES, outputs=("w", "s")).mistakes) == 1


def test_what_might_touch_more_than_its_arguments_is_not_run_in_other_forms(monkeypatch):
    def tidy(x):
        import os

        return os.getcwd() and x + 1

    assert not _source.tame(_source.tree(tidy))
    assert _source.tame(_source.tree(step))
    assert _search.of_learner(tidy, CASES, [], ("x",)) is None
    assert _search.of_learner(abs, CASES, [], ("x",)) is None


def test_the_tree_is_left_as_it_was():
    f = BANK["adam_step"].reference
    task = BANK["adam_step"]
    search = _search.Search(f, task.cases, task.wanted[0], task.outputs)
    before = _source.ast.dump(search.tree)
    with _search.quiet():
        search.singles()
        search.doubles()
    assert _source.ast.dump(search.tree) == before


# Slips as edits


def test_an_edit_has_to_fit_exactly_once():
    assert edits({"words": ("a", "b")}) == {"words": Edit((("a", "b"),))}
    f = edits({"plus": [("w - lr", "w + lr"), ("rho * s", "s")]})["plus"].of(step)
    np.testing.assert_allclose(f(**CASES[1])[1], CASES[1]["s"] + 0.25 * CASES[1]["g"] ** 2)
    for old, times in (("lr", 2), ("nothing", 0)):
        with pytest.raises(ValueError, match=f"'{old}' stands {times} times in step, want once"):
            edits({"words": (old, "b")})["words"].of(step)


# Symptoms


def shifted(x, n, training=True):
    return x - n


X = [
    {"x": np.array([2.0, -3.0, 5.0]), "n": 2.0, "training": True},
    {"x": RNG.normal(size=(2, 3)), "n": 7.0, "training": False},
    {"x": np.array([4.0, 0.5]), "n": 3.0, "training": False},  # tells the mode from the number of axes
]


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x, n, training=True: np.sin(x) if training else x - n, "It is right in test mode, and wrong"),
        (lambda x, n, training=True: (x - n) / 3, "`y` is too small by a factor of 3."),
        (lambda x, n, training=True: (x - n) * n**2, "`y` is too large by a factor of `n` squared."),
        (lambda x, n, training=True: RNG.normal(size=x.shape), "Other numbers come out at each call"),
        (lambda x, n, training=True: 0 * x, "`y` is 0 whatever goes in."),
        (lambda x, n, training=True: np.round(x - n, 2) if x.ndim > 1 else x - n, "It is right for vectors only"),
        (lambda x, n, training=True: x - n if n < 5 else None, "Some inputs give nothing back"),
        (lambda x, n, training=True: x - n if x[0] > 0 else x, "A whole array is asked by `if`"),
        (lambda x, n, training=True: x - m, "`m` is nowhere defined"),  # noqa: F821
        (lambda x, n, training=True: (x - n)[..., None], "`y` has the right numbers in another shape"),
    ],
)
def test_a_symptom_where_no_change_fits(f, words, monkeypatch):
    monkeypatch.setattr(_search, "explained", lambda *a, **k: ([], []))
    assert any(words in mistake for mistake in compare(f, shifted, X, outputs=("y",)).mistakes)


def adagrad(denominator, direction):
    def f(theta, g, s, lr=0.1, eps=1e-8):
        s = s + g**2
        return theta - lr * direction(g) / (np.sqrt(denominator(s)) + eps), s

    return f


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (adagrad(np.sum, np.copy), False),  # right in one case, where one slope is 0, and the other is not negative
        (adagrad(np.copy, abs), True),
    ],
)
def test_what_the_numbers_of_a_case_suggest_is_tried_in_others(f, said):
    task = BANK["adagrad_step"]
    got, want = task.seen(f), task.wanted[0]
    words = "It is right only where no entry of `g` is negative."
    told = symptoms(got, got, want, task.cases, task.outputs, lambda cases: task.right(f, cases))
    assert (words in told) == said
    assert words not in symptoms(got, got, want, task.cases, task.outputs)


def test_an_error_is_no_missing_return(monkeypatch):
    def failing(x, n, training=True):
        if x.ndim > 1:
            raise ArithmeticError("no")
        return x * n + 1

    monkeypatch.setattr(_search, "explained", lambda *a, **k: ([], []))
    assert "nothing back" not in repr(compare(failing, shifted, X, outputs=("y",)))
