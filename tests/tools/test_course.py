"""The launcher, without a network: on a copy of it in a folder whose name has a space and letters beyond ASCII."""

import ast
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools.websocket import Prompt

COURSE = Path(__file__).parents[2] / "course.py"
PROMPT = "--ServerApp.kernel_websocket_connection_class=tools.websocket.Prompt"
FILES = {
    "requirements.txt": "# nothing to install\n",
    "pyproject.toml": "[project]\nname = 'course'\n",
    "constraints.txt": "numpy==2.4.6\n",
    # Stands in for JupyterLab: the launcher runs it as `python -m jupyterlab` in the course's folder.
    "jupyterlab/__main__.py": "import json, os, sys\n"
                              "print(json.dumps([sys.argv[1:], sys.prefix, os.getcwd(), os.environ['PATH']]))\n"
                              "sys.exit('--fail' in sys.argv and 7)\n",
    "pytest/__main__.py": "import time\ntry:\n    print('ready', flush=True)\n    time.sleep(60)\n"
                          "except KeyboardInterrupt: print('saved')\n",
    "tests/__init__.py": "",
}  # fmt: skip


def make_project(folder):
    """A course with nothing to install, and with stand-ins for what the launcher starts."""
    shutil.copytree(COURSE.parent, folder, ignore=lambda _, names: set(names) - {"course.py"})
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


