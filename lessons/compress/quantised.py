"""Codes as files: round each number to a step, and entropy-code what is left.

The finer the step h, the nearer the file comes to the code and the longer it gets: about h(z) - D log2 h bits, h(z) the differential
entropy (Cover & Thomas 2006, theorem 8.3.1). Letters for shapes: N images, D numbers of a code, P pixels.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from lessons.compress.rans import Message, Table
from lessons.shared.coders import Coder

SMOOTHING = 0.5  # added to every count, so that what training codes never did is costly, not impossible


def average_spread(codes: Tensor) -> float:
    """The standard deviation of a code's numbers, root mean square over the dimensions: the unit in which steps are told."""
    return float(codes.double().var(0).mean().sqrt())


def cells(codes: np.ndarray, centre: np.ndarray, step: float) -> np.ndarray:
    """Which step of the grid each number is nearest to, counted from the centre."""
    return np.floor((codes - centre) / step + 0.5).astype(np.int64)


@dataclass(frozen=True)
class Codec:
    """A grid and tables that sender and receiver share."""

    centre: np.ndarray  # (D,)
    step: float
    low: np.ndarray  # (D,) first cell of each table; codes beyond a table's ends are moved to them
    tables: list[Table]

    @classmethod
    def fit(cls, codes: Tensor, step: float) -> "Codec":
        """Counts of the cells that training codes (N, D) fall into."""
        values = codes.double().numpy()
        centre = values.mean(0)
        whole = cells(values, centre, step)
        low = whole.min(0)
        counts = [np.bincount(column - first) + SMOOTHING for column, first in zip(whole.T, low, strict=True)]
        return cls(centre, step, low, [Table(count) for count in counts])

    def quantise(self, codes: Tensor) -> np.ndarray:
        """Codes (N, D) to symbols (N, D), from 0 in every dimension."""
        most = np.array([len(table.frequencies) for table in self.tables]) - 1
        return (cells(codes.double().numpy(), self.centre, self.step) - self.low).clip(0, most)

    def restore(self, symbols: np.ndarray) -> Tensor:
        """Symbols (N, D) to the middles of their cells (N, D)."""
        return torch.from_numpy(self.centre + self.step * (symbols + self.low)).float()

    def bits(self, symbols: np.ndarray) -> np.ndarray:
        """-log2 p of each image's symbols (N, D) -> (N,): what an ideal coder with these tables needs."""
        return np.sum([table.bits[column] for table, column in zip(self.tables, symbols.T, strict=True)], axis=0)

    def compress(self, symbols: np.ndarray) -> bytes:
        """All images' symbols (N, D) as one file."""
        message = Message()
        for row in reversed(symbols.tolist()):  # what is pushed last comes out first
            for table, symbol in zip(reversed(self.tables), reversed(row), strict=True):
                table.push(message, symbol)
        return message.to_bytes()

    def decompress(self, contents: bytes, count: int) -> np.ndarray:
        """The symbols (N, D) of `count` images from their file."""
        message = Message.from_bytes(contents)
        return np.array([[table.pop(message) for table in self.tables] for _ in range(count)], np.int64)

    @property
    def table_bytes(self) -> int:
        """What the tables take, two bytes a frequency."""
        return 2 * sum(len(table.frequencies) for table in self.tables)


class Point(NamedTuple):
    """What one step costs on average, and what comes back."""

    step: float  # in units of the code's average spread
    bits: np.ndarray  # (N,) ideal code length of each image
    squared_error: float  # per image, sum over pixels
    images: Tensor  # (N, P) what comes back


def measure(coder: Coder, codec: Codec, codes: Tensor, images: Tensor, unit: float) -> Point:
    """Round codes (N, D), decode what is left and compare it with images (N, P)."""
    symbols = codec.quantise(codes)
    back = coder.decode(codec.restore(symbols))
    error = float((back - images).square().sum(1).mean())
    return Point(codec.step / unit, codec.bits(symbols), error, back)
