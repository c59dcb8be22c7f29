"""The table of the lesson on sums and means: what was measured of one model."""

from explorer.page.tables import Html, cell, table
from explorer.page.words import Words
from lessons.reduction.models import Measured

SHOWN = {"printed_loss": "{:.3f}", "reconstruction": "{:.1f} nats", "kl": "{:.2f} nats", "negative_elbo": "{:.1f} nats"}


def measures(words: Words, measured: Measured) -> Html:
    """A row for each measure, the negative ELBO in bold."""
    said = words.items("measures")
    values = {name: form.format(getattr(measured, name)) for name, form in SHOWN.items()}
    values["negative_elbo"] = cell(Html(f"<b>{values['negative_elbo']}</b>"))
    return table((), [(said[name], value) for name, value in values.items()], said["label"], "le-table")
