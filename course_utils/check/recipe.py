"""Checkers of chapter 18: the next rate to try, a reading of curves, and six diagnoses; see also recipe_capstone."""

from difflib import get_close_matches

import numpy as np

from ..clinic import EXAM, FAULTS, READINGS, examine, facts, read
from .base import CORRECT, NOT_DONE, NOT_YET, Verdict, checker
from .compare import Outcome, differences, exercise, outcomes

draws = np.random.default_rng(17)
STEPS = np.arange(100)
FALLING = 2.3 * 0.98**STEPS + 0.1 * draws.random(100)
FLAT = 2.3 + 0.01 * draws.standard_normal(100)
JAGGED = np.r_[2.3, 2.0, np.tile([1.4, 3.4], 49)[::-1]]  # its last loss is low, its mean is not
SLOW, RISING_SLOWLY = np.linspace(2.3, 1.9, 100), np.linspace(2.3, 2.9, 100)
LEAPING = np.r_[2.3, 3.0, 8.0, 20.0, 9.0, 4.0, np.full(94, 2.25)]  # the rate has killed all units


def _next(
    end=lambda losses: np.mean(losses[-10:]),
    finite=True,
    leap=1.5,
    rise=1.0,
    flat=0.9,
    up=10,
    down=1 / 3,
    keep=1,
    size=lambda lr: lr,
):
    """next_rate with one of its parts written otherwise."""

    def slip(losses, lr):
        high = losses.max() > leap * losses[0] or end(losses) > rise * losses[0]
        if high or finite and not np.isfinite(losses).all():
            return size(lr) * down
        return size(lr) * (up if end(losses) > flat * losses[0] else keep)

    return slip


@exercise(
    cases=[
        {"losses": FALLING, "lr": 0.05},
        {"losses": FLAT[0] + 0 * STEPS - 1e-3 * STEPS, "lr": 1e-4},
        {"losses": 2.3 * 1.05**STEPS, "lr": 3.0},
        {"losses": np.r_[2.3, 40.0, np.inf], "lr": 30.0},
        {"losses": np.r_[FALLING[:50], np.full(50, np.nan)], "lr": 0.6},
        {"losses": JAGGED, "lr": 1.5},
        {"losses": SLOW, "lr": 0.002},
        {"losses": LEAPING, "lr": 2.0},
        {"losses": RISING_SLOWLY, "lr": 1.0},
    ],
    slips={
        "Up and down are swapped: a flat loss asks for a larger rate, one that explodes for a smaller one.": _next(
            up=1 / 3, down=10
        ),
        "A loss that is not finite passes as one that falls: every comparison with NaN is False.": _next(finite=False),
        "Flat after a leap is taken for flat: a rate that is too high can leave a dead net at a blind guess.": _next(
            leap=np.inf
        ),
        "A slow rise is taken for flat: ask whether the mean of the last ten is above the first loss.": _next(
            rise=np.inf
        ),
        "One mini-batch decides: the mean of the last ten losses is wanted, not the last alone.": _next(
            end=lambda losses: losses[-1]
        ),
        "The lowest loss decides: a loss that jumps about has low ones too. Take the mean of the last ten.": _next(
            end=np.min
        ),
        "The mean of all losses decides: where the loss has come to is wanted, the mean of the last ten.": _next(
            end=np.mean
        ),
        "A loss that explodes is above 0.9 of its start as well: ask for it first.": _next(
            finite=False, leap=np.inf, rise=np.inf
        ),
        "The rate that works is changed too: where the loss falls, lr is to stay.": _next(keep=10),
        "Down it is a third, not a tenth: equal strides up and down can go to and fro for ever.": _next(down=0.1),
        "Up it is ten times, not three: a flat loss says that the rate is far off.": _next(up=3),
        "This is the factor; the new rate is wanted.": _next(size=lambda lr: 1),
        "Only a loss that rises counts, so that a flat one passes.": _next(flat=np.inf),
    },
)
def next_rate(losses, lr):
    """The rate to try after a run of some hundred steps at lr, whose mini-batch losses are (n,), n >= 10.

    A loss that is not finite or above 1.5 times the first, or a mean of the last ten above the first: lr / 3. Else, a
    mean of the last ten above 0.9 times the first: lr * 10. Else lr: this rate works. (The short one of the inputs has
    three losses, the last not finite.)
    """
    end = np.mean(losses[-10:])
    if not np.isfinite(losses).all() or losses.max() > 1.5 * losses[0] or end > losses[0]:
        return lr / 3
    return lr * 10 if end > 0.9 * losses[0] else lr


def _then(*start, rest):
    """A curve that has come to rest."""
    return np.r_[start, np.full(7, rest)]


