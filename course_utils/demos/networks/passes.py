"""A small network drawn with its names: values run forward, slopes run back, and a counter of the passes they take."""

from functools import lru_cache

import numpy as np
from matplotlib.patches import Circle

from ...layers import Dense, ReLU
from ...live import Play, live
from ...losses import softmax_cross_entropy
from ...network import Network

VALUE, SLOPE, PALE, LINE, NAME = "#0072B2", "#B34700", "#F1F3F6", "#B9C0CA", "#555555"
W1, B1 = np.array([[1.0, -0.5, 0.8], [0.5, 1.0, -0.6]]), np.array([0.1, -0.2, 0.0])
W2, B2 = np.array([[1.0, -1.0], [-0.5, 0.8], [0.6, 0.9]]), np.array([0.0, 0.2])
INPUTS = [(10, 42), (10, 18)]
HIDDEN = [(43, 50), (43, 30), (43, 10)]
OUTPUTS = [(77, 42), (77, 18)]
RADIUS, NUDGE = 4.6, 1e-6
N = W1.size + B1.size + W2.size + B2.size
# What each step of the play adds to the picture, in words; after these, one step for every weight and bias.
NAMES, SUMS, SCORES, LOSS, AT_SCORES, AT_W2, AT_HIDDEN, AT_W1 = range(8)
WORDS = (
    "Circles are units, lines are weights; every unit has a bias, written below it. Press play.",
    "Forward: each hidden unit adds up its inputs times their weights, and its bias; ReLU then cuts what is negative.",
    "Each output unit adds up the hidden values in the same way. It has no bend: its sum is the score.",
    "Softmax and -log p turn the scores into the loss. One forward pass is done.",
    "Back: the slope of the loss with respect to each score is p - onehot.",
    "A weight's slope is the value at its left end times the slope at its right end. A bias's slope is that of its unit's sum.",
    "A hidden value reaches the loss along two paths. Its slope is the sum over both: weight times slope, plus weight "
    "times slope.",
    "Where ReLU cut the sum, nothing passes. One backward pass has given all slopes.",
)
LAST = AT_W1 + N
# (what stands before its number, the step at which its slope is known), in the order of theta.
PARAMETERS = [("", AT_W1)] * 6 + [("bias ", AT_W1)] * 3 + [("", AT_W2)] * 6 + [("bias ", AT_W2)] * 2


@live(
    size=(9.6, 4.9),
    alt="A network drawn as circles and lines, two inputs, three hidden units and two outputs, with the value and the "
    "slope of each; beside it, bars that count the passes by back-propagation and by moving every weight",
)
def passes(fig):
    """Play the passes through a net of 2, 3 and 2 units; then find its slopes by moving one weight at a time."""
    ax, bars = fig.subplots(ncols=2, width_ratios=[3.1, 1])
    ax.set(xlim=(0, 100), ylim=(-3, 64))
    ax.axis("off")
    lines = _edges(ax)
    marks = _labels(ax)
    units = [_circle(ax, place) for place in (*INPUTS, *HIDDEN, *OUTPUTS)]
    loss = ax.text(92, 30, "", ha="center", va="center", fontsize=10, color=VALUE, linespacing=1.5)
    for x, words in ((10, "input"), (43, "hidden layer\n3 units, ReLU"), (77, "output layer\na score per class")):
        ax.text(x, 63.5, words, ha="center", va="top", fontsize=10, weight="bold", linespacing=1.3)
    ax.text(92, 34.5, "loss", ha="center", va="center", fontsize=10, weight="bold")
    _names(ax)
    ax.text(0, -2.5, "value", color=VALUE, weight="bold", fontsize=10)
    ax.text(9, -2.5, "slope of the loss with respect to it", color=SLOPE, weight="bold", fontsize=10)
    forward, backward, counts = _bars(bars)

    def update(
        x1: (-2.0, 2.0, 0.1) = 1.0,
        x2: (-2.0, 2.0, 0.1) = -0.6,
        y: [0, 1] = 0,
        step: Play(LAST, interval=1100) = NAMES,
    ):
        net, x = small_net(), np.array([[x1, x2]])
        found = run(net, x, y)
        for unit, text in zip(units, _unit_texts(found, step), strict=True):
            for artist, words in zip(unit, text, strict=True):
                artist.set_text(words)
        for (value, slope), weight, dweight, (words, when) in zip(marks, net.theta, net.grad, PARAMETERS, strict=True):
            value.set_text(f"{words}{weight:.1f}")
            slope.set_text(_signed(dweight) if step >= when else "")
        loss.set_text(f"{found['loss']:.3f}" if step >= LOSS else "")
        _light(lines, marks, step)
        tried = max(0, step - AT_W1)
        _count(forward, backward, counts, step, tried)
        return [*lines, *sum(marks, ()), *sum(units, ()), loss, *forward, *backward, *counts], _tell(net, x, y, step)

    return update


