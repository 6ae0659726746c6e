"""Against PyTorch: what it once computed is stored and compared everywhere, the live library where there is one.

For each script in tests/reference/ a function here does by course_utils what the script's `run` does by PyTorch.
"""

import json
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest
from torch_or_skip import import_torch

from course_utils import activations, convolution, layers, normalization
from course_utils.activations import ACTIVATIONS
from course_utils.augmentation import max_pool, max_pool_backward
from course_utils.data import Data, Split
from course_utils.dropout import Dropout, LabelNoise
from course_utils.ensembles import EMA, SWA, WeightAverage
from course_utils.history import StepRecord
from course_utils.initializers import GAINS, INITIALIZERS
from course_utils.layers import Dense, Tanh
from course_utils.losses import LOSSES, softmax_cross_entropy
from course_utils.network import Network
from course_utils.normalization import BatchNorm
from course_utils.optimizers import OPTIMIZERS
from course_utils.schedules import SCHEDULES, Plateau
from course_utils.training import fit

TOLERANCE = {"std": 0.02}  # of a draw
EXACT = 1e-10


def of_activations(script, case, theirs):
    name, settings, *_ = case
    x = np.array(script.inputs(case))
    return {
        "f": getattr(activations, name)(x, **settings),
        "derivative": getattr(activations, f"{name}_derivative")(x, **settings),
    }


def of_convolution(script, case, theirs):
    name, shape, settings = case
    trained = name.startswith("Conv")
    layer = getattr(convolution, name)(tuple(shape), **settings | ({"rng": 0} if trained else {}))
    if trained:
        layer.W[:] = np.reshape(script.wave(layer.W.size, 0.53), layer.W.shape)
        layer.b[:] = script.wave(layer.b.size, 0.29)
    out = layer.forward(np.reshape(script.wave(script.N * layer.n_in, 0.37), (script.N, layer.n_in)))
    found = {"out": out, "dx": layer.backward(np.reshape(script.wave(out.size, 0.71), out.shape))}
    return found | ({"dW": layer.dW, "db": layer.db} if trained else {})


def of_dropout(script, case, theirs):
    """With PyTorch's mask: a layer drops where the number that it draws is not below `keep`."""
    kind, number = case
    if kind == "smoothed":
        q = LabelNoise(number, n_classes=5).smoothed(script.Y)
        loss, dscores = softmax_cross_entropy(np.reshape(script.wave(30, 0.53), script.SHAPE), q)
        return {"loss": loss, "dscores": dscores}
    layer, x = Dropout(number, rng=0), np.reshape(script.wave(30, 0.37), script.SHAPE)
    layer.rng = SimpleNamespace(random=lambda shape: 1.0 - np.array(theirs["mask"]))
    out = layer.forward(x, training=True)
    dx = layer.backward(np.reshape(script.wave(30, 0.71), script.SHAPE))
    return {"out": out, "dx": dx, "test": layer.forward(x)}


def of_fractional_pooling(script, case, theirs):
    """Over PyTorch's regions."""
    kernel, size, fractions = case
    x, dout = (np.array(part) for part in script.problem(case))
    x = x.reshape(script.SHAPE)
    first = [script.starts(n, m, kernel, u) for n, m, u in zip(x.shape[1:3], size, fractions, strict=True)]
    out, where = max_pool(x, *(np.stack([start, np.add(start, kernel)], axis=1) for start in first))
    return {"out": out, "dx": max_pool_backward(dout.reshape(out.shape), where, x.shape)}


def of_initializers(script, case, theirs):
    kind, name, *shape = case
    return {"gain": GAINS[name]} if kind == "gain" else {"std": INITIALIZERS[name](*shape, 0).std()}


def of_network(script, case, theirs):
    activation, loss, optimizer, settings = case
    x, y, theta = (np.array(part) for part in script.problem())
    joints = zip(script.SIZES, script.SIZES[1:], strict=False)
    net = Network([part for sizes in joints for part in (Dense(*sizes, rng=0), getattr(layers, activation)())][:-1])
    net.theta = theta
    scores = net.forward(x, training=True)
    net.backward(LOSSES[loss](scores, y)[1])
    grad, opt = net.grad.copy(), OPTIMIZERS[optimizer](**settings)
    history = fit(net, Split(Data(x, y)), opt, epochs=script.N_STEPS, batch_size=len(x), loss=LOSSES[loss])
    return {"scores": scores, "grad": grad, "losses": history.losses, "theta": net.theta}


def of_normalization(script, case, theirs):
    name, settings = case
    batches, dout, gamma, beta = (np.array(part) for part in script.problem())
    batches, dout = batches.reshape(-1, *script.SHAPE), dout.reshape(script.SHAPE)
    layer = getattr(normalization, name)(script.SHAPE[-1], **settings)
    layer.gamma[:], layer.beta[:] = gamma, beta

    def one_pass(x, training):
        out = layer.forward(x, training)
        flat = {"out": out, "dx": layer.backward(dout), "dgamma": layer.dgamma, "dbeta": layer.dbeta}
        return {key: value.ravel().copy() for key, value in flat.items()}

    for x in batches:
        training = one_pass(x, training=True)
    running = [layer.running_mean.copy(), layer.running_var.copy()] if name == "BatchNorm" else []
    return {"training": training, "test": one_pass(batches[0], training=False), "running": running}


