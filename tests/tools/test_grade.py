"""Grading a class: who is right gets the point in whatever form it is handed in, and who cheats or breaks gets none.

One small class is graded at once, behind walls where the machine has them, and without.
"""

import csv
import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import textwrap
import time
import uuid
from io import BytesIO
from pathlib import Path

import numpy as np
import psutil
import pytest

import course_utils
from course_utils.check import BANK
from tools import grade, notebooks
from tools.grading import cells, judge, peer, walls, wire

NAME = "00_start_here"
FRAME = grade.frames()[NAME]
RIGHT = "def first_step(theta, g, lr=0.1):\n    return theta - lr * g"
WRONG = "def first_step(theta, g, lr=0.1):\n    return theta + lr * g"
CHECK = "check.first_step(first_step)"
FORGED = '{"exercise": "first_step", "correct": 1, "tries": 1, "mistake": "", "seconds": 0}\\n'
NOT_OPENED = "The file is a link or no file at all, and was not opened."
LEFT_BEHIND = f"import time; time.sleep(98765)  # {uuid.uuid4()}"
SECONDS = 150  # for a submission; a tenth of them for its cells


def cell(source, *said):
    outputs = [{"output_type": "execute_result", "data": {"text/plain": [text]}} for text in said]
    return {"cell_type": "code", "source": textwrap.dedent(source).strip(), "outputs": outputs, "metadata": {}}


def notebook(*found):
    made = [one if isinstance(one, dict) else cell(one) for one in found]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


