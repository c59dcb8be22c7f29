"""The table of measures and the two machines say the numbers that the core computed, with their units."""

import re
from dataclasses import replace

import pytest
import torch
from app_driver import pictures
from torch.distributions import Normal, kl_divergence

from explorer import machine, measures
from explorer.pictures import grey
from explorer.trained import Trained
from vae import latent
from vae.checkpoints import Checkpoint
from vae.models import build
from vae.recipes import recipe
from vae.training import TrainingSettings

MEASURED = {
    "reconstruction": 123.456,
    "reconstruction_error": 0.987,
    "kl": 6.54,
    "kl_error": 0.21,
    "negative_elbo": 129.996,
    "negative_elbo_error": 1.04,
    "knn_accuracy": 0.7213,
    "empty_share": 0.0834,
    "out_of_reach_share": 0.5,
}
NONE = {"kl": None, "kl_error": None, "negative_elbo": None, "negative_elbo_error": None}


def subject(kind: str, **measured) -> Trained:
    spec, _ = recipe(kind, 2)
    model = build(replace(spec, image_shape=(1, 8, 8)), seed=3).eval()
    return Trained(Checkpoint("x", model, TrainingSettings(dataset="digits")), [], {**MEASURED, **measured})


def rows(table: str) -> dict[str, list[str]]:
    """The table's body: name of each measure -> its cells."""
    found = re.findall(r"<tr><th.*?<summary>(.*?)</summary>.*?</th>(.*?)</tr>", table)
    return {name: re.findall(r"<td>(.*?)</td>", cells) for name, cells in found}


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.\d+", text.replace(machine.MINUS, "-"))]


@pytest.fixture
def image(digits):
    return digits.test.pixels(slice(1))


def lane(kind: str, image: torch.Tensor, noise: torch.Tensor) -> tuple[str, latent.Passage]:
    passage = latent.passage(subject(kind).model, image, noise)
    return machine.lane_html(kind, "The model", "4", image, passage, noise), passage


def test_the_table_has_a_column_for_each_model_and_a_row_for_each_measure():
    body = rows(measures.table({"ae": subject("ae", **NONE), "vae": subject("vae")}))
    assert body == {
        "Reconstruction": ["123.5 ± 1.0 nats"] * 2,
        "KL to the prior": ["none", "6.5 ± 0.2 nats"],
        "Negative ELBO": ["none", "130.0 ± 1.0 nats"],
        "k-NN accuracy of the codes": ["72.1 %"] * 2,
        "Prior draws in empty space": ["8.3 %"] * 2,
        "Codes out of the prior's reach": ["50.0 %"] * 2,
    }


def test_the_table_names_its_models_and_defines_every_measure():
    table = measures.table({"vae": subject("vae")})
    assert "VAE, 2 latents, digits" in table
    for measure in measures.MEASURES:
        assert f"<details><summary>{measure.name}</summary><p>{measure.definition}</p></details>" in table


def test_an_autoencoders_lane_shows_its_code_its_loss_and_nothing_of_a_vae(image):
    text, passage = lane("ae", image, torch.zeros(1, 2))
    assert re.findall(r"<b>(\S)</b> \(", text) == ["z"]
    code = re.search(r"<b>z</b> \((.*?)\)", text).group(1)
    assert numbers(code) == [round(value, 2) for value in passage.z[0].tolist()]
    assert "KL" not in text
    assert "ELBO" not in text
    shown = passage.image
    cross_entropy = -(image * shown.log() + (1 - image) * (1 - shown).log()).sum()
    assert numbers(text.split("le-loss")[1]) == pytest.approx([float(cross_entropy)], abs=0.051)


def test_a_vaes_lane_shows_how_its_sample_comes_about_and_both_terms_of_its_loss(image):
    noise = torch.tensor([[1.25, -0.75]])
    text, passage = lane("vae", image, noise)
    nodes = dict(re.findall(r"<b>(\S)</b> \((.*?)\)", text))
    assert list(nodes) == ["μ", "σ", "ε", "z"]
    mean, std, epsilon, z = (torch.tensor(numbers(nodes[name])) for name in nodes)
    torch.testing.assert_close(epsilon, noise[0])
    torch.testing.assert_close(z, mean + std * epsilon, atol=0.02, rtol=0)
    reconstruction, kl, total = numbers(text.split("le-loss")[1])
    posterior = Normal(passage.posterior.mean, passage.posterior.std)
    assert kl == pytest.approx(float(kl_divergence(posterior, Normal(0.0, 1.0)).sum()), abs=0.051)
    assert total == pytest.approx(reconstruction + kl, abs=0.11)


@pytest.mark.parametrize("kind", ["ae", "vae"])
def test_a_lane_shows_the_image_and_what_became_of_it(kind, image):
    text, passage = lane(kind, image, torch.ones(1, 2))
    assert re.findall(r'alt="([^"]*)"', text) == ["test image of a 4", "The model: reconstruction of the 4"]
    for picture, pixels in zip(pictures(text), (image, passage.image), strict=True):
        assert (picture == grey(pixels)[0]).all()


def test_negative_numbers_have_a_true_minus_sign(image):
    text, _ = lane("vae", image, torch.tensor([[-1.5, -0.25]]))
    assert f"({machine.MINUS}1.50, {machine.MINUS}0.25)" in text
