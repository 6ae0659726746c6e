"""Planes through parameter space: their directions, the loss on them, and a run's way across."""

import numpy as np
import pytest

from course_utils.data import Data, blobs
from course_utils.landscapes import Plane, pca_plane, project, random_plane, slice_loss
from course_utils.layers import Dense, ReLU
from course_utils.losses import mean_squared_error
from course_utils.network import Network
from course_utils.optimizers import SGD
from course_utils.training import evaluate, fit


def build(seed=0):
    rng = np.random.default_rng(seed)
    net = Network([Dense(2, 6, rng=rng), ReLU(), Dense(6, 3, rng=rng)])
    net.theta += 0.1 * rng.normal(size=net.n_params)
    return net


def run():
    net = build()
    return net, fit(net, blobs(), SGD(lr=0.5), epochs=5, record=1).thetas


# --- random_plane


def test_every_filter_of_a_random_direction_is_as_long_as_the_nets():
    net = build()
    plane = random_plane(net, rng=0)
    theta = net.unpack(net.theta)
    for direction in plane.u, plane.v:
        views = net.unpack(direction)
        for name in "0.W", "2.W":
            np.testing.assert_allclose(np.linalg.norm(views[name], axis=0), np.linalg.norm(theta[name], axis=0))
        assert not views["0.b"].any() and not views["2.b"].any()
    np.testing.assert_array_equal(plane.origin, net.theta)
    assert not np.shares_memory(plane.origin, net.theta)


def test_random_directions_differ_and_a_seed_repeats_them():
    net = build()
    plane, same = random_plane(net, rng=0), random_plane(net, rng=0)
    np.testing.assert_array_equal(plane.u, same.u)
    assert not np.allclose(plane.u, plane.v)


def test_the_picture_does_not_depend_on_the_scale_of_relu_layers():
    net, scaled = build(), build()
    for n in net, scaled:
        n.layers[0].b[:] = n.layers[2].b[:] = 0
    scaled.layers[0].W *= 10
    scaled.layers[2].W /= 10
    axis = np.linspace(-1, 1, 5)
    pictures = [slice_loss(n, blobs().train, random_plane(n, rng=0), axis, axis) for n in (net, scaled)]
    np.testing.assert_allclose(*pictures, rtol=1e-9)


# --- pca_plane


def test_pca_is_that_of_the_full_decomposition():
    _, thetas = run()
    plane = pca_plane(thetas)
    away = thetas - thetas[-1]
    _, s, directions = np.linalg.svd(away, full_matrices=False)
    for ours, theirs in zip((plane.u, plane.v), directions, strict=False):
        assert abs(ours @ theirs) == pytest.approx(1, abs=1e-8)
    np.testing.assert_allclose(plane.explained, (s**2 / (s**2).sum())[:2], rtol=1e-8)
    np.testing.assert_allclose(np.stack([plane.u, plane.v]) @ np.stack([plane.u, plane.v]).T, np.eye(2), atol=1e-12)
    assert (project(plane, thetas)[0] >= 0).all()


def test_a_run_in_a_plane_is_explained_whole():
    rng = np.random.default_rng(0)
    path = rng.normal(size=(9, 2))
    thetas = path @ rng.normal(size=(2, 40)) + 3
    plane = pca_plane(thetas)
    assert sum(plane.explained) == pytest.approx(1)
    back = plane.origin + project(plane, thetas) @ np.stack([plane.u, plane.v])
    np.testing.assert_allclose(back, thetas, atol=1e-9)


def test_a_run_along_a_line_still_spans_a_plane():
    plane = pca_plane(np.arange(5.0)[:, None] * np.ones(7))
    np.testing.assert_allclose([plane.u @ plane.u, plane.v @ plane.v, plane.u @ plane.v], [1, 1, 0], atol=1e-12)
    assert plane.explained[0] == pytest.approx(1)


# --- slice_loss


def test_the_slice_is_the_loss_at_every_point_with_beta_down_the_rows():
    net, data = build(), blobs().train
    plane = random_plane(net, rng=0)
    alpha, beta = np.array([-0.5, 0.0, 2.0]), np.array([0.0, 1.0])
    z = slice_loss(net, data, plane, alpha, beta)
    assert z.shape == (2, 3)
    for j, i in np.ndindex(2, 3):
        other = build()
        other.theta = net.theta + alpha[i] * plane.u + beta[j] * plane.v
        assert z[j, i] == pytest.approx(evaluate(other, data)[0], rel=1e-12)


def test_the_net_is_left_as_it_was_even_after_an_error():
    net, data = build(), blobs().train
    plane, before = random_plane(net, rng=0), net.theta.copy()
    slice_loss(net, data, plane, [0.0, 1.0], [0.5])

    def fails(scores, y):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        slice_loss(net, data, plane, [1.0], [1.0], loss=fails)
    np.testing.assert_array_equal(net.theta, before)


def test_other_losses_and_points_that_overflow():
    net, data = build(), blobs().train
    plane = random_plane(net, rng=0)
    squared = slice_loss(net, data, plane, [0.0], [0.0], loss=mean_squared_error)
    assert squared[0, 0] == pytest.approx(mean_squared_error(net.forward(data.x), data.y)[0])
    assert np.isnan(slice_loss(net, data, plane, [1e300], [0.0])).all()


# --- project


def test_project_takes_points_of_the_plane_to_their_coordinates():
    net = build()
    plane = random_plane(net, rng=0)
    assert abs(plane.u @ plane.v) > 1e-3
    coordinates = np.array([[0.0, 0.0], [1.0, -2.0], [0.3, 0.7]])
    thetas = plane.origin + coordinates @ np.stack([plane.u, plane.v])
    np.testing.assert_allclose(project(plane, thetas), coordinates, atol=1e-12)


def test_project_finds_the_nearest_point():
    net, thetas = run()
    plane = pca_plane(thetas)
    basis = np.stack([plane.u, plane.v])
    rest = thetas - plane.origin - project(plane, thetas) @ basis
    np.testing.assert_allclose(rest @ basis.T, 0, atol=1e-9)
    np.testing.assert_allclose(project(plane, thetas)[-1], 0, atol=1e-12)


def test_the_repr_is_short():
    assert repr(Plane(np.zeros(5), np.zeros(5), np.zeros(5))) == "Plane(5 parameters)"


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: pca_plane(np.zeros((2, 5))), "thetas"),
        (lambda: pca_plane(np.ones((4, 5))), "thetas"),
        (lambda: pca_plane(np.full((4, 5), np.nan)), "thetas"),
        (lambda: random_plane(build(), rng=None), "rng"),
        (lambda: project(Plane(np.zeros(5), np.ones(5), np.ones(5)), np.zeros((3, 4))), "thetas"),
        (lambda: slice_loss(build(), blobs().train, Plane(*np.zeros((3, 5))), [0.0], [0.0]), "plane"),
        (lambda: slice_loss(build(), blobs().train, random_plane(build(), 0), 0.0, [0.0]), "alpha"),
        (lambda: slice_loss(build(), blobs().train, random_plane(build(), 0), [0.0], [np.inf]), "beta"),
        (
            lambda: slice_loss(
                build(), Data(np.ones((3, 4)), np.zeros(3, int)), random_plane(build(), 0), [0.0], [0.0]
            ),
            "data.x",
        ),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: got .*, want "):
        call()
