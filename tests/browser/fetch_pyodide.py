"""Pyodide as npm has it, and the pure wheels that its kernel starts with as PyPI has them, for test_lite_site.py.

python tests/browser/fetch_pyodide.py FOLDER

The compiled wheels come from Pyodide's own CDN alone, so the test goes as far as pure Python does.
"""

import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from tools import lite

PURE = lite.KERNEL | {"packaging", "tqdm", "typing-extensions"}


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        subprocess.run([shutil.which("npm"), "pack", f"pyodide@{lite.PYODIDE}"], cwd=home, check=True)
        with tarfile.open(next(Path(home).glob("*.tgz"))) as archive:
            for name in lite.CORE:
                (folder / name).write_bytes(archive.extractfile(f"package/{name}").read())
    lock = json.loads((lite.PAGES / lite.LOCK).read_text(encoding="utf-8"))
    names = lite.closure(lock, PURE & lock["packages"].keys())
    wanted = [f"{name}=={lock['packages'][name]['version']}" for name in sorted(names)]
    options = ["--no-deps", "--only-binary=:all:", "--platform=any", f"--python-version={lock['info']['python']}"]
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", *options, "-d", folder, *wanted], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
