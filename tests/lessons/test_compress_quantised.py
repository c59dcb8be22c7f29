"""Rounded codes as files: round trips, cells, closed forms for Gaussians, and the browser's rounding beside Python's."""

import io
import math

import numpy as np
import pytest
import torch
from PIL import Image

from lessons.compress import picture_files, quantised
from lessons.compress.quantised import Codec
from lessons.shared import coders, pca, psnr

STEPS = (2.0, 0.5, 0.1)


@pytest.fixture(scope="module")
def codes():
    scales = torch.tensor([1.0, 3.0, 0.2])
    return torch.randn(20_000, 3, generator=torch.Generator().manual_seed(0)) * scales + torch.tensor([0.0, -5.0, 9.0])


@pytest.mark.parametrize("step", STEPS)
def test_a_file_gives_back_every_symbol_and_is_as_long_as_its_information(codes, step):
    codec = Codec.fit(codes[:15_000], step)
    symbols = codec.quantise(codes[15_000:])
    contents = codec.compress(symbols)
    assert (codec.decompress(contents, len(symbols)) == symbols).all()
    ideal = float(codec.bits(symbols).sum())
    assert ideal <= 8 * len(contents) <= ideal + 64


@pytest.mark.parametrize("step", STEPS)
def test_a_number_moves_by_half_a_step_at_most_unless_it_lies_beyond_the_table(codes, step):
    codec = Codec.fit(codes[:15_000], step)
    fresh = codes[15_000:]
    back = codec.restore(codec.quantise(fresh))
    inside = ((fresh >= codes[:15_000].min(0).values) & (fresh <= codes[:15_000].max(0).values)).all(1)
    assert inside.float().mean() > 0.99
    assert float((back - fresh)[inside].abs().max()) <= step / 2 + 1e-5
    far = torch.tensor([[99.0, 99.0, -99.0]])
    ends = codec.restore(codec.quantise(far))[0]
    assert (
        ends - torch.stack([codes[:15_000, 0].max(), codes[:15_000, 1].max(), codes[:15_000, 2].min()])
    ).abs().max() <= step / 2


def test_gaussian_codes_cost_their_differential_entropy_less_the_steps_logarithm(codes):
    """h(z) - D log2 h, with log2(s sqrt(2 pi e)) for each Gaussian; so that halving the step costs a bit a number."""
    scales = (1.0, 3.0, 0.2)
    closed = sum(math.log2(s * math.sqrt(2 * math.pi * math.e)) for s in scales)
    found = {}
    for step in (0.1, 0.05):
        codec = Codec.fit(codes, step)
        found[step] = float(codec.bits(codec.quantise(codes)).mean())
        assert found[step] == pytest.approx(closed - 3 * math.log2(step), abs=0.05)
    assert found[0.05] - found[0.1] == pytest.approx(3, abs=0.05)


def test_measure_compares_what_comes_back(digits):
    components = pca.fit(digits, count=8)
    coder = coders.of_pca(components, 8)
    images = digits.test.pixels()
    codes = coder.encode(images)
    fine = quantised.measure(coder, Codec.fit(codes, 1e-3), codes, images.flatten(1), unit=1.0)
    assert fine.squared_error == pytest.approx(float(components.errors[7]), rel=1e-3)
    coarse = quantised.measure(coder, Codec.fit(codes, 50.0), codes, images.flatten(1), unit=1.0)
    mean = float((codes.mean(0) @ components.directions[:8] + components.mean - images.flatten(1)).square().sum(1).mean())
    assert coarse.squared_error == pytest.approx(mean, rel=1e-2)  # one cell: everybody gets the mean
    assert float(coarse.bits.sum()) == 0
    assert psnr.of_error(0.01 * 64, 64) == pytest.approx(20)


def test_the_browser_rounds_as_python_does(codes, in_javascript):
    few = codes[:40].double()
    grid = {"centre": few.mean(0).tolist(), "low": few.min(0).values.tolist(), "high": few.max(0).values.tolist()}
    fresh = [*codes[40:60].double().tolist(), [99.0, -99.0, 9.0]]
    for step in STEPS:
        codec = Codec.fit(few, step)
        expected = codec.restore(codec.quantise(torch.tensor(fresh, dtype=torch.float64)))
        found = in_javascript("lessons/compress/compress_maths", *[["rounded", code, grid, step] for code in fresh])
        assert np.array(found) == pytest.approx(expected.numpy(), abs=1e-5)
    (decibels,) = in_javascript("lessons/compress/compress_maths", ["psnr", 7.84, 784])
    assert decibels == pytest.approx(psnr.of_error(7.84, 784))


def test_ordinary_files_hold_the_images(small_mnist):
    images = small_mnist.test.images[:60, 0].numpy()
    assert (np.asarray(Image.open(io.BytesIO(picture_files.png(images[3])))) == images[3]).all()
    sizes = picture_files.bytes_each(images)
    assert sizes["xz of all"] < sizes["gzip of all"] < sizes["gzip"] < sizes["png"]
    binary = picture_files.bytes_binary(images > 127)
    assert binary["packed"] == 98
    assert max(binary["gzip"], binary["xz"]) < 98


def test_a_finer_jpeg_is_longer_and_nearer(small_mnist):
    images = small_mnist.test.images[:60, 0].numpy()
    found = [picture_files.jpeg(images, quality) for quality in (5, 30, 70, 95)]
    assert [each.bits for each in found] == sorted(each.bits for each in found)
    errors = [each.squared_error for each in found]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.1  # of 784 pixels: the sheet is cut apart where it was put together
