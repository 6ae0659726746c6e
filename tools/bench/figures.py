"""Live figures: from an input to the last picture that it brings, and how far a figure lags after a drag of a second.

15 presses of arrow keys: on the sliders, each to a value that it has not had, or in a picture that has none, or choices
in the menus of a figure that has neither; at one and at two pixels to a CSS pixel. ratio: to the echo, a bare widget in
the same page that sends a number and gets it back, pressed in turn with the figure; through interact, to the figure.
Figures that train at each change have more time.
"""

from functools import partial
from itertools import groupby, islice, repeat
from operator import itemgetter

import numpy as np

from tools import figures, lab

from . import page as pages
from .echo import KEY
from .report import Row

PRESSES, DRAGS = 15, 2
DENSITIES = (1, 2)
QUICK = {1: 2.2, 2: 3.0}  # budgets in echoes, by density
SLOW = {1: 5.0, 2: 5.0}
OWN = {"one line": {1: 1.3, 2: 1.7}, "optimizers.race": {1: 1.8, 2: 2.4}}
DRAG, INTERACT_AT_LEAST = 2.5, 6
TRAINING = {  # the figures that train at each change
    "augmentation.training", "batch_norm.training", "bug_lab.factor", "bug_lab.lab", "bug_lab.labels", "bug_lab.modes",
    "curvature.batches", "ensembles.snapshots", "frameworks.copied", "frameworks.formats", "frameworks.same_net",
    "hyperparameters.panda", "networks.boundaries", "networks.bugs", "playground.playground", "recipe.clinic",
    "recipe.hundred_steps", "recipe.reading", "recipe.small_sample", "schedules.batch_size", "schedules.digits",
    "schedules.warm_up", "start_here.first_net", "weight_penalties.border", "weight_penalties.templates",
}  # fmt: skip
SLIDER, TRACK, PICTURE = ".noUi-handle", ".noUi-base", ".course-clickable"
PLACE = "e => 1 + parseFloat(e.parentElement.style.transform.slice(10)) / 1000"  # of a slider's handle, 0 to 1
RACE = ("optimizers", "race")
IMPORTS = """
from course_utils import demos
from tools.bench.echo import Echo, one_line
display(Echo())
"""
INTERACT = f"""
%matplotlib inline
from tools.bench.through_interact import through_interact
{IMPORTS}"""
RETINA = "%config InlineBackend.figure_formats = ['retina']"


def rows(only=None, compared=(RACE,)):
    """Yield the rows of every figure, or of one chapter's only; those `compared` are shown through interact as well."""
    if not lab.chromium():
        yield pages.NO_BROWSER
        return
    for scale in DENSITIES:
        yield from of_figures({"one line": "one_line()"}, scale, ())
        for chapter, found in groupby(figures.find(only), itemgetter(0)):
            calls = {f"{chapter}.{f.__name__}": f"demos.{chapter}.{f.__name__}()" for _, f in found}
            yield from of_figures(calls, scale, [f"{c}.{name}" for c, name in compared if c == chapter])


def of_figures(calls, scale, compared):
    """Yield the rows of these figures, {name: the call that shows it}, at a density."""
    ours = {}
    for name, pressed, dragged, echoes in measured(calls, IMPORTS, scale):
        ours[name] = pressed
        budget = OWN.get(name, SLOW if name in TRAINING else QUICK)[scale]
        what = f"{name}, density {scale}"
        yield Row(what, pressed, ratio=ratio(pressed, echoes), ratio_at_most=budget)
        if dragged:
            yield Row(f"{what}, after a drag", dragged, ratio=ratio(dragged, echoes), ratio_at_most=DRAG)
    shown = {name: f"through_interact({calls[name]})" for name in compared if name in ours}
    imports = INTERACT + RETINA * (scale == 2)
    for name, pressed, _, _ in measured(shown, imports, scale) if shown else ():
        at_least = INTERACT_AT_LEAST if name == ".".join(RACE) else None
        what = f"{name}, density {scale}, through interact"
        yield Row(what, pressed, ratio=ratio(pressed, ours[name]), at_least=at_least)


def ratio(times, others):
    """The ratio of the medians; None where there are no times."""
    return float(np.median(times) / np.median(others)) if len(times) and len(others) else None


def measured(calls, imports, scale):
    """Yield (name, ms of presses, ms of lag after drags, ms of echoes) for these figures, in one page."""
    with pages.open_page([imports, *calls.values()], scale) as page:
        lab.run_all(page)
        for i, name in enumerate(calls, 1):
            cell = page.locator(".jp-CodeCell").nth(i)
            cell.locator(".jp-OutputArea-output :is(img, canvas)").last.evaluate(
                "e => e.scrollIntoView({block: 'center'})"
            )
            page.wait_for_timeout(pages.SETTLE)  # or a picture that is late would be taken for the answer to a press
            yield name, *hands(page, cell)


def hands(page, cell):
    """(ms from presses to pictures, ms of lag after drags, ms of echoes in between) of whatever moves a figure."""
    pressed, echoes = [], []
    for act in islice(inputs(page, cell), PRESSES):
        pressed.append(pages.latency(page, act))
        echoes.append(pages.latency(page, partial(page.keyboard.press, KEY)))
    dragged = [pages.lag(page, *way) for way in ways(page, cell)]
    return [[ms for ms in found if ms is not None] for found in (pressed, dragged, echoes)]


def inputs(page, cell):
    """Yield what to do next: keys on the sliders, each as far as it goes, or keys in the picture, or choices."""
    sliders, picture = cell.locator(SLIDER), cell.locator(PICTURE)
    for slider in sliders.all():
        slider.focus()
        low, key = (True, "ArrowLeft") if slider.evaluate(PLACE) > 0.5 else (False, "ArrowRight")
        while 0.001 < (place := slider.evaluate(PLACE)) < 0.999 or low == (place > 0.5):
            yield partial(page.keyboard.press, key)
    if picture.count() and not sliders.count():
        picture.focus()
        yield from repeat(partial(page.keyboard.press, "ArrowRight"))
    for menu in cell.locator("select").all():
        now = menu.evaluate("e => e.selectedIndex")
        others = [i for i in range(menu.locator("option").count()) if i != now]
        yield from (partial(menu.select_option, index=i) for i in others)


def ways(page, cell):
    """Yield from where to where to drag: on the first slider, or in the picture, there and back."""
    slider, track, picture = (cell.locator(name).first for name in (SLIDER, TRACK, PICTURE))
    for i in range(DRAGS):
        if slider.count():
            (x, y), (low, _), (high, _) = pages.at(slider), pages.at(track, 0), pages.at(track, 1)
            yield (x, y), (low if x - low > high - x else high, y)
        elif picture.count():
            yield pages.at(picture, 0.25, 0.3 + 0.4 * (i % 2)), pages.at(picture, 0.25, 0.7 - 0.4 * (i % 2))
