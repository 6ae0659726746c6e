"""L-BFGS on digits: all samples at every step, or mini-batches, under which the curvature that it learns is noise."""

from functools import lru_cache

import numpy as np

from ..._support.threads import few_threads
from ...data import digits as load_digits
from ...initializers import he
from ...layers import Dense, Tanh
from ...live import Stops, live
from ...network import Network
from ...optimizers import Adam
from ...plots import COLORS, THEORY
from ...records import recorded
from ...second_order import LBFGS, FullStep, Wolfe, hessian, minimize, network_loss
from ...training import evaluate

GRADIENTS, SEEDS, LOST = 80, 8, 10.0  # a loss of 2.3 is a blind guess
ENDS, TICKS = (-10, 10), [-1, -0.1, -0.01, 0, 0.01, 0.1, 1]
SIZES = [16, 32, 64, 128, 256, 512, 1024, "all"]
SEARCHES = {"Wolfe": Wolfe(), "none: full steps": FullStep()}
COMPARED = {"of two batches": False, "of one batch": True}


@live(
    size=(9.6, 4.3),
    alt="Training loss on digits of L-BFGS and Adam by gradients taken; the curvature L-BFGS saw, by the true one",
)
def batches(fig):
    """L-BFGS and Adam on digits with equally many gradients. Move the batch size: when does curvature turn to noise?"""
    left, right = fig.subplots(ncols=2, width_ratios=[1.2, 1])
    left.set(xlim=(0, GRADIENTS), ylim=(1e-6, 1e3), yscale="log", xlabel="gradients taken",
             ylabel="loss on all training data", title="L-BFGS and Adam on digits")  # fmt: skip
    right.set_xscale("symlog", linthresh=0.01)
    right.set_yscale("symlog", linthresh=0.01)
    right.set(xlabel="true curvature along the step", ylabel="curvature that it saw", title="Along each step")
    right.set(xlim=ENDS, ylim=ENDS, xticks=TICKS, yticks=TICKS, xticklabels=TICKS, yticklabels=TICKS)
    right.plot(ENDS, ENDS, color=THEORY, lw=1.2, ls=(0, (4, 2)), label="if the gradients were exact")
    (dots,) = right.plot([], [], "o", color=COLORS["LBFGS"], ms=5, mec="white", mew=0.5, label="a step of L-BFGS")
    (lost,) = right.plot([], [], "x", color="#333333", ms=6, label="skipped: it saw none above 0")
    (fatal,) = right.plot(
        [], [], "o", ms=11, mfc="none", mec="#333333", mew=1.6, label="the last before the loss exploded"
    )
    right.legend(loc="lower right")
    (mine,) = left.plot([], [], marker="o", color=COLORS["LBFGS"], ms=3.5, label="L-BFGS")
    (adam,) = left.plot([], [], "s-", color=COLORS["Adam"], ms=3.5, label="Adam")
    left.legend(loc="lower left")

    @np.errstate(all="ignore")
    def update(
        batch_size: Stops(SIZES) = "all",
        search: list(SEARCHES) = "none: full steps",
        gradients: COMPARED = False,
        m: (1, 20) = 10,
        adam_lr: (0.001, 0.3) = 0.1,
    ):
        run, losses, true = _lbfgs(batch_size, search, gradients, m)
        mine.set_data(run.evaluations, np.clip(losses, 1e-300, 1e9))
        adam.set_data(*_adam(batch_size, adam_lr))
        skipped = np.isin(np.arange(run.n_steps), run.skipped)
        seen, true = np.clip(run.curvatures, *ENDS), np.clip(true, *ENDS)
        dots.set_data(true[~skipped], seen[~skipped])
        lost.set_data(true[skipped], seen[skipped])
        at = _explosion(losses)
        fatal.set_data(true[at], seen[at])
        return [mine, adam, dots, lost, fatal], _tell(batch_size, run, losses, _adam(batch_size, adam_lr)[1])

    return update


@lru_cache(maxsize=1)
def _data():
    return load_digits().train


def _net():
    rng = np.random.default_rng(0)
    return Network([Dense(64, 16, init=he, rng=rng), Tanh(), Dense(16, 10, init=he, rng=rng)])


def digits_problem():
    """The network of this figure, and its loss on all training data: theta -> (loss, gradient)."""
    net = _net()
    return net, network_loss(net, _data())