# Who is right, in forms that students hand in.
HONEST = {
    "as asked": [*FRAME["cells"], RIGHT, CHECK],
    "nothing but the answer": [RIGHT],
    "the answer below, the stub left": [RIGHT, *FRAME["stubs"], CHECK],
    "the last one counts": [WRONG, RIGHT],
    "a helper in another cell": [
        "def first_step(theta, g, lr=0.1):\n    return theta - step(lr, g)",
        "def step(lr, g):\n    return lr * g",
    ],
    "a helper out of a star import": ["from numpy import *", RIGHT.replace("lr * g", "multiply(lr, g)")],
    "under another name": [RIGHT.replace("first_step", "mine"), "check.first_step(mine)"],
    "without a name": ["check.first_step(lambda theta, g, lr=0.1: theta - lr * g)"],
    "with magics": ["%%time\n!pip install x\n" + RIGHT, "%matplotlib inline"],
    "other cells stop, or wait for input, or never end": [
        "1 / 0",
        "answer = input()",
        "while True: pass",
        RIGHT,
        "this is no Python",
    ],
    "all in one cell": [f"from course_utils import check\ncheck.first_step(None)\n{RIGHT}\n{CHECK}"],
    "put together in place": [
        "parts = {}",
        "parts['step'] = lambda lr, g: lr * g",
        RIGHT.replace("lr * g", "parts['step'](lr, g)"),
    ],
    "prints a gigabyte": [RIGHT.replace("return", "for _ in range(1000): print('x' * 10**6)\n    return")],
}
# Who is not right, and what the table says of it.
WRONGS = {
    "blank": (FRAME["cells"] + FRAME["stubs"], "still blank"),
    "wrong": ([WRONG], "The gradient is added: this walks up the slope."),
    "wrong in the end": ([RIGHT, WRONG], "The gradient is added: this walks up the slope."),
    "wrong, and found by the search": (
        [RIGHT.replace("lr * g", "lr + g")],
        "if g is subtracted from lr, not multiplied.",
    ),
    "writes into its argument": (
        ["def first_step(theta, g, lr=0.1):\n    theta -= lr * g\n    return theta"],
        "writes into its argument theta",
    ),
    "unreadable": (["def first_step(theta, g, lr=0.1) return theta"], "Its cell cannot be read: SyntaxError"),
    "stops": (["import nowhere\n" + RIGHT], "its cells stop with ModuleNotFoundError: No module named 'nowhere'"),
    "a solution that was left": ([cell("# Solution: click to open\n" + RIGHT)], "still blank"),
}
# Who cheats or breaks things. None of it gets a point.
HOSTILE = {
    "prints a verdict": ["print('Correct.')", f"import os\nfor n in (1, 2): os.write(n, b'{FORGED}')\n{WRONG}"],
    "writes into every pipe": [
        f"""
        import os
        def first_step(theta, g, lr=0.1):
            for n in range(3, 64):
                try: os.write(n, b'{FORGED}' * 10)
                except OSError: pass
        """
    ],
    "says that it is right": ["class Yes:\n    correct = True\n    __eq__ = lambda a, b: True\nfirst_step = Yes()"],
    "is equal to everything": [
        """
        import numpy as np
        class Yes(np.ndarray):
            def __eq__(self, other): return True
            def __array_ufunc__(self, *a, **k): return True
        def first_step(theta, g, lr=0.1): return np.zeros(theta.shape).view(Yes)
        """
    ],
    "changes the checker": [
        """
        import builtins, numpy as np, course_utils.check as c
        c.first_step = lambda f: True
        np.isfinite = np.isclose = np.allclose = np.asarray = lambda *a, **k: True
        builtins.print = builtins.isinstance = lambda *a: True
        """,
        WRONG,
    ],
    "asks the checker": ["from course_utils.check import BANK", "first_step = BANK['first_step'].reference"],
    "imports the checker": ["from course_utils.check.start_here import first_step"],
    "sets the settings": ["import os\nos.environ.update(COURSE_STRICT='0', COURSE_PROGRESS='on')\n" + WRONG],
    "exits": ["import sys\nsys.exit(0)\n" + RIGHT],
    "exits for good": ["import os\nos._exit(0)\n" + RIGHT],
    "exits when called": ["import os\ndef first_step(theta, g, lr=0.1): os._exit(0)"],
    "exits politely when called": ["def first_step(theta, g, lr=0.1): exit(0)"],
    "kills its parent": ["import os\ndef first_step(theta, g, lr=0.1): os.kill(os.getppid(), 9)"],
    "never ends": ["def first_step(theta, g, lr=0.1):\n    while True: g = g + 1"],
    "never ends, whatever stops it": [
        """
        import time
        def first_step(theta, g, lr=0.1):
            while True:
                try: time.sleep(1)
                except: pass
        """
    ],
    "never ends while it is read": ["import time\nwhile time:\n    try: time.sleep(1)\n    except: pass\n" + RIGHT],
    "takes all memory": ["import numpy as np\ndef first_step(theta, g, lr=0.1): return np.ones(3 * 10**8)"],
    "returns too much": ["import numpy as np\ndef first_step(theta, g, lr=0.1): return np.ones(2 * 10**7)"],
    "returns a bottomless list": ["def first_step(theta, g, lr=0.1):\n    x = []\n    x.append(x)\n    return x"],
    "returns a deep list": [
        "def first_step(theta, g, lr=0.1):\n    x = []\n    for _ in range(10**5): x = [x]\n    return x"
    ],
    "returns what unfolds": ["def first_step(theta, g, lr=0.1):\n    x = [0]\n    for _ in range(9): x = [x] * 10\n    return x"],
    "recurs": ["def first_step(theta, g, lr=0.1): return first_step(theta, g)"],
    "leaves a process": [
        f"""
        import subprocess, sys
        subprocess.Popen([sys.executable, "-c", {LEFT_BEHIND!r}], start_new_session=True)
        """
        + WRONG.replace("\n", "\n        ")
    ],
    "forks": ["import os\ndef first_step(theta, g, lr=0.1):\n    os.fork(); os.fork()\n    return theta + lr * g"],
    "fills the disk": ["with open('big', 'wb') as f:\n    for _ in range(100): f.write(bytes(10**6))\n" + RIGHT],
    "plants a module": [
        "import course_utils\nopen(course_utils.__file__.replace('__init__', 'planted_by_a_student'), 'w').close()\n"
        + WRONG
    ],
}  # fmt: skip
SAID = {  # of whom the table says what, where that does not depend on the walls
    "prints a verdict": "The gradient is added",
    "writes into every pipe": "cannot be read",
    "says that it is right": "The checker wants the function itself, check.first_step(first_step), and was given Yes Yes.",
    "is equal to everything": "The result is 0 whatever goes in",
    "changes the checker": "The gradient is added",
    "asks the checker": "not subscriptable",
    "imports the checker": "There is no answer",
    "sets the settings": "The gradient is added",
    "exits": "SystemExit",
    "exits for good": "ended",
    "exits when called": "ended",
    "exits politely when called": "SystemExit",
    "never ends": "never ends",
    "never ends, whatever stops it": "never ends",
    "never ends while it is read": "There is no answer: the program with the answer ended",
    "takes all memory": "Unable to allocate 2.24 GiB",
    "returns too much": "cannot be read",
    "returns a bottomless list": "cannot be read",
    "returns a deep list": "RecursionError",
    "returns what unfolds": "cannot be read",
    "recurs": "RecursionError",
    "leaves a process": "The gradient is added",
    "fills the disk": "File too large",
    "plants a module": "",
}
FILES = {
    "no JSON": b"# my answers",
    "empty": b"",
    "binary": bytes(range(256)) * 20,
    "another JSON": b"[1, 2]",
    "cells of another kind": b'{"cells": [{"cell_type": "code", "source": {"a": 1}, "outputs": 3}]}',
    "deep": b"[" * 100_000,
    "deep code": notebook("(" * 5_000 + "first_step" + ")" * 5_000).encode(),
    "null bytes": notebook("first_step = '\0'").encode(),
}


