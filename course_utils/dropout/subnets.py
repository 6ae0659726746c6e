"""The subnets of a net with dropout: every mask leaves another net with the same weights, 2^n of them for n units.

masks = all_masks(10)                              # (1024, 10)
share = mask_probabilities(masks, keep=0.5)        # how often dropout draws each
p = sampled_probabilities(net, x, 50)              # (50, n_samples, n_classes): what 50 drawn subnets answer
geometric_mean(p)                                  # one answer of them all; p.mean(axis=0) is the other usual one
"""

import numpy as np

from .._support.validation import array, fail, integer
from ..losses import softmax
from .layers import kept_share

MOST = 16


def all_masks(n):
    """(2^n, n) every way to keep (1) or drop (0) each of n units; row k is the number k in binary.

    n : int from 1 to 16: with 16 there are 65,536 already.

    >>> all_masks(2)
    array([[0, 0],
           [0, 1],
           [1, 0],
           [1, 1]])
    """
    n = integer("n", n, low=1)
    if n > MOST:
        fail("n", n, f"at most {MOST}: the number of masks doubles with each unit")
    return np.arange(2**n)[:, None] >> np.arange(n)[::-1] & 1


def mask_probabilities(masks, keep):
    """(n_masks,) the probability that dropout draws each mask: keep^k · (1 - keep)^(n - k), where k units of n stay.

    masks : (n_masks, n) of 0 and 1; keep : float, 0 < keep <= 1

    >>> mask_probabilities(all_masks(2), keep=0.75)
    array([0.0625, 0.1875, 0.1875, 0.5625])
    """
    masks, keep = array("masks", masks, shape=(None, None)), kept_share("keep", keep)
    if not np.isin(masks, (0, 1)).all():
        fail("masks", f"values such as {masks[~np.isin(masks, (0, 1))][0]:g}", "0 for dropped and 1 for kept")
    k = masks.sum(axis=1)
    return keep**k * (1 - keep) ** (masks.shape[1] - k)


def geometric_mean(probabilities, weights=None):
    """The renormalized geometric mean of several nets' probabilities: the mean of their logarithms, then a softmax.

    pⱼ ∝ Πᵢ pᵢⱼ^wᵢ,  Σᵢ wᵢ = 1

    Of all masks on the inputs of a linear softmax, weighted with how often they are drawn, this is exactly what the
    whole net answers with its inputs times keep. With hidden layers it is close to that, and no more.

    probabilities : (n_nets, ..., n_classes), above 0; weights : (n_nets,) >= 0, in any unit; None: all the same

    Source: Hinton et al., "Improving neural networks by preventing co-adaptation of feature detectors" (2012); the
    proof is in Goodfellow, Bengio and Courville, "Deep Learning" (2016), section 7.12.

    >>> geometric_mean(np.array([[0.5, 0.5], [0.9, 0.1]])).round(3)
    array([0.75, 0.25])
    """
    p = array("probabilities", probabilities)
    if p.ndim < 2 or not p.size:
        fail("probabilities", f"an array of shape {p.shape}", "shape (n_nets, ..., n_classes)")
    if p.min() <= 0:
        fail("probabilities", f"{p.min():g}", "numbers above 0: one net that rules a class out would decide alone")
    weights = np.ones(len(p)) if weights is None else array("weights", weights, shape=(len(p),))
    if weights.min() < 0 or not weights.any():
        fail("weights", f"from {weights.min():g} to {weights.max():g}", "numbers >= 0, not all of them 0")
    return softmax(np.tensordot(weights / weights.sum(), np.log(p), axes=1))


def sampled_probabilities(net, x, n):
    """(n, n_samples, n_classes) what n subnets answer: softmax of `n` forward passes in training mode.

    Every sample of every pass has a mask of its own. The net is left as it was, its generators too.
    Their mean over the passes is Monte Carlo dropout, and how far they agree says how sure the net is: Gal and
    Ghahramani, "Dropout as a Bayesian Approximation" (2016).

    >>> from course_utils.layers import Dense
    >>> from course_utils.network import Network
    >>> from course_utils.dropout import Dropout
    >>> sampled_probabilities(Network([Dropout(0.5, rng=0), Dense(3, 2, rng=0)]), np.ones((4, 3)), 5).shape
    (5, 4, 2)
    """
    net, n = net.copy(), integer("n", n, low=1)
    return np.stack([softmax(net.forward(x, training=True)) for _ in range(n)])
