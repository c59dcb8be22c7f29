"""The lesson on the conditional VAE: what was shipped is what is said of it, and the browser decodes as torch does."""

import json
import re
from dataclasses import replace
from math import log

import numpy as np
import pytest
import torch
from app_driver import canvas, markup, press, sentences, visit
from sklearn.neighbors import KNeighborsClassifier
from torch.distributions import Bernoulli, Normal

from explorer.canvas import payloads
from lessons.conditional import models, screen
from vae.errors import CheckpointError
from vae.measuring.bounds import importance_bound
from vae.model.latent import encode_split
from vae.model.networks import build
from vae.model.spec import ModelSpec


def test_both_models_have_the_same_size_but_for_the_class():
    plain, told = (models.load(name).model for name in ("plain-vae", "conditional-vae"))
    assert told.spec.classes == 10
    assert plain.spec.classes == 0
    more = sum(p.numel() for p in told.parameters()) - sum(p.numel() for p in plain.parameters())
    assert more == 10 * (128 + 64)  # ten columns more in the first layer on either side


def test_the_accuracies_are_those_of_scikit_learns_neighbours(mnist):
    for name in ("plain-vae", "conditional-vae"):
        model, measured = models.load(name)
        train, test = (encode_split(model, part).mean.numpy() for part in (mnist.train, mnist.test))
        found = KNeighborsClassifier(10).fit(train, mnist.train.labels).score(test, mnist.test.labels)
        assert found == pytest.approx(measured.knn_accuracy, abs=1e-3)
    assert models.load("conditional-vae").measures.knn_accuracy < 0.25
    assert models.load("plain-vae").measures.knn_accuracy > 0.7


def test_the_bounds_are_reproduced_on_some_images(mnist):
    model, measured = models.load("conditional-vae")
    some, labels = mnist.test.pixels(slice(300)), mnist.test.labels[:300]
    found = importance_bound(model, some, 20, labels=labels)
    assert found.negative_log_likelihood == pytest.approx(measured.weighted.negative_log_likelihood, rel=0.06)
    assert found.negative_log_likelihood > importance_bound(model, some, 400, labels=labels).negative_log_likelihood


