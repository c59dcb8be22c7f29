"""The tables of the page on GANs: what was measured of each model's pictures, and what each objective implies."""

from explorer.page.tables import Html, table
from explorer.page.words import Words
from lessons.gan import screen

FORMS = {"sharpness": "{:.2f}", "mid_grey": "{:.0%}", "covered": "{:.0f}", "effective": "{:.1f}", "frechet": "{:.1f}"}


def qualities(words: Words) -> Html:
    """What was measured of 10,000 pictures of each model, mean and standard deviation over seeds where there are several."""
    names, measures = words.items("models"), words.items("measures")
    rows = []
    for name, several in ((name, screen.shipped().measures[name]) for name in screen.NAMES):
        seeds = f" <small>{len(several)} {names['seeds']}</small>" if len(several) > 1 else ""
        cells = [Html(screen.named(name, names[name]) + seeds)]
        for what in measures:
            middle, spread = (FORMS[what].format(value) for value in screen.over_seeds(several, what))
            cells.append(Html(f"{middle} <small>\u00b1 {spread}</small>" if len(several) > 1 else middle))
        rows.append(cells)
    return table([["", *measures.values()]], rows, words.items("alts")["qualities"], "le-table le-small")


def objectives(words: Words) -> Html:
    """One row a model: what it minimises, and what follows from that."""
    lines = {name: text.split(" | ") for name, text in words.items("objectives").items()}
    head = lines.pop("head")
    rows = [[screen.named(name, title), *cells] for name, (title, *cells) in lines.items()]
    return table([head], rows, words.items("alts")["objectives"], "le-table le-small gan-objectives")
