"""The link that takes a view home: where pages have it, and what the browser makes of it."""

import subprocess
from pathlib import Path

import pytest
from app_driver import seen, visit

from explorer.takehome import offer
from explorer.takehome.views import PAGES

HERE = Path(__file__).resolve().parent


def links(app) -> list[str]:
    return [block.value for block in app.html if "le-take-home" in block.value and "<style" not in block.value]


@pytest.mark.parametrize("page", sorted(PAGES.keys() - {"home", "train"}))
def test_a_page_offers_its_view_once_and_the_link_follows_its_address(page):
    (found,) = links(seen(page))
    assert f'href="takehome/{page}"' in found
    assert " data-follows" in found


def test_home_offers_its_machine_while_that_is_open():
    assert links(seen("home")) == []
    (found,) = links(visit("home", digit="3"))
    assert 'href="takehome/home"' in found


def test_the_link_of_a_run_has_an_address_of_its_own_which_is_text():
    found = offer.link("train", run='"><script>')
    assert 'href="takehome/train?run=%22%3E%3Cscript%3E"' in found
    assert " data-follows" not in found


def test_under_node(node):
    done = subprocess.run(
        [node, "--test", str(HERE / "offered.test.mjs")], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
