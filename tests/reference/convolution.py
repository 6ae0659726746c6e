"""What PyTorch computes with its convolutions and max pooling: outputs and gradients. Needs PyTorch:

python tests/reference/convolution.py        # writes convolution.json, with which every machine compares
"""

import json
import math
from pathlib import Path

STORED = Path(__file__).with_suffix(".json")
N = 3  # samples

# layer, shape of a sample (channels last), settings
CASES = [
    ("Conv1D", (9, 2), {"n_filters": 3, "size": 4}),
    ("Conv1D", (9, 1), {"n_filters": 2, "size": 3, "padding": "same"}),
    ("Conv1D", (10, 2), {"n_filters": 2, "size": 3, "stride": 2, "padding": 2}),
    ("Conv2D", (5, 6, 2), {"n_filters": 3, "size": (3, 2)}),
    ("Conv2D", (6, 5, 1), {"n_filters": 2, "size": 3, "padding": "same"}),
    ("Conv2D", (7, 6, 2), {"n_filters": 2, "size": 3, "stride": 2, "padding": 1}),
    ("MaxPool1D", (9, 2), {"size": 2}),
    ("MaxPool2D", (7, 6, 2), {"size": 3, "stride": 2}),
]


def wave(n, step):
    """n numbers from -1 to 1 that look random, the same on every machine."""
    return [math.sin(step * (k + 1) ** 2) for k in range(n)]


def build(torch, name, shape, settings):
    """PyTorch's layer, its weights set to ours: W[place and channel, filter] with places first."""
    settings = dict(settings)
    size, dimension = settings.pop("size"), name[-2]
    if name.startswith("MaxPool"):
        return getattr(torch.nn, f"MaxPool{dimension}d")(size, **settings)
    n_filters, channels, sides = settings.pop("n_filters"), shape[-1], len(shape) - 1
    size = (size,) * sides if isinstance(size, int) else tuple(size)
    conv = getattr(torch.nn, f"Conv{dimension}d")(channels, n_filters, size, dtype=torch.float64, **settings)
    fan_in = math.prod(size) * channels
    W = torch.tensor(wave(fan_in * n_filters, 0.53), dtype=torch.float64).reshape(*size, channels, n_filters)
    with torch.no_grad():
        conv.weight.copy_(W.movedim((-1, -2), (0, 1)))
        conv.bias.copy_(torch.tensor(wave(n_filters, 0.29), dtype=torch.float64))
    return conv


def run(torch, case):
    """Output and gradients of a forward and a backward pass, as flat lists in our order of the axes."""
    name, shape, settings = case
    layer = build(torch, name, shape, settings)
    x = torch.tensor(wave(N * math.prod(shape), 0.37), dtype=torch.float64).reshape(N, *shape).requires_grad_()
    out = layer(x.movedim(-1, 1)).movedim(1, -1)
    out.backward(torch.tensor(wave(out.numel(), 0.71), dtype=torch.float64).reshape(out.shape))
    found = {"out": out, "dx": x.grad}
    if name.startswith("Conv"):
        found |= {"dW": layer.weight.grad.movedim((0, 1), (-1, -2)), "db": layer.bias.grad}
    return {key: value.detach().reshape(-1).tolist() for key, value in found.items()}


def main():
    import torch

    rows = [json.dumps({"case": case, **run(torch, case)}) for case in CASES]
    STORED.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
