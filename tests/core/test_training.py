"""The loop takes the steps it says, records what it says, ends when it should, and refuses what does not fit."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, log_loss

from course_utils.data import Data, Split, blobs, digits, moons, split
from course_utils.gradients import check_gradients
from course_utils.initializers import zeros
from course_utils.layers import Dense, ReLU
from course_utils.losses import mean_squared_error, multiclass_hinge, softmax, softmax_cross_entropy
from course_utils.network import Network
from course_utils.optimizers import SGD, Adam, Momentum
from course_utils.training import EarlyStopping, batches, evaluate, fit, minibatches, steps

EVALUATED = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
EMPTY = Data(np.zeros((0, 2)), np.zeros(0, int))
PARTS = blobs()


def build(sizes=(2, 8, 3), dtype=float, seed=0):
    rng = np.random.default_rng(seed)
    rows = [[Dense(n_in, n_out, rng=rng), ReLU()] for n_in, n_out in itertools.pairwise(sizes)]
    return Network(sum(rows, [])[:-1], dtype=dtype)


class Plain:
    """Gradient descent in as little as an optimizer needs."""

    def init(self, theta):
        return None

    def update(self, grad, state, t, theta):
        return -0.1 * grad, state


class ToNormal(Plain):
    """Brings theta back from 1e200 in its first step."""

    def update(self, grad, state, t, theta):
        return (1e-200 - 1) * theta if t == 0 else 0 * theta, state


class Shrink:
    """A penalty as plain as one can be."""

    def gradient(self, W):
        return 2 * W

    def project(self, W, lr):
        W *= 1 - lr


# --- minibatches


@pytest.mark.parametrize(("n", "size", "lengths"), [(10, 4, [4, 4, 2]), (8, 4, [4, 4]), (3, 5, [3]), (1, 1, [1])])
def test_every_sample_once_and_the_last_batch_may_be_short(n, size, lengths):
    batches = list(minibatches(n, size, rng=0))
    assert [len(batch) for batch in batches] == lengths
    assert sorted(np.concatenate(batches)) == list(range(n))


def test_batches_are_shuffled_anew():
    rng = np.random.default_rng(0)
    first, second = (np.concatenate(list(minibatches(50, 8, rng))) for _ in range(2))
    assert not np.array_equal(first, second) and not np.array_equal(first, range(50))


def test_batches_go_on_epoch_after_epoch_and_without_end():
    data = PARTS.train[:10]
    for epochs, n in (2, 6), (0, 0), (None, 9):
        drawn = list(itertools.islice(batches(data, 4, np.random.default_rng(0), epochs), 9))
        assert len(drawn) == n
        by_hand = np.random.default_rng(0)
        order = np.concatenate([by_hand.permutation(10) for _ in range(3)])
        if n:
            x, y = (np.concatenate(arrays) for arrays in zip(*drawn, strict=True))
            np.testing.assert_array_equal(x, data.x[order[: len(x)]])
            np.testing.assert_array_equal(y, data.y[order[: len(y)]])


# --- steps


def test_steps_are_what_fit_does_and_they_end_with_the_batches():
    net, other = build(), build()
    history = fit(net, PARTS, Adam(lr=0.01), 3, 16, rng=4, regularizer=Shrink())
    data, before = batches(PARTS.train, 16, rng=4, epochs=3), other.theta.copy()
    taken = list(steps(other, data, Adam(lr=0.01), regularizer=Shrink()))
    np.testing.assert_array_equal([loss for loss, _ in taken], history.losses)
    np.testing.assert_array_equal(other.theta, net.theta)
    assert not np.array_equal(before, net.theta)


def test_steps_take_lists_and_keep_float32():
    net = build(dtype=np.float32)
    given = [(PARTS.train.x[:4].tolist(), PARTS.train.y[:4].tolist())] * 3
    losses = [loss for loss, _ in steps(net, given, Plain())]
    assert losses[0] > losses[-1] and net.layers[0].x.dtype == np.float32


@pytest.mark.filterwarnings("error")
def test_steps_end_where_the_loss_is_no_number():
    taken = list(steps(build(), batches(PARTS.train, 16, rng=0), SGD(lr=1e200)))
    assert 0 < len(taken) < 20 and np.isfinite([loss for loss, _ in taken]).all()


def half_squares(scores, y):
    """A learner's loss, in two arguments."""
    d = scores - np.eye(scores.shape[1])[y]
    return 0.5 * float((d * d).sum() / len(d)), d / len(d)


