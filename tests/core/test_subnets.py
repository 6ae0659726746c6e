"""Subnets: their masks and how often they are drawn, their mean against the net with scaled weights, and samples."""

import numpy as np
import pytest

from course_utils.dropout import Dropout, all_masks, geometric_mean, mask_probabilities, sampled_probabilities
from course_utils.layers import Dense, ReLU
from course_utils.losses import softmax
from course_utils.network import Network
from course_utils.normalization import BatchNorm

RNG = np.random.default_rng(0)
X, W, B = RNG.normal(size=8), RNG.normal(size=(8, 4)), RNG.normal(size=4)


@pytest.mark.parametrize("n", [1, 2, 5, 10])
def test_all_masks_are_there_once(n):
    masks = all_masks(n)
    assert masks.shape == (2**n, n) and set(np.unique(masks)) == {0, 1}
    assert len(np.unique(masks, axis=0)) == 2**n
    np.testing.assert_array_equal(masks.mean(axis=0), 0.5)


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 1.0])
def test_mask_probabilities_are_how_often_dropout_draws_them(keep):
    masks = all_masks(3)
    p = mask_probabilities(masks, keep)
    assert p.sum() == pytest.approx(1)
    layer = Dropout(keep, rng=0)
    layer.forward(np.ones((100_000, 3)), training=True)
    drawn = (np.broadcast_to(layer.mask, (100_000, 3)) > 0) @ [4, 2, 1]
    np.testing.assert_allclose(np.bincount(drawn, minlength=8) / 100_000, p, atol=0.006)


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.8])
def test_the_geometric_mean_of_linear_subnets_is_the_net_with_scaled_weights(keep):
    masks = all_masks(8)
    answers = softmax((masks * X) @ W + B)
    whole = softmax(keep * X @ W + B)
    np.testing.assert_allclose(geometric_mean(answers, mask_probabilities(masks, keep)), whole, rtol=0, atol=1e-12)
    # The arithmetic mean is another, and so is the geometric one that counts every subnet alike.
    assert abs(mask_probabilities(masks, keep) @ answers - whole).max() > 0.01
    if keep != 0.5:
        assert abs(geometric_mean(answers) - whole).max() > 0.01


def test_weights_of_the_mean_are_in_any_unit():
    p = softmax(RNG.normal(size=(5, 3, 4)))
    np.testing.assert_allclose(geometric_mean(p, [2, 2, 2, 2, 2]), geometric_mean(p))
    np.testing.assert_allclose(geometric_mean(p, [0, 0, 1, 0, 0]), p[2])
    np.testing.assert_allclose(geometric_mean(p).sum(axis=-1), 1)


def build():
    rng = np.random.default_rng(0)
    return Network([Dense(8, 20, rng=rng), BatchNorm(20), ReLU(), Dropout(0.5, rng=rng), Dense(20, 4, rng=rng)])


def test_samples_differ_and_leave_the_net_as_it_was():
    net, x = build(), np.random.default_rng(1).normal(size=(6, 8))
    before = net.forward(x)
    p = sampled_probabilities(net, x, 300)
    assert p.shape == (300, 6, 4) and p.std(axis=0).min() > 0.005
    np.testing.assert_allclose(p.sum(axis=-1), 1)
    np.testing.assert_array_equal(net.forward(x), before)
    np.testing.assert_array_equal(sampled_probabilities(net, x, 2), p[:2])


def test_samples_of_a_linear_net_have_the_mean_of_all_subnets():
    net = Network([Dropout(0.5, rng=0, scale="test"), Dense(8, 4, rng=1)])
    net.layers[1].W[:], net.layers[1].b[:] = W, B
    masks = all_masks(8)
    exact = mask_probabilities(masks, 0.5) @ softmax((masks * X) @ W + B)
    p = sampled_probabilities(net, np.repeat(X[None], 20_000, axis=0), 1)
    np.testing.assert_allclose(p.mean(axis=(0, 1)), exact, atol=0.01)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: all_masks(0), "n"),
        (lambda: all_masks(17), "n"),
        (lambda: mask_probabilities([[0, 2]], 0.5), "masks"),
        (lambda: mask_probabilities([0, 1], 0.5), "masks"),
        (lambda: mask_probabilities([[0, 1]], 0), "keep"),
        (lambda: geometric_mean([0.5, 0.5]), "probabilities"),
        (lambda: geometric_mean(np.ones((0, 2))), "probabilities"),
        (lambda: geometric_mean([[0.0, 1.0]]), "probabilities"),
        (lambda: geometric_mean([[0.5, 0.5]], [1, 1]), "weights"),
        (lambda: geometric_mean([[0.5, 0.5]], [-1]), "weights"),
        (lambda: geometric_mean([[0.5, 0.5]], [0]), "weights"),
        (lambda: geometric_mean([[0.5, 0.5], [0.5, 0.5]], [2, -1]), "weights"),
        (lambda: sampled_probabilities(build(), np.ones((2, 8)), 0), "n"),
        (lambda: sampled_probabilities(build(), np.ones((2, 7)), 1), "x"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()
