"""The race: nine optimizers from one start on a surface of the reader's choice."""

from functools import lru_cache

import numpy as np

from ...descent import descend
from ...descent import race as run_race
from ...live import Changed, Dials, Play, Point, live
from ...optimizers import OPTIMIZERS
from ...plots import COLORS, STYLES, show_entries, terrain
from ...surfaces import SURFACES

RACE_STEPS = 200
TITLES = {surface.name: key for key, surface in SURFACES.items()}


def _for_surface(values):
    """What choosing a surface sets: its own start, and each optimizer's best rate there; the ticks stay."""
    best = _tuned(values["surface"])
    rates = {name: (ticked, best[name][1]) for name, (ticked, _) in values["rates"].items()}
    return {"start": SURFACES[values["surface"]].start, "rates": rates}


@live(
    size=(9.6, 4.5),
    alt="Contours of a loss surface with the paths of nine optimizers from one start, and their losses by step",
    presets={"surface": _for_surface},
)
def race(fig, surface="ravine"):
    """Nine optimizers from one start. Tick who runs, drag their rates, click where they start, play the run.

    Choosing a surface sets every rate to the smallest that does nearly best there, over starts around its own.
    """
    left, right = fig.subplots(ncols=2, width_ratios=[1.25, 1])
    right.set(xlabel="step", ylabel="loss above the lowest", yscale="log", xlim=(0, RACE_STEPS))
    left.set(xlabel="x", ylabel="y")
    paths, heads, losses = _lines(left), _lines(left, marker="o", ms=7), _lines(right)
    (ring,) = left.plot([], [], "o", ms=11, mfc="none", mec="#333333", mew=2, zorder=4)
    (star,) = left.plot([], [], "*", ms=13, mfc="white", mec="#333333", zorder=6)
    now = right.axvline(0, color="#999999", lw=1)
    legend = fig.legend(
        losses.values(), losses, loc="outside lower center", ncols=len(losses), columnspacing=1.2, handlelength=1.8
    )
    ground, tuned, changed = [], _tuned(surface), Changed()
    shown = {name: Changed() for name in OPTIMIZERS}

    def update(
        surface: TITLES = surface,
        rates: Dials(OPTIMIZERS, 1e-4, 10.0, COLORS, STYLES) = tuned,
        start: Point() = SURFACES[surface].start,
        rho: (0.0, 0.99, 0.01) = 0.9,
        noise: (0.0, 5.0, 0.05) = 0.0,
        step: Play(RACE_STEPS) = RACE_STEPS,
    ):
        s = SURFACES[surface]
        if changed(surface):
            _change_ground(left, right, s, ground)
            star.set(data=np.reshape(s.minima, (-1, 2)).T, markersize=13 if len(s.minima) < 10 else 6)
        runners = tuple((name, lr) for name, (ticked, lr) in rates.items() if ticked)
        runs = _run(surface, runners, tuple(start), rho, noise)
        show_entries(legend, runs)
        for name in OPTIMIZERS:
            # Where one rate is dragged, matplotlib need not prepare the lines of the other eight.
            if shown[name](surface, tuple(start), rho, noise, rates[name], step):
                _show_run(runs.get(name), step, paths[name], heads[name], losses[name], _lowest(s))
        ring.set_data([start[0]], [start[1]])
        now.set_xdata([step, step])
        return [*paths.values(), *heads.values(), *losses.values(), star, ring, now], _tell_race(runs, step, s)

    return update


def _lines(ax, marker=None, ms=None):
    """One line for each optimizer, in its color and style."""
    style = dict(marker=marker, ms=ms, mec="white", zorder=5) if marker else dict(zorder=3)
    return {name: ax.plot([], [], color=COLORS[name], ls=STYLES[name], **style)[0] for name in OPTIMIZERS}


def _change_ground(left, right, s, ground):
    for artist in ground:
        artist.remove()
    ground[:] = terrain(left, s)
    title = f"{s.name}: {s.formula}"
    left.set_title(title, fontsize=11 if len(title) < 50 else 9)  # or Beale's reaches over the axes beside it
    top = _height(s)
    right.set_ylim(top * 1e-9, top * 3)