def careful(scores, y):
    """A learner's loss that is built on ours, and so refuses scores that are no numbers."""
    return softmax_cross_entropy(scores, y)


@pytest.mark.filterwarnings("error")
def test_a_loss_of_two_arguments_trains_and_passes_the_gradient_check():
    net = build()
    history = fit(net, PARTS, SGD(lr=0.3), 3, loss=half_squares)
    assert history.train_loss[-1] < history.train_loss[0] / 2
    assert check_gradients(net, *PARTS.train[:5], loss=half_squares).error < 1e-7
    assert fit(build(), PARTS, SGD(lr=1e200), 5, loss=careful).diverged_at > 0


def soft(y):
    return np.eye(3)[y] * 0.7 + 0.1


def test_soft_labels_are_looked_at_in_every_batch():
    calls = []

    def late(x, y, rng):
        calls.append(len(x))
        return x, soft(y) if len(calls) < 4 else 50 * soft(y) - 7

    with pytest.raises(ValueError, match=r"^augment\(x, y, rng\).y: got the row .*, want probabilities"):
        fit(build(), PARTS, Plain(), augment=late)
    assert len(calls) == 4


def test_a_loss_that_takes_no_soft_labels_says_so():
    with pytest.raises(ValueError, match="^y: got an array of shape"):
        fit(build(), PARTS, Plain(), loss=multiclass_hinge, augment=lambda x, y, rng: (x, soft(y)))


# --- evaluate


def test_evaluate_is_scikit_learns_loss_and_accuracy():
    # More samples than a chunk, and no multiple of it.
    parts = split(*digits().train, val=0, test=0)
    net = build((64, 5, 10))
    loss, accuracy = evaluate(net, parts.train)
    scores = net.forward(parts.train.x)
    assert loss == pytest.approx(log_loss(parts.train.y, softmax(scores), labels=range(10)), rel=1e-12)
    assert accuracy == accuracy_score(parts.train.y, scores.argmax(axis=1))


def test_evaluate_runs_in_test_mode_and_takes_other_losses():
    class Shifts(ReLU):
        def forward(self, x, training=False):
            return super().forward(x, training) + training

    data = blobs().train
    dense = Dense(2, 3, rng=0)
    net = Network([Shifts(), dense])
    scores = np.maximum(data.x, 0) @ dense.W
    assert evaluate(net, data)[0] == pytest.approx(softmax_cross_entropy(scores, data.y)[0])
    assert evaluate(net, data, mean_squared_error)[0] == pytest.approx(mean_squared_error(scores, data.y)[0])


# --- fit


@pytest.mark.parametrize("opt", [Plain(), SGD(lr=0.3), Momentum(lr=0.05), Adam(lr=0.01)], ids=type)
def test_the_steps_are_those_of_the_loop_by_hand(opt):
    parts, net, by_hand = blobs(n=50), build(), build()
    x, y = parts.train
    history = fit(net, parts, opt, epochs=3, batch_size=8, rng=7)
    rng, theta, losses = np.random.default_rng(7), by_hand.theta.copy(), []
    state, t = opt.init(theta), 0
    for _ in range(3):
        order = rng.permutation(len(x))
        for start in range(0, len(x), 8):
            by_hand.theta = theta
            batch = order[start : start + 8]
            loss, dscores = softmax_cross_entropy(by_hand.forward(x[batch]), y[batch])
            by_hand.backward(dscores)
            step, state = opt.update(by_hand.grad.copy(), state, t, theta)
            theta, t = theta + step, t + 1
            losses.append(loss)
    np.testing.assert_allclose(net.theta, theta, rtol=1e-12)
    np.testing.assert_allclose(history.losses, losses, rtol=1e-12)


def test_the_history_counts_steps_and_epochs():
    history = fit(build(), blobs(n=100), SGD(lr=0.1), epochs=4, batch_size=32)
    assert (history.n_steps, history.steps_per_epoch, history.diverged_at) == (12, 3, -1)
    np.testing.assert_array_equal(history.eval_steps, [0, 3, 6, 9, 12])
    np.testing.assert_array_equal(history.epochs, [0, 1, 2, 3, 4])
    assert all(len(getattr(history, name)) == 5 for name in EVALUATED)
    assert history.thetas is None