def _edges(ax):
    ends = [(a, b) for a in INPUTS for b in HIDDEN] + [(a, b) for a in HIDDEN for b in OUTPUTS]
    ends = [_between_circles(np.array(a), np.array(b)) for a, b in ends]
    return [ax.plot(*np.transpose(pair), color=LINE, lw=1.3, zorder=1)[0] for pair in ends]


def _between_circles(a, b):
    along = RADIUS * (b - a) / np.linalg.norm(b - a)
    return a + along, b - along


def _labels(ax):
    """(text of the value, text of the slope) for every weight and every bias, in the order of theta."""
    box = dict(boxstyle="round,pad=0.12", fc="white", ec="none")
    places = [_near(a, b, 11.5) for a in INPUTS for b in HIDDEN]
    places += [(x, y - RADIUS - 2.1) for x, y in HIDDEN]
    places += [_near(a, b, 15) for a in HIDDEN for b in OUTPUTS]
    places += [(x, y - RADIUS - 2.1) for x, y in OUTPUTS]
    how = dict(va="center", fontsize=8.5, zorder=3)
    return [
        (ax.text(x - 0.3, y, "", ha="right", color=VALUE, bbox=box, **how),
         ax.text(x + 0.3, y, "", ha="left", color=SLOPE, bbox=box, **how))
        for x, y in places
    ]  # fmt: skip


def _names(ax):
    """Which circle is which, and one weight and one unit called by their names."""
    for letter, places in (("x", INPUTS), ("h", HIDDEN), ("s", OUTPUTS)):
        for i, (x, y) in enumerate(places, 1):
            side, ha = (1, "left") if letter == "s" else (-1, "right")
            ax.text(x + side * (RADIUS + 0.4), y + RADIUS - 0.6, f"${letter}_{i}$", ha=ha, color=NAME, fontsize=10)
    how = dict(color=NAME, fontsize=9, style="italic", arrowprops=dict(arrowstyle="-", color=LINE, lw=0.8))
    ax.annotate("a weight", (30, 46.6), (24, 54), **how)
    ax.annotate("a unit", (43 + 0.8 * RADIUS, 50 + 0.6 * RADIUS), (54, 56), **how)
    for x, y in OUTPUTS:
        ax.annotate("", (88, 30 + (y - 30) / 5), (x + RADIUS + 0.4, y), arrowprops=dict(arrowstyle="->", color=LINE))


def _near(a, b, distance):
    """The place on the line from a to b, so far from a, where the label of its weight stands."""
    along = np.subtract(b, a) / np.hypot(*np.subtract(b, a))
    return tuple(a + distance * along)


def _circle(ax, place):
    """(text of the value, text of the slope) of a unit."""
    ax.add_patch(Circle(place, RADIUS, fc=PALE, ec="#8A93A0", lw=1.2, zorder=2))
    how = dict(ha="center", va="center", fontsize=9, zorder=4)
    x, y = place
    return ax.text(x, y + 1.6, "", color=VALUE, **how), ax.text(x, y - 1.8, "", color=SLOPE, **how)


def _bars(ax):
    ax.set(xlim=(-0.6, 1.6), ylim=(0, N + 4), title="Passes", xlabel="slopes found by", ylabel="passes")
    ax.set_yticks(range(0, N + 4, 5))
    ax.set_xticks([0, 1], ["back-\npropagation", "one weight\nat a time"])
    ax.grid(visible=False, axis="x")
    forward = ax.bar([0, 1], [0, 0], width=0.6, color="#7FB2D6", label="forward")
    backward = ax.bar([0, 1], [0, 0], width=0.6, color="#E3AE86", label="backward")
    ax.legend(loc="upper left")
    return forward, backward, [ax.text(x, 0, "", ha="center", va="bottom", weight="bold") for x in (0, 1)]


