"""How the run goes and how the layers fare: curves of the loss, histograms of activations, sizes of updates."""

import numpy as np

from ...layers import Dense
from ...plots import TRAIN, VAL

LOSS, RATIO = (1e-3, 10), (1e-5, 1)
NAMES = ("layer 1", "layer 2", "layer 3", "layer 4", "output")
COLORS = ("#5A5AC8", "#8E44AD", "#C2185B", "#A0522D", "#333333")
DASHES = ("-", (0, (5, 1.2)), (0, (2.5, 1)), (0, (1, 1)), (0, (5, 1.2, 1, 1.2)))
RANGES, OTHERS, BINS, SAMPLES = {"sigmoid": (0, 1), "tanh": (-1, 1), "none": (-4, 4)}, (-1, 5), 48, 400


class Curves:
    """The loss by step: every mini-batch, all training and all validation data."""

    def __init__(self, ax):
        ax.set(yscale="log", ylim=LOSS, xlabel="step", ylabel="cross-entropy", title="Loss")
        last = dict(marker="o", ms=5, markevery=[-1])  # the newest look: at step 0 there is no line yet
        (self.noisy,) = ax.plot([], [], color=TRAIN, lw=0.7, alpha=0.35, label="mini-batch")
        (self.train,) = ax.plot([], [], color=TRAIN, lw=2.2, label="training", **last)
        (self.val,) = ax.plot([], [], color=VAL, lw=2.2, ls=(0, (4, 1)), label="validation", **last)
        self.artists = [self.noisy, self.train, self.val]
        ax.legend(handles=self.artists, loc="lower right", bbox_to_anchor=(1.01, 0.99), ncols=3, borderpad=0)

    def show(self, run, step):
        """The curves up to a step."""
        every = 1 + step // 600
        self.noisy.set_data(range(0, step, every), np.clip(run.losses[:step:every], *LOSS))
        at, train, _, val, _ = np.transpose([look for look in run.looks if look[0] <= step])
        self.train.set_data(at, np.clip(train, *LOSS))
        self.val.set_data(at, np.clip(val, *LOSS))


class Histograms:
    """What every hidden layer gives, for up to SAMPLES training samples; the bar of exact zeros has a number."""

    def __init__(self, ax):
        self.ax = ax
        ax.set(yticks=[], xlabel="what a unit gives", title="Activations")
        ax.spines["left"].set_visible(False)
        ax.grid(False)
        self.heaps = [ax.stairs(np.zeros(BINS), np.linspace(0, 1, BINS + 1), fill=True, color=c) for c in COLORS[:4]]
        style = dict(transform=ax.get_yaxis_transform(), ha="right", va="top", size=9)
        self.notes = [ax.text(1, 0, "", color=color, **style) for color in COLORS[:4]]
        self.artists = [*self.heaps, *self.notes]

    def frame(self, hidden, activation):
        """A row for each hidden layer, the first on top, and a range that suits the activation."""
        self.edges = np.linspace(*RANGES.get(activation, OTHERS), BINS + 1)
        self.ax.set(xlim=self.edges[[0, -1]], ylim=(0, hidden))

    def show(self, net, x):
        """The histograms of a net; what is beyond an end is counted in the last bar."""
        given = given_by(net, x[:SAMPLES])
        for i, (heap, note) in enumerate(zip(self.heaps, self.notes, strict=True)):
            heap.set_visible(i < len(given))
            note.set_visible(i < len(given))
            if i < len(given):
                self._row(heap, note, given[i], len(given) - 1 - i, 0.8 - 0.06 * len(given), NAMES[i])

    def _row(self, heap, note, h, base, height, name):
        inside = np.clip(np.nan_to_num(h), self.edges[0], self.edges[-1])
        counts = np.histogram(inside, self.edges)[0]
        zero = float(np.mean(h == 0))
        others = np.sort(counts)[-2] if zero > 0.1 else counts.max()  # the zeros would press the others flat
        heap.set_data(base + height * np.minimum(counts / max(others, 1), 1), self.edges, base)
        note.set_position((1, base + 0.97))
        with np.errstate(all="ignore"):
            spread = f"std {h.std():.2g}" if np.isfinite(h.std()) else "not finite"
        note.set_text(f"{name}: {zero:.0%} are 0" if zero > 0.1 else f"{name}: {spread}")


def given_by(net, x):
    """What each hidden layer hands to the next."""
    found = []
    with np.errstate(all="ignore"):
        for layer in net.layers:
            if isinstance(layer, Dense):
                found.append(x)
            x = layer.forward(x)
    return found[1:]


class Ratios:
    """‖update‖ / ‖W‖ of every dense layer by step, beside the guide of a thousandth."""

    def __init__(self, ax, guide):
        self.ax = ax
        ax.set(yscale="log", ylim=RATIO, xlabel="step", ylabel="‖update‖ / ‖W‖", title="Updates")
        ax.axhline(guide, color="#333333", lw=1, ls=(0, (1, 2)))
        self.lines = [
            ax.plot([], [], color=color, ls=ls, lw=1.8, label=name)[0]
            for color, ls, name in zip(COLORS, DASHES, NAMES, strict=True)
        ]
        self.artists = self.lines
        ax.legend(handles=self.lines[-1:], loc="lower right", bbox_to_anchor=(1.04, 0.98), borderpad=0, handlelength=3)

    def show(self, run, step):
        """The lines up to a step."""
        looks = [(at, *ratios) for at, ratios in run.ratios if at <= step]
        block = 1 + len(looks) // 40  # means of so many, or a long run is a thicket
        looks = np.array(looks[: len(looks) // block * block]).reshape(-1, block, len(looks[0]) if looks else 1)
        at, *ratios = np.clip(looks.mean(axis=1), RATIO[0], 1e9).T
        for i, line in enumerate(self.lines):
            row = -1 if i == len(self.lines) - 1 else i
            shown = -1 <= row < len(ratios) - 1
            line.set_data(at if shown else [], ratios[row] if shown and ratios else [])
