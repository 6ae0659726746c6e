"""Search spaces: distributions against closed forms, grids, borders, refining, and bad input."""

import numpy as np
import pytest
from scipy import stats

from course_utils.tuning import SPACES, Choice, LogUniform, OneMinus, Uniform, borders, grid, refine, sample
from course_utils.tuning.spaces import checked

RANGES = [Uniform(-2.0, 3.0), LogUniform(1e-6, 0.1), OneMinus(0.9, 0.999), OneMinus(0.0, 0.99)]
EACH = pytest.mark.parametrize("entry", RANGES, ids=repr)
SPACE = {"lr": LogUniform(1e-4, 1.0), "rho": OneMinus(0.9, 0.999), "width": Choice((16, 32, 64))}


@EACH
def test_at_and_share_undo_each_other(entry):
    u = np.linspace(-0.2, 1.3, 16) if entry.low else np.linspace(0, 1.3, 14)
    np.testing.assert_allclose(entry.share(entry.at(u)), u, atol=1e-10)
    np.testing.assert_allclose(entry.at(np.array([0.0, 1.0])), [entry.low, entry.high])
    assert type(entry.at(0.3)) is float and type(entry.sample(rng=0)) is float


@pytest.mark.parametrize("entry, distribution", [
    (Uniform(-2.0, 3.0), stats.uniform(-2, 5).cdf),
    (LogUniform(1e-6, 0.1), stats.loguniform(1e-6, 0.1).cdf),
    (OneMinus(0.9, 0.999), lambda beta: 1 - stats.loguniform(0.001, 0.1).cdf(1 - beta)),
], ids=["uniform", "log-uniform", "1 - beta"])  # fmt: skip
def test_draws_have_the_distribution_of_scipy(entry, distribution):
    drawn = entry.sample(rng=0, size=5000)
    assert stats.kstest(drawn, distribution).pvalue > 0.01
    assert entry.low <= drawn.min() and drawn.max() <= entry.high


def test_choices_are_equally_likely_and_keep_their_types():
    options = ("Adam", 32, 0.5, True, None)
    rng = np.random.default_rng(0)
    drawn = [Choice(options).sample(rng) for _ in range(5000)]
    counts = [sum(value is option for value in drawn) for option in options]
    assert sum(counts) == 5000 and stats.chisquare(counts).pvalue > 0.01


def test_points_are_even_on_the_scale_of_the_range():
    np.testing.assert_allclose(LogUniform(1e-4, 1.0).points(5), [1e-4, 1e-3, 1e-2, 1e-1, 1])
    np.testing.assert_allclose(OneMinus(0.9, 0.999).points(3), [0.9, 0.99, 0.999])
    assert Uniform(0.0, 1.0).points(1) == [0.5]
    assert Choice(("a", "b")).points(7) == ["a", "b"]


def test_the_ends_of_a_grid_are_the_ends_to_the_last_digit():
    for low in 0.1429065184703795, 0.009038022595207662, 0.3:
        assert LogUniform(low, 0.7).points(3)[::2] == OneMinus(low, 0.7).points(2) == [low, 0.7]


def test_equal_ranges_read_alike_whatever_numbers_they_were_given():
    assert repr(Uniform(np.float64(0), np.int64(1))) == repr(Uniform(0, 1)) == "Uniform(0.0, 1.0)"


def test_a_sample_is_the_start_of_a_larger_one():
    few, many = sample(SPACE, 3, rng=5), sample(SPACE, 10, rng=5)
    assert many[:3] == few and len({s["lr"] for s in many}) == 10
    assert sample(SPACE, 3, rng=6) != few


def test_a_grid_has_every_combination_once():
    found = grid(SPACE, 4)
    assert len({tuple(s.values()) for s in found}) == len(found) == 4 * 4 * 3
    assert {s["lr"] for s in found} == set(SPACE["lr"].points(4))
    assert all(list(s) == list(SPACE) for s in found)


def test_borders_are_judged_on_the_scale():
    space = {"lr": LogUniform(1e-4, 1e-3), "reg": LogUniform(1e-4, 1.0)}
    assert borders(space, {"lr": 9.47e-4, "reg": 1.43e-3}) == {"lr": "high"}
    assert borders(space, {"lr": 1.05e-4, "reg": 0.9}) == {"lr": "low", "reg": "high"}
    assert borders(space, {"lr": 9.47e-4, "reg": 1.43e-3}, margin=0.02) == {}
    assert borders({"w": Choice((1, 2))}, {"w": 2}) == {}, "options have no border"
    assert borders({"u": Uniform(0, 1)}, {"u": 1.7}) == {"u": "high"}, "outside is beyond the border"