def test_the_evaluations_are_those_of_the_net_before_and_after():
    parts, net = blobs(), build()
    before = evaluate(net, parts.train), evaluate(net, parts.val)
    history = fit(net, parts, SGD(lr=0.3), epochs=3)
    after = evaluate(net, parts.train), evaluate(net, parts.val)
    for k, (train, val) in (0, before), (-1, after):
        assert (history.train_loss[k], history.train_accuracy[k]) == train
        assert (history.val_loss[k], history.val_accuracy[k]) == val
    assert (history.final_train_accuracy, history.final_val_accuracy) == (after[0][1], after[1][1])
    assert f"{after[1][1]:.3f} in validation" in repr(history)


def test_only_the_steps_run_in_training_mode():
    class Spy(ReLU):
        def forward(self, x, training=False):
            modes.append(training)
            return super().forward(x, training)

    modes = []
    fit(Network([Spy(), Dense(2, 3, rng=0)]), blobs(n=100), SGD(lr=0.1), epochs=2, batch_size=40)
    evaluation = [False, False]
    assert modes == evaluation + 2 * ([True, True] + evaluation)


def test_a_network_learns():
    history = fit(build((64, 32, 10)), digits(), Adam(lr=3e-3), epochs=10)
    assert history.train_accuracy[0] < 0.3 < 0.95 < history.final_val_accuracy
    assert history.train_loss[-1] < 0.2 < 2 < history.train_loss[0]


def test_the_same_seed_gives_the_same_run_and_another_seed_another():
    runs = [fit(build(), blobs(), SGD(lr=0.3), epochs=2, rng=seed).losses for seed in (1, np.random.default_rng(1), 2)]
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


@pytest.mark.parametrize(("every", "steps"), [(0, []), (2, [0, 6, 12, 15]), (5, [0, 15]), (9, [0, 15])])
def test_evaluations_can_be_rarer_or_off(every, steps):
    history = fit(build(), blobs(n=100), SGD(lr=0.1), epochs=5, evaluate_every=every)
    assert history.eval_steps.tolist() == steps
    assert all(len(getattr(history, name)) == len(steps) for name in EVALUATED)
    assert np.isnan(history.final_val_accuracy) == (not steps)
    repr(history)


def test_evaluation_and_recording_do_not_change_the_run():
    plain = fit(build(), blobs(), SGD(lr=0.3), epochs=3, evaluate_every=0)
    watched = fit(build(), blobs(), SGD(lr=0.3), epochs=3, record=1, callbacks=[print], step_callbacks=[print])
    np.testing.assert_array_equal(plain.losses, watched.losses)


def test_thetas_are_recorded_on_the_way():
    net = build()
    start = net.theta.copy()
    history = fit(net, blobs(n=100), SGD(lr=0.1), epochs=3, record=2)
    assert history.theta_steps.tolist() == [0, 2, 4, 6, 8, 9]
    np.testing.assert_array_equal(history.thetas[0], start)
    np.testing.assert_array_equal(history.thetas[-1], net.theta)
    short = fit(build(), blobs(n=100), SGD(lr=0.1), epochs=1, record=2)
    np.testing.assert_array_equal(short.thetas[1], history.thetas[1])


def test_no_epochs_is_a_run_too():
    net = build()
    before = net.theta.copy()
    history = fit(net, blobs(), SGD(lr=0.1), epochs=0, record=1)
    assert history.n_steps == 0 and history.eval_steps.tolist() == [0] and len(history.thetas) == 1
    np.testing.assert_array_equal(net.theta, before)


def test_a_batch_larger_than_the_data_is_one_batch():
    assert fit(build(), blobs(n=100), SGD(lr=0.1), epochs=2, batch_size=10**6).n_steps == 2


def test_without_validation_data_its_scores_are_nan():
    history = fit(build(), Split(blobs().train, EMPTY, EMPTY), SGD(lr=0.1), epochs=1)
    assert np.isnan(history.val_loss).all() and np.isfinite(history.train_loss).all()


