"""A QR code says the address: what was drawn is read back by another library, from the SVG and from the terminal's signs."""

import re

import numpy as np
import pytest
import zxingcpp
from in_class import Browser, opened
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer.classroom import address, hub, qr, rates, socket
from explorer.classroom.room import EMPTY
from explorer.page import owners
from explorer.runs.store.classes import classes

JOIN = "http://192.168.178.201:8501/join/K7XWQP"
MODULE = 6  # pixels


def drawn(svg: str) -> np.ndarray:
    """Pixels of an SVG whose dark modules are strokes of one path, row by row: `M x y` begins, `h n` draws, `m x y` moves."""
    width, height = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups())
    ground, dark = re.findall(r'<path[^>]*\sd="([^"]+)"', svg)
    assert ground.startswith("M0 0h")
    modules, (x, y) = np.full((height, width), 255, np.uint8), (0.0, 0.0)
    for step, numbers in re.findall(r"([Mmh])([^Mmh]+)", dark):
        moved = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if step == "h":
            modules[int(y), int(x) : int(x + moved[0])] = 0
        x, y = (moved[0], moved[1]) if step == "M" else (x + moved[0], y + (moved[1] if step == "m" else 0))
    return np.kron(modules, np.ones((MODULE, MODULE), np.uint8))


def shown(signs: str) -> np.ndarray:
    """Pixels of what a terminal shows with light signs on a dark ground."""
    halves = {"\u2588": (255, 255), "\u2580": (255, 0), "\u2584": (0, 255), " ": (0, 0)}
    rows = [[halves[sign] for sign in line] for line in signs.splitlines()]
    modules = np.array(rows, np.uint8).transpose(0, 2, 1).reshape(2 * len(rows), -1)
    return np.kron(modules, np.ones((MODULE, MODULE), np.uint8))


def read(pixels: np.ndarray) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(pixels)]


def test_both_drawings_are_read_back_as_what_was_put_in():
    assert read(drawn(qr.svg(JOIN).decode())) == [JOIN]
    assert read(shown(qr.terminal(JOIN))) == [JOIN]


def test_a_finger_on_the_screen_does_not_matter():
    pixels = drawn(qr.svg(JOIN).decode())
    middle = len(pixels) // 2
    pixels[middle - 4 * MODULE : middle + 2 * MODULE, middle - 4 * MODULE : middle + 2 * MODULE] = 0
    assert read(pixels) == [JOIN]


@pytest.fixture
def client(monkeypatch):
    """A server on a laptop with two ways into networks."""
    monkeypatch.delenv(address.SETTING, raising=False)
    ways = [address.Interface("wlan0", ("192.168.1.7",)), address.Interface("eth0", ("10.0.0.9",))]
    monkeypatch.setattr(address, "interfaces", lambda: ways)
    monkeypatch.setattr(address, "used", lambda: "10.0.0.9")
    return TestClient(Starlette(routes=qr.routes()), base_url="http://localhost:8501")


def test_the_route_gives_an_address_that_students_can_reach_and_no_other(client):
    best = client.get("/class/K7XWQP/qr.svg")
    assert best.headers["content-type"] == "image/svg+xml"
    assert read(drawn(best.text)) == ["http://10.0.0.9:8501/join/K7XWQP"]
    other = client.get("/class/K7XWQP/qr.svg", params={"at": "http://192.168.1.7:8501"})
    assert read(drawn(other.text)) == ["http://192.168.1.7:8501/join/K7XWQP"]
    refused = client.get("/class/K7XWQP/qr.svg", params={"at": "http://elsewhere.example"})
    assert (refused.status_code, refused.text) == (404, qr.OTHER)
    assert client.get("/class/..%2Fk7/qr.svg").status_code == 404


def test_a_machine_without_a_network_says_so(client, monkeypatch):
    monkeypatch.setattr(address, "interfaces", list)
    assert client.get("/class/K7XWQP/qr.svg").text == qr.NONE


def test_who_is_in_the_class_gets_the_address_that_its_teacher_chose_and_nobody_else_learns_it(client):
    teacher, member = Browser(), Browser()
    found = opened(teacher, address="http://192.168.1.7:8501")
    classes().join(found.id, member.owner, lambda taken: "")
    code = found.code
    best, chosen = (f"http://{at}:8501/join/{code}" for at in ("10.0.0.9", "192.168.1.7"))

    def asked(cookies) -> list[str]:
        client.cookies = {owners.COOKIE: cookies[owners.COOKIE]}
        return read(drawn(client.get(f"/class/{code}/qr.svg").text))

    try:
        assert asked(teacher.cookies) == asked(member.cookies) == [chosen]
        assert asked(Browser().cookies) == [best]
        classes().remove(found.id, 1)
        assert asked(member.cookies) == [best]
        hub.post(found.id, "settings", {**EMPTY["settings"], "address": "http://172.16.0.1:8501"})  # of a network that is gone
        assert asked(teacher.cookies) == [best]
    finally:
        classes().delete(found.id)


def test_codes_of_no_class_are_guesses(client, monkeypatch):
    monkeypatch.setattr(socket, "guesses", rates.Guesses())
    client.get("/class/BBBBBB/qr.svg")
    assert len(socket.guesses._of) == 1
