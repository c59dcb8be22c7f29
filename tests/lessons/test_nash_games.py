"""Min-max games: their steps against autograd and matrices, where they lead against eigenvalues, and the exact solution against SciPy."""

from cmath import exp as complex_exp
from itertools import pairwise, product
from math import hypot, log10, sqrt

import numpy as np
import pytest
import torch
from scipy.linalg import expm

from lessons.nash import games
from lessons.nash.games import RULES, Point

SETTINGS = list(product(RULES, (0.1, 0.5, 1.0, 1.5), (0.0, 0.2, 0.7)))
START = Point(1.3, -0.4)


def invariant(at: Point, step: float) -> float:
    """x^2 + y^2 - s x y: what alternating steps keep in the bilinear game, so they go round on an ellipse for ever."""
    return at.x**2 + at.y**2 - step * at.x * at.y


def exact_flow(start: Point, time: float, m: float) -> Point:
    """The exact solution of infinitely small steps, d w / d t = -(m - i) w: w(t) = w(0) exp(-(m - i) t), a circle for m = 0."""
    w = complex(*start) * complex_exp(-complex(m, -1) * time)
    return Point(w.real, w.imag)


@pytest.mark.parametrize("m", [0.0, 0.3])
def test_the_field_is_each_players_own_slope(m):
    x, y = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in START)
    to_x, to_y = torch.autograd.grad(games.value(Point(x, y), m), (x, y))
    assert games.field(START, m) == pytest.approx((float(to_x), -float(to_y)))


@pytest.mark.parametrize("m", [0.0, 0.3])
def test_at_the_origin_no_player_can_do_better_alone(m):
    for other in np.linspace(-2, 2, 9):
        assert games.value(Point(0.0, other), m) <= games.value(Point(0.0, 0.0), m) <= games.value(Point(other, 0.0), m)


@pytest.mark.parametrize(("rule", "step", "m"), SETTINGS)
def test_a_step_is_the_matrix_and_its_eigenvalues_are_numpys(rule, step, m):
    matrix = games.matrix(rule, step, m)
    assert matrix @ START == pytest.approx(games.STEPS[rule](START, step, m))
    found = sorted(np.linalg.eigvals(matrix), key=lambda v: (v.real, v.imag))
    said = sorted(games.eigenvalues(rule, step, m), key=lambda v: (v.real, v.imag))
    np.testing.assert_allclose(said, found, atol=1e-7)


