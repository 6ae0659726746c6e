"""What PyTorch computes with its normalization layers: outputs, gradients, running averages. Needs PyTorch:

python tests/reference/normalization.py        # writes normalization.json, with which every machine compares
"""

import json
import math
from pathlib import Path

STORED = Path(__file__).with_suffix(".json")

SHAPE = (5, 3, 6)  # samples, positions, channels: ours; PyTorch has the channels in the middle
N_BATCHES = 3

# ours, its settings
CASES = [
    ("BatchNorm", {}),
    ("BatchNorm", {"momentum": 0.5, "eps": 1e-3}),
    ("LayerNorm", {}),
    ("GroupNorm", {"groups": 2}),
    ("InstanceNorm", {"eps": 1e-2}),
]


def wave(n, step):
    """n numbers from -1 to 1 that look random, the same on every machine."""
    return [math.sin(step * (k + 1) ** 2) for k in range(n)]


def problem():
    """(batches, dout, gamma, beta), all flat lists: SHAPE a batch and for dout, one a channel for the rest."""
    size, n = math.prod(SHAPE), SHAPE[-1]
    batches = [[3 * value + i for value in wave(size, 0.37 + 0.11 * i)] for i in range(N_BATCHES)]
    return batches, wave(size, 0.71), [1 + value / 2 for value in wave(n, 0.53)], wave(n, 0.29)


def build(torch, name, settings):
    """PyTorch's layer; its momentum is the share of the new."""
    n, eps = SHAPE[-1], settings.get("eps", 1e-5)
    kind = {"dtype": torch.float64, "eps": eps}
    if name == "BatchNorm":
        return torch.nn.BatchNorm1d(n, momentum=1 - settings.get("momentum", 0.9), **kind)
    if name == "LayerNorm":
        return torch.nn.LayerNorm(n, **kind)
    if name == "GroupNorm":
        return torch.nn.GroupNorm(settings["groups"], n, **kind)
    return torch.nn.InstanceNorm1d(n, affine=True, **kind)


def one_pass(layer, x, dout, last):
    """Output and gradients of a forward and a backward pass, as flat lists in our order of the axes."""
    x = x.clone().requires_grad_()
    layer.zero_grad()
    out = layer(x if last else x.transpose(1, 2))
    out = out if last else out.transpose(1, 2)
    out.backward(dout)
    flat = {"out": out, "dx": x.grad, "dgamma": layer.weight.grad, "dbeta": layer.bias.grad}
    return {key: value.detach().reshape(-1).tolist() for key, value in flat.items()}


def run(torch, case):
    """The last of the batches in training, then the first in test mode, and the running averages between the two."""
    name, settings = case
    batches, dout, gamma, beta = (torch.tensor(part, dtype=torch.float64) for part in problem())
    batches, dout = batches.reshape(-1, *SHAPE), dout.reshape(SHAPE)
    layer, last = build(torch, name, settings), name == "LayerNorm"
    with torch.no_grad():
        layer.weight.copy_(gamma)
        layer.bias.copy_(beta)
    for x in batches:
        training = one_pass(layer, x, dout, last)
    layer.eval()
    running = [layer.running_mean.tolist(), layer.running_var.tolist()] if name == "BatchNorm" else []
    return {"training": training, "test": one_pass(layer, batches[0], dout, last), "running": running}


def main():
    import torch

    rows = [json.dumps({"case": case, **run(torch, case)}) for case in CASES]
    STORED.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
