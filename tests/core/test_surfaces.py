import pickle
import re

import numpy as np
import pytest
from scipy import optimize

from course_utils.surfaces import SURFACES, Surface, bowl, valley

EVERY = pytest.mark.parametrize("name", SURFACES)
PROVEN = [name for name, surface in SURFACES.items() if surface.minima]

# Each formula once more, as its source prints it.
FORMULAS = {
    "bowl": lambda x, y: 0.5 * x**2 + 0.5 * 20 * y**2,
    "ravine": lambda x, y: x**2 / 20 + y**2,
    "canyon": lambda x, y: x**2 / 1000 + y**2,
    "saddle": lambda x, y: x**2 - y**2,
    "monkey_saddle": lambda x, y: x**3 - 3 * x * y**2,
    "beale": lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "styblinski_tang": lambda x, y: (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2,
    "rastrigin": lambda x, y: 20 + x**2 - 10 * np.cos(2 * np.pi * x) + y**2 - 10 * np.cos(2 * np.pi * y),
    "plateau": lambda x, y: (x**2 + y**2) / (1 + x**2 + y**2),
    "cliff": lambda x, y: np.logaddexp(0, 20 * x) - x + y**2 / 2,
}


def window(surface, n=60):
    """An n x n grid of points over the whole window."""
    return np.stack(np.meshgrid(np.linspace(*surface.xlim, n), np.linspace(*surface.ylim, n)), axis=-1)


def differences(f, p, h=1e-5):
    """Centered differences of f along x and y, on a new last axis."""
    return np.stack([(f(p + h * e) - f(p - h * e)) / (2 * h) for e in np.eye(2)], axis=-1)


def as_code(formula):
    """A printed formula as Python: xy and 16x are products, cos 2πx is a cosine of all three."""
    code, open_call = "", False
    for token in re.findall(r"[\d.]+|log|exp|cos|[xyrπ²³⁴()+/-]", formula):
        if open_call and token in "+-)":
            code, open_call = code + ")", False
        if re.search(r"[\dxyri).]$", code) and re.match(r"[\dlecxyrπ(]", token):
            code += "*"
        if token in ("exp", "cos"):
            token, open_call = token + "(", True
        code += {"²": "**2", "³": "**3", "⁴": "**4", "π": "pi"}.get(token, token)
    return code + ")" * open_call


@EVERY
def test_the_printed_formula(name):
    surface = SURFACES[name]
    x, y = window(surface)[..., 0], window(surface)[..., 1]
    formula, *where = surface.formula.split(", r² = ")
    names = {"x": x, "y": y, "pi": np.pi, "cos": np.cos, "exp": np.exp, "log": np.log}
    if where:
        names["r"] = eval(as_code(where[0]), names) ** 0.5
    np.testing.assert_allclose(eval(as_code(formula), names), surface.f(window(surface)), rtol=1e-9, atol=1e-9)


def test_registry():
    assert list(SURFACES) == list(FORMULAS)
    assert all(isinstance(surface, Surface) for surface in SURFACES.values())


@EVERY
def test_value(name):
    p = window(SURFACES[name])
    np.testing.assert_allclose(SURFACES[name].f(p), FORMULAS[name](p[..., 0], p[..., 1]), rtol=1e-11, atol=1e-11)


@EVERY
def test_gradient_against_differences_over_the_whole_window(name):
    surface, p = SURFACES[name], window(SURFACES[name])
    grad, rounding = surface.grad(p), 1e-10 * np.abs(surface.f(p)).max()
    np.testing.assert_allclose(grad, differences(surface.f, p), rtol=1e-6, atol=rounding + 1e-7)
    assert np.abs(grad).max() > 0.1


@EVERY
def test_hessian_against_differences_over_the_whole_window(name):
    surface, p = SURFACES[name], window(SURFACES[name])
    hess = surface.hess(p)
    np.testing.assert_allclose(hess, differences(surface.grad, p), rtol=1e-5, atol=1e-9 * np.abs(hess).max())
    np.testing.assert_array_equal(hess, np.swapaxes(hess, -1, -2))


@EVERY
@pytest.mark.parametrize("shape", [(2,), (5, 2), (3, 4, 2), (0, 2)])
def test_points_of_any_shape(name, shape):
    surface, p = SURFACES[name], np.random.default_rng(0).normal(size=shape)
    assert np.shape(surface.f(p)) == shape[:-1]
    assert surface.grad(p).shape == shape and surface.hess(p).shape == (*shape, 2)
    for row in np.ndindex(shape[:-1]):
        np.testing.assert_allclose(surface.f(p)[row], surface.f(p[row].tolist()), rtol=1e-13)
        np.testing.assert_allclose(surface.grad(p)[row], surface.grad(p[row].tolist()), rtol=1e-13)
        np.testing.assert_allclose(surface.hess(p)[row], surface.hess(p[row].tolist()), rtol=1e-13)


@EVERY
@pytest.mark.parametrize("p", [1.0, [1.0], [1.0, 2.0, 3.0], np.zeros((2, 3))])
def test_other_shapes_are_named(name, p):
    for function in (SURFACES[name].f, SURFACES[name].grad, SURFACES[name].hess):
        with pytest.raises(ValueError, match="^p: got an array of shape"):
            function(p)


@EVERY
def test_not_a_number_passes_through_in_silence(name):
    surface, p = SURFACES[name], np.array([[np.nan, np.nan], [1.0, 1.0]])
    with np.errstate(all="raise"):
        assert np.isnan(surface.f(p)[0]) and np.isfinite(surface.f(p)[1])
        assert np.isnan(surface.grad(p)[0]).all()


@pytest.mark.parametrize("name", PROVEN)
def test_minima_against_scipy(name):
    surface = SURFACES[name]
    for i, minimum in enumerate(surface.minima):
        nearby = np.add(minimum, np.random.default_rng(i).normal(scale=0.02, size=2))
        found = optimize.root(surface.grad, nearby, tol=1e-15).x
        np.testing.assert_allclose(minimum, found, rtol=0, atol=1e-8)
        assert np.linalg.eigvalsh(surface.hess(minimum)).min() > 0
        result = optimize.minimize(surface.f, nearby, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-15})
        np.testing.assert_allclose(minimum, result.x, rtol=0, atol=2e-7)


