"""The cockpit's plan, and that the figures of chapter 16 show what the package does."""

import numpy as np
import pytest

from course_utils.demos.hyperparameters.funnel import stages
from course_utils.demos.hyperparameters.grid_and_random import layout, mean_best
from course_utils.demos.hyperparameters.halving import BATCH, SPACE, N, cost, rounds, runs, split
from course_utils.demos.hyperparameters.panda import BEST, BUDGET, EGGS, START, STEERED, Plan, caviar, panda, run
from course_utils.demos.hyperparameters.sampling import top_share
from course_utils.layers import Dense, ReLU
from course_utils.network import Network
from course_utils.optimizers import SGD
from course_utils.training import evaluate, fit
from course_utils.tuning import successive_halving


def plan(*changes):
    made = Plan()
    for step, lr in ((0, START), *changes):
        made.change(step, lr)
    return made


def test_the_rate_acts_from_the_step_on_where_it_was_changed():
    assert plan((0, 0.01), (40, 0.01), (40, 0.5), (80, 0.5)).parts == ((0, 0.01), (40, 0.5))
    before, after = run(((0, 0.01),), 96), run(((0, 0.01), (40, 0.5)), 96)
    same = before.steps <= 40
    np.testing.assert_array_equal(before.losses[same], after.losses[same])
    assert (after.losses[~same][1:] < before.losses[~same][1:]).all(), "all but the look right after the change"


def test_a_drag_at_one_step_leaves_one_change():
    assert plan((0, 0.01), (40, 0.1), (40, 0.3), (40, 1.0)).parts == ((0, 0.01), (40, 1.0))


def test_going_back_only_shows_and_a_change_there_drops_what_came_later():
    made = plan((0, 0.01), (40, 0.1), (80, 1.0), (20, 1.0))
    assert made.parts == ((0, 0.01), (40, 0.1), (80, 1.0))
    assert made.until(20) == ([0, 20], [0.01, 0.01]) and made.until(50) == ([0, 40, 50], [0.01, 0.1, 0.1])
    made.change(20, 0.5)
    assert made.parts == ((0, 0.01), (20, 0.5))


def test_step_0_begins_a_new_run():
    assert plan((0, 0.01), (40, 0.1), (0, 0.1)).parts == ((0, 0.1),)
    figure = panda()
    figure.set(step=0, lr=START).set(step=40).set(lr=1.0).set(step=80)
    assert "step 80" in figure.stage.words
    figure.set(step=0, lr=START).set(step=80)
    assert f"{run(((0, START),)).losses[20]:.3g}" in figure.stage.words, "no trace of the other rate"
    figure.close()


def test_the_cockpit_opens_on_a_steered_run_that_beats_the_best_constant_rate():
    figure = panda()
    assert f"{run(STEERED).losses[-1]:.3g}" in figure.stage.words
    figure.close()
    steered, constant = (
        np.array([run(parts, seed=seed).losses[-1] for seed in range(4)]) for parts in (STEERED, ((0, BEST),))
    )
    assert (steered < constant).all()


def test_panda_and_caviar_have_the_same_budget():
    for eggs in EGGS:
        assert sum(found.steps[-1] for found in caviar(eggs)) == BUDGET
    assert {found.steps[-1] for found in caviar(2, "each")} == {BUDGET}


def test_a_grid_sees_k_values_of_x_and_random_trials_as_many_as_there_are():
    for k in 2, 3, 7:
        assert len(set(layout("grid", k)[0])) == k and len(set(layout("random", k)[0])) == k * k
    assert mean_best("random", 3) > mean_best("grid", 3) + 0.05


def test_halton_points_are_evenly_spread_and_shifted_by_a_draw():
    for seed in range(5):
        x, y = layout("halton", 3, seed)
        assert x.shape == y.shape == (9,) and (0 <= x).all() and (x < 1).all()
        gaps = np.diff(np.sort(x), append=x.min() + 1)
        assert gaps.max() <= 1 / 8 + 1e-12, "nine draws of a uniform leave a gap of a third on average"
    assert not np.array_equal(*(layout("halton", 3, seed) for seed in (0, 1)))
    assert mean_best("halton", 3, 1.0) > mean_best("random", 3, 1.0) + 0.05


def test_a_run_that_goes_on_costs_less_than_one_that_starts_anew():
    found = rounds(3, 0)
    assert cost(found) == 27 + 9 * 2 + 3 * 6 + 18 == 81
    assert cost(found, anew=True) == 27 + 9 * 3 + 3 * 9 + 27 == 108


@pytest.mark.parametrize("how, share", [("evenly", 0.9 / (1 - 1e-4)), ("by decades", 0.25)])
def test_shares_of_the_top_decade(how, share):
    assert top_share(how, n=20000) == pytest.approx(share, abs=0.01)


def test_halving_by_table_is_halving_by_training():
    def trial(lr, budget, rng):
        seed = int(np.argmin(np.abs(np.subtract(rates, lr))))
        rng = np.random.default_rng(seed)
        net = Network([Dense(64, 20, rng=rng), ReLU(), Dense(20, 10, rng=rng)])
        fit(net, split(), SGD(lr=lr), budget, BATCH, rng, evaluate_every=0, progress=False)
        return evaluate(net, split().val)[1]

    curves, rates = runs(0)
    assert curves.shape == (27, 27)
    trained = successive_halving(trial, SPACE, N, 0, eta=3, n_jobs=1)
    for search, by_table in zip(trained, rounds(3, 0), strict=True):
        assert [t.number for t in search.trials] == [t.number for t in by_table.trials]
        assert by_table.scores == pytest.approx(search.scores, rel=1e-6)


def test_the_funnel_leaves_its_first_box_only_where_it_may():
    opened, kept = stages(0.5), stages(0.0)
    assert opened[0].trials == kept[0].trials
    assert opened[-1].best.score > 0.95 and kept[-1].best.score < 0.5
    assert max(t.setting["lr"] for search in kept for t in search.trials) <= 1e-3
