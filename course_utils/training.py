"""Training: the loop that turns data, a network and an optimizer into a run, and the record of that run.

    history = fit(net, digits(), Adam(lr=1e-3), epochs=10, batch_size=32, rng=0)
    history.losses                    # one a step
    history.val_accuracy              # one an epoch, the first before training

A step looks at one mini-batch, an epoch at all training data once: ceil(n_samples / batch_size) steps.
"""
from dataclasses import dataclass
from functools import cache
from math import isfinite
from typing import NamedTuple

import numpy as np
from threadpoolctl import ThreadpoolController
from tqdm import tqdm

from .data import Data, Split
from .losses import softmax_cross_entropy
from .network import Network
from .validation import array, fail, generator, integer, labels

CHUNK = 512
# Products smaller than this network's gain little from a second thread, and lose much while another program is busy.
SMALL = 100_000


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """What happened in a run, ready to plot: one entry a step in `losses`, one an evaluation in what is of all data.

    Attributes
    ----------
    losses : (n_steps,) loss of each step's mini-batch, before the step was taken
    eval_steps : (n_evals,) number of steps taken when the network was evaluated; starts with 0
    train_loss, train_accuracy, val_loss, val_accuracy : (n_evals,) of all training and of all validation data
    steps_per_epoch : ceil(n_samples / batch_size)
    diverged_at : number of steps taken when the loss or a parameter was no longer finite; -1 if that never happened.
        The run ends there.
    thetas : (n_records, n_params) the parameters on the way, first and last included; None if not recorded
    theta_steps : (n_records,) number of steps taken at each of them
    """
    losses: np.ndarray
    eval_steps: np.ndarray
    train_loss: np.ndarray
    train_accuracy: np.ndarray
    val_loss: np.ndarray
    val_accuracy: np.ndarray
    steps_per_epoch: int
    diverged_at: int = -1
    thetas: np.ndarray | None = None
    theta_steps: np.ndarray | None = None

    @property
    def n_steps(self):
        """How many steps were taken."""
        return len(self.losses)

    @property
    def epochs(self):
        """(n_evals,) epochs trained at each evaluation: the x-axis for train_loss and its like."""
        return self.eval_steps / self.steps_per_epoch

    @property
    def final_train_accuracy(self):
        """Share of the training data that is right at the end; nan if nothing was evaluated."""
        return float(self.train_accuracy[-1]) if len(self.train_accuracy) else np.nan

    @property
    def final_val_accuracy(self):
        """Share of the validation data that is right at the end; nan if nothing was evaluated."""
        return float(self.val_accuracy[-1]) if len(self.val_accuracy) else np.nan

    def __repr__(self):
        ran = f"{self.n_steps} steps, {self.n_steps / self.steps_per_epoch:g} epochs"
        if self.diverged_at >= 0:
            return f"History({ran}: diverged at step {self.diverged_at})"
        if not len(self.eval_steps):
            return f"History({ran})"
        return (f"History({ran}: accuracy {self.final_train_accuracy:.3f} in training, "
                f"{self.final_val_accuracy:.3f} in validation)")


class StepRecord(NamedTuple):
    """What a step callback sees: the step's number, its loss before the step, and what was added to theta."""
    step: int
    loss: float
    update: np.ndarray
    net: Network


class EpochRecord(NamedTuple):
    """What a callback sees after an epoch; losses and accuracies are nan if the epoch was not evaluated."""
    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    val_loss: float
    val_accuracy: float
    net: Network


def minibatches(n_samples, batch_size, rng):
    """Yield the indices of one epoch's mini-batches: every sample once, in random order; the last batch may be short.

    >>> [len(batch) for batch in minibatches(10, 4, rng=0)]
    [4, 4, 2]
    """
    n_samples, batch_size = integer("n_samples", n_samples, low=1), integer("batch_size", batch_size, low=1)
    order = generator("rng", rng).permutation(n_samples)
    for start in range(0, n_samples, batch_size):
        yield order[start:start + batch_size]