def test_the_data_is_left_alone():
    parts = blobs()
    kept = parts.train.x.copy(), parts.train.y.copy()
    fit(build(), parts, SGD(lr=0.5), epochs=2)
    np.testing.assert_array_equal(parts.train.x, kept[0])
    np.testing.assert_array_equal(parts.train.y, kept[1])


def test_float32_trains_alike():
    wide, narrow = (fit(build(dtype=dtype), blobs(), Adam(lr=0.01), epochs=3) for dtype in (float, np.float32))
    np.testing.assert_allclose(narrow.losses, wide.losses, atol=1e-4)
    net = build(dtype=np.float32)
    fit(net, blobs(), Adam(lr=0.01), epochs=1)
    assert net.theta.dtype == net.grad.dtype == np.float32


# --- divergence


@pytest.mark.filterwarnings("error")
def test_a_run_that_diverges_ends_and_says_where():
    history = fit(build(), moons(), SGD(lr=1e200), epochs=50, record=1)
    assert 0 < history.diverged_at == history.n_steps < 20
    assert np.isfinite(history.losses).all()
    assert history.eval_steps[-1] == history.theta_steps[-1] == history.n_steps
    assert np.isnan([history.train_loss[-1], history.train_accuracy[-1]]).all()
    assert f"diverged at step {history.diverged_at}" in repr(history)


@pytest.mark.filterwarnings("error")
def test_a_divergence_in_the_very_last_step_counts():
    class Leaps(Plain):
        def update(self, grad, state, t, theta):
            return np.full_like(grad, np.inf if t == 6 else 0), state

    history = fit(build(), blobs(n=100), Leaps(), epochs=1, batch_size=10)
    assert (history.n_steps, history.diverged_at) == (7, 7)


# --- callbacks


def test_callbacks_see_every_epoch():
    seen = []
    history = fit(build(), blobs(n=100), SGD(lr=0.1), epochs=4, callbacks=[seen.append], evaluate_every=2)
    assert [(r.epoch, r.step) for r in seen] == [(1, 3), (2, 6), (3, 9), (4, 12)]
    assert np.isnan(seen[0].train_loss) and seen[1].val_accuracy == history.val_accuracy[1]


def test_step_callbacks_see_every_step_and_its_update():
    net, thetas, seen = build(), [], []
    thetas.append(net.theta.copy())
    history = fit(
        net,
        blobs(n=100),
        SGD(lr=0.1),
        epochs=2,
        step_callbacks=[seen.append, lambda r: thetas.append(r.net.theta.copy())],
    )
    assert [r.step for r in seen] == list(range(6))
    assert [r.loss for r in seen] == history.losses.tolist()
    np.testing.assert_allclose(np.diff(thetas, axis=0), [r.update for r in seen], atol=1e-12)
    with pytest.raises(AttributeError):
        seen[0].loss = 0


@pytest.mark.parametrize(
    ("which", "stop", "n_steps"),
    [
        ("callbacks", lambda r: r.epoch == 2, 6),
        ("callbacks", lambda r: np.bool_(r.epoch == 2), 6),
        ("step_callbacks", lambda r: r.step == 3, 4),
    ],
)
def test_a_callback_that_returns_true_ends_the_run(which, stop, n_steps):
    seen = []
    net = build()
    history = fit(net, blobs(n=100), SGD(lr=0.1), epochs=9, record=3, **{which: [stop, seen.append]})
    assert (history.n_steps, history.diverged_at, len(seen)) == (n_steps, -1, n_steps if which[0] == "s" else 2)
    assert history.eval_steps[-1] == history.theta_steps[-1] == n_steps
    assert history.train_loss[-1] == evaluate(net, blobs(n=100).train)[0]


# --- progress bar

BAR = """
import tqdm.std
from course_utils.data import blobs
from course_utils.layers import Dense
from course_utils.network import Network
from course_utils.training import fit

now = [0.0]
tqdm.std.time = lambda: now[0]  # a clock that goes half a second a step, so that no test waits

class Slow:
    def init(self, theta):
        pass
    def update(self, grad, state, t, theta):
        now[0] += 0.5
        return -grad, state

fit(Network([Dense(2, 3, rng=0)]), blobs(n=100), Slow(), epochs={epochs}, progress={progress})
"""


