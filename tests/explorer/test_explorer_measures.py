"""The table of measures says the numbers that the core computed, with their units."""

import re
from dataclasses import replace
from html import escape, unescape

from explorer.models import measures
from explorer.models.trained import Trained
from explorer.page import words
from vae import checkpoints
from vae.checkpoints import Checkpoint
from vae.learning.recipes import recipe
from vae.learning.settings import TrainingSettings
from vae.measuring.metrics import Measures
from vae.model.networks import build

SHIPPED = checkpoints.load_measures(checkpoints.SHIPPED / "mnist-vae-2d", Measures)
MEASURED = replace(
    SHIPPED,
    reconstruction=123.456,
    reconstruction_error=0.987,
    kl=6.54,
    kl_error=0.21,
    negative_elbo=129.996,
    negative_elbo_error=1.04,
    knn_accuracy=0.7213,
    empty_share=0.0834,
    empty_share_error=0.0021,
    empty_share_whitened=0.071,
    out_of_reach_share=0.5,
    coverage=0.81,
    coverage_whitened=None,
    scale=1.034,
    mmd_squared=0.1234,
    mmd_squared_error=0.0021,
)
WORDS = words.load("explorer/see/compare")
NONE = {"kl": None, "kl_error": None, "negative_elbo": None, "negative_elbo_error": None}


def subject(kind: str, **measured) -> Trained:
    spec, _ = recipe(kind, 2)
    model = build(replace(spec, image_shape=(1, 8, 8)), seed=3).eval()
    return Trained(Checkpoint("x", model, TrainingSettings(dataset="digits")), [], replace(MEASURED, **measured))


def rows(table: str) -> dict[str, list[str]]:
    """The table's body: name of each measure -> its cells."""
    found = re.findall(r"<tr><th.*?<summary>(.*?)</summary>.*?</th>(.*?)</tr>", table)
    return {unescape(name): re.findall(r"<td>(.*?)</td>", cells) for name, cells in found}


def test_the_table_has_a_column_for_each_model_and_a_row_for_each_measure():
    body = rows(measures.measured([subject("ae", **NONE), subject("vae")], WORDS))
    assert body == {
        "Reconstruction": ["123.5 ± 1.0 nats"] * 2,
        "KL to the prior": ["none", "6.5 ± 0.2 nats"],
        "Negative ELBO": ["none", "130.0 ± 1.0 nats"],
        "k-NN accuracy of the codes": ["72.1 %"] * 2,
        "Scale of the codes": ["1.03"] * 2,
        "Codes out of the prior's reach": ["50.0 %"] * 2,
        "Prior draws in empty space": ["8.3 ± 0.2 %"] * 2,
        "Empty space, place and scale matched": ["7.1 %"] * 2,
        "Share of the prior covered": ["81.0 %"] * 2,
        "The same, place and scale matched": ["none"] * 2,
        "Squared maximum mean discrepancy": ["0.1234 ± 0.0021"] * 2,
    }


def test_the_table_names_its_models_and_defines_every_measure():
    table = measures.measured([subject("vae")], WORDS)
    assert "VAE, 2 latents, digits" in table
    said = WORDS.options("measures")
    assert [measure.key for measure in said] == list(measures.MEASURES)
    for measure in said:
        assert f"<details><summary>{escape(measure.text)}</summary><p>{escape(measure.why)}</p></details>" in table
