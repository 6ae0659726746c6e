"""The same net elsewhere: from a Network of ours to PyTorch and scikit-learn, weights and settings translated.

    module = to_pytorch(net)                              # a torch.nn.Sequential that gives the same scores
    model = to_sklearn(net, Adam(), batch_size=32)        # an MLPClassifier that starts from the same weights
    ours, theirs = losses(net, batches, opt), pytorch_losses(net, batches, opt)

PyTorch need not be installed: only the functions that use it ask for it. The net that is given is left alone.
Chapter 19.
"""

import sys
from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np

from ._support.validation import choice, fail
from .layers import Dense, ReLU, Sigmoid, Tanh
from .network import Network
from .optimizers import OptimizerLike
from .training import Batch, steps

INSTALL = (
    "it does not run in a browser, but where the course is installed"
    if sys.platform == "emscripten"
    else "pip install torch (on Linux without a GPU: add --index-url with the CPU builds that pytorch.org names)"
)


def has_pytorch() -> bool:
    """Whether PyTorch can be imported here."""
    return find_spec("torch") is not None


def import_pytorch():
    """The torch module, or an ImportError that says how to get it."""
    if not has_pytorch():
        raise ImportError(f"PyTorch is not installed: {INSTALL}")
    import torch

    return torch


def _dense(torch, layer):
    linear = torch.nn.utils.skip_init(torch.nn.Linear, layer.n_in, layer.n_out)
    linear.to(torch.from_numpy(layer.W).dtype)
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(layer.W.T.copy()))
        linear.bias.copy_(torch.from_numpy(layer.b))
    return linear


def _batch_norm(torch, layer):
    norm = torch.nn.BatchNorm1d(layer.n_in, eps=layer.eps, momentum=1 - layer.momentum)
    return _filled(
        torch, norm, layer, weight="gamma", bias="beta", running_mean="running_mean", running_var="running_var"
    )


def _layer_norm(torch, layer):
    return _filled(torch, torch.nn.LayerNorm(layer.n_in, eps=layer.eps), layer, weight="gamma", bias="beta")


def _filled(torch, module, layer, **names):
    module.to(torch.from_numpy(layer.gamma).dtype)
    with torch.no_grad():
        for theirs, ours in names.items():
            getattr(module, theirs).copy_(torch.from_numpy(getattr(layer, ours)))
    return module


# By name: a subclass may well compute something else.
MODULES = {
    "Dense": _dense,
    "BatchNorm": _batch_norm,
    "LayerNorm": _layer_norm,
    "ReLU": lambda torch, layer: torch.nn.ReLU(),
    "Tanh": lambda torch, layer: torch.nn.Tanh(),
    "Sigmoid": lambda torch, layer: torch.nn.Sigmoid(),
    "LeakyReLU": lambda torch, layer: torch.nn.LeakyReLU(layer.slope),
    "ELU": lambda torch, layer: torch.nn.ELU(layer.alpha),
    "GELU": lambda torch, layer: torch.nn.GELU(),
    "SiLU": lambda torch, layer: torch.nn.SiLU(),
    "Dropout": lambda torch, layer: torch.nn.Dropout(p=1 - layer.keep),
}

# Ours -> PyTorch's class and settings.
PYTORCH_OPTIMIZERS = {
    "SGD": lambda o: ("SGD", {"lr": o.lr}),
    "Momentum": lambda o: ("SGD", {"lr": o.lr, "momentum": o.rho}),
    "Nesterov": lambda o: ("SGD", {"lr": o.lr, "momentum": o.rho, "nesterov": True}),
    "AdaGrad": lambda o: ("Adagrad", {"lr": o.lr, "eps": o.eps}),
    "RMSProp": lambda o: ("RMSprop", {"lr": o.lr, "alpha": o.rho, "eps": o.eps}),
    "AdaDelta": lambda o: ("Adadelta", {"lr": o.lr, "rho": o.rho, "eps": o.eps}),
    "Adam": lambda o: ("Adam", {"lr": o.lr, "betas": (o.beta1, o.beta2), "eps": o.eps}),
    "Nadam": lambda o: (
        "NAdam",
        {"lr": o.lr, "betas": (o.beta1, o.beta2), "eps": o.eps, "momentum_decay": o.momentum_decay},
    ),
    "AdamW": lambda o: (
        "AdamW",
        {"lr": o.lr, "betas": (o.beta1, o.beta2), "eps": o.eps, "weight_decay": o.weight_decay},
    ),
}

# Ours -> settings of MLPClassifier, which has these four only. Its Adam puts eps elsewhere: see to_sklearn.
SKLEARN_OPTIMIZERS = {
    "SGD": lambda o: {"solver": "sgd", "momentum": 0, "nesterovs_momentum": False},
    "Momentum": lambda o: {"solver": "sgd", "momentum": o.rho, "nesterovs_momentum": False},
    "Nesterov": lambda o: {"solver": "sgd", "momentum": o.rho, "nesterovs_momentum": True},
    "Adam": lambda o: {"solver": "adam", "beta_1": o.beta1, "beta_2": o.beta2, "epsilon": o.eps},
}
SKLEARN_ACTIVATIONS = {ReLU: "relu", Tanh: "tanh", Sigmoid: "logistic"}


