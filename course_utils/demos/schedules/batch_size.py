"""The batch size with and without scaling of the rate, at equal epochs: where the rule holds and where it breaks."""

from functools import lru_cache

import numpy as np

from ...live import Stops, live
from ...optimizers import SGD
from ...plots import DASHED, DOTTED
from ...records import recorded
from ...schedules import Constant, Warmup
from ...second_order import hessian_vector_product, network_loss
from ...training import fit
from .shared import CHOSEN, PLAIN, data, net

EPOCHS, LR, B0, SEEDS = 10, 0.1, 32, 3
SIZES = (16, 32, 64, 128, 256, 512, 1024)
RULES = {"fixed rate": 0.0, "rate × √(B / 32)": 0.5, "rate × B / 32": 1.0}
LOOKS = {"fixed rate": ("#333333", DASHED, "s"), "rate × √(B / 32)": ("#7A7A00", DOTTED, "^"),
         "rate × B / 32": ("#0072B2", "-", "o")}  # fmt: skip


@live(
    size=(9.6, 4.0),
    alt="Training loss by epoch for one batch size, and the loss after ten epochs against the batch size",
)
def batch_size(fig, recompute=False):
    """Ten epochs of digits whatever the batch size. Does the rate follow it, and does that help?

    `recompute=True` makes all its runs anew.
    """
    ends.table(recompute)
    left, right = fig.subplots(ncols=2, sharey=True)
    left.set(xlim=(0, EPOCHS), ylim=(0.03, 12), yscale="log", xlabel="epoch", ylabel="training loss")
    left.set_title("One run")
    right.set(xlim=(14, 1200), xscale="log", xlabel="batch size B", title="After ten epochs, mean of three seeds")
    right.set_xticks(SIZES, map(str, SIZES))
    right.set_xticks([], minor=True)
    (usual,) = left.plot([], [], color=PLAIN, lw=4, alpha=0.25, label="B = 32")
    (curve,) = left.plot([], [], "o-", color=CHOSEN, ms=5, mec="white", label="this run")
    for rule, (c, ls, marker) in LOOKS.items():
        right.plot(SIZES, ends(rule), color=c, ls=ls, marker=marker, ms=5, label=rule)
    (dot,) = right.plot([], [], "o", ms=13, mfc="none", mec="#D55E00", mew=2, label="this run", ls="")
    left.legend(loc="upper right")
    right.legend(loc="upper left")

    def update(batch_size: Stops(SIZES) = 256, rule: list(RULES) = "rate × B / 32", warm_up_epochs: (0, 5) = 0):
        history, lr = train(batch_size, rule, warm_up_epochs), _rate(batch_size, rule)
        reference = train(B0, "fixed rate")
        usual.set_data(reference.epochs, reference.train_loss)
        curve.set_data(history.epochs, np.clip(history.train_loss, 1e-9, 1e9))
        curve.set_color(LOOKS[rule][0])
        dot.set_data([batch_size], [np.nan_to_num(history.train_loss[-1], nan=1e3)])
        return [usual, curve, dot], _tell(history, lr)

    return update


def _rate(batch_size, rule):
    return LR * (batch_size / B0) ** RULES[rule]


@lru_cache(maxsize=128)
def train(batch_size, rule, warm_up_epochs=0, seed=0):
    """History of ten epochs of SGD at the rate that the rule gives this batch size."""
    rate = Constant(_rate(batch_size, rule))
    if warm_up_epochs:
        rate = Warmup(rate, warm_up_epochs * -(-len(data().train.y) // batch_size))
    return fit(net(seed=seed), data(), SGD(lr=rate), EPOCHS, batch_size, rng=seed, progress=False)


@recorded((rule,) for rule in RULES)
def ends(rule, warm_up_epochs=0):
    """Training loss after ten epochs for every batch size of SIZES, the mean of three seeds; diverged counts as 10."""
    lost = [[train(size, rule, warm_up_epochs, seed).train_loss[-1] for seed in range(SEEDS)] for size in SIZES]
    return np.nan_to_num(np.array(lost), nan=10.0).mean(axis=1)


@recorded((size, seed) for size in (32, 256, 512) for seed in range(SEEDS))
def limits(batch_size, seed):
    """(2, EPOCHS + 1) training loss and largest curvature after every epoch of a run whose rate follows the batch."""
    trained = net(seed=seed)
    opt, n_steps = SGD(lr=_rate(batch_size, "rate × B / 32")), -(-len(data().train) // batch_size)
    history = fit(trained, data(), opt, EPOCHS, batch_size, rng=seed, record=n_steps, progress=False)
    return np.array([history.train_loss, [_curvature(trained, theta) for theta in history.thetas]])


def _curvature(trained, theta):
    """The largest eigenvalue of the Hessian on all training data; so small a difference meets few kinks of a ReLU."""
    from scipy.sparse.linalg import LinearOperator, eigsh

    loss, rng = network_loss(trained, data().train), np.random.default_rng(0)

    def product(v):
        return hessian_vector_product(lambda point: loss(point)[1], theta, v.ravel(), h=1e-8 / np.linalg.norm(v))

    operator = LinearOperator((len(theta), len(theta)), matvec=product, dtype=float)
    start = rng.standard_normal(len(theta))
    return eigsh(operator, k=1, which="LA", tol=1e-2, v0=start, return_eigenvectors=False)[0]


def _tell(history, lr):
    start = f"lr = {lr:.3g}, {history.n_steps} steps: "
    if history.diverged_at >= 0:
        return start + f"<b>diverged</b> at step {history.diverged_at}."
    return start + (
        f"training loss {history.train_loss[-1]:.2g}, validation accuracy {history.final_val_accuracy:.1%}."
    )
