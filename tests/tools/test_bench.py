"""The benchmarks' own arithmetic and verdicts, and every contender once; nothing here depends on how long it takes."""

import sys
from functools import partial
from importlib.util import find_spec
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest

from course_utils.data import Data
from course_utils.live import Menu, live
from tools import figures as demos_of
from tools.bench import __main__ as bench
from tools.bench import augmentation, descents, figures, imports, latency, notebooks, steps, timing, training, tuning
from tools.bench.report import Row, digits
from tools.bench.through_interact import through_interact


@pytest.mark.parametrize("value, text", [
    (0.15432, "0.154"), (1.0, "1"), (12.34, "12.3"), (99.49, "99.5"), (99.5, "100"), (3972.4, "3,972"),
    (np.nan, "none"), (np.inf, "none"),
])  # fmt: skip
def test_three_digits_and_no_exponent(value, text):
    assert digits(value) == text


def test_a_row_shows_median_p90_ratio_budget_and_verdict():
    row = Row("slider", range(1, 12), ratio=2.5, at_most=(80, 120), at_least=2)
    assert " ".join(str(row).split()) == "slider 6 10 ms 2.5 x <= 80 / 120 ms, at least 2 x ok"


def test_a_single_measurement_has_no_p90_and_without_budget_there_is_no_verdict():
    assert str(Row("import", [1.5], "s")).split() == ["import", "1.5", "s"]


@pytest.mark.parametrize("row, over", [
    (Row("at the budget", [80], at_most=(80,)), False),
    (Row("median over", [81, 81, 50], at_most=(80, 120)), True),
    (Row("p90 over", [1, 1, 200], at_most=(80, 120)), True),
    (Row("p90 not asked for", [1, 1, 200], at_most=(80,)), False),
    (Row("ratio reached", [1], ratio=2.0, at_least=2), False),
    (Row("ratio missed", [1], ratio=1.9, at_least=2), True),
    (Row("ratio missing", [1], at_least=2), True),
    (Row("nothing measured", [], at_most=(80,)), True),
    (Row("ratio kept", [1], ratio=2.0, ratio_at_most=2), False),
    (Row("ratio exceeded", [1], ratio=2.1, ratio_at_most=2), True),
    (Row("no ratio to keep", [], ratio_at_most=2), True),
    (Row("nothing asked", []), False),
], ids=lambda value: getattr(value, "what", ""))  # fmt: skip
def test_verdicts(row, over):
    assert row.over is over
    assert ("OVER" in str(row)) is over


def test_the_columns_are_aligned():
    rows = [Row("a", [1.0, 2.0], ratio=1.0, at_least=2), Row("b" * 40, [3972.0], at_most=(80, 120))]
    assert len({str(row).index(" ms ") for row in rows}) == 1
    assert str(rows[0]).index("at least") == str(rows[1]).index("<=")


def test_rounds_interleave_after_one_untimed_round_and_do_not_time_what_is_prepared(monkeypatch):
    now, order = [0.0], []
    monkeypatch.setattr(timing, "perf_counter", lambda: now[0])

    def prepare(name, seconds):
        now[0] += 100

        def run():
            order.append(name)
            now[0] += next(seconds)

        return run

    a, b = iter([50.0, 2.0, 4.0, 3.0]), iter([50.0, 6.0, 6.0, 9.0])
    times = timing.rounds({"a": partial(prepare, "a", a), "b": partial(prepare, "b", b)}, 3)
    assert order == list("abababab")
    assert times["a"].tolist() == [2, 4, 3] and times["b"].tolist() == [6, 6, 9]
    assert timing.ratio(times, "b", "a") == 3  # the median of 3, 1.5 and 3, not the ratio of the medians


@pytest.fixture
def task():
    rng = np.random.default_rng(0)
    data = Data(rng.random((20, 4)), np.arange(20) % 3)
    return training.Task("tiny", (4, 5, 3), data, epochs=3, batch_size=8, rounds=1, budgets={})


@pytest.mark.filterwarnings("error")
def test_all_contenders_take_the_same_steps(task):
    assert task.n_steps == 9
    assert training.ours(task)().n_steps == 9
    assert training.ours(task, np.float32)().n_steps == 9
    net = training.sklearn(task)()
    assert (net.n_iter_, net.t_) == (3, 60) and net.n_iter_no_change > net.max_iter, "it never ends early"
    assert [w.shape for w in net.coefs_] == [(4, 5), (5, 3)]


@pytest.mark.slow
def test_pytorch_takes_the_same_steps(task):
    if not find_spec("torch"):
        pytest.skip("PyTorch is not installed")
    for fused in (None, True):
        opt = training.pytorch(task, 1, fused)()
        assert {int(state["step"]) for state in opt.state.values()} == {9}
        assert str(next(iter(opt.state)).dtype) == "torch.float64"


def test_the_bare_products_are_those_of_a_step_forward_and_back(task):
    shapes = [out.shape for out in training.products(task)()]
    assert shapes == [(8, 5), (8, 3), (4, 5), (5, 3), (8, 5)]


def test_products_are_held_to_one_thread(task):
    def seen(_):
        return lambda: {lib["num_threads"] for lib in training.BLAS.info() if lib["user_api"] == "blas"}

    assert training.one_thread(seen, task)()() == {1}


def test_budgets_belong_to_contenders():
    for task in training.tasks():
        assert task.budgets.keys() <= {training.SKLEARN, training.PYTORCH}