RISING, HIGH, LOW = np.linspace(0.5, 0.8, 8), _then(0.2, 0.6, 0.95, rest=0.99), _then(0.2, 0.5, 0.58, rest=0.6)
CURVES = [
    {"train": HIGH, "val": _then(0.2, 0.6, 0.93, rest=0.97)},
    {"train": RISING, "val": RISING - 0.02},
    {"train": HIGH, "val": _then(0.2, 0.6, 0.78, rest=0.8)},
    {"train": np.linspace(0.7, 0.99, 8), "val": np.linspace(0.8, 0.7, 8)},
    {"train": LOW, "val": LOW - 0.01},
    {"train": np.linspace(0.5, 0.9, 8), "val": np.linspace(0.45, 0.7, 8)},
    {"train": _then(0.2, 0.5, 0.6, rest=0.7), "val": _then(0.2, 0.5, 0.6, rest=0.97)},
    {"train": _then(0.2, 0.9, 0.96, rest=0.94), "val": _then(0.2, 0.9, 0.93, rest=0.93)},
    {"train": HIGH, "val": _then(0.2, 0.9, 0.93, rest=0.945)},
    {"train": np.r_[LOW[:-5], np.linspace(0.6, 0.7, 6)], "val": np.r_[LOW[:-5], 0.6, np.full(5, 0.68)]},
    {"train": LOW, "val": LOW - 0.1},
    {"train": _then(0.2, 0.5, 0.8, rest=0.9), "val": LOW},
    {"train": HIGH, "val": HIGH - 0.02, "goal": 0.999},
    {"train": HIGH, "val": HIGH - 0.02, "gap": 0.01},
    {"train": RISING, "val": RISING - 0.02, "rise": 0.5},
]  # fmt: skip


def _far(train, val, goal, gap):
    return train[-1] - val[-1] > max(gap, goal - train[-1])


def _reading(
    longer=lambda t, v, rise: t > rise and v > rise,
    far=_far,
    first="longer",
    low=lambda train, val, goal, gap: train[-1] < goal,
    rises=lambda a: a[-1] - a[-6],
    fixed=(),
):
    """read_curves with one of its parts written otherwise."""

    def slip(train, val, goal=0.95, gap=0.05, rise=0.01):
        if fixed:
            goal, gap, rise = fixed
        answers = {
            "longer": longer(rises(train), rises(val), rise) and "train longer",
            "far": far(train, val, goal, gap) and "overfitting",
        }
        in_turn = (answers[first], *answers.values(), low(train, val, goal, gap) and "underfitting", "fine")
        return next(filter(None, in_turn))

    return slip


READING_SLIPS = {
    "A small gap alone is called underfitting: two high scores close together are what is wanted.": _reading(
        low=lambda train, val, goal, gap: abs(train[-1] - val[-1]) < gap
    ),
    "The gap is asked for first: while both curves rise, it is too early for that.": _reading(first="far"),
    "One rising curve is taken for two: training goes on up in overfitting as well.": _reading(
        longer=lambda t, v, rise: t > rise
    ),
    "It never says train longer.": _reading(longer=lambda t, v, rise: False),
    "The whole rise is taken, from the first epoch on: a run that has come to rest has that too.": _reading(
        rises=lambda a: a[-1] - a[0]
    ),
    "Only the last epoch is asked whether it rises: compare with five epochs before, train[-6].": _reading(
        rises=lambda a: a[-1] - a[-2]
    ),
    "The gap is taken without its sign: validation ahead of training is no overfitting.": _reading(
        far=lambda train, val, goal, gap: abs(train[-1] - val[-1]) > max(gap, goal - train[-1])
    ),
    "The gap has the wrong sign: overfitting is training ahead of validation.": _reading(
        far=lambda train, val, goal, gap: _far(val, train, goal, gap)
    ),
    "The gap is held against gap alone: where training lacks even more to its goal, that is underfitting.": _reading(
        far=lambda train, val, goal, gap: train[-1] - val[-1] > gap
    ),
    "A low score in training is asked for before the gap: where the gap is larger, that is overfitting.": _reading(
        far=lambda train, val, goal, gap: train[-1] >= goal and _far(train, val, goal, gap)
    ),
    "The best epochs are compared; the reading is about the end.": _reading(
        low=lambda train, val, goal, gap: train.max() < goal
    ),
    "Validation is asked whether it is low: if training itself is low, it is underfitting.": _reading(
        low=lambda train, val, goal, gap: val[-1] < goal
    ),
    "goal, gap and rise are not used: they are 0.95, 0.05 and 0.01 whatever is asked for.": _reading(
        fixed=(0.95, 0.05, 0.01)
    ),
}


