"""A notebook is proved by running it: each kind of fault that this is to find is planted once."""

import copy
import os

import pytest
from planted import GOOD, Namespace, code, edited, new_notebook, new_output, none, only, run, text

from tools import notebooks, proof


@pytest.fixture
def namespace(monkeypatch):
    monkeypatch.setenv("COURSE_STRICT", "")  # so that what a solved run sets is taken back
    return Namespace()


def test_good_notebook_is_proved(namespace):
    none(proof.faults(GOOD, namespace))
    assert os.environ["COURSE_STRICT"] == "1"


@pytest.mark.parametrize(
    ("cell", "old", "new", "words"),
    [
        (2, "0.016", "0.017", "cell 2: claim 'It falls to **0.017**<!-- = loss[-1] -->': loss[-1] is 0.0156"),
        (2, "64", "70", "loss[0] / loss[-1] is 64.1"),
        (2, "**0.016**", "little", "no number right before the comment"),
        (2, "loss[-1] -->,", "lost[-1] -->,", "NameError: name 'lost' is not defined"),
        (2, "loss[-1] -->,", "loss[-1:][1] -->,", "IndexError"),
        (2, "loss[-1] -->,", "float('nan') -->,", "is nan"),
        (2, "loss[-1] -->,", "loss[-1]) -->,", "unmatched ')'"),
        (2, "loss[-1] -->,", "loss[-1], rel=0.1 -->,", "takes no options"),
        (2, "loss[-1] -->,", "loss[-1], about=0.1 -->,", "want one expression"),
        (2, "? loss[-1] <", "? loss[-1] >", "loss[-1] > loss[0] is False"),
        (2, "loss[0] -->.", "loss[0]", "a claim's comment has no end"),
        (1, "loss =", "# 0.0156<!-- = loss[-1] -->\nloss =", "cell 1: a claim outside a text cell is never evaluated"),
        (3, "<details>", "<div>", "exercise adagrad_step: no hints in <details>"),
        (4, "def adagrad_step", "def another", "exercise adagrad_step: no stub"),
        (4, "    ...", "    return 1 / 0", "cell 5: blank exercise adagrad_step: want 'Not done yet.', got 'Not yet."),
        (4, "    ...", "    return theta, s", "want 'Not done yet.', got 'Not yet."),
        (
            5,
            "check.adagrad_step(adagrad_step)",
            "check.adagrad_step(lambda theta, g, s: None)",
            "want one call check.name",
        ),
        (5, "check.ada", "check.rmsprop_step(adagrad_step)\ncheck.ada", "want one call check.name(your_name)"),
        (6, "**2", "", "cell 5, solved: AssertionError: Not yet. g is not squared on its way into s."),
        (
            6,
            "    s = ",
            "    raise KeyError(0)\n    s = ",
            "solved: AssertionError: Not yet. It stops with KeyError: 0",
        ),
        (6, "adagrad_step_solution", "adagrad_step", "exercise adagrad_step: no solution"),
        (6, "eps), s", "eps), s\nadagrad_step = 3", "its solution overwrites adagrad_step, the learner's own"),
        (7, "loss[0]", "adagrad_step(1., 2., 3.)[0]", "TypeError: 'NoneType' object is not subscriptable"),
        (7, "print", "assert adagrad_step(1., 1., 0.) is None\nprint", "cell 7, solved: AssertionError"),
    ],
)
def test_planted_fault_is_found(namespace, cell, old, new, words):
    faults = proof.faults(edited(cell, old, new), namespace)
    assert faults
    assert words in faults[0]


def output(text):
    return new_output("stream", text=text)


def page(picture, width=640):
    return new_output("display_data", {"text/html": f'<img src="data:image/png;base64,{picture}" width="{width}">'})


@pytest.mark.parametrize(
    ("stored", "shown", "words"),
    [
        ([], [page("AAAA")], ["shown 'display_data", "shown 'text/html"]),
        ([page("AAAA")], [], ["stored 'display_data", "stored 'text/html"]),
        ([page("AAAA")], [page("BBBB")], []),
        ([page("AAAA")], [page("AAAA", 320)], ["stored", "shown"]),
        ([output("1\n2\n")], [output("1\n3\n")], ["stored 'stdout: 2'", "shown 'stdout: 3'"]),
        ([output("1\n2")], [output("1\n"), output("2")], []),
        ([output("a" * 300 + "1")], [output("a" * 300 + "2")], [f"{'a' * 60}1'", f"{'a' * 60}2'"]),
    ],
)
def test_a_cell_that_shows_something_else_than_what_is_stored_is_found(namespace, monkeypatch, stored, shown, words):
    nb = copy.deepcopy(GOOD)
    nb.cells[1].outputs = stored
    monkeypatch.setattr(namespace, "run", lambda source, run=namespace.run: run(source) + shown * ("loss =" in source))
    faults = proof.faults(nb, namespace)
    only(faults, *words)
    assert all(fault.startswith("cell 1: ") for fault in faults)


def test_stub_that_raises_is_a_fault_and_hides_no_claim(namespace):
    nb = edited(4, "    ...", "    ...\nraise KeyError('here')")
    nb.cells.append(text("So 1<!-- = 1 -->."))
    only(
        proof.faults(nb, namespace),
        "cell 4: KeyError: 'here'",
        "cell 8: claim never evaluated: the run stopped at cell 4",
    )


def test_hints_elsewhere_are_not_this_exercise_s(namespace):
    nb = edited(3, "<details>", "<div>")
    nb.cells.insert(0, text("<details>The answer to another question.</details>"))
    nb.cells.append(text("<details>And to a third.</details>"))
    only(proof.faults(nb, namespace), "exercise adagrad_step: no hints in <details>")


def test_stub_may_be_a_name_that_is_assigned(namespace, monkeypatch):
    nb = run(
        new_notebook(
            cells=[
                code("from course_utils import check\nfrom course_utils.optimizers import *"),
                text("<details>Try.</details>"),
                code("choice = {'ravine': ..., 'plateau': ..., 'rosenbrock': ...}"),
                code("check.choose_optimizers(choice)"),
                code(
                    f"{notebooks.SOLUTION}\nchoice_solution = dict(ravine=Momentum(lr=1, rho=0.5), plateau=AdaGrad(lr=0.5),\n"
                    "                       rosenbrock=Nesterov(lr=0.001, rho=0.95))"
                ),
            ]
        )
    )
    none(proof.faults(nb, namespace))
    nb.cells[4].source = nb.cells[4].source.replace("lr=1,", "lr=0.1,")
    monkeypatch.delenv("COURSE_STRICT")
    only(proof.faults(nb, Namespace()), "cell 3, solved: AssertionError: Not yet. 2 of 3 goals are met.")
