"""The pictures of the steps that ship: each step has one, none is left over, and they are as small as they should be."""

import random

import httpx
import pytest
from own_loop import complete
from PIL import Image
from starlette.applications import Starlette

from benchmarks.stage import picture
from explorer.plans import looks
from explorer.plans.shipped import shipped

ROUTES = httpx.ASGITransport(Starlette(routes=looks.routes()))
FILES = {looks.file_of(name, i + 1) for name, plan in shipped().items() for i in range(len(plan.steps))}


def get(path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=ROUTES, base_url="http://app") as client:
            return await client.get(path)

    return complete(ask())


def test_every_step_has_its_picture_and_none_is_left_over():
    assert {path.name for path in looks.FOLDER.iterdir()} == FILES


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_picture_has_its_size_shows_something_and_is_light(name):
    file = looks.FOLDER / name
    with Image.open(file) as shown:
        assert (shown.format, shown.size) == ("WEBP", looks.SIZE)
        darkest, lightest = shown.convert("L").getextrema()
    assert lightest - darkest > 100
    assert file.stat().st_size <= looks.LARGEST


@pytest.mark.parametrize("name", shipped())
def test_pictures_are_served_where_the_plan_says_and_kept_for_ever(name):
    for number, path in looks.of_shipped(name).items():
        answer = get(path)
        assert answer.content == (looks.FOLDER / looks.file_of(name, number)).read_bytes()
        assert answer.headers["content-type"] == "image/webp"
        assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("name", ["none.webp", "..%2Flooks.py", "45-999.webp"])
def test_no_other_file_is_served(name):
    assert get(f"/plans/pictures/{name}").status_code == 404


def test_a_screen_that_is_hard_to_compress_becomes_a_light_picture_too(tmp_path):
    screen = Image.frombytes("RGB", (1024, 576), random.Random(0).randbytes(1024 * 576 * 3))
    screen.save(tmp_path / "screen.png")
    assert len(picture((tmp_path / "screen.png").read_bytes())) <= looks.LARGEST
