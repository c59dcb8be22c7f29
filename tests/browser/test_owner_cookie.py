"""A real browser and its id: there at once, kept by the browser, another in another browser, and no harm where it is refused."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from health import answers
from playwright.sync_api import BrowserContext, Page, expect
from serving import ROOT, free_port

from explorer.page.owners import COOKIE

WAIT = 60_000  # milliseconds; two busy cores are slow


@pytest.fixture(scope="module")
def address(browser, tmp_path_factory) -> Iterator[str]:
    port, log = free_port(), tmp_path_factory.mktemp("owners") / "log.txt"
    app = ROOT / "tests" / "browser" / "owner_app.py"
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.address=127.0.0.1", f"--server.port={port}"]
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


@pytest.fixture
def new_context(browser) -> Iterator:
    contexts: list[BrowserContext] = []

    def another() -> BrowserContext:
        contexts.append(browser.new_context())
        return contexts[-1]

    yield another
    for context in contexts:
        context.close()


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    return page


def owner(page: Page, run: int = 1) -> str:
    """The owner that the page shows in that run of its session."""
    shown = page.get_by_test_id("stText")
    expect(shown).to_have_text(re.compile(rf"^[0-9a-f]{{32}} {run}$"), timeout=WAIT)
    return shown.inner_text().split()[0]


def test_a_browser_is_the_same_owner_from_its_first_visit_on(new_context, address):
    context = new_context()
    page = opened(context, address)
    first = owner(page)
    (cookie,) = [cookie for cookie in context.cookies() if cookie["name"] == COOKIE]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["secure"]) == (True, "Lax", False)
    assert cookie["value"] not in first
    assert COOKIE not in page.evaluate("document.cookie")
    page.reload()
    assert owner(page) == first
    assert owner(opened(context, address)) == first
    assert owner(opened(new_context(), address)) != first


@pytest.fixture
def refusing(browser, tmp_path) -> Iterator[BrowserContext]:
    """A Chromium whose user has turned all cookies off."""
    profile = tmp_path / "Default"
    profile.mkdir()
    (profile / "Preferences").write_text(json.dumps({"profile": {"default_content_setting_values": {"cookies": 2}}}))
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))))
    context = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=path, args=["--no-sandbox", "--disable-gpu"]
    )
    yield context
    context.close()


def test_a_browser_that_refuses_cookies_is_one_owner_for_a_session(refusing, address):
    page = opened(refusing, address)
    first = owner(page)
    assert refusing.cookies() == []
    page.get_by_role("button", name="Again").click()
    assert owner(page, run=2) == first
    assert owner(opened(refusing, address)) != first
