"""One small graph, forward and backward, a line at a time: what every node holds and what the loss's slope there is."""

import numpy as np
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from ...layers import Dense, ReLU, Tanh
from ...live import Play, live
from ...losses import softmax_cross_entropy
from ...network import Network

FORWARD, BACKWARD = "#0072B2", "#B34700"
WEIGHTS = (
    ([[1.0, -0.5], [0.5, 1.0]], [0.1, -0.2]),
    ([[0.8, -1.0], [0.4, 0.6]], [0.0, 0.2]),
    ([[1.0, -1.0], [-0.5, 0.8]], [0.0, 0.0]),
)
NODES = dict(zip(("x", "a", "h", "c", "t", "s", "loss"), np.linspace(6.5, 93.5, 7), strict=True))
EDGES = ("@ W1 + b1", "ReLU", "@ W2 + b2", "tanh", "@ W3 + b3", "-log p")
# What each step of the play computes: the node or array, its line of code, and the local rule in words.
STEPS = (
    ("x", "x", "The input, one sample with two features. Press play."),
    ("a", "a = x @ W1 + b1", "A dense layer: every output is a weighted sum of the inputs."),
    ("h", "h = np.maximum(a, 0)", "ReLU stops what is negative."),
    ("c", "c = h @ W2 + b2", "The next dense layer."),
    ("t", "t = np.tanh(c)", "tanh squeezes into -1 to 1."),
    ("s", "s = t @ W3 + b3", "The scores, one per class."),
    ("loss", "loss = -log(softmax(s)[y])", "The forward pass ends in one number. Now back."),
    ("ds", "ds = softmax(s) - onehot(y)", "Probability minus target: the slope of the loss with respect to the scores."),
    ("d3", "dW3, db3 = t.T @ ds, ds.sum(axis=0)", "A weight's slope: its input times the slope of its output."),
    ("dt", "dt = ds @ W3.T", "The same weights, read backward, hand the slope down."),
    ("dc", "dc = dt * (1 - t**2)", "tanh multiplies by its own slope, which t gives for free."),
    ("d2", "dW2, db2 = h.T @ dc, dc.sum(axis=0)", "A weight whose input was 0 has the slope 0."),
    ("dh", "dh = dc @ W2.T", "Down through the weights again."),
    ("da", "da = dh * (a > 0)", "ReLU passes the slope where its own input was positive, and 0 elsewhere."),
    ("d1", "dW1, db1 = x.T @ da, da.sum(axis=0)", "One pass back, and all 18 numbers have their slopes."),
)  # fmt: skip
LAST = len(STEPS) - 1


@live(
    size=(9.6, 3.9),
    alt="Seven boxes in a row, from the input through dense, ReLU and tanh layers to the loss, each with its value "
    "and below it the slope of the loss; under the dense layers their weights, biases and the slopes of these",
)
def graph(fig):
    """Forward and back through three small layers, a line of code at a time. Change the input, or one weight."""
    ax = fig.subplots()
    ax.set(xlim=(0, 100), ylim=(0, 39))
    ax.axis("off")
    nodes = {name: _node(ax, x, name) for name, x in NODES.items()}
    xs = list(NODES.values())
    for i, edge in enumerate(EDGES):
        _arrow(ax, (xs[i] + 5.8, 27), (xs[i + 1] - 5.8, 27))
        ax.text((xs[i] + xs[i + 1]) / 2, 36.5, edge, ha="center", fontsize=9.5, color="#333333")
    nodes |= {str(i + 1): _weights(ax, (xs[2 * i] + xs[2 * i + 1]) / 2, i + 1) for i in range(3)}
    ax.text(1, 0, "value", color=FORWARD, fontsize=10, weight="bold")
    ax.text(8, 0, "slope of the loss with respect to it", color=BACKWARD, fontsize=10, weight="bold")
    ring = ax.add_patch(_frame(0, 0, 1, 1, ec="#333333", fc="none", lw=2, zorder=5))
    fixed = nodes["2"][1], nodes["3"][1]  # these weights stay, and to draw text takes time
    moving = [ring, *(text for _, *texts in nodes.values() for text in texts if text not in fixed)]

    def update(
        x1: (-2.0, 2.0, 0.1) = 1.0,
        x2: (-2.0, 2.0, 0.1) = -0.6,
        weight: (-2.0, 2.0, 0.1) = 1.0,
        y: [0, 1] = 0,
        step: Play(LAST, interval=1200) = LAST,
    ):
        net, x = graph_net(weight), np.array([[x1, x2]])
        values, slopes, loss = passes(net, x, y)
        done = {what for what, _, _ in STEPS[: step + 1]}
        for name, (_, value, slope) in nodes.items():
            value.set_text(rows_of(values[name]) if name in done or name.isdigit() else "")
            slope.set_text(rows_of(slopes[name]) if f"d{name}" in done else "")
        now = STEPS[step][0]
        ring.set_bounds(*nodes[now if now in nodes else now[1:]][0])
        return moving, _tell(net, x, y, loss, step)

    return update


