"""Training: the loop that turns data, a network and an optimizer into a run, and the record of that run.

    history = fit(net, digits(), Adam(lr=1e-3), epochs=10, batch_size=32, rng=0)
    history.losses                    # one a step
    history.val_accuracy              # one an epoch, the first before training

A step looks at one mini-batch, an epoch at all training data once: ceil(n_samples / batch_size) steps.
"""

from math import isfinite

import numpy as np

from ._support.progress import progress_bar
from ._support.settings import require_methods
from ._support.threads import few_threads
from ._support.validation import array, fail, generator, integer, labels
from .data import Data, Split
from .history import EpochRecord, History, StepRecord
from .losses import softmax_cross_entropy

CHUNK = 512


def minibatches(n_samples, batch_size, rng):
    """Yield the indices of one epoch's mini-batches: every sample once, in random order; the last batch may be short.

    >>> [len(batch) for batch in minibatches(10, 4, rng=0)]
    [4, 4, 2]
    """
    n_samples, batch_size = integer("n_samples", n_samples, low=1), integer("batch_size", batch_size, low=1)
    order = generator("rng", rng).permutation(n_samples)
    for start in range(0, n_samples, batch_size):
        yield order[start : start + batch_size]


def evaluate(net, data, loss=softmax_cross_entropy, check=True):
    """(loss, accuracy) of a network on Data, in test mode; (nan, nan) if the network has diverged.

    >>> from course_utils.data import Data
    >>> from course_utils.initializers import zeros
    >>> from course_utils.layers import Dense
    >>> from course_utils.network import Network
    >>> net = Network([Dense(3, 2, init=zeros)])
    >>> evaluate(net, Data(np.ones((4, 3)), np.array([0, 0, 0, 1])))
    (0.6931471805599453, 0.75)
    """
    x, y = _checked("data", data, net) if check else data
    total = right = 0.0
    with np.errstate(all="ignore"):
        # In chunks whose activations stay in the cache.
        for start in range(0, len(x), CHUNK):
            chunk = slice(start, start + CHUNK)
            scores = net.forward(x[chunk], check=False)
            total += loss(scores, y[chunk], check=False)[0] * len(scores)
            right += int(np.count_nonzero(scores.argmax(axis=1) == y[chunk]))
    return (total / len(x), right / len(x)) if isfinite(total) else (np.nan, np.nan)


