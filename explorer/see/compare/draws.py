"""The same draws from the prior, decoded by models side by side."""

from collections.abc import Mapping

from explorer.models.trained import KIND_NAMES, Trained
from explorer.page.pictures import row_html
from explorer.page.words import Words, fill
from vae.model import latent

COUNT = 12


def decoded(pair: Mapping[str, Trained], seed: int, words: Words) -> str:
    """A named row of pictures for each model."""
    rows = []
    for kind, subject in pair.items():
        draws = latent.sample_prior(COUNT, len(subject.order), seed)  # (12, D)
        alt = words.items("alts")["draw"]
        alts = [fill(alt, {"model": subject.label, "which": i + 1}, words.place) for i in range(COUNT)]
        name = f'<p class="le-name le-{kind}">{KIND_NAMES[kind]}</p>'
        rows.append(name + row_html(latent.decode(subject.model, draws), alts))
    return "".join(rows)