def of_optimizers(script, case, theirs):
    name, settings, _, _, spec = case
    lr = {}
    if spec:
        inner = next(n for n in spec if n != "Warmup")
        lr["lr"] = SCHEDULES[inner](**spec[inner])
        if "Warmup" in spec:
            lr["lr"] = SCHEDULES["Warmup"](lr["lr"], **spec["Warmup"])
    opt, scale, path = OPTIMIZERS[name](**settings, **lr), np.array(script.SCALE), [np.array(script.START)]
    state = opt.init(path[0])
    for t in range(script.N_STEPS):
        step, state = opt.update(scale * path[-1] - 3 * np.sin(3 * path[-1]), state, t, path[-1])
        path.append(path[-1] + step)
    found = {"points": np.array(path)[script.KEPT]}
    return found | ({"rates": [lr["lr"](t) for t in range(script.N_STEPS)]} if lr else {})


def of_schedules(script, case, theirs):
    name, settings, _, _, n_steps = case
    if name == "Plateau":
        plateau = Plateau(**settings)
        return {"rates": [plateau.look(loss) for loss in script.losses()]}
    return {"rates": SCHEDULES[name](**settings)(np.arange(n_steps))}


def of_weight_averages(script, case, theirs):
    (name, settings), (thetas, x) = case, script.problem()
    width, n_out = script.WIDTH, script.N_OUT
    net = Network(
        [Dense(script.N_IN, width, rng=0), BatchNorm(width), Tanh(), Dense(width, n_out, rng=0), BatchNorm(n_out)]
    )
    average, x = {"EMA": EMA, "SWA": SWA}[name](**settings), np.array(x)
    for step, theta in enumerate(thetas):
        net.theta = theta
        average(StepRecord(step, 0.0, net.theta, net))
    averaged = average.network(net, x, script.BATCH)
    norms = averaged.layers[1], averaged.layers[4]
    return {
        "theta": averaged.theta,
        "means": np.concatenate([norm.running_mean for norm in norms]),
        "vars": np.concatenate([norm.running_var for norm in norms]),
        "scores": averaged.forward(x),
    }


OURS = {
    "activations": of_activations,
    "convolution": of_convolution,
    "dropout": of_dropout,
    "fractional_pooling": of_fractional_pooling,
    "initializers": of_initializers,
    "network": of_network,
    "normalization": of_normalization,
    "optimizers": of_optimizers,
    "schedules": of_schedules,
    "weight_averages": of_weight_averages,
}
SCRIPTS = {name: import_module(f"reference.{name}") for name in OURS}
STORED = {name: json.loads(script.STORED.read_text(encoding="utf-8")) for name, script in SCRIPTS.items()}
CASE = pytest.mark.parametrize(
    ("name", "stored"),
    [
        pytest.param(name, row, id=" ".join(map(str, [name, *row["case"]])))
        for name, rows in STORED.items()
        for row in rows
    ],
)


def assert_same(ours, theirs):
    """Every number of ours is theirs."""
    for key, value in ours.items():
        if isinstance(value, dict):
            assert_same(value, theirs[key])
        else:
            got, want, tolerance = np.ravel(value), np.ravel(theirs[key]), TOLERANCE.get(key, EXACT)
            assert got.shape == want.shape, key
            np.testing.assert_allclose(got, want, rtol=tolerance, atol=EXACT, err_msg=key)


@CASE
def test_equal_to_what_pytorch_computed(name, stored):
    ours = OURS[name](SCRIPTS[name], stored["case"], stored)
    assert ours.keys() == stored.keys() - {"case", "mask"}
    assert_same(ours, stored)


@pytest.mark.torch
@CASE
def test_equal_to_live_pytorch(name, stored):
    live = SCRIPTS[name].run(import_torch(), stored["case"])
    assert_same(OURS[name](SCRIPTS[name], stored["case"], live), live)
    if "mask" not in stored:  # which another version may draw anew
        assert_same({key: value for key, value in stored.items() if key != "case"}, live)


@pytest.mark.parametrize("name", OURS)
def test_the_stored_cases_are_those_of_the_script(name):
    assert [row["case"] for row in STORED[name]] == json.loads(json.dumps(SCRIPTS[name].CASES))


@pytest.mark.parametrize(
    ("name", "place", "every"),
    [
        ("activations", 0, ACTIVATIONS.keys() | {"maxout"}),
        ("network", 1, LOSSES.keys()),
        ("normalization", 0, {"BatchNorm", "LayerNorm", "GroupNorm", "InstanceNorm"}),
        ("optimizers", 0, OPTIMIZERS.keys()),
        # Warmup is compared with the optimizers; the other two PyTorch knows only as a LambdaLR.
        ("schedules", 0, SCHEDULES.keys() - {"Warmup", "InverseTime", "InverseSqrt"} | {"Plateau"}),
        ("weight_averages", 0, {cls.__name__ for cls in WeightAverage.__subclasses__()}),
    ],
)
def test_everything_that_pytorch_has_too_is_compared(name, place, every):
    assert {row["case"][place] for row in STORED[name]} == every


def test_masks_keep_the_share_that_keep_says():
    shares = {row["case"][1]: np.mean(row["mask"]) for row in STORED["dropout"] if "mask" in row}
    assert shares[0.2] < 0.4 and shares[0.9] > 0.7, "not 1 - keep"