def _loss(net, batch_size, seed=0):
    """(theta -> loss and gradient on the present batch, a function that draws the next batch; None for all data)."""
    data, rng, present = _data(), np.random.default_rng(seed), []
    if batch_size == "all":
        return network_loss(net, data), None

    def draw(t=0):
        picked = rng.permutation(len(data))[:batch_size]
        present[:] = [network_loss(net, data[picked])]

    draw()
    return lambda theta: present[0](theta), draw


@lru_cache(maxsize=32)
def _lbfgs(batch_size, search, one_batch, m, seed=0):
    """(the run, the loss on all data at each of its points, the true curvature along each of its steps)."""
    net = _net()
    loss, draw = _loss(net, batch_size, seed)
    n_steps = GRADIENTS - 1 if draw is None else GRADIENTS // 2
    everything = network_loss(net, _data())
    with few_threads(net), np.errstate(all="ignore"):
        run = minimize(LBFGS(m, SEARCHES[search]), loss, net.theta, n_steps, resample=draw, one_batch=one_batch)
        losses, gradients = zip(*(everything(theta) for theta in run.points), strict=True)
        s, y = np.diff(run.points, axis=0), np.diff(gradients, axis=0)
        true = np.einsum("ij,ij->i", s, y) / np.maximum(np.einsum("ij,ij->i", s, s), 1e-300)
    return run, np.nan_to_num(losses, nan=1e9), np.nan_to_num(true)


def _explosion(losses):
    """The step before the one that raised the loss most, in a list that is empty if the loss never passed LOST."""
    if losses.max() <= LOST:
        return []
    return [max(int(np.argmax(np.diff(np.log(losses)))) - 1, 0)]


@lru_cache(maxsize=32)
def _adam(batch_size, lr, seed=0):
    """(gradients taken, the loss on all data) on Adam's way, every fourth step."""
    net, opt = _net(), Adam(lr=lr)
    loss, draw = _loss(net, batch_size, seed)
    theta, state, losses = net.theta.copy(), opt.init(net.theta), []
    with few_threads(net), np.errstate(all="ignore"):
        for t in range(GRADIENTS + 1):
            if t % 4 == 0:
                net.theta = theta
                losses.append(evaluate(net, _data())[0])
            step, state = opt.update(loss(theta)[1], state, t)
            theta = theta + step
            if draw:
                draw()
    return np.arange(0, GRADIENTS + 1, 4), np.nan_to_num(losses, nan=1e9)


def final_losses(batch_size="all", search="none: full steps", one_batch=False, m=10, adam_lr=0.1):
    """(loss of L-BFGS, loss of Adam) on all training data after equally many gradients."""
    run, losses, _ = _lbfgs(batch_size, search, one_batch, m)
    return float(_at_end(run, losses)), float(_adam(batch_size, adam_lr)[1][-1])


@recorded([(size, seed) for size in SIZES[:-1] for seed in range(SEEDS)])
def under_noise(batch_size, seed):
    """(highest loss on the way and last loss of L-BFGS with full steps, last of Adam), cut at LOST; seeded batches."""
    run, losses, _ = _lbfgs(batch_size, "none: full steps", False, 10, seed)
    return np.minimum([losses.max(), _at_end(run, losses), _adam(batch_size, 0.1, seed)[1][-1]], LOST)


@recorded([()])
def spectrum():
    """(1210,) the eigenvalues of the Hessian on all training data, at the start of the figure's net, in order."""
    net, loss = digits_problem()
    return np.linalg.eigvalsh(hessian(lambda theta: loss(theta)[1], net.theta.copy()))


def before_explosion(batch_size):
    """(true curvature, curvature that L-BFGS saw) along the last full step before its loss exploded."""
    run, losses, true = _lbfgs(batch_size, "none: full steps", False, 10)
    [at] = _explosion(losses)
    return float(true[at]), float(run.curvatures[at])


def _at_end(run, losses):
    """The loss where the last of the gradients was taken."""
    return losses[np.searchsorted(run.evaluations, GRADIENTS, side="right") - 1]


def _tell(batch_size, run, losses, adam):
    if run.stopped.startswith("diverged"):
        return f"Batches of {batch_size}: L-BFGS {run.stopped}."
    which = "All samples at every step" if batch_size == "all" else f"Batches of {batch_size}"
    skipped = f" Of its {run.n_steps} updates it skipped {len(run.skipped)}." if run.skipped else ""
    return (
        f"{which}: after {GRADIENTS} gradients L-BFGS is at a loss of {_at_end(run, losses):.3g}, "
        f"Adam at {adam[-1]:.3g}.{skipped}"
    )
