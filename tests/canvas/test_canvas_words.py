"""What the canvas says: every word is used by its JavaScript, and every word it uses is there."""

import re

import pytest

from explorer.canvas import rows
from explorer.page import words

WORDS = words.load("explorer/canvas")
JAVASCRIPT = "".join(path.read_text(encoding="utf-8") for path in (words.ROOT / "explorer" / "canvas" / "js").glob("*.js"))
CHOSEN = {"dimension_across", "dimension_up", "play", "pause"}  # by a name that is put together


@pytest.mark.parametrize(("block", "name"), [("said", "said"), ("files", "files"), ("troubles", "troubles")])
def test_every_word_is_used_and_every_used_one_is_there(block, name):
    used = set(re.findall(rf"\b{name}\.(\w+)", JAVASCRIPT)) | CHOSEN
    assert WORDS.items(block).keys() - used == set()
    assert set(re.findall(rf"\b{name}\.(\w+)", JAVASCRIPT)) - WORDS.items(block).keys() == set()


def test_every_word_of_the_pad_is_used_and_every_used_one_is_there():
    source = (words.ROOT / "explorer" / "browser" / "js" / "pad.js").read_text(encoding="utf-8")
    assert set(re.findall(r"\bpad\.(\w+)", source.replace("pad.js", ""))) - {"md"} == WORDS.items("pad").keys()


def test_every_layer_has_a_name_and_a_help():
    layers = WORDS.options("layers")
    assert tuple(layer.key for layer in layers) == rows.LAYERS
    assert all(layer.text and layer.why for layer in layers)