@EVERY
def test_no_minimum_in_the_window_is_missing(name):
    surface = SURFACES[name]
    p = window(surface, n=101).reshape(-1, 2)
    for _ in range(60):  # Newton's method goes to stationary points of every kind
        hess = surface.hess(p)
        ok = np.abs(np.linalg.det(hess)) > 1e-12
        p = p[ok] - np.linalg.solve(hess[ok], surface.grad(p[ok])[..., None])[..., 0]
        p = p[(np.abs(p) < 100).all(axis=-1)]
    settled = p[np.abs(surface.grad(p)).max(axis=-1) < 1e-9]
    low, high = np.transpose([surface.xlim, surface.ylim])
    inside = settled[((settled >= low) & (settled <= high)).all(axis=-1)]
    minima = inside[np.linalg.eigvalsh(surface.hess(inside)).min(axis=-1) > 1e-6]
    assert {tuple(m) for m in minima.round(5) + 0.0} == {tuple(m) for m in np.round(surface.minima, 5) + 0.0}


@pytest.mark.parametrize("name", PROVEN)
def test_floor_is_the_least_value(name):
    surface = SURFACES[name]
    p = window(surface, n=200).reshape(-1, 2)
    lowest = optimize.minimize(surface.f, p[surface.f(p).argmin()], method="Nelder-Mead", options={"fatol": 1e-12})
    assert surface.floor == pytest.approx(lowest.fun, abs=1e-8)
    assert surface.f(np.array(surface.minima)).min() == pytest.approx(surface.floor, abs=1e-12)
    assert surface.f(100 * window(surface)).min() >= surface.floor


@pytest.mark.parametrize("name", sorted(set(SURFACES) - set(PROVEN)))
def test_without_a_floor_it_falls_for_ever(name):
    assert SURFACES[name].floor is None
    assert SURFACES[name].f(1e4 * window(SURFACES[name])).min() < -1e7


@EVERY
def test_the_start_is_in_the_window_and_has_a_slope(name):
    surface = SURFACES[name]
    (x0, x1), (y0, y1) = surface.xlim, surface.ylim
    assert x0 < surface.start[0] < x1 and y0 < surface.start[1] < y1
    assert np.linalg.norm(surface.grad(surface.start)) > 0.01


def test_rosenbrock_against_scipy():
    surface = SURFACES["rosenbrock"]
    for p in np.random.default_rng(1).uniform(-2, 2, size=(50, 2)):
        assert surface.f(p) == pytest.approx(optimize.rosen(p), rel=1e-12)
        np.testing.assert_allclose(surface.grad(p), optimize.rosen_der(p), rtol=1e-11, atol=1e-12)
        np.testing.assert_allclose(surface.hess(p), optimize.rosen_hess(p), rtol=1e-12)
    assert np.linalg.cond(surface.hess([1.0, 1.0])) == pytest.approx(2508, abs=0.5)


