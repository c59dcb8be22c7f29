"""The canvas: one or two latent planes, decoded in the browser while the hand moves.

canvas.py draws it on a page. What describes a model (facts.py), packs it (payloads.py) and says the words of the browser's part (said.py) needs no
Streamlit, so a notebook has it, too. The browser's part is in js/, its words are words.md.
"""

from pathlib import Path

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
