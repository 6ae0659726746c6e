"""Import times beyond NumPy's own, each in a fresh Python."""

import subprocess
import sys

from .report import Row

IMPORTS = {
    "import course_utils": (50,),
    "from course_utils import training": (),
    "from course_utils import check, demos": (),
    "from course_utils import demos; demos.optimizers": (),
}
PROGRAM = "import numpy\nfrom time import perf_counter\nstart = perf_counter()\n{}\nprint(perf_counter() - start)"


def rows(imports=IMPORTS, n_rounds=5):
    """Yield a row for each import."""
    seconds = {code: [] for code in imports}
    for _ in range(n_rounds):
        for code in imports:
            seconds[code].append(float(subprocess.check_output([sys.executable, "-c", PROGRAM.format(code)])))
    for code, at_most in imports.items():
        yield Row(code, [1e3 * s for s in seconds[code]], at_most=at_most)
