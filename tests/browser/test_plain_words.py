"""A visitor's words stand on the screen as they were written, in a real browser: no markup, no formula, no link, no picture."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from health import answers
from hostile_words import HOSTILE, one_line
from serving import ROOT, free_port

# Of every rendered text in a box: what is read, and the elements in it.
TEXTS = """box => [...box.querySelectorAll('[data-testid="stMarkdownContainer"]')].map((each) => [
    each.textContent.replaceAll("\\u2060", "").trim(), [...each.querySelectorAll("*")].map((one) => one.tagName.toLowerCase())])"""
RENDERED = 15  # texts in a box
HARMLESS = {"p", "div", "span"}


@pytest.fixture(scope="module")
def address(browser, tmp_path_factory) -> Iterator[str]:
    port, log = free_port(), tmp_path_factory.mktemp("plain") / "log.txt"
    page = ROOT / "tests" / "browser" / "plain_page.py"
    command = [sys.executable, "-m", "streamlit", "run", str(page), "--server.address=127.0.0.1", f"--server.port={port}"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 120
        while not answers(f"http://127.0.0.1:{port}"):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"The server did not come up. Its log:\n{log.read_text()}")
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def test_whatever_a_visitor_writes_is_read_as_it_was_written(browser, address):
    context = browser.new_context()
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    loaded = "([count, each]) => document.querySelectorAll('[data-testid=stMarkdownContainer]').length >= count * each"
    page.wait_for_function(loaded, arg=[len(HOSTILE), RENDERED], timeout=60_000)
    for i, text in enumerate(HOSTILE):
        seen = one_line(text)
        texts = page.locator(f".st-key-words-{i}").evaluate(TEXTS)
        assert len(texts) == RENDERED
        for read, elements in texts:
            if read in ("Choose", "Pick", "Menu"):
                continue
            if read.startswith("Run "):  # what is ours is still Markdown
                assert read.startswith(f"Run {seen}, a note on ")
                assert elements.count("strong") == elements.count("em") == 1
                assert not {"a", "img", "code", "script", "li", "table"} & set(elements)
                continue
            assert read in (seen, f"The link says name = '{seen}'. It must be a number."), text
            assert set(elements) <= HARMLESS, text
        menu = page.locator(f".st-key-words-{i} [data-testid=stSelectbox]")  # Streamlit renders no Markdown in a menu's options
        assert "".join(one_line(menu.locator("input").input_value()).split()) == "".join(seen.split())
        assert menu.locator("em, strong, a, img, code, .katex").count() == 0
    assert not [url for url in asked if "a.example" in url]
    context.close()
