"""What the game on Home computes in the browser, under Node, against torch: darts, pictures, and what the judge sees in them."""

import base64
import gzip

import pytest
import torch
import travelling

from explorer.browser.bodies import Body
from explorer.canvas import payloads
from explorer.home.game import DARTS
from lessons.shared import classifier, darts
from vae import checkpoints
from vae.checkpoints import SHIPPED
from vae.model import latent

THROWN = [(game, dart) for game in (1, 2, 57, 100) for dart in (1, 2, 13, 50, 99, 100)]
SEEDS = [(game - 1) * DARTS + dart - 1 for game, dart in THROWN]


@pytest.fixture(scope="module")
def judge() -> classifier.Classifier:
    return classifier.load(classifier.JUDGE)[0]


def sent(body: Body) -> str:
    return base64.b64encode(gzip.decompress(body.compressed)).decode()


def as_sent(judge: classifier.Classifier) -> str:
    return sent(payloads.classifier([*judge.trunk, judge.head], (1, 28, 28)))


@pytest.mark.parametrize("name", darts.MODELS)
def test_a_dart_is_torchs_draw_and_the_judge_sees_in_its_picture_what_torch_sees(javascript, judge, name):
    model = checkpoints.load(SHIPPED / name).model
    body = sent(payloads.decoder(model))
    (found,) = javascript("tests/canvas/judge.mjs", ["judged", body, as_sent(judge), THROWN, DARTS, darts.SURE])
    z = torch.cat([latent.sample_prior(1, 2, seed) for seed in SEEDS])
    assert [each["z"] for each in found] == z.tolist()  # to the last bit
    expected = classifier.probabilities(judge, latent.decode(model, z))
    torch.testing.assert_close(torch.tensor([each["probabilities"] for each in found]), expected, rtol=0, atol=5e-3)
    letters = [str(each["label"]) if each["sure"] else darts.NONE for each in found]
    assert letters == [darts.load()[name][seed] for seed in SEEDS]


@pytest.mark.parametrize("name", darts.MODELS)
def test_of_ten_thousand_darts_all_but_a_few_are_judged_alike_with_the_weights_that_browsers_have(judge, name):
    seen = darts.judged(
        travelling.decoder(checkpoints.load(SHIPPED / name).model), travelling.classifier(judge), darts.thrown(2)
    )
    other = [(mine, theirs) for mine, theirs in zip(seen, darts.load()[name], strict=True) if mine != theirs]
    assert len(other) <= 10
    assert all(darts.NONE in pair for pair in other)  # sure or not sure, and never another digit


@pytest.mark.parametrize("folder", classifier.SHELVES)
def test_the_browser_classifies_digits_as_torch_does(javascript, mnist, folder):
    model, _ = classifier.load(folder)
    images = mnist.test.pixels(slice(40))
    (found,) = javascript("tests/canvas/judge.mjs", ["probabilities", as_sent(model), images.flatten(1).tolist()])
    itself = classifier.probabilities(model, images)
    torch.testing.assert_close(torch.tensor(found), itself, rtol=0, atol=5e-3)
    torch.testing.assert_close(
        torch.tensor(found), classifier.probabilities(travelling.classifier(model), images), rtol=0, atol=1e-5
    )


def test_a_convolution_of_another_kind_is_refused():
    with pytest.raises(payloads.Undrawable, match="convolution of a kind"):
        payloads.classifier([torch.nn.Conv2d(1, 2, 3, dilation=2, padding=2)], (1, 28, 28))


def test_a_layer_that_the_browser_has_not_is_refused():
    with pytest.raises(payloads.Undrawable, match="BatchNorm2d"):
        payloads.classifier([torch.nn.Conv2d(1, 2, 3, padding=1), torch.nn.BatchNorm2d(2)], (1, 28, 28))


def test_a_slot_is_filled_once_and_a_dart_takes_over_what_the_hand_has_found(javascript):
    takes = [[3, False], [3, False], [0, True], [0, True], [3, True], [0, False], [0, True]]
    (found,) = javascript("tests/canvas/judge.mjs", ["tallied", 4, takes])
    assert [each["fresh"] for each in found] == [True, False, True, False, False, True, False]
    assert [each["filled"] for each in found] == [1, 1, 1, 1, 1, 2, 2]
    assert found[-1]["counts"] == [1, None, None, 2]
