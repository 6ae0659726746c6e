"""Landscapes: a plane through the space of all of a network's parameters, and the loss on it as a surface.

    plane = pca_plane(history.thetas)            # or random_plane(net, rng)
    path = project(plane, history.thetas)        # (n, 2): the run on the plane
    z = slice_loss(net, split.train, plane, alpha, beta)      # z[j, i]: the loss at origin + alpha[i]·u + beta[j]·v

A plane shows two directions of thousands. A valley or a wall on it is real; what lies beside it stays unseen.
Chapter 08.
"""

from dataclasses import dataclass

import numpy as np

from ._support.threads import few_threads
from ._support.validation import array, fail, generator
from .losses import softmax_cross_entropy
from .training import evaluate


@dataclass(frozen=True, eq=False, repr=False)
class Plane:
    """A plane in parameter space: origin + alpha · u + beta · v.

    Attributes
    ----------
    origin, u, v : (n_params,)
    explained : (share along u, share along v) of a run's squared distance from the origin; None if of no run
    """

    origin: np.ndarray
    u: np.ndarray
    v: np.ndarray
    explained: tuple | None = None

    def __repr__(self):
        shares = "" if self.explained is None else ", {:.1%} + {:.1%} explained".format(*self.explained)
        return f"Plane({self.origin.size} parameters{shares})"


def random_plane(net, rng):
    """The plane through the network's theta along two random directions, filter-normalized.

    Each column of W, the weights into one unit, gets a normal random direction as long as the column itself, so that
    alpha = 1 changes every unit by as much as its own size, whatever the scale of its layer. Biases, and whatever else
    is not a matrix, stay fixed, as in the paper's own code. u and v are nearly at right angles, not exactly.

    Source: Li, Xu, Taylor, Studer and Goldstein, "Visualizing the Loss Landscape of Neural Nets" (2018).

    >>> from course_utils.layers import Dense
    >>> from course_utils.network import Network
    >>> net = Network([Dense(3, 2, rng=0)])
    >>> plane = random_plane(net, rng=0)
    >>> W, dW = net.layers[0].W, net.unpack(plane.u)["0.W"]
    >>> bool(np.allclose(np.linalg.norm(dW, axis=0), np.linalg.norm(W, axis=0)))
    True
    """
    rng = generator("rng", rng)
    return Plane(net.theta.copy(), _filter_normalized(net, rng), _filter_normalized(net, rng))


def pca_plane(thetas):
    """The plane through a run's last point that keeps as much of its squared distance from that point as a plane can.

    u, v = first two right singular vectors of thetas - thetas[-1];  explained = s² / Σ s²

    u and v are of length 1, at right angles, and signed so that the run starts at alpha >= 0, beta >= 0.
    thetas : (n, n_params), at least 3 points, such as History.thetas.

    Source: Li et al. (2018), section 7.

    >>> pca_plane(np.array([[3.0, 0, 0], [1, 1, 0], [0, 0, 0]]))
    Plane(3 parameters, 91.9% + 8.1% explained)
    """
    thetas = array("thetas", thetas, shape=(None, None))
    if min(thetas.shape) < 2 or len(thetas) < 3:
        fail("thetas", f"shape {thetas.shape}", "at least 3 points with at least 2 parameters")
    away = thetas - thetas[-1]
    # From the (n, n) products of the points: n is far smaller than n_params, for which a full decomposition takes long.
    squares, vectors = np.linalg.eigh(away @ away.T)
    if not squares[-1] > 0:
        fail("thetas", "points that are all the same", "a run that has moved")
    basis = np.linalg.qr(away.T @ vectors[:, [-1, -2]])[0].T
    u, v = (direction if direction @ away[0] >= 0 else -direction for direction in basis)
    share = squares[[-1, -2]] / squares.sum()
    return Plane(thetas[-1].copy(), u, v, (float(share[0]), float(share[1])))


def slice_loss(net, data, plane, alpha, beta, loss=softmax_cross_entropy):
    """The loss on a grid of the plane, in test mode; the network's theta is left as it was.

    Parameters
    ----------
    net : Network
    data : Data
    plane : Plane
    alpha, beta : (n,), (m,) coordinates along u and v

    Returns
    -------
    (m, n) array: the row is beta, as matplotlib's contour wants it; nan where the loss is not finite

    >>> from course_utils.data import blobs
    >>> from course_utils.layers import Dense
    >>> from course_utils.network import Network
    >>> net = Network([Dense(2, 3, rng=0)])
    >>> slice_loss(net, blobs().train, random_plane(net, rng=0), np.linspace(-1, 1, 5), [0.0]).shape
    (1, 5)
    """
    alpha, beta = array("alpha", alpha, shape=(None,)), array("beta", beta, shape=(None,))
    if plane.origin.shape != net.theta.shape:
        fail("plane", f"{plane!r}", f"a plane with the network's {net.n_params} parameters")
    kept = net.theta.copy()
    z = np.empty((len(beta), len(alpha)))
    try:
        with few_threads(net):
            for j, i in np.ndindex(z.shape):
                net.theta = plane.origin + alpha[i] * plane.u + beta[j] * plane.v
                z[j, i] = evaluate(net, data, loss)[0]
    finally:
        net.theta = kept
    return z


def project(plane, thetas):
    """The coordinates (alpha, beta) of the plane's points nearest to thetas: (n, n_params) -> (n, 2).

    >>> plane = Plane(np.zeros(3), np.array([2.0, 0, 0]), np.array([0, 1.0, 0]))
    >>> project(plane, np.array([[4.0, 5.0, 6.0]]))
    array([[2., 5.]])
    """
    thetas = array("thetas", thetas, shape=(None, plane.origin.size))
    # u and v need be neither of length 1 nor at right angles: least squares.
    return np.linalg.lstsq(np.stack([plane.u, plane.v], axis=1), (thetas - plane.origin).T)[0].T


def _filter_normalized(net, rng):
    direction = np.zeros(net.n_params)
    theta = net.unpack(net.theta)
    for name, d in net.unpack(direction).items():
        if d.ndim == 2:
            d[...] = rng.normal(size=d.shape)
            d *= np.linalg.norm(theta[name], axis=0) / np.linalg.norm(d, axis=0)
    return direction