@pytest.mark.parametrize(("rule", "step", "m"), SETTINGS)
def test_in_the_long_run_the_distance_grows_as_the_spectral_radius_says(rule, step, m):
    rounds = 400
    path = games.play(rule, START, step, m, rounds)
    measured = (games.distance(path[-1]) / games.distance(path[rounds // 2])) ** (2 / rounds)
    assert measured == pytest.approx(games.growth(rule, step, m), rel=2e-2)


def test_together_the_bilinear_game_grows_by_the_same_factor_at_every_step():
    for step in (0.1, 0.5, 1.2):
        distances = [games.distance(at) for at in games.play("simultaneous", START, step, 0.0, 30)]
        assert [b / a for a, b in pairwise(distances)] == pytest.approx([sqrt(1 + step**2)] * 30)
        assert games.ending("simultaneous", step, 0.0) == "out"


def test_taking_turns_stays_on_an_ellipse_and_a_look_ahead_comes_home():
    for step in (0.1, 0.5, 1.2):
        kept = [invariant(at, step) for at in games.play("alternating", START, step, 0.0, 200)]
        assert kept == pytest.approx([kept[0]] * 201)
        assert games.ending("alternating", step, 0.0) == "round"
    for step in (0.1, 0.5, 0.99):
        assert games.ending("extragradient", step, 0.0) == "in"
        assert games.growth("extragradient", step, 0.0) == pytest.approx(sqrt(1 - step**2 + step**4))
    assert games.ending("extragradient", 1.2, 0.0) == "out"


@pytest.mark.parametrize("rule", RULES)
def test_the_factor_and_what_is_said_of_it_are_the_matrixs_own_powers_at_every_step_and_curvature(rule):
    """Gelfand: the spectral radius is the limit of |A^k|^(1/k); squared 30 times, any bounded constant is gone, and of a double root all but a millionth."""
    for step, m in product(np.arange(1, 31) / 20, np.arange(0, 21) / 20):  # what the sliders reach
        power, logarithm = games.matrix(rule, step, m), 0.0
        for doubling in range(30):
            size = np.linalg.norm(power, 2)
            if size == 0:
                break
            logarithm += log10(size) / 2**doubling
            power = np.linalg.matrix_power(power / size, 2)
        else:
            logarithm += log10(np.linalg.norm(power, 2)) / 2**30
            assert games.growth(rule, step, m) == pytest.approx(10**logarithm, rel=1e-5), (step, m)
            assert games.ending(rule, step, m) == ("round" if abs(logarithm) < 1e-8 else "in" if logarithm < 0 else "out"), (
                step,
                m,
            )


def test_the_least_curvature_is_where_simultaneous_steps_begin_to_come_home():
    for step in np.arange(1, 20) / 20:
        least = games.least_curvature(step)
        for m, ending in ((0.999 * least, "out"), (1.001 * least, "in"), (0.999 / least, "in"), (1.001 / least, "out")):
            assert games.ending("simultaneous", step, m) == ending
    for step in (1.0, 1.2, 1.5):
        assert games.least_curvature(step) is None
        assert min(games.growth("simultaneous", step, m) for m in np.linspace(0, 3, 3_001)) >= 1


@pytest.mark.parametrize("rule", RULES)
def test_with_curvature_of_its_own_every_rule_comes_home_at_small_steps(rule):
    assert games.ending(rule, 0.3, 0.4) == "in"
    assert games.distance(games.play(rule, START, 0.3, 0.4, 200)[-1]) < 1e-6


@pytest.mark.parametrize("m", [0.0, 0.25])
def test_the_exact_solution_is_the_matrix_exponential_and_small_steps_come_near_it(m):
    a = np.array([[m, 1.0], [-1.0, m]])
    for time in (0.3, 2.0, 6.0):
        exact = exact_flow(START, time, m)
        np.testing.assert_allclose(exact, expm(-a * time) @ START)
        for rule in RULES:
            errors = [
                hypot(*np.subtract(games.play(rule, START, time / rounds, m, rounds)[-1], exact)) for rounds in (400, 4_000)
            ]
            assert errors[1] < errors[0] < 0.1
            assert log10(errors[0] / errors[1]) == pytest.approx(1, abs=0.1)  # all are of first order


def test_the_browser_computes_what_python_does(in_javascript):
    calls = [
        *(["step", rule, START, step, m] for rule, step, m in SETTINGS),
        *(["growth", rule, step, m] for rule, step, m in SETTINGS),
        *(["eigenvalues", rule, step, m] for rule, step, m in SETTINGS),
        ["flow", START, 1.7, 0.3],
        ["field", START, 0.3],
        ["play", "alternating", START, 0.3, 0.1, 20],
    ]
    *got, flow, field, path = in_javascript("lessons/nash/nash_maths", *calls)
    count = len(SETTINGS)
    for (rule, step, m), moved, factor, roots in zip(
        SETTINGS, got[:count], got[count : 2 * count], got[2 * count :], strict=True
    ):
        assert moved == pytest.approx(games.STEPS[rule](START, step, m))
        assert factor == pytest.approx(games.growth(rule, step, m))
        expected = sorted((root.real, root.imag) for root in games.eigenvalues(rule, step, m))
        np.testing.assert_allclose(sorted(map(tuple, roots)), expected, atol=1e-9)
    assert flow == pytest.approx(exact_flow(START, 1.7, 0.3))
    assert field == pytest.approx(games.field(START, 0.3))
    np.testing.assert_allclose(path, games.play("alternating", START, 0.3, 0.1, 20))
