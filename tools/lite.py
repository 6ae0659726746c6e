"""The course in the browser: a static site, in which Python itself runs as WebAssembly and nothing is installed.

    python -m tools.lite [folder] [--wheels FOLDER] [--serve]      writes it into the folder (lite/); maybe serves it

It has every notebook in JupyterLite, a page to try single figures, and wheels of what Pyodide does not have: this
package, and pure Python out of this environment. A lock names every package by version and sha256. Pyodide and its
compiled wheels come from its CDN when a page is opened, by the hashes of Pyodide's own lock (site/); or from this
site, as far as the folder of `--wheels` has them: an unpacked release of Pyodide has all. See docs/browser.md.
"""

import argparse
import ast
import base64
import functools
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import tomllib
import zipfile
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course_utils import __version__

from . import notebooks

ROOT = notebooks.FOLDER.parent
PAGES = Path(__file__).parent / "site"
PYODIDE = "314.0.6"  # for which jupyterlite-pyodide-kernel is made, and whose lock is in PAGES
CDN = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full/"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
BROWSER = {"sys_platform": "emscripten", "platform_system": "Emscripten", "platform_machine": "wasm32", "extra": "live"}
KERNEL = {"comm", "ipython", "jedi", "micropip"}  # what the kernel of JupyterLite starts with
JAVASCRIPT = {"jupyterlab-widgets", "widgetsnbextension"}  # the site has it; their Python is for a server
GUARDED = {"isal", "torch"}  # imported only where they are found
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@jupyterlite/pyodide-kernel-extension", "anywidget")
PLUGIN = "@jupyterlite/pyodide-kernel-extension:kernel"
PORT = 8000  # always the same, since a browser keeps what a reader writes for each address
BUILD = ["--apps=lab", "--apps=notebooks", "--no-sourcemaps", "--log-level=ERROR"]


def write(folder, wheels=None, ours=()):
    """Write the site into a folder, in place of an older one; returns the lock and the names that the course needs.

    wheels : folder with Pyodide, or a part of it
    ours : names of what comes out of this environment, although Pyodide has it too

    Raises
    ------
    ValueError
        The lock lacks what is imported, or `wheels` has another file than the lock names.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as home:
        site = Path(home) / "site"
        _build(site)
        lock = make_lock(site / "wheels", ours)
        if lacking := lacks(lock):
            raise ValueError("the lock lacks what is imported: " + ", ".join(lacking))
        needed = closure(lock, {"course-utils", *KERNEL, *(_by_import(lock)[name] for name in _third_party(lock))})
        core = _place(lock, needed, site, wheels)
        (site / LOCK).write_text(json.dumps(lock), encoding="utf-8")
        _configure(site, {"pyodideUrl": core, "loadPyodideOptions": {"lockFileURL": f"./{LOCK}"}})
        for page in set(PAGES.iterdir()) - {PAGES / LOCK}:
            shutil.copy(page, site)
        if folder.exists():
            shutil.rmtree(folder)
        site.rename(folder)
    return lock, needed


# The lock


def make_lock(folder, ours=()):
    """Pyodide's own lock, and in it this package and what Pyodide lacks, packed as wheels into the folder."""
    lock = json.loads((PAGES / LOCK).read_text(encoding="utf-8"))
    packages = lock["packages"]
    waiting = [this_package(), *map(installed_package, ours)]
    while waiting:
        source = waiting.pop()
        wanted = [r for r in source["requires"] if not r.marker or r.marker.evaluate(BROWSER)]
        wanted = {canonicalize_name(r.name): r for r in wanted if canonicalize_name(r.name) not in JAVASCRIPT}
        packages[source["name"]] = pack(source, folder) | {"depends": sorted(wanted)}
        for name, requirement in wanted.items():
            if name not in packages or not requirement.specifier.contains(packages[name]["version"]):
                waiting.append(installed_package(name))
    return lock


