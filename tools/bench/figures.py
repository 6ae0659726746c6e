"""Live figures: from an input to the last picture that it brings, and how far a figure lags after a drag of a second.

25 presses of arrow keys: on the sliders, each to a value that it has not had, or in a picture that has none, or choices
in the menus of a figure that has neither. ratio: how many times as long the same drawing takes through interact.
Figures that train at each change have more time.
"""

from functools import partial
from itertools import groupby, islice, repeat
from operator import itemgetter

import numpy as np

from tools import figures, lab

from . import page as pages
from .report import Row

PRESSES, DRAGS = 25, 2
QUICK, SLOW, DRAG = (80, 120), (250,), (150,)  # milliseconds: median and ninth decile
TRAINING = {  # the figures that train at each change
    "augmentation.training", "batch_norm.training", "bug_lab.factor", "bug_lab.lab", "bug_lab.labels", "bug_lab.modes",
    "curvature.batches", "ensembles.snapshots", "frameworks.copied", "frameworks.formats", "frameworks.same_net",
    "gradients.boundaries", "gradients.bugs", "hyperparameters.panda", "playground.playground", "recipe.clinic",
    "recipe.hundred_steps", "recipe.reading", "recipe.small_sample", "schedules.batch_size", "schedules.digits",
    "schedules.warm_up", "weight_penalties.border", "weight_penalties.templates",
}  # fmt: skip
SLIDER, TRACK, PICTURE = ".noUi-handle", ".noUi-base", ".course-clickable"
PLACE = "e => 1 + parseFloat(e.parentElement.style.transform.slice(10)) / 1000"  # of a slider's handle, 0 to 1
RACE = ("optimizers", "race")
LIVE = ["from course_utils import demos"]
INTERACT = ["%matplotlib inline", "from tools.bench.through_interact import through_interact", *LIVE]


def rows(only=None, compared=(RACE,)):
    """Yield the rows of every figure, or of one chapter's only; those `compared` are shown through interact as well."""
    if not lab.chromium():
        yield pages.NO_BROWSER
        return
    for chapter, found in groupby(figures.find(only), itemgetter(0)):
        ours = {}
        for name, pressed, dragged in measured(chapter, [f.__name__ for _, f in found], LIVE, "{}"):
            ours[name] = pressed
            what = f"{chapter}.{name}"
            yield Row(what, pressed, at_most=SLOW if what in TRAINING else QUICK)
            if dragged:
                yield Row(f"{what}, after a drag", dragged, at_most=DRAG)
        yield from through_interact(chapter, {name: ours[name] for name in ours if (chapter, name) in compared})


def through_interact(chapter, ours):
    """Yield a row for each of these figures of a chapter, {name: its own milliseconds}, shown through interact."""
    for name, pressed, _ in measured(chapter, ours, INTERACT, "through_interact({})") if ours else ():
        ratio = float(np.median(pressed) / np.median(ours[name])) if len(pressed) and len(ours[name]) else None
        at_least = 4 if (chapter, name) == RACE else None
        yield Row(f"{chapter}.{name}, through interact", pressed, ratio=ratio, at_least=at_least)


def measured(chapter, names, imports, show):
    """Yield (name, milliseconds of presses, milliseconds of lag after drags) for these figures of a chapter."""
    cells = [show.format(f"demos.{chapter}.{name}()") for name in names]
    with pages.open_page(["\n".join(imports), *cells]) as page:
        lab.run_all(page)
        for i, name in enumerate(names, 1):
            cell = page.locator(".jp-CodeCell").nth(i)
            cell.locator(".jp-OutputArea-output img").last.evaluate("e => e.scrollIntoView({block: 'center'})")
            page.wait_for_timeout(pages.SETTLE)  # or a picture that is late would be taken for the answer to a press
            yield name, *hands(page, cell)


def hands(page, cell):
    """(milliseconds from presses to pictures, milliseconds of lag after drags) of whatever moves a figure."""
    pressed = [pages.latency(page, act) for act in islice(inputs(page, cell), PRESSES)]
    dragged = [pages.lag(page, *way) for way in ways(page, cell)]
    return [[ms for ms in found if ms is not None] for found in (pressed, dragged)]


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