def test_refine_keeps_what_good_settings_span_and_a_margin():
    space = {"lr": LogUniform(1e-4, 1.0), "width": Choice((16, 32, 64)), "keep": Uniform(0.0, 1.0)}
    good = [{"lr": 1e-2, "width": 64, "keep": 0.5}, {"lr": 1e-1, "width": 16, "keep": 0.05}]
    found = refine(space, good, margin=0.1)
    np.testing.assert_allclose([found["lr"].low, found["lr"].high], [10**-2.4, 10**-0.6])
    np.testing.assert_allclose([found["keep"].low, found["keep"].high], [0, 0.6])
    assert found["width"] == Choice((16, 64))
    assert list(found) == list(space)


@pytest.mark.parametrize("best, low, high", [(0.9, 10**-1.4, 100.0), (1.1e-4, 1e-6, 10**-0.6)], ids=["high", "low"])
def test_refine_opens_the_border_on_which_the_best_sits_and_no_other(best, low, high):
    space = {"lr": LogUniform(1e-4, 1.0)}
    found = refine(space, [{"lr": best}, {"lr": 1e-1}], grow=0.5)["lr"]
    np.testing.assert_allclose([found.low, found.high], [low, high])
    closed = refine(space, [{"lr": 1e-1}, {"lr": best}])["lr"]
    assert closed.low >= 1e-4 and closed.high <= 1.0, "the best decides, not the second"
    assert refine(space, [{"lr": best}], grow=0.0)["lr"].high <= 1.0


def test_refine_keeps_a_range_where_all_good_settings_agree():
    found = refine({"u": Uniform(0.0, 1.0)}, [{"u": 0.5}])["u"]
    np.testing.assert_allclose([found.low, found.high], [0.4, 0.6])


def test_refine_takes_a_setting_from_outside_for_the_border():
    for outside, low, high in (5.0, 0.9, 1.5), (-5.0, -0.5, 0.1):
        found = refine({"u": Uniform(0.0, 1.0)}, [{"u": outside}], grow=0.5)["u"]
        np.testing.assert_allclose([found.low, found.high], [low, high])


def test_an_average_is_never_opened_below_0():
    found = refine({"rho": OneMinus(0.05, 0.9)}, [{"rho": 0.05}], grow=1.0)["rho"]
    assert found.low == 0 and found.high < 0.9


def test_the_registry_has_every_kind_and_reprs_can_be_read_back():
    assert set(SPACES.values()) == {Uniform, LogUniform, OneMinus, Choice}
    for entry in [*RANGES, Choice(("a", 1))]:
        assert eval(repr(entry)) == entry


@pytest.mark.parametrize("make, words", [
    (lambda: LogUniform(1e-3, 1e-6), r"low: got 0.001 > high = 1e-06.*reversed, write LogUniform\(1e-06, 0.001\)"),
    (lambda: Uniform(-3, -6), r"reversed, write Uniform\(-6, -3\)"),
    (lambda: OneMinus(0.99, 0.9), "reversed"),
    (lambda: Uniform(1, 1), "low: got 1, equal to high"),
    (lambda: LogUniform(0, 1), "low: got 0, want a finite number > 0"),
    (lambda: LogUniform(1e-3, np.inf), "high: got inf"),
    (lambda: OneMinus(0.9, 1.0), "high: got 1.0, want a finite number >= 0 and < 1"),
    (lambda: Choice(()), "options: got"),
    (lambda: Choice("Adam"), "options: got 'Adam'"),
    (lambda: Choice((np.tanh,)), "options: got"),
    (lambda: Choice((np.nan,)), "options: got"),
    (lambda: checked({}), "space: got {}, want a dict of at least one"),
    (lambda: checked([Uniform(0, 1)]), "space: got"),
    (lambda: checked({"rng": Uniform(0, 1)}), "space: got the name 'rng'"),
    (lambda: checked({"learning rate": Uniform(0, 1)}), "space: got the name 'learning rate'"),
    (lambda: checked({"lr": (0, 1)}), r"space\['lr'\]: got \(0, 1\), want one of Uniform, LogUniform"),
    (lambda: sample(SPACE, 0, rng=0), "n: got 0, want a whole number >= 1"),
    (lambda: sample(SPACE, 1, rng=None), "rng: got None"),
    (lambda: grid(SPACE, 0), "k: got 0"),
    (lambda: borders(SPACE, {"lr": 0.1}), "setting: got .*want a value for 'rho'"),
    (lambda: borders(SPACE, {}, margin=0.5), "margin: got 0.5"),
    (lambda: refine(SPACE, []), "good: got no settings"),
    (lambda: refine({"u": Uniform(0, 1)}, [{"u": 0.5}], grow=-1), "grow: got -1"),
    (lambda: refine({"u": Uniform(0, 1)}, [{"u": 0.5}], margin=0), "margin: got 0"),
    (lambda: refine({"u": Choice((1, 2))}, [{"u": 3}]), r"good: got \[3\]"),
    (lambda: borders({"u": Uniform(0, 1)}, {"u": np.nan}), r"setting\['u'\]: got nan"),
])  # fmt: skip
def test_bad_input_is_named(make, words):
    with pytest.raises(ValueError, match=words):
        make()
