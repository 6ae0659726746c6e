"""The laboratory counts trials and looks, keeps the test digits to itself, and knows its nets again."""

import numpy as np
import pytest

from course_utils.clinic import Lab, OverBudget, laboratory
from course_utils.data import digits
from course_utils.layers import Dense, ReLU
from course_utils.network import Network
from course_utils.optimizers import Momentum
from course_utils.regularizers import L2
from course_utils.training import fit


def net(seed=0):
    rng = np.random.default_rng(seed)
    return Network([Dense(64, 20, rng=rng), ReLU(), Dense(20, 10, rng=rng)])


def test_all_digits_once_and_another_split_for_another_rng(monkeypatch):
    lab = Lab(rng=1)
    parts = [lab.train, lab.val, lab._split.test]
    assert [len(part.y) for part in parts] == [400, 359, 1038]
    for name in ("WRONG", "BLUR", "DECADES"):
        monkeypatch.setattr(laboratory, name, 0.0)
    plain = Lab(rng=1)._split
    rows = np.concatenate([np.column_stack([part.x, part.y]) for part in (plain.train, plain.val, plain.test)])
    whole = digits().train + digits().val + digits().test
    whole = np.column_stack([whole.x, whole.y])
    np.testing.assert_array_equal(rows[np.lexsort(rows.T)], whole[np.lexsort(whole.T)])
    monkeypatch.undo()
    assert not np.array_equal(Lab(rng=2).train.x, lab.train.x)
    np.testing.assert_array_equal(Lab(rng=1).train.x, lab.train.x)


def test_the_digits_are_poor_and_only_the_labels_of_training_are_wrong(monkeypatch):
    lab = Lab(rng=1)
    for name in ("WRONG", "BLUR", "DECADES"):
        monkeypatch.setattr(laboratory, name, 0.0)
    clean = Lab(rng=1)
    assert 0.15 < np.mean(lab.train.y != clean.train.y) < 0.25
    np.testing.assert_array_equal(lab.val.y, clean.val.y)
    spread = lab.train.x.std(axis=0)
    assert spread.max() / spread.min() > 30


def test_a_trial_is_the_run_of_fit():
    lab, mine, other = Lab(), net(), net()
    history = lab.fit(mine, Momentum(lr=0.05), epochs=3, batch_size=64, rng=5, regularizer=L2(1e-3))
    same = fit(other, lab._split, Momentum(lr=0.05), 3, 64, 5, regularizer=L2(1e-3), progress=False)
    np.testing.assert_array_equal(mine.theta, other.theta)
    np.testing.assert_array_equal(history.val_loss, same.val_loss)
    assert lab.attempts[0].history is history and lab.attempts[0].opt == Momentum(lr=0.05)


def test_trials_are_counted_and_the_budget_holds():
    lab = Lab(trials=2, epochs=3)
    with pytest.raises(ValueError, match="epochs: got 4, want at most 3 in a trial"):
        lab.fit(net(), Momentum(), epochs=4)
    with pytest.raises(ValueError, match="batch_size"):
        lab.fit(net(), Momentum(), epochs=1, batch_size=0)
    assert repr(lab) == "Lab(0 of 2 trials, 0 looks at the test digits)"
    for _ in range(2):
        lab.fit(net(), Momentum(lr=0.01), epochs=1)
    with pytest.raises(OverBudget, match="trial 3: the budget is 2"):
        lab.fit(net(), Momentum(lr=0.01), epochs=1)
    assert repr(lab) == "Lab(2 of 2 trials, 0 looks at the test digits)"


def test_looks_are_counted():
    lab, trained = Lab(), net()
    lab.fit(trained, Momentum(lr=0.05), epochs=5)
    x, y = lab._split.test
    assert lab.test(trained) == np.mean(trained.predict(x) == y) > 0.4
    assert lab.looks == 1 and "1 look at" in repr(lab)


def test_a_trial_does_not_carry_the_test_digits():
    lab, seen = Lab(), []

    def spy(x, y, rng):
        seen.append(len(y))
        return x, y

    lab.fit(net(), Momentum(lr=0.01), epochs=1, augment=spy)
    assert sum(seen) == len(lab.train.y)


def test_knows_its_nets_again():
    lab, first, second = Lab(), net(), net(1)
    lab.fit(first, Momentum(lr=0.01), epochs=1)
    lab.fit(second, Momentum(lr=0.02), epochs=1)
    assert lab.attempt(first) is lab.attempts[0]
    assert lab.attempt(second.copy()) is lab.attempts[1]
    first.theta += 1e-9
    assert lab.attempt(first) is None and lab.attempt(net(2)) is None


@pytest.mark.parametrize(
    ("arguments", "words"), [({"trials": 0}, "trials"), ({"epochs": 0.5}, "epochs"), ({"rng": None}, "rng")]
)
def test_bad_input(arguments, words):
    with pytest.raises(ValueError, match=words):
        Lab(**arguments)
