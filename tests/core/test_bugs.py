"""The planted bugs: each does what its name says, leaves the rest alone, and does not sign."""

from dataclasses import fields

import numpy as np
import pytest
from scipy.stats import norm

from course_utils.bug_lab import BLIND, BUGS, EVERYTHING, blind
from course_utils.bug_lab.bugs import summed, unshifted, without_mean
from course_utils.gradients import check_gradients
from course_utils.losses import softmax_cross_entropy

rng = np.random.default_rng(0)
SCORES, LABELS = rng.normal(size=(6, 10)), rng.integers(0, 10, 6)
ONES = np.ones((40_000, 1))


def gradients(program, n=16):
    """{"0.W": ...} of a program's untrained net on its first samples, in training mode."""
    net, (x, y) = program.net(), program.split().train
    scores = net.forward(x[:n], training=True)
    net.backward(program.loss(scores, y[:n])[1])
    return {name: grad.copy() for name, grad in net.unpack(net.grad).items()}


def both(name):
    return gradients(BUGS[name].program), gradients(BUGS[name].healthy)


def layer(program, i):
    return program.net().layers[i]


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_does_not_sign(name):
    bug = BUGS[name]
    assert repr(bug.program) == repr(bug.healthy)
    assert repr(bug.program.net()) == repr(bug.healthy.net())
    assert bug.program is not bug.healthy
    np.testing.assert_array_equal(bug.program.net().theta, bug.healthy.net().theta)


@pytest.mark.parametrize(
    ("name", "factors"),
    [
        ("factor 2 in dW", {"0.W": 2, "0.b": 1, "2.W": 2, "2.b": 1}),
        ("4/n in db", {"0.W": 1, "0.b": 4, "2.W": 1, "2.b": 4}),
        ("missing 1/n", dict.fromkeys(("0.W", "0.b", "2.W", "2.b"), 16)),
        ("summed loss", dict.fromkeys(("0.W", "0.b", "2.W", "2.b"), 16)),
    ],
)
def test_gradients_that_are_off_by_a_factor(name, factors):
    wrong, right = both(name)
    for array, factor in factors.items():
        np.testing.assert_allclose(wrong[array], factor * right[array], rtol=1e-12)


def test_only_the_gradient_lacks_its_mean_or_the_loss_does_too():
    loss, dscores = softmax_cross_entropy(SCORES, LABELS)
    assert without_mean(SCORES, LABELS)[0] == loss
    assert summed(SCORES, LABELS)[0] == pytest.approx(6 * loss)
    for f in (without_mean, summed):
        np.testing.assert_allclose(f(SCORES, LABELS)[1], 6 * dscores)


def test_relu_asks_for_the_sign_of_what_comes_back():
    relu = layer(BUGS["ReLU by delta"].program, 1)
    np.testing.assert_array_equal(relu.forward(np.array([[-1.0, 2.0, 3.0]])), [[0, 2, 3]])
    np.testing.assert_array_equal(relu.backward(np.array([[5.0, -6.0, 7.0]])), [[5, 0, 7]])


def test_the_second_layer_takes_x_for_h1_and_the_first_is_as_ever():
    program = BUGS["X for H1"].program
    wrong, right = both("X for H1")
    net, (x, y) = program.net(), program.split().train
    dscores = softmax_cross_entropy(net.forward(x[:16]), y[:16])[1]
    np.testing.assert_allclose(wrong["2.W"], x[:16].T @ dscores)
    for name in ("0.W", "0.b", "2.b"):
        np.testing.assert_array_equal(wrong[name], right[name])


def test_batch_norm_s_backward_pass_is_that_of_constants():
    wrong = layer(BUGS["batch norm backward in test mode"].program, 1)
    x, dout = rng.normal(3, 2, size=(2, 8, 64))
    wrong.forward(x, training=True)
    np.testing.assert_allclose(wrong.backward(dout), dout / np.sqrt(x.var(axis=0) + 1e-5))


def test_running_averages_stay():
    wrong = layer(BUGS["running averages never updated"].program, 1)
    wrong.forward(rng.normal(3, 2, size=(8, 64)), training=True)
    assert not wrong.running_mean.any() and (wrong.running_var == 1).all()


