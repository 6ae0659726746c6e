"""Noise layers: masks and their statistics, backward against differences and PyTorch, the distributions of sums."""

import copy

import numpy as np
import pytest

from course_utils.data import digits
from course_utils.dropout import DropConnect, Dropout, GaussianNoise, LabelNoise, NoisyGradients, dropped_sums
from course_utils.dropout import layers as noise
from course_utils.dropout.layers import kept_share
from course_utils.gradients import check_gradients, numerical_gradient, relative_error
from course_utils.layers import Dense, Layer, ReLU, Tanh
from course_utils.losses import softmax_cross_entropy
from course_utils.network import Network
from course_utils.optimizers import SGD, Adam
from course_utils.training import fit

LAYERS = {
    "Dropout": lambda: Dropout(keep=0.6, rng=3),
    "Dropout at test": lambda: Dropout(keep=0.6, rng=3, scale="test"),
    "DropConnect": lambda: DropConnect(4, 4, keep=0.6, rng=3),
    "GaussianNoise": lambda: GaussianNoise(0.3, rng=3),
}
EACH = pytest.mark.parametrize("name", LAYERS)
MODES = pytest.mark.parametrize("training", [True, False], ids=["training", "test"])
Y = np.array([0, 1, 2, 1, 0])


def draw(seed=0, shape=(5, 4)):
    return np.random.default_rng(seed).normal(1, 3, size=shape)


def net_with(*layers, dtype=float):
    return Network([Dense(6, 4, rng=0), *layers, Tanh(), Dense(4, 3, rng=1)], dtype=dtype)


# The layers


def test_every_layer_is_here():
    classes = {c.__name__ for c in vars(noise).values() if isinstance(c, type) and issubclass(c, Layer)}
    assert classes - {"Layer", "Dense"} == {name.split()[0] for name in LAYERS}


@MODES
@EACH
def test_backward_is_the_gradient_of_forward(name, training):
    layer, x, dout = LAYERS[name](), draw(), draw(1)
    if layer.params:
        layer.dW, layer.db, layer.b[:] = np.zeros((4, 4)), np.zeros(4), [1, -2, 0, 3]
    fresh = copy.deepcopy(layer)
    layer.forward(x, training)
    dx = layer.backward(dout)

    def loss(_):
        # The same generator in the same state: the same mask.
        return np.sum(copy.deepcopy(fresh).forward(x, training) * dout)

    assert relative_error(dx, numerical_gradient(loss, x)) < 1e-6
    for key in layer.params:
        assert relative_error(getattr(layer, "d" + key), numerical_gradient(loss, getattr(fresh, key))) < 1e-6


@EACH
def test_the_mean_over_many_passes_is_what_test_mode_gives(name):
    layer, x = LAYERS[name](), draw(shape=(1, 4))
    many = layer.forward(np.repeat(x, 40_000, axis=0), training=True)
    np.testing.assert_allclose(many.mean(axis=0), layer.forward(x)[0], atol=5 * many.std() / 200)
    assert many.std(axis=0).min() > 0.2


@EACH
def test_every_pass_in_training_draws_anew_and_none_in_test_mode(name):
    layer, x = LAYERS[name](), draw()
    assert (layer.forward(x, training=True) != layer.forward(x, training=True)).any()
    state = layer.rng.bit_generator.state
    np.testing.assert_array_equal(layer.forward(x), layer.forward(x))
    assert layer.rng.bit_generator.state == state


@EACH
def test_the_seed_decides_what_is_drawn(name):
    x = draw()
    np.testing.assert_array_equal(LAYERS[name]().forward(x, training=True), LAYERS[name]().forward(x, training=True))


@EACH
def test_neither_pass_changes_what_it_is_given(name):
    layer, x, dout = LAYERS[name](), draw(), draw(1)
    layer.dW, layer.db = np.zeros((4, 4)), np.zeros(4)
    kept, kept_dout = x.copy(), dout.copy()
    for training in True, False:
        layer.forward(x, training)
        layer.backward(dout)
    np.testing.assert_array_equal(x, kept)
    np.testing.assert_array_equal(dout, kept_dout)


