import numpy as np
import pytest

from course_utils.optimizers import Adam
from course_utils.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    CosineRestarts,
    Exponential,
    InverseSqrt,
    InverseTime,
    Linear,
    OneCycle,
    Plateau,
    Polynomial,
    Step,
    Warmup,
)

EXAMPLES = [
    Constant(0.1), Cosine(0.1, 20), Cosine(0.1, 20, lr_min=0.01), Warmup(Constant(0.1), 5), Warmup(Cosine(0.1, 20), 5),
    Step(0.1, 7), Step(0.1, 7, factor=0.5), Exponential(0.1, 0.05), InverseTime(0.1, 0.05), InverseSqrt(0.1),
    InverseSqrt(0.1, 6), Linear(0.1, 20), Linear(0.1, 20, lr_min=0.01), Polynomial(0.1, 20),
    Polynomial(0.1, 20, power=0.5, lr_min=0.01), CosineRestarts(0.1, 5), CosineRestarts(0.1, 4, growth=2),
    CosineRestarts(0.1, 4, growth=3, lr_min=0.01), OneCycle(0.1, 20), OneCycle(0.1, 2), Warmup(InverseSqrt(0.1, 6), 6),
]  # fmt: skip


def test_every_schedule_has_an_example_here():
    assert {type(schedule) for schedule in EXAMPLES} == set(SCHEDULES.values())


def test_half_lives():
    assert Exponential(0.1, 0.02)(np.log(2) / 0.02) == pytest.approx(0.05)
    assert InverseTime(0.1, 0.02)(1 / 0.02) == pytest.approx(0.05)


def test_inverse_sqrt_behind_its_warmup_is_that_of_the_transformer():
    t, n, width = np.arange(100) + 1, 16, 512
    paper = width**-0.5 * np.minimum(t**-0.5, t * n**-1.5)
    np.testing.assert_allclose(Warmup(InverseSqrt((width * n) ** -0.5, n), n)(t - 1), paper, rtol=1e-12)


def test_restarts_start_where_they_should():
    for growth, starts in ((1, [0, 10, 20, 30]), (2, [0, 10, 30, 70]), (3, [0, 10, 40, 130])):
        rate = CosineRestarts(0.1, 10, growth)
        assert [t for t in range(131) if rate(t) == 0.1] == starts[:4] + ([*range(40, 131, 10)] if growth == 1 else [])
    late = CosineRestarts(0.1, 7, 3)
    for cycle in (5, 10, 12):  # where a bare logarithm would round down
        start = 7 * (3**cycle - 1) // 2
        assert late(start) == pytest.approx(0.1) and late(start - 1) < 1e-6


def test_one_cycle_goes_up_and_down_once():
    rate = OneCycle(0.1, 100, rise=0.3)(np.arange(100))
    assert rate.argmax() == 29 and (np.diff(rate[:30]) > 0).all() and (np.diff(rate[29:]) < 0).all()
    assert OneCycle(0.1, 100)(1000) == pytest.approx(0.1 * 4e-6)


def test_plateau_is_no_function_of_the_step():
    plateau = Plateau(0.1, patience=1)
    assert plateau(7) == 0.1
    plateau.look(1.0), plateau.look(1.0), plateau.look(np.nan)
    assert plateau(7) == pytest.approx(0.01)


def test_plateau_watches_the_validation_loss_of_a_run():
    class Record:
        def __init__(self, train_loss, val_loss):
            self.train_loss, self.val_loss = train_loss, val_loss

    plateau = Plateau(0.1, patience=0)
    for train, val in ((1.0, 2.0), (0.5, 2.0)):
        plateau.watch(Record(train, val))
    assert plateau(0) == pytest.approx(0.01)
    plateau.watch(Record(np.nan, np.nan))  # an epoch that was not evaluated
    assert plateau(0) == pytest.approx(0.01)
    plateau.watch(Record(1.0, np.nan))
    assert plateau(0) == pytest.approx(0.01) and plateau.best == 1.0
    assert Adam(lr=plateau).lr is plateau


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
        "Warmup(schedule=Cosine(lr=0.1, n_steps=100, lr_min=0.001), n_warmup=5)"
    )


@pytest.mark.parametrize(
    "make, name",
    [
        (lambda: Constant(0), "lr"),
        (lambda: Constant(-0.1), "lr"),
        (lambda: Constant([0.1, 0.2]), "lr"),
        (lambda: Constant(np.nan), "lr"),
        (lambda: Cosine(0.1, 0), "n_steps"),
        (lambda: Cosine(0.1, -5), "n_steps"),
        (lambda: Cosine(0.1, 2.5), "n_steps"),
        (lambda: Cosine(0.1, 10, lr_min=-1), "lr_min"),
        (lambda: Warmup(0.1, 10), "schedule"),
        (lambda: Warmup(Constant(0.1), -1), "n_warmup"),
        (lambda: Warmup(Constant(0.1), 1.5), "n_warmup"),
        (lambda: Warmup(Cosine(0.1, 10), 11), "n_warmup"),
        (lambda: Linear(0.1, 0), "n_steps"),
        (lambda: Polynomial(0.1, 0), "n_steps"),
        (lambda: Polynomial(0.1, 5, power=0), "power"),
        (lambda: OneCycle(0.1, 0), "n_steps"),
        (lambda: OneCycle(0.1, 1), "n_steps"),
        (lambda: OneCycle(0.1, 9, rise=1.0), "rise"),
        (lambda: OneCycle(0.1, 9, first=0), "first"),
        (lambda: OneCycle(0.1, 9, last=1.5), "last"),
        (lambda: Step(0.1, 0), "every"),
        (lambda: Step(0.1, 5, factor=1.5), "factor"),
        (lambda: Exponential(0.1, -1), "k"),
        (lambda: InverseTime(0.1, np.inf), "k"),
        (lambda: InverseSqrt(0.1, 0), "n_hold"),
        (lambda: CosineRestarts(0.1, 0), "period"),
        (lambda: CosineRestarts(0.1, 5, growth=0.5), "growth"),
        (lambda: Plateau(0), "lr"),
        (lambda: Plateau(0.1, factor=1), "factor"),
        (lambda: Plateau(0.1, patience=-1), "patience"),
        (lambda: Plateau(0.1, threshold=1), "threshold"),
        (lambda: Plateau(0.1, lr_min=0.2), "lr_min"),
    ],
)
def test_bad_settings_are_named(make, name):
    with pytest.raises(ValueError, match=rf"^{name}: got"):
        make()
