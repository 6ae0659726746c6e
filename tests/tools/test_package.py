"""The package without the course: what is built of it, and its numbers where nothing can draw."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePath

import pytest

ROOT = Path(__file__).parents[2]
WITHOUT = """
import sys
for name in ("anywidget", "ipywidgets", "IPython", "isal", "matplotlib", "PIL", "traitlets"):
    sys.modules[name] = None  # an import of it fails as if it were not installed
"""
IMPORT_ALL = """
from importlib import import_module
from pkgutil import walk_packages
import course_utils
DRAWS = tuple(f"course_utils.{name}" for name in ("plots", "live", "demos"))
names = [module.name for module in walk_packages(course_utils.__path__, "course_utils.", onerror=lambda name: None)]
for name in names:
    if not name.startswith(DRAWS):
        print(import_module(name).__name__)
"""
TRAIN = """
import numpy as np
from course_utils import check
from course_utils.data import DATASETS
from course_utils.layers import Dense
from course_utils.network import Network
from course_utils.optimizers import Adam
from course_utils.training import fit
digits = DATASETS["digits"](np.random.default_rng(0))
net = Network([Dense(64, 10, rng=0)])
print(fit(net, digits, Adam(lr=1e-2), epochs=2).val_accuracy[-1] > 0.8)
print(check.first_step(lambda theta, g, lr=0.1: theta - lr * g).correct)
"""


def python(code):
    """A fresh Python that has what the extra `live` brings out of reach runs the code."""
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-c", WITHOUT + code], env=env, capture_output=True, encoding="utf-8")


def test_every_module_but_those_that_draw_is_imported_without_what_draws():
    done = python(IMPORT_ALL)
    assert done.returncode == 0, done.stderr
    core = {name.split(".")[1] for name in done.stdout.split()}
    assert core == {path.stem for path in (ROOT / "course_utils").iterdir() if path.stem[:2] not in ("__", "py")} - {
        "plots",
        "live",
        "demos",
    }


def test_a_net_is_trained_and_an_answer_judged_without_what_draws():
    done = python(TRAIN)
    assert done.stdout.split() == ["True", "True"], done.stderr


@pytest.mark.parametrize("code", [
    "from course_utils.live import live", "from course_utils import plots",
    "from course_utils import demos; demos.momentum.ball",
    "from course_utils.augmentation import photos; photos()",
])  # fmt: skip
def test_what_draws_says_what_to_install(code):
    said = python(code).stderr.splitlines()[-1]
    assert said.startswith("ImportError: ") and said.endswith('is not installed: pip install "course-utils[live]"')


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The names of what is in the sdist, and in a wheel that is built from it alone."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    shutil.copytree(ROOT / "course_utils", source / "course_utils")  # caches and all
    (source / "tests").mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "MANIFEST.in", "tests/test_house.py"):
        shutil.copy(ROOT / name, source / name)
    with tarfile.open(out / build("sdist", source, out)) as sdist:
        sdist.extractall(out, filter="data")
        packed = {PurePath(*PurePath(member.name).parts[1:]).as_posix() for member in sdist if member.isfile()}
    (unpacked,) = (path for path in out.iterdir() if path.is_dir())
    with zipfile.ZipFile(out / build("wheel", unpacked, out)) as wheel:
        return packed, set(wheel.namelist())


def build(what, source, out):
    """Build as pip would, with the setuptools of this environment; returns the file's name."""
    code = f"from setuptools import build_meta; print('built', build_meta.build_{what}({str(out)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, encoding="utf-8", check=True)
    return done.stdout.split()[-1]


def files():
    """The package's files, as a checkout has them."""
    found = (ROOT / "course_utils").rglob("*")
    return {p.relative_to(ROOT).as_posix() for p in found if p.is_file() and "__pycache__" not in p.parts}


def test_a_wheel_holds_the_package_and_nothing_else(built):
    _, wheel = built
    described = {name for name in wheel if name.partition("/")[0].endswith(".dist-info")}
    assert wheel - described == files()
    assert {PurePath(name).name for name in described} >= {"METADATA", "LICENSE", "RECORD"}


def test_an_sdist_holds_what_a_wheel_is_built_from_and_no_tests(built):
    packed, _ = built
    own = {name for name in packed if not name.startswith("course_utils.egg-info/")}
    assert own == files() | {"pyproject.toml", "README.md", "LICENSE", "MANIFEST.in", "PKG-INFO", "setup.cfg"}
