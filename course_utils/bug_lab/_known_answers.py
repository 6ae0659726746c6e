"""Known answers: questions to a training program whose answers are clear without a run.

    for what, got, want, tolerance in known_answers(program): ...

Each part of a program has a case in which a formula, or common sense, says what must come out.
"""

import numpy as np

from ..data import Split
from ..dropout import Dropout
from ..losses import mean_squared_error, multiclass_hinge
from ..optimizers import SGD, AdaGrad, Adam, Momentum, Nesterov, RMSProp
from ..training import fit, rate_of
from ._textbook import STEP, entry
from .programs import CLASSES

STEPS, DRAWS = 100, 100_000


def without_answer(program):
    """The names of the program's parts of which no answer is known."""
    unknown = [type(program.opt).__name__] if entry(CONSTANT, program.opt) is None else []
    other = program.loss in (multiclass_hinge, mean_squared_error)
    return unknown + [program.loss.__name__] if other else unknown


def known_answers(program):
    """Yield (what, got, want, tolerance) for all of a program's parts."""
    if program.loss not in (multiclass_hinge, mean_squared_error):
        yield from of_loss(program.loss)
    if program.prepare:
        yield from of_data(program.split().train.x)
    yield from of_optimizer(program.opt)
    if entry(STEP, program.opt):
        yield from of_penalty(program)
    for layer in program.net().layers:
        if isinstance(layer, Dropout):
            yield from of_dropout(layer)
        if hasattr(layer, "running_mean"):
            yield from of_batch_norm(layer)


def of_loss(loss):
    """Equal scores, small or large: cross-entropy is ln(n_classes)."""
    for size in (0.0, 1000.0):
        got = loss(np.full((4, CLASSES), size), np.arange(4))[0]
        yield f"the loss of scores that all are {size:g}", got, np.log(CLASSES), 1e-9


def of_data(x):
    """Standardized training data: mean 0, variance 1, but for pixels that never change."""
    changing = x.std(axis=0) > 0
    yield "the largest mean of a training pixel", abs(x.mean(axis=0)).max(), 0.0, 1e-9
    yield "the largest std of a training pixel", x[:, changing].std(axis=0).max(), 1.0, 1e-9


def of_optimizer(opt):
    """Under a constant gradient, large or small, every step is known: of the optimizers in CONSTANT."""
    length = entry(CONSTANT, opt)
    if length is None:
        return
    for g in (1.0, 1e-4):
        state = opt.init(np.zeros(1))
        for t in range(STEPS):
            step, state = opt.update(np.array([g]), state, t, np.zeros(1))
            rate = rate_of(opt, t)
            if t in (0, STEPS - 1) and rate:
                want = length(opt, t + 1, g)
                yield f"step {t + 1} in lr, under a gradient of {g:g},", -step[0] / rate, want, 1e-3 * want


def _velocity(opt, n, g):
    return g * (n if opt.rho == 1 else (1 - opt.rho**n) / (1 - opt.rho))


def _adam(opt, n, g):
    m, v = (1.0, 1.0) if opt.bias_correction else (1 - opt.beta1**n, 1 - opt.beta2**n)
    return m / (v**0.5 + opt.eps / g)


# Length of the n-th step under a constant gradient g > 0, in lr.
CONSTANT = {
    SGD: lambda opt, n, g: g,
    Momentum: _velocity,
    Nesterov: lambda opt, n, g: g + opt.rho * _velocity(opt, n, g),
    AdaGrad: lambda opt, n, g: 1 / (n**0.5 + opt.eps / g),
    RMSProp: lambda opt, n, g: 1 / ((1 - opt.rho**n) ** 0.5 + opt.eps / g),
    Adam: _adam,
}


def of_penalty(program):
    """Without a data gradient a bias stays what it is, whatever the penalty."""
    net, layers = program.net(), []
    for layer in net.layers:
        if "b" in layer.params:
            layer.b[:] = 1.0
            layers.append(layer)
    fit(
        net,
        Split(program.split().train[:2]),
        program.opt,
        1,
        loss=_flat,
        regularizer=program.regularizer,
        evaluate_every=0,
        progress=False,
    )
    # AdamW's decay is its own affair: it takes its share of all that is trained.
    want = 1.0 - rate_of(program.opt, 0) * getattr(program.opt, "weight_decay", 0.0)
    yield "a bias of 1 after a step without a data gradient", min(layer.b.min() for layer in layers), want, 1e-12


def _flat(scores, y):
    return 0.0, np.zeros_like(scores)


def of_dropout(layer):
    """Ones: a share 1 - keep comes out as 0, the mean is 1, and test mode changes nothing."""
    ones, keep = np.ones((DRAWS, 1)), layer.keep
    out = layer.forward(ones, training=True)
    # Five standard deviations of a mean over all draws.
    chance = 5 * np.sqrt(keep * (1 - keep) / DRAWS)
    yield "the share that dropout drops", np.mean(out == 0), 1 - keep, chance
    yield "the mean of ones after dropout", out.mean(), 1.0, chance / keep
    yield "the spread of ones after dropout in test mode", np.ptp(layer.forward(ones)), 0.0, 1e-12


def of_batch_norm(layer):
    """The same batch many times: test mode has come to give its own standardized values."""
    batch = np.random.default_rng(0).normal(5, 3, (100, layer.n_in))
    for _ in range(STEPS):
        layer.forward(batch, training=True)
    out = layer.forward(batch)
    yield "the mean after batch norm in test mode", out.mean(), 0.0, 0.01
    yield "the std after batch norm in test mode", out.std(), 1.0, 0.01
