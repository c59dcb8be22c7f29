"""The tables of the page on GANs: what was measured of each model's pictures, and what each objective implies."""

import html

from lessons.gan import samples
from lessons.gan import screen as gan_facts

COLUMNS = {
    "sharpness": ("Sharpness", "{:.2f}"),
    "mid_grey": ("Mid-grey ink", "{:.0%}"),
    "covered": ("Classes", "{:.0f}"),
    "effective": ("Effective classes", "{:.1f}"),
    "frechet": ("Fr\u00e9chet distance", "{:.1f}"),
}
OBJECTIVES = (
    (
        "PCA",
        "pca",
        "squared error, linear",
        "back and forth",
        "none",
        "blurred: a mean and a few directions",
        "none: solved at once",
    ),
    ("AE", "ae", "reconstruction", "yes", "none", "no prior to draw from", "stable"),
    (
        "VAE",
        "vae",
        "reconstruction + KL, a bound on log p(x)",
        "yes, with a width",
        "yes, in nats",
        "covers every class; blurred",
        "stable: one loss that falls",
    ),
    (
        "GAN",
        "gan",
        "a game: fool the discriminator",
        "none",
        "none",
        "sharp; may leave classes out",
        "two losses that need not fall; may collapse",
    ),
)
HEADS = ("Model", "Objective", "Encoder", "Likelihood or bound", "Draws", "Training")


def qualities() -> str:
    """What was measured of 10,000 pictures of each model, mean and standard deviation over seeds where there are several."""
    rows = []
    for name, title in gan_facts.NAMES.items():
        several = gan_facts.shipped().measures[name]
        cells = ""
        for what, (_, form) in COLUMNS.items():
            middle, spread = gan_facts.over_seeds(several, what)
            cells += (
                f"<td>{form.format(middle)}"
                + (f" <small>\u00b1 {form.format(spread)}</small>" if len(several) > 1 else "")
                + "</td>"
            )
        seeds = f" <small>{len(several)} seeds</small>" if len(several) > 1 else ""
        rows.append(f'<tr><th scope="row"><span class="le-name le-{name}">{html.escape(title)}</span>{seeds}</th>{cells}</tr>')
    heads = "".join(f'<th scope="col">{head}</th>' for head, _ in COLUMNS.values())
    table = f'<table class="le-table le-small"><thead><tr><td></td>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    return _wide(table, "Measures of each model\u2019s pictures")


def objectives() -> str:
    """One row a model: what it minimises, and what follows from that."""
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    rows = "".join(
        f'<tr><th scope="row"><span class="le-name le-{kind}">{name}</span></th>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>"
        for name, kind, *cells in OBJECTIVES
    )
    table = f'<table class="le-table le-small gan-objectives"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    return _wide(table, "What each model\u2019s objective implies")


def _wide(table: str, what: str) -> str:
    """A table that scrolls by itself on a narrow screen, by keyboard too."""
    return f'<div class="gan-scroll" role="region" aria-label="{what}" tabindex="0">{table}</div>'


def legend() -> str:
    """How the columns are defined."""
    return (
        "Of 10,000 pictures each, from the same noise. **Sharpness**: mean length of the grey levels\u2019 gradient for each unit of ink. **Mid-grey ink**: inked "
        f"pixels between {samples.MID[0]:g} and {samples.MID[1]:g}. **Classes**: those with more than a tenth of their fair share, as the classifier sees them; "
        "**effective classes**: the exponential of the shares\u2019 entropy, 10 where all are alike. **Fr\u00e9chet distance**: between Gaussians of the "
        "classifier\u2019s 64 features, to the 10,000 test digits; training digits show how small it can get."
    )