@pytest.mark.parametrize(
    ("epochs", "progress", "env", "shown"),
    [(1, True, {}, False), (5, True, {}, True), (5, False, {}, False), (5, True, {"TQDM_DISABLE": "1"}, False)],
)
def test_a_long_run_shows_a_bar(epochs, progress, env, shown):
    # In a process of its own: tqdm reads its environment once, when it is imported.
    others = {name: value for name, value in os.environ.items() if not name.startswith("TQDM")}
    run = subprocess.run(
        [sys.executable, "-c", BAR.format(epochs=epochs, progress=progress)],
        capture_output=True,
        env=others | env,
        cwd=Path(__file__).parents[2],
        check=True,
    )
    assert (b"15/15" in run.stderr) == shown and bool(run.stderr) == shown


# --- bad input

WIDE = Split(Data(np.ones((5, 4)), np.zeros(5, int)), EMPTY, EMPTY)


def with_train(x=PARTS.train.x, y=PARTS.train.y):
    return Split(Data(x, y), PARTS.val, PARTS.test)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: fit(build(), PARTS, Plain(), epochs=-1), "epochs"),
        (lambda: fit(build(), PARTS, Plain(), epochs=1.5), "epochs"),
        (lambda: fit(build(), PARTS, Plain(), batch_size=0), "batch_size"),
        (lambda: fit(build(), PARTS, Plain(), rng=None), "rng"),
        (lambda: fit(build(), PARTS, Plain(), evaluate_every=-1), "evaluate_every"),
        (lambda: fit(build(), PARTS, Plain(), record=-1), "record"),
        (lambda: fit(build(), PARTS, 0.1), "opt"),
        (lambda: fit(build(), PARTS, SGD), "opt"),
        (lambda: fit(build(), PARTS, Plain(), loss="hinge"), "loss"),
        (lambda: fit(build(), PARTS, Plain(), loss=lambda scores, y: 1.0), r"loss\(scores, y\)"),
        (lambda: fit(build(), PARTS, Plain(), loss=lambda scores, y: (scores, scores)), r"loss\(scores, y\)"),
        (lambda: fit(build(), PARTS, Plain(), loss=lambda scores, y: (1.0, scores[0])), r"loss\(scores, y\)"),
        (lambda: next(steps(build(), [(WIDE.train.x, WIDE.train.y)], Plain())), "batch.x"),
        (lambda: next(steps(build(), [(PARTS.train.x, PARTS.train.y + 1)], Plain())), "batch.y"),
        (lambda: next(steps(build(), [(PARTS.train.x, PARTS.train.y)], SGD)), "opt"),
        (lambda: batches(PARTS.train, 0, 0), "batch_size"),
        (lambda: batches(PARTS.train, 2, None), "rng"),
        (lambda: batches(PARTS.train, 2, 0, epochs=-1), "epochs"),
        (lambda: fit(build(), PARTS, Plain(), regularizer=0.1), "regularizer"),
        (lambda: fit(build(), PARTS, Plain(), regularizer=Shrink), "regularizer"),
        (lambda: fit(build(), PARTS, Plain(), callbacks=print), "callbacks"),
        (lambda: fit(build(), PARTS, Plain(), step_callbacks=[None]), "step_callbacks"),
        (lambda: fit(build(), PARTS, Plain(), augment=2), "augment"),
        (lambda: fit(build(), PARTS, Plain(), augment=lambda x, y, rng: x), "augment"),
        (lambda: fit(build(), PARTS, Plain(), augment=lambda x, y, rng: (x * np.nan, y)), r"augment\(x, y, rng\).x"),
        (lambda: fit(build(), PARTS, Plain(), augment=lambda x, y, rng: (x, y[:1])), r"augment\(x, y, rng\).y"),
        (lambda: fit(build(), PARTS, Plain(), augment=lambda x, y, rng: (x, y[:, None])), r"augment\(x, y, rng\).y"),
        (lambda: fit(build(), PARTS, Plain(), augment=lambda x, y, rng: (x, np.eye(4)[y])), r"augment\(x, y, rng\).y"),
        (lambda: fit(build(), PARTS.train, Plain()), "split"),
        (lambda: fit(build(), WIDE, Plain()), "split.train.x"),
        (lambda: fit(build(), with_train(EMPTY.x, EMPTY.y), Plain()), "split.train.x"),
        (lambda: fit(build(), with_train(PARTS.train.x * np.nan), Plain()), "split.train.x"),
        (lambda: fit(build(), with_train(PARTS.train.x.astype(str)[:, :1] + "a"), Plain()), "split.train.x"),
        (lambda: fit(build(), with_train(y=PARTS.train.y + 1), Plain()), "split.train.y"),
        (lambda: fit(build(), with_train(y=PARTS.train.y - 1), Plain()), "split.train.y"),
        (lambda: fit(build(), with_train(y=PARTS.train.y * 1.0), Plain()), "split.train.y"),
        (lambda: fit(build(), Split(PARTS.train, Data(PARTS.val.x, PARTS.val.y + 9), EMPTY), Plain()), "split.val.y"),
        (lambda: evaluate(build(), EMPTY), "data.x"),
        (lambda: evaluate(build(), Data(PARTS.val.x, PARTS.val.y + 9)), "data.y"),
        (lambda: evaluate(Network([Dense(2, 2, init=zeros)]), PARTS.train), "data.y"),
        (lambda: list(minibatches(0, 4, 0)), "n_samples"),
        (lambda: list(minibatches(4, -1, 0)), "batch_size"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()


def test_bad_input_leaves_the_net_alone():
    net = build()
    before = net.theta.copy()
    with pytest.raises(ValueError):
        fit(net, PARTS, Plain(), batch_size=0)
    np.testing.assert_array_equal(net.theta, before)


# --- penalties, augmentation, early stopping


def test_a_regularizer_sees_the_weights_and_nothing_else():
    net, plain = build(), build()
    for b in (net.layers[0].b, plain.layers[0].b):
        b += 1
    batch = PARTS.train.x, PARTS.train.y
    _, dscores = softmax_cross_entropy(plain.forward(batch[0], training=True), batch[1])
    plain.backward(dscores)
    want = plain.unpack(plain.theta - 0.1 * plain.grad)
    for key in ("0.W", "2.W"):
        want[key] -= 0.1 * 2 * plain.unpack(plain.theta)[key]
        want[key] *= 0.9
    fit(net, PARTS, SGD(lr=0.1), 1, len(batch[1]), regularizer=Shrink())
    for key, value in net.unpack(net.theta).items():
        np.testing.assert_allclose(value, want[key], rtol=0, atol=1e-13)


def test_a_regularizer_is_told_the_rate_of_the_step():
    rates = []

    class Spy(Shrink):
        def project(self, W, lr):
            rates.append(lr)

    fit(build(), PARTS, SGD(lr=lambda t: 0.1 / (t + 1)), 2, 1000, regularizer=Spy())
    assert rates == [0.1, 0.1, 0.05, 0.05]


def test_augment_changes_what_is_trained_on_and_not_the_order():
    seen, plain = [], []

    def double(x, y, rng):
        seen.append((x, rng.random()))
        return 2 * x, np.eye(3)[y]

    def look(x, y, rng):
        plain.append(x)
        return x, y

    net, other = build(), build()
    history = fit(net, PARTS, SGD(lr=0.1), 1, 8, rng=3, augment=double)
    fit(other, PARTS, SGD(lr=0.1), 1, 8, rng=3, augment=look)
    assert all(np.array_equal(a, b) for (a, _), b in zip(seen, plain, strict=True))
    assert len({draw for _, draw in seen}) == len(seen)
    order = next(minibatches(len(PARTS.train.y), 8, np.random.default_rng(3)))
    want = softmax_cross_entropy(build().forward(2 * PARTS.train.x[order]), PARTS.train.y[order])[0]
    assert history.losses[0] == pytest.approx(want, abs=1e-14)
    reference = build()
    fit(reference, PARTS, SGD(lr=0.1), 1, 8, rng=3)
    assert np.array_equal(reference.theta, other.theta)


def test_augment_may_give_lists_and_more_samples_and_float32_stays_float32():
    def twice(x, y, rng):
        return np.concatenate([x, -x]).astype(float).tolist(), [*y, *y]

    net = build(dtype=np.float32)
    history = fit(net, PARTS, SGD(lr=0.1), 1, 8, augment=twice)
    assert np.isfinite(history.losses).all() and net.layers[0].x.dtype == np.float32 and len(net.layers[0].x) > 8


def noisy():
    return moons(60, noise=0.4, flip=0.2)


def test_early_stopping_ends_and_restores_the_best():
    from course_utils.normalization import BatchNorm

    net = Network([Dense(2, 30, rng=0), BatchNorm(30), ReLU(), Dense(30, 2, rng=1)])
    states = []
    history = fit(
        net,
        noisy(),
        Adam(lr=0.02),
        200,
        16,
        callbacks=[
            EarlyStopping(patience=5),
            lambda r: states.append((r.val_loss, r.net.theta.copy(), r.net.layers[1].running_mean.copy())) and None,
        ],
    )
    best = int(np.argmin(history.val_loss))
    assert len(history.val_loss) == best + 1 + 5 < 200 and best > 0
    assert history.best_step == history.eval_steps[best] < history.n_steps and history.diverged_at == -1
    assert np.array_equal(net.theta, states[best - 1][1])
    assert np.array_equal(net.layers[1].running_mean, states[best - 1][2])
    assert evaluate(net, noisy().val)[0] == history.val_loss[best]


def test_early_stopping_keeps_the_best_of_a_run_that_diverges():
    net = build((2, 8, 2))
    history = fit(net, noisy(), SGD(lr=lambda t: 0.1 if t < 9 else 1e200), 20, 16, callbacks=[EarlyStopping(50)])
    assert history.diverged_at > 0 and np.isfinite(net.theta).all()
    assert evaluate(net, noisy().val)[0] == np.nanmin(history.val_loss)


@pytest.mark.filterwarnings("error")
def test_early_stopping_takes_any_loss_to_be_lower_than_none():
    net = build((2, 8, 2))
    net.theta *= 1e200
    state = Data(noisy().train.x * 1e-200, noisy().train.y)
    history = fit(net, Split(state, noisy().val, EMPTY), ToNormal(), 5, 64, callbacks=[EarlyStopping(3)], record=1)
    assert np.isnan(history.val_loss[0]) and np.isfinite(history.val_loss[1:]).all()
    assert history.best_step > 0 and evaluate(net, noisy().val)[0] == np.nanmin(history.val_loss)


@pytest.mark.parametrize("wrong", [{"evaluate_every": 0}, {"split": Split(PARTS.train, EMPTY, EMPTY)}])
def test_early_stopping_needs_something_to_judge_by(wrong):
    wrong = {"split": PARTS, "net": build()} | wrong
    with pytest.raises(ValueError, match=r"^callbacks: got EarlyStopping\(patience=3\) and nothing to judge by"):
        fit(opt=SGD(), callbacks=[EarlyStopping(patience=3)], **wrong)


@pytest.mark.parametrize("patience", [0, -1, 1.5, None])
def test_patience_is_a_number_of_evaluations(patience):
    with pytest.raises(ValueError, match="^patience: got .*, want a whole number >= 1"):
        EarlyStopping(patience)


def test_early_stopping_can_be_used_again_and_counts_evaluated_epochs_alone():
    stopping, runs = EarlyStopping(patience=2), []
    for _ in range(2):
        net = Network([Dense(2, 30, rng=0), ReLU(), Dense(30, 2, rng=1)])
        how = {"callbacks": [stopping], "evaluate_every": 3}
        runs.append((fit(net, noisy(), Adam(lr=0.05), 300, 16, **how), net.theta.copy()))
    (first, theta), (second, again) = runs
    assert first.n_steps == second.n_steps < 300 * first.steps_per_epoch and np.array_equal(theta, again)
    assert first.val_loss[-3] < first.val_loss[-2:].min()


def test_early_stopping_keeps_a_start_that_nothing_improves():
    net = build((2, 8, 2))
    before = net.theta.copy()

    class Worse(Plain):
        def update(self, grad, state, t, theta):
            return 0.1 * grad, state

    history = fit(net, noisy(), Worse(), 20, 16, callbacks=[EarlyStopping(patience=2)])
    assert history.best_step == 0 and len(history.val_loss) == 3
    np.testing.assert_array_equal(net.theta, before)
