"""The signals that the package mnist1d makes from draws that it is given; data.mnist1d must make the same.

    python tests/reference/signals.py    # writes signals.json; needs `pip install mnist1d==0.0.2.post1`

The package draws from NumPy's global generator, sample by sample; here its calls are answered from a list that is kept.
"""

import json
from pathlib import Path

import numpy as np


def draws(rng):
    """The draws of one sample under the names that course_utils.data gives them."""
    return {
        "padding": int(rng.integers(36, 61)),
        "scale": 1 + 0.4 * rng.uniform(-0.5, 0.5),
        "shift": int(rng.integers(48)),
        "tilt": 0.75 * rng.uniform(-0.5, 0.5),
        "background": (0.25 * rng.normal(size=72)).tolist(),
        "noise": (0.02 * rng.normal(size=72)).tolist(),
    }


def computed(label, drawn, monkey):
    """What the package makes of them."""
    from mnist1d.data import get_dataset_args, get_templates
    from mnist1d.transform import transform

    uniform = iter([(drawn["padding"] - 36 + 0.5) / 25, (drawn["scale"] - 1) / 0.4 + 0.5, drawn["tilt"] / 0.75 + 0.5])
    normal = iter([np.array(drawn["background"]) / 0.25, np.array(drawn["noise"]) / 0.02])
    monkey.rand = lambda: next(uniform)
    monkey.randn = lambda *shape: next(normal)
    monkey.choice = lambda n: drawn["shift"]
    templates = get_templates()
    return transform(templates["x"][label], templates["t"], get_dataset_args())[0].tolist()


def main():
    rng, kept = np.random.default_rng(0), (np.random.rand, np.random.randn, np.random.choice)
    cases = [{"label": label, **draws(rng)} for label in [*range(10), 3, 7]]
    cases[0] |= {"padding": 36, "shift": 0}
    cases[1] |= {"padding": 60, "shift": 47}
    for case in cases:
        case["signal"] = computed(case["label"], case, np.random)
    np.random.rand, np.random.randn, np.random.choice = kept
    Path(__file__).with_suffix(".json").write_text(json.dumps(cases) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
