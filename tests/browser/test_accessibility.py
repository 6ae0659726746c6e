"""Everyone can use a figure: axe finds nothing serious in one of each kind, in either theme."""

import pytest
from axe_playwright_python.sync_playwright import Axe

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
KINDS = {
    "dials, points, sliders, play": "demos.optimizers.race()",
    "columns, single steps, code": "demos.playground.playground()",
    "menus alone": "demos.optimizers.family()",
    "stops and ticks": "demos.hyperparameters.halving()",
    "pictures": "demos.preprocessing.reconstruction()",
}
NAMELESS = "[...document.querySelectorAll('.course-figure .noUi-handle')].forEach(e => e.removeAttribute('aria-label'))"


@pytest.fixture(params=["light", "dark"])
def page(request, open_notebook):
    page = open_notebook(["from course_utils import demos", *KINDS.values()], theme=request.param, size=(1400, 6000))
    page.locator(".course-picture").nth(len(KINDS) - 1).wait_for()
    return page


def serious(page):
    """[(rule, what it found first)] of serious and critical findings in the figures."""
    found = Axe().run(page, context=".course-figure", options=RULES).response
    assert found["passes"], "axe has looked at nothing"
    return [
        (rule["id"], rule["nodes"][0]["html"])
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
    ]


def test_axe_finds_nothing_serious_and_sees_a_planted_fault(page):
    assert serious(page) == []
    page.evaluate(NAMELESS)
    assert [rule for rule, _ in serious(page)] == ["aria-input-field-name"]
