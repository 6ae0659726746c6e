"""The clinic: twelve patients to be named, each a real run, and six more for the exam, whose names it keeps."""

import numpy as np

from ...clinic import EXAM, FAULTS, WARD, examine, facts
from ...live import Stops, live
from ...plots import THEORY
from .shared import FAINT, GUESS, STYLES, percent

EPOCHS, LOSSES = 20, (0.008, 30.0)
PATIENTS = {name: (fault, False) for name, fault in WARD.items()}
PATIENTS |= {f"exam {n}": (fault, True) for n, fault in EXAM.items()}
UNNAMED = "?"


@live(
    size=(9.6, 4.2),
    alt="Loss and accuracy in training and in validation of a run with a fault that is to be named",
    presets={"patient": lambda values: {"diagnosis": UNNAMED, "reveal": False}},
)
def clinic(fig):
    """Twelve patients, A to L, and six of the exam. Name what is wrong with each, and read the answer below.

    A right name reveals the cause, and draws the same run without its fault as thin gray lines. The exam does not.
    """
    left, right = fig.subplots(ncols=2)
    left.set(xlim=(0, EPOCHS), ylim=LOSSES, yscale="log", xlabel="epoch", ylabel="loss")
    left.set_yticks([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"])
    left.minorticks_off()
    left.axhline(GUESS, color=THEORY, ls=":", lw=1.2)
    left.text(EPOCHS - 0.2, GUESS * 1.1, "ln 10", color=THEORY, size=9, ha="right")
    right.set(xlim=(0, EPOCHS), ylim=(0, 1.04), xlabel="epoch", ylabel="accuracy")
    percent(right)
    for ax in (left, right):
        ax.set_xticks(range(0, EPOCHS + 1, 5))
    (steps,) = left.plot([], [], color=FAINT, lw=0.6, zorder=1)
    axes = {"loss": left, "accuracy": right}
    lines = {
        (name, what): ax.plot([], [], label=name, **style)[0]
        for what, ax in axes.items()
        for name, style in STYLES.items()
    }
    cured = {
        (name, what): ax.plot([], [], color="#666666", lw=1, ls=STYLES[name]["ls"], zorder=1.5)[0]
        for what, ax in axes.items()
        for name in STYLES
    }
    handles = [*left.lines[-4:-2], steps]
    fig.legend(handles, ["training", "validation", "each mini-batch"], loc="outside upper right", ncols=3)

    def update(patient: Stops(list(PATIENTS)) = "A", diagnosis: [UNNAMED, *FAULTS] = UNNAMED, reveal: bool = False):
        fault, other = PATIENTS[patient]
        chart, told = examine(fault, other=other), not other and (reveal or diagnosis == fault)
        losses = np.minimum(chart.history.losses, 2 * LOSSES[1])
        steps.set_data(np.arange(len(losses)) / chart.history.steps_per_epoch, losses)
        _trace(lines, chart.history)
        _trace(cured, examine(fault, cured=True).history if told else chart.history, told)
        return [steps, *cured.values(), *lines.values()], _tell(chart, patient, diagnosis, told)

    return update


def _trace(lines, history, shown=True):
    for (name, what), line in lines.items():
        values = getattr(history, f"{'train' if name == 'training' else 'val'}_{what}")
        there = np.isfinite(values) & shown
        line.set_data(history.epochs[there], np.minimum(values[there], 2 * LOSSES[1]))


def _tell(chart, patient, diagnosis, told):
    fault, other = PATIENTS[patient]
    words = f"<b>Patient {patient}</b>: {facts(chart)}."
    if told:
        right = "Right. " if diagnosis == fault else ""
        cause, sign, remedy = FAULTS[fault][:3]
        return f"{words}<br>{right}<b>{fault}</b>: {cause} {sign} {remedy} {_say_test(fault, chart)}"
    if diagnosis == UNNAMED:
        return f"{words}<br>What is wrong with it, if anything?"
    sign = f"Of <b>{diagnosis}</b> the sign is: {FAULTS[diagnosis].sign}"
    if other:
        return f"{words}<br>{sign} No answers in the exam."
    return f"{words}<br>No. {sign}"


def _say_test(fault, chart):
    if not np.isfinite(chart.test_accuracy):
        return "There is no net left to test."
    words = f"Test accuracy {chart.test_accuracy:.1%}"
    if fault == "healthy":
        return f"{words}."
    cured = examine(fault, cured=True)
    if cured.test_accuracy == chart.test_accuracy:
        return f"{words}, with the right curves (gray) too."
    return f"{words}; without the fault (gray) {cured.test_accuracy:.1%}."
