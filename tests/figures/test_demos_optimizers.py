"""What the figures of chapter 08 compute: by enumeration, and what a turn must not change."""

import itertools
from importlib import import_module

import numpy as np
import pytest

from course_utils.demos import optimizers


def test_the_expected_best_of_k_is_the_mean_over_all_choices():
    best_of = import_module("course_utils.demos.optimizers.budget").best_of
    losses = np.array([3.0, 1.0, 4.0, 1.5, 9.0, 2.6])
    for k in range(1, 7):
        every = [min(chosen) for chosen in itertools.combinations(losses, k)]
        assert best_of(losses, k) == pytest.approx(np.mean(every))


def test_a_turn_changes_nothing_for_methods_that_do_not_know_the_axes():
    for name in ("SGD", "Momentum", "Nesterov"):
        steps = [optimizers.needed(name, 100, angle) for angle in (0, 15, 45)]
        assert max(steps) - min(steps) <= 1
    assert optimizers.needed("AdaGrad", 100, 45) > 10 * optimizers.needed("AdaGrad", 100, 0)


def test_sign_descent_and_rmsprop_end_half_a_rate_away():
    for lr in (0.1, 0.2):
        assert optimizers.late("sign descent", lr=lr) == pytest.approx(lr / 2, rel=0.5)
        assert optimizers.late("RMSProp", lr=lr) == pytest.approx(lr / 2, rel=0.1)
        assert optimizers.late("SGD", lr=lr) < 1e-6


def test_rare_words_are_learned_by_methods_that_divide_by_their_gradients_size():
    shares = {name: optimizers.learned(name)[0] for name in ("SGD", "Momentum", "AdaGrad", "Adam")}
    assert min(shares["AdaGrad"], shares["Adam"]) > 2 * max(shares["SGD"], shares["Momentum"])


def test_a_rate_that_is_dragged_costs_one_descent_and_changes_no_other(monkeypatch):
    race = import_module("course_utils.demos.optimizers.race")
    ran = []

    def counted(optimizers, *args, **settings):
        ran.append(len(optimizers))
        return run_race(optimizers, *args, **settings)

    run_race = race.run_race
    monkeypatch.setattr(race, "run_race", counted)
    others = (("Momentum", 0.03), ("Adam", 0.21))
    surface, *rest = "beale", (1.0, 1.5), 0.87, 0.3
    before = race._run(surface, (("SGD", 0.01), *others), *rest)
    after = race._run(surface, (("SGD", 0.02), *others), *rest)
    assert ran == [3, 1]
    assert all(after[name] is before[name] for name, _ in others)
    race._known.cache_clear()
    whole = race._run(surface, (("SGD", 0.02), *others), *rest)
    for name in whole:
        np.testing.assert_array_equal(whole[name].points, after[name].points)