def _node(ax, x, name):
    """(the bounds of its frame, the text of its value, the text of its slope)."""
    bounds = (x - 5.8, 21, 11.6, 13.5)
    ax.add_patch(_frame(*bounds))
    ax.text(x, 32, name, ha="center", va="center", weight="bold", fontsize=11, zorder=3)
    return bounds, _numbers(ax, x, 28, FORWARD), _numbers(ax, x, 24, BACKWARD)


def _weights(ax, x, i):
    bounds = (x - 13.2, 4, 26.4, 11)
    ax.add_patch(_frame(*bounds))
    names = _numbers(ax, x - 10.8, 9.4, "#333333")
    names.set(text=f"W{i}\n\nb{i}", weight="bold")
    _arrow(ax, (x, 15), (x, 26.6))
    return bounds, _numbers(ax, x - 4.2, 9.4, FORWARD), _numbers(ax, x + 7.2, 9.4, BACKWARD)


def _frame(x, y, width, height, **look):
    look = {"ec": "#cccccc", "fc": "white", "zorder": 2} | look
    return FancyBboxPatch((x, y), width, height, boxstyle="round,pad=0,rounding_size=1", **look)


def _numbers(ax, x, y, color):
    how = dict(ha="center", va="center", fontsize=9, family="monospace", linespacing=1.35, zorder=4)
    return ax.text(x, y, "", color=color, **how)


def _arrow(ax, start, end):
    how = dict(arrowstyle="-|>", mutation_scale=9, color="#888888", lw=1, shrinkA=0, shrinkB=0)
    ax.add_patch(FancyArrowPatch(start, end, **how))


def rows_of(values):
    """Numbers with two decimals, a line for each row; + 0.0 turns -0.0 into 0.0."""
    return "\n".join(" ".join(f"{v:5.2f}" for v in np.round(row, 2) + 0.0) for row in np.atleast_2d(values))


def graph_net(weight):
    """The graph as a network; `weight` is the first of W1."""
    net = Network([Dense(2, 2, rng=0), ReLU(), Dense(2, 2, rng=0), Tanh(), Dense(2, 2, rng=0)])
    for layer, (W, b) in zip(net.layers[::2], WEIGHTS, strict=True):
        layer.W[:], layer.b[:] = W, b
    net.layers[0].W[0, 0] = weight
    return net


def passes(net, x, y):
    """({node: value}, {node: slope of the loss in it}, loss); the weights and biases of a dense layer are one node."""
    values, slopes = {"x": x}, {}
    for name, layer in zip("ahcts", net.layers, strict=True):
        x = values[name] = layer.forward(x)
    loss, slope = softmax_cross_entropy(x, np.array([y]))
    values["loss"], slopes["loss"] = loss, 1.0
    for name, layer in zip("stcha", net.layers[::-1], strict=True):
        slopes[name] = slope
        slope = layer.backward(slope)
    for i, layer in enumerate(net.layers[::2], 1):
        values[str(i)], slopes[str(i)] = np.vstack([layer.W, layer.b]), np.vstack([layer.dW, layer.db])
    return values, slopes | {"x": slope}, loss


def _tell(net, x, y, loss, step):
    _, code, rule = STEPS[step]
    words = f"<code>{code}</code> &nbsp; {rule}"
    if step < LAST:
        return words
    slope, W = net.layers[0].dW[0, 0], net.layers[0].W
    W[0, 0] += 0.01
    change = softmax_cross_entropy(net.forward(x), np.array([y]))[0] - loss
    return f"{words} Add 0.01 to W1[0, 0]: the loss changes by {change:.5f}; 0.01 · slope is {0.01 * slope:.5f}."
