"""The range of grey levels: files hold numbers from 0 to 1, 16, 255 or 65,535, or from -1 to 1."""

from dataclasses import dataclass

import numpy as np

from ingest.limits import Refused

TOPS = (1, 16, 255, 65_535)


@dataclass(frozen=True)
class Levels:
    """A range of numbers that is mapped to 0..255."""

    low: float
    high: float

    def grey(self, values: np.ndarray) -> np.ndarray:
        """Map numbers within the range to uint8."""
        if (self.low, self.high) == (0, 255) and values.dtype == np.uint8:
            return values
        share = (values.astype(np.float32) - self.low) / (self.high - self.low)
        return np.rint(share.clip(0, 1) * 255).astype(np.uint8)

    @property
    def told(self) -> str:
        return f"Numbers from {self.low:g} (black) to {self.high:,g} (white) became grey levels 0 to 255."


class Extremes:
    """The least and the greatest number of several arrays, which must be finite."""

    def __init__(self) -> None:
        self.low, self.high = np.inf, -np.inf

    def see(self, values: np.ndarray, where: str) -> None:
        """Add an array; Refused if it holds NaN or infinity."""
        low, high = float(values.min()), float(values.max())  # NaN, if there is one
        if not np.isfinite([low, high]).all():
            raise Refused(f"{where} holds NaN or infinity, which is not a grey level. Fill or remove it first.")
        self.low, self.high = min(self.low, low), max(self.high, high)

    def levels(self) -> Levels:
        """The most likely range of these numbers; Refused if it is none of the usual ones."""
        if self.low < 0 and self.low >= -1 and self.high <= 1:
            return Levels(-1, 1)
        top = next((top for top in TOPS if self.high <= top), None)
        if self.low < 0 or top is None:
            raise Refused(
                f"The numbers run from {self.low:g} to {self.high:g}; grey levels run from 0 to 1, 16, 255 or 65,535, or from -1 to 1. "
                "Scale them first."
            )
        return Levels(0, top)
