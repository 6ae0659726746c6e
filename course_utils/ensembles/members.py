"""Ensembles: several networks, one answer. Where members err in different places, the mistakes of few are outvoted.

    def member(i, rng):                                     # trains and returns one network; `rng` is its own
        ...
    ensemble = train_members(member, n=8, rng=0)            # on all cores
    ensemble.predict(x)
    ensemble[:3].evaluate(split.val)                        # any of its members are an ensemble, too

Five ways to get members that differ, or one that stands for many: let `member` (1) draw its own initial weights,
(2) train with optimizer or loss number i, or (3) train on `bootstrap(split, rng)`; (4) keep the `top` of those that
validation prefers; (5) keep `Snapshots` of one run; (6) average the parameters of one run: weight_averages.py.

What they say is put together by combining.py: averages of probabilities or of scores, or votes.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import numpy as np

from .._support.progress import progress_bar
from .._support.threads import few_threads
from .._support.validation import fail, generator, integer
from ..data import Split
from ..losses import softmax
from ..network import Network
from ..tuning.workers import at_a_time, each, manner
from .combining import combine, score


class Ensemble:
    """Networks that answer together: `probabilities`, `predict`, `evaluate`; a slice of it is an Ensemble as well.

    members : Networks, at least one, with equal numbers of inputs and of classes. They may differ in all else.

    Raises
    ------
    ValueError
        Members that do not fit together, or one that has diverged.

    >>> from course_utils.layers import Dense
    >>> ensemble = Ensemble([Network([Dense(2, 3, rng=i)]) for i in range(5)])
    >>> ensemble, ensemble[:2].probabilities(np.zeros((1, 2)))
    (Ensemble(5 members, 45 parameters), array([[0.33..., 0.33..., 0.33...]]))
    """

    def __init__(self, members):
        if not isinstance(members, Iterable):
            fail("members", type(members).__name__, "a list of Networks")
        self.members = tuple(members)
        if not self.members:
            fail("members", "none", "at least one Network")
        for i, net in enumerate(self.members):
            _check_member(f"members[{i}]", net, self.members[0])

    def each(self, x):
        """P: the probabilities that every member gives, (n_members, n_samples, n_classes)."""
        return np.array([_answer(net, x) for net in self.members])

    def probabilities(self, x, how="probabilities"):
        """What they say together, (n_samples, n_classes); `how` as for `combine`."""
        return combine(self.each(x), how)

    def predict(self, x, how="probabilities"):
        """The class they choose for every row of x: (n_samples,) integers; of equals the first."""
        return self.probabilities(x, how).argmax(axis=1)

    def evaluate(self, data, how="probabilities"):
        """(cross-entropy, accuracy) on Data. The loss is inf if a right class is given no probability at all."""
        return score(self.probabilities(data.x, how), data.y)

    def top(self, data, k):
        """The Ensemble of the k members with the lowest loss on Data, best first: way 4. Not on the test data."""
        if not 1 <= integer("k", k) <= len(self):
            fail("k", k, f"1 to {len(self)}, the number of members")
        losses = [score(p, data.y)[0] for p in self.each(data.x)]
        return Ensemble(self.members[i] for i in np.argsort(losses, kind="stable")[:k])

    def __len__(self):
        return len(self.members)

    def __getitem__(self, which):
        return Ensemble(self.members[which]) if isinstance(which, slice) else self.members[which]

    def __repr__(self):
        n, n_params = len(self), sum(net.n_params for net in self.members)
        return f"Ensemble({n} member{'s' * (n > 1)}, {n_params} parameters)"


def train_members(train, n, rng=0, *, n_jobs=None, progress=True):
    """Train n members, several at a time, and return the Ensemble.

    Parameters
    ----------
    train : function (i, rng) -> Network: trains member i = 0 .. n-1. Whatever it draws comes from `rng`, its own: then
        the members are the same to the last digit on one core, on all, and in threads. It may be defined in a notebook.
    n : int >= 1
    rng : numpy.random.Generator or int. The seed of member i depends on it alone, not on n.
    n_jobs : how many at a time, each with one thread for its matrix products. None: what `joblib.parallel_config`
        says, or all cores, in processes. 1: one after the other, in this process, which is faster for small networks:
        to start processes takes a second.
    progress : show a bar once it has taken two seconds.

    Raises
    ------
    ValueError
        A member that is no Network or has diverged, and what `train` itself raises.

    >>> from course_utils.layers import Dense
    >>> train_members(lambda i, rng: Network([Dense(2, 3, rng=rng)]), n=2, n_jobs=1)
    Ensemble(2 members, 18 parameters)
    """
    if not callable(train):
        fail("train", repr(train), "a function (i, rng) that returns a trained Network")
    at_a_time(n_jobs)
    rngs = generator("rng", rng).spawn(integer("n", n, low=1))
    trained = each(partial(_trained, train), list(enumerate(rngs)), n_jobs, ordered=True)
    return Ensemble(progress_bar(trained, "member", progress, total=n, what=manner()))


def bootstrap(split, rng):
    """The split with as many training samples as before, drawn with replacement: way 3, bagging.

    A sample is left out with probability (1 - 1/n)ⁿ ≈ e⁻¹: a draw holds 63 % of all samples, some of them repeatedly.

    Source: Breiman, "Bagging Predictors" (1996).

    >>> from course_utils.data import digits
    >>> len(np.unique(bootstrap(digits(), rng=0).train.x, axis=0)) / 1257
    0.62...
    """
    if not isinstance(split, Split):
        fail("split", type(split).__name__, "a data.Split(train, val, test)")
    n = len(split.train)
    return replace(split, train=split.train[generator("rng", rng).integers(0, n, n)])


class Snapshots:
    """Copies of the network at chosen steps of one run: way 5. A step callback for `fit`.

    With a rate that comes down and jumps up again, and `snapshot_steps`, they are those of Huang et al., "Snapshot
    Ensembles: Train 1, Get M for Free" (2017). A copy has its running averages, as they were, and all else.

    steps : numbers of steps taken, each >= 1, at which to copy

        snapshots = Snapshots(snapshot_steps(n_steps=400, n_cycles=4))
        fit(net, split, SGD(lr=CosineRestarts(0.5, period=100)), epochs=10, step_callbacks=[snapshots])
        snapshots.ensemble.predict(x)
    """

    def __init__(self, steps):
        self.steps = frozenset(integer("steps", step, low=1) for step in steps)
        self.members = []

    def __call__(self, record):
        if record.step + 1 in self.steps:
            self.members.append(record.net.copy())

    @property
    def ensemble(self):
        """The Ensemble of the copies so far."""
        return Ensemble(self.members)


def snapshot_steps(n_steps, n_cycles):
    """Numbers of steps taken at the ends of the cycles of a run, where the rate is lowest: an array of ints.

    k · ⌈n_steps / n_cycles⌉,  k = 1 .. n_cycles, and n_steps for what lies beyond it

    The cycle of n_cycles equal ones, CosineRestarts(lr, period=⌈n_steps / n_cycles⌉); the last may be cut short, and
    where rounding up leaves it no step at all, there is one snapshot less. n_cycles from 1 to n_steps.

    Source: Huang et al., "Snapshot Ensembles" (2017), equation 2.

    >>> snapshot_steps(n_steps=100, n_cycles=3)
    array([ 34,  68, 100])
    """
    n_steps, n_cycles = integer("n_steps", n_steps, low=1), integer("n_cycles", n_cycles, low=1)
    if n_cycles > n_steps:
        fail("n_cycles", n_cycles, f"at most the {n_steps} steps of the run")
    return np.unique(np.minimum(np.arange(1, n_cycles + 1) * -(-n_steps // n_cycles), n_steps))


def _check_member(name, net, first):
    if not isinstance(net, Network):
        fail(name, repr(net), "a Network")
    if (net.n_in, net.n_out) != (first.n_in, first.n_out):
        fail(name, f"{net.n_in} inputs and {net.n_out} classes", f"{first.n_in} and {first.n_out}, as members[0] has")
    if not all(np.isfinite(a).all() for a in net.arrays):
        fail(name, "parameters that are not finite: it has diverged", "finite ones, by a smaller rate")


def _answer(net, x):
    with few_threads(net):
        return softmax(net.forward(x))


def _trained(train, job):
    return train(*job)
