"""The playground: its code makes what it shows, exactly; a paused run is the same run; the pictures count right."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from course_utils import demos, layers
from course_utils.activations import ACTIVATIONS
from course_utils.data import DATASETS
from course_utils.demos.playground import gauges, maps
from course_utils.demos.playground.playground import RATES
from course_utils.demos.playground.runs import EVERY, Run
from course_utils.demos.playground.states import LAYERS, LIVE, SHAPES, TASKS, State
from course_utils.initializers import INITIALIZERS
from course_utils.network import Network
from course_utils.optimizers import OPTIMIZERS
from course_utils.regularizers import L1, L2, ElasticNet
from course_utils.schedules import SCHEDULES
from course_utils.training import fit

CHOICES = dict(
    data=list(TASKS), noise=[0.0, 0.05, 0.37], flip=[0.0, 0.15, 0.4], seed=list(range(10)), hidden=[1, 2, 3, 4],
    width=[4, 8, 16, 32], activation=[*LAYERS, "none"], init=list(INITIALIZERS), batch_norm=[False, True],
    optimizer=list(OPTIMIZERS), lr=[1e-4, 0.00316, 0.01, 0.1, 10.0], schedule=list(SCHEDULES), over=[300, 1000, 3000],
    batch_size=[1, 4, 16, 32, 256], keep=[1.0, 0.8, 0.35], l1=[0.0, 1e-4, 0.1], l2=[0.0, 1e-3, 0.1],
)  # fmt: skip


def states(n, rng):
    """States drawn at random; each choice comes up equally often."""
    columns = {name: rng.permutation(np.resize(np.arange(len(values)), n)) for name, values in CHOICES.items()}
    return [
        State(**{name: CHOICES[name][i] for name, i in zip(columns, row, strict=True)})
        for row in zip(*columns.values(), strict=True)
    ]


def same_as_its_code(state, step):
    """Run the code as the reader would, and compare every loss and every parameter with what the playground has."""
    run = Run(state)
    run.to(step)
    at, net = run.at(step)
    made = {}
    with np.errstate(all="ignore"):
        if "batch of one" in run.ended:
            with pytest.raises(ValueError, match="a batch of one"):
                exec(run.code(step), made)
            return
        exec(run.code(step), made)
    history = made["history"]
    np.testing.assert_array_equal(history.losses, run.losses[:at])
    np.testing.assert_array_equal(made["net"].theta, net.theta)
    for ours, theirs in zip(net.arrays, made["net"].arrays, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    if at % EVERY == 0:
        look = [history.train_loss[-1], history.train_accuracy[-1], history.val_loss[-1], history.val_accuracy[-1]]
        np.testing.assert_array_equal(look, next(look[1:] for look in run.looks if look[0] == at))


@pytest.mark.parametrize("seed", range(6))
def test_the_code_of_random_states_makes_what_is_shown(seed):
    rng = np.random.default_rng(seed)
    for state in states(20, rng):
        same_as_its_code(state, int(rng.integers(1, 121)))


@pytest.mark.parametrize("step", [0, 14, 299, LIVE, 305, 700])
def test_the_code_of_any_step_makes_what_is_shown(step):
    same_as_its_code(State(), step)


@pytest.mark.parametrize("change", [
    dict(data="digits", batch_norm=True, keep=0.8), dict(data="moons", flip=0.15, l1=1e-3, l2=1e-3),
    dict(schedule="Warmup", over=300), dict(optimizer="AdamW", l2=0.01), dict(activation="none", hidden=1),
], ids=str)  # fmt: skip
def test_the_code_of_a_whole_run_makes_what_is_shown(change):
    same_as_its_code(State(**change), LIVE)


def test_a_diverged_run_ends_where_its_code_ends():
    state = State(optimizer="SGD", lr=10.0, activation="none", hidden=4, init="constant")
    run = Run(state)
    run.to(LIVE)
    assert "Diverged" in run.ended and len(run.losses) < LIVE
    made, (at, net) = {}, run.at(LIVE)
    exec(run.code(LIVE), made)
    assert made["history"].diverged_at == at == len(run.losses)
    np.testing.assert_array_equal(made["history"].losses, run.losses)
    np.testing.assert_array_equal(made["net"].theta, net.theta)


def test_the_code_has_a_line_for_each_layer_and_no_module_that_it_does_not_need():
    for state in [State(), *states(100, np.random.default_rng(7))]:
        lines = [line for line in state.code(77, 14).splitlines() if line.strip()]
        assert len(lines) <= 10 + state.hidden, state
        assert sum("layers.Dense" in line for line in lines) == state.hidden + 1
        for name in lines[1].removeprefix("from course_utils import ").split(", "):
            assert any(f"{name}." in line for line in lines[2:]), (name, lines)


def test_every_choice_of_the_course_is_in_a_menu():
    assert {"spirals", "moons", "blobs", "digits"} == set(TASKS)
    assert set(LAYERS) == set(ACTIVATIONS) and set(RATES) == set(OPTIMIZERS)
    for name, (f, _) in ACTIVATIONS.items():
        x = np.linspace(-2, 2, 9)[None]
        np.testing.assert_array_equal(getattr(layers, LAYERS[name])().forward(x), f(x))
    assert set(SHAPES) <= set(SCHEDULES)
    made = {}
    for name in SCHEDULES:
        exec(State(schedule=name, lr=0.02, over=1000).setup, made)
        assert name == "Constant" or type(made["opt"].lr) is SCHEDULES[name]
        rates = np.array([made["opt"].rate(t, np.zeros(1)) for t in range(1000)])
        assert rates.max() == pytest.approx(0.02, rel=0.03) and (rates >= 0).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_code_says_what_is_set(seed):
    """The run is made by its own code, so that each choice has arrived there is seen from what the code has made."""
    for state in states(20, np.random.default_rng(seed)):
        made = {}
        exec(state.setup, made)
        bend = [LAYERS[state.activation]] if state.activation != "none" else []
        block = ["Dense", *["BatchNorm"] * state.batch_norm, *bend, *["Dropout"] * (state.keep < 1)]
        net, opt, task = made["net"], made["opt"], TASKS[state.data]
        assert [type(layer).__name__ for layer in net.layers] == block * state.hidden + ["Dense"]
        assert (net.n_in, net.n_out, net.layers[0].n_out) == (task.n_in, task.n_out, state.width)
        assert all(layer.keep == state.keep for layer in net.layers if hasattr(layer, "keep"))
        wanted = INITIALIZERS[state.init](task.n_in, state.width, np.random.default_rng(state.seed))
        np.testing.assert_array_equal(net.layers[0].W, wanted)
        assert type(opt) is OPTIMIZERS[state.optimizer] and getattr(opt.lr, "lr", opt.lr) in (state.lr, opt.lr)
        data = DATASETS[state.data](**{name: getattr(state, name) for name in task.arguments}, rng=0)
        np.testing.assert_array_equal(made["split"].train.x, data.train.x)
        np.testing.assert_array_equal(made["split"].val.y, data.val.y)
        assert f"batch_size={state.batch_size}, rng={state.seed}" in state.code(5, 9)


@pytest.mark.parametrize(
    "l1, l2, penalty", [(0, 0, None), (0.1, 0, L1(0.1)), (0, 0.1, L2(0.1)), (0.1, 0.2, ElasticNet(l1=0.1, l2=0.2))]
)
def test_penalties(l1, l2, penalty):
    assert Run(State(l1=l1, l2=l2)).penalty == penalty


def test_a_paused_run_is_the_same_run_and_can_be_wound_back():
    paused, through = Run(State(keep=0.8, batch_norm=True)), Run(State(keep=0.8, batch_norm=True))
    for step in (1, 7, 250, 640):
        paused.to(step)
        paused.at(step // 2)  # a look back must leave no trace
    through.to(640)
    assert paused.losses == through.losses and paused.looks == through.looks
    early = Run(State(keep=0.8, batch_norm=True))
    early.to(123)
    for ours, theirs in zip(paused.at(123)[1].arrays, early.net.arrays, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_beyond_the_live_steps_every_tenth_is_kept():
    run = Run(State())
    run.to(337)
    assert [run.at(step)[0] for step in (0, 299, 300, 309, 310, 337)] == [0, 299, 300, 300, 310, 330]


def test_update_ratios_are_those_of_the_step():
    run = Run(State(batch_norm=True))
    run.to(EVERY)
    before, after = (run.net.unpack(run.at(step)[1].theta.copy()) for step in (EVERY - 1, EVERY))
    wanted = [np.linalg.norm(after[k] - before[k]) / np.linalg.norm(after[k]) for k in after if k.endswith("W")]
    assert run.ratios[0][0] == EVERY
    np.testing.assert_allclose(run.ratios[0][1], wanted, rtol=1e-9)


@pytest.fixture(scope="module")
def figure():
    shown = demos.playground.playground()
    yield shown
    shown.close()


def test_a_change_goes_back_to_the_live_steps_and_an_early_step_stays(figure):
    figure.set(step=500)
    figure.set(lr=0.02)
    assert figure.values["step"] == LIVE
    figure.set(step=40)
    figure.set(width=16)
    assert figure.values["step"] == 40
    figure.set(optimizer="SGD")
    assert figure.values["lr"] == RATES["SGD"]
    figure.reset()


def test_the_box_has_the_code_of_the_picture(figure):
    figure.set(seed=3)
    figure.set(step=514)
    made = {}
    exec(figure.code.code, made)
    assert "<b>Step 510</b>" in figure.stage.words
    assert f"loss {made['history'].train_loss[-1]:#.2g}" in figure.stage.words
    figure.reset()


def test_only_a_menu_costs_a_full_draw(figure):
    figure.reset()
    for change in (dict(lr=0.02), dict(noise=0.1), dict(step=120), dict(keep=0.8), dict(l2=1e-3), dict(batch_size=64)):
        base = figure.canvas.rest
        figure.set(**change)
        assert figure.canvas.rest is base, change
    figure.reset()


def _axes():
    return Figure(layout="constrained").subplots()


def test_the_plane_shows_the_answer_at_every_point():
    panel, net = maps.Plane(_axes()), Run(State()).net
    split = Run(State()).split
    panel.frame("spirals", False)
    panel.show(split, net, False)
    image = np.asarray(panel.image.get_array())
    x, y = panel.points[20, 60]
    k = int(net.forward(np.array([[x, y]])).argmax())
    strength = (1 - image[20, 60]) / (1 - maps.RGB[k])
    assert np.ptp(strength) < 1e-2 and strength.min() > 0
    assert sum(len(line.get_xdata()) for line in panel.marks[0]) == len(split.train.y)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_unit_lines_are_where_the_activation_is_zero(batch_norm):
    run = Run(State(batch_norm=batch_norm, width=8))
    run.to(30)
    x, y = maps.unit_lines(run.net).reshape(2, 8, 3)
    for unit in range(8):
        for end in (0, 1):
            s = run.net.layers[0].forward(np.array([[x[unit, end], y[unit, end]]]))
            s = run.net.layers[1].forward(s) if batch_norm else s
            assert abs(s[0, unit]) < 1e-6


def test_digits_stand_in_the_column_of_their_answer():
    split = Run(State(data="digits")).split
    x, y = split.val

    class Fixed:
        def forward(self, x, check=True):
            return np.eye(10)[answers]

    answers = y.copy()
    answers[:3] = (y[:3] + 1) % 10
    canvas = maps.answers_on(x, y, Fixed())
    tiles = canvas.reshape(maps.SIDE, maps.TILE, maps.SIDE, maps.TILE, 3).transpose(0, 2, 1, 3, 4)
    filled = (tiles < 1).any(axis=(2, 3, 4))
    per_answer = filled.sum(axis=0).reshape(10, 2).sum(axis=1)
    np.testing.assert_array_equal(per_answer, np.bincount(answers, minlength=10))
    orange = (tiles[..., 0] - tiles[..., 2] > 0.1).any(axis=(2, 3))
    assert orange.sum() == 3


def test_histograms_count_every_activation():
    panel, run = gauges.Histograms(_axes()), Run(State(hidden=3))
    panel.frame(3, "relu")
    panel.show(run.net, run.split.train.x)
    given = gauges.given_by(run.net, run.split.train.x)
    assert len(given) == 3 and all((h >= 0).all() for h in given)
    np.testing.assert_array_equal(given[0], np.maximum(run.net.layers[0].forward(run.split.train.x), 0))
    assert [heap.get_visible() for heap in panel.heaps] == [True, True, True, False]
    assert f"{np.mean(given[0][: gauges.SAMPLES] == 0):.0%} are 0" in panel.notes[0].get_text()


def test_histograms_of_a_net_that_overflowed_say_so():
    panel, run = gauges.Histograms(_axes()), Run(State(activation="none"))
    run.net.theta *= 1e200
    panel.frame(2, "none")
    panel.show(run.net, run.split.train.x)
    assert [note.get_text() for note in panel.notes[:2]] == ["layer 1: not finite", "layer 2: not finite"]


def test_a_run_is_the_one_of_fit():
    run = Run(State(l2=0.1))
    made = {}
    exec(State(l2=0.1).setup, made)
    assert isinstance(made["net"], Network)
    run.to(28)
    fit(made["net"], made["split"], made["opt"], 2, 32, 0, regularizer=made["penalty"])
    np.testing.assert_array_equal(run.net.theta, made["net"].theta)