def this_package():
    """Name, version, requirements and files of course_utils."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    files = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in sorted((ROOT / "course_utils").rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    requires = [*project["dependencies"], *map(_of_live, project["optional-dependencies"]["live"])]
    about = ["Metadata-Version: 2.1", "Name: course-utils", f"Version: {__version__}", "Provides-Extra: live"]
    about += [f"Requires-Dist: {line}" for line in requires]
    info = f"course_utils-{__version__}.dist-info"
    files[f"{info}/METADATA"] = "\n".join([*about, ""]).encode()
    return _source("course-utils", __version__, requires, files)


def _of_live(line):
    requirement, _, marker = line.partition(";")
    return f'{requirement.strip()} ; {f"({marker.strip()}) and " if marker else ""}extra == "live"'


def installed_package(name):
    """The same of a package of this environment; of what was compiled from Python, as by mypyc, the Python."""
    found = distribution(name)
    files = {path.as_posix(): path for path in found.files if ".." not in path.parts and path.suffix != ".pyc"}
    compiled = {path for path in files if path.endswith((".so", ".pyd"))}
    for path in compiled:
        stem = path.split(".")[0]
        if not stem.endswith("__mypyc") and f"{stem}.py" not in files:
            raise ValueError(f"{name}: Pyodide has no version that the course wants, and {path} is not Python")
    of_pip = {"RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json"}
    kept = {
        path: file.read_binary() for path, file in files.items() if path not in compiled and file.name not in of_pip
    }
    return _source(name, found.version, found.requires or [], kept)


def _source(name, version, requires, files):
    return {"name": name, "version": version, "requires": [Requirement(line) for line in requires], "files": files}


def pack(source, folder):
    """Write a wheel, the same bytes from the same files, below a folder; returns its entry in a lock.

    The folder that it lies in is named by its hash, or a browser might keep an older one of the same version.
    """
    name, version, files = source["name"], source["version"], dict(source["files"])
    info = next(path.split("/")[0] for path in files if path.endswith(".dist-info/METADATA"))
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = [f"{path},sha256={_base64(data)},{len(data)}" for path, data in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    whole = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, data in files.items():
            wheel.writestr(zipfile.ZipInfo(path), data, zipfile.ZIP_DEFLATED)
    digest = sha256(whole)
    (folder / digest[:8]).mkdir(exist_ok=True)
    whole.replace(folder / digest[:8] / whole.name)
    return {
        "name": name,
        "version": version,
        "file_name": f"{folder.name}/{digest[:8]}/{whole.name}",
        "sha256": digest,
        "imports": sorted({path.split("/")[0].removesuffix(".py") for path in files} - {info}),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }


def _base64(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def sha256(path):
    """The hash of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def closure(lock, names):
    """These packages of a lock and all that they depend on."""
    found, waiting = set(), {canonicalize_name(name) for name in names}
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= {canonicalize_name(other) for other in lock["packages"][name]["depends"]} - found
    return found


# What is imported


def lacks(lock):
    """What a notebook or this package imports and the lock has not, with the place; empty if all is there.

    A notebook's cell brings the packages that it imports; this package brings those that it depends on.
    """
    everything = _by_import(lock).keys()
    ours = {name for name, package in _by_import(lock).items() if package in closure(lock, {"course-utils"})}
    places = [(path, ours) for path in sorted((ROOT / "course_utils").rglob("*.py"))]
    places += [(path, everything) for path in notebooks.find()]
    return [
        f"{name} ({path.relative_to(ROOT).as_posix()})"
        for path, there in places
        for name in sorted(imported(path) - there - sys.stdlib_module_names - GUARDED)
    ]


