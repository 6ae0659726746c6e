"""The PyTorch program that chapter 19 prints runs as it stands, and prints what the chapter says."""

import re
import subprocess
import sys

import pytest
from torch_or_skip import import_torch

from tools import notebooks

FENCED = re.compile(r"```(python|text)\n(.*?)```", re.DOTALL)


@pytest.mark.torch
def test_the_program_of_chapter_19_prints_what_the_chapter_says():
    import_torch()
    nb = notebooks.read(notebooks.FOLDER / "19_frameworks.ipynb")
    blocks = dict(FENCED.findall("\n\n".join(cell.source for _, cell in notebooks.markdown(nb))))
    made = subprocess.run([sys.executable, "-c", blocks["python"]], capture_output=True, text=True, timeout=120)
    assert made.returncode == 0, made.stderr
    said, printed = (
        re.findall(r"epoch (\d): (\d+\.\d)% right in validation", text) for text in (blocks["text"], made.stdout)
    )
    assert [epoch for epoch, _ in printed] == [epoch for epoch, _ in said] == list("12345")
    # Another version may draw other numbers.
    assert [float(right) for _, right in printed] == pytest.approx([float(right) for _, right in said], abs=4)
    assert float(printed[-1][1]) > 92
