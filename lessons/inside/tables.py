"""Tables of the lesson that looks inside: what each layer of a network costs, and what each network pays and gets."""

from collections.abc import Sequence

from explorer.page.tables import Html, cell, table
from explorer.page.words import Words
from lessons.inside.screen import Inside
from lessons.inside.stages import ENCODER

KIND = "le-numbers le-small"


def bold(text: str, tag: str = "td") -> Html:
    return cell(Html(f"<b>{text}</b>"), tag)


def account(words: Words, net: Inside) -> str:
    """A section for one network, a row for each layer: shape, weights, multiplications, and what of the image a unit has to do with."""
    said, title = words.items("account"), words.items("nets")[net.name]
    rows: list[Sequence[str]] = []
    for i, stage in enumerate(net.stages):
        name = f"{said[stage.part]} {said[stage.kind.replace(' ', '-')]}"
        shape = " \u00d7 ".join(map(str, stage.after))
        rows.append((name, shape, f"{stage.parameters:,}", f"{stage.products:,}", receptive(words, net, i)))
    rows.append((bold(said["all"], "th"), "", bold(f"{net.parameters:,}"), bold(f"{net.products:,}"), ""))
    head = ("layer", "gives", "weights", "products", "unit")
    costs = table([[said[name] for name in head]], rows, words.item("account", "label", net=title), KIND)
    return f"<section><h3>{title}</h3>{costs}</section>"


def receptive(words: Words, net: Inside, stage: int) -> str:
    """What of the image a unit of a stage sees or reaches, in words."""
    if stage == len(net.stages) - 1:
        return words.item("account", "own")
    verb = "sees" if net.stages[stage].part == ENCODER else "reaches"
    field = net.fields[stage]
    if field is None:
        return words.item("account", f"{verb}-all")
    return words.item("account", verb, size=field.size)


def comparison(words: Words, nets: Sequence[Inside]) -> Html:
    """A row for each network."""
    said, titles = words.items("comparison"), words.items("nets")
    rows = [
        (
            titles[net.name],
            f"{net.parameters:,}",
            f"{net.products:,}",
            f"{net.settings.images:,}",
            f"{net.core_seconds:.0f}",
            f"{net.measures.kl:.2f}",
            cell(Html(f"<b>{net.negative_elbo:.1f}</b> \u00b1 {net.measures.negative_elbo_error:.1f}")),
        )
        for net in nets
    ]
    head = [said[name] for name in ("name", "weights", "products", "images", "seconds", "kl", "elbo")]
    return table([head], rows, said["label"], KIND)