@checker(
    reference=read,
    slips=READING_SLIPS
    | {
        "It returns high bias; want one of train longer,": lambda train, val, goal=0.95, gap=0.05, rise=0.01: (
            "high bias"
        )
    },
)
def read_curves(f):
    """Check your `read_curves(train, val, goal=0.95, gap=0.05, rise=0.01)`: what two curves of accuracy show.

    "train longer" if both are more than rise above their values five epochs before the end; else "overfitting" if
    training ends above validation by more than gap, and by more than it lacks to goal; else "underfitting" if training
    ends below goal; else "fine".
    """
    if not callable(f):
        return Verdict(NOT_YET, ("The checker wants the function itself, `check.read_curves(read_curves)`.",))
    got, want = outcomes(f, CURVES), outcomes(read, CURVES)
    if all(_blank(outcome) for outcome in got):
        return Verdict(NOT_DONE, ("`read_curves` returns nothing yet.",))
    for i, (mine, right) in enumerate(zip(got, want, strict=True)):
        if mine.error:
            return Verdict(NOT_YET, (differences(mine, Outcome(0.0), ("the reading",), f)[0], _input(i)))
        if not isinstance(mine.returned, str) or mine.returned not in READINGS:
            return Verdict(NOT_YET, (f"It returns `{mine.returned}`; want one of {', '.join(READINGS)}.", _input(i)))
        if mine.returned != right.returned:
            known = [words for words, slip in READING_SLIPS.items() if _said(slip) == [o.returned for o in got]]
            here = f"Expected `{right.returned}`, got `{mine.returned}`."
            return Verdict(NOT_YET, (*known, here, _input(i)))
    return Verdict(CORRECT, (f"`read_curves` reads all {len(CURVES)} pairs of curves right.",))


def _blank(outcome):
    if outcome.error:
        return isinstance(outcome.error, NotImplementedError)
    return outcome.returned is None or outcome.returned is ...


def _said(f):
    return [o.returned for o in outcomes(f, CURVES)]


def _input(i):
    inputs = ", ".join(f"{name} = {np.round(value, 2).tolist()}" for name, value in CURVES[i].items())
    return f"Input {i + 1} of {len(CURVES)}: `{inputs}`"


def _but(n, name):
    """The right diagnoses but for one."""
    return EXAM | {n: name}


@checker(
    reference=EXAM,
    slips={
        "5 of 6 are right. Patient 1 is not label noise.": _but(1, "label noise"),
        "Patient 2 is not healthy. Its sign would be: Both losses fall fast": _but(2, "healthy"),
        "Patient 3 is not overfitting. Its sign would be: Training goes on to perfection": _but(3, "overfitting"),
        "Patient 4 is not label noise. Its sign would be: Training stays well below validation": _but(4, "label noise"),
        "Patient 5 is not underfitting. Its sign would be: Both curves lie flat": _but(5, "underfitting"),
        "Of the patient: 1257 training digits, 20 epochs: training loss": _but(6, "overfitting"),
        "Patient 2: there is no diagnosis leak. Near it: leakage.": _but(2, "leak"),
        "The checker wants a dict from patient to diagnosis, got list.": list(EXAM.values()),
        "There is no patient 7; they are the numbers 1 to 6.": EXAM | {7: "healthy"},
    },
)
def diagnose(answers):
    """Check your diagnoses of the exam's patients, a dict from the number to the name of the diagnosis."""
    if not isinstance(answers, dict):
        return Verdict(NOT_YET, (f"The checker wants a dict from patient to diagnosis, got {type(answers).__name__}.",))
    if strange := [n for n in answers if n not in EXAM]:
        return Verdict(NOT_YET, (f"There is no patient {strange[0]!r}; they are the numbers 1 to {len(EXAM)}.",))
    blank = [n for n in EXAM if answers.get(n) in (None, ...)]
    named = {n: " ".join(str(answers[n]).lower().split()) for n in EXAM if n not in blank}
    wrong = [line for n, name in named.items() if name != EXAM[n] for line in _objections(n, name)]
    if blank:
        return Verdict(NOT_DONE, (f"Still to be named: {', '.join(f'patient {n}' for n in blank)}.", *wrong))
    right = sum(name == EXAM[n] for n, name in named.items())
    first = f"{right} of {len(EXAM)} are right."
    return Verdict(NOT_YET, (f"{first} {wrong[0]}", *wrong[1:])) if wrong else Verdict(CORRECT, (first,))


def _objections(n, name):
    """What speaks against a name for a patient."""
    if name not in FAULTS:
        near = get_close_matches(name, FAULTS, n=1, cutoff=0.3)
        hint = f"Near it: `{near[0]}`." if near else f"They are {', '.join(FAULTS)}."
        return [f"Patient {n}: there is no diagnosis `{name}`. {hint}"]
    return [
        f"Patient {n} is not `{name}`. Its sign would be: {FAULTS[name].sign}",
        f"Of the patient: {facts(examine(EXAM[n], other=True))}.",
    ]