@EACH
def test_float32_stays_float32(name):
    net, x = net_with(LAYERS[name](), dtype=np.float32), draw(shape=(5, 6)).astype(np.float32)
    for training in True, False:
        assert net.forward(x, training).dtype == np.float32
        assert net.backward(np.ones((5, 3), np.float32), input_grad=True).dtype == np.float32


def test_a_layer_without_noise_does_not_differ_in_training():
    quiet = Dropout(1, rng=0), DropConnect(4, 4, 1, rng=0), GaussianNoise(0, rng=0)
    assert [layer.differs_in_training for layer in quiet] == [False] * 3
    assert all(make().differs_in_training for make in LAYERS.values())


def test_in_test_mode_inverted_dropout_changes_nothing_at_all():
    # 0.013 times 1 / 0.013 is not 1 in floating point.
    np.testing.assert_array_equal(Dropout(keep=0.013, rng=0).forward(draw()), draw())


def test_dropout_keeps_a_share_and_divides_by_it():
    layer = Dropout(keep=0.8, rng=0)
    out = layer.forward(np.full((300, 200), 4.0), training=True)
    assert set(np.unique(out)) == {0, 5}
    assert (out > 0).mean() == pytest.approx(0.8, abs=0.01)
    # By samples and by units: none of them is dropped as a whole.
    assert (out > 0).mean(axis=0).std() < 0.05 and (out > 0).mean(axis=1).std() < 0.05


def test_dropout_scaled_at_test_time_is_the_same_but_for_the_factor():
    x, inverted, other = draw(), Dropout(0.5, rng=0), Dropout(0.5, rng=0, scale="test")
    for training in True, False:
        np.testing.assert_allclose(inverted.forward(x, training), 2 * other.forward(x, training))
    np.testing.assert_allclose(other.forward(x), 0.5 * x)


def test_the_variance_that_dropout_adds():
    # E[out] = x, Var[out] = x² (1 - keep) / keep
    out = Dropout(keep=0.8, rng=0).forward(np.full((200_000, 1), 3.0), training=True)
    assert out.mean() == pytest.approx(3, abs=0.02)
    assert out.var() == pytest.approx(9 * 0.2 / 0.8, rel=0.02)


@pytest.mark.parametrize(
    "make", [lambda: Dropout(1, rng=0), lambda: Dropout(1.0, rng=0, scale="test"), lambda: GaussianNoise(0, rng=0)]
)
def test_nothing_dropped_is_the_identity(make):
    layer, x = make(), draw()
    for training in True, False:
        np.testing.assert_array_equal(layer.forward(x, training), x)
        np.testing.assert_array_equal(layer.backward(draw(1)), draw(1))
    assert not layer.differs_in_training


def test_dropconnect_that_keeps_all_is_a_dense_layer():
    dense, layer, x, dout = Dense(4, 3, rng=5), DropConnect(4, 3, keep=1, rng=5), draw(), draw(1, (5, 3))
    for each in dense, layer:
        each.dW, each.db = np.zeros((4, 3)), np.zeros(3)
    np.testing.assert_array_equal(layer.forward(x, training=True), dense.forward(x))
    np.testing.assert_array_equal(layer.backward(dout), dense.backward(dout))
    np.testing.assert_array_equal(layer.dW, dense.dW)


def test_dropconnect_has_a_mask_for_each_sample_and_leaves_the_bias():
    layer = DropConnect(4, 3, keep=0.5, rng=0)
    layer.b[:] = 7
    out = layer.forward(np.ones((400, 4)), training=True)
    np.testing.assert_allclose(out, (layer.mask * layer.W).sum(axis=1) + 7)
    assert layer.mask.shape == (400, 4, 3) and set(np.unique(layer.mask)) == {0, 2}
    np.testing.assert_allclose((layer.mask > 0).mean(axis=0), 0.5, atol=0.12)


