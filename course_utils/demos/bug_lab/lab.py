"""The bug lab: a program with a planted bug, named or blind, its curves, and all bugs by all checks."""

import html
from functools import lru_cache

import numpy as np
from matplotlib.patches import Rectangle

from ...bug_lab import BLIND, BUGS, CHECKS, PLAIN, report, trained
from ...health import layer_health
from ...live import live
from ...plots import DASHED, TRAIN
from ...records import recorded

EPOCHS = 6
NONE, BLINDS = "no bug", tuple(f"blind {letter}" for letter in "ABCDE")
CAUGHT, PASSED = "#C2185B", "#b0b0b0"
# Others than those of the exercises, and drawn: these lines give no answer away.
HIDDEN = np.random.default_rng(2680).permutation([name for name in BUGS if name not in BLIND])


@live(
    size=(9.6, 5.6),
    alt="Loss and accuracy of a program with and without a bug, and a matrix of nineteen bugs by nine checks that "
    "marks which check catches which bug",
)
def lab(fig, recompute=False):
    """A program with one bug: its curves beside those of the same program without it, and what the nine checks say.

    Each row of the matrix is a bug, each mark a run of that check on the program with it. Choose a blind one, compare
    the lowest row with the others, name the bug, and tick reveal.

    `recompute=True` makes all its runs anew.
    """
    caught_by.table(recompute)
    grid = fig.add_gridspec(2, 2, width_ratios=[1, 1.1])
    shares, matrix = fig.add_subplot(grid[1, 0]), fig.add_subplot(grid[:, 1])
    losses = fig.add_subplot(grid[0, 0], sharex=shares)
    losses.set(ylabel="loss of the mini-batches", yscale="log", ylim=(3e-3, 150))
    shares.set(ylabel="right in validation", ylim=(0, 1.02), xlim=(0.8, EPOCHS + 0.2), xlabel="epoch")
    gray = dict(color="#777777", ls=DASHED, label="without the bug")
    right = [ax.plot([], [], **gray)[0] for ax in (losses, shares)]
    blue = dict(ms=4, mec="white", color=TRAIN, label="this program")
    curves = [ax.plot([], [], "o-", **blue)[0] for ax in (losses, shares)]
    fig.legend(handles=[curves[0], right[0]], loc="upper left", bbox_to_anchor=(0.06, 0.99))
    fig.align_ylabels([losses, shares])
    band, marks = _matrix(matrix)

    def update(bug: [NONE, *BUGS, *BLINDS] = "missing 1/n", reveal: bool = False):
        name, known = _name(bug), bug not in BLINDS or reveal
        programs = _programs(name)
        for line, program in zip([*right, *curves], [p for p in programs[::-1] for _ in range(2)], strict=True):
            line.set_data(range(1, EPOCHS + 1), _curves(program)[line.axes is shares])
        found = report(programs[0])
        for mark, caught in zip(marks, (True, False), strict=True):
            where = [i for i, finding in enumerate(found.values()) if finding.caught == caught]
            mark.set_data(where, [len(BUGS) + 0.5] * len(where))
        band.set_visible(known and name != NONE)
        band.set_y((list(BUGS).index(name) if name != NONE else 0) - 0.5)
        return [*right, *curves, band, *marks], _tell(bug, name, known, found)

    return update


def _matrix(ax):
    """Draw bugs by checks; returns the band of the present row, and the two kinds of marks of the lowest one."""
    rows = [*BUGS, "this program"]
    places = [*range(len(BUGS)), len(BUGS) + 0.5]
    ax.set(xlim=(-0.5, len(CHECKS) - 0.5), ylim=(len(BUGS) + 1.1, -0.6))
    ax.set_yticks(places, rows, fontsize=8)
    ax.get_yticklabels()[-1].set_weight("bold")
    ax.set_title("Which check catches which bug", loc="center")
    ax.xaxis.tick_top()
    ax.set_xticks(range(len(CHECKS)), CHECKS, fontsize=8, rotation=40, ha="left", rotation_mode="anchor")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    # An outline: what moves is drawn over what stays, and a filled band would cover the marks.
    band = ax.add_patch(Rectangle((-0.5, 0), len(CHECKS), 1, fill=False, ec=TRAIN, lw=2, clip_on=False, visible=False))
    found = matrix()
    for caught, style in ((True, dict(marker="s", ms=8, color=CAUGHT)), (False, dict(marker="o", ms=2, color=PASSED))):
        y, x = np.nonzero(found == caught)
        ax.plot(x, y, ls="", **style)
    ax.axhline(len(BUGS) - 0.25, color="#666666", lw=0.8)
    return band, [ax.plot([], [], "s", ms=8, color=CAUGHT)[0], ax.plot([], [], "o", ms=2, color=PASSED)[0]]


@recorded((name,) for name in BUGS)
def caught_by(name):
    """(check,) whether it was caught, each a run of the check on the program with the bug."""
    return np.array([finding.caught for finding in report(BUGS[name].program).values()])


def matrix():
    """(bug, check) whether it was caught."""
    return np.array([caught_by(name) for name in BUGS])


def _name(bug):
    return str(HIDDEN[BLINDS.index(bug)]) if bug in BLINDS else bug


def _programs(name):
    """(the program with the bug, the one without)."""
    return (BUGS[name].program, BUGS[name].healthy) if name != NONE else (PLAIN, PLAIN)


@lru_cache(maxsize=32)
def _curves(program):
    """(loss of the mini-batches as the program reports it, share right in validation), each a mean of an epoch."""
    history = program.run(epochs=EPOCHS)[1]
    return history.losses.reshape(EPOCHS, -1).mean(axis=1), history.val_accuracy[1:]


def loss_of(name):
    """(with the bug, without it): the mean loss of the last epoch's mini-batches."""
    return tuple(float(_curves(program)[0][-1]) for program in _programs(name))


def ends(name):
    """(with the bug, without it): shares right in validation at the end."""
    return tuple(float(_curves(program)[1][-1]) for program in _programs(name))


def dead_units(name):
    """The share of units that are dead after the three epochs in which the checks watch a program."""
    net, _, data = trained(BUGS[name].program)
    return layer_health(net, data.x)[0].dead


def _tell(bug, name, known, found):
    if name == NONE:
        head = "A program without a bug passes all nine."
    elif known:
        head = f"<b>{name}.</b> {html.escape(BUGS[name].words)}"
    else:
        head = f"<b>{bug}.</b> Which row of the matrix looks like the lowest, and what do the checks say?"
    rows = [
        f"<tr><td>{'<b>caught</b>' if caught else 'passed'}&ensp;</td><td>{check}&ensp;</td>"
        f"<td>{html.escape(words)}</td></tr>"
        for check, (caught, words) in found.items()
    ]
    return f'{head}<table style="line-height:1.3">{"".join(rows)}</table>'