@pytest.mark.slow
def test_small_sections_measure_once():
    rows = list(steps.rows({10: 2}, n_rounds=1))
    assert len(rows) == 9 and rows[0].ratio == 1 and rows[0].what == "SGD, 10 parameters"
    rows = list(descents.rows(side=2, n_rounds=1))
    assert [row.at_most for row in rows] == [(2000,), (2000,), (), ()]
    rows = list(tuning.rows(n=2, n_rounds=1))
    assert [row.at_least for row in rows] == [None, 1.7, None] and rows[0].what == "2 trials, one core"
    rows = list(augmentation.rows(n=10, n_rounds=1, epochs=1))
    assert rows[0].what.endswith("shift and rotation") and rows[0].at_most == (1000,)
    (row,) = imports.rows({"import course_utils": (50,)}, n_rounds=1)
    assert row.values[0] > 0


def test_a_notebook_that_fails_has_no_time(tmp_path):
    for name, source in (("good", "1 + 1"), ("bad", "1 / 0")):
        nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        nbformat.write(nb, tmp_path / f"{name}.ipynb")
    (seconds,), words = notebooks.run(tmp_path / "good.ipynb")
    assert seconds > 0 and words == ""
    assert notebooks.run(tmp_path / "bad.ipynb") == ([], ": ZeroDivisionError: division by zero")


def test_figures_have_their_budgets_and_the_race_its_ratio(monkeypatch):
    found = [("optimizers", lambda: 0), ("sgd", lambda: 0)]
    for (_, figure), name in zip(found, ("race", "digits"), strict=True):
        figure.__name__ = name
    monkeypatch.setattr(figures.lab, "chromium", lambda: "chromium")
    monkeypatch.setattr(figures.figures, "find", lambda only: found)
    monkeypatch.setattr(figures, "TRAINING", {"sgd.digits"})
    monkeypatch.setattr(figures, "measured", planted)
    rows = list(figures.rows())
    assert [row.what for row in rows if "density 2" in row.what] == [
        "one line, density 2", "one line, density 2, after a drag", "optimizers.race, density 2",
        "optimizers.race, density 2, after a drag", "optimizers.race, density 2, through interact",
        "sgd.digits, density 2", "sgd.digits, density 2, after a drag",
    ]  # fmt: skip
    asked = {row.what: row.ratio_at_most for row in rows}
    assert [asked[f"one line, density {scale}"] for scale in (1, 2)] == [1.3, 1.7]
    assert [asked[f"optimizers.race, density {scale}"] for scale in (1, 2)] == [1.8, 2.4]
    assert [asked[f"sgd.digits, density {scale}"] for scale in (1, 2)] == [5, 5]
    assert asked["sgd.digits, density 1, after a drag"] == 2.5
    (race,) = (row for row in rows if row.what == "optimizers.race, density 2, through interact")
    assert (race.ratio, race.at_least) == (5, 6) and race.over


def planted(calls, imports, scale):
    through = "through_interact" in imports
    for name in calls:
        yield name, [300.0 if through else 60.0], [] if through else [90.0], [40.0]


def test_figures_that_train_are_figures():
    assert {f"{chapter}.{f.__name__}" for chapter, f in demos_of.find()} >= figures.TRAINING


@pytest.mark.parametrize("section", [figures, latency])
def test_without_a_browser_there_is_one_line(section, monkeypatch):
    monkeypatch.setattr(section.lab, "chromium", lambda: None)
    (line,) = section.rows()
    assert "no Chromium found" in line


def test_the_spans_of_a_press_add_up_to_the_whole(monkeypatch):
    seen = {what: 100 + 0.001 * i**2 for i, what in enumerate(["key", *latency.SPANS])}
    monkeypatch.setattr(latency.lab, "chromium", lambda: "chromium")
    monkeypatch.setattr(latency, "presses", lambda make, scale: ([20.0], [seen]))
    rows = list(latency.rows())
    n = len(latency.SPANS)
    assert len(rows) == 4 * (n + 2)
    assert sum(row.values[0] for row in rows[1 : n + 1]) == pytest.approx(rows[n + 1].values[0]) == pytest.approx(n**2)
    assert rows[n + 1].ratio == pytest.approx(n**2 / 20)


def test_interact_draws_the_same_figure(capsys):
    seen = []

    @live(alt="a line")
    def drawing(fig):
        (line,) = fig.subplots().plot([0, 1], [0, 1])

        def update(k: (0.0, 2.0) = 1.0, kind: Menu(["a", "b"]) = "a"):
            seen.append((k, kind))
            line.set_ydata([0, k])
            return [line], "words"

        return update

    figure = drawing()
    through_interact(figure)
    number = figure.stage.number
    figure.controls["k"].value = 1.5
    figure.controls["kind"].value = "b"
    assert seen == [(1.0, "a"), (1.0, "a"), (1.5, "a"), (1.5, "b")]
    assert figure.stage.number == number, "the live figure has nothing more to do"


def test_the_command_prints_a_table_and_fails_if_a_budget_is_exceeded(monkeypatch, capsys):
    rows = ["  a remark", Row("fast", [1.0], at_most=(2,)), Row("slow", [3.0], at_most=(2,))]
    monkeypatch.setitem(sys.modules, "tools.bench.planted", SimpleNamespace(__doc__="Planted.\n", rows=lambda *a: rows))
    monkeypatch.setitem(bench.SECTIONS, "planted", "for this test")
    assert bench.main(["planted"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "CPUs" in lines[0] and "NumPy" in lines[0]
    assert "Planted." in lines and "  a remark" in lines
    assert lines[-1].startswith("2 rows, 1 over budget")
    rows.pop()
    assert bench.main(["planted:chapter"]) == 0


def test_an_unknown_section_is_named(capsys):
    with pytest.raises(SystemExit):
        bench.main(["trainin"])
    assert "no section 'trainin', but training, steps" in capsys.readouterr().err
