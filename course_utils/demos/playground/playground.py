"""The playground's one live figure."""

from dataclasses import fields
from inspect import Parameter, Signature

import numpy as np

from ...data import DATASETS
from ...health import GOOD_RATIO
from ...initializers import INITIALIZERS
from ...live import Play, Stops, live
from ...optimizers import OPTIMIZERS
from ...schedules import SCHEDULES
from ...training import evaluate
from .gauges import Curves, Histograms, Ratios
from .maps import Digits, Plane
from .runs import run_of
from .states import LAYERS, LIVE, TASKS, State

LONG = 3000  # steps, as far as Play goes
VIEWS = ("answers", "first layer")
NOISE = {"spirals": 0.05, "moons": 0.15, "blobs": 0.25}
RATES = dict(zip(OPTIMIZERS, (0.3, 0.05, 0.05, 0.1, 0.01, 10.0, 0.01, 0.01, 0.01), strict=True))
LAMBDAS = {"0": 0.0} | {f"{lam:g}": lam for lam in (1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1)}
COLUMNS = {
    "Data": "data noise flip seed view", "Net": "hidden width activation init batch_norm",
    "Descent": "optimizer lr schedule over batch_size", "Against overfitting": "keep l1 l2",
}  # fmt: skip
RANGES = {
    "data": [name for name in DATASETS if name in TASKS], "noise": (0.0, 0.5), "flip": (0.0, 0.4), "seed": (0, 9),
    "view": list(VIEWS), "hidden": (1, 4), "width": Stops([4, 8, 16, 32, 64]), "activation": [*LAYERS, "none"],
    "init": list(INITIALIZERS), "batch_norm": bool, "optimizer": list(OPTIMIZERS), "lr": (1e-4, 10.0),
    "schedule": list(SCHEDULES), "over": Stops([300, 1000, LONG]), "batch_size": Stops([1, 4, 16, 32, 64, 256]),
    "keep": (0.3, 1.0, 0.05), "l1": Stops(LAMBDAS), "l2": Stops(LAMBDAS), "step": Play(LONG, stride=10, fine=LIVE),
}  # fmt: skip


def _presets():
    """A change goes back to the steps that are trained at once; a data set and an optimizer bring a number along."""

    def back(values):
        return {"step": min(values["step"], LIVE)}

    def of_data(values):
        return back(values) | {"noise": NOISE.get(values["data"], 0.0), "flip": 0.15 * (values["data"] == "moons")}

    def of_optimizer(values):
        return back(values) | {"lr": RATES[values["optimizer"]]}

    return {field.name: back for field in fields(State)} | {"data": of_data, "optimizer": of_optimizer}


def _code(step, view, **settings):
    return run_of(State(**settings)).code(step)


@live(
    size=(10.0, 5.2),
    alt="What a net answers to its data, its loss by step, histograms of its activations, and the size of updates",
    columns=COLUMNS,
    code=_code,
    presets=_presets(),
)
def playground(fig):
    """Every choice of the course around one net. Change anything: it trains 300 steps anew. Play trains on to 3,000.

    The code under the figure makes exactly the net that the picture shows.
    """
    layout = [["map", "loss", "loss"], ["map", "histograms", "ratios"]]
    axes = fig.subplot_mosaic(layout, width_ratios=[2.42, 1, 1.05])
    axes["map"].set_anchor("N")
    axes["map"].grid(False)
    maps = {False: Plane(axes["map"]), True: Digits(axes["map"])}
    curves, histograms = Curves(axes["loss"]), Histograms(axes["histograms"])
    ratios, frames = Ratios(axes["ratios"], GOOD_RATIO), {}
    moving = [artist for panel in (*maps.values(), curves, histograms, ratios) for artist in panel.artists]

    def update(step, view, **settings):
        state = State(**settings)
        run = run_of(state)
        run.to(step)
        step, net = run.at(step)
        shown = maps[state.data == "digits"]
        for panel in maps.values():
            for artist in panel.artists:
                artist.set_visible(panel is shown)
        _frame(frames, "map", shown.frame, state.data, view == VIEWS[1])
        _frame(frames, "heaps", histograms.frame, state.hidden, state.activation)
        _frame(
            frames,
            "steps",
            lambda end: [ax.set_xlim(0, end) for ax in (axes["loss"], axes["ratios"])],
            LIVE if step <= LIVE else LONG,
        )
        shown.show(run.split, net, view == VIEWS[1])
        histograms.show(net, run.split.train.x)
        curves.show(run, step)
        ratios.show(run, step)
        return moving, _tell(state, run, step, net)

    update.__signature__ = _signature()
    return update


def _frame(frames, name, act, *wanted):
    """Change what stays of a panel, but only when it has to: that costs a full draw."""
    if frames.get(name) != wanted:
        act(*wanted)
        frames[name] = wanted


def _signature():
    """The state's fields with their defaults, and the two that concern the picture alone."""
    defaults = {field.name: field.default for field in fields(State)} | {"step": LIVE, "view": VIEWS[0]}
    return Signature(
        [Parameter(k, Parameter.KEYWORD_ONLY, default=defaults[k], annotation=RANGES[k]) for k in defaults]
    )


def _tell(state, run, step, net):
    """How good the net is at this step, how fast it learns, and what is wrong with it."""
    with np.errstate(all="ignore"):
        found = [evaluate(net, part) for part in (run.split.train, run.split.val)]
    words = f"<b>Step {step}</b>, epoch {step / run.steps_per_epoch:.1f}. "
    if np.isfinite(found).all():
        (train, right), (val, right_val) = found
        words += f"Training: loss {train:#.2g}, {right:.1%} right. Validation: loss {val:#.2g}, {right_val:.1%} right. "
    rate = run.opt.lr
    if callable(rate):
        words += f"The rate is {rate(step):.2g}. "
    return words + (run.ended if len(run.losses) == step else "")