def _count(forward, backward, counts, step, tried):
    """The passes taken: one forward, one backward; against one forward for every weight, and one to compare with."""
    ahead, back = int(step >= LOSS), int(step >= AT_W1)
    one_by_one = tried + 1 if tried else 0
    for bar, height in zip(forward, (ahead, one_by_one), strict=True):
        bar.set_height(height)
    backward[0].set(y=ahead, height=back)
    for text, total in zip(counts, (ahead + back, one_by_one), strict=True):
        text.set(text=str(total), y=total)


def small_net():
    """The network that is drawn."""
    net = Network([Dense(2, 3, rng=0), ReLU(), Dense(3, 2, rng=0)])
    net.theta = np.concatenate([W1.ravel(), B1, W2.ravel(), B2])
    return net


def run(net, x, y):
    """Both passes: {"a", "h", "s": values, "ds", "dh": slopes, "loss"}; the slopes of the weights are in net.grad."""
    first, relu, last = net.layers
    a = first.forward(x)
    h = relu.forward(a)
    s = last.forward(h)
    loss, ds = softmax_cross_entropy(s, np.array([y]))
    dh = last.backward(ds)
    first.backward(relu.backward(dh))
    return {"x": x[0], "a": a[0], "h": h[0], "s": s[0], "loss": loss, "ds": ds[0], "dh": dh[0]}


def _unit_texts(found, step):
    """What stands in every circle at a step: (value, slope)."""
    known = step >= SUMS, step >= SCORES
    hidden = [(f"{h:.2f}" if known[0] else "", _signed(d) if step >= AT_HIDDEN else "")
              for h, d in zip(found["h"], found["dh"], strict=True)]  # fmt: skip
    outputs = [(f"{s:.2f}" if known[1] else "", _signed(d) if step >= AT_SCORES else "")
               for s, d in zip(found["s"], found["ds"], strict=True)]  # fmt: skip
    return [*((f"{x:.1f}", "") for x in found["x"]), *hidden, *outputs]


def _signed(value):
    return f"{value + 0.0:+.2f}" if abs(value) >= 0.005 else "0"


def _light(lines, marks, step):
    """The weight that is moved now is drawn bold."""
    moved = step - AT_W1 - 1
    edges = [*range(6), *[None] * 3, *range(6, 12), *[None] * 2]
    for i, line in enumerate(lines):
        now = moved >= 0 and edges[moved] == i
        line.set(lw=3.2 if now else 1.3, color=VALUE if now else LINE)
    for i, (value, _) in enumerate(marks):
        value.set_weight("bold" if i == moved else "normal")


def _tell(net, x, y, step):
    if step <= AT_W1:
        return WORDS[step]
    i = step - AT_W1 - 1
    grad = net.grad[i]
    return (
        f"{name_of(i)} moved by a millionth: one more forward pass. The loss changes by {moved(tuple(x[0]), y)[i]:+.4f} "
        f"millionths, its slope; back-propagation said {grad + 0.0:+.4f}."
    )


def name_of(i):
    """What the figure calls parameter number i."""
    key, start = [("W1", 0), ("b1", 6), ("W2", 9), ("b2", 15)][np.searchsorted([6, 9, 15], i, side="right")]
    within = i - start
    width = {"W1": 3, "W2": 2}.get(key)
    return f"{key}[{within}]" if width is None else f"{key}[{within // width}, {within % width}]"


@lru_cache(maxsize=256)
def moved(x, y):
    """By how much the loss changes over NUDGE when each weight and bias is moved by it, one after the other."""
    net, x, y = small_net(), np.array([x]), np.array([y])
    before, slopes = softmax_cross_entropy(net.forward(x), y)[0], np.zeros(N)
    for i in range(N):
        net.theta[i] += NUDGE
        slopes[i] = (softmax_cross_entropy(net.forward(x), y)[0] - before) / NUDGE
        net.theta[i] -= NUDGE
    return slopes + 0.0