def test_dropout_takes_any_shape():
    layer, x = Dropout(0.5, rng=0), draw(shape=(3, 2, 4, 5))
    assert layer.forward(x, training=True).shape == layer.backward(x).shape == x.shape
    np.testing.assert_array_equal(Dropout(0.25, rng=1).forward(np.full((1, 9), 3), training=True) % 12, 0)


def test_reprs():
    assert [repr(make()) for make in LAYERS.values()] == [
        "Dropout(keep=0.6)",
        "Dropout(keep=0.6, scale=test)",
        "DropConnect(4, 4, keep=0.6)",
        "GaussianNoise(0.3)",
    ]
    assert repr(NoisyGradients(Adam(lr=0.01))) == "NoisyGradients(opt=Adam(lr=0.01))"


def test_noise_on_the_inputs_of_a_linear_model_is_an_l2_penalty():
    x, w, y = draw(), draw(2, (4,)), draw(3, (5,))
    noisy = GaussianNoise(0.3, rng=0).forward(np.tile(x, (20_000, 1)), training=True).reshape(-1, 5, 4)
    losses = 0.5 * np.sum((y - noisy @ w) ** 2, axis=1)
    expected = 0.5 * np.sum((y - x @ w) ** 2) + 0.5 * 5 * 0.3**2 * np.sum(w**2)
    assert losses.mean() == pytest.approx(expected, abs=5 * losses.std() / 20_000**0.5)
    assert expected - 0.5 * np.sum((y - x @ w) ** 2) > 10 * losses.std() / 20_000**0.5


# In a network


@MODES
@EACH
def test_gradients_of_a_net_with_random_layers_are_right(name, training):
    net = net_with(LAYERS[name](), ReLU(), Dropout(0.7, rng=8))
    found = check_gradients(net, draw(shape=(5, 6)), Y, training=training)
    assert found.verdict == "right" and found.n_checked > 30


def test_layers_may_share_a_generator_in_a_gradient_check():
    rng = np.random.default_rng(0)
    net = net_with(Dropout(0.7, rng=rng), DropConnect(4, 4, 0.7, rng=rng))
    assert check_gradients(net, draw(shape=(5, 6)), Y, training=True, rng=rng).verdict == "right"


def test_a_gradient_check_leaves_the_generators_where_they_were():
    net = net_with(Dropout(0.5, rng=0))
    other = net.copy()
    check_gradients(net, draw(shape=(5, 6)), Y, training=True)
    x = draw(shape=(5, 6))
    np.testing.assert_array_equal(net.forward(x, training=True), other.forward(x, training=True))


@pytest.mark.parametrize("forget", ["mask", "scale"])
def test_a_wrong_backward_pass_of_dropout_is_found_out(forget):
    class Wrong(Dropout):
        def backward(self, dout):
            return dout if forget == "mask" else dout * (self.mask > 0)

    found = check_gradients(net_with(Wrong(0.5, rng=0)), draw(shape=(5, 6)), Y, training=True)
    assert found.errors["0.W"] > 0.01 and found.errors["3.W"] < 1e-7


def test_masks_that_are_not_rewound_fail_the_check():
    class Hidden(Dropout):
        def forward(self, x, training=False):
            self.mask = hidden.random(x.shape) < self.keep
            return x * self.mask

    hidden = np.random.default_rng(0)
    found = check_gradients(net_with(Hidden(0.5, rng=0)), draw(shape=(5, 6)), Y, training=True)
    assert found.verdict == "wrong"


def test_a_copy_draws_what_the_original_would_have_drawn_and_from_a_generator_of_its_own():
    rng = np.random.default_rng(0)
    net, x = net_with(Dropout(0.5, rng=rng), Dropout(0.5, rng=rng)), draw(shape=(5, 6))
    twin = net.copy()
    out = net.forward(x, training=True)
    np.testing.assert_array_equal(twin.forward(x, training=True), out)
    assert twin.layers[1].rng is twin.layers[2].rng is not rng
    assert (net.forward(x, training=True) != out).any()


