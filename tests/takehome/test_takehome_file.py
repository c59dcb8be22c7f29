"""The document itself: what it is made of, how large it is, whom it asks, and what is refused."""

import base64
import gzip
import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import numpy as np
import pytest

from explorer.__main__ import main
from explorer.browser import assets
from explorer.canvas import payloads
from explorer.models import trained
from explorer.takehome import carried
from explorer.takehome.command import write
from explorer.takehome.page import ENTRY, THREAD, document
from explorer.takehome.views import Untakeable, View, view_of
from vae.errors import VaeError

LARGEST = 1_500_000  # bytes of a pair with two latents
VIEWS = {
    "plane": ("explore", {"model": "mnist-vae-10d", "explore_layers": "digits", "explore_plane": "principal", "z3": "0.5"}),
    "pair": ("compare", {"digit": "7", "compare_axes": "equal", "draw": "5"}),
    "way": ("interpolate", {"a": "1", "b": "2", "method": "spherical", "steps": "9"}),
    "ladder": ("explore", {"explore_view": "ladder", "explore_beta": "4.0"}),
}


class Document(HTMLParser):
    """Elements with their attributes and texts, as a browser takes a document apart."""

    def __init__(self, contents: bytes):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(contents.decode())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), []))

    def handle_endtag(self, tag):
        self.elements.append(("", {}, []))  # what follows belongs to no element that is asked for

    def handle_data(self, data):
        if self.elements:
            self.elements[-1][2].append(data)

    def all(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attributes, "".join(texts)) for name, attributes, texts in self.elements if name == tag]

    @property
    def told(self) -> dict:
        return json.loads(next(text for attributes, text in self.all("script") if attributes.get("id") == "view"))

    @property
    def blocks(self) -> dict[str, tuple[int, str]]:
        found = [(attributes, text) for attributes, text in self.all("script") if "data-address" in attributes]
        return {attributes["data-address"]: (int(attributes["data-bytes"]), text) for attributes, text in found}


@pytest.fixture(scope="module", params=VIEWS)
def made(request) -> tuple[View, bytes]:
    view = view_of(*VIEWS[request.param])
    return view, document(view)


@pytest.fixture
def page(made) -> Document:
    return Document(made[1])


def decoded(text: str, count: int) -> bytes:
    """What carried.text wrote, read back in another way: as one row of binary digits."""
    values = [ord(letter) - 35 - (letter > "<") for letter in text]
    digits = "".join(f"{91 * high + low:013b}" for high, low in zip(values[::2], values[1::2], strict=True))
    return bytes(int(digits[i : i + 8], 2) for i in range(0, 8 * count, 8))


def test_texts_hold_any_bytes_in_letters_that_end_no_element(javascript) -> None:
    chance = np.random.default_rng(0)
    cases = [chance.bytes(count) for count in (0, 1, 2, 12, 13, 14, 2_000)] + [bytes(range(256)) * 3, b"\xff" * 40]
    texts = [carried.text(case) for case in cases]
    calls = [["bytes", text, len(case)] for text, case in zip(texts, cases, strict=True)]
    assert [bytes(found) for found in javascript("tests/takehome/take_home.mjs", *calls)] == cases
    for text, case in zip(texts, cases, strict=True):
        assert decoded(text, len(case)) == case
        assert set(text) <= {chr(code) for code in range(35, 127)} - {"<"}
        assert len(text) <= 8 * len(case) / 6.5 + 2


def test_a_document_carries_all_that_its_canvas_asks_for(made, page: Document) -> None:
    view, _ = made
    asked = set(re.findall(r"\./canvas/data/[0-9a-f]{64}", json.dumps(page.told)))
    assert asked == page.blocks.keys()
    for facts, model in zip(page.told["models"], view.models, strict=True):
        count, text = page.blocks[facts["weights"]]
        assert decoded(text, count) == payloads.decoder(model.model).compressed
    for address, (count, text) in page.blocks.items():
        contents = gzip.decompress(decoded(text, count)) if count < 50_000 else None
        assert contents is None or address.endswith(hashlib.sha256(contents).hexdigest())


