"""Whatever has a counterpart elsewhere computes the same there; what has none is named."""

import inspect
import sys

import numpy as np
import pytest
from torch_or_skip import import_torch

from course_utils import frameworks, layers, normalization
from course_utils.data import digits
from course_utils.frameworks import (
    MODULES,
    PYTORCH_OPTIMIZERS,
    SKLEARN_OPTIMIZERS,
    from_pytorch,
    losses,
    pytorch_losses,
    sklearn_losses,
    to_pytorch,
    to_sklearn,
)
from course_utils.layers import Dense, LeakyReLU, Maxout, ReLU, Sigmoid, Tanh
from course_utils.losses import LOSSES, softmax_cross_entropy
from course_utils.network import Network
from course_utils.normalization import BatchNorm, LayerNorm
from course_utils.optimizers import OPTIMIZERS, SGD, Adam, Momentum
from course_utils.regularizers import L2
from course_utils.training import evaluate, minibatches

TRAIN = digits().train
# Maxout is no single module there; group and instance norm have the channels in another place (test_normalization
# compares them); the noise layers but dropout are written by hand there as well.
WITHOUT = {"Layer", "Pointwise", "Normalization", "Maxout", "GroupNorm", "InstanceNorm", "DropConnect", "GaussianNoise"}


def digits_net(middle=(ReLU,), dtype=float):
    return Network([Dense(64, 20, rng=0), *(make() for make in middle), Dense(20, 10, rng=1)], dtype)


def digits_batches(n=8, size=32, dtype=float):
    return [(TRAIN.x[i].astype(dtype), TRAIN.y[i]) for i in list(minibatches(len(TRAIN.y), size, 0))[:n]]


def all_layers():
    from course_utils.dropout import layers as noise

    classes = [c for module in (layers, normalization, noise) for _, c in inspect.getmembers(module, inspect.isclass)]
    return {c.__name__ for c in classes if issubclass(c, layers.Layer)}


def test_every_layer_has_a_counterpart_or_is_named_here():
    assert all_layers() == MODULES.keys() | WITHOUT


def test_every_optimizer_has_a_counterpart():
    assert PYTORCH_OPTIMIZERS.keys() == OPTIMIZERS.keys() > SKLEARN_OPTIMIZERS.keys()


MIDDLES = {
    **{name: (getattr(layers, name),) for name in ("ReLU", "Tanh", "Sigmoid", "GELU", "SiLU")},
    "LeakyReLU": (lambda: LeakyReLU(0.2),),
    "ELU": (lambda: layers.ELU(0.5),),
    "BatchNorm": (lambda: BatchNorm(20, momentum=0.8, eps=1e-3), Tanh),
    "LayerNorm": (lambda: LayerNorm(20), Tanh),
}


@pytest.mark.torch
@pytest.mark.parametrize("middle", MIDDLES.values(), ids=MIDDLES)
@pytest.mark.parametrize("loss", LOSSES)
def test_scores_losses_and_gradients_in_both_modes(middle, loss):
    torch = import_torch()
    net = digits_net(middle)
    net.theta = net.theta + np.random.default_rng(3).normal(0, 0.1, net.n_params)  # biases, gamma and beta as well
    module = to_pytorch(net)
    x, y = TRAIN.x[:40], TRAIN.y[:40]
    theirs = {
        "softmax_cross_entropy": torch.nn.functional.cross_entropy,
        "multiclass_hinge": lambda s, t: 10 * torch.nn.functional.multi_margin_loss(s, t),
        "mean_squared_error": lambda s, t: ((s - torch.nn.functional.one_hot(t, 10)) ** 2).mean(),
    }[loss]
    for training in (True, True, False):  # twice: running averages
        module.train(training)
        module.zero_grad()
        scores = module(torch.from_numpy(x))
        value = theirs(scores, torch.from_numpy(y.astype(np.int64)))
        value.backward()
        ours = net.forward(x, training=training)
        our_value, dscores = LOSSES[loss](ours, y)
        net.backward(dscores)
        np.testing.assert_allclose(ours, scores.detach(), rtol=0, atol=1e-12)
        assert our_value == pytest.approx(value.item(), abs=1e-12)
        np.testing.assert_allclose(net.grad, from_pytorch(p.grad for p in module.parameters()), rtol=0, atol=1e-12)


