"""What PyTorch computes for every activation: the curve and, by its own differentiation, the slope. Needs PyTorch:

python tests/reference/activations.py        # writes activations.json, with which every machine compares
"""

import json
from pathlib import Path

STORED = Path(__file__).with_suffix(".json")

# No point is at a kink: there any slope from the one side's to the other's would do.
POINTS = [-30.0, -8.0, -5.0, -2.5, -1.278, -1.0, -0.752, -0.3, -1e-3, 1e-3, 0.2, 0.5, 1.0, 2.0, 4.0, 7.5, 30.0]

# ours, its settings, PyTorch's in torch.nn.functional, its settings
CASES = [
    ("sigmoid", {}, "sigmoid", {}),
    ("tanh", {}, "tanh", {}),
    ("relu", {}, "relu", {}),
    ("leaky_relu", {}, "leaky_relu", {}),
    ("leaky_relu", {"slope": 0.2}, "leaky_relu", {"negative_slope": 0.2}),
    ("elu", {}, "elu", {}),
    ("elu", {"alpha": 0.5}, "elu", {"alpha": 0.5}),
    ("gelu", {}, "gelu", {}),
    ("silu", {}, "silu", {}),
    ("maxout", {"pieces": 2}, None, {}),
    ("maxout", {"pieces": 3}, None, {}),
]


def inputs(case):
    """The points; for maxout a row that its pieces divide, in an order in which any of them may win."""
    name, settings, *_ = case
    if name != "maxout":
        return POINTS
    order = [POINTS[5 * k % len(POINTS)] for k in range(len(POINTS))]
    return order[: len(order) // settings["pieces"] * settings["pieces"]]


def run(torch, case):
    """{"f": the curve, "derivative": its slopes} at the inputs; for maxout the slope of the sum of the outputs."""
    name, settings, theirs, their_settings = case
    x = torch.tensor(inputs(case), dtype=torch.float64, requires_grad=True)
    if name == "maxout":
        y = x.reshape(-1, settings["pieces"]).max(dim=1).values
    else:
        y = getattr(torch.nn.functional, theirs)(x, **their_settings)
    y.sum().backward()
    return {"f": y.tolist(), "derivative": x.grad.tolist()}


def main():
    import torch

    rows = [json.dumps({"case": case, **run(torch, case)}) for case in CASES]
    STORED.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