def test_a_net_knows_that_it_differs_in_training():
    layers = [Dense(6, 4, rng=0), Dropout(0.5, rng=0), Dropout(1, rng=0), DropConnect(4, 3, 0.5, rng=0)]
    assert Network(layers).differ_in_training == {1: layers[1], 3: layers[3]}


def test_fit_trains_with_dropout():
    split = digits()
    rng = np.random.default_rng(0)
    net = Network([Dense(64, 50, rng=rng), ReLU(), Dropout(0.5, rng=rng), Dense(50, 10, rng=rng)])
    history = fit(net, split, Adam(lr=3e-3), epochs=5, rng=rng)
    assert history.final_val_accuracy > 0.9
    # The batches of training are seen through masks, the evaluation is not.
    assert history.losses[-36:].mean() > 1.5 * history.train_loss[-1]


# Noise on gradients and labels


def test_noisy_gradients_are_those_of_the_optimizer_within_and_noise_that_fades():
    g, opt = np.zeros(20_000), NoisyGradients(SGD(lr=1.0), std=0.5, decay=0.5)
    first, later = (opt.update(g, opt.init(g), t)[0] for t in (0, 99))
    assert first.std() == pytest.approx(0.5, rel=0.02) and later.std() == pytest.approx(0.05, rel=0.02)
    assert abs(first.mean()) < 0.02 and abs(np.corrcoef(first, later)[0, 1]) < 0.03


def test_noisy_gradients_are_pure():
    g, opt = draw(), NoisyGradients(Adam(lr=0.1), std=0.5, seed=1)
    state = opt.init(g)
    np.testing.assert_array_equal(opt.update(g, state, 3)[0], opt.update(g, state, 3)[0])
    other = NoisyGradients(Adam(lr=0.1), std=0.5, seed=2)
    assert (opt.update(g, state, 3)[0] != other.update(g, state, 3)[0]).any()
    quiet = NoisyGradients(Adam(lr=0.1), std=0)
    np.testing.assert_array_equal(quiet.update(g, state, 3)[0], Adam(lr=0.1).update(g, state, 3)[0])


def test_noisy_gradients_in_fit():
    split, runs = digits(), []
    for opt in SGD(lr=0.1), NoisyGradients(SGD(lr=0.1), std=0), NoisyGradients(SGD(lr=0.1), std=1.0):
        net = Network([Dense(64, 10, rng=0)], dtype=np.float32)
        runs.append(fit(net, split, opt, epochs=1, rng=0).losses)
        assert net.theta.dtype == np.float32
    np.testing.assert_array_equal(runs[0], runs[1])
    assert runs[2][-1] != runs[0][-1]


def test_label_noise_draws_from_all_classes():
    x, y = np.ones((60_000, 1)), np.tile(np.arange(3), 20_000)
    same, noisy = LabelNoise(0.3, n_classes=3)(x, y, np.random.default_rng(0))
    assert same is x and noisy.dtype == y.dtype
    for k, row in enumerate(LabelNoise(0.3, n_classes=3).smoothed([0, 1, 2])):
        np.testing.assert_allclose(np.bincount(noisy[y == k]) / 20_000, row, atol=0.015)
    np.testing.assert_array_equal(LabelNoise(0, n_classes=3)(x, y, np.random.default_rng(0))[1], y)
    np.testing.assert_array_equal(LabelNoise(0.3, n_classes=3)(x, y, 0)[1], noisy, err_msg="a seed will do")


def test_the_mean_loss_under_label_noise_is_that_of_smoothed_labels():
    scores, draws, rng = draw(shape=(5, 3)), LabelNoise(0.4, n_classes=3), np.random.default_rng(0)
    losses = [softmax_cross_entropy(scores, draws(scores, Y, rng)[1])[0] for _ in range(4000)]
    assert np.mean(losses) == pytest.approx(softmax_cross_entropy(scores, draws.smoothed(Y))[0], rel=0.02)


def test_fit_takes_label_noise():
    split = digits()
    runs = [
        fit(Network([Dense(64, 10, rng=0)]), split, Adam(lr=0.01), epochs=3, rng=0, augment=augment)
        for augment in (None, LabelNoise(0.5, n_classes=10))
    ]
    assert runs[1].losses[-20:].mean() > runs[0].losses[-20:].mean() + 0.5


