"""What PyTorch computes for a small network: scores, loss, gradient, and ten training steps. Needs PyTorch:

python tests/reference/network.py        # writes network.json, with which every machine compares
"""

import itertools
import json
import math
from pathlib import Path

STORED = Path(__file__).with_suffix(".json")

SIZES = [6, 5, 4, 3]
N_SAMPLES, N_STEPS = 7, 10

# activation, loss, optimizer and its settings; only the loss has another name in PyTorch
CASES = [
    ("ReLU", "softmax_cross_entropy", "SGD", {"lr": 0.5}),
    ("ReLU", "softmax_cross_entropy", "Adam", {"lr": 0.05}),
    ("Tanh", "softmax_cross_entropy", "SGD", {"lr": 0.5}),
    ("Tanh", "mean_squared_error", "Adam", {"lr": 0.05}),
    ("Sigmoid", "softmax_cross_entropy", "Adam", {"lr": 0.05}),
    ("Sigmoid", "mean_squared_error", "SGD", {"lr": 0.5}),
    ("ReLU", "multiclass_hinge", "SGD", {"lr": 0.1}),
    ("Tanh", "multiclass_hinge", "Adam", {"lr": 0.05}),
]
PYTORCH_LOSS = {
    "softmax_cross_entropy": "CrossEntropyLoss",
    "mean_squared_error": "MSELoss",
    "multiclass_hinge": "MultiMarginLoss",
}
FACTOR = {"multiclass_hinge": SIZES[-1]}  # PyTorch divides the hinge by the number of classes as well


def wave(n, step):
    """n numbers from -1 to 1 that look random, the same on every machine."""
    return [math.sin(step * (k + 1) ** 2) for k in range(n)]


def problem():
    """(x, y, theta): samples row by row, labels, and the parameters in our order: layer by layer W (n_in, n_out), b."""
    n_params = sum((n_in + 1) * n_out for n_in, n_out in itertools.pairwise(SIZES))
    x = wave(N_SAMPLES * SIZES[0], 0.37)
    rows = [x[i : i + SIZES[0]] for i in range(0, len(x), SIZES[0])]
    return rows, [k % SIZES[-1] for k in range(N_SAMPLES)], wave(n_params, 0.71)


def build(torch, activation, theta):
    """The net; PyTorch keeps W as (n_out, n_in)."""
    layers, start = [], 0
    for n_in, n_out in itertools.pairwise(SIZES):
        dense = torch.nn.Linear(n_in, n_out, dtype=torch.float64)
        with torch.no_grad():
            for array, shape in (dense.weight, (n_in, n_out)), (dense.bias, (n_out,)):
                stop = start + math.prod(shape)
                array.copy_(torch.tensor(theta[start:stop], dtype=torch.float64).reshape(shape).t())
                start = stop
        layers += [dense, getattr(torch.nn, activation)()]
    return torch.nn.Sequential(*layers[:-1])


def flat(tensors):
    """Parameters or gradients in our order."""
    return [number for tensor in tensors for number in tensor.detach().t().reshape(-1).tolist()]


def run(torch, case):
    """Scores, loss, and gradient at the start; the losses of the steps, and theta after them."""
    activation, loss_name, optimizer, settings = case
    x, y, theta = problem()
    net = build(torch, activation, theta)
    x, targets = torch.tensor(x, dtype=torch.float64), torch.tensor(y)
    if loss_name == "mean_squared_error":
        targets = torch.nn.functional.one_hot(targets).double()
    loss_of = getattr(torch.nn, PYTORCH_LOSS[loss_name])()
    opt = getattr(torch.optim, optimizer)(net.parameters(), **settings)
    losses, first = [], None
    for _ in range(N_STEPS):
        opt.zero_grad()
        scores = net(x)
        loss = FACTOR.get(loss_name, 1) * loss_of(scores, targets)
        loss.backward()
        first = first or {"scores": scores.tolist(), "grad": flat(p.grad for p in net.parameters())}
        losses.append(loss.item())
        opt.step()
    return {**first, "losses": losses, "theta": flat(net.parameters())}


def main():
    import torch

    rows = [json.dumps({"case": case, **run(torch, case)}) for case in CASES]
    STORED.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