@pytest.mark.torch
def test_dropout_keeps_where_theirs_drops():
    torch = import_torch()
    from course_utils.dropout import Dropout

    net = digits_net((ReLU, lambda: Dropout(keep=0.8, rng=0)))
    module = to_pytorch(net)
    assert module[2].p == pytest.approx(0.2)
    np.testing.assert_allclose(net.forward(TRAIN.x), module.eval()(torch.from_numpy(TRAIN.x)).detach(), atol=1e-12)
    out = module[2].train()(torch.ones(1000, 20, dtype=torch.float64))
    assert (
        set(np.round(np.unique(out), 12))
        == {0, 1.25}
        == set(np.round(np.unique(net.layers[2].forward(np.ones((1000, 20)), training=True)), 12))
    )


@pytest.mark.torch
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_step_of_every_optimizer_is_pytorchs(name):
    torch, opt, batches = import_torch(), OPTIMIZERS[name](), digits_batches(20)
    torch.set_default_dtype(torch.float64)  # NAdam keeps its product of momenta in the default type
    try:
        (ours, theta), (theirs, there) = (run(digits_net(), batches, opt) for run in (losses, pytorch_losses))
    finally:
        torch.set_default_dtype(torch.float32)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)
    np.testing.assert_allclose(theta, there, rtol=0, atol=1e-12)
    assert ours[-1] != ours[0]


@pytest.mark.parametrize("activation", [ReLU, Tanh, Sigmoid])
@pytest.mark.parametrize("name", ["SGD", "Momentum", "Nesterov"])
def test_every_step_is_scikit_learns(name, activation):
    opt, batches = OPTIMIZERS[name](lr=0.05), digits_batches(20)
    (ours, theta), (theirs, there) = (run(digits_net((activation,)), batches, opt) for run in (losses, sklearn_losses))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)
    np.testing.assert_allclose(theta, there, rtol=0, atol=1e-12)


def test_scikit_learns_adam_adds_epsilon_before_the_correction():
    batches, opt = digits_batches(20), Adam(lr=1e-3)
    (_, theta), (_, there) = (run(digits_net(), batches, opt) for run in (losses, sklearn_losses))
    assert 1e-8 < abs(theta - there).max() < 1e-2
    # With an eps of next to nothing the two orders are one.
    tiny = Adam(lr=1e-3, eps=1e-30)
    (_, theta), (_, there) = (run(digits_net(), batches, tiny) for run in (losses, sklearn_losses))
    np.testing.assert_allclose(theta, there, rtol=0, atol=1e-12)


def test_a_model_of_scikit_learn_predicts_as_the_net():
    net = digits_net()
    model = to_sklearn(net, SGD(), 32, range(10))
    assert np.array_equal(model.predict(TRAIN.x), net.predict(TRAIN.x))
    assert model.score(TRAIN.x, TRAIN.y) == evaluate(net, TRAIN)[1]


def test_the_net_is_left_alone():
    net = digits_net()
    before = net.theta.copy()
    for run in (losses, sklearn_losses, *([pytorch_losses] if frameworks.has_pytorch() else [])):
        run(net, digits_batches(2), Momentum(lr=0.1))
    assert np.array_equal(net.theta, before)


@pytest.mark.torch
def test_float32_stays_float32():
    torch = import_torch()
    net = digits_net((lambda: BatchNorm(20), ReLU), np.float32)
    assert {p.dtype for p in to_pytorch(net).parameters()} == {torch.float32}


