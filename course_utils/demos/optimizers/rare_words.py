"""Words of a text, common and rare: what each optimizer has learned of a word's weight, by how often it occurs."""

import numpy as np

from ...live import live
from ...optimizers import OPTIMIZERS
from ...plots import COLORS, STYLES
from ...records import recorded

NAMES = ("SGD", "Momentum", "AdaGrad", "Adam")
WORDS, RAREST, TEXTS, BATCH, SEEDS = 40, 1 / 300, 8000, 10, 20
SEEN = (1000, 2000, 4000, 8000)
RATES = 10.0 ** np.linspace(-2.5, 0.5, 13)
FREQUENCIES = np.geomspace(1, RAREST, WORDS)
GROUPS = 8  # of five neighbors each


@live(
    size=(9.6, 4.0),
    alt="Share of each word's true weight that four optimizers have learned, by the frequency of the word",
)
def rare_words(fig, recompute=False):
    """Is a text friendly? Forty words, the rarest in one text of 300. Whose weights are learned, and whose are not?

    `recompute=True` makes all its runs anew.
    """
    run.table(recompute)
    ax = fig.subplots()
    ax.axhline(1, color="#666666", lw=0.9)
    ax.set(xscale="log", xlim=(1.3, RAREST * 0.85), ylim=(-0.1, 1.5), xlabel="share of the texts that have the word")
    ax.set(ylabel="learned share of its weight", title=f"Mean of {SEEDS} seeds, each method at its best rate")
    at = np.exp(np.log(FREQUENCIES).reshape(GROUPS, -1).mean(axis=1))
    lines = {
        name: ax.plot([], [], color=COLORS[name], ls=STYLES[name], marker=marker, label=name)[0]
        for name, marker in zip(NAMES, "osD^", strict=True)
    }
    ax.legend(loc="lower left")

    def update(seen: list(SEEN) = 8000):
        for name, line in lines.items():
            line.set_data(at, _learned(name, seen, _best(name)).mean(axis=0))
        return list(lines.values()), _tell(seen)

    return update


def rare_losses(name):
    """(rate, seed) loss on new texts at the end."""
    return np.array([[run(name, i, seed)["loss"] for seed in range(SEEDS)] for i in range(len(RATES))])


def _best(name):
    """Index of the rate with the lowest mean loss."""
    return int(rare_losses(name).mean(axis=1).argmin())


def rare_rate(name):
    """The rate with the lowest mean loss on new texts at the end."""
    return float(RATES[_best(name)])


def _learned(name, seen, i):
    """(seed, group) learned over true weight after so many texts, at rate i."""
    return np.array([run(name, i, seed)["share"][SEEN.index(seen)] for seed in range(SEEDS)])


def learned(name, rare=True, seen=8000, rate=None):
    """(mean, standard error over the seeds) of the learned share of the ten rarest, or ten commonest, words."""
    i = _best(name) if rate is None else int(abs(np.log(RATES / rate)).argmin())
    shares = _learned(name, seen, i)[:, -2:] if rare else _learned(name, seen, i)[:, :2]
    shares = shares.mean(axis=1)
    return float(shares.mean()), float(shares.std(ddof=1) / np.sqrt(SEEDS))


def _tell(seen):
    words = ", ".join(
        f"{name} {learned(name, False, seen)[0]:.0%} and {learned(name, True, seen)[0]:.0%}" for name in NAMES
    )
    return f"After {seen:,} texts, of the ten commonest words' weights and of the ten rarest: {words}."


@recorded((name, i, seed) for name in NAMES for i in range(len(RATES)) for seed in range(SEEDS))
def run(name, i, seed):
    """share (len(SEEN), group) of the true weights that is learned, and the loss on 2,000 new texts at the end."""
    rng = np.random.default_rng(seed)
    true = rng.choice([-2.0, 2.0], WORDS)
    x = (rng.random((TEXTS + 2000, WORDS)) < FREQUENCIES).astype(float)
    y = (rng.random(len(x)) < 1 / (1 + np.exp(-x @ true))).astype(float)
    opt, w, shares = OPTIMIZERS[name](lr=RATES[i]), np.zeros(WORDS), []
    state = opt.init(w)
    for t, start in enumerate(range(0, TEXTS, BATCH)):
        batch = slice(start, start + BATCH)
        p = 1 / (1 + np.exp(-np.clip(x[batch] @ w, -50, 50)))
        step, state = opt.update(x[batch].T @ (p - y[batch]) / BATCH, state, t, w)
        w = w + step
        if start + BATCH in SEEN:
            shares.append((w / true).reshape(GROUPS, -1).mean(axis=1))
    z = x[TEXTS:] @ w
    return {"share": np.array(shares, np.float32), "loss": np.array(np.mean(np.logaddexp(0, z) - y[TEXTS:] * z))}
