"""Few digits, some with wrong labels: what the share of units that stay does to training and validation."""

import numpy as np

from ...data import Data, Split, digits
from ...dropout import Dropout
from ...layers import Dense, ReLU
from ...live import Stops, live
from ...network import Network
from ...optimizers import Adam
from ...plots import DASHED, TRAIN, VAL
from ...records import recorded
from ...training import fit
from .shared import ALL

KEEPS = (0.2, 0.35, 0.5, 0.75, 1.0)
SIZES, SHARES, SEEDS = (100, 200), {"none": 0.0, "one in five": 0.2}, 4
WIDTH, STEPS, BATCH, LOOKS = 100, 400, 25, 8
PARTS = {"training data": TRAIN, "validation data": VAL}


def few_digits(n, wrong=0.0):
    """The first n digits of the training data, a share `wrong` of them with another label; validation is clean.

    The rest of the training data joins the validation data, which makes it steadier.
    """
    split, rng = digits(), np.random.default_rng(5)
    x, y = split.train.x, split.train.y.copy()
    chosen = rng.permutation(n)[: round(wrong * n)]
    y[chosen] = (y[chosen] + rng.integers(1, 10, len(chosen))) % 10
    return Split(Data(x[:n], y[:n]), split.val + split.train[800:], split.test)


@live(
    size=(9.6, 4.2),
    alt="Losses of a net with dropout on few digits over steps, and its accuracies over the share of units kept",
)
def few_samples(fig, recompute=False):
    """A net of 100 hidden units on few digits: keep is the share of them that stays.

    Lines and dots are means over four seeds; bands go from the lowest to the highest.

    `recompute=True` makes all its runs anew.
    """
    runs.table(recompute)
    left, right = fig.subplots(ncols=2)
    left.set(xlabel="step", ylabel="loss", xlim=(0, STEPS), ylim=(0, 2.7), title="Loss at this keep")
    right.set(xlabel="keep", ylabel="accuracy", xlim=(0.15, 1.05), ylim=(0.6, 1.01), title=f"After {STEPS} steps")
    style = {"training data": dict(ls="-", marker="o"), "validation data": dict(ls="-", marker="s")}
    curves = {part: left.plot([], [], ms=4, color=c, label=part, **style[part])[0] for part, c in PARTS.items()}
    plain = {part: left.plot([], [], color=c, ls=DASHED, lw=1.2)[0] for part, c in PARTS.items()}
    left.plot([], [], color=ALL, ls=DASHED, lw=1.2, label="the same at keep 1")
    ends = {part: right.plot([], [], ms=5, color=c, **style[part])[0] for part, c in PARTS.items()}
    blank = np.zeros(len(KEEPS))
    bands = {part: right.fill_between(KEEPS, blank, blank, color=c, alpha=0.2, lw=0) for part, c in PARTS.items()}
    spans = {part: left.fill_between([0, STEPS], 1, 1, color=c, alpha=0.2, lw=0) for part, c in PARTS.items()}
    mark = right.axvline(1, color="#999999", lw=6, alpha=0.35, zorder=0)
    fig.legend(handles=left.get_legend_handles_labels()[0], loc="outside upper right", ncols=3)

    def update(keep: Stops(list(KEEPS)) = 0.5, samples: list(SIZES) = 200, wrong_labels: SHARES = 0.2):
        steps, losses, plain_losses = _losses(samples, wrong_labels, keep)
        accuracy = accuracies(samples, wrong_labels)
        for k, part in enumerate(PARTS):
            curves[part].set_data(steps, losses[:, k].mean(axis=0))
            spans[part].set_data(steps, losses[:, k].min(axis=0), losses[:, k].max(axis=0))
            plain[part].set_data(steps, plain_losses[:, k].mean(axis=0))
            ends[part].set_data(KEEPS, accuracy[part].mean(axis=1))
            bands[part].set_data(KEEPS, accuracy[part].min(axis=1), accuracy[part].max(axis=1))
        mark.set_xdata([keep, keep])
        artists = [*spans.values(), *bands.values(), *plain.values(), *curves.values(), *ends.values(), mark]
        return artists, _tell(keep, samples, wrong_labels)

    return update


@recorded((n, wrong, keep) for n in SIZES for wrong in SHARES.values() for keep in KEEPS)
def runs(samples, wrong, keep):
    """Of training and of validation data: losses (seeds, 2, looks) after `steps` (looks,), accuracy (seeds, 2)."""
    split, epochs, found = few_digits(samples, wrong), STEPS * BATCH // samples, []
    every = max(1, epochs // LOOKS)
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        layers = [Dense(64, WIDTH, rng=rng), ReLU(), Dropout(keep, rng=rng), Dense(WIDTH, 10, rng=rng)]
        net = Network(layers, dtype=np.float32)
        found.append(fit(net, split, Adam(lr=5e-3), epochs, BATCH, rng, evaluate_every=every, progress=False))
    return {
        "steps": found[0].eval_steps,
        "losses": np.array([[h.train_loss, h.val_loss] for h in found]),
        "accuracy": np.array([[h.final_train_accuracy, h.final_val_accuracy] for h in found]),
    }


def _losses(samples, wrong, keep):
    """(steps, losses at this keep, losses at keep 1)."""
    found = runs(samples, wrong, keep)
    return found["steps"], found["losses"], runs(samples, wrong, 1.0)["losses"]


def accuracies(samples, wrong):
    """{part of the data: accuracies at the end (n_keeps, seeds)} over KEEPS."""
    found = np.array([runs(samples, wrong, keep)["accuracy"] for keep in KEEPS])
    return {part: found[:, :, k] for k, part in enumerate(PARTS)}


def accuracy(keep, samples=200, wrong=0.2, part="validation data"):
    """The mean accuracy over the seeds at one setting."""
    return float(accuracies(samples, wrong)[part][KEEPS.index(keep)].mean())


def lowest_at(keep, samples=200, wrong=0.2):
    """The step at which the mean validation loss over the seeds was lowest, of those at which it was looked at."""
    steps, losses, _ = _losses(samples, wrong, keep)
    return int(steps[losses[:, 1].mean(axis=0).argmin()])


def _tell(keep, samples, wrong):
    gap = {at: [accuracy(at, samples, wrong, part) for part in PARTS] for at in (keep, 1.0)}
    rows = [f"keep {at:g}: {train:.1%} in training, {val:.1%} in validation" for at, (train, val) in gap.items()]
    return f"Accuracy after {STEPS} steps, means of {SEEDS} seeds. {'; '.join(rows)}."