def test_the_charged_bound_is_above_the_sum_over_all_classes():
    """-log sum_y p(y) p(x|y) <= -log p(x|y) + log Y, by quadrature over z in a small model of binary pixels."""
    model = build(ModelSpec(latent_dim=1, encoder_widths=(8,), decoder_widths=(8,), image_shape=(1, 2, 2), classes=3), seed=2)
    with torch.no_grad():
        model.decoder[0].weight.mul_(4)
        nodes, weights = np.polynomial.hermite_e.hermegauss(40)
        z = torch.tensor(nodes, dtype=torch.float32)[:, None]
        share = torch.tensor(weights / weights.sum())
        x = torch.tensor([[1.0, 0, 1, 1]]).view(1, 1, 2, 2)
        each = torch.stack(
            [
                (Bernoulli(logits=model.given(torch.tensor(y)).decode(z)).log_prob(x).sum((1, 2, 3)).exp() * share).sum()
                for y in range(3)
            ]
        )  # p(x|y), (Y,)
    exact = -log(float(each.mean()))
    for y in range(3):
        assert models.joint_bound(-log(float(each[y])), 3) >= exact
    noise = torch.randn(5_000, 1, 1, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        q = model.given(torch.tensor([1])).encode(x)
        codes = q.sample(noise)
        joint = Bernoulli(logits=model.given(torch.tensor(1)).decode(codes.flatten(0, 1))).log_prob(x).sum((1, 2, 3))
        ratio = Normal(0.0, 1.0).log_prob(codes).sum((1, 2)) - Normal(q.mean, q.std).log_prob(codes).sum((1, 2))
    assert float((joint + ratio).exp().mean()) == pytest.approx(float(each[1]), rel=0.03)


def test_one_style_under_every_class_is_the_decoder_asked_ten_times():
    model = models.load("conditional-vae").model
    z = torch.tensor([[0.3, -0.7], [1.0, 1.0]])
    found = models.all_classes(model, z)
    assert found.shape == (2, 10, 1, 28, 28)
    for n in range(2):
        for y in range(10):
            with torch.no_grad():
                alone = torch.sigmoid(model.decode(z[n : n + 1], torch.tensor([y])))
            torch.testing.assert_close(found[n, y], alone[0], atol=1e-5, rtol=1e-4)


def test_a_hand_is_read_from_a_digit_and_its_own_class_gives_the_digit_back(mnist):
    hand = screen.hand(4)
    assert hand.label == int(mnist.test.labels[4])
    errors = (hand.classes - hand.image).square().mean((1, 2, 3))
    assert int(errors.argmin()) == hand.label


@pytest.mark.parametrize("label", [None, 7])
def test_the_browsers_decoder_takes_the_class_after_z_or_has_it_in_its_bias(label):
    """The header says how many numbers go in; its first layer gives what torch's gives."""
    model = models.load("conditional-vae").model
    body = payloads.decoder(model if label is None else model.given(torch.tensor(label)))
    import gzip

    contents = gzip.decompress(body.compressed)
    length = int.from_bytes(contents[:4], "little")
    header = json.loads(contents[4 : 4 + length])
    assert header["dims"] == header["layers"][0]["inputs"] == (12 if label is None else 2)
    offset, arrays = 4 + length, {}
    for array in header["arrays"][:2]:
        count = int(np.prod(array["shape"]))
        low_high = np.frombuffer(contents, np.uint8, 2 * count, offset).reshape(2, count)
        values = low_high.T.copy().view(array["type"]).reshape(array["shape"]).astype(float)
        arrays[array["name"]] = values * array.get("step", 1)
        offset += 2 * count
    z = np.array([0.5, -1.0])
    code = z if label is not None else np.concatenate([z, np.eye(10)[7]])
    with torch.no_grad():
        one_hot = torch.cat([torch.tensor(z).float(), torch.eye(10)[7]])
        expected = model.decoder[0](one_hot[None])[0].numpy()
    np.testing.assert_allclose(arrays["weight0"] @ code + arrays["bias0"], expected, atol=5e-3)


def test_a_model_that_is_missing_is_a_sentence_with_the_command(tmp_path):
    with pytest.raises(CheckpointError, match="python -m lessons conditional"):
        replace(models.SHELF, root=tmp_path).model("conditional-vae", models.Measured)


def text(app) -> str:
    return re.sub(r"<[^>]+>", " ", markup(app))


def test_the_page_says_what_was_measured():
    app = press(visit("conditional"), "Show without predicting")
    assert not sentences(app)
    plain, told = (models.load(name).measures for name in ("plain-vae", "conditional-vae"))
    together = told.weighted.negative_log_likelihood + log(10)
    for number in (plain.negative_elbo, told.negative_elbo, told.kl, together):
        assert f"{number:.1f}" in text(app)
    assert "What happens:  Hardly anything" in text(app)
    assert any(f"{told.knn_accuracy:.1%}" in str(part.value) for part in app.markdown)


def test_a_link_opens_a_style_a_class_and_a_hand():
    link = {"cvae_z1": "-1.25", "cvae_z2": "0.5", "cvae_class": "7", "cvae_digit": "4"}
    app = visit("conditional", **link)
    assert not sentences(app)
    assert app.query_params == link
    assert canvas(app)["start"] == {"z1": -1.25, "z2": 0.5, "digit": 7}
    press(app, "Take this hand above")
    z = screen.hand(4).z
    assert float(app.query_params["cvae_z1"]) == pytest.approx(max(-3, min(3, z[0])), abs=0.006)
    assert app.query_params["cvae_class"] == "4"


@pytest.mark.parametrize(("name", "value"), [("cvae_z1", "9"), ("cvae_class", "10"), ("cvae_digit", "x")])
def test_a_link_that_makes_no_sense_says_so(name, value):
    (said,) = sentences(visit("conditional", **{name: value}))
    assert said.startswith(f"The link says {name} = {value!r}. ")