def _run(surface, runners, start, rho, noise):
    """{name: Trajectory} of the race. Only who is new in these settings runs: a rate that is dragged costs one descent.

    All run through the same noise, so that a descent does not depend on who else is in the race.
    """
    known = _known(surface, start, rho, noise)
    new = [runner for runner in runners if runner not in known]
    if new:
        optimizers = [_optimizer(name, lr, rho) for name, lr in new]
        runs = run_race(optimizers, SURFACES[surface], RACE_STEPS, start=start, noise=noise, rng=0)
        known.update(zip(new, runs, strict=True))
    return {name: known[name, lr] for name, lr in runners}


@lru_cache(maxsize=64)
def _known(surface, start, rho, noise):
    """{(name, lr): Trajectory} of the descents so far, with everything else the same."""
    return {}


def _optimizer(name, lr, rho):
    return OPTIMIZERS[name](lr=lr, **({"rho": rho} if name in ("Momentum", "Nesterov") else {}))


def _show_run(run, step, path, head, loss, lowest):
    points = run.points[: step + 1] if run else np.empty((0, 2))
    path.set_data(*points.T)
    head.set_data(*points[-1:].T)
    loss.set_data(range(len(points)), np.maximum(run.losses[: step + 1] - lowest, 1e-300) if run else [])


def _tell_race(runs, step, s):
    """Who leads, and who has diverged when, in words."""
    if not runs:
        return "Tick at least one optimizer."
    gone = {name: run.diverged_at for name, run in runs.items() if 0 <= run.diverged_at <= step}
    there = sorted((run.losses[step].round(12), name) for name, run in runs.items() if name not in gone)
    why = "its rate is too large here" if s.floor is not None else "this surface falls for ever"
    words = [f"<b>{name}</b> diverged at step {at}: {why}." for name, at in gone.items()]
    if there:
        order = ", ".join(f"{name} {_short(loss)}" for loss, name in there[:3])
        words.insert(0, f"Lowest loss after {step} steps: {order}.")
    return " ".join(words)


def _short(loss):
    return "below 1e-9" if 0 <= loss < 1e-9 else f"{loss:.3g}"


@lru_cache(maxsize=16)
def _window(surface):
    """The surface's values on a grid over its window."""
    s = SURFACES[surface]
    return s.f(np.stack(np.meshgrid(np.linspace(*s.xlim, 80), np.linspace(*s.ylim, 80)), axis=-1))


def _lowest(s):
    return s.floor if s.floor is not None else _window(TITLES[s.name]).min()


def _height(s):
    return _window(TITLES[s.name]).max() - _lowest(s)


@lru_cache(maxsize=16)
def _tuned(surface):
    """{name: (True, rate)}: of 21 rates up to 1 the smallest that does nearly as well as the best.

    How well a rate does: how far the log loss has come down, mean over 200 steps and 12 starts.
    """
    s, rates = SURFACES[surface], np.logspace(-4, 1, 26)
    starts = s.start + np.random.default_rng(0).uniform(-0.05, 0.05, (12, 2)) * np.ptp([s.xlim, s.ylim], axis=1)
    starts = np.broadcast_to(starts, (len(rates), 12, 2))
    best = {}
    for name, optimizer in OPTIMIZERS.items():
        height = np.log(_heights(s, descend(optimizer(lr=rates[:, None, None]), s, RACE_STEPS, start=starts)))
        gain = (height[0] - height).mean(axis=(0, 2))
        allowed = rates <= (10 if name == "AdaDelta" else 1)
        best[name] = (True, float(f"{rates[allowed & (gain >= 0.85 * gain[allowed].max())].min():.3g}"))
    return best


def _heights(s, run):
    """Height over the lowest point, in the picture. Out of it is high, or low where the surface falls for ever.

    A rate that leaves the picture and comes back may win, but nobody would see how.
    """
    inside = np.logical_and.reduce([(low <= x) & (x <= high) for x, (low, high) in _by_axis(s, run.points)])
    outside = 1e3 if s.floor is not None else 1e-9
    return _height(s) * np.where(inside, np.maximum((run.losses - _lowest(s)) / _height(s), 1e-9), outside)


def _by_axis(s, points):
    return (points[..., 0], s.xlim), (points[..., 1], s.ylim)
