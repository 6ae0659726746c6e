"""What PyTorch computes with its dropout layer and its smoothed labels. Needs PyTorch:

    python tests/reference/dropout.py        # writes dropout.json, with which every machine compares

Masks are random: PyTorch's own are stored beside what it made of them.
"""

import json
import math
from pathlib import Path

STORED = Path(__file__).with_suffix(".json")
SHAPE = (6, 5)
KEEPS = [0.2, 0.5, 0.9, 1.0]
SHARES = [0.0, 0.1, 0.5]
CASES = [("dropout", keep) for keep in KEEPS] + [("smoothed", share) for share in SHARES]
Y = [0, 4, 2, 2, 1, 3]


def wave(n, step):
    """n numbers from -1 to 1 that look random, the same on every machine."""
    return [math.sin(step * (k + 1) ** 2) for k in range(n)]


def dropout(torch, keep):
    """PyTorch's output and gradient in training, the mask that it drew, and its output in test mode."""
    torch.manual_seed(0)
    layer = torch.nn.Dropout(1 - keep)
    x = torch.tensor(wave(30, 0.37), dtype=torch.float64).reshape(SHAPE).requires_grad_()
    out = layer(x)
    out.backward(torch.tensor(wave(30, 0.71), dtype=torch.float64).reshape(SHAPE))
    layer.eval()
    return {
        "mask": (out != 0).int().tolist(),
        "out": out.tolist(),
        "dx": x.grad.tolist(),
        "test": layer(x).tolist(),
    }


def smoothed(torch, share):
    """PyTorch's cross-entropy with smoothed labels, and its gradient."""
    scores = torch.tensor(wave(30, 0.53), dtype=torch.float64).reshape(SHAPE).requires_grad_()
    loss = torch.nn.functional.cross_entropy(scores, torch.tensor(Y), label_smoothing=share)
    loss.backward()
    return {"loss": loss.item(), "dscores": scores.grad.tolist()}


def run(torch, case):
    """One case."""
    kind, number = case
    return {"dropout": dropout, "smoothed": smoothed}[kind](torch, number)


def main():
    import torch

    rows = [json.dumps({"case": case, **run(torch, case)}) for case in CASES]
    STORED.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
