"""Fractional max pooling: regions by counting, values by a plain loop and PyTorch, gradients by differences."""

import copy
import itertools

import numpy as np
import pytest
from scipy import stats

from course_utils.augmentation import (
    KINDS,
    FractionalMaxPool2D,
    max_pool,
    max_pool_backward,
    pseudorandom_edges,
    random_edges,
    regions,
)
from course_utils.data import digits
from course_utils.gradients import check_gradients, numerical_gradient, relative_error
from course_utils.layers import Dense
from course_utils.network import Network
from course_utils.optimizers import SGD, Adam
from course_utils.training import fit

SIZES = [(8, 5), (8, 8), (8, 4), (9, 5), (1, 1), (25, 17), (64, 45)]


def draw(shape=(3, 9, 8, 2), seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def both_kinds(n_in, n_out, n_draws=50):
    rng = np.random.default_rng(0)
    for _ in range(n_draws):
        yield random_edges(n_in, n_out, rng)
        yield pseudorandom_edges(n_in, n_out, rng.random())


@pytest.mark.parametrize(("n_in", "n_out"), SIZES)
def test_regions_cover_all_with_as_many_twos_and_ones_as_it_takes(n_in, n_out):
    for edges in both_kinds(n_in, n_out):
        steps = np.diff(edges)
        assert edges[0] == 0 and edges[-1] == n_in and len(steps) == n_out
        assert ((steps == 2).sum(), (steps == 1).sum()) == (n_in - n_out, 2 * n_out - n_in)


def test_random_edges_have_every_order_equally_often():
    rng = np.random.default_rng(0)
    orders = [tuple(np.diff(random_edges(6, 4, rng))) for _ in range(6000)]
    counts = [orders.count(order) for order in set(orders)]
    assert len(counts) == 6 and stats.chisquare(counts).pvalue > 0.01


def test_pseudorandom_edges_are_even_and_move_with_u():
    for u in np.linspace(0, 0.999, 50):
        assert abs(pseudorandom_edges(30, 20, u) - 1.5 * np.arange(21)).max() < 1.5
    assert len({tuple(pseudorandom_edges(30, 20, u)) for u in np.linspace(0, 0.999, 50)}) > 1
    assert pseudorandom_edges(30, 20, 1e-17)[-1] == pseudorandom_edges(30, 20, 1 - 1e-16)[-1] == 30


@pytest.mark.parametrize(("n_in", "n_out", "u"), [(75, 51, 0.68), (125, 69, 0.552), (7, 4, 4 / 7), (9, 5, 5 / 9)])
def test_no_region_is_lost_where_alpha_times_u_is_whole(n_in, n_out, u):
    edges = pseudorandom_edges(n_in, n_out, u)
    assert edges[0] == 0 and edges[-1] == n_in and set(np.diff(edges)) <= {1, 2}


def test_disjoint_regions_meet_and_overlapping_ones_share_a_pixel():
    edges = np.array([0, 2, 3, 5])
    assert regions(edges, overlapping=False).tolist() == [[0, 2], [2, 3], [3, 5]]
    assert regions(edges, overlapping=True).tolist() == [[0, 3], [2, 4], [3, 5]]


def by_loop(x, rows, columns):
    """Pooling and its gradient for dout = 1, 2, 3, ..., in plain loops."""
    out = np.zeros((len(x), len(rows), len(columns), x.shape[3]))
    dx = np.zeros_like(x)
    dout = np.arange(out.size, dtype=float).reshape(out.shape)
    for n, i, j, c in itertools.product(*map(range, out.shape)):
        (top, bottom), (left, right) = rows[i], columns[j]
        region = x[n, top:bottom, left:right, c]
        out[n, i, j, c] = region.max()
        down, along = np.unravel_index(region.argmax(), region.shape)
        dx[n, top + down, left + along, c] += dout[n, i, j, c]
    return out, dx


@pytest.mark.parametrize("ties", [False, True], ids=["all different", "many equal"])
@pytest.mark.parametrize("overlapping", [False, True])
def test_forward_and_backward_are_those_of_a_plain_loop(overlapping, ties):
    rng, x = np.random.default_rng(0), draw()
    x = x.round() if ties else x
    for _ in range(10):
        rows, columns = (regions(random_edges(n, m, rng), overlapping) for n, m in ((9, 6), (8, 5)))
        want, dx = by_loop(x, rows, columns)
        out, where = max_pool(x, rows, columns)
        np.testing.assert_array_equal(out, want)
        np.testing.assert_array_equal(x.ravel()[where], out)
        back = max_pool_backward(np.arange(out.size, dtype=float).reshape(out.shape), where, x.shape)
        np.testing.assert_array_equal(back, dx)


@pytest.mark.parametrize("training", [True, False], ids=["training", "test"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("overlapping", [False, True])
def test_backward_is_the_gradient_of_forward(kind, overlapping, training):
    layer, x, dout = FractionalMaxPool2D((6, 5), kind, overlapping, rng=1), draw(), draw((3, 6, 5, 2), 1)
    # A copy has a generator of its own in the same state, so that it draws the same regions.
    twin = copy.deepcopy(layer)
    layer.forward(x, training)
    slopes = numerical_gradient(lambda x: np.sum(copy.deepcopy(twin).forward(x, training) * dout), x)
    assert relative_error(layer.backward(dout), slopes) < 1e-6


def test_a_net_with_flat_rows_has_the_right_gradients_and_learns():
    net = Network([Dense(12, 36, rng=0), FractionalMaxPool2D((4, 3), rng=1, shape=(6, 3, 2)), Dense(24, 3, rng=2)])
    found = check_gradients(net, draw((4, 12)), np.array([0, 1, 2, 1]))
    assert found.verdict == "right" and found.n_checked > 100
    net = Network([FractionalMaxPool2D(6, rng=0, shape=(8, 8, 1)), Dense(36, 10, rng=1)])
    assert fit(net, digits(), Adam(lr=0.01), epochs=15, rng=0).val_accuracy[-1] > 0.75


@pytest.mark.parametrize("kind", KINDS)
def test_training_draws_new_regions_and_test_does_not(kind):
    layer, x = FractionalMaxPool2D(5, kind, rng=0), draw((2, 8, 8, 1))
    drawn = {layer.forward(x, training=True).tobytes() for _ in range(20)}
    assert len(drawn) > 5
    assert len({layer.forward(x).tobytes() for _ in range(5)}) == 1
    assert layer.differs_in_training
    np.testing.assert_array_equal(layer.edges, [pseudorandom_edges(8, 5)] * 2)


def test_the_even_kind_is_even_in_training_too():
    layer, x = FractionalMaxPool2D(20, "pseudorandom", rng=0), draw((1, 30, 30, 1))
    for _ in range(20):
        layer.forward(x, training=True)
        assert abs(np.array(layer.edges) - 1.5 * np.arange(21)).max() < 1.5


def test_rows_and_columns_have_regions_of_their_own():
    layer = FractionalMaxPool2D(20, rng=0)
    layer.forward(draw((1, 30, 30, 1)), training=True)
    assert layer.edges[0].tolist() != layer.edges[1].tolist()


def test_at_its_ends_it_is_nothing_and_plain_two_by_two_pooling():
    x = draw((3, 8, 6, 2))
    np.testing.assert_array_equal(FractionalMaxPool2D((8, 6), overlapping=False, rng=0).forward(x, training=True), x)
    halves = x.reshape(3, 4, 2, 3, 2, 2).max(axis=(2, 4))
    np.testing.assert_array_equal(FractionalMaxPool2D((4, 3), overlapping=False, rng=0).forward(x, True), halves)


def test_float32_stays_float32():
    layer = FractionalMaxPool2D(5, rng=0)
    out = layer.forward(draw((2, 8, 8, 1)).astype(np.float32), training=True)
    assert out.dtype == layer.backward(out).dtype == np.float32


def test_a_run_that_diverges_ends_without_an_error():
    net = Network([Dense(64, 64, rng=0), FractionalMaxPool2D(6, rng=0, shape=(8, 8, 1)), Dense(36, 10, rng=1)])
    history = fit(net, digits(), SGD(lr=1e200), epochs=1, rng=0)
    assert history.diverged_at > 0


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: random_edges(8, 3, 0), "n_out"),
        (lambda: random_edges(8, 9, 0), "n_out"),
        (lambda: random_edges(8, 5, None), "rng"),
        (lambda: pseudorandom_edges(8, 3), "n_out"),
        (lambda: pseudorandom_edges(8, 5, u=1), "u"),
        (lambda: pseudorandom_edges(8, 5, u=-0.1), "u"),
        (lambda: max_pool(draw()[0], [[0, 1]], [[0, 1]]), "images"),
        (lambda: max_pool(draw(), [[0, 10]], [[0, 1]]), "rows"),
        (lambda: max_pool(draw(), [[0, 1]], [[-1, 1]]), "columns"),
        (lambda: max_pool(draw(), [[1, 1]], [[0, 1]]), "rows"),
        (lambda: FractionalMaxPool2D(0, rng=0), "size"),
        (lambda: FractionalMaxPool2D(5, kind="even", rng=0), "kind"),
        (lambda: FractionalMaxPool2D(5, overlapping=2, rng=0), "overlapping"),
        (lambda: FractionalMaxPool2D(5), "rng"),
        (lambda: FractionalMaxPool2D(3, rng=0, shape=(8, 8, 1)), "size"),
        (lambda: FractionalMaxPool2D(5, rng=0, shape=8), "shape"),
        (lambda: FractionalMaxPool2D(5, rng=0, shape=(8, 8, 0)), "shape"),
        (lambda: FractionalMaxPool2D(3, rng=0).forward(draw()), "size"),
        (lambda: FractionalMaxPool2D((5, 3), rng=0).forward(draw((1, 8, 8, 1))), "size"),
        (lambda: FractionalMaxPool2D(5, rng=0).forward(draw((3, 64))), "x"),
        (lambda: FractionalMaxPool2D(5, rng=0, shape=(8, 8, 1)).forward(draw((3, 63))), "x"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()