def hand_in(folder, student, content, name=NAME):
    (folder / student).mkdir(exist_ok=True)
    data = content if isinstance(content, bytes) else notebook(*content).encode()
    (folder / student / f"{name}.ipynb").write_bytes(data)


def rows_of(folder):
    with open(folder / grade.GRADES, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


HAS_WALLS = walls.found([])
needs_walls = pytest.mark.skipif(not HAS_WALLS, reason="no namespaces here")
MODES = [
    pytest.param(True, marks=[pytest.mark.slow, needs_walls], id="walls"),
    pytest.param(False, marks=pytest.mark.slow, id="no walls"),
]


def told(student, row):
    """Whether the table says what it should of a student."""
    if student in HONEST:
        return (row["correct"], row["mistake"]) == ("1", "")
    if student in HOSTILE and sys.platform != "linux":
        return True  # what is limited depends on the system
    words = SAID.get(student, "") or WRONGS.get(student, ("", ""))[1]
    judged = not row["mistake"].startswith("It could not be judged")
    return row["correct"] == "0" and judged and words in row["mistake"] != ""


@pytest.mark.parametrize("mode", MODES)
def test_a_class_in_which_some_are_right_some_wrong_and_some_hostile(tmp_path, monkeypatch, mode, record_property):
    contents = {**HONEST, **HOSTILE, **FILES, **{student: content for student, (content, _) in WRONGS.items()}}
    for student, content in contents.items():
        hand_in(tmp_path, student, content)
    monkeypatch.setenv("COURSE_STRICT", "1")  # what a teacher's shell may have set
    monkeypatch.setattr(walls, "found", lambda hidden: mode)
    planted = Path(course_utils.__file__).with_name("planted_by_a_student.py")
    try:
        assert grade.main([str(tmp_path), "--seconds", str(SECONDS)]) == 0
        assert not planted.exists()
    finally:
        planted.unlink(missing_ok=True)
    rows = {row["student"]: row for row in rows_of(tmp_path)}
    assert rows.keys() == contents.keys()
    assert {student: row["mistake"] for student, row in rows.items() if not told(student, row)} == {}
    assert not running()
    record_property("submissions", len(rows))


def test_a_second_call_grades_what_is_new(tmp_path, capsys):
    def graded():
        assert grade.main([str(tmp_path)]) == 0
        said = capsys.readouterr().out.splitlines()[-1]
        return said.partition(":")[0], [row["correct"] for row in rows_of(tmp_path)]

    for student, content in (("ada", [RIGHT]), ("bob", b""), ("eve", [WRONG])):
        hand_in(tmp_path, student, content)
    assert graded() == ("3 submissions, 3 of them graded now", ["1", "0", "0"])
    assert graded() == ("3 submissions, 0 of them graded now", ["1", "0", "0"])
    hand_in(tmp_path, "eve", ["# again", RIGHT])
    with open(tmp_path / grade.KEPT, "a") as file:
        file.write('["torn')
    assert graded() == ("3 submissions, 1 of them graded now", ["1", "0", "1"])


@needs_walls
def test_walls_leave_nothing_to_write_to_and_nobody_to_talk_to(tmp_path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as server:
        tried = f"""
        import os, socket
        from pathlib import Path

        def works(f):
            try: return f() or True
            except Exception: return False

        done = {{
            "write": [works(Path(place, "x").touch) for place in ({str(tmp_path)!r}, {str(walls.ROOT)!r}, "/", "/dev/shm")],
            "read": [works(lambda: next(Path(place).iterdir())) for place in ({str(tmp_path)!r}, {str(notebooks.FOLDER)!r}, "/run")],
            "talk": works(lambda: socket.create_connection(("127.0.0.1", {server.getsockname()[1]}), 5)),
            "open up": os.system("mount -o remount,bind,rw /") == 0,
            "look round": sum(name.isdigit() for name in os.listdir("/proc")) > 1,
            "home": os.listdir() + os.listdir(os.environ["HOME"]),
            "work": Path("mine").touch() or os.listdir(),
        }}
        if done: raise ValueError(done)
        first_step = 1
        """
        hand_in(tmp_path, "curious", [tried])
        assert grade.main([str(tmp_path)]) == 0
    (row,) = rows_of(tmp_path)
    assert row["mistake"].endswith(
        "ValueError: {'write': [False, False, False, False], 'read': [False, False, False], 'talk': False, 'open up': False, "
        "'look round': False, 'home': [], 'work': ['mine']}."
    )
    assert "namespaces" not in capsys.readouterr().err


def running():
    return [process for process in psutil.process_iter(["cmdline"]) if LEFT_BEHIND in (process.info["cmdline"] or ())]


def wait_until(true):
    for _ in range(600):
        if true():
            return
        time.sleep(0.1)
    pytest.fail("waited a minute")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("mode", MODES)
def test_stopped_it_ends_what_it_has_started(tmp_path, interruptible, mode, how):
    start = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {LEFT_BEHIND!r}], start_new_session=True)"
    hand_in(tmp_path, "busy", [f"{start}\nwhile sys: pass\n{RIGHT}"])
    code = f"from tools.grading import walls; walls.found = lambda hidden: {mode}; import runpy; "
    code += "runpy.run_module('tools.grade', run_name='__main__')"
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, cwd=walls.ROOT, stderr=subprocess.PIPE, text=True) as grader:
        wait_until(running)
        grader.send_signal(getattr(signal, how))
        said = grader.communicate(timeout=60)[1]
    assert grader.returncode == {"SIGINT": 1, "SIGTERM": 143}[how]
    assert how == "SIGTERM" or "takes up where it left off" in said
    wait_until(lambda: not running())


