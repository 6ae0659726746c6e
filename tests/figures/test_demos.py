"""Every live figure at every control's ends, every option, and seeded random combinations: no error, no warning."""

import itertools
import subprocess
import sys
import threading
import warnings

import matplotlib.collections
import matplotlib.lines
import numpy as np
import pytest

from course_utils import demos
from course_utils.live import live
from course_utils.live.controls import extremes
from tools import figures

RANDOM = 12


ALL = [pytest.param(figure, id=f"{chapter}.{figure.__name__}") for chapter, figure in figures.find()]


def drive(figure):
    """Put a figure through its paces; the first error or warning, and any artist that is not finite, is raised."""
    ends, start = figure.extremes(), dict(figure.values)
    for name, values in ends.items():
        for value in values:
            step(figure, start | {name: value}, draw=True)
    rng = np.random.default_rng(0)
    for _ in range(RANDOM):
        step(figure, {name: values[rng.integers(len(values))] for name, values in ends.items()})
    low_to_high = itertools.zip_longest(*ends.values())
    figure.pin()
    for values in low_to_high:
        step(figure, {k: v for k, v in zip(ends, values, strict=True) if v is not None})
    step(figure, start, draw=True)
    figure.reset()
    assert "This setting failed" not in figure.stage.words, figure.stage.words


def step(figure, values, draw=False):
    values = figure.values | values
    try:
        with warnings.catch_warnings(), np.errstate(all="warn"):
            warnings.simplefilter("error")
            result = figure.update(**values)
        artists, words = result if isinstance(result, tuple) else (result, "")
        assert isinstance(words, str) and "nan" not in words.split(), f"words: {words}"
        for artist in artists:
            assert finite(artist), f"{artist} is not finite"
        if draw:
            figure.set(**values)
        assert "This setting failed" not in figure.stage.words, figure.stage.words
    except Exception as error:
        error.add_note(f"at {values}")
        raise


def finite(artist):
    """Whether what an artist shows is finite; NaN is allowed in a line, where it is a gap."""
    if isinstance(artist, matplotlib.lines.Line2D):
        return not any(np.isinf(np.asarray(d, dtype=float)).any() for d in artist.get_data(orig=True))
    if isinstance(artist, matplotlib.collections.Collection):
        return all(np.isfinite(path.vertices).all() for path in artist.get_paths())
    return True


def hidden(figure):
    """What stands still above a picture that moves: the picture is drawn over it at every change."""
    for ax in figure.figure.axes:
        moving = [image for image in ax.images if image in figure.canvas.moving]
        yield from (
            artist
            for image in moving
            for artist in (*ax.lines, *ax.collections)
            if artist not in figure.canvas.moving and artist.zorder >= image.zorder
        )


def unlabelled(figure):
    """(axes, direction) with ticks and no label, of its own or shared; a matrix of words is named by a title above."""
    for ax in figure.figure.axes:
        silent = not ax.axison or ax.get_label() == "<colorbar>" or ax.get_title()
        for xy in () if silent else "xy":
            beside = getattr(ax, f"get_shared_{xy}_axes")().get_siblings(ax)
            if len(getattr(ax, f"get_{xy}ticks")()) and not any(getattr(a, f"get_{xy}label")() for a in beside):
                yield ax, xy


@pytest.mark.parametrize("chapter", demos.CHAPTERS)
def test_a_chapter_hands_out_its_figures_by_their_names(chapter):
    found = [figure for _, figure in figures.find(chapter)]
    assert found, "no live figure"
    assert [f"{figure.__module__}.{figure.__name__}" for figure in found] == [
        f"{demos.__name__}.{chapter}.{figure.__name__}.{figure.__name__}" for figure in found
    ], "one figure, one file, one name"
    assert [getattr(getattr(demos, chapter), figure.__name__, None) for figure in found] == found


FIRST_PICTURE = """
import sys
from importlib import import_module
from course_utils import demos

for chapter in demos.CHAPTERS:
    import_module(f"course_utils.demos.{chapter}")
demos.optimizers.race().set(step=100)
print(*{"joblib", "scipy", "sklearn", "torch"} & sys.modules.keys())
"""


def test_no_chapter_waits_for_scipy_before_its_first_picture_needs_it():
    """In the browser it is 14 MB to download, and scikit-learn more."""
    shown = subprocess.run([sys.executable, "-c", FIRST_PICTURE], capture_output=True, encoding="utf-8", check=True)
    assert shown.stdout.split() == []


@pytest.fixture
def without_threads(monkeypatch):
    """As in the browser edition, where a thread cannot be started."""

    def refuse(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)


@pytest.mark.slow
@pytest.mark.counts("figures")
@pytest.mark.usefixtures("without_threads")
@pytest.mark.parametrize("make", ALL)
def test_says_what_it_shows_and_bears_every_setting(make):
    figure = make()
    assert make.__doc__, "Shift-Tab should say what to do with it"
    assert len(figure.stage.alt.split()) >= 8, "alt text: a sentence that says what the picture shows"
    assert list(unlabelled(figure)) == [], "axes without a label"
    drive(figure)
    assert list(hidden(figure)) == [], "these are covered by a picture that moves: return them beside it"
    figure.close()


# Planted faults: what the test above must not let pass.


def _plant(compute):
    @live(alt="a planted fault")
    def planted(fig):
        (line,) = fig.subplots().plot([0, 1], [0, 1])

        def update(k: (0.0, 2.0) = 1.0):
            line.set_ydata([0, compute(k)])
            return [line]

        return update

    return planted()


@pytest.mark.parametrize(
    "compute, error",
    [
        (lambda k: 1 / (2.0 - k), ZeroDivisionError),  # raises at its maximum only
        (lambda k: np.log(k), RuntimeWarning),  # warns at its minimum only
        (lambda k: np.inf if k == 0 else k, AssertionError),
    ],
    ids=["raises at its maximum", "warns at its minimum", "draws infinity"],
)
def test_a_planted_fault_is_found(compute, error):
    with pytest.raises(error):
        drive(_plant(compute))


def test_points_under_a_moving_picture_are_found():
    @live(alt="a planted fault")
    def planted(fig):
        ax = fig.subplots()
        image, (points,) = ax.imshow(np.zeros((2, 2))), ax.plot([0, 1], [0, 1], "o")

        def update(k: (0.0, 2.0) = 1.0, both: bool = False):
            return [image, points] if both else [image]

        return update

    figure = planted()
    assert len(list(hidden(figure))) == 1
    assert list(hidden(figure.set(both=True))) == []


def test_an_axis_without_a_label_is_found():
    @live(alt="a planted fault")
    def planted(fig):
        above, below = fig.subplots(nrows=2, sharex=True)
        below.set(xlabel="x", ylabel="y")

        def update(k: (0.0, 2.0) = 1.0):
            return []

        return update

    figure = planted()
    assert list(unlabelled(figure)) == [(figure.figure.axes[0], "y")]


def test_a_figure_that_starts_a_thread_is_found(without_threads):
    with pytest.raises(RuntimeError, match="can't start new thread"):
        drive(_plant(lambda k: threading.Thread(target=print).start() or k))


def test_extremes_reach_both_ends_of_a_planted_slider():
    assert extremes(_plant(float).controls["k"]) == [0.0, 2.0]
