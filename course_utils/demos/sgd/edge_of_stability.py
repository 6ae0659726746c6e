"""The largest curvature of a network while it is trained by full-batch descent, beside the limit 2 / lr."""

import numpy as np

from ...data import digits as load_digits
from ...initializers import lecun
from ...layers import Dense, Tanh
from ...live import Play, live
from ...losses import LOSSES
from ...network import Network
from ...plots import COLORS, THEORY
from ...records import recorded
from ...second_order import largest_curvature

STEPS, EVERY, SEEDS, N = 2500, 25, 2, 512
RATES = (0.2, 0.5, 1.0)
NAMES = {"squared error": "mean_squared_error", "cross-entropy": "softmax_cross_entropy"}


@live(
    size=(9.6, 3.9),
    alt="Loss of a digits net under full-batch descent, and its largest curvature beside the limit two over lr",
)
def edge_of_stability(fig, recompute=False):
    """Full-batch descent on digits, and the largest curvature on its way. Where does it settle, and why there?

    `recompute=True` makes all its runs anew.
    """
    run.table(recompute)
    left, right = fig.subplots(ncols=2)
    left.set(xlim=(0, STEPS), yscale="log", ylim=(2e-3, 4), xlabel="step", ylabel="training loss")
    left.set_title("The loss")
    right.set(xlim=(0, STEPS), ylim=(0, 11), xlabel="step", ylabel="curvature", title="The largest curvature")
    (limit,) = right.plot([], [], color=THEORY, ls=(0, (4, 2)), label="limit 2 / lr")
    losses = [left.plot([], [], color=COLORS["SGD"], lw=lw, alpha=a)[0] for lw, a in ((1.8, 1), (1, 0.4))]
    curvatures = [
        right.plot([], [], color=COLORS["SGD"], lw=lw, alpha=a, label=label)[0]
        for lw, a, label in ((1.8, 1, "seed 0"), (1, 0.4, "seed 1"))
    ]
    (head,) = right.plot([], [], "o", color=COLORS["SGD"], ms=8, mec="white", zorder=5)
    right.legend(loc="upper right")
    steps = np.arange(0, STEPS + 1, EVERY)

    def update(
        loss: NAMES = "mean_squared_error", lr: list(RATES) = 1.0, step: Play(STEPS, interval=60, stride=EVERY) = STEPS
    ):
        n = step // EVERY + 1
        for seed in range(SEEDS):
            found = run(loss, lr, seed)
            losses[seed].set_data(steps[:n], found["loss"][:n])
            curvatures[seed].set_data(steps[:n], found["curvature"][:n])
        head.set_data(steps[n - 1 : n], run(loss, lr, 0)["curvature"][n - 1 : n])
        limit.set_data([0, STEPS], [2 / lr] * 2)
        return [*losses, limit, *curvatures, head], _tell(loss, lr, step)

    return update


def _tell(loss, lr, step):
    found = run(loss, lr, 0)
    at = step // EVERY
    return (
        f"Step {at * EVERY}: loss {found['loss'][at]:.3g}, largest curvature {found['curvature'][at]:.2f}; "
        f"at lr = {lr:g} the limit is 2 / lr = {2 / lr:g}."
    )


def late_curvature(loss="mean_squared_error", lr=1.0, seed=0, since=1000):
    """The largest curvatures from step `since` on."""
    return run(loss, lr, seed)["curvature"][since // EVERY :]


@recorded((loss, lr, seed) for loss in NAMES.values() for lr in RATES for seed in range(SEEDS))
def run(loss, lr, seed):
    """loss and curvature, (look,) every EVERY steps of full-batch descent on N digits."""
    x, y = (part[:N] for part in load_digits().train)
    rng = np.random.default_rng(seed)
    net = Network([Dense(64, 32, init=lecun, rng=rng), Tanh(), Dense(32, 10, init=lecun, rng=rng)])
    theta, losses, curvatures = net.theta.copy(), [], []

    def gradient(at):
        net.theta = at
        value, dscores = LOSSES[loss](net.forward(x, training=True), y)
        net.backward(dscores)
        return net.grad.copy(), value

    for t in range(STEPS + 1):
        g, value = gradient(theta)
        if t % EVERY == 0:
            losses.append(value)
            curvatures.append(largest_curvature(lambda at: gradient(at)[0], theta, n_products=20)[0])
        theta = theta - lr * g
    return {"loss": np.array(losses), "curvature": np.array(curvatures)}
