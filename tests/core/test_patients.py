"""Every patient shows the sign of its fault and of no other, and is well once it is cured."""

import numpy as np
import pytest

from course_utils.clinic import FAULTS, examine, read
from course_utils.clinic.patients import Plan, run

GUESS = np.log(10)
PATIENTS = [
    pytest.param(name, other, id=f"{name}, {'another' if other else 'first'}")
    for name in FAULTS
    for other in (False, True)
]


def falls_late(h):
    return h.train_loss[4] > 0.95 * GUESS and h.train_loss[-1] < 0.3 and h.train_loss[0] < 1.05 * GUESS


def thrown_about(h):
    late = h.train_loss[1:16]
    return np.sum(np.diff(late) > 0.05) >= 3 and late.mean() > 0.4 and late.max() < 2 * GUESS


def straight(h):
    far = h.train_loss[0] - h.train_loss[-1]
    return h.n_steps >= 400 and h.train_loss[-1] > 1.5 and far > 0.5 and np.max(-np.diff(h.train_loss)) < 0.1 * far


def turns(h):
    lowest = h.val_loss.min()
    return h.train_accuracy[-1] > 0.999 and lowest < 0.6 * GUESS and h.val_loss[-1] > 1.15 * lowest


def flat_and_low(h):
    rest = np.ptp(h.train_accuracy[-5:]) < 0.03 and np.ptp(h.train_loss[-5:]) < 0.12
    return rest and h.train_accuracy[-1] < 0.85 and abs(h.train_accuracy - h.val_accuracy)[-1] < 0.05


def ends_early(h):
    rising = h.train_accuracy[-1] - h.train_accuracy[-2] > 0.01 and h.val_accuracy[-1] - h.val_accuracy[-2] > 0.01
    return rising and h.n_steps < 150 and h.val_accuracy[-1] > 0.85


def training_below(h):
    ahead = h.val_accuracy[-1] - h.train_accuracy[-1] > 0.15
    return ahead and np.ptp(h.train_accuracy[-5:]) < 0.03 and h.val_accuracy[-1] < 0.99


def no_gap(h):
    return np.array_equal(h.train_accuracy, h.val_accuracy) and h.val_accuracy[-1] == 1


def apart_from_the_start(h):
    return h.val_loss[0] > 1.5 * h.train_loss[0] and (h.val_loss[2:] > GUESS).all() and h.train_accuracy[3] > 0.9


def upside_down(h):
    return h.val_accuracy[-1] > 0.999 and h.train_accuracy[-1] < 0.9 and h.val_loss[-1] < 0.02


def blown_up(h):
    return h.diverged_at > 0 and np.nanmax(h.losses) > 1e6


def well(h):
    if h.diverged_at >= 0 or len(h.val_loss) < 6:
        return False
    return read(h.train_accuracy, h.val_accuracy) == "fine" and np.diff(h.train_loss).max() < 0.01 and not no_gap(h)


SIGNS = {
    "healthy": well,
    "learning rate too high": thrown_about,
    "learning rate too low": straight,
    "bad initialization": falls_late,
    "overfitting": turns,
    "underfitting": flat_and_low,
    "more training wanted": ends_early,
    "label noise": training_below,
    "leakage": no_gap,
    "wrong normalization at test time": apart_from_the_start,
    "diverged": blown_up,
    "training and validation swapped": upside_down,
}


@pytest.mark.parametrize(("name", "other"), PATIENTS)
def test_a_patient_shows_the_sign_of_its_fault_and_of_no_other(name, other):
    history = examine(name, other=other).history
    with np.errstate(all="ignore"):
        assert [sign for sign, seen in SIGNS.items() if seen(history)] == [name]


@pytest.mark.parametrize(("name", "other"), PATIENTS)
def test_the_first_loss_is_that_of_a_blind_guess_but_where_the_data_are_wrong(name, other):
    history = examine(name, other=other).history
    assert history.train_loss[0] == pytest.approx(GUESS, rel=0.1)
    if name != "wrong normalization at test time":
        assert history.val_loss[0] == pytest.approx(GUESS, rel=0.1)


@pytest.mark.parametrize(("name", "other"), PATIENTS)
def test_the_cure_helps_and_undoes_the_fault(name, other):
    sick, cured = (examine(name, cure, other) for cure in (False, True))
    if name in ("leakage", "training and validation swapped"):
        # The net was never ill: only what was told of it.
        assert cured.test_accuracy == sick.test_accuracy
        gap = cured.history.train_accuracy[-1] - cured.history.val_accuracy[-1]
        assert gap > 0.05
    elif name == "overfitting":
        assert cured.history.final_val_accuracy > sick.history.final_val_accuracy + 0.1
    else:
        assert read(cured.history.train_accuracy, cured.history.val_accuracy) == "fine"
        assert cured.test_accuracy > 0.92


def test_wrong_labels_set_the_ceiling_of_training():
    for other, share in ((False, 0.3), (True, 0.4)):
        assert examine("label noise", other=other).history.final_train_accuracy == pytest.approx(1 - share, abs=0.03)


def test_a_leak_flatters_and_the_test_tells():
    chart = examine("leakage")
    assert chart.history.final_val_accuracy == 1 and chart.test_accuracy < 0.93


def test_swapping_touches_the_names_only():
    plain, swapped = run(Plan(samples=60, epochs=2)), run(Plan(samples=60, epochs=2, swapped=True))
    np.testing.assert_array_equal(plain.history.train_loss, swapped.history.val_loss)
    np.testing.assert_array_equal(plain.history.val_accuracy, swapped.history.train_accuracy)
    np.testing.assert_array_equal(plain.history.losses, swapped.history.losses)


def test_every_fault_is_told_in_words():
    for fault in FAULTS.values():
        assert all(len(words.split()) > 1 and words.endswith(".") for words in (fault.cause, fault.sign, fault.remedy))


def test_unknown_fault():
    with pytest.raises(ValueError, match="fault: got 'flu', want one of 'healthy', 'learning rate too high'"):
        examine("flu")
