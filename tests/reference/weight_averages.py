"""What PyTorch's torch.optim.swa_utils computes: averages of weights, and the running averages that go with them.

python tests/reference/weight_averages.py    # writes weight_averages.json, with which every machine compares
"""

import json
import math
from pathlib import Path

STORED = Path(__file__).with_suffix(".json")

N_IN, WIDTH, N_OUT = 3, 4, 2  # Dense, BatchNorm, Tanh, Dense, BatchNorm
N_PARAMS = N_IN * WIDTH + 3 * WIDTH + WIDTH * N_OUT + 3 * N_OUT
N_THETAS, N_BATCHES, BATCH = 7, 3, 5

CASES = [("EMA", {"decay": 0.9}), ("EMA", {"decay": 0.25}), ("SWA", {}), ("SWA", {"start": 3, "every": 2})]


def wave(n, step):
    """n numbers from -1 to 1 that look random, the same on every machine."""
    return [math.sin(step * (k + 1) ** 2) for k in range(n)]


def problem():
    """(thetas, x) as lists: parameters after each of the steps, in our order, and training data."""
    thetas = [[2 * value + 0.1 * t for value in wave(N_PARAMS, 0.31 + 0.07 * t)] for t in range(N_THETAS)]
    rows = [wave(N_IN, 0.23 + 0.05 * i) for i in range(N_BATCHES * BATCH)]
    return thetas, [[3 * value + i / 10 for value in row] for i, row in enumerate(rows)]


def arrays(net):
    """The parameters of PyTorch's net in our order; those of them that PyTorch keeps the other way round are turned."""
    return [p.T if p.ndim == 2 else p for p in net.parameters()]


def write(torch, net, theta):
    """Put a flat vector of ours into the net."""
    start = 0
    with torch.no_grad():
        for p in arrays(net):
            p.copy_(torch.tensor(theta[start : start + p.numel()], dtype=torch.float64).reshape(p.shape))
            start += p.numel()


def build(torch):
    """The net."""
    nn, kind = torch.nn, {"dtype": torch.float64}
    return nn.Sequential(
        nn.Linear(N_IN, WIDTH, **kind),
        nn.BatchNorm1d(WIDTH, **kind),
        nn.Tanh(),
        nn.Linear(WIDTH, N_OUT, **kind),
        nn.BatchNorm1d(N_OUT, **kind),
    )


def run(torch, case):
    """The averaged parameters, the running averages that update_bn gives them, and what the net says in test mode."""
    (name, settings), (thetas, x) = case, problem()
    swa_utils, net = torch.optim.swa_utils, build(torch)
    mean = {"multi_avg_fn": swa_utils.get_ema_multi_avg_fn(settings["decay"])} if name == "EMA" else {}
    averaged = swa_utils.AveragedModel(net, **mean)
    for theta in thetas[settings.get("start", 1) - 1 :: settings.get("every", 1)]:
        write(torch, net, theta)
        averaged.update_parameters(net)
    x = torch.tensor(x, dtype=torch.float64)
    swa_utils.update_bn(x.split(BATCH), averaged)
    averaged.eval()
    norms = [averaged.module[1], averaged.module[4]]
    flat = {
        "theta": arrays(averaged),
        "means": [norm.running_mean for norm in norms],
        "vars": [norm.running_var for norm in norms],
        "scores": [averaged(x)],
    }
    return {key: torch.cat([part.reshape(-1) for part in parts]).tolist() for key, parts in flat.items()}


def main():
    import torch

    rows = [json.dumps({"case": case, **run(torch, case)}) for case in CASES]
    STORED.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
