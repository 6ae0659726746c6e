"""What several chapters show alike: learning curves of some methods, each at its best rate, and their ends by rate."""

import numpy as np


class AtBestRates:
    """Left: means over the seeds by epoch, with their bands. Right: the mean at the end by rate, a dot at that shown.

    Parameters
    ----------
    fig : figure without axes
    styles : {method: properties of its lines}, in the legend's order
    rates : (n_rates,) those of the right panel
    title : of the left panel
    xlabel, end : label and title of the right panel
    marker : of the right panel's lines
    band : (seed, epoch) -> (lowest, highest) by epoch; the range, if it is not given
    """

    def __init__(self, fig, styles, rates, title, *, xlabel="learning rate", end="", marker="", band=None):
        self.fig, self.rates, self.band = fig, rates, band or _range
        self.left, self.right = fig.subplots(ncols=2, sharey=True, width_ratios=[1.15, 1])
        self.left.set(xlabel="epoch", yscale="log", title=title)
        self.right.set(xlabel=xlabel, xscale="log", xlim=(rates[0] * 0.8, rates[-1] * 1.25), title=end)
        self.curves, self.bands, self.ends, self.dots = {}, {}, {}, {}
        for name, style in styles.items():
            (self.curves[name],) = self.left.plot([], [], label=name, **style)
            (self.bands[name],) = self.left.fill(np.ones(2), np.ones(2), color=style["color"], alpha=0.12, lw=0)
            (self.ends[name],) = self.right.plot([], [], marker=marker, ms=4, **style)
            (self.dots[name],) = self.right.plot([], [], "o", color=style["color"], mec="white", ms=8)
        fig.legend(handles=list(self.curves.values()), loc="outside right upper")

    def frame(self, label, limits, n_epochs):
        """Name and scale the axes; a full draw, where they change."""
        if self.left.get_ylabel():  # another label: its place is known, and layout is half of a full draw
            self.fig.set_layout_engine("none")
        self.left.set(ylabel=label, ylim=limits, xlim=(0, n_epochs))

    def show(self, name, table, i):
        """Show a method's (rate, seed, epoch) losses, the curves at rate number i."""
        epochs, (low, high) = np.arange(table.shape[2]), self.band(table[i])
        self.curves[name].set_data(epochs, table[i].mean(axis=0))
        self.bands[name].set_xy(np.column_stack([[*epochs, *epochs[::-1]], [*high, *low[::-1]]]))
        self.ends[name].set_data(self.rates, table[..., -1].mean(axis=1))
        self.dots[name].set_data([self.rates[i]], [table[i, :, -1].mean()])

    @property
    def artists(self):
        """All that moves."""
        return [*self.bands.values(), *self.curves.values(), *self.ends.values(), *self.dots.values()]


def _range(runs):
    return runs.min(axis=0), runs.max(axis=0)


def best(table):
    """The number of the rate at which the mean over the seeds is lowest at the end, of a (rate, seed, epoch) table."""
    return int(table[..., -1].mean(axis=1).argmin())


def beside(table, places):
    """The number of the rate so many places from the best one, or the last on that side."""
    return int(np.clip(best(table) + places, 0, len(table) - 1))


def at_best_rate(loss, rates, n_seeds):
    """(n_seeds,) losses at the rate at which their mean is lowest; `loss(rate, seed)` is that of one run."""
    table = np.array([[float(loss(rate, seed)) for seed in range(n_seeds)] for rate in rates])
    return table[table.mean(axis=1).argmin()]
