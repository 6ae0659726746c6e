"""Ensembles: members that are the same in series and in parallel, that differ as they should, and answer together."""

import joblib
import numpy as np
import pytest
from sklearn.ensemble import BaggingClassifier
from threadpoolctl import threadpool_info, threadpool_limits

from course_utils.data import Split, digits
from course_utils.ensembles import Ensemble, Snapshots, bootstrap, combine, score, snapshot_steps, train_members
from course_utils.layers import Dense, ReLU
from course_utils.losses import softmax
from course_utils.network import Network
from course_utils.normalization import BatchNorm
from course_utils.optimizers import SGD
from course_utils.schedules import CosineRestarts
from course_utils.training import fit


def few():
    """Digits, of which 200 are for training."""
    train, val, test = digits().train, digits().val, digits().test
    return Split(train[:200], val, test)


def build(rng):
    return Network([Dense(64, 16, rng=rng), BatchNorm(16), ReLU(), Dense(16, 10, rng=rng)])


def member(i, rng):
    net = build(rng)
    fit(net, bootstrap(few(), rng), SGD(lr=0.5), 5, rng=rng, evaluate_every=0, progress=False)
    return net


def large(i, rng):
    """So large that its matrix products would take all cores."""
    net = Network([Dense(64, 1500, rng=rng), ReLU(), Dense(1500, 10, rng=rng)])
    fit(net, few(), SGD(lr=0.1), 2, rng=rng, evaluate_every=0, progress=False)
    return net


def arrays(ensemble):
    return [a for net in ensemble.members for a in net.arrays]


def assert_equal(some, others):
    assert len(some) == len(others)
    for a, b in zip(arrays(some), arrays(others), strict=True):
        np.testing.assert_array_equal(a, b)


def linear(seed=0, n_out=3):
    return Network([Dense(2, n_out, rng=seed)])


# Training


@pytest.mark.parametrize("train", [member, large])
def test_members_are_the_same_in_series_in_processes_and_in_threads(train):
    alone = train_members(train, 4, rng=3, n_jobs=1)
    assert_equal(train_members(train, 4, rng=3, n_jobs=2), alone)
    with joblib.parallel_config("threading", n_jobs=2):
        assert_equal(train_members(train, 4, rng=3), alone)


def test_one_at_a_time_is_here_whatever_joblib_is_told(monkeypatch):
    monkeypatch.setattr(joblib, "Parallel", None)
    assert len(train_members(lambda i, rng: linear(i), 2, n_jobs=1)) == 2


def test_members_have_seeds_of_their_own_that_do_not_depend_on_n():
    five = train_members(member, 5, rng=3, n_jobs=1)
    assert_equal(five[:2], train_members(member, 2, rng=3, n_jobs=1))
    thetas = np.array([net.theta for net in five.members])
    assert min(np.linalg.norm(a - b) for i, a in enumerate(thetas) for b in thetas[:i]) > 1
    assert not np.array_equal(train_members(member, 1, rng=4, n_jobs=1)[0].theta, thetas[0])


def test_a_generator_goes_on_from_ensemble_to_ensemble():
    rng = np.random.default_rng(3)
    first, second = (train_members(member, 2, rng, n_jobs=1) for _ in range(2))
    assert_equal(first, train_members(member, 2, rng=3, n_jobs=1))
    assert not np.array_equal(first[0].theta, second[0].theta)


def test_members_come_in_order_with_their_numbers():
    def numbered(i, rng):
        net = linear()
        net.theta[:] = i
        return net

    found = train_members(numbered, 6, n_jobs=2)
    assert [net.theta[0] for net in found.members] == list(range(6))


def test_products_have_one_thread_while_members_train():
    def threads(i, rng):
        net = linear()
        net.theta[:] = max(lib["num_threads"] for lib in threadpool_info() if lib["user_api"] == "blas")
        return net

    with threadpool_limits(2, user_api="blas"):
        for n_jobs in 1, 2:
            assert [net.theta[0] for net in train_members(threads, 2, n_jobs=n_jobs).members] == [1, 1]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_an_error_of_a_member_is_raised(n_jobs):
    def broken(i, rng):
        raise KeyError("lr")

    with pytest.raises(KeyError, match="lr"):
        train_members(broken, 3, n_jobs=n_jobs)


def test_a_member_that_diverged_is_named():
    def wild(i, rng):
        net = linear()
        net.theta[:] = np.nan if i == 1 else 1
        return net

    with pytest.raises(ValueError, match=r"^members\[1\]: got parameters that are not finite"):
        train_members(wild, 3, n_jobs=1)


# Answers


def test_it_answers_with_the_mean_of_its_members():
    ensemble, data = train_members(member, 5, n_jobs=1), digits().val
    P = np.array([softmax(net.forward(data.x)) for net in ensemble.members])
    np.testing.assert_array_equal(ensemble.each(data.x), P)
    for how in "probabilities", "scores", "votes":
        np.testing.assert_array_equal(ensemble.probabilities(data.x, how), combine(P, how))
        np.testing.assert_array_equal(ensemble.predict(data.x, how), combine(P, how).argmax(axis=1))
        assert ensemble.evaluate(data, how) == score(combine(P, how), data.y)
    singles = [np.mean(net.predict(data.x) == data.y) for net in ensemble.members]
    assert ensemble.evaluate(data)[1] > np.mean(singles) + 0.02


