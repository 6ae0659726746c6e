"""An oracle: what a training program computes, computed once more from the formulas of _textbook.py.

    wrong, unknown = disagreements(program)     # in words what the two do not agree on; parts without a formula

For your own programs the oracle is a library that many others test. It can only be asked where both can
be given the same numbers: what dropout draws is its own, so a net with dropout is compared in test mode
alone. And it answers for what it is handed: data, labels and penalty come from the program.
"""

import numpy as np

from ..losses import mean_squared_error, multiclass_hinge
from ..training import rate_of
from ._textbook import ACTIVATION, NORM, STEP, entry, standardized, standardized_backward

SAMPLES, STEPS, TOLERANCE, LEAST = 32, 5, 1e-6, 0.01
THETA = np.array([0.3, -0.7])


def disagreements(program):
    """(what program and oracle do not agree on, the parts for which it has no formula): two lists of words."""
    net, (x, y) = program.net(), program.split().train
    x, y = x[:SAMPLES], y[:SAMPLES]
    # Even biases and small last weights would hide much.
    net.theta += np.random.default_rng(0).normal(0, 0.1, net.n_params)
    wrong, model = [], _Model(program, net)
    unknown = _without_formula(program, model)
    if not unknown.intersection(map(_name, (model.norm, model.activation))):
        wrong += _in_training(program, net, model, x, y)
        running = model.running(x) if hasattr(model.norm, "running_mean") else None
        wrong += _compare({"scores in test mode": net.forward(x)}, {"scores in test mode": model.scores(x, running)})
    if _name(program.opt) not in unknown:
        wrong += _compare(*_steps(program.opt))
    return wrong, sorted(unknown)


def _name(part):
    return getattr(part, "__name__", type(part).__name__)


def _without_formula(program, model):
    """The names of the program's parts that the textbook does not know."""
    parts = [(model.activation, ACTIVATION), (program.opt, STEP)]
    if model.norm:
        parts.append((model.norm, NORM))
    unknown = {_name(part) for part, table in parts if entry(table, part) is None}
    if program.loss in (multiclass_hinge, mean_squared_error):
        unknown.add(_name(program.loss))
    return unknown


def _compare(mine, its):
    errors = {name: _distance(mine[name], its[name]) for name in its}
    return [f"{name} off by {error:.2g}" for name, error in errors.items() if not error < TOLERANCE]


def _distance(a, b):
    """Distance of a from b in norms of b; below LEAST a norm counts as that: some gradients are 0 by construction."""
    return np.linalg.norm(a - b) / max(np.linalg.norm(b), LEAST)


def _in_training(program, net, model, x, y):
    """The disagreements over one mini-batch in training mode; with dropout the pass is made, and not compared."""
    scores = net.forward(x, training=True)
    if program.dropout:
        return []
    mine, its = {"scores in training mode": scores}, {"scores in training mode": model.scores(x)}
    if _name(program.loss) not in _without_formula(program, model):
        loss, dscores = program.loss(scores, y)
        net.backward(dscores)
        its_loss, gradients = model.gradients(x, y)
        mine |= {"loss": loss} | {f"gradient of {name}": grad for name, grad in net.unpack(net.grad).items()}
        its |= {"loss": its_loss} | {f"gradient of {name}": grad for name, grad in gradients.items()}
    return _compare(mine, its)


class _Model:
    """The program's net once more: Dense, a normalization if there is one, an activation, Dense."""

    def __init__(self, program, net):
        self.norm = net.layers[1] if program.norm else None
        self.activation = net.layers[2 if program.norm else 1]
        self.arrays = net.unpack(net.theta)

    def _hidden(self, x, running=None):
        """(z, spread) of the normalization; what goes into the activation; its value and slope there."""
        W, b, *own = list(self.arrays.values())[:-2]
        s, z, spread = x @ W + b, None, None
        if self.norm:
            gamma, beta = own
            z, spread = standardized(self.norm, s, running)
            s = gamma * z + beta
        return z, spread, *entry(ACTIVATION, self.activation)(self.activation, s)

    def scores(self, x, running=None):
        """The scores, batch norm with its running (mean, variance) if they are given."""
        *_, W, b = self.arrays.values()
        return self._hidden(x, running)[2] @ W + b

    def running(self, x):
        """Batch norm's running mean and variance after one batch."""
        W, b, *_ = self.arrays.values()
        s, stays = x @ W + b, self.norm.momentum
        return (1 - stays) * s.mean(axis=0), stays + (1 - stays) * s.var(axis=0, ddof=1)

    def gradients(self, x, y):
        """The mean cross-entropy and its gradient by each array, the layers multiplied out."""
        from scipy.special import log_softmax

        z, spread, h, slope = self._hidden(x)
        scores, W2 = self.scores(x), list(self.arrays.values())[-2]
        logs, right = log_softmax(scores, axis=1), np.eye(scores.shape[1])[y]
        d2 = (np.exp(logs) - right) / len(x)
        d1, own = (d2 @ W2.T) * slope, []
        if self.norm:
            own = [(d1 * z).sum(axis=0), d1.sum(axis=0)]
            d1 = standardized_backward(self.norm, d1 * list(self.arrays.values())[2], z, spread)
        found = [x.T @ d1, d1.sum(axis=0), *own, h.T @ d2, d2.sum(axis=0)]
        return -(logs * right).sum() / len(x), dict(zip(self.arrays, found, strict=True))


def _steps(opt):
    """Two times {"step 1": ...}, in lr: what an optimizer makes of a few gradients, and what its formula does."""
    state, gradients, mine, its = opt.init(np.zeros(2)), [], {}, {}
    for t in range(STEPS):
        gradients.append(np.array([1.0, -0.5]) * (1 + t))
        step, state = opt.update(gradients[-1], state, t, THETA)
        rate, textbook = rate_of(opt, t), entry(STEP, opt)(opt, gradients, THETA)
        # Where a schedule stands at 0, nothing may move.
        mine[f"step {t + 1}"], its[f"step {t + 1}"] = (step / rate, textbook) if rate else (step, 0 * textbook)
    return mine, its