def test_masks():
    outs = {
        name: layer(BUGS[name].program, 2).forward(ONES, training=True)
        for name in ("randn for the mask", "no scaling at test time", "dropout on at test time")
    }
    kept = {name: (out > 0).mean() for name, out in outs.items()}
    assert kept == pytest.approx(
        {"randn for the mask": norm.cdf(0.5), "no scaling at test time": 0.5, "dropout on at test time": 0.5}, abs=0.01
    )
    assert {name: out.max() for name, out in outs.items()} == {
        "randn for the mask": 2,
        "no scaling at test time": 1,
        "dropout on at test time": 2,
    }
    tests = {name: layer(BUGS[name].program, 2).forward(ONES).mean() for name in outs}
    assert tests["randn for the mask"] == tests["no scaling at test time"] == 1
    assert layer(BUGS["dropout on at test time"].program, 2).forward(ONES).min() == 0


@pytest.mark.parametrize("name", ["randn for the mask", "no scaling at test time", "dropout on at test time"])
def test_wrong_masks_have_right_gradients(name):
    program = BUGS[name].program
    x, y = program.split().train
    assert check_gradients(program.net(), x[:4], y[:4], training=True, n_per_array=10).verdict == "right"


def steps(name, gradients):
    """(steps of the bug's optimizer, steps of the right one), in lr."""
    found = []
    for program in (BUGS[name].program, BUGS[name].healthy):
        state, taken = program.opt.init(np.zeros(1)), []
        for t, g in enumerate(gradients):
            step, state = program.opt.update(np.array([g]), state, t)
            taken.append(-step[0] / program.opt.lr)
        found.append(taken)
    return found


def test_optimizers_against_their_known_answers():
    assert steps("Nesterov with the updated velocity", [1.0]) == [pytest.approx([0.81 + 1.9]), pytest.approx([1.9])]
    wrong, right = steps("no bias correction", [1.0])
    assert (wrong, right) == (pytest.approx([0.1 / 0.001**0.5]), pytest.approx([1.0]))
    wrong, right = steps("eps inside the root", [1e-4])
    assert (wrong, right) == (pytest.approx([0.5**0.5]), pytest.approx([1.0], rel=1e-3))
    wrong, right = steps("beta1 in the second moment", np.ones(300))
    v = 0.001 * (1 - 0.9**300) / (1 - 0.9) / (1 - 0.999**300)
    assert (wrong[0], wrong[-1], right[-1]) == pytest.approx((1.0, v**-0.5, 1.0))


def test_softmax_is_right_until_it_overflows():
    loss, dscores = unshifted(SCORES, LABELS)
    want, dwant = softmax_cross_entropy(SCORES, LABELS)
    assert loss == pytest.approx(want)
    np.testing.assert_allclose(dscores, dwant, atol=1e-15)
    assert np.isnan(unshifted(SCORES + 1000, LABELS)[0])


def test_the_penalty_reaches_the_biases():
    bug = BUGS["penalty on the biases"]
    assert [W.ndim for W, _ in bug.program.net().weights] == [2, 2, 1, 1]
    assert [W.ndim for W, _ in bug.healthy.net().weights] == [2, 2]
    biases = [
        max(abs(a).max() for name, a in net.unpack(net.theta).items() if name.endswith("b"))
        for net in (program.run(epochs=10)[0] for program in (bug.program, bug.healthy))
    ]
    assert biases[0] < biases[1]


def test_data():
    wrong, right = (p.split() for p in (BUGS["statistics of the test set"].program, BUGS["labels out of step"].healthy))
    assert abs(wrong.test.x.mean(axis=0)).max() < 1e-9 < abs(wrong.train.x.mean(axis=0)).max()
    mixed = BUGS["labels out of step"].program.split()
    np.testing.assert_array_equal(mixed.train.y, right.train.y)
    np.testing.assert_array_equal(np.sort(mixed.train.x, axis=0), np.sort(right.train.x, axis=0))
    assert np.mean((mixed.train.x == right.train.x).all(axis=1)) < 0.01
    np.testing.assert_array_equal(mixed.val.x, right.val.x)


def test_blind_bugs_are_five_of_the_bugs_in_one_program():
    assert len(set(BLIND)) == 5
    for n, name in enumerate(BLIND, 1):
        assert blind(n) is blind(n)
        assert repr(blind(n)) == repr(EVERYTHING)
        for part in fields(EVERYTHING):
            want = BUGS[name].parts.get(part.name, getattr(EVERYTHING, part.name))
            assert getattr(blind(n), part.name) is want
    for n in (0, 6, "one"):
        with pytest.raises(ValueError, match="n: got"):
            blind(n)
