"""Linear regression with penalties, solved to the end: the weights that L2, L1 or both choose, for many strengths.

    w = argmin  1/(2n) · ‖y - x · w‖² + l1 · Σ |w| + l2/2 · Σ w²

There is no bias: center the columns of x, and y, first. The strengths may be arrays; then w has their shape before its
own axis, so that a whole path of solutions is one call. Formulas are in H = xᵀx/n, the Hessian of the data loss, and
c = xᵀy/n: its gradient is H · w - c.

Sources disagree on the scale: this is that of scikit-learn's Lasso and ElasticNet (alpha = l1 + l2, l1_ratio =
l1 / alpha); its Ridge has no 1/(2n) and no ½, so that its alpha is n · l2.
"""

import numpy as np

from .._support.settings import numbers
from .._support.validation import array, fail, integer, number
from .penalties import soft_threshold


def ridge(x, y, lam):
    """The weights of L2, (..., n_features), in closed form: along each eigenvector of H the plain solution shrinks.

    w = (H + lam · I)⁻¹ · c = Σ l / (l + lam) · (part of the plain solution along v),  H · v = l · v

    Where l = 0 the data asks for nothing, and w has no part, also for lam = 0: of all minimizers it is the shortest.

    Parameters
    ----------
    x : (n_samples, n_features); y : (n_samples,)
    lam : float >= 0, or an array of them

    Source: Hoerl and Kennard, "Ridge Regression" (1970); by singular values, Hastie et al., "The Elements of
    Statistical Learning", equation 3.47.

    >>> ridge(np.array([[1.0], [-1.0]]), np.array([4.0, -4.0]), lam=[0, 1, 3])
    array([[4.],
           [2.],
           [1.]])
    """
    x, y = _checked(x, y)
    lam = np.asarray(numbers("lam", lam, low=0))
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    eigenvalues = s**2 / len(x)
    seen = s > s.max(initial=0) * max(x.shape) * np.finfo(float).eps
    shrunk = eigenvalues / np.where(seen, eigenvalues + lam[..., None], 1)
    plain = np.divide(u.T @ y, s, out=np.zeros_like(s), where=seen)
    return (shrunk * plain) @ vt


def elastic_net(x, y, l1, l2, tol=1e-9, max_sweeps=100_000):
    """The weights of both penalties, (..., n_features), by coordinate descent: one weight after another, to its best.

    w_j = soft_threshold(c_j - Σ_{k ≠ j} H_jk · w_k, l1) / (H_jj + l2)

    The minimum over one weight, the others held, is a soft threshold; sweeping over them reaches the minimum over all.

    Parameters
    ----------
    x : (n_samples, n_features); y : (n_samples,)
    l1, l2 : float >= 0, or arrays of them that broadcast
    tol : float > 0. Done when no weight moves by more than tol times the largest plain weight.
    max_sweeps : int >= 1. More are not made: features that nearly repeat each other take long at strengths near 0.

    Source: Friedman, Hastie and Tibshirani, "Regularization Paths for Generalized Linear Models via Coordinate
    Descent" (2010).

    >>> x = np.array([[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]])
    >>> elastic_net(x, x @ [3.0, 0.5], l1=[0, 1], l2=[0, 1]).round(9)
    array([[3. , 0.5],
           [1. , 0. ]])
    """
    x, y = _checked(x, y)
    l1, l2 = np.broadcast_arrays(numbers("l1", l1, low=0), numbers("l2", l2, low=0))
    tol, sweeps = number("tol", tol, above=0), integer("max_sweeps", max_sweeps, low=1)
    hessian, c = x.T @ x / len(x), x.T @ y / len(x)
    # A feature that is 0 throughout has nothing to say, and its weight stays 0.
    columns = np.flatnonzero(np.diag(hessian))
    w = np.zeros((*l1.shape, len(c)))
    scale = abs(c[columns] / np.diag(hessian)[columns]).max(initial=0)
    for _ in range(sweeps):
        before = w.copy()
        for j in columns:
            own = hessian[j, j]
            pull = c[j] - w @ hessian[j] + own * w[..., j]
            # A soft threshold, without the checks of its arguments at every one of thousands of steps.
            w[..., j] = (pull - np.clip(pull, -l1, l1)) / (own + l2)
        if abs(w - before).max(initial=0) <= tol * scale:
            break
    return w


def lasso(x, y, lam):
    """The weights of L1, (..., n_features), by coordinate descent: `elastic_net` with l2 = 0.

    >>> x = np.array([[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]])
    >>> lasso(x, x @ [3.0, 0.5], lam=1).round(9)
    array([2., 0.])
    """
    return elastic_net(x, y, lam, 0.0)


def proximal_gradient(x, y, l1, l2=0.0, n_steps=100):
    """The way to the weights by steps, (n_steps + 1, n_features), from 0: down the smooth part, then soft-threshold.

    w = soft_threshold(w - lr · (H · w - c + l2 · w), lr · l1),  lr = 1 / (largest eigenvalue of H + l2)

    Every step lowers the total. It is what ProximalL1 does in a network, where no single weight has a best.

    l1, l2 : float >= 0; n_steps : int >= 0

    Source: Daubechies, Defrise and De Mol (2004); ISTA in Beck and Teboulle (2009).

    >>> x = np.array([[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]])
    >>> proximal_gradient(x, x @ [3.0, 0.5], l1=1, n_steps=1)
    array([[0., 0.],
           [2., 0.]])
    """
    x, y = _checked(x, y)
    l1, l2 = number("l1", l1, low=0), number("l2", l2, low=0)
    hessian, c = x.T @ x / len(x), x.T @ y / len(x)
    steepest = np.linalg.eigvalsh(hessian).max() + l2
    lr = 1 / steepest if steepest > 0 else 1.0
    w = np.zeros((integer("n_steps", n_steps) + 1, len(c)))
    for t, now in enumerate(w[:-1]):
        w[t + 1] = soft_threshold(now - lr * (hessian @ now - c + l2 * now), lr * l1)
    return w


def first_l1(x, y):
    """The smallest strength of L1 at which every weight is 0: max |c|, the steepest slope at w = 0.

    >>> first_l1(np.array([[1.0], [-1.0]]), np.array([4.0, -4.0]))
    4.0
    """
    x, y = _checked(x, y)
    return float(abs(x.T @ y).max() / len(x))


def _checked(x, y):
    x = array("x", x, shape=(None, None))
    if not x.size:
        fail("x", f"an array of shape {x.shape}", "at least one sample and one feature")
    return x, array("y", y, shape=(len(x),))
