"""A JupyterLab of our own and a headless Chromium in front of it, for the browser tests and the benchmarks."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat

import course

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
FOREIGN = "@jupyterlite/"  # the extension that builds the site; a JupyterLab beside it tries it in vain
PROMPTS = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(p => p.textContent.trim())"
STARTED = f"() => {PROMPTS}.some(p => p === '[*]:')"
UNTOUCHED = f"{PROMPTS}.every(p => p === '[ ]:')"
DONE = f"() => {PROMPTS}.every(p => p !== '[*]:')"  # a cell that fails takes the numbers of those after it away


def chromium():
    """Where Chromium or Chrome is (COURSE_BROWSER may say it); None if there is none."""
    found = os.environ.get("COURSE_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    return found or (str(MAC) if MAC.exists() else None)


@contextmanager
def serve(home):
    """Run JupyterLab on 127.0.0.1 with private settings below `home`, showing home/work; yields its address."""
    options = [
        "--allow-root",
        "--ip=127.0.0.1",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        f"--ServerApp.root_dir={Path(home) / 'work'}",
        course.PROMPT,
        # The kernels of pages that are closed end soon after: thirty of them at once are gigabytes.
        "--MappingKernelManager.cull_idle_timeout=20",
        "--MappingKernelManager.cull_interval=10",
    ]
    with _server("jupyterlab", options, home, "/api") as url:
        yield url


@contextmanager
def serve_page(home, name):
    """Run Voila on 127.0.0.1, which shows the outputs of home/work/name to everybody; yields its address."""
    with _server(
        "voila", ["--Voila.ip=127.0.0.1", str(Path(home) / "work" / name)], home, "/voila/static/voila.js"
    ) as url:
        yield url


@contextmanager
def _server(module, options, home, first):
    home = Path(home)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{s.getsockname()[1]}"
    command = [sys.executable, "-m", module, "--no-browser", f"--port={url.rpartition(':')[2]}", *options]
    with open(home / "log.txt", "w") as log:
        server = subprocess.Popen(command, env=_settings(home), stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_for(url + first, home / "log.txt")
        yield url
    finally:
        _end(server)


def _settings(home):
    folders = ("config", "data", "runtime")
    env = os.environ | {f"JUPYTER_{name.upper()}_DIR": str(home / name) for name in folders}
    env |= {f"JUPYTERLAB_{name.upper()}_DIR": str(home / name) for name in ("settings", "workspaces")}
    quiet = home / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    return env | {"IPYTHONDIR": str(home / "ipython"), "PYTHONPATH": str(ROOT)}


def _wait_for(url, log):
    for _ in range(600):
        try:
            return urllib.request.urlopen(url).read()
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start within a minute:\n{log.read_text()[-2000:]}")


def _end(server):
    killpg = getattr(os, "killpg", None)  # Windows has no process groups
    killpg(server.pid, signal.SIGTERM) if killpg else server.terminate()
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        killpg(server.pid, signal.SIGKILL) if killpg else server.kill()


@contextmanager
def browser():
    """Headless Chromium through Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        b = p.chromium.launch(executable_path=chromium(), args=FLAGS, headless=True)
        yield b
        b.close()


def note_errors(page):
    """Let `page.errors` collect what the console complains of."""
    page.errors = []
    page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" and FOREIGN not in m.text else None)
    page.on("pageerror", lambda e: page.errors.append(str(e)))


def open_page(context, url, name, theme="light"):
    """Open a notebook in Lab and wait for its kernel; `page.errors` collects what the console complains of."""
    page = context.new_page()
    note_errors(page)
    page.goto(f"{url}/doc/tree/{name}?reset")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=90_000)
    if theme == "dark":
        page.get_by_role("menuitem", name="Settings", exact=True).click()
        page.get_by_text("Theme", exact=True).hover()
        page.get_by_text("JupyterLab Dark", exact=True).click()
        page.locator("body[data-jp-theme-light='false']").wait_for(state="attached")
    return page


def start_all(page):
    """Choose Run All Cells in the menu; one that opens while the page still moves may close, and is tried again."""
    from playwright.sync_api import TimeoutError

    for patience in (5_000, 10_000, 30_000):
        with suppress(TimeoutError):
            page.get_by_role("menuitem", name="Run", exact=True).click(timeout=patience)
            page.get_by_text("Run All Cells", exact=True).click(timeout=patience)
            return
        page.keyboard.press("Escape")
    raise RuntimeError("the Run menu of JupyterLab does not stay open")


def run_all(page):
    """Run all cells and wait until they have run; stored numbers of an earlier run do not count."""
    from playwright.sync_api import TimeoutError

    for _ in range(3):  # a menu that is clicked while its page still loads may do nothing
        start_all(page)
        with suppress(TimeoutError):  # it may have been over before anybody looked
            page.wait_for_function(STARTED, timeout=5_000)
        if not page.evaluate(UNTOUCHED):
            break
    page.wait_for_function(DONE, timeout=180_000)


def write(folder, sources):
    """A notebook of code cells in `folder`; returns its name."""
    name = f"scratch_{len(list(Path(folder).glob('scratch_*')))}.ipynb"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.metadata.kernelspec = dict(name="python3", display_name="Python 3 (ipykernel)", language="python")
    nbformat.write(notebook, Path(folder) / name)
    return name
