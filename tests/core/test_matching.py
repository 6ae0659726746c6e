"""Renumbering hidden units: a network stays what it was, and units that were shuffled are found again."""

import numpy as np
import pytest

from course_utils.dropout import Dropout
from course_utils.ensembles import renumbered
from course_utils.layers import Dense, ReLU, Tanh
from course_utils.network import Network

X = np.random.default_rng(0).normal(size=(50, 4))


def build(rng, width=6):
    rng = np.random.default_rng(rng)
    return Network([Dense(4, width, rng=rng), ReLU(), Dense(width, 5, rng=rng), Tanh(), Dense(5, 3, rng=rng)])


def shuffled(net, rng):
    """The same function, its units in another order."""
    new, rng = net.copy(), np.random.default_rng(rng)
    dense = [layer for layer in new.layers if isinstance(layer, Dense)]
    for one, after in zip(dense, dense[1:], strict=False):
        order = rng.permutation(one.n_out)
        one.W[:], one.b[:], after.W[:] = one.W[:, order], one.b[order], after.W[order]
    return new


def test_shuffled_units_are_put_back():
    net = build(0)
    net.theta = np.random.default_rng(1).normal(size=net.n_params)
    other = shuffled(net, 2)
    assert not np.allclose(other.theta, net.theta)
    np.testing.assert_array_equal(renumbered(other, net, X).theta, net.theta)


def test_the_function_stays_and_so_do_both_networks():
    net, like = build(0), build(1)
    kept = net.theta.copy(), like.theta.copy()
    new = renumbered(net, like, X)
    np.testing.assert_allclose(new.forward(X), net.forward(X), atol=1e-12)
    assert not np.allclose(new.theta, net.theta)
    np.testing.assert_array_equal(net.theta, kept[0])
    np.testing.assert_array_equal(like.theta, kept[1])


def test_no_order_of_three_units_correlates_better():
    net, like = build(0, width=3), build(1, width=3)
    of = [each.layers[1].forward(each.layers[0].forward(X)) for each in (renumbered(net, like, X), like)]
    C = np.corrcoef(*of, rowvar=False)[:3, 3:]
    orders = [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
    assert np.trace(C) == pytest.approx(max(sum(C[order[k], k] for k in range(3)) for order in orders))


def test_a_unit_that_is_always_off_is_like_no_other():
    net = build(0)
    net.layers[0].b[2] = -100
    found = renumbered(shuffled(net, 3), net, X)
    np.testing.assert_array_equal(found.theta, net.theta)


@pytest.mark.parametrize(
    ("net", "like", "x", "words"),
    [
        (build(0), build(0), X[:1], "^x: got 1 samples"),
        (build(0), build(0), X[:, :3], "^x: got"),
        (build(0), build(0, width=7), X, "^like: got layers"),
        ("net", build(0), X, "^net: got 'net', want a Network"),
        (
            build(0),
            Network([Dense(4, 5, rng=0), Dropout(0.5, rng=0), Dense(5, 3, rng=0)]),
            X,
            r"^like.layers\[1\]: got Drop",
        ),
    ],
)
def test_what_does_not_fit_is_refused(net, like, x, words):
    with pytest.raises(ValueError, match=words):
        renumbered(net, like, x)
