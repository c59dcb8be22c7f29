"""The game on Home: once a second a dart drawn from N(0, I) lands on the planes of an autoencoder and a VAE, and both decode it.

What a decoder draws there fills a slot where a classifier sees a digit. The browser's part is explorer/home/js/game.js and its
neighbours; a dart's number is torch's seed, so a link opens the same game. Python keeps what the address carries.
"""

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from torch import nn

from explorer.browser.bodies import Body
from explorer.canvas import STYLE, payloads
from explorer.canvas.facts import describe
from explorer.home import reports
from explorer.models.trained import Trained
from explorer.page import palette
from explorer.page.address import Address
from explorer.page.mounting import mount
from explorer.page.words import Words

LOOK = (Path(__file__).parent / "game.css").read_text(encoding="utf-8")
# Until the browser's part has come its outline stands in its place, so nothing jumps.
SIDE = (
    '<section class="side"><h2 class="name">&nbsp;</h2><div class="plane"></div><div class="shown"><div class="decoded"></div></div>'
    f'<p class="said"></p><ol class="slots">{"<li></li>" * 10}</ol></section>'
)
OUTLINE = f'<div class="board" aria-hidden="true"><div class="tools"></div>{2 * SIDE}</div>'
GAMES, DARTS = 100, 100  # so many games of so many darts: dart k of game g, both from 1, has the seed (g - 1) DARTS + k - 1
CLASSES = "0123456789"


class Seen(NamedTuple):
    """What a model drew in all games, as the classifier saw it: how often each digit, and in how many games all of them."""

    darts: int
    counts: dict[str, int]  # by digit, 0 where there was none
    full: int

    @property
    def missing(self) -> list[str]:
        """The digits that no dart of any game drew."""
        return [digit for digit, count in self.counts.items() if count == 0]

    @property
    def rarest(self) -> str:
        """Of the digits that were drawn, the one that was drawn most rarely."""
        return min((count, digit) for digit, count in self.counts.items() if count)[1]

    @property
    def recognised(self) -> float:
        """The share of darts whose picture was a digit for sure."""
        return sum(self.counts.values()) / self.darts


def summary(letters: str) -> Seen:
    """What was seen in every dart, one letter each, in the order of the seeds; whatever is no digit stands for none."""
    found = Counter(letters)
    games = [letters[start : start + DARTS] for start in range(0, len(letters), DARTS)]
    return Seen(len(letters), {digit: found[digit] for digit in CLASSES}, sum(set(CLASSES) <= set(game) for game in games))


def shares(kind: str, seen: Seen, words: Words) -> str:
    """What was seen of a model ("ae" or "vae"), in two sentences (Markdown)."""
    said = words.items("shares")
    facts = {"model": said[kind], "darts": seen.darts, "rarest": seen.rarest, "share": seen.counts[seen.rarest] / seen.darts}
    if seen.missing:
        *most, last = seen.missing
        facts["missing"] = f"{', '.join(most)} {said['or']} {last}" if most else last
    first = words.item("shares", "some" if seen.missing else "all", **facts)
    return f"{first} {words.item('shares', 'full', full=seen.full, games=GAMES, each=DARTS)}"


def filled(found: Mapping[str, Seen]) -> str:
    """Whose slots were all filled in most games, by the answers to the question: "ae", "vae", "both" or "neither"."""
    full = [kind for kind, seen in found.items() if seen.full > GAMES / 2]
    return "neither" if not full else full[0] if len(full) == 1 else "both"


@functools.lru_cache(maxsize=2)
def _classifier(layers: tuple[nn.Module, ...], shape: tuple[int, int, int]) -> Body:
    return payloads.classifier(layers, shape)


def game(
    models: Sequence[Trained], judge: Sequence[nn.Module], sure: float, key: str, at: Address, words: Words, codes: bool
) -> None:
    """Draw the game for an autoencoder and a VAE with two latents, at what the address says.

    judge  the classifier's layers; sure: the probability from which on a picture counts as a digit
    codes  whether the planes show codes from the start; a plane that lacks a digit's codes gives the answer away
    """
    data = {
        "words": words.items("game"),
        "models": [describe(model) for model in models],
        "classifier": _classifier(tuple(judge), models[0].model.spec.image_shape).announce(),
        "sure": sure,
        "classes": models[0].data.classes,
        "colours": palette.DIGITS,
        "ink": {"mark": palette.MARK, "warning": palette.WARNING},
        "games": GAMES,
        "darts": DARTS,
        "codes": codes,
        **at.told("game", "dart", "place"),
        "heard": reports.count(key),
    }
    module, style = "explorer/home/js/game.js", STYLE + LOOK
    mount("latent_game", module, "latent-canvas game", "game", style, key, data, lambda: at.hear(reports.last(key)), OUTLINE)
