"""What lies in the middle of ways: the shares against a plain loop over pairs, and what the page Interpolate says of them."""

import pytest
import torch

from explorer.models import trained
from lessons.shared import classifier, middles
from lessons.shared.darts import SURE
from vae.model import latent


@pytest.fixture(scope="module")
def judge():
    return classifier.load(classifier.JUDGE)[0]


@pytest.fixture(scope="module")
def found(judge):
    """For each kind, number of latents and way."""
    models = {(kind, dims): trained.shipped(f"mnist-{kind}-{dims}d") for kind in ("ae", "vae") for dims in (2, 10, 20)}
    return {
        (*name, way): middles.seen(model.model, judge, model.posterior.mean, model.data.test.labels, way)
        for name, model in models.items()
        for way in latent.INTERPOLATIONS
    }


def test_ways_are_between_images_of_two_classes_and_each_image_ends_one_at_most():
    labels = torch.arange(1000) % 7 % 3
    first, second = middles.pairs(labels)
    assert len(first) == middles.PAIRS
    assert (labels[first] != labels[second]).all()
    assert len(torch.cat([first, second]).unique()) == 2 * middles.PAIRS


def test_shares_are_those_of_a_plain_loop(judge, found):
    model = trained.shipped("mnist-vae-10d")
    codes, labels = model.posterior.mean, model.data.test.labels
    ends, sure, third = [], [], []
    for a, b in zip(*(each.tolist() for each in middles.pairs(labels)), strict=True):
        middle = (codes[a] + codes[b]) / 2
        chances = judge(latent.decode(model.model, torch.stack([codes[a], codes[b], middle]))).softmax(1)
        ends += [chance.max().item() >= SURE for chance in chances[:2]]
        if chances[2].max().item() >= SURE:
            third.append(chances[2].argmax().item() not in (labels[a], labels[b]))
        sure.append(chances[2].max().item() >= SURE)
    shares = [sum(each) / len(each) for each in (ends, sure, third)]
    seen = found["vae", 10, "linear"]
    assert [seen.ends, seen.middles, seen.third] == pytest.approx(shares)


def test_what_the_page_concludes_holds_for_the_models_that_ship(found):
    for kind in ("ae", "vae"):
        known = [found[kind, dims, "linear"].middles for dims in (2, 10, 20)]
        assert known == sorted(known, reverse=True)  # the more latents, the less often
        assert all(found[kind, dims, "linear"].middles < found[kind, dims, "linear"].ends for dims in (2, 10, 20))
    third = {name: seen.third for name, seen in found.items() if name[2] == "linear"}
    assert max(third, key=third.__getitem__) == ("vae", 2, "linear")
    assert third["ae", 2, "linear"] > max(third["ae", 10, "linear"], third["ae", 20, "linear"])