def test_a_slice_is_an_ensemble_and_an_entry_a_network():
    nets = [linear(i) for i in range(4)]
    ensemble = Ensemble(nets)
    assert ensemble[1:3].members == (nets[1], nets[2]) and ensemble[2] is nets[2]
    assert len(ensemble) == 4 and list(ensemble) == nets
    assert [repr(ensemble), repr(ensemble[:1])] == [
        "Ensemble(4 members, 36 parameters)",
        "Ensemble(1 member, 9 parameters)",
    ]


def test_the_top_are_those_with_the_lowest_loss_best_first():
    ensemble, data = train_members(member, 6, n_jobs=1), digits().val
    losses = [Ensemble([net]).evaluate(data)[0] for net in ensemble.members]
    best = ensemble.top(data, 3)
    assert best.members == tuple(ensemble[int(i)] for i in np.argsort(losses)[:3])


def test_members_may_differ_in_everything_but_inputs_and_classes():
    pair = Ensemble([linear(), Network([Dense(2, 5, rng=0), ReLU(), Dense(5, 3, rng=1)])])
    assert pair.probabilities(np.ones((4, 2))).shape == (4, 3)


# Ways


def test_a_bootstrap_draws_with_replacement_and_keeps_samples_with_their_labels():
    split = digits()
    drawn = bootstrap(split, rng=0)
    assert len(drawn.train) == len(split.train)
    assert drawn.val is split.val and drawn.test is split.test
    label = {x.tobytes(): y for x, y in zip(*split.train, strict=True)}
    assert all(label[x.tobytes()] == y for x, y in zip(*drawn.train, strict=True))
    assert len({x.tobytes() for x in drawn.train.x}) / len(label) == pytest.approx(1 - np.exp(-1), abs=0.02)
    assert not np.array_equal(bootstrap(split, rng=1).train.y, drawn.train.y)


def test_a_bootstrap_leaves_out_as_many_as_that_of_bagging_classifiers():
    split = few()
    bagged = BaggingClassifier(n_estimators=30, random_state=0).fit(*split.train)
    theirs = np.mean([len(np.unique(samples)) for samples in bagged.estimators_samples_])
    ours = np.mean([len(np.unique(bootstrap(split, rng=i).train.x, axis=0)) for i in range(30)])
    assert ours == pytest.approx(theirs, rel=0.02)


def test_snapshots_are_the_network_as_it_was():
    snapshots, net, thetas, seen = Snapshots([7, 14]), build(np.random.default_rng(0)), {}, {}

    def watch(record):
        thetas[record.step + 1] = record.net.theta.copy()
        seen[record.step + 1] = record.net.layers[1].running_mean.copy()

    fit(net, few(), SGD(lr=0.5), 3, rng=0, step_callbacks=[watch, snapshots], progress=False)
    for copied, n in zip(snapshots.ensemble.members, (7, 14), strict=True):
        np.testing.assert_array_equal(copied.theta, thetas[n])
        np.testing.assert_array_equal(copied.layers[1].running_mean, seen[n])
    assert not np.array_equal(net.theta, thetas[14])


@pytest.mark.parametrize(("n_steps", "n_cycles"), [(100, 4), (100, 3), (10, 10), (7, 1), (9, 5), (400, 7)])
def test_snapshots_are_taken_where_the_rate_is_lowest(n_steps, n_cycles):
    steps = snapshot_steps(n_steps, n_cycles)
    rate = CosineRestarts(1.0, period=-(-n_steps // n_cycles))
    rates = rate(np.arange(n_steps + 1))
    # After step n - 1 the rate jumps up again, if the run goes on.
    jumps = np.flatnonzero(np.diff(rates[:n_steps]) > 0) + 1
    np.testing.assert_array_equal(steps, [*jumps, n_steps] if n_steps > n_cycles else np.arange(1, n_steps + 1))


def test_cycles_for_which_no_step_is_left_have_no_snapshot():
    np.testing.assert_array_equal(snapshot_steps(10, 6), [2, 4, 6, 8, 10])


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: Ensemble([]), "members"),
        (lambda: Ensemble(linear()), "members"),
        (lambda: Ensemble([linear(), "net"]), r"members\[1\]"),
        (lambda: Ensemble([linear(), linear(n_out=2)]), r"members\[1\]"),
        (lambda: Ensemble([linear()]).predict(np.ones((2, 5))), "x"),
        (lambda: Ensemble([linear()]).predict(np.ones((2, 2)), "median"), "how"),
        (lambda: Ensemble([linear()]).top(digits().val, 2), "k"),
        (lambda: Ensemble([linear()]).top(digits().val, 0), "k"),
        (lambda: train_members("member", 2), "train"),
        (lambda: train_members(member, 0), "n"),
        (lambda: train_members(member, 2, rng=None), "rng"),
        (lambda: train_members(member, 2, n_jobs=0), "n_jobs"),
        (lambda: train_members(member, 2, n_jobs=0.5), "n_jobs"),
        (lambda: train_members(lambda i, rng: None, 2, n_jobs=1), r"members\[0\]"),
        (lambda: bootstrap(digits().train, 0), "split"),
        (lambda: bootstrap(digits(), None), "rng"),
        (lambda: Snapshots([0]), "steps"),
        (lambda: Snapshots([]).ensemble, "members"),
        (lambda: snapshot_steps(0, 1), "n_steps"),
        (lambda: snapshot_steps(10, 0), "n_cycles"),
        (lambda: snapshot_steps(10, 11), "n_cycles"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()
