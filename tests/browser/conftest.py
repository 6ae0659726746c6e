"""JupyterLab and Chromium for the browser tests: one of each for the session, a fresh page for each test."""

import os
import shutil
import warnings
from contextlib import contextmanager

import pytest

from tools import lab as labs

ADVICE = "No Chromium found, so the browser tests do not run. Debian: apt install chromium; else install Google Chrome."


@pytest.fixture(scope="session")
def browser():
    """Chromium; without one a skip and a loud line, or a failure where COURSE_REQUIRE_BROWSER is set."""
    if not labs.chromium():
        if os.environ.get("COURSE_REQUIRE_BROWSER"):
            pytest.fail(ADVICE)
        warnings.warn(ADVICE, stacklevel=1)
        pytest.skip(ADVICE)
    with labs.browser() as b:
        yield b


@pytest.fixture(scope="session")
def lab(browser, tmp_path_factory):
    """A JupyterLab showing a copy of the notebooks: (its address, the folder)."""
    home = tmp_path_factory.mktemp("jupyter")
    shutil.copytree(labs.ROOT / "notebooks", home / "work")
    with labs.serve(home) as url:
        yield url, home / "work"


@contextmanager
def opener(lab, browser):
    contexts = []

    def go(what, run=True, theme="light", scale=1, size=(1400, 1600)):
        name = what if isinstance(what, str) else labs.write(lab[1], what)
        contexts.append(browser.new_context(viewport=dict(width=size[0], height=size[1]), device_scale_factor=scale))
        page = labs.open_page(contexts[-1], lab[0], name, theme)
        if run:
            labs.run_all(page)
        return page

    yield go
    for context in contexts:
        context.close()


@pytest.fixture
def open_notebook(lab, browser):
    """open_notebook(name or [cell sources], run=True, theme="light", scale=1) -> the page, its `errors` listed."""
    with opener(lab, browser) as go:
        yield go


@pytest.fixture(scope="module")
def open_for_all(lab, browser):
    """As `open_notebook`, for a page that all tests of a module share."""
    with opener(lab, browser) as go:
        yield go
