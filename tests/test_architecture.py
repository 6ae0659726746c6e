"""The house rules hold, and each rule is seen to catch what breaks it."""
import ast
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

from tools import architecture

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LONG = "\n".join(f"    a{i} = {i}" for i in range(20))
UPDATE = "\n".join(f"        b{i} = {i}" for i in range(20))


def plant(root, files):
    """A package of these modules as a project under `root`; SciPy is not among its dependencies."""
    declared = ["numpy >=2", "matplotlib", "scikit-learn", "ipywidgets", "anywidget"]
    (root / "pyproject.toml").write_text(f"[project]\ndependencies = {declared}\n")
    for name, text in {"course_utils/__init__.py": "", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'"""A docstring."""\n{text}\n')
    return root


def test_the_package_keeps_the_rules():
    assert architecture.faults(ROOT) == []


def test_no_file_names_a_machine_or_a_registry():
    assert architecture.machine_faults(ROOT) == []


def test_ruff_finds_nothing():
    ruff = subprocess.run([sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise", "."],
                          cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert ruff.returncode == 0, ruff.stdout + ruff.stderr


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_use_names_that_exist(path):
    cells = nbformat.read(path, as_version=4).cells
    plain = TransformerManager().transform_cell
    assert architecture.name_faults("\n".join(plain(c.source) for c in cells if c.cell_type == "code")) == []


def test_the_import_of_the_package_is_light():
    code = "import sys, course_utils; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "course_utils" in loaded.split()
    assert {"numpy", "scipy", "sklearn", "matplotlib", "ipywidgets", "anywidget", "IPython"}.isdisjoint(loaded.split())


def test_the_optimizers_need_no_pictures():
    code = "import sys, course_utils.optimizers; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "numpy" in loaded.split()
    assert {"sklearn", "matplotlib", "ipywidgets", "anywidget", "IPython", "tqdm", "joblib"}.isdisjoint(loaded.split())


def test_a_sound_package_is_let_through(tmp_path):
    sound = plant(tmp_path, {
        "course_utils/data.py": "import numpy as np\ndef digits():\n    '''Words.'''\n    import sklearn.datasets",
        "course_utils/training.py": "from .data import digits\nfrom . import data",
        "course_utils/plots.py": "from matplotlib.figure import Figure",
        "course_utils/demos/__init__.py": "from . import optimizers",
        "course_utils/demos/optimizers.py": f"from .. import plots\nfrom ..training import data\n"
                                            f"def race(fig):\n    '''Words.'''\n{LONG}\n    def update():\n{UPDATE}",
        "course_utils/check/__init__.py": "from ..training import digits",
    })  # fmt: skip
    assert architecture.faults(sound) == []


@pytest.mark.parametrize(("files", "words"), [
    ({"data.py": "from . import plots"}, "data.py:2: numbers may not import course_utils.plots"),
    ({"data.py": "from .training import fit", "training.py": ""}, "numbers may not import course_utils.training"),
    ({"training.py": "def fit():\n    '''Words.'''\n    from course_utils import plots"}, "runs may not import"),
    ({"plots.py": "from .demos.optimizers import race", "demos/optimizers.py": "race = 1"}, "plots may not import"),
    ({"demos/optimizers.py": "from .. import check", "check/__init__.py": ""}, "demos may not import"),
    ({"check/sgd.py": "from ..live import live", "live.py": ""}, "check may not import course_utils.live"),
    ({"data.py": "import matplotlib"}, "numbers may not import matplotlib"),
    ({"demos/race.py": "import ipywidgets"}, "demos may not import ipywidgets"),
    ({"plots.py": "import anywidget"}, "plots may not import anywidget"),
    ({"plots.py": "import matplotlib.pyplot as plt"}, "no pyplot"),
    ({"plots.py": "from matplotlib import pyplot"}, "no pyplot"),
    ({"data.py": "from sklearn.datasets import load_digits"}, "sklearn takes long to import"),
    ({"data.py": "import scipy"}, "scipy is imported and not among the dependencies"),
    ({"nouns.py": ""}, "nouns has no layer yet"),
    ({"__init__.py": "import numpy"}, "the package itself imports nothing"),
    ({"data.py": "from . import losses", "losses.py": "from .data import x"}, "imports go in a circle"),
    ({"data.py": "\n" * 300}, "has 302 lines"),
    ({"data.py": f"def f():\n    '''Words.'''\n{LONG}\n{LONG}"}, "the body of f has 40 lines"),
    ({"live.py": f"class A:\n    '''Words.'''\n    async def f(self):\n{UPDATE}\n{UPDATE}"}, "body of f has 40 lines"),
    ({"demos/a.py": f"def f():\n    '''Words.'''\n    def g():\n{UPDATE}\n{UPDATE}\n    return g"}, "body of g has 40"),
    ({"data.py": "def f():\n    return 1"}, "f has no docstring"),
    ({"data.py": "class A:\n    b = 1"}, "A has no docstring"),
], ids=lambda value: value if isinstance(value, str) else "")  # fmt: skip
def test_a_planted_fault_is_named(tmp_path, files, words):
    planted = plant(tmp_path, {f"course_utils/{name}": text for name, text in {"plots.py": "", **files}.items()})
    found = architecture.faults(planted)
    assert len(found) == 1 and words in found[0]


def test_a_module_without_a_docstring_is_named():
    assert architecture.docstring_faults(ast.parse("x = 1")) == [(1, "the module has no docstring")]


@pytest.mark.parametrize("line", [
    "see /" + "work/main/notes", "open('/" + "tmp/x.log')", r"C:\Us" + r"ers\me\x", '"/' + 'home/me/course"',
    "index-url = https://py" + "pi.org/simple", "https://files.python" + "hosted.org/x", "registry.npm" + "js.org/x",
])  # fmt: skip
def test_a_machine_path_is_named(tmp_path, line):
    (tmp_path / "README.md").write_text(f"first\n{line}\n")
    assert [fault.split(" ")[0][:12] for fault in architecture.machine_faults(tmp_path)] == ["README.md:2:"]


def test_ordinary_paths_are_let_through(tmp_path):
    (tmp_path / "README.md").write_text("notebooks/work/x, ~/tmp/x, https://python.org/home/x, #!/usr/bin/env bash\n")
    assert architecture.machine_faults(tmp_path) == []


@pytest.mark.parametrize(("code", "found"), [
    ("from course_utils import validation\nvalidation.number('lr', 1).real", []),
    ("import numpy as np\nnp.nothing", []),
    ("from course_utils.validation import number as n, choice", []),
    ("from course_utils import nothing", ["course_utils has no nothing"]),
    ("from course_utils.validation import nothing", ["course_utils.validation has no nothing"]),
    ("from course_utils import validation as v\nv.nothing(1).more", ["course_utils.validation has no nothing"]),
    ("import course_utils.validation\ncourse_utils.validation.no", ["course_utils.validation has no no"]),
    ("import course_utils.validation as v\nv.no", ["course_utils.validation has no no"]),
])  # fmt: skip
def test_names_that_do_not_exist_are_named(code, found):
    assert architecture.name_faults(code) == found