def to_pytorch(net):
    """A torch.nn.Sequential with the net's layers and a copy of its weights, in training mode, as PyTorch starts.

    PyTorch keeps the matrix of a dense layer as (n_out, n_in): the transpose of W.

    Raises
    ------
    ImportError
        PyTorch is not installed.
    ValueError
        A layer that has no counterpart.
    """
    for i, layer in enumerate(net.layers):
        if type(layer).__name__ not in MODULES:
            fail(f"net.layers[{i}]", repr(layer), "one of " + ", ".join(MODULES))
    torch = import_pytorch()
    return torch.nn.Sequential(*(MODULES[type(layer).__name__](torch, layer) for layer in net.layers))


def from_pytorch(tensors):
    """Parameters or gradients of a Sequential in the order and the layout of net.theta: (n_params,).

    tensors : iterable of tensors, such as module.parameters() or (p.grad for p in module.parameters())
    """
    return np.concatenate([np.asarray(t.detach()).T.ravel() for t in tensors])


def pytorch_optimizer(opt, parameters):
    """PyTorch's counterpart of an optimizer of ours, on these parameters. Its lr is a number, not a schedule."""
    name = choice("opt", type(opt).__name__, PYTORCH_OPTIMIZERS)
    theirs, settings = PYTORCH_OPTIMIZERS[name](opt)
    return getattr(import_pytorch().optim, theirs)(parameters, **settings)


def to_sklearn(net, opt, batch_size, classes):
    """An MLPClassifier that has the net's weights and has not yet taken a step; train it by partial_fit.

    Its Adam adds eps before the second moment is corrected, as the paper's "more efficient order" does: with
    eps = 1e-8 the same in the limit of large gradients, another step for tiny ones. Its loss_ is that of the last batch
    before the step, and counts no sample for more than 36: it takes no probability below float64's eps.

    net : Dense layers with one kind of activation (ReLU, Tanh or Sigmoid) between them.
    classes : all labels there are, such as range(10)

    Raises
    ------
    ValueError
        A net or an optimizer that MLPClassifier does not know.
    """
    from sklearn.neural_network import MLPClassifier

    dense, between = net.layers[::2], {type(layer) for layer in net.layers[1::2]}
    if {type(layer) for layer in dense} != {Dense} or len(between) != 1 or not between <= SKLEARN_ACTIVATIONS.keys():
        fail("net", repr(net), "Dense layers with one kind of activation between: ReLU, Tanh or Sigmoid")
    solver = SKLEARN_OPTIMIZERS[choice("opt", type(opt).__name__, SKLEARN_OPTIMIZERS)](opt)
    model = MLPClassifier(
        [layer.n_out for layer in dense[:-1]],
        activation=SKLEARN_ACTIVATIONS[between.pop()],
        alpha=0,
        shuffle=False,
        learning_rate_init=opt.lr,
        random_state=0,
        **solver,
    )
    # It makes its arrays at the first step, which is taken back: the weights replaced, the optimizer made anew.
    model.partial_fit(np.zeros((len(classes), net.n_in), net.dtype), list(classes), classes=list(classes))
    model.coefs_ = [layer.W.copy() for layer in dense]
    model.intercepts_ = [layer.b.copy() for layer in dense]
    del model._optimizer
    return model.set_params(batch_size=batch_size)


def losses(net: Network, batches: Sequence[Batch], opt: OptimizerLike) -> tuple[np.ndarray, np.ndarray]:
    """(n_batches,) loss of each batch before its step, and (n_params,) theta after the last one, by course_utils."""
    net = net.copy()
    return np.array([loss for loss, _ in steps(net, batches, opt)]), net.theta


def pytorch_losses(net, batches, opt):
    """The same as `losses`, by PyTorch: autograd and torch.optim."""
    torch, module = import_pytorch(), to_pytorch(net)
    optimizer, found = pytorch_optimizer(opt, module.parameters()), []
    for x, y in batches:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(module(torch.from_numpy(x)), torch.from_numpy(y.astype(np.int64)))
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    return np.array(found), from_pytorch(module.parameters())


def sklearn_losses(net, batches, opt):
    """The same as `losses`, by scikit-learn's MLPClassifier; every batch has to be of the same size."""
    model, found = to_sklearn(net, opt, len(batches[0][1]), range(net.n_out)), []
    for x, y in batches:
        found.append(model.partial_fit(x, y).loss_)
    pairs = zip(model.coefs_, model.intercepts_, strict=True)
    return np.array(found), np.concatenate([a.ravel() for pair in pairs for a in pair])