@pytest.mark.parametrize(("call", "words"), [
    (lambda: to_pytorch(Network([Dense(4, 4, rng=0), Maxout(4), Dense(2, 2, rng=0)])), r"net.layers\[1\].*Maxout"),
    (lambda: to_sklearn(digits_net((lambda: BatchNorm(20),)), SGD(), 8, range(10)),
     "net: .*Dense layers with one kind"),
    (lambda: to_sklearn(digits_net(), OPTIMIZERS["AdaGrad"](), 8, range(10)), "opt: got 'AdaGrad', want one of"),
])  # fmt: skip
def test_what_has_no_counterpart_is_named(call, words):
    with pytest.raises(ValueError, match="(?s)" + words):
        call()


def test_without_pytorch_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr(frameworks, "find_spec", lambda name: None)
    assert not frameworks.has_pytorch()
    with pytest.raises(ImportError, match="pip install torch"):
        to_pytorch(digits_net())


@pytest.mark.torch
def test_penalties_are_those_that_pytorch_is_given_by_hand():
    torch = import_torch()
    from course_utils.regularizers import L1, L2, ElasticNet

    W = np.random.default_rng(0).normal(size=(5, 3))
    w = torch.tensor(W, requires_grad=True)
    for penalty, theirs in (
        (L2(lam=0.3), 0.15 * (w**2).sum()),
        (L1(lam=0.3), 0.3 * w.abs().sum()),
        (ElasticNet(l1=0.2, l2=0.4), 0.2 * w.abs().sum() + 0.2 * (w**2).sum()),
    ):
        w.grad = None
        theirs.backward()
        assert penalty.penalty(W) == pytest.approx(theirs.item(), abs=1e-13)
        np.testing.assert_allclose(penalty.gradient(W), w.grad, atol=1e-13)


@pytest.mark.torch
def test_what_is_done_to_weights_after_a_step_is_what_pytorch_does_by_hand():
    torch = import_torch()
    from course_utils.regularizers import MaxNorm, ProximalL1

    before = np.random.default_rng(0).normal(size=(5, 3))
    for penalty, theirs, atol in (
        (ProximalL1(lam=2.0), lambda w: torch.nn.functional.softshrink(w, 0.2), 0),
        (MaxNorm(c=1.5), lambda w: torch.renorm(w, p=2, dim=1, maxnorm=1.5), 1e-6),  # it divides by the norm + 1e-7
    ):
        W = before.copy()
        penalty.project(W, lr=0.1)
        assert (W != before).any()
        np.testing.assert_allclose(W, theirs(torch.from_numpy(before)), rtol=0, atol=atol)


@pytest.mark.torch
@pytest.mark.parametrize("name", sorted(OPTIMIZERS.keys() - {"AdamW"}))
def test_an_l2_penalty_is_weight_decay_on_the_matrices(name):
    torch, opt, lam = import_torch(), OPTIMIZERS[name](), 0.3
    torch.set_default_dtype(torch.float64)
    try:
        net, penalty = digits_net((Tanh,)), L2(lam)
        module = to_pytorch(net)
        theirs, settings = PYTORCH_OPTIMIZERS[name](opt)
        groups = [
            {"params": [p for p in module.parameters() if p.ndim == d], "weight_decay": lam * (d == 2)} for d in (1, 2)
        ]
        optimizer, state = getattr(torch.optim, theirs)(groups, **settings), opt.init(net.theta)
        for t, (x, y) in enumerate(digits_batches()):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(module(torch.from_numpy(x)), torch.from_numpy(y.astype(int))).backward()
            optimizer.step()
            net.backward(softmax_cross_entropy(net.forward(x, training=True), y)[1])
            for W, dW in net.weights:
                dW += penalty.gradient(W)
            step, state = opt.update(net.grad, state, t, net.theta)
            net.theta += step
        np.testing.assert_allclose(net.theta, from_pytorch(module.parameters()), rtol=0, atol=1e-12)
    finally:
        torch.set_default_dtype(torch.float32)
