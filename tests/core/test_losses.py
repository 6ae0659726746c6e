"""Every loss against scikit-learn, SciPy, closed forms and differences; scores of any size."""

import numpy as np
import pytest
from scipy.special import log_softmax
from scipy.special import softmax as scipy_softmax
from sklearn.metrics import hinge_loss, log_loss
from sklearn.metrics import mean_squared_error as sklearn_mse

from course_utils.gradients import numerical_gradient, relative_error
from course_utils.losses import LOSSES, mean_squared_error, multiclass_hinge, softmax, softmax_cross_entropy, unchecked

EACH = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)


def batch(n=7, classes=4, scale=1.0, seed=0):
    rng = np.random.default_rng(seed)
    return scale * rng.normal(size=(n, classes)), rng.integers(0, classes, n)


@EACH
@pytest.mark.parametrize("classes", [2, 10])
def test_dscores_is_the_gradient(loss, classes):
    scores, y = batch(classes=classes)
    _, dscores = loss(scores, y)
    assert relative_error(dscores, numerical_gradient(lambda s: loss(s, y)[0], scores)) < 1e-7


@EACH
@pytest.mark.parametrize("how", [lambda loss: loss, unchecked], ids=["checked", "unchecked"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_kept_dtype_and_untouched_arguments(loss, how, dtype):
    scores, y = batch()
    scores = scores.astype(dtype)
    kept = scores.copy()
    value, dscores = how(loss)(scores, y)
    assert type(value) is float and dscores.dtype == dtype
    np.testing.assert_array_equal(scores, kept)


def test_cross_entropy_is_scikit_learns_log_loss():
    scores, y = batch(50, 5, scale=3)
    want = log_loss(y, scipy_softmax(scores, axis=1), labels=range(5))
    np.testing.assert_allclose(softmax_cross_entropy(scores, y)[0], want, rtol=1e-12)


@pytest.mark.parametrize("shift", [0, 1000, -1000, 1e6])
@pytest.mark.filterwarnings("error")
def test_cross_entropy_of_huge_and_shifted_scores(shift):
    scores, y = batch(scale=500)
    scores += shift
    loss, dscores = softmax_cross_entropy(scores, y)
    np.testing.assert_allclose(loss, -log_softmax(scores, axis=1)[np.arange(len(y)), y].mean(), rtol=1e-9)
    want = (scipy_softmax(scores, axis=1) - np.eye(4)[y]) / len(y)
    np.testing.assert_allclose(dscores, want, atol=1e-9)


@pytest.mark.parametrize(("classes", "want"), [(2, 0.6931), (10, 2.3026), (27, 3.2958), (1000, 6.9078)])
def test_equal_scores_cost_the_log_of_the_number_of_classes(classes, want):
    loss, _ = softmax_cross_entropy(np.full((3, classes), 1000.0), np.zeros(3, int))
    assert round(loss, 4) == want


def test_a_score_of_1000_is_not_too_much():
    loss, dscores = softmax_cross_entropy(np.array([[1000.0, 0.0], [1000.0, 0.0]]), np.array([0, 1]))
    assert loss == 500
    np.testing.assert_allclose(dscores, [[0, 0], [0.5, -0.5]])


def test_gradients_of_each_sample_sum_to_zero():
    np.testing.assert_allclose(softmax_cross_entropy(*batch())[1].sum(axis=1), 0, atol=1e-15)


def test_softmax_is_scipys_along_the_last_axis():
    scores = np.random.default_rng(0).normal(size=(2, 3, 4)) * 300
    np.testing.assert_allclose(softmax(scores), scipy_softmax(scores, axis=-1), rtol=1e-12)
    np.testing.assert_allclose(softmax([1.0, 1.0]), 0.5)


@pytest.mark.parametrize("classes", [2, 10, 27, 1000])
def test_hinge_of_equal_scores_is_the_number_of_wrong_classes(classes):
    assert multiclass_hinge(np.full((3, classes), -1000.0), np.zeros(3, int))[0] == classes - 1


def test_hinge_is_scikit_learns_where_there_is_one_wrong_class():
    scores, y = batch(50, 2, scale=2)
    decision = scores[:, 1] - scores[:, 0]
    assert multiclass_hinge(scores, y)[0] == pytest.approx(hinge_loss(y, decision), rel=1e-12)


def test_hinge_class_by_class():
    scores, y = batch(20, 5, scale=2)
    want = [sum(max(0, 1 + s[j] - s[k]) for j in range(5) if j != k) for s, k in zip(scores, y, strict=True)]
    assert multiclass_hinge(scores, y)[0] == pytest.approx(np.mean(want), rel=1e-12)


@pytest.mark.filterwarnings("error")
def test_hinge_of_scores_of_1000():
    loss, dscores = multiclass_hinge(np.array([[1000.0, -1000.0], [1000.0, -1000.0]]), np.array([0, 1]))
    assert loss == 2001 / 2
    np.testing.assert_array_equal(dscores, [[0, 0], [0.5, -0.5]])


def test_hinge_rests_once_every_margin_is_met_and_cross_entropy_never_does():
    scores, y = np.array([[2.0, 1.0, -5.0]]), np.array([0])
    assert multiclass_hinge(scores, y)[0] == 0 and not multiclass_hinge(scores, y)[1].any()
    assert softmax_cross_entropy(scores, y)[1].all()


def test_squared_error_is_scikit_learns():
    scores, y = batch()
    assert mean_squared_error(scores, scores[::-1])[0] == pytest.approx(sklearn_mse(scores[::-1], scores), rel=1e-12)
    labels, onehot = mean_squared_error(scores, y), mean_squared_error(scores, np.eye(4)[y])
    assert labels[0] == onehot[0]
    np.testing.assert_array_equal(labels[1], onehot[1])


@EACH
@pytest.mark.parametrize(
    ("scores", "y", "name"),
    [
        (np.zeros(4), np.zeros(4, int), "scores"),
        (np.zeros((0, 4)), np.zeros(0, int), "scores"),
        (np.zeros((2, 0)), np.zeros(2, int), "scores"),
        (np.array([[np.nan, 0]]), np.array([0]), "scores"),
        (np.array([[np.inf, 0]], np.float32), np.array([0]), "scores"),
        ([["a", "b"]], np.array([0]), "scores"),
        (np.zeros((2, 4)), np.zeros(3, int), "y"),
        (np.zeros((2, 4)), np.zeros(2), "y"),
        (np.zeros((2, 4)), np.array([0, 4]), "y"),
        (np.zeros((2, 4)), np.array([0, -1]), "y"),
        (np.zeros((2, 4)), np.zeros((2, 3)), "y"),
    ],
)
def test_bad_input_is_named(loss, scores, y, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        loss(scores, y)


def test_probabilities_as_targets_mix_the_losses_of_the_labels():
    rng = np.random.default_rng(0)
    scores, share = rng.normal(0, 3, (6, 4)), rng.random((6, 1))
    first, second = rng.integers(4, size=(2, 6))
    mixed = share * np.eye(4)[first] + (1 - share) * np.eye(4)[second]
    loss, dscores = softmax_cross_entropy(scores, mixed)
    each = [
        [softmax_cross_entropy(row[None], np.array([y]))[0] for row, y in zip(scores, ys, strict=True)]
        for ys in (first, second)
    ]
    assert loss == pytest.approx(np.mean(share[:, 0] * each[0] + (1 - share[:, 0]) * each[1]), abs=1e-13)
    numeric = numerical_gradient(lambda s: softmax_cross_entropy(s, mixed)[0], scores)
    np.testing.assert_allclose(dscores, numeric, atol=1e-9)
    whole, hard = (softmax_cross_entropy(scores, y) for y in (np.eye(4)[first], first))
    assert whole[0] == pytest.approx(hard[0]) and np.allclose(whole[1], hard[1], atol=1e-15)


@pytest.mark.parametrize("row", [[0.5, 0.6, 0.0], [1.5, -0.5, 0.0], [0.0, 0.0, 0.0]])
def test_rows_that_are_no_probabilities_are_refused(row):
    with pytest.raises(ValueError, match="y: got the row"):
        softmax_cross_entropy(np.zeros((1, 3)), np.array([row]))