def test_the_only_script_and_style_are_those_that_the_policy_names(page: Document) -> None:
    (policy,) = [each["content"] for each, _ in page.all("meta") if each.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules.pop("default-src") == rules.pop("base-uri") == rules.pop("form-action") == "'none'"
    (script,) = [text for each, text in page.all("script") if each.get("type") == "module"]
    ((_, style),) = page.all("style")
    assert rules.pop("script-src") == digest(script)
    assert rules.pop("style-src") == digest(style)
    assert rules == {"img-src": "data: blob:", "worker-src": "blob:"}
    assert not [each for _, each, _ in page.elements if "style" in each or any(name.startswith("on") for name in each)]


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_a_document_refers_to_nothing_outside(page: Document) -> None:
    referred = [
        value for _, each, _ in page.elements for name, value in each.items() if name in ("src", "href", "srcset", "data")
    ]
    assert referred == ["data:,"]
    (style,) = [text for _, text in page.all("style")]
    assert "url(" not in style
    assert "@import" not in style


def test_a_document_says_what_it_is_and_how_it_was_made(made, page: Document) -> None:
    _, contents = made
    head, text = page.all("meta"), contents.decode()
    assert {"viewport", "description", "generator", "color-scheme"} <= {each.get("name") for each, _ in head}
    assert re.search(r"<footer><p>Made by Latent Explorer \d+\.\d+\.\d+ on \d+ \w+ \d{4}\.", text)
    assert page.all("html")[0][0]["lang"] == "en"
    assert len(page.all("h1")) == 1


def test_the_numbers_are_those_that_were_measured(made) -> None:
    view, contents = made
    for model in view.models:
        assert f"{model.measures.reconstruction:.1f}" in contents.decode()
        assert f"{model.settings.images:,}" in contents.decode()


def test_the_same_view_gives_the_same_bytes_and_the_day_is_the_views(made) -> None:
    view, contents = made
    assert document(view) == contents
    assert b"on 2 January 2031." in document(replace(view, made=date(2031, 1, 2)))


def test_a_pair_with_two_latents_weighs_at_most_one_and_a_half_megabytes() -> None:
    contents = document(view_of("compare", {}))
    assert len(contents) <= LARGEST
    assert "encoder" in Document(contents).told["models"][0]


def test_the_address_says_where_the_canvas_starts() -> None:
    told = {name: Document(document(view_of(*asked))).told for name, asked in VIEWS.items()}
    assert told["plane"]["look"] == {"layers": ["digits"], "plane": "principal", "sight": None}
    assert told["plane"]["position"] == [[0.0, 0.0, 0.5, *[0.0] * 7]]
    assert (told["pair"]["digit"], told["pair"]["choices"]) == (7, {"draw": 5, "axes": "equal"})
    code = trained.get("mnist-vae-2d").posterior.mean[7].tolist()
    assert told["pair"]["position"][1] == code
    assert {name: told["way"]["morph"][name] for name in ("ends", "method", "steps")} == {
        "ends": [1, 2],
        "method": "spherical",
        "steps": 9,
    }
    assert told["ladder"]["series"]["moments"][told["ladder"]["series"]["at"]]["label"] == "4"


def test_no_text_in_our_code_goes_over_a_line_so_indents_can_be_left_out() -> None:
    for module in (ENTRY, THREAD):
        assert [line for line in assets.code_of(module).splitlines() if line.count("`") % 2] == []


@pytest.mark.parametrize(
    ("page_", "address", "said"),
    [
        ("kl", {}, "nothing to take home from the page 'kl'"),
        ("explore", {"model": "mnist-vae-3d"}, "no model 'mnist-vae-3d' to take home. Those that ship are mnist-ae-10d,"),
        ("explore", {"model": "../../etc"}, "no model '../../etc'"),
        ("explore", {"model": "mnist-flow-40d-binary"}, "no model 'mnist-flow-40d-binary' to take home"),
        ("explore", {"z1": "9999"}, "says z1 = '9999'. It must be from -"),
        ("explore", {"model": "mnist-ae-10d", "explore_view": "training"}, "explore_view = 'training'"),
        ("interpolate", {"a": "ten"}, "says a = 'ten'. It must be from 0 to 9,999"),
        ("interpolate", {"method": "<b>"}, "says method = '<b>'. It must be one of linear, spherical"),
        ("compare", {"drawing": "????"}, "says drawing = '????'"),
        ("train", {"run": "A" * 22}, "no such run, or no longer"),
        ("explore", {"model": "A" * 22 + ".vae"}, "no such run, or no longer"),
    ],
)
def test_what_cannot_be_taken_home_is_refused_in_a_sentence(page_, address, said) -> None:
    with pytest.raises(VaeError) as refused:
        view_of(page_, address)
    assert said in str(refused.value)
    assert str(refused.value).endswith(".")


def test_the_command_writes_the_file_whole_and_says_how_large_it_is(tmp_path, capsys) -> None:
    out = tmp_path / "latent.html"
    out.write_text("what was there before")
    assert main(["export", "mnist-ae-2d", "mnist-vae-2d", "--way", "--out", str(out)]) == 0
    assert f"{out} is written: {len(out.read_bytes()) / 1000:,.0f} kB." in capsys.readouterr().out
    assert b"Command: python -m explorer export mnist-ae-2d mnist-vae-2d --way --out latent.html." in out.read_bytes()
    assert str(tmp_path).encode() not in out.read_bytes()
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mnist-vae-3d"], "There is no model 'mnist-vae-3d'"),
        (["mnist-vae-2d", "mnist-ae-2d", "mnist-ae-10d"], "Name one or two."),
        (["mnist-vae-2d", "--way"], "Name a second one."),
        (["mnist-vae-2d", "mnist-ae-2d", "--replay", "training"], "Name a single one."),
        (["mnist-vae-10d", "--replay", "training"], "has nothing of the kind to replay"),
    ],
)
def test_the_command_refuses_in_a_sentence_and_leaves_nothing(tmp_path, capsys, arguments, said) -> None:
    assert main(["export", *arguments, "--out", str(tmp_path / "latent.html")]) == 1
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said(tmp_path, capsys) -> None:
    assert main(["export", "mnist-vae-2d", "--out", str(tmp_path / "no" / "latent.html")]) == 1
    assert "cannot be written: No such file or directory." in capsys.readouterr().err


def test_a_folder_of_that_name_stays_and_nothing_is_left_beside_it(tmp_path) -> None:
    (tmp_path / "latent.html").mkdir()
    with pytest.raises(Untakeable, match=r"cannot be written: Is a directory\."):
        write(tmp_path / "latent.html", b"<!doctype html>")
    assert [path.name for path in tmp_path.rglob("*")] == ["latent.html"]
