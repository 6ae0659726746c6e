"""What PyTorch's optimizers and schedulers do on a small problem. Needs PyTorch:

python tests/reference/optimizers.py        # writes optimizers.json, with which every machine compares
"""

import json
from pathlib import Path

STORED = Path(__file__).with_suffix(".json")

START = [1.5, -2.0, 0.7, 3.0, -0.3]
SCALE = [0.1, 1.0, 3.0, 10.0, 30.0]
N_STEPS = 60
KEPT = [1, 2, 3, 10, 30, 60]

COSINE = {"Cosine": {"lr": 0.02, "n_steps": N_STEPS, "lr_min": 0.001}}
WARM_COSINE = {"Warmup": {"n_warmup": 8}, "Cosine": {"lr": 0.02, "n_steps": N_STEPS}}
WARM = {"Warmup": {"n_warmup": 8}, "Constant": {"lr": 0.02}}

# ours, its settings, PyTorch's, its settings, the schedule in place of lr
CASES = [
    ("SGD", {"lr": 0.02}, "SGD", {"lr": 0.02}, None),
    ("Momentum", {"lr": 0.02}, "SGD", {"lr": 0.02, "momentum": 0.9}, None),
    ("Momentum", {"lr": 0.02, "rho": 0.99}, "SGD", {"lr": 0.02, "momentum": 0.99}, None),
    ("Momentum", {}, "SGD", {"momentum": 0.9}, COSINE),
    ("Nesterov", {"lr": 0.02}, "SGD", {"lr": 0.02, "momentum": 0.9, "nesterov": True}, None),
    ("Nesterov", {"rho": 0.5}, "SGD", {"momentum": 0.5, "nesterov": True}, WARM_COSINE),
    ("AdaGrad", {"lr": 0.3}, "Adagrad", {"lr": 0.3}, None),
    ("AdaGrad", {"lr": 0.3, "eps": 0.1}, "Adagrad", {"lr": 0.3, "eps": 0.1}, None),
    ("RMSProp", {"lr": 0.03}, "RMSprop", {"lr": 0.03, "alpha": 0.9}, None),
    ("RMSProp", {"lr": 0.03, "rho": 0.99, "eps": 0.1}, "RMSprop", {"lr": 0.03, "eps": 0.1}, None),
    ("AdaDelta", {}, "Adadelta", {"rho": 0.95}, None),
    ("AdaDelta", {"lr": 3.0, "rho": 0.9, "eps": 1e-3}, "Adadelta", {"lr": 3.0, "eps": 1e-3}, None),
    ("Adam", {"lr": 0.05}, "Adam", {"lr": 0.05}, None),
    (
        "Adam",
        {"lr": 0.05, "beta1": 0.8, "beta2": 0.95, "eps": 0.1},
        "Adam",
        {"lr": 0.05, "betas": [0.8, 0.95], "eps": 0.1},
        None,
    ),
    ("Adam", {}, "Adam", {}, WARM_COSINE),
    ("Nadam", {"lr": 0.05}, "NAdam", {"lr": 0.05}, None),
    ("Nadam", {"lr": 0.05, "momentum_decay": 0.0}, "NAdam", {"lr": 0.05, "momentum_decay": 0.0}, None),
    (
        "Nadam",
        {"lr": 0.05, "beta1": 0.8, "beta2": 0.95, "eps": 0.1, "momentum_decay": 0.5},
        "NAdam",
        {"lr": 0.05, "betas": [0.8, 0.95], "eps": 0.1, "momentum_decay": 0.5},
        None,
    ),
    ("AdamW", {"lr": 0.05}, "AdamW", {"lr": 0.05}, None),
    ("AdamW", {"lr": 0.05, "weight_decay": 0.5}, "AdamW", {"lr": 0.05, "weight_decay": 0.5}, None),
    ("AdamW", {"weight_decay": 0.5}, "AdamW", {"weight_decay": 0.5}, WARM),
]


def schedulers(torch, opt, schedule):
    """PyTorch's schedulers for a schedule of ours, to be multiplied."""
    module = torch.optim.lr_scheduler
    if "Cosine" in schedule:
        yield module.CosineAnnealingLR(opt, T_max=N_STEPS, eta_min=schedule["Cosine"].get("lr_min", 0.0))
    if "Warmup" in schedule:
        n = schedule["Warmup"]["n_warmup"]
        yield module.LinearLR(opt, start_factor=1 / n, total_iters=n - 1)


def run(torch, case):
    """The points after KEPT steps on sum(scale · theta² / 2 + cos 3 theta), and the learning rate of every step."""
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)  # otherwise NAdam keeps its product of momenta in float32
    try:
        return descend(torch, case)
    finally:
        torch.set_default_dtype(default)


def descend(torch, case):
    _, _, name, settings, schedule = case
    theta, scale = torch.tensor(START, requires_grad=True), torch.tensor(SCALE)
    peak = {"lr": next(s["lr"] for s in schedule.values() if "lr" in s)} if schedule else {}
    opt = getattr(torch.optim, name)([theta], **settings, **peak)
    chain = torch.optim.lr_scheduler.ChainedScheduler(list(schedulers(torch, opt, schedule))) if schedule else None
    points, rates = [], []
    for n in range(1, N_STEPS + 1):
        opt.zero_grad()
        (scale * theta**2 / 2 + torch.cos(3 * theta)).sum().backward()
        rates.append(float(opt.param_groups[0]["lr"]))
        opt.step()
        if chain:
            chain.step()
        if n in KEPT:
            points.append(theta.tolist())
    return {"points": points} | ({"rates": rates} if schedule else {})


def main():
    import torch

    rows = [json.dumps({"case": case, **run(torch, case)}) for case in CASES]
    STORED.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
