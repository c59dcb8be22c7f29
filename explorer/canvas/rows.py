"""What an address says of a canvas: kinds of rows, to be told under the names of CanvasState.told."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any

from explorer.page.address import Number, Parameter, SomeOf

LAYERS = ("points", "digits", "decoded", "ellipses", "prior", "distance")
PRINCIPAL = "principal"


@dataclass(frozen=True)
class Plane(Parameter):
    """Two of a model's dimensions, counted from 1, such as 1,4; or its principal components."""

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
    """One number of a position. A link keeps to the bounds; a hand that leaves them is brought back to the nearest one."""

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
    """The rows of the layers and of the plane that a canvas shows, for models of so many dimensions.

    of  the parameter of the page that a plane belongs to, if it shall not outlive a change of it
    """
    return (
        SomeOf(f"{page}_layers", None, told="layers", allowed=LAYERS, what="layer"),
        Plane(f"{page}_plane", None, told="plane", of=of, dims=dims),
    )
