"""The server itself: its headers, addresses that do not exist, a port that is taken, a quiet log."""

import re
import urllib.error
import urllib.request

import pytest
from serving import start

from explorer.bringing.routes import UNKNOWN
from explorer.serving.headers import HEADERS


def answer(address: str) -> tuple[int, dict[str, str]]:
    try:
        with urllib.request.urlopen(address, timeout=30) as response:
            return response.status, dict(response.headers)
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers)


@pytest.mark.parametrize("path", ["/", "/explore", "/train?x=1", "/no-such-page", "/_stcore/health", "/static/none.js"])
def test_every_answer_carries_the_security_headers(server, path):
    _, headers = answer(server + path)
    found = {name.lower(): value for name, value in headers.items()}
    assert {name: found.get(name.lower()) for name in HEADERS} == HEADERS


def test_the_browser_itself_refuses_to_ask_another_host(visit):
    visitor = visit()
    refused = visitor.page.evaluate("() => fetch('http://127.0.0.1:9/').then(() => 'asked', error => String(error))")
    assert "Failed to fetch" in refused
    assert any("Content Security Policy" in trouble for trouble in visitor.troubles)
    visitor.troubles.clear()


def test_an_address_that_is_no_page_says_so_and_shows_the_first_page(visit):
    visitor = visit("no-such-page")
    visitor.page.get_by_role("dialog").get_by_text("The page that you have requested does not seem to exist").wait_for()
    assert visitor.page.get_by_role("heading", level=1).first.inner_text() == "Latent Explorer"
    assert all("does not seem to exist" in trouble for trouble in visitor.troubles)  # the browser code logs its own sentence
    visitor.troubles.clear()
    visitor.page.keyboard.press("Escape")
    visitor.press("New game")


def test_a_second_server_on_the_same_port_says_that_it_is_taken_and_leaves_the_first_alone(server, visit, tmp_path):
    port = int(server.rsplit(":", 1)[1])
    log = tmp_path / "log.txt"
    process = start(port, log)
    try:
        assert process.wait(120) != 0
    finally:
        process.kill()
    said = log.read_text()
    assert f"Port {port} is not available" in said
    assert "Traceback" not in said
    visit()


def test_the_log_of_a_healthy_server_has_no_traceback(visit, server_log):
    visit("explore").go("AE vs VAE")
    assert "Traceback" not in server_log.read_text()


def test_a_connection_that_is_lost_is_told_in_plain_words_and_the_page_goes_on_when_it_is_back(browser, server):
    page = browser.new_page()  # a tab of its own: what is done to its websocket stays
    lines = []
    page.route_web_socket(re.compile("_stcore/stream"), lambda line: lines.append((line, line.connect_to_server())))
    page.goto(f"{server}/runs")
    page.get_by_role("heading", name="Runs").wait_for()
    page.route("**/_stcore/health", lambda route: route.abort())
    lines[-1][0].close()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("heading", name="The connection is lost").wait_for()
    assert "What you did is kept" in dialog.inner_text()
    assert "Streamlit" not in dialog.inner_text()
    page.unroute("**/_stcore/health")
    dialog.wait_for(state="detached")
    page.close()


def test_a_file_that_another_process_got_is_told_in_plain_words(visit):
    """Two apps behind a balancer that does not send a browser back: the other one knows nothing of this page, and refuses the file."""
    visitor = visit("images")
    visitor.page.route(
        "**/brought/files", lambda route: route.continue_(headers={**route.request.headers, "x-ticket": "of the other one"})
    )
    visitor.page.locator("input[type=file]").set_input_files({"name": "digits.csv", "mimeType": "text/csv", "buffer": b"1,2"})
    said = visitor.page.get_by_role("alert").filter(has_text=UNKNOWN)
    said.wait_for()
    assert any("403" in trouble for trouble in visitor.troubles)
    visitor.troubles.clear()