def course(project, *arguments, before="", cwd=None):
    """Run course.py in a process of its own, after the code `before`, for one whose pip installs for the user only."""
    line = [str(project / "course.py"), *arguments]
    code = f"import runpy, sys\n{before}\nsys.argv = {line}\nrunpy.run_path({line[0]!r}, run_name='__main__')"
    env = {**os.environ, "PIP_NO_INDEX": "1", "PIP_USER": "1", "PIP_CONFIG_FILE": os.devnull, "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd or project,
        env=env,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project whose environment is really made, once."""
    home = tmp_path_factory.mktemp("home")
    folder = make_project(home / "der Kurs über Netze 과정")
    first = course(folder, "lab", cwd=home)
    assert first.returncode == 0, first.stderr
    assert "making .venv (there is none yet)" in first.stderr and "installing requirements.txt" in first.stderr
    return folder


def test_lab_starts_jupyterlab_in_the_environment_from_any_folder(project, tmp_path):
    arguments, prefix, folder, path = json.loads(course(project, "lab", "--no-browser", cwd=tmp_path).stdout)
    assert arguments == [PROMPT, os.path.join("notebooks", "00_start_here.ipynb"), "--no-browser"]
    assert Path(prefix).samefile(project / ".venv") and Path(folder).samefile(project)
    assert Path(path.split(os.pathsep)[0]).parent.samefile(project / ".venv")


def test_lab_opens_the_notebook_that_is_named(project):
    arguments, *_ = json.loads(course(project, "lab", "notebooks/08_optimizers.ipynb").stdout)
    assert arguments == [PROMPT, "notebooks/08_optimizers.ipynb"]


def test_the_line_to_the_kernel_sends_every_message_at_once(monkeypatch):
    said = []
    line = object.__new__(Prompt)
    monkeypatch.setattr(Prompt, "websocket_handler", SimpleNamespace(set_nodelay=said.append))
    monkeypatch.setattr(Prompt.__base__, "connect", lambda self: said.append("connected"))
    line.connect()
    assert said == [True, "connected"]
    assert PROMPT.endswith(f"={Prompt.__module__}.{Prompt.__name__}")


def test_the_exit_code_is_the_commands_own(project):
    assert course(project, "lab", "--fail").returncode == 7


def test_a_second_run_installs_nothing(project):
    again = course(project, "lab")
    assert again.returncode == 0
    assert "making" not in again.stderr and "installing" not in again.stderr


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_a_changed_file_is_installed_once(project, name):
    (project / name).write_text(FILES[name] + "# changed\n")
    changed, again = course(project, "lab"), course(project, "lab")
    assert "installing" in changed.stderr and "making" not in changed.stderr
    assert "installing" not in again.stderr


def test_a_failing_pip_says_what_to_do_and_is_tried_again(project):
    (project / "requirements.txt").write_text("a-package-that-nobody-has\n")
    failed = course(project, "lab")
    (project / "requirements.txt").write_text(FILES["requirements.txt"])
    mended = course(project, "lab")
    assert failed.returncode == 1
    assert "a-package-that-nobody-has" in failed.stderr and "No network, or it broke off" in failed.stderr
    assert mended.returncode == 0 and "installing" in mended.stderr and "making" not in mended.stderr


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent to a whole console there")
@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_reaches_the_command(project):
    (project / ".venv" / "course-stamp").write_text(load(project).stamp("[test]"))
    with subprocess.Popen([sys.executable, project / "course.py", "test"], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGINT)
        assert child.stdout.read() == "saved\n"
    assert child.returncode == 0


def test_an_environment_without_its_python_is_made_anew(project):
    python = load(project).PYTHON
    python.unlink()
    remade = course(project, "lab")
    assert remade.returncode == 0 and "making .venv (its Python is gone)" in remade.stderr
    assert python.exists()


# From here on no environment is made: what the launcher would start is recorded.


def load(project):
    """The launcher of this project as a module."""
    spec = importlib.util.spec_from_file_location("course", project / "course.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def launcher(tmp_path, monkeypatch):
    """A launcher beside a sound .venv with what `lab` needs; `started` lists the command lines it would run."""
    module = load(make_project(tmp_path / "ein Kurs ü"))
    module.VENV.mkdir()
    module.STAMP.write_text(module.stamp(""))
    module.started, module.answers = [], {"version": module.VERSION + " True", "pip": "whole"}
    monkeypatch.setattr(module, "answer", lambda code: module.answers["pip" if "pip" in code else "version"])
    monkeypatch.setattr(module, "run", lambda *command: module.started.append(command) or 0)
    monkeypatch.setattr(module.subprocess, "call", lambda command, **_: module.started.append(command) or 0)
    return module


def test_a_copy_for_a_class_starts_lab_and_says_what_it_has_not(launcher):
    shutil.rmtree(launcher.ROOT / "tests")
    assert launcher.main(["lab"]) == 0
    with pytest.raises(SystemExit, match="for a class"):
        launcher.main(["render"])


@pytest.mark.parametrize(("arguments", "module", "rest"), [
    (["lab"], "jupyterlab", [PROMPT, os.path.join("notebooks", "00_start_here.ipynb")]),
    (["lab", "--port", "9999"], "jupyterlab", [PROMPT, os.path.join("notebooks", "00_start_here.ipynb"), "--port", "9999"]),
    (["render", "--check"], "tools.render", ["--check"]),
    (["compute", "momentum"], "tools.compute", ["momentum"]),
    (["bench"], "tools.bench", []),
    (["handout", "to hand out"], "tools.handout", ["to hand out"]),
    (["grade", "handed in"], "tools.grade", ["handed in"]),
    (["export"], "tools.export", []),
    (["lite", "--serve"], "tools.lite", ["--serve"]),
])  # fmt: skip
def test_each_command_runs_its_module_with_the_rest_of_the_line(launcher, arguments, module, rest):
    assert launcher.main(arguments) == 0
    assert launcher.started[-1] == (module, rest)


def test_tests_run_side_by_side_within_a_limit_and_quick_leaves_the_long_ones_out(launcher):
    for arguments in (["test"], ["test", "-k", "adam"], ["test", "quick"], ["test", "quick", "-k", "adam"]):
        assert launcher.main(arguments) == 0
    every, adam, quick, both = (launcher.started[i] for i in (-4, -3, -2, -1))
    assert every == ("pytest", launcher.TEST) and {"-n", "--timeout"} < set(launcher.TEST)
    assert adam == ("pytest", launcher.TEST + ["-k", "adam"])
    assert quick == ("pytest", launcher.TEST + launcher.QUICK) and "not" in launcher.QUICK[1]
    assert both == ("pytest", launcher.TEST + launcher.QUICK + ["-k", "adam"])


def test_setup_runs_nothing(launcher):
    launcher.STAMP.write_text(launcher.stamp("[test]"))
    assert launcher.main(["setup"]) == 0 and launcher.started == []


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["--help"], 0), (["labb"], 2)])
def test_an_unknown_command_gets_help(launcher, capsys, arguments, code):
    assert launcher.main(arguments) == code and launcher.started == []
    assert "python3 course.py lab" in capsys.readouterr().out


def test_the_tests_need_more_and_lab_takes_what_the_tests_have(launcher):
    assert launcher.main(["lab"]) == 0 and len(launcher.started) == 1
    launcher.main(["test"])
    install = launcher.started[1]
    assert install[1:4] == ["-m", "pip", "install"] and install[-4:] == ["-r", "requirements.txt", "-e", ".[test]"]
    launcher.main(["lab"])
    launcher.main(["test"])
    assert [command[0] for command in launcher.started[2:]] == ["pytest", "jupyterlab", "pytest"]


def test_pinned_takes_the_tested_versions_and_other_starts_keep_them(launcher):
    launcher.main(["lab", "--pinned", "--no-browser"])
    install, (module, rest) = launcher.started
    assert install[-4:] == ["-r", "requirements.txt", "-c", "constraints.txt"]
    assert module == "jupyterlab" and "--pinned" not in rest and rest[-1] == "--no-browser"
    launcher.main(["lab", "--pinned"])
    launcher.main(["lab"])
    assert [command[0] for command in launcher.started[2:]] == ["jupyterlab", "jupyterlab"]
    (launcher.ROOT / "constraints.txt").write_text("numpy==2.4.7\n")
    launcher.main(["lab", "--pinned"])
    assert launcher.started[-2] == install


@pytest.mark.parametrize(("answers", "reason"), [
    ({"version": ""}, "its Python is gone"),
    ({"version": "3.8 True"}, "not an environment of Python"),
    ({"version": f"{sys.version_info[0]}.{sys.version_info[1]} False"}, "not an environment of Python"),
])  # fmt: skip
def test_a_broken_environment_is_made_anew(launcher, capsys, answers, reason):
    launcher.answers.update(answers)
    launcher.main(["lab"])
    assert launcher.started[0] == [sys.executable, "-m", "venv", "--clear", str(launcher.VENV)]
    assert reason in capsys.readouterr().err
    assert "install" in launcher.started[1] and launcher.started[2][0] == "jupyterlab"


def test_a_half_made_environment_is_made_anew(launcher, capsys):
    launcher.STAMP.unlink()
    launcher.answers["pip"] = ""
    launcher.main(["lab"])
    assert "venv" in launcher.started[0] and "left half-made" in capsys.readouterr().err


def test_an_environment_made_by_hand_is_kept(launcher):
    launcher.STAMP.unlink()
    launcher.main(["lab"])
    assert "install" in launcher.started[0] and launcher.started[1][0] == "jupyterlab"


def test_a_moved_course_gets_a_new_environment(launcher, capsys):
    _, *rest = launcher.stamp("[test]").split("\n")
    launcher.STAMP.write_text("\n".join(["'/elsewhere'", *rest]))
    launcher.main(["lab"])
    assert "venv" in launcher.started[0] and "moved" in capsys.readouterr().err


def test_a_set_up_that_breaks_off_leaves_no_stamp(launcher, monkeypatch):
    monkeypatch.setattr(launcher.subprocess, "call", lambda *_, **__: 1)
    with pytest.raises(SystemExit, match="No network"):
        launcher.main(["test"])
    assert not launcher.STAMP.exists()


def test_a_venv_that_fails_says_what_to_do(launcher, monkeypatch):
    launcher.answers["version"] = ""
    monkeypatch.setattr(launcher.subprocess, "call", lambda *_, **__: 1)
    with pytest.raises(SystemExit, match="make room if the disk is full"):
        launcher.main(["lab"])


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_says_what_to_install(tmp_path, module):
    project = make_project(tmp_path / "course")
    done = course(project, "lab", before=f"sys.modules[{module!r}] = None")
    assert done.returncode == 1 and f"its module {module} is missing" in done.stderr
    assert "apt install python3-venv" in done.stderr and "Traceback" not in done.stderr


def test_an_old_python_is_told_so(tmp_path):
    project = make_project(tmp_path / "course")
    done = course(project, "lab", before="sys.version_info = (3, 8, 10, 'final', 0)")
    assert done.returncode == 1 and "needs Python 3.11 or newer; this is Python 3.8" in done.stderr
    assert "Traceback" not in done.stderr and not (project / ".venv").exists()


def test_an_old_python_can_read_as_far_as_the_message():
    text = COURSE.read_text(encoding="utf-8")
    tree = ast.parse(text)
    syntax = {type(node).__name__ for node in ast.walk(tree)}
    assert text.isascii()
    assert syntax.isdisjoint({"JoinedStr", "NamedExpr", "AnnAssign", "Match", "AsyncFunctionDef", "Starred"})
    assert not any(node.annotation for node in ast.walk(tree) if isinstance(node, ast.arg))
    check = next(i for i, node in enumerate(tree.body) if isinstance(node, ast.If))
    assert [ast.unparse(node) for node in tree.body[1:check]] == ["import sys"]


@pytest.mark.parametrize(("trouble", "words"), [
    ("KeyboardInterrupt", "stopped"), ("OSError(28, 'No space left')", "the system says: [Errno 28] No space left"),
])  # fmt: skip
def test_trouble_during_the_set_up_is_one_line(tmp_path, trouble, words):
    project = make_project(tmp_path / "course")
    before = f"import subprocess\ndef call(*_, **__): raise {trouble}\nsubprocess.call = call"
    done = course(project, "lab", before=before)
    assert done.returncode == 1 and words in done.stderr and "Traceback" not in done.stderr
