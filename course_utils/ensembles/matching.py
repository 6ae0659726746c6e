"""Numbering: which hidden unit is the first is an accident. Two networks are compared once their units are matched."""

import numpy as np

from .._support.validation import array, fail
from ..layers import Dense, Pointwise
from ..network import Network


def renumbered(net, like, x):
    """A copy of net whose hidden units stand in the order of like's: each beside the one that it resembles most.

    Hidden units may change places: if the columns of W, the entries of b and the rows of the next W move together, the
    network computes what it did. Of all orders of a layer this one has the largest sum of correlations between the
    activations of the two networks on x, which the Hungarian algorithm finds. Layer follows layer, the first first.

    net, like : Networks of Dense and activation layers, of equal shapes
    x : (n_samples, n_in) data on which to compare, at least two samples

    Raises
    ------
    ValueError
        Networks of other layers or shapes, or x that does not fit.

    Source: Li, Yosinski, Clune, Lipson and Hopcroft, "Convergent Learning" (2016); Ainsworth, Hayase and Srinivasa,
    "Git Re-Basin" (2023), where it is called matching activations.

    >>> from course_utils.layers import Tanh
    >>> net, x = Network([Dense(2, 3, rng=0), Tanh(), Dense(3, 2, rng=1)]), np.random.default_rng(0).normal(size=(9, 2))
    >>> turned = net.copy()
    >>> turned.layers[0].W[:], turned.layers[2].W[:] = net.layers[0].W[:, ::-1], net.layers[2].W[::-1]
    >>> bool(np.all(renumbered(turned, net, x).theta == net.theta))
    True
    """
    for name, each in ("net", net), ("like", like):
        _check_layers(name, each)
    if (shapes := _shapes(net)) != _shapes(like):
        fail("like", f"layers {_shapes(like)}", f"those of net, {shapes}")
    mine = array("x", x, shape=(None, net.n_in), dtype=net.dtype)
    if len(mine) < 2:
        fail("x", f"{len(mine)} samples", "at least two")
    new, theirs, before = net.copy(), mine, None
    for layer, other in zip(new.layers, like.layers, strict=True):
        if isinstance(layer, Dense):
            if before is not None:
                order = _matching(theirs, mine)
                before.W[:] = before.W[:, order]
                before.b[:] = before.b[order]
                layer.W[:] = layer.W[order]
                mine = mine[:, order]
            before = layer
        mine = layer.forward(mine)
        theirs = other.forward(theirs)
    return new


def _matching(theirs, mine):
    """order such that mine[:, order] correlates best with theirs, (n_samples, n_units) each, in sum over the units."""
    from scipy.optimize import linear_sum_assignment

    theirs, mine = theirs - theirs.mean(axis=0), mine - mine.mean(axis=0)
    lengths = np.outer(np.linalg.norm(theirs, axis=0), np.linalg.norm(mine, axis=0))
    # A unit that never changes has no correlation with any.
    correlation = np.divide(theirs.T @ mine, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return linear_sum_assignment(correlation, maximize=True)[1]


def _check_layers(name, net):
    if not isinstance(net, Network):
        fail(name, repr(net), "a Network")
    for i, layer in enumerate(net.layers):
        if not isinstance(layer, Dense | Pointwise):
            fail(f"{name}.layers[{i}]", repr(layer), "a Dense or an activation layer")


def _shapes(net):
    return [repr(layer) for layer in net.layers]
