"""What the live figures of chapter 13 compute, against simulation and closed forms."""

import numpy as np
import pytest
from scipy.optimize import minimize

from course_utils.demos.dropout.cats import NOISE, SEEN, accuracies, fitted, photos
from course_utils.demos.dropout.few_samples import few_digits
from course_utils.demos.dropout.subnets import UNITS, each_answer, trained_net
from course_utils.demos.dropout.sums import INPUTS, WAYS, draws, weights
from course_utils.dropout import Dropout, all_masks, dropped_sums, geometric_mean, mask_probabilities
from course_utils.losses import softmax


@pytest.mark.parametrize(("keep", "light"), [(1.0, 1.0), (0.5, 1.0), (0.3, 2.0)])
def test_accuracies_are_those_of_many_new_photos(keep, light):
    w, rng, n = fitted(keep, light), np.random.default_rng(1), 100_000
    y = rng.choice([-1.0, 1.0], n)
    x = y[:, None] * SEEN + light * rng.standard_normal((n, 1)) + NOISE * rng.standard_normal((n, 3))
    for there, exact in zip(np.vstack([np.ones(3), 1 - np.eye(3)]), accuracies(keep, light), strict=True):
        assert np.mean(np.sign((x * there) @ w[:3] + w[3]) == y) == pytest.approx(exact, abs=0.007)


@pytest.mark.parametrize("keep", [0.4, 1.0])
def test_weights_have_the_lowest_mean_loss_under_dropout(keep):
    y, shift, noise = photos()
    x = y[:, None] * SEEN + shift[:, None] + noise
    masks = all_masks(3)
    chances = mask_probabilities(masks, keep)

    def loss(w):
        margins = y * ((x * masks[:, None] / keep) @ w[:3] + w[3])
        return chances @ np.logaddexp(0, -margins).mean(axis=1)

    w = fitted(keep, 1.0)
    found = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-7})
    assert loss(w) <= found.fun + 1e-9
    np.testing.assert_allclose(w, found.x, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("inputs", INPUTS)
@pytest.mark.parametrize("alike", [-0.3, 0.0, 0.8, 1.0])
def test_weights_overlap_as_asked(inputs, alike):
    W = weights(inputs, alike)
    np.testing.assert_allclose(W.sum(axis=0), 1)
    np.testing.assert_allclose(W.T @ W, [[1, alike], [alike, 1]], atol=1e-12)


@pytest.mark.parametrize("way", WAYS)
def test_drawn_sums_have_the_moments_of_theory(way):
    both = draws(0.3, 30, 0.8, way)
    mean, cov = dropped_sums(np.ones(30), weights(30, 0.8), 0.3, way)
    np.testing.assert_allclose(both.mean(axis=0), mean, atol=0.05)
    np.testing.assert_allclose(np.cov(both.T), cov, atol=0.03)


def test_subnets_are_what_the_layer_draws():
    net = trained_net(0.5)
    x = few_digits(400).val.x[:20]
    answers, masks = each_answer(net, x, 0.5)
    layer = net.layers[2]
    h = net.layers[1].forward(net.layers[0].forward(x))
    one = softmax(net.layers[3].forward(h * masks[7] / 0.5))
    np.testing.assert_allclose(answers[7], one)
    assert isinstance(layer, Dropout) and masks.mean() == pytest.approx(0.5, abs=0.05)


def test_the_geometric_mean_of_all_subnets_is_the_whole_net():
    net, x = trained_net(0.7), few_digits(400).val.x[:1]
    masks = all_masks(UNITS)
    h = net.layers[1].forward(net.layers[0].forward(x))
    answers = softmax(net.layers[3].forward(h * masks / 0.7))
    np.testing.assert_allclose(
        geometric_mean(answers, mask_probabilities(masks, 0.7)), softmax(net.forward(x))[0], rtol=1e-9
    )


def test_wrong_labels_are_wrong_and_validation_is_clean():
    clean, wrong = few_digits(200), few_digits(200, 0.2)
    assert np.sum(clean.train.y != wrong.train.y) == 40
    np.testing.assert_array_equal(clean.val.y, wrong.val.y)
    train = {row.tobytes() for row in clean.train.x}
    assert sum(row.tobytes() in train for row in clean.val.x) <= 1