def fit(
    net,
    split,
    opt,
    epochs=10,
    batch_size=32,
    rng=0,
    *,
    loss=softmax_cross_entropy,
    regularizer=None,
    augment=None,
    patience=0,
    evaluate_every=1,
    record=0,
    callbacks=(),
    step_callbacks=(),
    progress=True,
):
    """Train a network by mini-batch descent: sample, forward, backward, update. Changes `net`, returns the record.

    Parameters
    ----------
    net : Network
    split : data.Split. Trains on split.train; split.val, which may be empty, is only looked at.
    opt : optimizer, with init(theta) and update(grad, state, t, theta)
    epochs : int >= 0
    batch_size : int >= 1; more than there is data means one batch.
    rng : numpy.random.Generator or int, for the order of the samples
    loss : function (scores, y, check) -> (loss, dscores), see losses.LOSSES
    regularizer : see regularizers.py. Acts on every layer's W and on nothing else; losses are recorded without it.
    augment : function (x, y, rng) -> (x, y), applied to every mini-batch before the step; the new y may be
        probabilities, (n_samples, n_classes). Its rng is one of its own: the order of the samples stays the same.
    patience : early stopping. End after this many evaluations in a row without a new lowest validation loss, and put
        the network back to where that was lowest (history.best_step). 0: off.
    evaluate_every : epochs between evaluations on all training and validation data; also before the first and after
        the last epoch. 0: never, for speed.
    record : steps between the snapshots of theta in history.thetas. 0: none.
    callbacks, step_callbacks : functions called after every epoch with an EpochRecord, after every step with a
        StepRecord. One that returns True ends the run.
    progress : show a bar once a run has taken two seconds (the environment variable TQDM_DISABLE=1 turns it off).

    Raises
    ------
    ValueError
        Data, labels or options that do not fit. A run that diverges is none: it ends, and says so in the history.

    >>> from course_utils.data import blobs
    >>> from course_utils.layers import Dense
    >>> from course_utils.network import Network
    >>> from course_utils.optimizers import SGD
    >>> fit(Network([Dense(2, 3, rng=0)]), blobs(), SGD(lr=1.0), epochs=5)
    History(35 steps, 5 epochs: accuracy 0.995 in training, 1.000 in validation)
    """
    log = _Log(net, split, loss, evaluate_every, record, callbacks, step_callbacks, patience)
    epochs, batch_size = integer("epochs", epochs), integer("batch_size", batch_size, low=1)
    _check_parts(opt, loss, regularizer, augment)
    batches = _batches(net, log.train, epochs, batch_size, generator("rng", rng), augment)
    steps = _steps(net, batches, opt, loss, regularizer)
    log.steps_per_epoch = -(-len(log.train.y) // batch_size)
    n_steps = epochs * log.steps_per_epoch
    with few_threads(net), np.errstate(all="ignore"), progress_bar(n_steps, "step", progress) as bar:
        log.look()
        for value, update in steps:
            if log.step(value, update):
                n_steps = len(log.losses)
                break
            bar.update()
        log.look()
    history = log.history(n_steps)
    log.restore()
    return history


def _batches(net, data, epochs, batch_size, rng, augment):
    """Yield the x and y of every mini-batch of the run."""
    x, y = data
    own = rng.spawn(1)[0] if augment else None
    for _ in range(epochs):
        for batch in minibatches(len(x), batch_size, rng):
            yield _augmented(net, augment, x[batch], y[batch], own) if augment else (x[batch], y[batch])


def _augmented(net, augment, *given):
    """What augment makes of a mini-batch, looked at like all that comes from outside."""
    made = augment(*given)
    if not (isinstance(made, tuple) and len(made) == 2):
        fail("augment", f"a function that returns a {type(made).__name__}", "one that returns (x, y)")
    return _checked("augment(x, y, rng)", made, net, soft=True)


def _steps(net, batches, opt, loss, regularizer):
    """Take the steps of a run, and yield (loss, update) after each; the end comes early if a loss is not finite."""
    theta = net.theta
    weights = net.weights if regularizer else ()
    state = opt.init(theta)
    for t, (x, y) in enumerate(batches):
        scores = net.forward(x, training=True, check=False)
        value, dscores = loss(scores, y, check=False)
        if not isfinite(value):
            return
        net.backward(dscores)
        for W, dW in weights:
            dW += regularizer.gradient(W)
        update, state = opt.update(net.grad, state, t, theta)
        theta += update
        for W, _ in weights:
            regularizer.project(W, _rate(opt, t))
        yield value, update


def _rate(opt, t):
    lr = getattr(opt, "lr", 1.0)
    return lr(t) if callable(lr) else lr


class _Log:
    """Collects what a History holds while the run goes on, and asks the callbacks whether it should."""

    def __init__(self, net, split, loss, evaluate_every, record, callbacks, step_callbacks, patience):
        if not isinstance(split, Split):
            fail("split", type(split).__name__, "a data.Split(train, val, test)")
        self.net, self.loss = net, loss
        self.train = _checked("split.train", split.train, net)
        self.val = _checked("split.val", split.val, net) if len(split.val.y) else None
        self.evaluate_every, self.record = integer("evaluate_every", evaluate_every), integer("record", record)
        self.callbacks = _functions("callbacks", callbacks)
        self.step_callbacks = _functions("step_callbacks", step_callbacks)
        self.patience, self.waited = integer("patience", patience), 0
        self.best, self.best_step, self.lowest = None, -1, np.inf
        if patience and not (self.val and evaluate_every):
            fail("patience", patience, "0, or validation data in split.val and evaluate_every >= 1 to judge by")
        self.losses, self.eval_steps, self.evals, self.theta_steps, self.thetas = [], [], [], [], []

    def step(self, value, update):
        """Take down a step; True if the run should end."""
        self.losses.append(value)
        n, net = len(self.losses), self.net
        if self.record and n % self.record == 0:
            self.snapshot()
        stop = _any_true(self.step_callbacks, StepRecord, n - 1, value, update, net)
        epoch, rest = divmod(n, self.steps_per_epoch)
        if rest:
            return stop
        evaluated = self.evaluate_every and epoch % self.evaluate_every == 0
        scores = self.evaluate() if evaluated else (np.nan,) * 4
        stop = self.waited >= self.patience > 0 or stop
        return _any_true(self.callbacks, EpochRecord, epoch, n, *scores, net) or stop

    def evaluate(self):
        """Take down, and return, the loss and accuracy on the training and on the validation data."""
        val = evaluate(self.net, self.val, self.loss, check=False) if self.val else (np.nan, np.nan)
        self.evals.append((*evaluate(self.net, self.train, self.loss, check=False), *val))
        self.eval_steps.append(len(self.losses))
        if self.patience:
            self._judge()
        return self.evals[-1]

    def _judge(self):
        """Keep the network if its validation loss is the lowest so far, else wait once more."""
        if self.evals[-1][2] < self.lowest:
            self.lowest = self.evals[-1][2]
            self.waited, self.best_step = 0, len(self.losses)
            self.best = [a.copy() for a in self.net.arrays]
        else:
            self.waited += 1

    def restore(self):
        """Put the network back to where its validation loss was lowest, if early stopping asks for it."""
        if self.best:
            for kept, best in zip(self.net.arrays, self.best, strict=True):
                kept[...] = best

    def snapshot(self):
        self.thetas.append(self.net.theta.copy())
        self.theta_steps.append(len(self.losses))

    def look(self):
        """Evaluate and record the first and the last point of the run, if that has not been done already."""
        n = len(self.losses)
        if self.evaluate_every and n not in self.eval_steps[-1:]:
            self.evaluate()
        if self.record and n not in self.theta_steps[-1:]:
            self.snapshot()

    def history(self, n_steps):
        """The History of a run for which n_steps were planned: one that ended before them has diverged."""
        n = len(self.losses)
        finite = n == n_steps and np.isfinite(self.net.theta).all()
        evals = np.array(self.evals).reshape(-1, 4)
        thetas = (np.array(self.thetas), np.array(self.theta_steps)) if self.record else (None, None)
        return History(
            np.array(self.losses),
            np.array(self.eval_steps, dtype=int),
            *evals.T,
            self.steps_per_epoch,
            -1 if finite else n,
            *thetas,
            self.best_step,
        )


def _check_parts(opt, loss, regularizer, augment):
    require_methods("opt", opt, ("init", "update"), "an optimizer, such as Adam(lr=1e-3)")
    require_methods("loss", loss, ("__call__",), "a function, such as losses.softmax_cross_entropy")
    if regularizer:
        require_methods("regularizer", regularizer, ("gradient", "project"), "a regularizer, such as L2(lam=0.01)")
    if augment:
        require_methods("augment", augment, ("__call__",), "a function (x, y, rng) -> (x, y)")


def _functions(name, calls):
    if not (isinstance(calls, (list, tuple)) and all(map(callable, calls))):
        fail(name, repr(calls), "a list of functions")
    return calls


def _any_true(calls, record, *values):
    """Call every callback, whatever the others answer; True if one of them answered True."""
    answers = [call(record(*values)) for call in calls]
    return any(answers)


def _checked(name, data, net, soft=False):
    """Data that fits the network; if soft, y may be probabilities."""
    x, y = data
    x = array(f"{name}.x", x, shape=(None, net.n_in), dtype=net.dtype)
    if not len(x):
        fail(f"{name}.x", "no samples", "at least one")
    if soft and np.ndim(y) == 2:
        return Data(x, array(f"{name}.y", y, shape=(len(x), net.n_out)))
    return Data(x, labels(f"{name}.y", y, len(x), net.n_out))
