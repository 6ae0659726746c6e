"""Every notebook is stored as it runs, its claims hold, its exercises can be solved, its links lead somewhere.

A class for each, so that several workers share them; that each kind of fault is found is shown in the tests of tools/.
"""

from pathlib import Path

from planted import none

from tools import anatomy, notebooks, proof, render


class Notebook:
    """What holds of every notebook; a class for each, so that several workers share them."""

    path: Path

    def test_is_stored_as_rendered(self):
        none(render.check(self.path))

    def test_claims_hold_and_exercises_work_blank_and_solved(self):
        with notebooks.kernel(self.path.parent) as kernel:
            none(proof.faults(notebooks.read(self.path), kernel))

    def test_links_lead_somewhere(self):
        none(anatomy.links(notebooks.read(self.path), self.path))

    def test_its_terms_are_in_the_glossary(self):
        none(anatomy.terms(notebooks.read(self.path), notebooks.read(notebooks.FOLDER / "glossary.ipynb")))


class Chapter(Notebook):
    """What holds of a chapter besides."""

    def test_has_the_anatomy_of_a_chapter(self):
        none(anatomy.faults(notebooks.read(self.path)))


for _path in notebooks.find():
    _bases = (Chapter if anatomy.is_chapter(_path) else Notebook,)
    globals()[f"Test_{_path.stem}"] = type(f"Test_{_path.stem}", _bases, {"path": _path})


def test_the_course_has_its_notebooks():
    assert {"00_start_here", "08_optimizers"} <= {path.stem for path in notebooks.find()}
