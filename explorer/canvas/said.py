"""The words of the browser's part."""

from typing import Any

from explorer.page import words


def said(one: str) -> dict[str, dict[str, Any]]:
    """All that the canvas says, by block; each layer with its help. `one` is what a sentence calls one image, such as "a digit"."""
    own = words.load("explorer/canvas")
    pad = own.items("pad") | {"empty": own.item("pad", "empty", one=one)}
    layers = {layer.key: [layer.text, layer.why] for layer in own.options("layers")}
    return {"layers": layers, "pad": pad, **{block: own.items(block) for block in ("said", "files", "troubles")}}
