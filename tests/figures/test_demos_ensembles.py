"""What the live figures of chapter 15 compute: against closed forms, the package's own averages, and the plain run."""

import sys

import numpy as np
import pytest

from course_utils.data import digits
from course_utils.demos.ensembles.disagreement import WAYS, shares, trained
from course_utils.demos.ensembles.shared import N_REDRAWN, N_TRAIN, build, noisy_digits
from course_utils.demos.ensembles.snapshots import compared
from course_utils.demos.ensembles.variance import MOST, draws
from course_utils.demos.ensembles.ways import MOST as WAYS_MOST
from course_utils.demos.ensembles.ways import ensemble, found, member
from course_utils.demos.ensembles.window import ENDS, KINDS, accuracies, averages, barriers, run_of, together
from course_utils.demos.ensembles.window import trained as window_trained
from course_utils.ensembles import EMA, SWA, Ensemble, combine, score
from course_utils.optimizers import Momentum
from course_utils.schedules import CosineRestarts
from course_utils.training import fit

CONSTANT = "constant, 0.1"


def test_a_few_labels_are_wrong_and_fresh_digits_are_fresh():
    whole, noisy = digits(), noisy_digits()
    right = whole.train.y[:N_TRAIN]
    assert N_REDRAWN / 2 < np.sum(noisy.train.y != right) <= N_REDRAWN
    label = {x.tobytes(): y for x, y in (*zip(*whole.train, strict=True), *zip(*whole.test, strict=True))}
    assert all(label[x.tobytes()] == y for x, y in zip(*noisy.test, strict=True))
    seen = {x.tobytes() for x in noisy.train.x}
    assert sum(x.tobytes() in seen for x in noisy.test.x) <= 1


# Correlated errors


@pytest.mark.parametrize("rho", [0.0, 0.3, 1.0])
def test_draws_have_variance_1_and_the_correlation_asked_for(rho):
    own, common = draws()
    errors = np.sqrt(rho) * common[:, None] + np.sqrt(1 - rho) * own
    np.testing.assert_allclose(errors.var(axis=0), 1, atol=0.1)
    off_diagonal = np.corrcoef(errors.T)[~np.eye(MOST, dtype=bool)]
    np.testing.assert_allclose(off_diagonal, rho, atol=0.08)


# Members on a map


@pytest.mark.parametrize("way", WAYS.values())
def test_borders_lie_where_the_answer_is_one_half(way):
    ensemble, _, borders, common = trained(way)
    for lines, net in ((borders[2], ensemble[2:3]), (common[7], ensemble[:8])):
        points = np.concatenate(lines)
        np.testing.assert_allclose(net.probabilities(points)[:, 1], 0.5, atol=0.1)


def test_where_members_agree_they_are_right_more_often():
    alone, together, agreed, apart, share = shares("initial", 8)
    assert agreed * (1 - share) + apart * share == pytest.approx(together)
    assert apart < alone < together < agreed
    assert shares("initial", 1)[3] is None


# Six ways


@pytest.mark.parametrize(("way", "alike", "other"), [("bagging", "start", "data"), ("initial", "data", "start")])
def test_members_differ_in_what_the_way_says(way, alike, other, monkeypatch):
    seen = []
    monkeypatch.setattr(
        sys.modules[member.__module__],
        "fit",
        lambda net, split, *rest, **more: seen.append({"start": net.theta.copy(), "data": split.train.x}),
    )
    for i in (0, 1):
        member(way, i)
    np.testing.assert_array_equal(seen[0][alike], seen[1][alike])
    assert not np.array_equal(seen[0][other], seen[1][other])


def test_the_top_are_the_best_of_all_runs_in_validation():
    runs = [net for way in ("initial", "objective", "bagging", "all") for net in ensemble(way)]
    losses = np.sort(
        [score(Ensemble([net]).probabilities(noisy_digits().val.x), noisy_digits().val.y)[0] for net in runs]
    )
    top = [Ensemble([net]).evaluate(noisy_digits().val)[0] for net in ensemble("top")]
    np.testing.assert_allclose(top, losses[:WAYS_MOST])


@pytest.mark.parametrize("way", ["initial", "snapshots"])
def test_curves_end_at_the_accuracy_of_all(way):
    alone, _, sizes = found(way)
    assert sizes[0] == pytest.approx(alone.mean())
    assert sizes[-1] == pytest.approx(ensemble(way).evaluate(noisy_digits().test)[1])


def test_the_curve_of_averaged_weights_ends_at_the_net_with_their_mean():
    nets = ensemble("weights")
    mean = nets[0].copy()
    mean.theta = np.mean([net.theta for net in nets], axis=0)
    assert found("weights")[2][-1] == pytest.approx(Ensemble([mean]).evaluate(noisy_digits().test)[1])


# Snapshots


def test_snapshots_are_those_of_a_run_with_restarts():
    taken_at, losses, alone, sums, apart = compared("cycles", 4, 0.1, seed=2)
    np.testing.assert_array_equal(taken_at, [100, 200, 300, 400])
    net, kept = build(2), []
    fit(
        net,
        noisy_digits(),
        Momentum(lr=CosineRestarts(0.1, period=100)),
        40,
        32,
        rng=2,
        evaluate_every=0,
        step_callbacks=[lambda record: kept.append(record.net.copy()) if (record.step + 1) % 100 == 0 else None],
    )
    x, y = noisy_digits().test
    P = Ensemble(kept).each(x)
    np.testing.assert_allclose(alone, (P.argmax(axis=2) == y).mean(axis=1))
    np.testing.assert_allclose(sums, [score(combine(P[:n]), y)[1] for n in (1, 2, 3, 4)])
    assert apart[3, 1] == np.mean(P[3].argmax(axis=1) != P[1].argmax(axis=1)) and len(losses) == 400


# Windows of weights


def test_averages_are_those_of_swa_and_ema():
    swa, ema, net = SWA(start=410, every=10), EMA(decay=1 - 1 / 20), build(0)

    def watch(record):
        if (record.step + 1) % 10 == 0:
            ema(record)

    fit(net, noisy_digits(), Momentum(lr=0.1), 60, 32, rng=0, evaluate_every=0, step_callbacks=[swa, watch])
    for average, name in ((swa, "swa"), (ema, "ema")):
        right = Ensemble([average.network(net)]).evaluate(noisy_digits().test)[1]
        assert averages(name, 20, CONSTANT)[-1] == pytest.approx(right)


@pytest.mark.parametrize("average", KINDS.values())
def test_a_window_of_one_is_the_run_itself(average):
    run = accuracies(CONSTANT)[ENDS - 1]
    np.testing.assert_allclose(averages(average, 1, CONSTANT), run)
    np.testing.assert_allclose(together(1, CONSTANT), run)


def test_the_line_between_two_nets_ends_at_their_losses():
    one, other = run_of(CONSTANT)[0][-1], window_trained(CONSTANT, seed=1)[-1]
    ends = [Ensemble([net]).evaluate(noisy_digits().test)[0] for net in (one, other)]
    np.testing.assert_allclose(barriers(CONSTANT)[[0, -1]], ends)
    middle = one.copy()
    middle.theta = (one.theta + other.theta) / 2
    assert barriers(CONSTANT)[10] == pytest.approx(Ensemble([middle]).evaluate(noisy_digits().test)[0])
