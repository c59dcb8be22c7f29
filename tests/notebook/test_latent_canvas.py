"""The widget without a notebook: what its traits promise, what Python decodes, and what is said where something is wrong."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import traitlets
from torch import nn

from explorer.notebook import LatentCanvas
from explorer.notebook.subject import Subject, Unseen
from explorer.page import palette
from vae.data import Dataset
from vae.model import latent
from vae.model.networks import build
from vae.model.spec import ModelSpec

ROOT = Path(__file__).resolve().parents[2]


class Own(nn.Module):
    """Somebody's VAE, with dropout and logits."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.Dropout(0.5), nn.ReLU())
        self.mean, self.log_variance = nn.Linear(16, 3), nn.Linear(16, 3)
        self.decoder = nn.Sequential(nn.Linear(3, 16), nn.Dropout(0.5), nn.ReLU(), nn.Linear(16, 64))

    def encode(self, images):
        hidden = self.trunk(images)
        return self.mean(hidden), self.log_variance(hidden)

    def decode(self, codes):
        return torch.sigmoid(self.decoder(codes)).view(-1, 1, 8, 8)


@pytest.fixture
def own() -> Own:
    torch.manual_seed(0)
    return Own()


@pytest.fixture
def images(small_digits: Dataset) -> torch.Tensor:
    return small_digits.test.pixels()


@pytest.fixture
def canvas(own: Own, images: torch.Tensor, small_digits: Dataset) -> LatentCanvas:
    return LatentCanvas(own, images, small_digits.test.labels)


