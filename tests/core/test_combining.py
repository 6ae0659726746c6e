"""Combining answers: against scikit-learn's ensembles and closed forms, and the bounds that the chapter states."""

import numpy as np
import pytest
from scipy.stats import gmean
from sklearn.ensemble import BaggingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from course_utils.data import wine
from course_utils.ensembles import (
    COMBINATIONS,
    accuracy_by_size,
    combine,
    common_variance,
    disagreement,
    diversity,
    random_orders,
    score,
    variance_of_mean,
)
from course_utils.losses import softmax

HOW = pytest.mark.parametrize("how", COMBINATIONS)


def draw(n_members=5, n_samples=40, n_classes=3, seed=0, scale=2.0):
    """Answers of members that are right more often than not, and the labels."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n_samples)
    scores = rng.normal(0, scale, (n_members, n_samples, n_classes))
    scores[:, np.arange(n_samples), y] += 1.5
    return softmax(scores.reshape(-1, n_classes)).reshape(scores.shape), y


# scikit-learn


def test_averages_and_votes_are_those_of_voting_classifiers():
    train, test = wine().train, wine().val
    kinds = [
        ("tree", DecisionTreeClassifier(max_depth=2, random_state=0)),
        ("bayes", GaussianNB()),
        ("stump", DecisionTreeClassifier(max_depth=1, random_state=0)),
        ("line", LogisticRegression(C=1e-6)),
    ]
    soft = VotingClassifier(kinds, voting="soft").fit(*train)
    hard = VotingClassifier(kinds, voting="hard").fit(*train)
    P = np.array([estimator.predict_proba(test.x) for estimator in soft.estimators_])
    np.testing.assert_allclose(combine(P), soft.predict_proba(test.x))
    np.testing.assert_array_equal(combine(P, "votes").argmax(axis=1), hard.predict(test.x))
    assert disagreement(P)[np.triu_indices(4, 1)].min() > 0, "or the comparison would show little"


def test_the_average_is_that_of_a_bagging_classifier():
    train, test = wine().train, wine().val
    bagged = BaggingClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=7, random_state=0).fit(*train)
    P = np.array([estimator.predict_proba(test.x) for estimator in bagged.estimators_])
    np.testing.assert_allclose(combine(P), bagged.predict_proba(test.x))


def test_the_score_is_scikit_learns():
    P, y = draw()
    loss, accuracy = score(P[0], y)
    assert loss == pytest.approx(log_loss(y, P[0], labels=[0, 1, 2]))
    assert accuracy == np.mean(P[0].argmax(axis=1) == y)


# Closed forms


def test_the_mean_of_scores_is_the_geometric_mean():
    P, _ = draw()
    product = gmean(P, axis=0)
    np.testing.assert_allclose(combine(P, "scores"), product / product.sum(axis=1, keepdims=True))
    scores = np.random.default_rng(3).normal(size=(4, 6, 3))
    P = softmax(scores.reshape(-1, 3)).reshape(scores.shape)
    np.testing.assert_allclose(combine(P, "scores"), softmax(scores.mean(axis=0)))


def test_ties_of_votes_go_to_the_first_class():
    P = np.array([[[0.1, 0.9]], [[0.8, 0.2]]])
    np.testing.assert_array_equal(combine(P, "votes"), [[0.5, 0.5]])
    assert score(combine(P, "votes"), np.array([0]))[1] == 1


@HOW
def test_rows_are_probabilities_and_one_member_speaks_for_itself(how):
    P, _ = draw()
    np.testing.assert_allclose(combine(P, how).sum(axis=1), 1)
    assert (combine(P[:1], how).argmax(axis=1) == P[0].argmax(axis=1)).all()
    if how != "votes":
        np.testing.assert_allclose(combine(P[:1], how), P[0])


@HOW
def test_certainty_of_zero_is_no_trouble(how):
    P = np.array([[[1.0, 0.0], [0.0, 1.0]], [[0.5, 0.5], [1.0, 0.0]]])
    together = combine(P, how)
    assert np.isfinite(together).all()
    np.testing.assert_allclose(together.sum(axis=1), 1)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("how", ["probabilities", "scores"])
def test_the_loss_of_the_mean_is_at_most_the_mean_of_the_losses(how, seed):
    P, y = draw(seed=seed, scale=seed / 4)
    assert score(combine(P, how), y)[0] <= np.mean([score(p, y)[0] for p in P]) + 1e-12


def test_equal_members_gain_nothing():
    P, y = draw(n_members=1)
    same = np.repeat(P, 4, axis=0)
    assert score(combine(same), y) == pytest.approx(score(P[0], y))
    assert diversity(same) == 0


def test_a_right_class_without_probability_costs_infinitely_much():
    assert score(np.array([[1.0, 0.0]]), np.array([1])) == (np.inf, 0.0)


@HOW
def test_accuracy_by_size_runs_from_the_mean_member_to_all_of_them(how):
    P, y = draw(n_members=6, n_samples=200)
    accuracies = accuracy_by_size(P, y, how, orders=402)
    assert accuracies.shape == (6,)
    assert accuracies[0] == pytest.approx(np.mean(P.argmax(axis=2) == y))
    assert accuracies[-1] == pytest.approx(np.mean(combine(P, how).argmax(axis=1) == y))
    # All pairs, exactly; random orders come close.
    pairs = [np.mean(combine(P[[i, j]], how).argmax(axis=1) == y) for i in range(6) for j in range(i)]
    assert accuracies[1] == pytest.approx(np.mean(pairs), abs=0.01)


def test_random_orders_have_everyone_in_every_place_and_are_drawn_anew():
    orders = np.array(list(random_orders(5, 10)))
    for some in orders[:5], orders[5:]:
        assert all(set(places) == set(range(5)) for places in (*some, *some.T))
    assert not np.array_equal(orders[0], orders[5])
    assert len(list(random_orders(5, 3))) == 3


def test_disagreement_counts_pairs():
    P, _ = draw()
    chosen, D = P.argmax(axis=2), disagreement(P)
    assert D[1, 3] == D[3, 1] == np.mean(chosen[1] != chosen[3])
    assert not D.diagonal().any()
    assert diversity(P) == pytest.approx(D[np.triu_indices(5, 1)].mean())
    assert diversity(P[:1]) == 0


# The variance of a mean


@pytest.mark.parametrize(("rho", "n"), [(0.0, 10), (0.3, 5), (1.0, 7), (-0.2, 4)])
def test_variance_of_the_mean_of_correlated_draws(rho, n):
    C = 2.0 * ((1 - rho) * np.eye(n) + rho)
    assert variance_of_mean(2.0, rho, n) == pytest.approx(np.full(n, 1 / n) @ C @ np.full(n, 1 / n))
    draws = np.random.default_rng(0).multivariate_normal(np.zeros(n), C, 40_000)
    assert draws.mean(axis=1).var() == pytest.approx(variance_of_mean(2.0, rho, n), rel=0.03)


def test_it_is_exact_for_any_errors():
    errors = np.random.default_rng(0).normal(size=(4, 50)) * [[1], [2], [3], [4]] + np.linspace(0, 3, 50)
    v, rho = common_variance(errors)
    assert v == pytest.approx(errors.var(axis=1).mean())
    assert variance_of_mean(v, rho, 4) == pytest.approx(errors.mean(axis=0).var(), rel=1e-12)


def test_common_variance_of_equal_and_of_still_members():
    assert common_variance(np.tile(np.arange(5.0), (3, 1))) == pytest.approx((2.0, 1.0))
    assert common_variance(np.ones((3, 5))) == (0.0, 1.0)


P2 = np.full((2, 3, 2), 0.5)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: combine(P2, "median"), "how"),
        (lambda: combine(P2[0]), "P"),
        (lambda: combine(P2[:0]), "P"),
        (lambda: combine(2 * P2), "P"),
        (lambda: combine(np.array([[[1.5, -0.5]]])), "P"),
        (lambda: combine(np.full((1, 1, 2), np.nan)), "P"),
        (lambda: score(P2[0], np.array([0, 1])), "y"),
        (lambda: score(P2[0], np.array([0, 1, 2])), "y"),
        (lambda: accuracy_by_size(P2, np.array([0, 1])), "y"),
        (lambda: accuracy_by_size(P2, np.array([0, 1, 0]), orders=0), "orders"),
        (lambda: accuracy_by_size(P2, np.array([0, 1, 0]), rng=None), "rng"),
        (lambda: disagreement(np.ones(3)), "P"),
        (lambda: common_variance(np.ones((1, 5))), "errors"),
        (lambda: common_variance(np.ones(5)), "errors"),
        (lambda: common_variance(np.ones((2, 0))), "errors"),
        (lambda: variance_of_mean(1.0, 0.2, 0), "n"),
        (lambda: variance_of_mean(-1.0, 0.2, 3), "v"),
        (lambda: variance_of_mean(1.0, [0.2, 1.2], 3), "rho"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()
