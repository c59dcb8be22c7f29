"""An entropy coder: symbols in, about -log2 p bits each out, and back without loss.

Range variant of asymmetric numeral systems (Duda 2009, "Asymmetric numeral systems", arXiv:0902.0271). The message is one large number, kept
as a state of 32 to 64 bits over a stack of 32-bit words: what was pushed last is popped first.
"""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

PRECISION = 16  # bits: the frequencies of a table add up to 2^16
WORD, MASK = 32, 2**32 - 1
LEAST = 2**WORD  # the state never falls below; this is what an empty message costs


class Message:
    """A stack of symbols as one number x. A symbol with f of 2^n slots, the first of them s: x -> (x // f) 2^n + s + x mod f.

    Each push multiplies the number by about 2^n / f = 1 / p, so it grows by -log2 p bits. Popping is the exact inverse.
    """

    def __init__(self, state: int = LEAST, words: Sequence[int] = ()):
        self.state, self.words = state, list(words)

    def push(self, start: int, frequency: int, precision: int = PRECISION) -> None:
        if self.state >= frequency << (2 * WORD - precision):  # it would outgrow 64 bits: a word moves to the stack
            self.words.append(self.state & MASK)
            self.state >>= WORD
        quotient, rest = divmod(self.state, frequency)
        self.state = (quotient << precision) + start + rest

    def slot(self, precision: int = PRECISION) -> int:
        """Which of the 2^n slots the last pushed symbol left: it says which symbol that was."""
        return self.state & ((1 << precision) - 1)

    def pop(self, start: int, frequency: int, precision: int = PRECISION) -> None:
        """Take off the symbol whose slots hold `slot`."""
        self.state = frequency * (self.state >> precision) + self.slot(precision) - start
        if self.state < LEAST and self.words:
            self.state = self.state << WORD | self.words.pop()

    @property
    def bits(self) -> int:
        """How long the message is, in bits."""
        return self.state.bit_length() + WORD * len(self.words)

    def to_bytes(self) -> bytes:
        """The message as a file: the state in eight bytes, then the words."""
        return self.state.to_bytes(8, "little") + b"".join(word.to_bytes(4, "little") for word in self.words)

    @classmethod
    def from_bytes(cls, contents: bytes) -> "Message":
        if len(contents) < 8 or len(contents) % 4:
            raise ValueError(f"{len(contents)} bytes are no message: it has 8 bytes and then whole words of 4.")
        words = [int.from_bytes(contents[at : at + 4], "little") for at in range(8, len(contents), 4)]
        return cls(int.from_bytes(contents[:8], "little"), words)


class Table:
    """Frequencies of the symbols 0 ... S - 1 that sender and receiver share; they add up to 2^16 and none is 0."""

    def __init__(self, counts: np.ndarray):
        self.frequencies = whole_frequencies(counts)  # (S,)
        self.starts = np.concatenate([[0], np.cumsum(self.frequencies)])  # (S + 1,)
        self.bits = PRECISION - np.log2(self.frequencies)  # (S,) what each symbol costs: -log2 p
        self._frequencies, self._starts = self.frequencies.tolist(), self.starts.tolist()

    def push(self, message: Message, symbol: int) -> None:
        message.push(self._starts[symbol], self._frequencies[symbol])

    def pop(self, message: Message) -> int:
        symbol = bisect_right(self._starts, message.slot()) - 1
        message.pop(self._starts[symbol], self._frequencies[symbol])
        return symbol


def whole_frequencies(counts: np.ndarray, total: int = 2**PRECISION) -> np.ndarray:
    """Whole numbers (S,) in proportion to counts (S,), at least 1 each, that add up to `total`."""
    if not 1 <= len(counts) <= total:
        raise ValueError(f"A table has 1 to {total:,} symbols, not {len(counts):,}.")
    share = counts / counts.sum() * (total - len(counts))  # one slot for each symbol is set aside
    whole = np.floor(share).astype(np.int64)
    largest_rests = np.argsort(whole - share, kind="stable")[: total - len(counts) - whole.sum()]
    whole[largest_rests] += 1
    return whole + 1