def test_a_submission_that_takes_too_long_loses_what_was_not_judged(tmp_path):
    hand_in(tmp_path, "slow", [RIGHT])
    assert grade.main([str(tmp_path), "--seconds", "0.01"]) == 0
    assert [(row["correct"], row["mistake"]) for row in rows_of(tmp_path)] == [("0", grade.OVER)]


def test_students_and_files_of_any_name_and_links(tmp_path, capsys):
    folder, outside = tmp_path / "a class", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    hand_in(outside, "s", [RIGHT])
    odd = ["=1+1", "a,\"b\"\n'c'", "ünï €", *([os.fsdecode(b"\xff")] if sys.platform == "linux" else ())]
    if os.name == "nt":
        odd = ["=1+1", "ünï €"]
    for student in odd:
        hand_in(folder, student, [RIGHT])
    hand_in(folder, "prefixed", [WRONG], f"Miller {NAME} (1)")
    hand_in(folder, "prefixed", [RIGHT], f"Miller {NAME} (2)")
    hand_in(folder, "several", [RIGHT])
    hand_in(folder, "several", [WRONG], f"{NAME}-Copy1")
    hand_in(folder, "other", [RIGHT], "my notes")
    if os.name != "nt":
        (folder / "linked").symlink_to(outside / "s")
        (folder / "links").mkdir()
        (folder / "links" / f"{NAME}.ipynb").symlink_to(outside / "s" / f"{NAME}.ipynb")
        (folder / "pipes").mkdir()
        os.mkfifo(folder / "pipes" / f"{NAME}.ipynb")
        (folder / "folders" / f"{NAME}.ipynb").mkdir(parents=True)
    (folder / "large").mkdir()
    with open(folder / "large" / f"{NAME}.ipynb", "wb") as file:
        file.truncate(cells.LARGEST + 1)
    assert grade.main([str(folder)]) == 0
    rows = {row["student"]: row for row in rows_of(folder)}
    assert [rows[name.encode(errors="backslashreplace").decode()]["correct"] for name in odd] == ["1"] * len(odd)
    assert rows["prefixed"]["correct"] == rows["several"]["correct"] == "1"
    refused = {"links", "pipes", "folders", "large"} & rows.keys()
    assert len(refused) == (1 if os.name == "nt" else 4)
    assert all(rows[name]["correct"] == "0" for name in refused)
    assert {rows[name]["mistake"] for name in refused - {"large"}} <= {NOT_OPENED}
    assert rows["large"]["mistake"].startswith("The file has 20 MB")
    assert {"linked", "other"}.isdisjoint(rows)
    assert "my notes" in capsys.readouterr().err


