"""Pictures of every kind are the grey images that they show: palettes, transparency, 16 bits, turned by EXIF."""

import io

import numpy as np
import pytest
from hostile import IMAGES, PNGS, zipped
from PIL import Image

import ingest
from ingest import BLACK, WHITE, Choices


def saved(picture: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def one_read(contents: bytes) -> np.ndarray:
    """What becomes of a picture, read among others."""
    return ingest.read([("a.zip", zipped([("0.png", contents), *((f"1{i}.png", PNGS[i]) for i in range(60))]))]).pixels[0]


def test_pictures_of_every_kind_are_the_same_grey_image():
    image = np.asarray(Image.fromarray(IMAGES[0]).resize((28, 28), Image.Resampling.BICUBIC))
    picture = Image.fromarray(image)
    np.testing.assert_array_equal(one_read(saved(picture)), image)
    for kind, options, near in (
        ("GIF", {}, 0),
        ("BMP", {}, 0),
        ("PPM", {}, 0),
        ("WEBP", {"lossless": True}, 1),
        ("JPEG", {"quality": 100}, 4),
    ):
        assert np.abs(one_read(saved(picture, kind, **options)).astype(int) - image).max() <= near, kind
    deep = Image.fromarray(image.astype(np.uint16) * 257)
    np.testing.assert_array_equal(one_read(saved(deep)), image)
    colour = picture.convert("RGB")
    np.testing.assert_array_equal(one_read(saved(colour)), image)


def ink(grey: int, cover: np.ndarray, mode: str = "RGBA") -> Image.Image:
    """A picture of one grey, (H, W) covered from 0 to 255; what is not covered is of the opposite grey, which nobody sees."""
    shown = np.where(cover > 0, grey, 255 - grey).astype(np.uint8)
    return Image.merge("LA", [Image.fromarray(shown), Image.fromarray(cover)]).convert(mode)


def read_inks(pictures: list[bytes], choices: Choices = ingest.choices.AS_FOUND) -> ingest.Brought:
    return ingest.read([("a.zip", zipped([(f"{i:02}.png", contents) for i, contents in enumerate(pictures)]))], choices)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
@pytest.mark.parametrize(
    ("grey", "ground", "words"),
    [(255, BLACK, "bright ink: they were put on black"), (0, WHITE, "dark ink: they were put on white")],
)
def test_transparent_pictures_lie_on_the_ground_on_which_their_ink_shows(mode, grey, ground, words):
    covers = [IMAGES[i] * (np.indices((28, 28)).sum(0) % 3 == 0) for i in range(60)]  # two thirds are not covered
    brought = read_inks([saved(ink(grey, cover.astype(np.uint8), mode)) for cover in covers])
    shown = np.stack([np.where(cover > 0, cover, 0) for cover in covers])
    assert np.abs(brought.pixels.astype(int) - (shown if ground == BLACK else 255 - shown)).max() <= 1
    assert any(words in sentence for sentence in brought.told)
    assert brought.offers.grounds == (BLACK, WHITE)
    chosen = read_inks([saved(ink(200, cover.astype(np.uint8), mode)) for cover in covers], Choices(ground=WHITE))
    assert chosen.pixels[:, 0, 1].min() == 255
    assert "Pictures are transparent, with bright ink: they were put on white." in chosen.told


def test_a_transparent_palette_and_one_colour_that_means_nothing_are_transparent_too():
    cover = (IMAGES[0] > 127).astype(np.uint8)
    palette = Image.fromarray(1 - cover, "P")
    palette.putpalette([255, 255, 255, 255, 255, 255])  # two whites, of which one is not there
    by_palette = read_inks([saved(palette, transparency=1)] * 60)
    np.testing.assert_array_equal(by_palette.pixels[7], cover * 255)
    by_colour = read_inks([saved(Image.fromarray(255 - cover * 250), transparency=255)] * 60)
    np.testing.assert_array_equal(by_colour.pixels[7], 255 - cover * 250)


def test_a_picture_that_covers_everything_lies_on_nothing():
    opaque = [Image.open(io.BytesIO(contents)).convert("RGBA") for contents in PNGS]
    brought = read_inks([saved(picture) for picture in opaque])
    np.testing.assert_array_equal(brought.pixels, IMAGES)
    assert brought.offers.grounds == ()


def test_palettes_mean_their_colours():
    shuffled = np.random.default_rng(8).permutation(256).astype(np.uint8)
    indices = np.argsort(shuffled)[IMAGES].astype(np.uint8)
    pictures = []
    for image in indices:
        picture = Image.fromarray(image, "P")
        picture.putpalette(shuffled.repeat(3).tobytes())
        pictures.append(picture)
    np.testing.assert_array_equal(read_inks([saved(picture) for picture in pictures]).pixels, IMAGES)
    bilevel = [Image.fromarray(image > 127) for image in IMAGES]
    np.testing.assert_array_equal(read_inks([saved(picture) for picture in bilevel]).pixels, (IMAGES > 127) * 255)
    masks = [Image.fromarray((image > 127).astype(np.uint8)) for image in IMAGES]  # 0 and 1 of 255
    np.testing.assert_array_equal(read_inks([saved(picture) for picture in masks]).pixels, (IMAGES > 127) * 255)


def test_thin_lines_of_a_large_mask_turn_grey_rather_than_vanishing():
    mask = np.zeros((280, 280), np.uint8)
    mask[:, 143], mask[5, :] = 1, 1
    pixels = read_inks([saved(Image.fromarray(mask))] * 60).pixels[0]
    assert np.abs(pixels[10:, 14] - 25.5).max() <= 0.5  # a tenth of white
    assert np.abs(pixels[0, :14] - 25.5).max() <= 0.5


def test_sixteen_bits_of_a_portable_map_are_read_by_its_own_white():
    values = IMAGES[0].astype(int) * 4_000 // 255
    contents = b"P5 28 28 4000\n" + values.astype(">u2").tobytes()
    others = [(f"{i}.pgm", contents) for i in range(60)]
    brought = ingest.read([("a.zip", zipped(others))])
    assert np.abs(brought.pixels[0].astype(int) - IMAGES[0]).max() <= 1


LYING = {
    1: lambda upright: upright,
    2: np.fliplr,
    3: lambda upright: np.rot90(upright, 2),
    4: np.flipud,
    5: np.transpose,
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: np.rot90(upright, 2).T,
    8: lambda upright: np.rot90(upright, -1),
}


@pytest.mark.parametrize("orientation", LYING)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_photographs_stand_upright(orientation, kind):
    upright = np.add.outer(np.arange(28) * 6, np.arange(28) * 2).astype(np.uint8)
    picture = Image.fromarray(np.ascontiguousarray(LYING[orientation](upright)))
    exif = picture.getexif()
    exif[0x0112] = orientation
    assert np.abs(one_read(saved(picture, kind, exif=exif, lossless=True)).astype(int) - upright).max() <= 6


def test_a_large_photograph_is_averaged_as_a_whole():
    draw = np.random.default_rng(1)
    coarse = draw.integers(40, 216, (28, 28), dtype=np.uint8)
    large = Image.fromarray(coarse.repeat(64, 0).repeat(64, 1))
    assert np.abs(one_read(saved(large, "JPEG", quality=95)).astype(int) - coarse).max() <= 6
