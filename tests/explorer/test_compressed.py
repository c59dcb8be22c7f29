"""Text goes out compressed as the browser takes it, compressed once, and is kept by the browser as long as it may be."""

import queue
import time

import httpx
import pytest
from own_loop import complete
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from explorer.browser import codings
from explorer.serving import entry
from explorer.serving.compressed import FOLDER, Compressed

BROWSER = "gzip, deflate, br, zstd"
SCRIPT = next(FOLDER.glob("js/index.*.js"))
FONT = next(FOLDER.glob("media/*.woff2"))


async def streamlit(_):
    return PlainTextResponse("from the disk")


APP = Starlette(
    routes=[*entry.routes(), Route("/static/{file:path}", streamlit)],
    middleware=[Middleware(Compressed)],
)


def get(path: str, accepted: str = BROWSER, **headers: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://here") as client:
            return await client.get(path, headers={"accept-encoding": accepted, **headers})

    return complete(ask())


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (BROWSER, "br"),
        ("br;q=0.5, gzip", "br"),
        ("gzip, br;q=0", "gzip"),
        ("GZIP;q=1.0", "gzip"),
        ("gzip;q=0.000", ""),
        ("deflate", ""),
        ("", ""),
    ],
)
def test_the_best_coding_that_a_browser_takes_is_chosen(accepted, coding):
    assert codings.chosen(accepted) == coding


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_streamlits_code_comes_compressed_and_whole_and_is_kept_for_ever(coding):
    answer = get(f"/static/js/{SCRIPT.name}", coding)
    assert answer.headers["content-encoding"] == coding
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.content == SCRIPT.read_bytes()
    assert int(answer.headers["content-length"]) < 0.35 * SCRIPT.stat().st_size
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["vary"] == "Accept-Encoding"


def test_a_file_is_compressed_once(monkeypatch):
    calls = []
    compress = codings.COMPRESS["gzip"]
    monkeypatch.setitem(codings.COMPRESS, "gzip", lambda contents: calls.append(1) or compress(contents))
    codings.compressed.cache_clear()
    for _ in range(3):
        get(f"/static/js/{SCRIPT.name}", "gzip")
    assert len(calls) == 1


def test_what_is_kept_for_ever_is_made_smaller_afterwards_and_stays_the_same(monkeypatch):
    monkeypatch.setattr(codings, "_smaller", {})
    monkeypatch.setattr(codings, "_waiting", queue.SimpleQueue())
    small = min(FOLDER.glob("js/*.js"), key=lambda path: abs(path.stat().st_size - 50_000))
    quick = get(f"/static/js/{small.name}", "br")
    get("/kl", "br")  # a document may be another tomorrow
    codings.improve()
    while None in codings._smaller.values():
        time.sleep(0.01)
    best = get(f"/static/js/{small.name}", "br")
    assert best.content == quick.content == small.read_bytes()
    assert int(best.headers["content-length"]) < 0.95 * int(quick.headers["content-length"])
    assert list(codings._smaller) == [small.read_bytes()]


@pytest.mark.parametrize(
    ("path", "accepted"),
    [
        (f"js/{SCRIPT.name}", "identity"),
        (f"media/{FONT.name}", BROWSER),
        ("js/none.js", BROWSER),
        ("../__init__.py", BROWSER),
        ("js/..%2f..%2findex.html", BROWSER),
    ],
)
def test_all_else_is_left_to_streamlit(path, accepted):
    answer = get(f"/static/{path}", accepted)
    assert "content-encoding" not in answer.headers
    assert answer.status_code == 404 or answer.text == "from the disk"


def test_the_document_comes_compressed_and_is_not_sent_again_while_it_is_the_same():
    first = get("/kl")
    assert first.headers["content-encoding"] == "br"
    assert first.headers["cache-control"] == "no-cache"
    assert first.text == get("/kl", "identity").text
    again = get("/kl", **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert get("/kl", **{"if-none-match": '"another"'}).status_code == 200