# The distributions of sums


@pytest.mark.parametrize("dropped", ["units", "connections"])
def test_sums_have_the_moments_that_theory_says(dropped):
    x, W, keep, n = draw(1, (4,)), draw(2, (4, 3)), 0.3, 60_000
    batch = np.repeat(x[None], n, axis=0)
    if dropped == "units":
        sums = Dropout(keep, rng=0, scale="test").forward(batch, training=True) @ W
    else:
        layer = DropConnect(4, 3, keep, init=lambda n_in, n_out, rng: W, rng=0)
        sums = keep * layer.forward(batch, training=True)
    mean, cov = dropped_sums(x, W, keep, dropped)
    spread = np.sqrt(cov.diagonal())
    np.testing.assert_allclose(sums.mean(axis=0), mean, atol=(5 * spread / n**0.5).max())
    np.testing.assert_allclose(np.cov(sums.T), cov, atol=0.03 * (spread.max() ** 2))
    np.testing.assert_allclose(mean, keep * W.T @ x)
    np.testing.assert_allclose(cov.diagonal(), keep * (1 - keep) * (W**2).T @ x**2)


def test_kept_all_there_is_no_variance():
    mean, cov = dropped_sums([1.0, 2.0], np.eye(2), keep=1)
    np.testing.assert_array_equal(mean, [1, 2])
    assert not cov.any()


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: Dropout(0, rng=0), "keep: got 0, which drops every unit"),
        (lambda: Dropout(0.0, rng=0), "keep: got 0.0, which drops every unit"),
        (lambda: DropConnect(2, 2, keep=0, rng=0), "keep: got 0, which drops every unit"),
        (lambda: Dropout(1.5, rng=0), "keep: got 1.5"),
        (lambda: Dropout(-0.1, rng=0), "keep"),
        (lambda: Dropout(np.nan, rng=0), "keep"),
        (lambda: Dropout("half", rng=0), "keep"),
        (lambda: Dropout([0.5, 0.5], rng=0), "keep"),
        (lambda: DropConnect(2, 2, keep=2, rng=0), "keep"),
        (lambda: Dropout(0.5), "rng"),
        (lambda: Dropout(0.5, rng="seed"), "rng"),
        (lambda: Dropout(0.5, rng=0, scale="both"), "scale"),
        (lambda: DropConnect(2, 2), "rng"),
        (lambda: DropConnect(2, 2, init=None, rng=0), "init"),
        (lambda: DropConnect(2, 2, rng=0).forward(np.ones((3, 4)), training=True), "x"),
        (lambda: GaussianNoise(-1, rng=0), "std"),
        (lambda: GaussianNoise(1), "rng"),
        (lambda: NoisyGradients("adam"), "opt"),
        (lambda: NoisyGradients(Adam), "opt"),
        (lambda: NoisyGradients(Adam(), std=-1), "std"),
        (lambda: NoisyGradients(Adam(), seed=0.5), "seed"),
        (lambda: LabelNoise(1.1, n_classes=3), "share"),
        (lambda: LabelNoise([0.1, 0.2], n_classes=3), "share"),
        (lambda: LabelNoise(0.1, n_classes=0), "n_classes"),
        (lambda: LabelNoise(0.1, n_classes=2)(np.ones((2, 1)), np.array([0, 2]), np.random.default_rng(0)), "y"),
        (lambda: dropped_sums(np.ones(2), np.ones((3, 1)), keep=0.5), "W"),
        (lambda: dropped_sums(np.ones(2), np.ones((2, 1)), keep=0), "keep"),
        (lambda: dropped_sums(np.ones(2), np.ones((2, 1)), keep=0.5, dropped="layers"), "dropped"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}.*(: got)?.*, want "):
        call()


def test_a_share_is_a_float():
    assert type(kept_share("keep", 1)) is type(kept_share("keep", np.float32(0.5))) is float
