"""Rows of an address for what a canvas shows; they are reported under the names of CanvasState.told."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any

from explorer.page.parameters import Number, Numbers, Parameter, SomeOf

LAYERS = ("points", "digits", "decoded", "ellipses", "prior", "distance")
PRINCIPAL = "principal"
SIGHT = 3  # numbers that say what part of one plane is in sight
FAR = 100.0  # beyond any of them


@dataclass(frozen=True)
class Plane(Parameter):
    """Two of a model's dimensions, counted from 1, such as 1,4, or its principal components."""

    dims: Any = 2

    def read(self, text: str) -> str:
        return self.believe(text)

    def believe(self, value: Any) -> str:
        dims = self.dims() if callable(self.dims) else self.dims
        shown = str(value).split(",")
        named = len(shown) == 2 and len(set(shown)) == 2 and set(shown) <= {str(d + 1) for d in range(dims)}
        if dims < 3 or not (value == PRINCIPAL or named):
            raise ValueError(f"There is no such plane; it is {self.domain()}, of a model that has more than two.")
        return str(value)

    def domain(self) -> str:
        return f"two dimensions such as 1,4, or {PRINCIPAL}"


@dataclass(frozen=True)
class Coordinate(Number):
    """One number of a position. A link must keep within the bounds; a number that comes from the hand is moved to the nearest bound."""

    def read(self, text: str) -> float:
        value = super().read(text)
        if value != float(text):
            raise ValueError(f"It must be a number {self.domain()}; the usual value is used instead.")
        return value

    def believe(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise ValueError(f"It must be a number {self.domain()}.")
        return min(max(float(value), self.low), self.high)


def shown(page: str, dims: Callable[[], int], of: str = "") -> tuple[Parameter, Parameter]:
    """The rows for the layers and the plane that a canvas shows.

    dims  gives the number of dimensions of the models
    of    the parameter that the plane belongs to: when it changes, the plane starts from its usual value again
    """
    return (
        SomeOf(f"{page}_layers", None, told="layers", allowed=LAYERS, what="layer"),
        Plane(f"{page}_plane", None, told="plane", of=of, dims=dims),
    )


def sight(page: str, of: str | tuple[str, ...], planes: int = 1) -> Parameter:
    """The row for the part of each plane that is in sight (explorer/canvas/js/view.js); () where that is all of it.

    of  the parameters that name the models
    """
    return Numbers(f"{page}_sight", (), told="sight", of=of, count=SIGHT * planes, low=-FAR, high=FAR)
