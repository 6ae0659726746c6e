"""Every kind of noise, L2 and early stopping on few digits with wrong labels; the strengths chosen, then judged."""

import numpy as np

from ...dropout import DropConnect, Dropout, GaussianNoise, LabelNoise, NoisyGradients
from ...layers import Dense, ReLU
from ...network import Network
from ...optimizers import Adam
from ...records import recorded
from ...regularizers import L2
from ...training import evaluate, fit
from .few_samples import BATCH, STEPS, WIDTH, few_digits

SAMPLES, WRONG, SEEDS, CHOOSE = 200, 0.2, 10, 300
STRENGTHS = {
    "no help": (0.0,), "L2": (0.005, 0.01, 0.02, 0.05), "dropout": (0.2, 0.35, 0.5, 0.75),
    "DropConnect": (0.1, 0.2, 0.3, 0.5), "inputs": (0.1, 0.2, 0.3, 0.5), "gradients": (0.1, 0.3, 1.0),
    "labels": (0.2, 0.4, 0.6),
}  # fmt: skip


@recorded((name, strength, seed) for name in STRENGTHS for strength in STRENGTHS[name] for seed in range(SEEDS))
def noisy_run(name, strength, seed):
    """(4, epochs + 1) loss and accuracy on digits that choose, accuracy on digits that judge, wrong labels learned."""
    split, rng = few_digits(SAMPLES, WRONG), np.random.default_rng(seed)
    net, opt = _net(name, strength, rng), Adam(lr=5e-3)
    history = fit(
        net, split, NoisyGradients(opt, std=strength) if name == "gradients" else opt, STEPS * BATCH // SAMPLES, BATCH,
        rng, regularizer=L2(strength) if name == "L2" else None, record=SAMPLES // BATCH, evaluate_every=0,
        augment=LabelNoise(strength, n_classes=10) if name == "labels" else None, progress=False,
    )  # fmt: skip
    wrong = split.train.y != few_digits(SAMPLES).train.y
    found = []
    for theta in history.thetas:
        net.theta = theta
        learned = np.mean(net.predict(split.train.x[wrong]) == split.train.y[wrong])
        found.append([*evaluate(net, split.val[:CHOOSE]), evaluate(net, split.val[CHOOSE:])[1], learned])
    return np.transpose(found)


def _net(name, strength, rng):
    before = [GaussianNoise(strength, rng=rng)] if name == "inputs" else []
    first = DropConnect(64, WIDTH, strength, rng=rng) if name == "DropConnect" else Dense(64, WIDTH, rng=rng)
    after = [Dropout(strength, rng=rng)] if name == "dropout" else []
    return Network([*before, first, ReLU(), *after, Dense(WIDTH, 10, rng=rng)], dtype=np.float32)


def chosen(name, stop=False):
    """(strength, accuracies (seeds,), shares of wrong labels learned (seeds,)) where the digits that judge have not
    chosen: neither the strength nor, with `stop`, the epoch, that of the lowest loss.
    """
    best = None
    for strength in STRENGTHS[name]:
        runs = np.array([noisy_run(name, strength, seed) for seed in range(SEEDS)])
        epochs = runs[:, 0].argmin(axis=1) if stop else np.full(SEEDS, -1)
        _, choosing, judged, learned = runs[np.arange(SEEDS), :, epochs].T
        if best is None or choosing.mean() > best[0]:
            best = choosing.mean(), (strength, judged, learned)
    return best[1]
