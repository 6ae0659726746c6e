import numpy as np
import pytest

from course_utils.schedules import SCHEDULES, Constant, Cosine, Warmup

EXAMPLES = [Constant(0.1), Cosine(0.1, 20), Cosine(0.1, 20, lr_min=0.01), Warmup(Constant(0.1), 5),
            Warmup(Cosine(0.1, 20), 5)]


@pytest.mark.parametrize("schedule", EXAMPLES, ids=repr)
def test_a_schedule_is_a_pure_function_of_the_step(schedule):
    rates = [schedule(t) for t in range(30)]
    assert all(type(lr) is float for lr in rates)
    assert [schedule(t) for t in reversed(range(30))] == rates[::-1]
    np.testing.assert_allclose(schedule(np.arange(30)), rates, rtol=1e-15)
    assert schedule(np.arange(30).reshape(5, 6)).shape == (5, 6)
    assert type(schedule(np.int64(3))) is float
    assert hash(schedule) == hash(type(schedule)(**vars(schedule)))
    assert type(schedule) in SCHEDULES.values()


def test_the_registry_is_by_class_name():
    assert {name: cls.__name__ for name, cls in SCHEDULES.items()} == {name: name for name in SCHEDULES}
    assert set(SCHEDULES) >= {"Constant", "Cosine", "Warmup"}


def test_cosine():
    rate = Cosine(lr=0.3, n_steps=100, lr_min=0.1)
    assert rate(0) == pytest.approx(0.3) and rate(100) == pytest.approx(0.1) and rate(1000) == pytest.approx(0.1)
    assert rate(50) == pytest.approx(0.2)
    assert np.mean(rate(np.arange(101))) == pytest.approx(rate(50))
    np.testing.assert_allclose(rate(np.arange(101)) - 0.2, 0.1 * np.cos(np.pi * np.arange(101) / 100), atol=1e-15)
    assert (np.diff(rate(np.arange(101))) < 0).all()


def test_warmup_climbs_linearly_to_the_schedule_and_leaves_its_clock_alone():
    inner = Cosine(lr=0.2, n_steps=50)
    rate = Warmup(inner, n_warmup=10)
    t = np.arange(60)
    np.testing.assert_allclose(rate(t[:10]), (t[:10] + 1) / 10 * inner(t[:10]))
    np.testing.assert_array_equal(rate(t[9:]), inner(t[9:]))
    assert Warmup(Constant(0.2), 10)(0) == pytest.approx(0.02)
    assert Warmup(lambda t: 1 / (1 + t), 2)(3) == 0.25


@pytest.mark.parametrize("n_warmup", [0, 1])
def test_no_warmup(n_warmup):
    assert [Warmup(Constant(0.2), n_warmup)(t) for t in range(3)] == [0.2, 0.2, 0.2]


def test_the_shortest_cosine():
    assert [Cosine(0.2, n_steps=1)(t) for t in (0, 1)] == pytest.approx([0.2, 0])


def test_repr_is_a_label():
    assert repr(Cosine(0.1, 100)) == "Cosine(lr=0.1, n_steps=100)"
    assert repr(Warmup(Cosine(0.1, 100, lr_min=1e-3), 5)) == (
        "Warmup(schedule=Cosine(lr=0.1, n_steps=100, lr_min=0.001), n_warmup=5)")


@pytest.mark.parametrize("make, name", [
    (lambda: Constant(0), "lr"), (lambda: Constant(-0.1), "lr"), (lambda: Constant([0.1, 0.2]), "lr"),
    (lambda: Constant(np.nan), "lr"), (lambda: Cosine(0.1, 0), "n_steps"), (lambda: Cosine(0.1, -5), "n_steps"),
    (lambda: Cosine(0.1, 2.5), "n_steps"), (lambda: Cosine(0.1, 10, lr_min=-1), "lr_min"),
    (lambda: Warmup(0.1, 10), "schedule"), (lambda: Warmup(Constant(0.1), -1), "n_warmup"),
    (lambda: Warmup(Constant(0.1), 1.5), "n_warmup"),
])
def test_bad_settings_are_named(make, name):
    with pytest.raises(ValueError, match=rf"^{name}: got"):
        make()
