"""Training: the loop that turns data, a network and an optimizer into a run, and the record of that run.

    history = fit(net, digits(), Adam(lr=1e-3), epochs=10, batch_size=32, rng=0)
    history.losses                    # one per step
    history.val_accuracy              # one per epoch, the first before training

A step looks at one mini-batch, an epoch at all training data once: that is
ceil(n_samples / batch_size) steps. The loop itself is `batches` and `steps`, a screen of code; `fit`
adds checks, a record, evaluations and callbacks. Chapter 02 shows the loop, chapter 06 what it does.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import count
from math import inf, isfinite, isnan, nan
from typing import Any

import numpy as np

from ._support.memory import keep_freed_memory
from ._support.progress import progress_bar
from ._support.settings import require_methods
from ._support.threads import few_threads
from ._support.validation import array, fail, generator, integer, labels
from .data import Data, Split
from .history import EpochRecord, History, Recorder, StepRecord
from .losses import Loss, labels_or_probabilities, softmax_cross_entropy, unchecked
from .network import Network
from .optimizers import OptimizerLike
from .regularizers import Regularizer

CHUNK = 512
Batch = tuple[np.ndarray, np.ndarray]
Augment = Callable[[np.ndarray, np.ndarray, np.random.Generator], Batch]


def minibatches(n_samples: int, batch_size: int, rng: np.random.Generator | int) -> Iterator[np.ndarray]:
    """The indices of one epoch's mini-batches: every sample once, in random order; the last may be short.

    >>> [len(batch) for batch in minibatches(10, 4, rng=0)]
    [4, 4, 2]
    """
    n_samples = integer("n_samples", n_samples, low=1)
    batch_size = integer("batch_size", batch_size, low=1)
    order = generator("rng", rng).permutation(n_samples)
    return (order[start : start + batch_size] for start in range(0, n_samples, batch_size))


def batches(
    data: Data,
    batch_size: int,
    rng: np.random.Generator | int,
    epochs: int | None = None,
) -> Iterator[Batch]:
    """The mini-batches (x, y) of a run, drawn anew in every epoch. epochs=None: without end.

    >>> from course_utils.data import digits
    >>> x, y = next(batches(digits().train, 32, rng=0))
    >>> x.shape, y.shape
    ((32, 64), (32,))
    """
    x, y = data
    integer("batch_size", batch_size, low=1)
    rng = generator("rng", rng)
    rounds = count() if epochs is None else range(integer("epochs", epochs))
    return ((x[chosen], y[chosen]) for _ in rounds for chosen in minibatches(len(x), batch_size, rng))


def steps(
    net: Network,
    batches: Iterable[Batch],
    opt: OptimizerLike,
    loss: Loss = softmax_cross_entropy,
    regularizer: Regularizer | None = None,
) -> Iterator[tuple[float, np.ndarray]]:
    """Train: forward, backward, update, for one batch after the other. This is the whole of training.

    Parameters
    ----------
    net : Network; its parameters change.
    batches : pairs (x, y). The first is looked at: does it fit the network and the loss?
    opt : an optimizer, with init(theta) and update(grad, state, t, theta), see optimizers.py
    loss : function (scores, y) -> (loss, dscores), see losses.py
    regularizer : see regularizers.py. Acts on every layer's W and on nothing else.

    Yields
    ------
    loss : float, of the batch before the step was taken, without the penalty
    update : (n_params,) what was added to net.theta

    The end comes early if a loss is not finite: the run has diverged.

    >>> from course_utils.data import blobs
    >>> from course_utils.layers import Dense
    >>> from course_utils.optimizers import SGD
    >>> net = Network([Dense(2, 3, rng=0)])
    >>> for loss, update in steps(net, batches(blobs().train, 32, rng=0, epochs=5), SGD(lr=1.0)):
    ...     pass
    >>> round(loss, 2)
    0.04
    """
    _check_parts(opt, loss, regularizer)
    keep_freed_memory()
    theta = net.theta
    state = opt.init(theta)
    penalty = regularizer or Regularizer()
    weights = net.weights if regularizer else ()
    bare = unchecked(loss)
    for t, (x, y) in enumerate(_first_checked(batches, net, loss)):
        with np.errstate(all="ignore"):
            scores = net.forward(x, training=True, check=False)
            value, dscores = bare(scores, y)
            if not isfinite(value):
                return
            net.backward(dscores)
            for W, dW in weights:
                dW += penalty.gradient(W)
            update, state = opt.update(net.grad, state, t, theta)
            theta += update
            for W, _ in weights:
                penalty.project(W, rate_of(opt, t))
        yield value, update


def rate_of(opt: OptimizerLike, t: int) -> float | np.ndarray:
    """The learning rate of step t; 1 for an optimizer that has none."""
    lr = getattr(opt, "lr", 1.0)
    return lr(t) if callable(lr) else lr


def evaluate(net: Network, data: Data, loss: Loss = softmax_cross_entropy) -> tuple[float, float]:
    """(loss, accuracy) of a network on Data, in test mode; (nan, nan) if the network has diverged.

    >>> from course_utils.initializers import zeros
    >>> from course_utils.layers import Dense
    >>> net = Network([Dense(3, 2, init=zeros)])
    >>> evaluate(net, Data(np.ones((4, 3)), np.array([0, 0, 0, 1])))
    (0.6931471805599453, 0.75)
    """
    data = _checked("data", data, net)
    _check_loss(loss, net, data.y[:2])
    return _evaluate(net, data, unchecked(loss))


def _evaluate(net, data, bare_loss):
    x, y = data
    total = right = 0.0
    with np.errstate(all="ignore"):
        # In chunks whose activations stay in the cache.
        for start in range(0, len(x), CHUNK):
            chunk = slice(start, start + CHUNK)
            scores = net.forward(x[chunk], check=False)
            total += bare_loss(scores, y[chunk])[0] * len(scores)
            right += int(np.count_nonzero(scores.argmax(axis=1) == y[chunk]))
    return (total / len(x), right / len(x)) if isfinite(total) else (nan, nan)


def fit(
    net: Network,
    split: Split,
    opt: OptimizerLike,
    epochs: int = 10,
    batch_size: int = 32,
    rng: np.random.Generator | int = 0,
    *,
    loss: Loss = softmax_cross_entropy,
    regularizer: Regularizer | None = None,
    augment: Augment | None = None,
    evaluate_every: int = 1,
    record: int = 0,
    callbacks: Sequence[Callable[[EpochRecord], object]] = (),
    step_callbacks: Sequence[Callable[[StepRecord], object]] = (),
    progress: bool = True,
) -> History:
    """Train a network by mini-batch descent, look at it after every epoch, and return the record.

    The steps are those of `steps`, and change `net`.

    Parameters
    ----------
    net : Network
    split : data.Split. Trains on split.train; split.val, which may be empty, is only looked at.
    opt, loss, regularizer : as for `steps`. Losses are recorded without the penalty.
    epochs : int >= 0
    batch_size : int >= 1; more than there is data means one batch.
    rng : numpy.random.Generator or int, for the order of the samples
    augment : function (x, y, rng) -> (x, y), applied to every mini-batch before the step; the new y
        may be probabilities, (n_samples, n_classes), each row summing to 1. Its rng is one of its
        own: the order of the samples stays the same.
    evaluate_every : epochs between evaluations on all training and validation data; also before the
        first and after the last epoch. 0: never, for speed.
    record : steps between the snapshots of theta in history.thetas. 0: none.
    callbacks, step_callbacks : functions called after every epoch with an EpochRecord, and after
        every step with a StepRecord. One that returns True ends the run. A callback may have
        `begin(record)` and `end(record)` too, which get the evaluation before the first and after
        the last step, as `EarlyStopping` has.
    progress : show a bar once a run has taken two seconds (the environment variable TQDM_DISABLE=1
        turns it off).

    Raises
    ------
    ValueError
        Data, labels or options that do not fit. A run that diverges is none: it ends, and says so in
        the history.

    >>> from course_utils.data import blobs
    >>> from course_utils.layers import Dense
    >>> from course_utils.optimizers import SGD
    >>> fit(Network([Dense(2, 3, rng=0)]), blobs(), SGD(lr=1.0), epochs=5)
    History(35 steps, 5 epochs: accuracy 0.995 in training, 1.000 in validation)
    """
    if not isinstance(split, Split):
        fail("split", type(split).__name__, "a data.Split(train, val, test)")
    train = _checked("split.train", split.train, net)
    val = _checked("split.val", split.val, net) if len(split.val) else None
    _check_parts(opt, loss, regularizer)
    _check_loss(loss, net, train.y[:2])
    _check_functions("callbacks", callbacks)
    _check_functions("step_callbacks", step_callbacks)
    evaluate_every = integer("evaluate_every", evaluate_every)
    rng = generator("rng", rng)
    source = batches(train, batch_size, rng, epochs)
    if augment:
        require_methods("augment", augment, ("__call__",), "a function (x, y, rng) -> (x, y)")
        source = _augmented(source, augment, rng.spawn(1)[0], net)
    steps_per_epoch = -(-len(train) // batch_size)
    watchers: list[Any] = [callback for callback in callbacks if hasattr(callback, "begin")]
    if watchers and not (val and evaluate_every):
        fail("callbacks", f"{watchers[0]!r} and nothing to judge by", "validation data, and evaluate_every >= 1")

    measure = partial(_measure, net, train, val, unchecked(loss)) if evaluate_every else None
    recorder = Recorder(net, measure, steps_per_epoch, integer("record", record))
    n_planned = epochs * steps_per_epoch
    stopped = False
    with few_threads(net), np.errstate(all="ignore"), progress_bar(n_planned, "step", progress) as bar:
        recorder.snapshot()
        first = recorder.look()
        for watcher in watchers:
            watcher.begin(first)
        for value, update in steps(net, source, opt, loss, regularizer):
            n = recorder.step(value)
            if step_callbacks:
                stopped = _any_true(step_callbacks, StepRecord(n - 1, value, update, net))
            if n % steps_per_epoch == 0:
                due = evaluate_every and n // steps_per_epoch % evaluate_every == 0
                stopped |= _any_true(callbacks, recorder.look() if due else recorder.unseen())
            if stopped:
                break
            bar.update()
        recorder.snapshot()
        last = recorder.look()
    diverged = not (stopped or recorder.n_steps == n_planned) or not np.isfinite(net.theta).all()
    history = recorder.history(diverged)
    for watcher in watchers:
        watcher.end(last)
    return history


class EarlyStopping:
    """A callback for `fit`: end the run when the validation loss gets no better, and restore the best network.

    The network is put back to where its validation loss was lowest (history.best_step), also if the
    run ended otherwise: by its last epoch, by another callback, or because it diverged.

    patience : int >= 1. The run ends after this many evaluations in a row without a new lowest loss.

    Source: Prechelt, "Early Stopping - But When?" (1998). Chapter 12.

    >>> from course_utils.data import moons
    >>> from course_utils.layers import Dense
    >>> from course_utils.optimizers import Adam
    >>> net = Network([Dense(2, 2, rng=0)])
    >>> history = fit(net, moons(), Adam(lr=0.1), epochs=100, callbacks=[EarlyStopping(patience=3)])
    >>> history.n_steps < 100 * history.steps_per_epoch
    True
    """

    def __init__(self, patience: int) -> None:
        self.patience = integer("patience", patience, low=1)

    def begin(self, record: EpochRecord) -> None:
        """Forget any other run, and keep the network as it is before the first step."""
        self.lowest = inf
        self.waited = 0
        self.best: list[np.ndarray] = []
        self(record)

    def __call__(self, record: EpochRecord) -> bool:
        """Keep the network if its validation loss is the lowest so far, else wait once more."""
        if record.val_loss < self.lowest:
            self.lowest = record.val_loss
            self.waited = 0
            self.best = [a.copy() for a in record.net.arrays]
        elif not isnan(record.val_loss):
            self.waited += 1
        return self.waited >= self.patience

    def end(self, record: EpochRecord) -> None:
        """Put the network back to where its validation loss was lowest."""
        self(record)
        if self.best:
            for kept, best in zip(record.net.arrays, self.best, strict=True):
                kept[...] = best

    def __repr__(self) -> str:
        return f"EarlyStopping(patience={self.patience})"


def _measure(net, train, val, bare_loss):
    """Loss and accuracy on the training and on the validation data."""
    return *_evaluate(net, train, bare_loss), *(_evaluate(net, val, bare_loss) if val else (nan, nan))


def _augmented(batches, augment, rng, net):
    """What augment makes of the mini-batches, looked at like all that comes from outside."""
    for x, y in batches:
        made = augment(x, y, rng)
        if not (isinstance(made, (tuple, Data)) and len(tuple(made)) == 2):
            fail("augment", f"a function that returns a {type(made).__name__}", "one that returns (x, y)")
        x, y = _checked("augment(x, y, rng)", made, net, soft=True)
        yield x, labels_or_probabilities("augment(x, y, rng).y", y, (len(x), net.n_out))


def _first_checked(batches, net, loss):
    """The batches as arrays; of the first it is made sure that it fits the network and the loss."""
    batches = iter(batches)
    first = next(batches, None)
    if first is None:
        return
    x, y = _checked("batch", first, net, soft=True)
    _check_loss(loss, net, y)
    yield x, y
    for x, y in batches:
        yield np.asarray(x, net.dtype), np.asarray(y)


def _check_loss(loss, net, y):
    """Ask the loss whether it takes such labels, and whether it returns what it should."""
    scores = np.zeros((len(y), net.n_out), net.dtype)
    with np.errstate(all="ignore"):
        answer = loss(scores, y)
    want = f"(loss, dscores): a number, and an array of shape {scores.shape}"
    if not (isinstance(answer, tuple) and len(answer) == 2):
        fail("loss(scores, y)", type(answer).__name__, want)
    shapes = [np.shape(part) for part in answer]
    if shapes != [(), scores.shape]:
        fail("loss(scores, y)", "arrays of shape {} and {}".format(*shapes), want)


def _check_parts(opt, loss, regularizer):
    require_methods("opt", opt, ("init", "update"), "an optimizer, such as Adam(lr=1e-3)")
    require_methods("loss", loss, ("__call__",), "a function, such as losses.softmax_cross_entropy")
    if regularizer:
        require_methods("regularizer", regularizer, ("gradient", "project"), "a regularizer, such as L2(lam=0.01)")


def _check_functions(name, calls):
    if not (isinstance(calls, (list, tuple)) and all(map(callable, calls))):
        fail(name, repr(calls), "a list of functions")


def _any_true(calls, record):
    """Call every callback, whatever the others answer; True if one of them answered True."""
    answers = [call(record) for call in calls]
    return any(answers)


def _checked(name, data, net, soft=False):
    """Data that fits the network; if soft, y may have a row for each sample."""
    x, y = data
    x = array(f"{name}.x", x, shape=(None, net.n_in), dtype=net.dtype)
    if not len(x):
        fail(f"{name}.x", "no samples", "at least one")
    if soft and np.ndim(y) == 2:
        return Data(x, array(f"{name}.y", y, shape=(len(x), net.n_out)))
    return Data(x, labels(f"{name}.y", y, len(x), net.n_out))
