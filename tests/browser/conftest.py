"""A JupyterLab of our own and a headless Chromium in front of it."""
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
ADVICE = "No Chromium found, so the browser tests do not run. Debian: apt install chromium; else install Google Chrome."
PROMPTS = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(p => p.textContent.trim())"
STARTED = f"() => {PROMPTS}.some(p => p === '[*]:')"
DONE = f"() => {PROMPTS}.every(p => p === '' || /^\\[\\d+\\]:$/.test(p))"  # a collapsed cell has no prompt


def chromium():
    """Where Chromium is; else a skip with one loud line, or a failure where a browser is required."""
    found = os.environ.get("COURSE_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    mac = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    if not found and mac.exists():
        found = str(mac)
    if not found and os.environ.get("COURSE_REQUIRE_BROWSER"):
        pytest.fail(ADVICE)
    if not found:
        warnings.warn(ADVICE, stacklevel=1)
        pytest.skip(ADVICE)
    return found


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab on 127.0.0.1 with private settings, showing a copy of the notebooks: (url, folder)."""
    chromium()
    home = tmp_path_factory.mktemp("jupyter")
    shutil.copytree(ROOT / "notebooks", home / "work")
    quiet = home / "lab_settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    folders = ("_CONFIG", "_DATA", "_RUNTIME", "LAB_SETTINGS", "LAB_WORKSPACES")
    env = os.environ | {f"JUPYTER{name}_DIR": str(home / name.lower().strip("_")) for name in folders}
    env |= {"IPYTHONDIR": str(home / "ipython"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={home / 'work'}"]
    with open(home / "log.txt", "w") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{url}/api", home / "log.txt")
        yield url, home / "work"
    finally:
        _end(server)


def _wait_for(url, log):
    for _ in range(600):
        try:
            return urllib.request.urlopen(url).read()
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start within a minute:\n{log.read_text()[-2000:]}")


def _end(server):
    stop = getattr(os, "killpg", None)
    stop(server.pid, signal.SIGTERM) if stop else server.terminate()
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        stop(server.pid, signal.SIGKILL) if stop else server.kill()


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        b = p.chromium.launch(executable_path=chromium(), args=FLAGS, headless=True)
        yield b
        b.close()


@pytest.fixture
def open_notebook(lab, browser):
    """open_notebook(name or [cell sources], run=True, theme="light", scale=1) -> the page, its `errors` listed."""
    contexts = []

    def go(what, run=True, theme="light", scale=1, size=(1400, 1600)):
        name = what if isinstance(what, str) else _write(lab[1], what)
        contexts.append(browser.new_context(viewport=dict(width=size[0], height=size[1]), device_scale_factor=scale))
        page = contexts[-1].new_page()
        page.errors = []
        page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: page.errors.append(str(e)))
        page.goto(f"{lab[0]}/doc/tree/{name}?reset")
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=90_000)
        if theme == "dark":
            page.get_by_role("menuitem", name="Settings", exact=True).click()
            page.get_by_text("Theme", exact=True).hover()
            page.get_by_text("JupyterLab Dark", exact=True).click()
        if run:
            run_all(page)
        return page

    yield go
    for context in contexts:
        context.close()


def run_all(page):
    """Run all cells and wait until they have run; stored numbers of an earlier run do not count."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.wait_for_function(STARTED, timeout=30_000)
    page.wait_for_function(DONE, timeout=120_000)


def _write(folder, sources):
    name = f"scratch_{len(list(folder.glob('scratch_*')))}.ipynb"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.metadata.kernelspec = dict(name="python3", display_name="Python 3 (ipykernel)", language="python")
    nbformat.write(notebook, folder / name)
    return name