@pytest.mark.parametrize("kappa", [1, 20.0, 1e6])
def test_the_bowls_condition_number(kappa):
    assert np.linalg.cond(bowl(kappa).hess([0.3, -0.4])) == pytest.approx(kappa)
    assert bowl(kappa).f([1.0, 1.0]) == pytest.approx((1 + kappa) / 2)


@pytest.mark.parametrize("kappa", [0, 0.5, -1, np.nan, "steep"])
def test_bad_condition_numbers_are_named(kappa):
    with pytest.raises(ValueError, match="^kappa: got"):
        bowl(kappa)


@pytest.mark.parametrize("degrees", [0, 30, -120.0])
def test_a_turned_valley(degrees):
    surface, p = valley((0.01, 2.0), degrees), np.random.default_rng(0).normal(size=(50, 2))
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    own = p @ [[c, -s], [s, c]]  # the points as the valley's own axes have them
    np.testing.assert_allclose(surface.f(p), 0.005 * own[:, 0] ** 2 + own[:, 1] ** 2, rtol=1e-12)
    np.testing.assert_allclose(surface.grad(p), differences(surface.f, p), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(surface.hess(p[0]), differences(surface.grad, p[0]), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(np.linalg.eigvalsh(surface.hess([0.0, 0.0])), [0.01, 2.0], rtol=1e-12)
    np.testing.assert_allclose(surface.start, [-4 * c - 2 * s, -4 * s + 2 * c], rtol=1e-12)
    assert pickle.loads(pickle.dumps(surface)).f(surface.start) == pytest.approx(0.005 * 16 + 4)


def test_a_valley_along_the_axes_is_a_bowl():
    p = np.random.default_rng(0).normal(size=(50, 2))
    np.testing.assert_array_equal(valley((1, 20)).f(p), bowl(20).f(p))
    np.testing.assert_array_equal(valley((1, 20)).grad(p), bowl(20).grad(p))


@pytest.mark.parametrize("curvatures", [(1, 0), (-1, 1), (1, 2, 3), 4, (np.nan, 1), "steep"])
def test_bad_curvatures_are_named(curvatures):
    with pytest.raises(ValueError, match="^curvatures: got"):
        valley(curvatures)


def test_a_bad_angle_is_named():
    with pytest.raises(ValueError, match="^degrees: got"):
        valley((1, 20), degrees=np.inf)


def test_what_the_names_promise():
    assert np.linalg.eigvalsh(SURFACES["saddle"].hess([0.0, 0.0])).tolist() == [-2, 2]
    np.testing.assert_array_equal(SURFACES["monkey_saddle"].hess([0.0, 0.0]), np.zeros((2, 2)))
    plateau, cliff = SURFACES["plateau"], SURFACES["cliff"]
    assert np.linalg.norm(plateau.grad(plateau.start)) < 0.02 < 0.3 < np.linalg.norm(plateau.grad([0.5, 0.0]))
    assert cliff.grad([-1.0, 0.0])[0] == pytest.approx(-1, abs=1e-6)  # the gentle slope
    assert cliff.grad([1.0, 0.0])[0] == pytest.approx(19, abs=1e-6)  # the wall
    assert np.linalg.eigvalsh(cliff.hess(window(cliff))).min() >= 0  # convex


@EVERY
def test_a_surface_can_be_a_key_and_can_travel(name):
    surface = SURFACES[name]
    assert {surface: name}[surface] == name
    copy = pickle.loads(pickle.dumps(surface))
    assert copy.f(surface.start) == surface.f(surface.start) and copy.minima == surface.minima
    assert "function" not in repr(surface)


def test_a_surface_of_ones_own():
    mine = Surface(
        "Mine",
        "x⁴ + y²",
        lambda x, y: x**4 + y**2,
        lambda x, y: (4 * x**3, 2 * y),
        lambda x, y: (12 * x**2, 0, 2),
        start=(1.0, 1.0),
        xlim=(-2, 2),
        ylim=(-2, 2),
    )
    np.testing.assert_array_equal(mine.grad([1.0, 1.0]), [4, 2])
    np.testing.assert_array_equal(mine.hess([[1.0, 1.0]]), [[[12, 0], [0, 2]]])
    assert mine.minima == () and mine.floor is None
