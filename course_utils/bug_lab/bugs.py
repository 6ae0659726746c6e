"""Bugs: programs with one mistake each, as they are found in the wild, beside the same program without it.

    bug = BUGS["factor 2 in dW"]
    bug.words, bug.program, bug.healthy      # what is wrong, in a sentence; a Program with the mistake, and without
    blind(1)                         # one of them in a program with every part, and it does not say which
A bug exchanges one part of its program. The wrong part carries the name of the right one, so that what is
printed of a program does not give the bug away.
"""

from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np

from .._support.validation import choice
from ..data import Data, Split
from ..dropout import Dropout
from ..layers import Dense, ReLU
from ..losses import softmax_cross_entropy
from ..network import Network
from ..normalization import BatchNorm
from ..optimizers import SGD, Adam, Nesterov
from ..preprocessing import Standardizer
from ..regularizers import L2
from .programs import Program, standardized

PLAIN = Program()
RAW = Program(prepare=None, opt=SGD(lr=0.05))
NORMED = Program(norm=BatchNorm, prepare=None, opt=SGD(lr=0.05))
DROPPED = Program(dropout=lambda rng: Dropout(keep=0.5, rng=rng))
LOOKING_AHEAD = Program(opt=Nesterov(lr=0.002))
ADAPTIVE = Program(opt=Adam(lr=0.001))
PENALIZED = Program(regularizer=L2(lam=0.02))
EVERYTHING = replace(DROPPED, norm=BatchNorm, opt=Adam(lr=0.001), regularizer=L2(lam=0.02))


@dataclass(frozen=True, eq=False)
class Bug:
    """A planted mistake: what is wrong, a program without it, and the parts of a program that bring it in."""

    words: str
    healthy: Program
    parts: dict

    @cached_property
    def program(self):
        """The program with the mistake."""
        return self.planted(self.healthy)

    def planted(self, program):
        """A program with the mistake in place of the right parts."""
        return replace(program, **self.parts)


BUGS: dict[str, Bug] = {}


def _bug(name, words, healthy, **parts):
    BUGS[name] = Bug(words, healthy, parts)


def disguised(part):
    """The class under the name of the one that it changes."""
    part.__name__ = part.__qualname__ = part.__base__.__name__
    return part


# The backward pass


@disguised
class TwiceDW(Dense):
    """A dense layer whose dW is twice what it should be, as if the loss were a square without its ½."""

    def backward(self, dout, input_grad=True):
        dx = super().backward(dout, input_grad)
        self.dW *= 2
        return dx


@disguised
class FourDb(Dense):
    """A dense layer whose db has 4/n where 1/n belongs."""

    def backward(self, dout, input_grad=True):
        dx = super().backward(dout, input_grad)
        self.db *= 4
        return dx


def without_mean(scores, y):
    """Cross-entropy whose gradient lacks the 1/n of the mean over the n samples."""
    loss, dscores = softmax_cross_entropy(scores, y)
    return loss, dscores * len(scores)


def summed(scores, y):
    """Cross-entropy summed over the samples, and the gradient of that sum."""
    loss, dscores = softmax_cross_entropy(scores, y)
    return loss * len(scores), dscores * len(scores)


@disguised
class ReLUByDelta(ReLU):
    """A ReLU that asks in its backward pass whether the gradient is positive, in place of its own input."""

    def backward(self, dout):
        return dout * (dout > 0)


@disguised
class XForH1(Network):
    """A network whose last dense layer multiplies dout with the net's input, in place of its own, for dW."""

    def backward(self, dscores, input_grad=False):
        self.layers[-1].x = self.layers[0].x
        return super().backward(dscores, input_grad)


_bug("factor 2 in dW", "dW is twice what it should be.", PLAIN, dense=TwiceDW)
_bug("4/n in db", "db is divided by n/4, not by the n samples of the mini-batch.", PLAIN, dense=FourDb)
_bug("missing 1/n", "The gradient is summed over the mini-batch; the loss is a mean.", PLAIN, loss=without_mean)
_bug("summed loss", "Loss and gradient are sums over the mini-batch; want means.", ADAPTIVE, loss=summed)
_bug(
    "ReLU by delta",
    "ReLU's backward pass asks whether the gradient is positive, not its own input.",
    RAW,
    activation=ReLUByDelta,
)
_bug(
    "X for H1",
    "dW of the second layer is made with the net's input X in place of the hidden layer H1.",
    PLAIN,
    network=XForH1,
)


# Layers with two modes


@disguised
class ConstantStatistics(BatchNorm):
    """Batch norm whose backward pass is that of test mode: mean and variance as constants."""

    def backward(self, dout, input_grad=True):
        self.training = False
        return super().backward(dout, input_grad)


@disguised
class StillAverages(BatchNorm):
    """Batch norm whose running averages stay at 0 and 1."""

    def _remember(self, mean, variance):
        pass


@disguised
class RandnMask(Dropout):
    """Dropout that compares normal draws with keep: it keeps Φ(keep), at 0.5 a share of 0.69."""

    def forward(self, x, training=False):
        self.mask = (self.rng.standard_normal(x.shape) < self.keep) / self.keep if training else 1.0
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


@disguised
class Unscaled(Dropout):
    """Dropout that divides by keep neither in training nor multiplies with it at test time."""

    def forward(self, x, training=False):
        self.mask = self.rng.random(x.shape) < self.keep if training else 1.0
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


@disguised
class AlwaysOn(Dropout):
    """Dropout that does not ask for the mode."""

    def forward(self, x, training=False):
        return super().forward(x, training=True)


