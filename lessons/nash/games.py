"""The smallest game with an equilibrium, and three ways to play it: min over x, max over y of m x^2 / 2 + x y - m y^2 / 2.

With m = 0 it is the bilinear game; with m > 0 it is strongly convex in x and strongly concave in y. Its Nash equilibrium is (0, 0). Each player
descends a cost of their own, so the pair (x, y) moves against the field F = (df/dx, -df/dy) = (m x + y, m y - x), which is not the gradient
of any function. As a complex number, with w = x + i y, it is (m - i) w: a pull inwards and a turn. Every rule below is linear, so one
matrix determines a trajectory (Gidel et al. 2019, section 3; Korpelevich 1976 for the extragradient).
"""

from math import hypot, sqrt
from typing import NamedTuple

import numpy as np

RULES = ("simultaneous", "alternating", "extragradient")


class Point(NamedTuple):
    """Both players' choices."""

    x: float
    y: float


def value(at: Point, m: float) -> float:
    """f(x, y): what x pays to y."""
    return m * at.x**2 / 2 + at.x * at.y - m * at.y**2 / 2


def field(at: Point, m: float) -> Point:
    """(df/dx, -df/dy): each player's own slope; both step against it."""
    return Point(m * at.x + at.y, m * at.y - at.x)


def simultaneous(at: Point, step: float, m: float) -> Point:
    """Both step at once, each from where the other stood."""
    slope = field(at, m)
    return Point(at.x - step * slope.x, at.y - step * slope.y)


def alternating(at: Point, step: float, m: float) -> Point:
    """First x steps, then y answers from where x stands now."""
    moved = Point(at.x - step * field(at, m).x, at.y)
    return Point(moved.x, moved.y - step * field(moved, m).y)


def extragradient(at: Point, step: float, m: float) -> Point:
    """Look one simultaneous step ahead, and take the step that is right there from here (Korpelevich 1976)."""
    slope = field(simultaneous(at, step, m), m)
    return Point(at.x - step * slope.x, at.y - step * slope.y)


STEPS = {"simultaneous": simultaneous, "alternating": alternating, "extragradient": extragradient}


def play(rule: str, start: Point, step: float, m: float, rounds: int) -> list[Point]:
    """The start and `rounds` steps from it."""
    path = [start]
    for _ in range(rounds):
        path.append(STEPS[rule](path[-1], step, m))
    return path


def matrix(rule: str, step: float, m: float) -> np.ndarray:
    """The 2 x 2 matrix that takes (x, y) to the next (x, y)."""
    a = np.array([[m, 1.0], [-1.0, m]])
    unmoved = np.eye(2)
    if rule == "simultaneous":
        return unmoved - step * a
    if rule == "extragradient":
        return unmoved - step * a + step**2 * a @ a
    only_x, only_y = np.diag([step, 0.0]), np.diag([0.0, step])
    return (unmoved - only_y @ a) @ (unmoved - only_x @ a)


def eigenvalues(rule: str, step: float, m: float) -> tuple[complex, complex]:
    """Of that matrix, in closed form. With lambda = m - i, the eigenvalue of the field:

    simultaneous    1 - s lambda                    |.|^2 = (1 - s m)^2 + s^2, above 1 whenever m = 0
    alternating     roots of r^2 - (2 a - s^2) r + a^2, a = 1 - s m: on the unit circle for m = 0 and s < 2
    extragradient   1 - s lambda + s^2 lambda^2     |.|^2 = 1 - s^2 + s^4 for m = 0, below 1 for s < 1
    """
    field_value = complex(m, -1)
    if rule == "alternating":
        a = 1 - step * m
        half = a - step**2 / 2
        root = complex(half**2 - a**2) ** 0.5
        return half + root, half - root
    turned = 1 - step * field_value
    if rule == "extragradient":
        turned += step**2 * field_value**2
    return turned, turned.conjugate()


def growth(rule: str, step: float, m: float) -> float:
    """The spectral radius: by what factor, in the long run, the distance to the equilibrium is multiplied at each step."""
    return max(abs(root) for root in eigenvalues(rule, step, m))


def ending(rule: str, step: float, m: float) -> str:
    """Where the rule leads: "in" to the equilibrium, "out" away from it, or "round" it for ever."""
    factor = growth(rule, step, m)
    return "round" if abs(factor - 1) < 1e-9 else "in" if factor < 1 else "out"


def least_curvature(step: float) -> float | None:
    """The m above which simultaneous steps come home, up to its inverse; None where no m is enough.

    They do where (1 - s m)^2 + s^2 < 1, so between the roots of s m^2 - 2 m + s, whose product is 1. For s >= 1 it has none, or one twice.
    """
    return (1 - sqrt(1 - step**2)) / step if step < 1 else None


def distance(at: Point) -> float:
    """To the equilibrium."""
    return hypot(*at)