TOY = {
    "cells": ["import numpy as np", "start = 3", "np.seterr()", "spare = start"],
    "stubs": ["f = ...", "plan = {'a': None}"],
    "exercises": [],
}


@pytest.mark.parametrize(("own", "name", "want"), [
    (["f = 1"], "f", ["f = 1"]),
    (["f = 1", "f = 2", "f = 1"], "f", ["f = 1", "f = 2", "f = 1"]),
    (["f = ...", "start = 3"], "f", []),
    (["def f(): return start + g()", "def g(): return np.ones(h)", "h = 2", "other = 3"], "f",
     ["start = 3", "def f(): return start + g()", "def g(): return np.ones(h)", "h = 2"]),
    (["plan['a'] = 1"], "plan", ["plan = {'a': None}", "plan['a'] = 1"]),
    (["plan.update(a=1)"], "plan", ["plan = {'a': None}", "plan.update(a=1)"]),
    (["class A:\n    f = 1", "def g():\n    f = 1"], "f", []),
    (["def g():\n    global f\n    f = 1", "g()"], "f", ["def g():\n    global f\n    f = 1"]),
    (["g = f", "f = 1"], "g", ["f = ...", "g = f", "f = 1"]),
    (["%%time\nf = 1  # one?\nf?"], "f", ["pass\nf = 1  # one?\npass"]),
    (["mine = 1", "check.f(mine + start)"], "f", ["start = 3", "mine = 1"]),
    (["check.f(f)"], "f", []),
])  # fmt: skip
def test_an_answer_is_the_cells_to_which_its_names_lead(own, name, want):
    found = cells.answer({"name": name, "checker": "f"}, TOY, [cells.read(source) for source in own])
    assert found.cells == [*TOY["cells"][:1], *want] * bool(want)
    assert bool(found.missing) != bool(want)