_bug(
    "batch norm backward in test mode",
    "Batch norm's backward pass takes mean and variance for constants.",
    NORMED,
    norm=ConstantStatistics,
)
_bug("running averages never updated", "Batch norm's running averages stay at 0 and 1.", NORMED, norm=StillAverages)
_bug(
    "randn for the mask",
    "The dropout mask is randn < keep; want rand < keep.",
    DROPPED,
    dropout=lambda rng: RandnMask(keep=0.5, rng=rng),
)
_bug(
    "no scaling at test time",
    "Units are dropped in training, and nothing makes up for it, then or at test time.",
    DROPPED,
    dropout=lambda rng: Unscaled(keep=0.5, rng=rng),
)
_bug(
    "dropout on at test time",
    "Units are dropped at test time too.",
    DROPPED,
    dropout=lambda rng: AlwaysOn(keep=0.5, rng=rng),
)


# Optimizers


@disguised
class UpdatedVelocity(Nesterov):
    """Nesterov's step Δ = -lr · (rho² · v + (1 + rho) · g) with the new v in place of the old."""

    def update(self, grad, state, t, theta=None):
        v = self.rho * state + grad
        return -self.rate(t, grad) * (self.rho**2 * v + (1 + self.rho) * grad), v


def _adam_step(opt, grad, state, t, stays, fair=True, inside=False):
    """A step of Adam whose second moment keeps the share `stays`; `inside`: eps within the root."""
    m = opt.beta1 * state[0] + (1 - opt.beta1) * grad
    v = stays * state[1] + (1 - opt.beta2) * grad**2
    fair_m, fair_v = (m / (1 - opt.beta1 ** (t + 1)), v / (1 - opt.beta2 ** (t + 1))) if fair else (m, v)
    root = np.sqrt(fair_v + opt.eps) if inside else np.sqrt(fair_v) + opt.eps
    return -opt.rate(t, grad) * fair_m / root, (m, v)


@disguised
class Beta1InV(Adam):
    """Adam with v = beta1 · v + (1 - beta2) · g²."""

    def update(self, grad, state, t, theta=None):
        return _adam_step(self, grad, state, t, stays=self.beta1)


@disguised
class Uncorrected(Adam):
    """Adam whose averages keep their start at 0."""

    def update(self, grad, state, t, theta=None):
        return _adam_step(self, grad, state, t, stays=self.beta2, fair=False)


@disguised
class EpsInRoot(Adam):
    """Adam that divides by √(v + eps) in place of √v + eps."""

    def update(self, grad, state, t, theta=None):
        return _adam_step(self, grad, state, t, stays=self.beta2, inside=True)


_bug(
    "Nesterov with the updated velocity",
    "Nesterov's step is made with the velocity that is already updated.",
    LOOKING_AHEAD,
    opt=UpdatedVelocity(**vars(LOOKING_AHEAD.opt)),
)
_bug(
    "beta1 in the second moment",
    "Adam's v is beta1 · v + (1 - beta2) · g²; want beta2 · v + (1 - beta2) · g².",
    ADAPTIVE,
    opt=Beta1InV(**vars(ADAPTIVE.opt)),
)
_bug(
    "no bias correction",
    "Adam's two averages are not corrected for their start at 0.",
    ADAPTIVE,
    opt=Uncorrected(**vars(ADAPTIVE.opt)),
)
_bug("eps inside the root", "Adam divides by √(v + eps); want √v + eps.", ADAPTIVE, opt=EpsInRoot(**vars(ADAPTIVE.opt)))


# The loss, the penalty and the data


def unshifted(scores, y):
    """Cross-entropy whose softmax takes the exponentials of the scores as they are."""
    n, rows = len(scores), np.arange(len(scores))
    with np.errstate(all="ignore"):
        p = np.exp(scores)
        p = p / p.sum(axis=1, keepdims=True)
        loss = float(-np.log(p[rows, y]).mean())
    p[rows, y] -= 1
    return loss, p / n


@disguised
class PenalizedBiases(Network):
    """A network that hands its biases to the penalty as well."""

    @property
    def weights(self):
        return super().weights + [(layer.b, layer.db) for layer in self.layers if "b" in layer.params]


def by_the_test_set(split):
    """Standardized, but with the mean and variance of the test set."""
    s = Standardizer().fit(split.test.x)
    return Split(*(Data(s.transform(part.x), part.y) for part in (split.train, split.val, split.test)))


def out_of_step(split):
    """Standardized; then the training samples are shuffled, and their labels are not."""
    split = standardized(split)
    order = np.random.default_rng(0).permutation(len(split.train))
    return replace(split, train=Data(split.train.x[order], split.train.y))


_bug(
    "softmax without the maximum", "The softmax takes e to the scores as they are, large or not.", PLAIN, loss=unshifted
)
_bug("penalty on the biases", "The L2 penalty acts on the biases as well.", PENALIZED, network=PenalizedBiases)
_bug(
    "statistics of the test set",
    "Mean and variance for standardizing are those of the test set.",
    PLAIN,
    prepare=by_the_test_set,
)
_bug("labels out of step", "The samples were shuffled, and their labels were not.", PLAIN, prepare=out_of_step)


@cache
def blind(n):
    """A program with batch norm, dropout, Adam and a penalty, and with the n-th of BLIND bugs, n = 1 to 5.

    >>> blind(1)
    Program(Dense, BatchNorm, ReLU, Dropout, Dense; Adam(lr=0.001), L2(lam=0.02))
    """
    return BUGS[BLIND[choice("n", n, range(1, len(BLIND) + 1)) - 1]].planted(EVERYTHING)


# Drawn, so that these lines do not give the answers away.
BLIND = [str(name) for name in np.random.default_rng(832).permutation(list(BUGS))[:5]]
