"""The page on compression: what ships is what the code measures, and how a student and a link use it."""

import itertools

import numpy as np
import pytest
import torch
from app_driver import canvas, choose, markup, sentences, visit

from lessons.compress import screen, study
from lessons.shared import pca
from lessons.shared.screen import coder
from lessons.shared.shipping import Shelf
from vae.errors import CheckpointError


@pytest.mark.parametrize(("kind", "latents"), [("vae", 10), ("pca", 20)])
def test_what_ships_is_what_is_measured(kind, latents):
    subject = study.Subject(coder(kind, latents))
    shipped = study.load()["curves"][f"{kind}-{latents}"]
    for at in (0, 8):
        point = subject.point(study.STEPS[at])
        assert shipped["bits"][at] == pytest.approx(float(point.bits.mean()), rel=1e-3)
        assert shipped["squared_error"][at] == pytest.approx(point.squared_error, rel=1e-3)


def test_the_errors_that_ship_are_those_of_the_test_set(mnist):
    exact = study.exact_error(coder("ae", 20), mnist.test.pixels())
    assert study.load()["errors"]["ae-20"] == pytest.approx(exact, rel=1e-3)


def test_finer_steps_cost_more_bits_and_give_back_more():
    for curve in study.load()["curves"].values():
        assert all(a < b for a, b in itertools.pairwise(curve["bits"]))
        assert all(a > b * 0.999 for a, b in itertools.pairwise(curve["squared_error"]))


def test_files_are_read_back_and_are_as_long_as_the_curve_says():
    found = screen.file("vae", 2, 6)
    assert found.back
    shipped = study.load()["curves"]["vae-2"]["bits"][6]
    assert 8 * len(found.contents) / study.CODED == pytest.approx(shipped, abs=0.1)


def test_components_needed_counts_from_one():
    errors = torch.tensor([5.0, 3.0, 2.0, 1.0])
    assert [study.components_needed(e, errors) for e in (9, 5, 2.5, 1)] == [1, 1, 3, 4]
    error, components, linear = screen.match()
    known = pca.load().errors
    assert known[components - 1] <= error < known[components - 2]
    assert linear > components  # cutting grey levels to 0..1 helps, and is not linear
    assert 2 < screen.bits_a_number()["least"] < screen.bits_a_number()["most"] < 3.2


def test_the_ladder_falls_by_a_slope_between_neighbouring_betas():
    for a, b in itertools.pairwise(screen.ladder()):
        slope = (b.distortion - a.distortion) / (a.rate - b.rate)
        assert a.beta < slope < b.beta


def test_cross_entropy_is_torchs():
    means, images = torch.rand(5, 40, dtype=torch.float64), torch.rand(5, 40, dtype=torch.float64)
    oracle = torch.nn.functional.binary_cross_entropy(means, images, reduction="none").sum(1).mean()
    assert study.cross_entropy(means, images) == pytest.approx(float(oracle))


def test_a_link_opens_the_step_and_the_size():
    link = {"compress_at": "9", "compress_latents": "10"}
    app = visit("compress", **link)
    assert sentences(app) == []
    told = canvas(app)
    assert told["at"] == 9
    assert len(told["coders"][0]["codes"][0]) == 10
    assert app.query_params == link
    assert "all of it" in markup(app)
    before = markup(app)
    choose(app, "compress_latents", 2)
    assert markup(app) != before
    assert np.shape(canvas(app)["coders"][1]["codes"]) == (len(screen.DIGITS), 2)


@pytest.mark.parametrize(("name", "value"), [("compress_at", "13"), ("compress_latents", "x")])
def test_a_link_that_makes_no_sense_says_so(name, value):
    (said,) = sentences(visit("compress", **{name: value}))
    assert said.startswith(f"The link says {name} = {value!r}. ")


def test_a_damaged_file_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(study, "SHELF", Shelf("compress", "compress", tmp_path))
    study.SHELF.folder.mkdir(parents=True)
    for contents in (None, "[]", "{}", '{"curves": {}}', "noise"):
        if contents:
            (study.SHELF.folder / f"{study.FILE}.json").write_text(contents)
        with pytest.raises(CheckpointError, match="python -m lessons compress"):
            study.load()
    (said,) = sentences(visit("compress"))
    assert "python -m lessons compress" in said
