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
CASES = [("gain", name) for name in GAINS] + [("std", name, *shape) for name in NAMES for shape in SHAPES]


def run(torch, case):
    """A gain, or the std of one draw; PyTorch keeps W as (n_out, n_in)."""
    kind, name, *shape = case
    if kind == "gain":
        return {"gain": float(torch.nn.init.calculate_gain(name))}
    torch.manual_seed(0)
    options = {"nonlinearity": "relu"} if name == "he" else {}
    return {"std": getattr(torch.nn.init, NAMES[name])(torch.empty(*shape[::-1]), **options).std().item()}


def main():
    import torch

    rows = [json.dumps({"case": case, **run(torch, case)}) for case in CASES]
    STORED.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
