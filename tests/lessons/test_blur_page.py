"""The page on blur: what it computes on real digits, and how a student and a link use it."""

import re

import pytest
import torch
from app_driver import choose, markup, press, sentences, visit

from lessons.blur import answers, screen


def text(app) -> str:
    return re.sub(r"<[^>]+>", " ", markup(app))


@pytest.mark.parametrize("index", [0, 8, 20, 61])
def test_no_answer_is_cheaper_than_the_ideal_one_and_where_many_share_a_code_the_decoder_is_near_it(index):
    code = screen.code(index, 12)
    assert code.least <= code.cost
    if index != 61:  # at the rim of the plane, where two images share a code
        assert code.count > 10
        assert code.distance < 0.05


def test_the_images_left_out_hold_no_share():
    posterior = screen._encoded()
    from explorer.models import trained

    share = answers.shares(trained.get(screen.MODEL).posterior.mean[8:9], posterior)[0].sort(descending=True).values
    assert float(share[screen.SHARERS :].sum()) < 1e-3


def test_the_page_compares_a_prediction_with_what_it_computed():
    app = visit("blur")
    assert not sentences(app)
    choose(app, "blur_predicted", "One of the two sharp images")
    press(app, "Reveal")
    assert "You predicted: One of the two sharp images. What happens:  Their blurred average" in text(app)
    cost = screen.answers_to(screen.images_of(4, 7), 0.5)["squared_error"].cost
    assert f"Expected loss  {cost:.1f}  nats" in text(app)


def test_a_link_opens_a_pair_a_chance_and_a_digit(mnist):
    app = visit("blur", blur_a="1", blur_b="2", blur_chance="0.8", blur_digit="0", blur_revealed="1")
    found = screen.answers_to(screen.images_of(1, 2), 0.8)
    assert torch.equal(found["absolute_error"].image, mnist.test.pixels()[1].flatten().double())
    for answer in found.values():
        assert f"{answer.cost:.1f}" in text(app)
    assert f"{screen.code(0, 12).cost:.1f}" in text(app)
    (said,) = (block.value for block in app.markdown if "share this code" in block.value)
    assert f"The largest share is {screen.code(0, 12).largest:.0%}" in said


@pytest.mark.parametrize("index", [0, 61])
def test_the_nearer_the_largest_share_comes_to_all_the_nearer_the_ideal_answer_comes_to_that_image(index):
    code = screen.code(index, 12)
    away = float((code.ideal - code.sharers[0].flatten()).abs().mean())
    assert away <= (1 - code.largest) + 1e-6  # grey levels are in [0, 1]
    assert (code.largest > 0.5) == (index == 61)
