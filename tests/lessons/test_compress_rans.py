"""The entropy coder: what goes in comes out, and its length is the information in it."""

import numpy as np
import pytest
from scipy.stats import entropy

from lessons.compress.rans import LEAST, PRECISION, Message, Table, whole_frequencies

RNG = np.random.default_rng(0)
SHAPES = {
    "even": np.ones(256),
    "one sure thing": np.array([1e9, 1, 1]),
    "only one symbol": np.array([3.0]),
    "steep": 0.5 ** np.arange(40),
    "with zeros": np.array([0.0, 5, 0, 0, 90, 0]),
    "random": RNG.gamma(0.3, size=500),
}


@pytest.mark.parametrize("counts", SHAPES.values(), ids=SHAPES)
def test_frequencies_are_whole_positive_and_in_proportion(counts):
    found = whole_frequencies(counts)
    assert found.sum() == 2**PRECISION
    assert found.min() >= 1
    assert np.abs(found - counts / counts.sum() * (2**PRECISION - len(counts)) - 1).max() <= 1


def test_a_table_without_room_for_its_symbols_is_refused():
    for counts in (np.ones(0), np.ones(2**PRECISION + 1)):
        with pytest.raises(ValueError, match="symbols"):
            whole_frequencies(counts)


@pytest.mark.parametrize("counts", SHAPES.values(), ids=SHAPES)
def test_what_is_pushed_comes_back_in_reverse_and_its_length_is_its_information(counts):
    """Through bytes; no longer than -log2 p and the two words of the state, and no shorter than -log2 p by more than a state's start."""
    table = Table(counts)
    share = table.frequencies / 2**PRECISION
    symbols = RNG.choice(len(counts), 3_000, p=share)
    message = Message()
    for symbol in symbols.tolist():
        table.push(message, symbol)
    contents = message.to_bytes()
    information = float(table.bits[symbols].sum())
    assert information == pytest.approx(float(-np.log2(share[symbols]).sum()))
    assert information <= 8 * len(contents) <= information + 64
    again = Message.from_bytes(contents)
    assert [table.pop(again) for _ in symbols] == symbols[::-1].tolist()
    assert (again.state, again.words) == (LEAST, [])  # nothing is left


def test_long_messages_come_down_to_the_entropy():
    table = Table(SHAPES["random"])
    share = table.frequencies / 2**PRECISION
    symbols = RNG.choice(len(share), 20_000, p=share)
    message = Message()
    for symbol in symbols.tolist():
        table.push(message, symbol)
    assert message.bits / len(symbols) == pytest.approx(float(entropy(share, base=2)), rel=0.02)


def test_tables_may_change_from_symbol_to_symbol():
    tables = [Table(RNG.gamma(0.5, size=RNG.integers(1, 90))) for _ in range(400)]
    symbols = [int(RNG.integers(len(table.frequencies))) for table in tables]  # rare ones too
    message = Message()
    for table, symbol in zip(tables, symbols, strict=True):
        table.push(message, symbol)
    assert [table.pop(message) for table in reversed(tables)] == symbols[::-1]


def test_popping_and_pushing_back_leaves_a_message_as_it_was():
    """The law that bits back coding rests on: any message is also a message in any other table."""
    message = Message(words=RNG.integers(0, 2**32, 50).tolist())
    before = (message.state, list(message.words))
    table = Table(SHAPES["steep"])
    symbols = [table.pop(message) for _ in range(200)]
    assert (message.state, message.words) != before
    for symbol in reversed(symbols):
        table.push(message, symbol)
    assert (message.state, message.words) == before


@pytest.mark.parametrize("contents", [b"", b"1234567", b"123456789"])
def test_bytes_that_are_no_message_are_refused(contents):
    with pytest.raises(ValueError, match="no message"):
        Message.from_bytes(contents)