def evaluate(net, data, loss=softmax_cross_entropy, check=True):
    """(loss, accuracy) of a network on Data, in test mode; (nan, nan) if the network has diverged.

    >>> from course_utils.data import Data
    >>> from course_utils.initializers import zeros
    >>> from course_utils.layers import Dense
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


def fit(net, split, opt, epochs=10, batch_size=32, rng=0, *, loss=softmax_cross_entropy, evaluate_every=1, record=0,
        callbacks=(), step_callbacks=(), progress=True):
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
    >>> from course_utils.optimizers import SGD
    >>> fit(Network([Dense(2, 3, rng=0)]), blobs(), SGD(lr=1.0), epochs=5)
    History(35 steps, 5 epochs: accuracy 0.995 in training, 1.000 in validation)
    """
    log = _Log(net, split, loss, evaluate_every, record, callbacks, step_callbacks)
    epochs, batch_size = integer("epochs", epochs), integer("batch_size", batch_size, low=1)
    if not (hasattr(opt, "init") and hasattr(opt, "update")):
        fail("opt", repr(opt), "an optimizer, such as Adam(lr=1e-3)")
    steps = _steps(net, log.train, opt, loss, epochs, batch_size, generator("rng", rng))
    log.steps_per_epoch = -(-len(log.train.y) // batch_size)
    n_steps = epochs * log.steps_per_epoch
    # disable=False would overrule TQDM_DISABLE.
    quiet = {} if progress else {"disable": True}
    bar = tqdm(total=n_steps, unit="step", delay=2, leave=False, **quiet)
    with few_threads(net), np.errstate(all="ignore"), bar:
        log.look()
        for value, update in steps:
            if log.step(value, update):
                n_steps = len(log.losses)
                break
            bar.update()
        log.look()
    return log.history(n_steps)


def few_threads(net):
    """A context in which a small network's matrix products run on one thread; a large one's on all, as before."""
    return _blas().limit(limits=1 if net.n_params < SMALL else None, user_api="blas")


@cache
def _blas():
    # To look for the libraries takes 10 ms; once is enough.
    return ThreadpoolController()


def _steps(net, data, opt, loss, epochs, batch_size, rng):
    """Take the steps of a run, and yield (loss, update) after each; the end comes early if a loss is not finite."""
    x, y = data
    theta = net.theta
    state, t = opt.init(theta), 0
    for _ in range(epochs):
        for batch in minibatches(len(x), batch_size, rng):
            scores = net.forward(x[batch], training=True, check=False)
            value, dscores = loss(scores, y[batch], check=False)
            if not isfinite(value):
                return
            net.backward(dscores)
            update, state = opt.update(net.grad, state, t, theta)
            theta += update
            t += 1
            yield value, update


class _Log:
    """Collects what a History holds while the run goes on, and asks the callbacks whether it should."""

    def __init__(self, net, split, loss, evaluate_every, record, callbacks, step_callbacks):
        if not isinstance(split, Split):
            fail("split", type(split).__name__, "a data.Split(train, val, test)")
        self.net, self.loss = net, loss
        self.train = _checked("split.train", split.train, net)
        self.val = _checked("split.val", split.val, net) if len(split.val.y) else None
        self.evaluate_every, self.record = integer("evaluate_every", evaluate_every), integer("record", record)
        self.callbacks, self.step_callbacks = callbacks, step_callbacks
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
        return _any_true(self.callbacks, EpochRecord, epoch, n, *scores, net) or stop

    def evaluate(self):
        """Take down, and return, the loss and accuracy on the training and on the validation data."""
        val = evaluate(self.net, self.val, self.loss, check=False) if self.val else (np.nan, np.nan)
        self.evals.append((*evaluate(self.net, self.train, self.loss, check=False), *val))
        self.eval_steps.append(len(self.losses))
        return self.evals[-1]

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
        return History(np.array(self.losses), np.array(self.eval_steps, dtype=int), *evals.T, self.steps_per_epoch,
                       -1 if finite else n, *thetas)


def _any_true(calls, record, *values):
    """Call every callback, whatever the others answer; True if one of them answered True."""
    answers = [call(record(*values)) for call in calls]
    return any(answers)


def _checked(name, data, net):
    x, y = data
    x = array(f"{name}.x", x, shape=(None, net.n_in), dtype=net.dtype)
    if not len(x):
        fail(f"{name}.x", "no samples", "at least one")
    return Data(x, labels(f"{name}.y", y, len(x), net.n_out))