def imported(path):
    """The top-level names that a module, or the code of a notebook, imports."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = "\n".join(cell.source for _, cell in notebooks.code(notebooks.read(path)))
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.split(".")[0])
    return names


def _by_import(lock):
    return {name: package for package, entry in lock["packages"].items() for name in entry["imports"]}


def _third_party(lock):
    return set().union(*map(imported, notebooks.find())) & _by_import(lock).keys()


# The site


def _place(lock, needed, folder, wheels):
    """Copy what `wheels` has of Pyodide, and say in the lock where each file is; returns the address of the core."""
    for name, entry in lock["packages"].items():
        if entry["file_name"].startswith("wheels/"):
            continue
        file = wheels / entry["file_name"] if wheels and name in needed else None
        if not (file and file.exists()):
            entry["file_name"] = CDN + entry["file_name"]
        elif sha256(file) == entry["sha256"]:
            entry["file_name"] = _copy(file, folder / "pyodide")
        else:
            raise ValueError(f"{file}: its sha256 is not the one in the lock of Pyodide {PYODIDE}")
    if not (wheels and (wheels / CORE[0]).exists()):
        return CDN + CORE[0]
    if PYODIDE not in (wheels / CORE[0]).read_text(encoding="utf-8"):
        raise ValueError(f"{wheels / CORE[0]}: not of Pyodide {PYODIDE}")
    return "./" + [_copy(wheels / name, folder / "pyodide") for name in CORE][0]


def _copy(file, folder):
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, folder)
    return f"{folder.name}/{file.name}"


def _build(site):
    """JupyterLite with the notebooks, and of all extensions of this environment those that the course needs."""
    with tempfile.TemporaryDirectory() as home:
        for path in notebooks.find():
            _copy(path, Path(home) / "files")
        extensions = [f"{sys.prefix}/share/jupyter/labextensions/{name}" for name in EXTENSIONS]
        config = {"ignore_sys_prefix": ["federated_extensions"], "federated_extensions": extensions}
        (Path(home) / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": config}), encoding="utf-8")
        command = [sys.executable, "-m", "jupyterlite_core", "build", *BUILD, f"--output-dir={site.resolve()}"]
        built = subprocess.run(command, cwd=home, capture_output=True, encoding="utf-8", errors="replace")
    if built.returncode or not all((site / "extensions" / name).exists() for name in EXTENSIONS):
        raise ValueError(f"jupyter lite build failed:\n{built.stdout}{built.stderr}")


def _configure(site, kernel):
    file = site / "jupyter-lite.json"
    whole = json.loads(file.read_text(encoding="utf-8"))
    config = whole["jupyter-config-data"]
    config["appName"] = "How neural networks are trained"
    # What a reader changed is kept in the browser, under this name: a new version begins with its own notebooks.
    config["contentsStorageName"] = f"{config['appName']} {__version__}"
    config.setdefault("litePluginSettings", {}).setdefault(PLUGIN, {}).update(kernel)
    file.write_text(json.dumps(whole, indent=2), encoding="utf-8")


class _Handler(SimpleHTTPRequestHandler):
    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")  # or a browser shows what was built before
        super().end_headers()

    def log_message(self, *args):
        pass


@contextmanager
def serving(folder, port=0):
    """Serve the folder to this machine alone, at that port or any; yields the address."""
    with ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_Handler, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def _serve_until_stopped(folder):
    try:
        with serving(folder, PORT) as url:
            print(f"{url} (Ctrl-C ends it)", flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        print()
    except OSError as error:
        sys.exit(f"lite: the site is built, but not served at port {PORT}: {error}")


def main(arguments=None):
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(prog="lite", description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("lite"))
    parser.add_argument(
        "--wheels", metavar="FOLDER", type=Path, help="Pyodide and its wheels, as far as they are there"
    )
    parser.add_argument("--serve", action="store_true", help="then serve the site on this machine, until Ctrl-C")
    options = parser.parse_args(arguments)
    if options.folder.exists() and any(options.folder.iterdir()) and not (options.folder / LOCK).exists():
        parser.error(f"{options.folder} is not empty and no such site; name another folder, or remove it first")
    try:
        lock, needed = write(options.folder, options.wheels)
    except ValueError as error:
        parser.error(str(error))
    far = [name for name in needed if "://" in lock["packages"][name]["file_name"]]
    print(
        f"{options.folder}: {len(notebooks.find())} notebooks, {len(needed)} packages, of which {len(far)} from the CDN"
    )
    if options.serve:
        _serve_until_stopped(options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
