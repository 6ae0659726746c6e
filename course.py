#!/usr/bin/env python3
"""Set up the course and run it. Only the first use needs the network.

    python3 course.py lab [options] [notebook]         open JupyterLab (on notebooks/00_start_here.ipynb)
    python3 course.py test [pytest options]            run every test that this machine can run
    python3 course.py test quick [pytest options]      only lint, types and units: two minutes, for every edit
    python3 course.py render [--check] [notebook ...]  execute and store notebooks, or say which are stale
    python3 course.py handout [folder]                 write a course without its solutions, to give to a class
    python3 course.py handout --nbgrader [folder]      write the exercises as assignments of nbgrader
    python3 course.py grade FOLDER                     grade FOLDER/<student>/<notebook>.ipynb, each behind walls
    python3 course.py export [folder]                  write the course as web pages, to read without running it
    python3 course.py lite [--serve] [folder]          write the course as a site that runs in the browser
    python3 course.py compute [--check] [name ...]     compute again what slow figures show, and write it down
    python3 course.py bench                            measure the course's speed
    python3 course.py setup                            only set up, tests and all

With --pinned, any of these installs exactly the versions of constraints.txt, with which this release was tested.
What it installs goes into the folder .venv beside this file, nowhere else. Delete that folder to start afresh.
"""

import sys

