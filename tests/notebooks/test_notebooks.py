"""Every notebook runs as it is stored, its claims hold, its exercises can be solved, its links lead somewhere.

That each kind of fault is found is shown in the tests of tools/.
"""

import pytest
from planted import none

from tools import anatomy, claims, exercises, notebooks, proof, render

PATHS = notebooks.find()
EACH = pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in PATHS])
CHAPTERS = [pytest.param(path, id=path.stem) for path in PATHS if anatomy.is_chapter(path)]


@pytest.mark.notebook
@EACH
def test_runs_as_stored_with_its_claims_true_and_its_exercises_blank_and_solved(path, record_property):
    nb = notebooks.read(path)
    with notebooks.kernel(path.parent) as kernel:
        none(proof.faults(nb, kernel))
    record_property("cells", len(notebooks.code(nb)))
    record_property("claims", claims.count(nb))
    record_property("exercises", len(exercises.find(nb)))


@EACH
def test_is_stored_as_rendered(path):
    none(render.check(path))


@EACH
def test_links_lead_somewhere(path):
    none(anatomy.links(notebooks.read(path), path))


@EACH
def test_its_terms_are_in_the_glossary(path):
    none(anatomy.terms(notebooks.read(path), notebooks.read(notebooks.FOLDER / "glossary.ipynb")))


@pytest.mark.parametrize("path", CHAPTERS)
def test_a_chapter_has_its_anatomy(path):
    none(anatomy.faults(notebooks.read(path)))


def test_the_course_has_its_notebooks():
    assert {"00_start_here", "08_optimizers"} <= {path.stem for path in PATHS}
