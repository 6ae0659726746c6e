"""The gains that PyTorch recommends, and the std of what its initializers draw. Needs PyTorch:

python tests/reference/initializers.py   # writes initializers.json, with which every machine compares
"""

import json
from pathlib import Path

STORED = Path(__file__).with_suffix(".json")

GAINS = ("linear", "sigmoid", "tanh", "relu")
NAMES = {  # ours, and PyTorch's
    "glorot": "xavier_normal_",
    "glorot_uniform": "xavier_uniform_",
    "he": "kaiming_normal_",
    "orthogonal": "orthogonal_",
}
SHAPES = ((900, 100), (100, 900))


def std(torch, name, n_in, n_out):
    """The std of one draw; PyTorch keeps W as (n_out, n_in)."""
    options = {"nonlinearity": "relu"} if name == "he" else {}
    return getattr(torch.nn.init, NAMES[name])(torch.empty(n_out, n_in), **options).std().item()


def compute(torch):
    """{"gains": {activation: gain}, "stds": [[name, n_in, n_out, std], ...]}."""
    torch.manual_seed(0)
    gains = {name: float(torch.nn.init.calculate_gain(name)) for name in GAINS}
    return {"gains": gains, "stds": [[name, *shape, std(torch, name, *shape)] for name in NAMES for shape in SHAPES]}


def main():
    import torch

    STORED.write_text(json.dumps(compute(torch), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
