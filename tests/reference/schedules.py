"""The learning rates of PyTorch's schedulers, step by step. Needs PyTorch:

python tests/reference/schedules.py        # writes schedules.json, with which every machine compares
"""

import json
import math
from pathlib import Path

STORED = Path(__file__).with_suffix(".json")
N_STEPS = 70

# ours, its settings, PyTorch's, its settings, steps to compare
CASES = [
    ("Constant", {"lr": 0.2}, "ConstantLR", {"factor": 1.0}, N_STEPS),
    ("Step", {"lr": 0.2, "every": 12}, "StepLR", {"step_size": 12}, N_STEPS),
    ("Step", {"lr": 0.2, "every": 7, "factor": 0.5}, "StepLR", {"step_size": 7, "gamma": 0.5}, N_STEPS),
    ("Exponential", {"lr": 0.2, "k": 0.03}, "ExponentialLR", {"gamma": math.exp(-0.03)}, N_STEPS),
    (
        "Linear",
        {"lr": 0.2, "n_steps": 50, "lr_min": 0.02},
        "LinearLR",
        {"start_factor": 1.0, "end_factor": 0.1, "total_iters": 50},
        N_STEPS,
    ),
    ("Polynomial", {"lr": 0.2, "n_steps": 50}, "PolynomialLR", {"total_iters": 50, "power": 2.0}, N_STEPS),
    (
        "Polynomial",
        {"lr": 0.2, "n_steps": 50, "power": 0.5},
        "PolynomialLR",
        {"total_iters": 50, "power": 0.5},
        N_STEPS,
    ),
    ("Cosine", {"lr": 0.2, "n_steps": 50, "lr_min": 0.01}, "CosineAnnealingLR", {"T_max": 50, "eta_min": 0.01}, 51),
    (
        "CosineRestarts",
        {"lr": 0.2, "period": 15, "lr_min": 0.01},
        "CosineAnnealingWarmRestarts",
        {"T_0": 15, "eta_min": 0.01},
        N_STEPS,
    ),
    (
        "CosineRestarts",
        {"lr": 0.2, "period": 9, "growth": 2},
        "CosineAnnealingWarmRestarts",
        {"T_0": 9, "T_mult": 2},
        N_STEPS,
    ),
    ("OneCycle", {"lr": 0.2, "n_steps": N_STEPS}, "OneCycleLR", {"max_lr": 0.2, "total_steps": N_STEPS}, N_STEPS),
    (
        "OneCycle",
        {"lr": 0.2, "n_steps": N_STEPS, "rise": 0.45, "first": 0.1, "last": 1e-3},
        "OneCycleLR",
        {"max_lr": 0.2, "total_steps": N_STEPS, "pct_start": 0.45, "div_factor": 10, "final_div_factor": 100},
        N_STEPS,
    ),
    (
        "Plateau",
        {"lr": 0.2, "patience": 3, "factor": 0.5, "lr_min": 0.03},
        "ReduceLROnPlateau",
        {"patience": 3, "factor": 0.5, "min_lr": 0.03},
        N_STEPS,
    ),
    (
        "Plateau",
        {"lr": 0.2, "patience": 0, "threshold": 0.1},
        "ReduceLROnPlateau",
        {"patience": 0, "threshold": 0.1, "eps": 0.0},
        N_STEPS,
    ),
]


def losses():
    """What a plateau is shown: a falling loss with waves, so that some looks improve and others do not."""
    return [1 / (1 + 0.1 * t) + 0.2 * math.cos(t) for t in range(N_STEPS)]


def run(torch, case):
    """The rate of every step, in float64."""
    _, ours, name, settings, n_steps = case
    opt = torch.optim.SGD([torch.zeros(1, dtype=torch.float64, requires_grad=True)], lr=ours["lr"])
    scheduler, rates = getattr(torch.optim.lr_scheduler, name)(opt, **settings), []
    for t in range(n_steps):
        if name == "ReduceLROnPlateau":
            scheduler.step(losses()[t])
        rates.append(float(opt.param_groups[0]["lr"]))
        opt.step()
        if name != "ReduceLROnPlateau" and t < n_steps - 1:
            scheduler.step()
    return {"rates": rates}


def main():
    import torch

    rows = [json.dumps({"case": case, **run(torch, case)}) for case in CASES]
    STORED.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
