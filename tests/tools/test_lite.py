"""The course for the browser: what its lock names is there, and what the course imports is in the lock."""

import json
import subprocess
import sys
import time
import urllib.request
import zipfile

import pytest
from packaging.version import Version

from course_utils import __version__
from tools import lite, notebooks

OFFICIAL = json.loads((lite.PAGES / lite.LOCK).read_text(encoding="utf-8"))["packages"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """(folder, lock, names of what the course needs)"""
    pytest.importorskip("jupyterlite_core", reason="pip install -e .[lite]")
    folder = tmp_path_factory.mktemp("lite") / "site"
    return folder, *lite.write(folder)


@pytest.fixture
def lock(tmp_path):
    return lite.make_lock(tmp_path / "wheels")


def test_every_package_is_named_by_version_and_hash_and_ours_are_there(site):
    folder, lock, needed = site
    assert json.loads((folder / lite.LOCK).read_text(encoding="utf-8")) == lock
    assert {"course-utils", "numpy", "scipy", "scikit-learn", "matplotlib", "ipywidgets", "anywidget"} <= needed
    for name in needed:
        entry = lock["packages"][name]
        assert entry["version"] and len(entry["sha256"]) == 64, name
        if entry["file_name"].startswith(lite.CDN):
            assert entry["sha256"] == OFFICIAL[name]["sha256"], name
            assert entry["file_name"] == lite.CDN + OFFICIAL[name]["file_name"]
        else:
            assert lite.sha256(folder / entry["file_name"]) == entry["sha256"], name


def test_the_site_has_every_notebook_and_the_settings_that_lead_to_its_lock(site):
    folder, _, _ = site
    for path in notebooks.find():
        assert (folder / "files" / path.name).read_bytes() == path.read_bytes()
    config = json.loads((folder / "jupyter-lite.json").read_text(encoding="utf-8"))["jupyter-config-data"]
    assert __version__ in config["contentsStorageName"], "or an older version's notebooks would be shown"
    kernel = config["litePluginSettings"][lite.PLUGIN]
    assert kernel["pyodideUrl"] == f"https://cdn.jsdelivr.net/pyodide/v{lite.PYODIDE}/full/pyodide.mjs"
    assert (folder / kernel["loadPyodideOptions"]["lockFileURL"]).is_file()
    assert kernel["pipliteUrls"], "the kernel's own wheels"
    assert (folder / "try.html").is_file() and "jupyter-config-data" in (folder / "index.html").read_text("utf-8")


def test_pyodide_is_the_one_that_the_kernel_is_made_for():
    constants = pytest.importorskip("jupyterlite_pyodide_kernel.constants", reason="pip install -e .[lite]")
    assert constants.PYODIDE_VERSION == lite.PYODIDE


def test_the_wheel_of_the_course_is_the_package_and_says_what_it_needs(lock, tmp_path):
    entry = lock["packages"]["course-utils"]
    with zipfile.ZipFile(tmp_path / entry["file_name"]) as wheel:
        wheel.extractall(tmp_path / "installed")
    code = (
        "import importlib.metadata as m, course_utils, course_utils.live.stage as stage\n"
        "print(course_utils.__file__, m.version('course-utils'), len(m.requires('course-utils')), stage.Stage._esm)"
    )
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path / 'installed')!r})\n{code}"]
    file, version, requires, *_ = subprocess.check_output(command, encoding="utf-8", cwd=tmp_path).split()
    assert file.startswith(str(tmp_path / "installed")) and version == __version__ and int(requires) > 10
    assert "isal" not in entry["depends"] and {"numpy", "scipy", "anywidget"} <= set(entry["depends"])


def test_the_same_files_are_the_same_wheel_a_year_later(lock, monkeypatch, tmp_path):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 365 * 24 * 3600)
    again = lite.make_lock(tmp_path / "again" / "wheels")
    assert again == lock


def test_all_that_is_imported_is_in_the_lock(lock):
    assert lite.lacks(lock) == []


def test_a_lock_that_lacks_something_is_refused_by_name_and_place(lock):
    del lock["packages"]["scikit-learn"]
    lock["packages"]["course-utils"]["depends"].remove("scikit-learn")
    assert "sklearn (course_utils/data.py)" in lite.lacks(lock)
    assert any(place.startswith("sklearn (notebooks/") for place in lite.lacks(lock))


def test_what_the_package_imports_it_has_to_depend_on(lock):
    lock["packages"]["course-utils"]["depends"].remove("tqdm")
    assert lite.lacks(lock) == ["tqdm (course_utils/_support/progress.py)"]


def test_the_command_fails_loudly(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(lite, "_build", lambda site: None)
    monkeypatch.setattr(lite, "lacks", lambda lock: ["torch (notebooks/x.ipynb)"])
    with pytest.raises(SystemExit) as ended:
        lite.main([str(tmp_path / "site")])
    assert ended.value.code == 2 and "torch (notebooks/x.ipynb)" in capsys.readouterr().err
    assert not (tmp_path / "site").exists(), "half a site"


def test_a_folder_with_something_else_in_it_is_left_alone(capsys, tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(SystemExit):
        lite.main([str(tmp_path)])
    assert "not empty" in capsys.readouterr().err and (tmp_path / "thesis.tex").exists()


def test_a_version_that_pyodide_has_too_old_comes_out_of_this_environment(lock):
    entry = lock["packages"]["threadpoolctl"]
    assert OFFICIAL["threadpoolctl"]["version"] == "3.6.0" and Version(entry["version"]) >= Version("3.8")
    assert entry["file_name"].startswith("wheels/")


def test_a_compiled_package_that_pyodide_lacks_is_refused():
    with pytest.raises(ValueError, match="numpy: .* is not Python"):
        lite.installed_package("numpy")


def test_wheels_of_a_folder_are_taken_if_they_are_pyodides(lock, tmp_path):
    wheels, site = tmp_path / "release", tmp_path / "site"
    wheels.mkdir()
    entry = lock["packages"]["numpy"]
    name = entry["file_name"]
    (wheels / name).write_bytes(b"another numpy")
    with pytest.raises(ValueError, match="sha256"):
        lite._place(lock, {"numpy"}, site, wheels)
    entry |= {"file_name": name, "sha256": lite.sha256(wheels / name)}
    for core in lite.CORE:
        (wheels / core).write_text(f"version {lite.PYODIDE}")
    assert lite._place(lock, {"numpy"}, site, wheels) == "./pyodide/pyodide.mjs"
    assert (site / entry["file_name"]).read_bytes() == b"another numpy"
    (wheels / lite.CORE[0]).write_text("version 0.1")
    with pytest.raises(ValueError, match=f"not of Pyodide {lite.PYODIDE}"):
        lite._place(lock, set(), site, wheels)


def test_the_server_shows_what_is_there_now_and_knows_the_kinds_of_files(tmp_path):
    for name, kind in ("x.mjs", "text/javascript"), ("x.wasm", "application/wasm"):
        (tmp_path / name).write_text("here")
        with lite.serving(tmp_path) as url, urllib.request.urlopen(url + name) as answer:
            assert answer.read() == b"here" and answer.headers["Cache-Control"] == "no-cache"
            assert answer.headers["Content-Type"] == kind, "or a browser refuses it"


def test_a_port_that_is_taken_is_said_in_a_line(monkeypatch, tmp_path):
    with lite.serving(tmp_path) as url:
        monkeypatch.setattr(lite, "PORT", int(url.rstrip("/").rpartition(":")[2]))
        with pytest.raises(SystemExit, match="the site is built, but not served at port"):
            lite._serve_until_stopped(tmp_path)
