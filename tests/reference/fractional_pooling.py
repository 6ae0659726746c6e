"""What PyTorch computes with fractional_max_pool2d: outputs and gradients. Needs PyTorch:

    python tests/reference/fractional_pooling.py    # writes fractional_pooling.json, with which every machine compares

Its regions all have the same width, `kernel`, and begin at places that a number u in [0, 1) decides; `starts` says at
which. Given the same regions, pooling is pooling.
"""

import json
import math
from pathlib import Path

STORED = Path(__file__).with_suffix(".json")

SHAPE = (2, 9, 12, 3)  # samples, height, width, channels: ours; PyTorch has the channels second

# kernel, size of the output, u for the rows and for the columns
CASES = [
    (2, (5, 7), (0.3, 0.8)),
    (2, (8, 6), (0.0, 0.5)),
    (3, (6, 6), (0.9, 0.2)),
]


def wave(n, step):
    """n numbers from -1 to 1 that look random, the same on every machine."""
    return [math.sin(step * (k + 1) ** 2) for k in range(n)]


def problem(case):
    """(x, dout) as flat lists in our order of the axes."""
    n, _, _, channels = SHAPE
    return wave(math.prod(SHAPE), 0.37), wave(n * math.prod(case[1]) * channels, 0.71)


def starts(n_in, n_out, kernel, u):
    """Where PyTorch's regions begin."""
    alpha = (n_in - kernel) / (n_out - 1)
    return [int((i + u) * alpha) - int(u * alpha) for i in range(n_out - 1)] + [n_in - kernel]


def run(torch, case):
    """Output and gradient as flat lists in our order of the axes."""
    kernel, size, (down, right) = case
    x, dout = (torch.tensor(part, dtype=torch.float64) for part in problem(case))
    n, height, width, channels = SHAPE
    x = x.reshape(SHAPE).permute(0, 3, 1, 2).clone().requires_grad_()
    samples = torch.tensor([right, down], dtype=torch.float64).expand(n, channels, 2)
    out = torch.nn.functional.fractional_max_pool2d(x, kernel, output_size=size, _random_samples=samples.contiguous())
    out.backward(dout.reshape(n, *size, channels).permute(0, 3, 1, 2).contiguous())
    found = {"out": out, "dx": x.grad}
    return {key: value.detach().permute(0, 2, 3, 1).reshape(-1).tolist() for key, value in found.items()}


def main():
    import torch

    rows = [json.dumps({"case": case, **run(torch, case)}) for case in CASES]
    STORED.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
