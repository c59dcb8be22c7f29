"""The way for a first visit: four pages, what to do on each, and how long that takes. It stands on Home and in the side bar."""

import functools
import html

from explorer.page import places, words

MINUTES = {"home": 2, "explore": 2, "compare": 3, "kl": 3}  # for what a stop asks, not for the whole page


@functools.cache
def route(folded: bool = False) -> str:
    """The stops as links, as HTML; `folded`, they open by their heading."""
    said = words.load("explorer/wayin")
    stops = "".join(
        f'<li><a href="{"./" if path == "home" else path}">{html.escape(places.PLACES[path].title)}</a>'
        f"<span>{html.escape(said.item('stops', path))}</span><small>{said.say('stop', minutes=minutes)}</small></li>"
        for path, minutes in MINUTES.items()
    )
    heading = html.escape(said.say("route", minutes=sum(MINUTES.values()), pages=len(MINUTES)))
    opened = f"<summary>{heading}</summary>" if folded else f"<h2>{heading}</h2>"
    tag = "details" if folded else "section"
    return f'<{tag} class="le-route">{opened}<ol>{stops}</ol></{tag}>'