def test_it_loads_no_server() -> None:
    code = (
        "import sys, explorer.notebook\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'streamlit', 'starlette', 'plotly', 'sqlalchemy', 'dask'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_picked_image_is_where_its_code_is(canvas: LatentCanvas) -> None:
    canvas.picked = 7
    assert canvas.position == canvas.posterior.mean[7].tolist()
    canvas.picked = 9
    assert (canvas.position, canvas.picked) == (canvas.posterior.mean[9].tolist(), 9)
    canvas.position = [0.0, 1.0, 2.0]
    assert canvas.picked is None
    canvas.position = canvas.posterior.mean[7].tolist()
    canvas.picked = 7
    assert canvas.picked == 7


def test_what_the_browser_says_is_heard_as_what_python_sets(canvas: LatentCanvas) -> None:
    heard = []
    canvas.observe(lambda change: heard.append((change["name"], change["new"])), ["position", "picked", "selection"])
    canvas.set_state({"picked": 4})
    assert canvas.position == canvas.posterior.mean[4].tolist()
    canvas.set_state({"position": [1.0, 0.5, 0.0], "picked": None})
    assert (canvas.position, canvas.picked) == ([1.0, 0.5, 0.0], None)
    canvas.set_state({"selection": [9, 2, 9]})
    assert canvas.selection == [2, 9]
    assert ("picked", 4) in heard
    assert ("position", [1.0, 0.5, 0.0]) in heard
    assert heard[-1] == ("selection", [2, 9])


@pytest.mark.parametrize(
    ("name", "value"),
    [("position", [0.0, 1.0]), ("position", [0.0, 1.0, math.nan]), ("picked", 128), ("picked", -1), ("selection", [0, 128])],
)
def test_what_cannot_be_is_refused_and_changes_nothing(canvas: LatentCanvas, name: str, value: object) -> None:
    before = canvas.position, canvas.picked, canvas.selection
    with pytest.raises(traitlets.TraitError, match=r"The position must be 3 finite|There are 128 images"):
        setattr(canvas, name, value)
    assert (canvas.position, canvas.picked, canvas.selection) == before


def test_it_begins_where_it_is_told(own: Own, images: torch.Tensor) -> None:
    assert LatentCanvas(own, images, position=[1, 2, 3]).position == [1.0, 2.0, 3.0]
    picked = LatentCanvas(own, images, picked=5, selection=[3, 1])
    assert (picked.position, picked.selection) == (picked.posterior.mean[5].tolist(), [1, 3])


def test_python_decodes_what_it_is_asked_exactly_and_tells_what_fails(own: Own, images: torch.Tensor) -> None:
    def decode(codes: torch.Tensor) -> torch.Tensor:
        if codes[0, 0] > 50:
            raise RuntimeError("no such place")
        return own.decode(codes)

    own.eval()
    canvas = LatentCanvas((own.encode, decode), images)
    assert canvas.subject.decoder is None
    sent: list = []
    canvas.send = lambda content, buffers=(): sent.append((content, [bytes(one) for one in buffers]))
    code = [0.25, -1.0, 2.0]
    canvas._handle_custom_msg({"decode": code, "number": 3}, [])
    (content, (picture,)) = sent.pop()
    assert content == {"number": 3}
    with torch.no_grad():
        np.testing.assert_array_equal(np.frombuffer(picture, "<f4"), own.decode(torch.tensor([code])).numpy().ravel())
    canvas._handle_custom_msg({"decode": [99.0, 0.0, 0.0], "number": 4}, [])
    assert sent.pop() == ({"number": 4, "error": "RuntimeError: no such place"}, [])
    for wrong in ({}, {"decode": [1.0]}, {"decode": "abc"}, {"decode": [math.inf, 0.0, 0.0]}, {"decode": [None] * 3}):
        canvas._handle_custom_msg(wrong, [])
    assert sent == []
    canvas.position = code
    with torch.no_grad():
        assert torch.equal(canvas.decoded, own.decode(torch.tensor([code]))[0])


def test_a_model_is_used_without_dropout_and_left_as_it_was(own: Own, images: torch.Tensor) -> None:
    own.train()
    own.mean.eval()
    before = [part.training for part in own.modules()]
    subject = Subject(own, images)
    assert [part.training for part in own.modules()] == before
    own.eval()
    with torch.no_grad():
        mean, log_variance = own.encode(images)
    assert torch.equal(subject.posterior.mean, mean)
    assert torch.equal(subject.posterior.log_variance, log_variance)
    assert subject.decoder is not None  # own.decoder, with a sigmoid after it, is all that decode does


def test_each_way_to_say_a_posterior_says_the_same(own: Own, images: torch.Tensor) -> None:
    own.eval()

    def distribution(pixels: torch.Tensor) -> torch.distributions.Normal:
        mean, log_variance = own.encode(pixels)
        return torch.distributions.Normal(mean, torch.exp(0.5 * log_variance))

    said, drawn = Subject(own, images), Subject((distribution, own.decode), images)
    torch.testing.assert_close(drawn.posterior.log_variance, said.posterior.log_variance)
    assert torch.equal(drawn.posterior.mean, said.posterior.mean)
    points = Subject((lambda pixels: own.encode(pixels)[0], own.decode), images)
    assert (points.kind, points.posterior.log_variance) == ("ae", None)
    assert torch.equal(points.posterior.mean, said.posterior.mean)


def test_each_layout_of_the_same_images_shows_the_same(own: Own, small_digits: Dataset) -> None:
    test = small_digits.test
    own.eval()
    base = Subject(own, test.pixels())
    for images in (test.images, test.pixels()[:, 0], test.pixels().flatten(1), test.pixels().numpy()):
        subject = Subject(own, images)
        torch.testing.assert_close(subject.pictures, base.pictures)
        torch.testing.assert_close(subject.posterior.mean, base.posterior.mean)
    flat = Subject((own.encode, lambda codes: own.decode(codes).flatten(1)), test.pixels())
    codes = torch.zeros(2, 3)
    assert torch.equal(flat.decode(codes), base.decode(codes))


def test_labels_are_numbers_or_names(own: Own, images: torch.Tensor) -> None:
    names = np.array(["cat", "ant"])[np.arange(128) % 2]
    subject = Subject(own, images, names)
    assert [subject.classes[label] for label in subject.labels] == names.tolist()
    assert Subject(own, images, np.arange(128) % 3, classes=["a", "b", "c"]).classes == ["a", "b", "c"]
    assert set(Subject(own, images).labels.tolist()) == {0}


def test_models_of_this_project_are_shown_as_the_core_sees_them(spec: ModelSpec, dataset: Dataset) -> None:
    model, images = build(spec, seed=1), dataset.test.pixels()
    if spec.classes:
        with pytest.raises(Unseen, match="needs a class"):
            Subject(model, images)
        model = model.given(torch.tensor(1))
    subject = Subject(model, images, dataset.test.labels)
    assert torch.equal(subject.posterior.mean, latent.encode(model, images).mean)
    codes = torch.randn(3, spec.latent_dim, generator=torch.Generator().manual_seed(0))
    assert torch.equal(subject.decode(codes), latent.decode(model, codes))


WRONG = {
    "model": (lambda own: 3, None, "This is a int. Give a model"),
    "few": (None, torch.zeros(1, 8, 8), "The images have the shape"),
    "levels": (None, torch.full((4, 8, 8), 255.0), "numbers from 255 to 255. Give grey levels"),
    "nan": (None, torch.full((4, 8, 8), math.nan), "numbers from nan to nan"),
    "three": (lambda own: (lambda x: (*own.encode(x), 1), own.decode), None, "encode gave a tuple of 3"),
    "shape": (lambda own: (lambda x: own.encode(x)[0][:, :, None], own.decode), None, "encode gave (4, 3, 1) for 4 images"),
    "diverged": (lambda own: (lambda x: own.encode(x)[0] * math.nan, own.decode), None, "encode gives something that is not"),
    "wide": (lambda own: (lambda x: torch.zeros(len(x), 65), own.decode), None, "65 latent dimensions"),
    "logits": (lambda own: (own.encode, lambda z: 9 * z[:, :1, None] + torch.ones(8, 8)), None, "put torch.sigmoid"),
    "sampled": (lambda own: (lambda x: torch.randn(len(x), 3), own.decode), None, "encode gives something else each time"),
    "dropout": (lambda own: (lambda x: x.flatten(1)[:, :3], lambda z: own.decode(z)), None, "decode gives something else"),
    "list": (lambda own: (own.encode, lambda z: [z]), None, "decode gave a list"),
    "one": (lambda own: (own.encode, lambda z: torch.zeros(8, 8)), None, "decode gives images of the shape (8, 8)"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_in_a_sentence(own: Own, images: torch.Tensor, case: str) -> None:
    make, wrong, sentence = WRONG[case]
    with pytest.raises(Unseen) as said:
        Subject(make(own) if make else own, images[:4] if wrong is None else wrong)
    assert sentence in str(said.value)


def test_wrong_labels_are_said_in_a_sentence(own: Own, images: torch.Tensor) -> None:
    with pytest.raises(Unseen, match="one for each of the 128 images"):
        Subject(own, images, [1, 2])
    with pytest.raises(Unseen, match="Give a name for each class"):
        Subject(own, images, np.arange(128), classes=["a"])


def test_every_colour_of_the_palette_is_there_in_both_tones() -> None:
    light, dark = palette.toned(":host").split(":host([data-tone=dark])")
    for name, tones in palette.AS_TEXT.items():
        assert f"--le-{name}-text: {tones[0]};" in light
        assert f"--le-{name}-text: {tones[1]};" in dark
    assert "light-dark" not in light + dark  # which a canvas cannot read
