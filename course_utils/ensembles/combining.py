"""Combining what the members of an ensemble say, and how much they differ: the numbers, without the networks.

P (n_members, n_samples, n_classes) holds what each member says, probabilities. How good their common answer is depends
on how good they are, how many, and how different: `accuracy_by_size`, `diversity`, `variance_of_mean`.
"""

import numpy as np

from .._support.settings import numbers
from .._support.validation import array, choice, fail, generator, integer, labels, number
from ..losses import softmax

TINY = np.finfo(float).tiny


def combine(P, how="probabilities"):
    """One answer from many: P (n_members, n_samples, n_classes) -> (n_samples, n_classes), each row summing to 1.

    how : "probabilities"   their mean, mean over members of p
          "scores"          the softmax of the mean score: the geometric mean of p, scaled to sum to 1
          "votes"           share of the members that choose the class; a member's tie goes to the first class

    The cross-entropy of either mean is at most the mean of the members' cross-entropies; of votes nothing is known.

    >>> P = np.array([[[0.6, 0.4]], [[0.6, 0.4]], [[0.1, 0.9]]])
    >>> [combine(P, how).round(2).tolist() for how in COMBINATIONS]
    [[[0.43, 0.57]], [[0.39, 0.61]], [[0.67, 0.33]]]
    """
    said, finish = COMBINATIONS[choice("how", how, COMBINATIONS)]
    return finish(said(_probabilities(P)).mean(axis=0))


def accuracy_by_size(P, y, how="probabilities", orders=50, rng=0):
    """(n_members,) accuracy of ensembles of 1, 2, ... of the members, mean over `random_orders` in which they come.

    P : (n_members, n_samples, n_classes); y : (n_samples,) labels; orders : int >= 1
    """
    P = _probabilities(P)
    y = labels("y", y, *P.shape[1:])
    said, right = COMBINATIONS[choice("how", how, COMBINATIONS)][0](P), np.zeros(len(P))
    for order in random_orders(len(P), orders, rng):
        # The largest of sums and the largest of means are in the same place, and a softmax leaves it there.
        right += (said[order].cumsum(axis=0).argmax(axis=2) == y).mean(axis=1)
    return right / orders


def random_orders(n, orders, rng=0):
    """Yield orders of n members: a random one, its n - 1 rotations, another random one, and so on.

    So n orders have everyone first, second, ... once: means over them scatter less than over orders drawn freely.

    >>> [order.tolist() for order in random_orders(3, orders=4)]
    [[2, 0, 1], [0, 1, 2], [1, 2, 0], [...]]
    """
    orders, rng = integer("orders", orders, low=1), generator("rng", rng)
    for k in range(orders):
        if k % n == 0:
            first = rng.permutation(n)
        yield np.roll(first, -k)


def score(p, y):
    """(cross-entropy, accuracy) of probabilities p (n_samples, n_classes).

    >>> score(np.array([[0.5, 0.5], [0.0, 1.0]]), np.array([0, 1]))
    (0.34657..., 1.0)
    """
    p = _probabilities(p, ndim=2)
    y = labels("y", y, *p.shape)
    with np.errstate(divide="ignore"):
        loss = -np.log(p[np.arange(len(y)), y]).mean()
    return float(loss), float(np.mean(p.argmax(axis=1) == y))


def disagreement(P):
    """(n_members, n_members): the share of the samples for which two members choose different classes.

    Source: Skalak, "The Sources of Increased Accuracy for Two Proposed Boosting Algorithms" (1996), there for errors.

    >>> disagreement(np.array([[[0.6, 0.4], [0.9, 0.1]], [[0.3, 0.7], [0.8, 0.2]]]))
    array([[0. , 0.5],
           [0.5, 0. ]])
    """
    chosen = _probabilities(P).argmax(axis=2)
    return np.array([(chosen != one).mean(axis=1) for one in chosen])


def diversity(P):
    """The mean disagreement of two different members; 0 for one alone."""
    n = len(P)
    return float(disagreement(P).sum() / max(1, n * (n - 1)))


def variance_of_mean(v, rho, n):
    """Variance of the mean of n numbers, each of variance v, each pair with correlation rho: v · (rho + (1 - rho) / n).

    The second part falls with n; the first stays, however many there are. v >= 0, n >= 1, -1 <= rho <= 1 (n numbers
    cannot have less than -1/(n-1)); arrays are welcome.

    Source: Hastie, Tibshirani and Friedman, "The Elements of Statistical Learning" (2009), equation 15.1.

    >>> variance_of_mean(v=1, rho=0.2, n=4)
    0.4
    """
    v, rho, n = numbers("v", v, low=0), numbers("rho", rho, low=-1, high=1), numbers("n", n, low=1)
    return v * (rho + (1 - rho) / n)


def common_variance(errors):
    """(v, rho) of errors (n_members, n_samples), n_members >= 2: mean variance, and mean covariance of two over it.

    With these `variance_of_mean` is exact, also where variances and correlations differ from member to member.
    """
    errors = array("errors", errors, shape=(None, None))
    if len(errors) < 2 or not errors.size:
        fail("errors", f"shape {errors.shape}", "at least two members and one sample")
    C, n = np.cov(errors, bias=True), len(errors)
    v = np.trace(C) / n
    return float(v), float((C.sum() - n * v) / (n * (n - 1)) / v) if v else 1.0


def _log(P):
    return np.log(np.maximum(P, TINY))


def _votes(P):
    return (P.argmax(axis=2)[..., None] == np.arange(P.shape[2])).astype(float)


def _same(p):
    return p


# What each member contributes to the mean, and what makes probabilities of that mean.
COMBINATIONS = {"probabilities": (_same, _same), "scores": (_log, softmax), "votes": (_votes, _same)}


def _probabilities(P, ndim=3):
    P = array("P", P, shape=(None,) * ndim)
    if not P.size:
        fail("P", f"an array of shape {P.shape}", "at least one member, one sample and one class")
    number("P", float(P.min()), low=0)
    if not np.allclose(P.sum(axis=-1), 1):
        fail("P", f"rows that sum to {P.sum(axis=-1).min():g} to {P.sum(axis=-1).max():g}", "probabilities, sums of 1")
    return P
