"""The family tree of the optimizers: who came from whom, and what was changed on the way. A still picture."""

from ...plots import COLORS, new_figure, show

PLACES = {
    "SGD": (0.0, 1.0), "Momentum": (1.6, 1.8), "Nesterov": (3.2, 2.4), "AdaGrad": (1.6, 0.2), "RMSProp": (3.2, 0.2),
    "AdaDelta": (4.8, -0.5), "Adam": (4.8, 1.2), "Nadam": (6.6, 2.1), "AdamW": (6.6, 0.6),
}  # fmt: skip
CHANGES = {
    ("SGD", "Momentum"): "sum up the gradients", ("Momentum", "Nesterov"): "look ahead",
    ("SGD", "AdaGrad"): "divide by the root\nof summed squares", ("AdaGrad", "RMSProp"): "forget old squares",
    ("RMSProp", "AdaDelta"): "match the units", ("RMSProp", "Adam"): "correct the start",
    ("Momentum", "Adam"): "average the gradients", ("Adam", "Nadam"): "look ahead", ("Nesterov", "Nadam"): "",
    ("Adam", "AdamW"): "decay weights apart",
}  # fmt: skip


def family_tree():
    """Draw the nine optimizers and what each changed about the one before it."""
    fig, ax = new_figure((9.6, 3.8))
    ax.set(xlim=(-0.6, 7.2), ylim=(-0.9, 2.9))
    ax.axis("off")
    for (parent, child), words in CHANGES.items():
        start, end = PLACES[parent], PLACES[child]
        ax.annotate(
            "",
            end,
            start,
            arrowprops={"arrowstyle": "-|>", "color": "#777777", "shrinkA": 30, "shrinkB": 30, "lw": 1.3},
        )
        middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + 0.22 * (start[1] == end[1])
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        ax.text(*middle, words, fontsize=8, color="#444444", ha="center", va="center", bbox=box if words else None)
    for name, (x, y) in PLACES.items():
        box = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": COLORS[name], "linewidth": 2}
        ax.text(x, y, name, color=COLORS[name], weight="bold", ha="center", va="center", bbox=box)
    show(
        fig, alt="A family tree: from SGD to momentum and Nesterov, to AdaGrad and RMSProp, and both lines meet in Adam"
    )
