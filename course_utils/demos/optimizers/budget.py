"""A race by budget: how good is the best of k random rates, for each method, at a constant rate and with a cosine?"""

from functools import lru_cache

import numpy as np

from ...data import digits, mnist1d
from ...layers import Dense, ReLU
from ...live import Changed, live
from ...network import Network
from ...optimizers import OPTIMIZERS
from ...plots import COLORS, DASHED
from ...records import recorded
from ...schedules import Cosine
from ...training import fit
from .._at_best_rates import at_best_rate

TRIALS, WORST = 48, 5.0
SETS = {"digits": "digits", "MNIST-1D": "mnist1d"}
RANGES = {
    "SGD": 3.0,
    "Momentum": 1.0,
    "Adam": 0.1,
}  # the largest rate that is tried; the smallest is a thousandth of it
PLANS = {"constant": DASHED, "cosine": "-"}
SHOWN = np.arange(1, 25)
TUNED_SEEDS, TUNED_SHARES = 10, (0.01, 0.03, 0.1, 0.2, 0.4, 0.8)  # of the largest rate tried


@live(
    size=(9.6, 4.2),
    alt="Expected validation loss of the best of k random rates for SGD, momentum and Adam, constant and cosine",
)
def budget(fig, recompute=False):
    """Best validation loss of k trials with random rates. Who wins with two trials, and who with twenty?

    `recompute=True` makes all its runs anew.
    """
    trial.table(recompute)
    left, right = fig.subplots(ncols=2)
    left.set(
        xlim=(0.5, SHOWN[-1] + 0.5), xlabel="trials k", ylabel="validation loss", title="Expected best of k trials"
    )
    right.set(xscale="log", xlim=(8e-4, 1.3), xlabel="rate / largest rate tried", ylabel="validation loss")
    right.set_title("Single trials")
    lines = {
        (name, plan): left.plot([], [], color=COLORS[name], ls=ls, label=f"{name}, {plan}")[0]
        for name in RANGES
        for plan, ls in PLANS.items()
    }
    dots = {
        key: right.plot([], [], "o", ms=4, color=COLORS[key[0]], mfc=COLORS[key[0]] if key[1] == "cosine" else "white")[
            0
        ]
        for key in lines
    }
    now = left.axvline(1, color="#999999", lw=1)
    left.legend(loc="upper right", fontsize=8)
    changed = Changed()

    def update(data: SETS = "digits", k: (1, int(SHOWN[-1])) = 4):
        if changed(data):
            limits = {"digits": (0.06, 0.7), "mnist1d": (0.8, 2.0)}[data]
            left.set_ylim(*limits)
            right.set_ylim(*limits)
        for key, line in lines.items():
            losses = _losses(data, *key)
            line.set_data(SHOWN, [best_of(losses, n) for n in SHOWN])
            dots[key].set_data(10 ** (-3 * (1 - _places(*key))), losses)
        now.set_xdata([k, k])
        return [*lines.values(), *dots.values(), now], _tell(data, k)

    return update


def best_of(losses, k):
    """Expected lowest of k of these losses, drawn without putting back."""
    losses, n = np.sort(losses), len(losses)
    left = np.arange(n - 1, -1, -1)  # above each: it is the lowest if the others are drawn from these
    chance = np.ones(n) * k / n
    for j in range(k - 1):
        chance *= np.maximum(left - j, 0) / (n - 1 - j)
    return float((chance * losses).sum())


def expected(data="digits", name="Adam", plan="cosine", k=4):
    """Expected validation loss of the best of k trials."""
    return best_of(_losses(data, name, plan), k)


def spread(data="digits", name="Adam", plan="cosine", k=4, draws=400):
    """Standard error of `expected`, by drawing the trials anew from themselves."""
    rng, losses = np.random.default_rng(0), _losses(data, name, plan)
    return float(np.std([best_of(rng.choice(losses, len(losses)), k) for _ in range(draws)]))


@lru_cache(maxsize=32)
def _losses(data, name, plan):
    return np.array([float(trial(data, name, plan, i)) for i in range(TRIALS)])


def _places(name, plan):
    """(TRIALS,) where in its range each trial's rate lies, 0 to 1 on the log scale: even, in random order."""
    return (np.random.default_rng(len(name) + len(plan)).permutation(TRIALS) + 0.5) / TRIALS


def _tell(data, k):
    found = {key: expected(data, *key, k) for key in ((name, plan) for name in RANGES for plan in PLANS)}
    order = ", ".join(f"{name} {plan} {loss:.3f}" for (name, plan), loss in sorted(found.items(), key=lambda f: f[1]))
    return f"Expected best of {k}: {order}."


@lru_cache(maxsize=2)
def _split(data):
    return {"digits": digits, "mnist1d": mnist1d}[data]()


@recorded((d, name, plan, i) for d in SETS.values() for name in RANGES for plan in PLANS for i in range(TRIALS))
def trial(data, name, plan, i):
    """Validation loss at the end of a run at rate i, with its own weights and order; WORST if it diverged."""
    return _loss(data, name, plan, RANGES[name] * 10 ** (-3 * (1 - _places(name, plan)[i])), 1000 + i)


@recorded(
    (name, plan, share, seed)
    for name in RANGES
    for plan in PLANS
    for share in TUNED_SHARES
    for seed in range(TUNED_SEEDS)
)
def tuned_trial(name, plan, share, seed):
    """Validation loss on digits at this share of the largest rate."""
    return _loss("digits", name, plan, RANGES[name] * share, seed)


def tuned(name, plan):
    """(seed,) validation losses on digits at the best of a few rates."""
    return at_best_rate(lambda share, seed: tuned_trial(name, plan, share, seed), TUNED_SHARES, TUNED_SEEDS)


def _loss(data, name, plan, lr, seed):
    widths, batch_size, epochs = {"digits": ((64, 32, 10), 32, 5), "mnist1d": ((40, 100, 100, 10), 64, 10)}[data]
    split, rng = _split(data), np.random.default_rng(seed)
    layers = [
        layer
        for n_in, n_out in zip(widths[:-1], widths[1:], strict=True)
        for layer in (Dense(n_in, n_out, rng=rng), ReLU())
    ][:-1]
    lr = float(lr)
    n_steps = epochs * -(-len(split.train) // batch_size)
    opt = OPTIMIZERS[name](lr=Cosine(lr, n_steps) if plan == "cosine" else lr)
    history = fit(Network(layers), split, opt, epochs, batch_size, rng=rng, evaluate_every=epochs, progress=False)
    return np.array(min(history.val_loss[-1], WORST) if history.diverged_at < 0 else WORST)