# The whole file has to parse under any Python 3, and 2.7, for this to be said: no f-strings, no annotations.
if sys.version_info < (3, 11):
    sys.exit(
        "course.py: the course needs Python 3.11 or newer; this is Python %d.%d (%s).\n"
        "Install a newer one from your system's packages or from python.org, then name it: python3.12 course.py lab"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

import hashlib
import importlib.util
import os
import signal
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "course-stamp"
PINS = "constraints.txt"
VERSION = "%d.%d" % sys.version_info[:2]
MODULES = {
    "lab": "jupyterlab",
    "test": "pytest",
    "render": "tools.render",
    "handout": "tools.handout",
    "grade": "tools.grade",
    "export": "tools.export",
    "lite": "tools.lite",
    "compute": "tools.compute",
    "bench": "tools.bench",
    "setup": None,
}
# Two workers at least: while a test waits for a browser or a kernel, another computes. Nothing hangs for ever, and the
# clock is a thread: the one timer that a process has belongs to the checkers, which end a learner's endless loop by it.
TEST = [
    "-n",
    str(max(2, min(os.cpu_count() or 2, 4))),
    "--dist",
    "worksteal",
    "--timeout",
    "300",
    "--timeout-method",
    "thread",
]
QUICK = ["-m", "not (browser or notebook or slow)"]
# Live figures answer some 25 ms sooner; tools/websocket.py says why.
PROMPT = "--ServerApp.kernel_websocket_connection_class=tools.websocket.Prompt"

NO_VENV = """this Python cannot make environments: its module %s is missing.
  Debian, Ubuntu: sudo apt install python3-venv (or python%s-venv)
  elsewhere: install Python from python.org, which has it. Then run the same command again."""
VENV_FAILED = """the environment could not be made; the reason stands above.
Close JupyterLab if it runs, make room if the disk is full, delete the folder .venv and run the same command again."""
PIP_FAILED = """pip could not install the packages; the reason stands above.
  No network, or it broke off: connect and run the same command again. Behind a proxy, set HTTPS_PROXY first.
  No space left on device: the course needs about 1 GB.
  Anything else: delete the folder .venv and run the same command again."""


def main(arguments):
    """Run the command that the first argument names, in an environment that is up to date; returns the exit code."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if command not in MODULES:
        sys.stdout.write(__doc__)
        return 0 if command in ("help", "-h", "--help") else 2
    if command != "lab" and not (ROOT / "tests").exists():
        sys.exit("course.py: this copy of the course is for a class: it has only the command lab.")
    pinned = "--pinned" in rest
    rest = [argument for argument in rest if argument != "--pinned"]
    set_up("" if command == "lab" else "[test]", pinned)
    if command == "lab" and not any(argument.endswith(".ipynb") for argument in rest):
        rest = [os.path.join("notebooks", "00_start_here.ipynb")] + rest
    if command == "test":
        rest = TEST + (QUICK + rest[1:] if rest[:1] == ["quick"] else rest)
    if command == "lab":
        rest = [PROMPT] + rest
    return run(MODULES[command], rest) if MODULES[command] else 0


def set_up(extras, pinned=False):
    """Make .venv if it is missing or broken, and install into it if what it was made from has changed."""
    fault = what_is_wrong() if VENV.exists() else "there is none yet"
    if not fault and stamped() in [stamp(e, p) for e in (extras, "[test]") for p in {pinned, True}]:
        return
    if not fault and not answer("import pip._internal.cli.main; print('whole')"):
        fault = "it was left half-made"
    if fault:
        make_venv(fault)
    install(extras, pinned)
    STAMP.write_text(stamp(extras, pinned), encoding="utf-8")
    say("the environment is ready.")


def what_is_wrong():
    """Why .venv cannot be used, in words; None if it can. Asked at every start: an upgrade may remove its Python."""
    found = answer("import sys; print('%d.%d' % sys.version_info[:2], sys.prefix != sys.base_prefix)")
    if not found:
        return "its Python is gone"
    if found != VERSION + " True":
        return "it is not an environment of Python %s, with which you run course.py" % VERSION
    if stamped() and stamped().splitlines()[0] != stamp("").splitlines()[0]:
        return "the course has moved to another folder"
    return None


def answer(code):
    """What `code` prints in the Python of .venv; empty if that fails."""
    try:
        return subprocess.check_output([str(PYTHON), "-c", code], stderr=subprocess.DEVNULL, text=True).strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def stamp(extras, pinned=False):
    """Where .venv is, and what it is made from."""
    names = ["requirements.txt", "pyproject.toml"] + pinned * [PINS]
    made_from = b"".join((ROOT / name).read_bytes() for name in names)
    return "\n".join([ascii(str(ROOT)), hashlib.sha256(made_from).hexdigest(), extras])


def stamped():
    """The stamp that the last set-up left; empty if there is none."""
    return STAMP.read_text(encoding="utf-8") if STAMP.exists() else ""


def make_venv(reason):
    """A fresh .venv, in place of whatever is there."""
    say("making .venv (%s) ..." % reason)
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            sys.exit("course.py: " + NO_VENV % (module, VERSION))
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        sys.exit("course.py: " + VENV_FAILED)


def install(extras, pinned):
    """What requirements.txt and, for the tests, an extra in pyproject.toml ask for."""
    say("installing requirements.txt%s (at first: some minutes) ..." % (extras and ", and what the tests need"))
    STAMP.unlink(missing_ok=True)
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "-r", "requirements.txt"]
    if extras:
        command += ["-e", "." + extras]
    if pinned:
        command += ["-c", PINS]
    # A user's own "pip install --user by default" is an error inside an environment.
    if subprocess.call(command, cwd=str(ROOT), env=dict(os.environ, PIP_USER="0")):
        sys.exit("course.py: " + PIP_FAILED)


def run(module, arguments):
    """Become `python -m module` in the environment, as if it were activated."""
    say("python -m %s" % " ".join([module] + arguments))
    os.environ["PATH"] = str(PYTHON.parent) + os.pathsep + os.environ.get("PATH", "")
    os.environ["VIRTUAL_ENV"] = str(VENV)
    os.chdir(str(ROOT))
    command = [str(PYTHON), "-m", module] + arguments
    if os.name != "nt":
        os.execv(command[0], command)  # signals then reach JupyterLab itself, whoever sends them
    child = subprocess.Popen(command)  # an exec on Windows would return to the prompt at once
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the child's, and it may ask back
    return child.wait()


def say(text):
    """On the error stream, which can write any letter of a path and holds nothing back."""
    sys.stderr.write("course.py: %s\n" % text)
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\ncourse.py: stopped. The same command takes up where it left off.")
    except OSError as error:
        sys.exit("course.py: the system says: %s" % error)
