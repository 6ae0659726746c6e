"""A process for strangers' code: an empty home, limits, and walls around it where the system has them.

Linux has them as namespaces, and util-linux the commands `unshare` and `setpriv`. Behind the walls there is no network
and no other process; the files are there to be read, less the submissions and the solutions; only the home can be
written into, which is of memory and holds 64 MB; and when the process ends, so does all that it started.

Elsewhere the process gets a copy of the course of its own, and what it has started is looked for by a mark.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
SOCKETS = "/run"  # through which programs outside would take orders
MARK = "COURSE_GRADE"  # in the environment of all that a submission starts
# Every mount becomes read only, and its devices closed. Then the rights to change that are given up.
BUILD = """
IFS="
"  # between the names of folders
for hidden in $HIDDEN; do
    [ ! -d "$hidden" ] || mount -t tmpfs -o ro,size=4k tmpfs "$hidden" || exit 1
done
mount -t tmpfs -o size=64m,mode=700,nodev tmpfs "$HOME" && cd "$HOME" || exit 1
while IFS=" " read -r device place more; do
    [ "$place" = "$HOME" ] || mount -o remount,bind,ro,nodev "$place" || mount -o remount,bind,ro "$place"
done < /proc/self/mounts
unset HIDDEN IFS
exec setpriv --no-new-privs --bounding-set=-all "$@"
"""
UNSHARE = ["unshare", "--user", "--map-root-user", "--mount", "--net", "--pid", "--ipc", "--fork", "--kill-child",
           "--mount-proc", "sh", "-c", BUILD, "sh"]  # fmt: skip
STUDENT = {"AS": 2 << 30, "CPU": 300, "FSIZE": 16 << 20, "NOFILE": 64, "NPROC": 64, "CORE": 0}
JUDGE = {"AS": 4 << 30, "CORE": 0}  # what it is given may unfold


def found(hidden: list) -> bool:
    """Whether this machine has walls that hide these folders and keep a process from writing into the course."""
    code = "import os, sys; sys.exit(any(os.access(p, os.W_OK) for p in sys.argv[1:]) or os.system('echo > x') != 0)"
    try:
        with tempfile.TemporaryDirectory() as home:
            command = [*UNSHARE, sys.executable, "-c", code, str(ROOT), *map(str, hidden)]
            return not subprocess.run(
                command, env=_environment(home, "", hidden), cwd=home, **_SILENT, timeout=20
            ).returncode
    except (OSError, subprocess.TimeoutExpired):
        return False


@contextlib.contextmanager
def process(command: list[str], mark: str, walls: bool, hidden: Sequence = ()):
    """Start a command in an empty home; at the end nothing is left of it. It is talked to through two pipes."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        top = ROOT if walls else _copy(Path(home) / "course")
        child = subprocess.Popen(
            [*UNSHARE, *command] if walls else command,
            env=_environment(home, mark, hidden) | {"PYTHONPATH": str(top)},
            cwd=home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=walls,  # a signal to a group of processes would get through the walls
        )
        try:
            yield child
        finally:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()
            if not walls:
                sweep(mark)


def _copy(top):
    """The course in a folder of its own, with what Python has compiled of it."""
    for name in ("course_utils", "tools"):
        shutil.copytree(ROOT / name, top / name)
    return top


def sweep(mark: str) -> None:
    """End every process that has the mark in its environment, whoever its parent is by now."""
    for other in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if other.pid != os.getpid() and other.environ().get(MARK) == mark:
                other.kill()


def limit(limits: Mapping[str, int]) -> None:
    """Limit this process, and all that it starts, for good. Windows has no such limits, and macOS none on memory."""
    try:
        import resource
    except ImportError:
        return
    for name, most in limits.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


_SILENT = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def _environment(home, mark, hidden):
    """As little as Python needs, and one thread for each product."""
    kept = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "LANG") if key in os.environ}
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "LOKY_MAX_CPU_COUNT"), "1")
    homes = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), home)
    ours = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "MPLBACKEND": "Agg"}
    return (
        kept
        | threads
        | homes
        | ours
        | {MARK: mark, "HIDDEN": "\n".join([*map(str, hidden), SOCKETS]), "TQDM_DISABLE": "1"}
    )