def test_tries_are_the_verdicts_that_a_notebook_has_stored(tmp_path):
    stored = [
        cell(CHECK, "Not yet. The gradient is added."),
        cell(CHECK, "Not done yet. Still blank."),
        cell(CHECK, "Correct. It agrees."),
        cell("check.another(f)", "Not yet."),
        cell("first_step", "Correct."),
    ]
    hand_in(tmp_path, "ada", stored)
    assert cells.tries("first_step", cells.load(tmp_path / "ada" / f"{NAME}.ipynb")) == 2


@pytest.mark.parametrize(("there", "words"), [([], "nothing to grade"), (None, "is no folder")])
def test_a_wrong_folder_is_named(tmp_path, there, words, capsys):
    with pytest.raises(SystemExit) as stop:
        grade.main([str(tmp_path if there is not None else tmp_path / "nowhere")])
    assert stop.value.code == 2 and words in capsys.readouterr().err


def test_files_of_the_course_that_change_meanwhile_are_told(tmp_path, monkeypatch, capsys):
    hand_in(tmp_path, "blank", FRAME["stubs"])
    digests = iter("ab")
    monkeypatch.setattr(grade, "course", lambda: next(digests))
    assert grade.main([str(tmp_path)]) == 1
    assert "Do not trust" in capsys.readouterr().err


def test_the_summary_counts_and_names_the_mistakes_that_are_made_most():
    def row(correct, mistake=""):
        return {"notebook": "n", "exercise": "e", "correct": correct, "mistake": mistake}

    lines = grade.summary(
        [row(1), row(0, "b"), row(0, "a"), row(0, "a"), row(0, "c"), row(0, "b"), row(0, "b")]
    ).splitlines()
    assert lines[0].split() == ["n", "e", "1", "of", "7", "right", "14%"]
    assert [line.split() for line in lines[1:]] == [["3", "x", "b"], ["2", "x", "a"]]


@pytest.mark.slow
def test_an_answer_is_judged_from_afar_as_it_is_at_home(monkeypatch):
    """Arrays, generators, functions and laboratories are lent and sent, and what is written into them comes back."""
    home = str(Path(__file__).parents[1] / "check")
    monkeypatch.syspath_prepend(home)
    from answers import ANSWERS

    read = f"import sys\nsys.path.append({home!r})\nfrom answers import ANSWERS"
    some = [i for i, answer in enumerate(ANSWERS) if answer.right or i % 4 == 0]
    with judge.Program({"mark": uuid.uuid4().hex, "walls": HAS_WALLS, "hidden": [], "seconds": 1000}) as program:
        for i in some:
            given = program.value(cells.Answer([read], f"ANSWERS[{i}].given"))
            verdict = BANK[ANSWERS[i].exercise].check(given)
            assert verdict.correct == ANSWERS[i].right, (ANSWERS[i].id, verdict)


def test_what_a_function_gives_back_of_its_argument_is_a_part_of_it():
    x = np.arange(12.0).reshape(3, 4)
    with judge.Program({"mark": uuid.uuid4().hex, "walls": HAS_WALLS, "hidden": [], "seconds": 1000}) as program:
        some, turned, back, other = program.value(cells.Answer([], "lambda x: (x[1:, ::2], x.T, x[::-1], x + 0)"))(x)
    assert all(np.shares_memory(x, part) for part in (some, turned, back)) and not np.shares_memory(x, other)
    x[1, 2] = 70
    assert some[0, 1] == turned[2, 1] == back[1, 2] == 70 and other[1, 2] == 6


@pytest.mark.parametrize("thing", [os.system, pytest.raises, np.ndarray, exec], ids=lambda thing: thing.__name__)
def test_the_judge_reads_no_pickle_that_names_a_function(thing):
    class Evil:
        def __reduce__(self):
            return thing, ("touch planted",)

    reader = peer.Peer(None, None, None, trusting=False, around=None)
    with pytest.raises(pickle.UnpicklingError):
        wire.Unpickler(reader, BytesIO(pickle.dumps(Evil())), []).load()
